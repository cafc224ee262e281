"""Which words tell two sets of comments apart: as published, what is planted, and silence about chance."""

import random
from collections import Counter
from math import log, sqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nps.words import wording
from nps.words.telling import MOST, Said, telling

VOCABULARY = [f"word{number}" for number in range(200)]


def said(comments: list[set[str]]) -> Said:
    """Each comment from somebody else."""
    counts = Counter(word for comment in comments for word in comment)
    return Said(len(comments), len(comments), {word: (n, n) for word, n in counts.items()})


def spoken(rng: random.Random, n: int, words: list[str]) -> list[set[str]]:
    """Comments of a few words each, the first ones far more often than the last."""
    weights = [1 / (1 + place) for place in range(len(words))]
    return [set(rng.choices(words, weights, k=rng.randint(1, 8))) for _ in range(n)]


def test_the_words_are_those_of_the_published_formula() -> None:
    """Monroe, Colaresi and Quinn 2008, equations 16, 22 and 23, with a prior of 500 words like all comments."""
    own = Said(60, 60, {"slow": (30, 28), "setup": (12, 5), "price": (10, 9), "fine": (5, 4)})
    others = Said(300, 300, {"slow": (20, 20), "setup": (3, 3), "price": (120, 90), "fine": (200, 180)})
    y_i, y_j = {w: c for w, (c, _) in own.words.items()}, {w: c for w, (c, _) in others.words.items()}
    n_i, n_j, a_0 = sum(y_i.values()), sum(y_j.values()), 500
    z = {}
    for w, here in y_i.items():
        there = y_j[w]
        a_w = a_0 * (here + there) / (n_i + n_j)
        omega_i, omega_j = ((y + a_w) / (n + a_0 - y - a_w) for y, n in ((here, n_i), (there, n_j)))
        z[w] = (log(omega_i) - log(omega_j)) / sqrt(1 / (here + a_w) + 1 / (there + a_w))
    found = telling(own, others)
    assert [each.word for each in found] == ["slow", "setup"]
    assert [each.z for each in found] == pytest.approx([z["slow"], z["setup"]], rel=1e-12)
    assert [(each.comments, each.others) for each in found] == [(30, 20), (12, 3)]


def test_a_word_of_fewer_than_five_people_is_never_told() -> None:
    own = Said(60, 60, {"slow": (30, 4), "setup": (12, 5)})
    others = Said(300, 300, {"price": (500, 300)})
    assert [each.word for each in telling(own, others)] == ["setup"]


def test_a_planted_word_is_found_and_shuffled_comments_have_none() -> None:
    rng, by_chance = random.Random(4), 0
    for _ in range(100):
        comments = spoken(rng, 600, VOCABULARY)
        by_chance += bool(telling(said(comments[:120]), said(comments[120:])))
        planted = [comment | ({"broken"} if rng.random() < 0.15 else set()) for comment in comments[:120]]
        found = telling(said(planted), said(comments[120:] + [{"broken"}] * 5))
        assert found[0].word == "broken"
    assert by_chance <= 5


@settings(max_examples=25)
@given(st.randoms(use_true_random=False), st.integers(5, 60), st.integers(5, 200))
def test_both_sides_never_claim_the_same_word(rng: random.Random, n: int, of_others: int) -> None:
    own, others = said(spoken(rng, n, VOCABULARY[:20])), said(spoken(rng, of_others, VOCABULARY[10:30]))
    assume(own.words and others.words)
    here, there = telling(own, others), telling(others, own)
    assert not {each.word for each in here} & {each.word for each in there}
    assert [each.z for each in here] == sorted((each.z for each in here), reverse=True)
    assert len(here) <= MOST


def test_nobody_who_wrote_is_told_so() -> None:
    nobody, somebody = Said(0, 0, {}), said([{"slow"}] * 9)
    assert telling(nobody, somebody) == telling(somebody, nobody) == ()
    assert "nobody here wrote" in wording.told((), nobody, somebody)
    assert "none of at least 5 people" in wording.told((), somebody, nobody)


def test_the_sentence_counts_comments_and_says_that_they_were_drawn() -> None:
    own, others = Said(200, 900, {"slow": (30, 28)}), Said(400, 400, {"price": (120, 90), "slow": (2, 2)})
    assert wording.told(telling(own, others), own, others) == (
        "Words they use more than the rest (of 200 comments here and 400 of the rest, by lot from 900 and 400): "
        "slow in 30 comments, 15\N{NO-BREAK SPACE}% against 0\N{NO-BREAK SPACE}%."
    )
