"""Themes that were planted are found with their words, and what shares nothing is none."""

import random
from collections import Counter

import pytest

from nps.themes.finding import FEWEST, FEWEST_TOLD, Comment, themes

TOPICS = {
    "parking": ("parking", "full", "spaces", "car"),
    "invoice": ("invoice", "wrong", "address", "billing"),
    "tablet": ("tablet", "screen", "frozen", "crash"),
}
FILLER = [
    f"{a}{b}"
    for a in ("lo", "mi", "ra", "te", "su", "vo", "ni", "pe")
    for b in ("ban", "dor", "gal", "kin", "mur", "sen")
]


def comment(words: list[str], chance: random.Random, person: int) -> Comment:
    mixed = [*words, *chance.sample(FILLER, 4)]
    chance.shuffle(mixed)
    return Comment(" ".join(mixed), person)


def planted(seed: int, each: int = 40, noise: int = 120) -> tuple[list[Comment], list[str]]:
    """Comments of three topics among others, in mixed order, and the topic of each."""
    chance = random.Random(seed)
    told = [(topic, list(chance.sample(words, 3))) for topic, words in TOPICS.items() for _ in range(each)]
    told += [("", [])] * noise
    chance.shuffle(told)
    made = [comment(words, chance, 2**63 + place) for place, (_, words) in enumerate(told)]
    return made, [topic for topic, _ in told]


@pytest.mark.parametrize("seed", range(3))
def test_planted_themes_are_found_with_their_words(seed: int) -> None:
    comments, topics = planted(seed)
    found = themes(comments)
    for topic, words in TOPICS.items():
        of_topic = [theme for theme in found if Counter(topics[m] for m in theme.members).most_common(1)[0][0] == topic]
        members = [member for theme in of_topic for member in theme.members]
        assert sum(topics[member] == topic for member in members) >= 0.8 * len(members)
        assert sum(topics[member] == topic for member in members) >= 0.7 * 40
        assert set(of_topic[0].words) & set(words)
    for theme in found:
        assert len(theme.members) >= FEWEST_TOLD
        assert set(theme.quotes) <= set(theme.members)
        assert len({comments[quote].text for quote in theme.quotes}) == len(theme.quotes)


def test_the_same_comments_have_the_same_themes() -> None:
    comments, _ = planted(7)
    assert themes(comments) == themes(comments)


def test_what_one_person_repeats_is_no_theme() -> None:
    comments, topics = planted(1)
    alone = [
        Comment(each.text, 5 if topic == "parking" else each.person)
        for each, topic in zip(comments, topics, strict=True)
    ]
    for theme in themes(alone):
        assert Counter(topics[member] for member in theme.members).most_common(1)[0][0] != "parking"


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["word"] * (FEWEST - 1),
        ["🙂"] * 100,
        ["\u200b\u202e"] * 100,
        [f"<script>{n}</script>" for n in range(100)],
        ["the and of"] * 100,
        [f"{chr(97 + n % 26) * 3}{chr(97 + n // 26) * 3}" for n in range(100)],
    ],
    ids=["none", "few", "emoji", "unseen", "markup", "stop words", "all differ"],
)
def test_comments_without_words_in_common_have_no_themes(texts: list[str]) -> None:
    found = themes([Comment(text, place) for place, text in enumerate(texts)])
    assert all("script" in theme.words for theme in found)


def test_comments_that_all_say_the_same_do_not_fail() -> None:
    themes([Comment("slow pages again", place) for place in range(200)])
    themes([Comment("slow pages again" if place % 2 else "late invoice again", place) for place in range(200)])
