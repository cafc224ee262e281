"""The words of comments in the store against plain Python over the same comments, in several languages and scripts."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from unicodedata import normalize

import pytest

from nps.selection import NOT_GIVEN, Selection
from nps.store import Store
from nps.words import questions
from nps.words.stopping import ignored
from tests.pages.opening import bring_in

PHRASES = (
    "The SETUP was slow, and setup again: don't!",
    "L'équipe répond vite; l’équipe d'avant non",
    "Die Einführung dauert zu lange … Über 3 Wochen",
    "La atención fue rápida 👍 «muy» buena",
    "Não gostei do preço_novo",
    "cafe\N{COMBINING ACUTE ACCENT} Straße <b>bold</b> 123 a1b2",
    "प्रिया says hello",
    "",
    "   ",
)
WORD = re.compile(r"[^\W\d_]+(?:[\u0900-\u0903\u093a-\u094f][^\W\d_]*)*")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    rng = random.Random(8)
    return [
        {
            "nps": rng.choice(("", "0", "5", "9", "10")),
            "id": f"r{number}",
            "email": f"p{rng.randrange(60)}@example.com",
            "Plan": rng.choice(("Free", "Team", "")),
            "Region": rng.choice(("North", "South")),
            "comment": " ".join(rng.sample(PHRASES, rng.randint(0, 3))),
        }
        for number in range(400)
    ]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]) -> Iterator[Store]:
    store = Store.open(tmp_path_factory.mktemp("words") / "nps.duckdb")
    lines = [",".join(rows[0]), *(",".join(f'"{value}"' for value in row.values()) for row in rows)]
    roles = {"score": "nps", "id": "id", "email": "email", "comment": "comment"}
    bring_in(store, "answers.csv", "\n".join(lines), segments=("Plan", "Region"), **roles)
    yield store
    store.close()


def by_hand(rows: list[dict[str, str]]) -> tuple[int, dict[str, tuple[int, int]]]:
    """The same with sets; combining marks stay with their letters."""
    heard = [row for row in rows if row["nps"] and row["comment"].strip()]
    comments: defaultdict[str, set[str]] = defaultdict(set)
    people: defaultdict[str, set[str]] = defaultdict(set)
    for row in heard:
        for word in WORD.findall(normalize("NFC", row["comment"]).lower()):
            if len(word) > 1 and word not in ignored():
                comments[word].add(row["id"])
                people[word].add(row["email"])
    return len(heard), {word: (len(comments[word]), len(people[word])) for word in comments}


def test_words_are_those_of_the_comments_with_a_score(store: Store, rows: list[dict[str, str]]) -> None:
    found = questions.said(store, Selection())
    n, words = by_hand(rows)
    assert (found.n, found.of_all) == (n, n)
    assert found.words == words
    assert {"setup", "équipe", "einführung", "straße", "café", "preço", "atención"} <= set(words)
    assert not {"the", "don", "and", "die", "muy", "do"} & set(words)


@pytest.mark.parametrize("plan", ["Team", NOT_GIVEN])
def test_a_group_and_the_rest_of_a_selection_are_all_of_it(store: Store, rows: list[dict[str, str]], plan: str) -> None:
    group = (("seg_plan", plan), ("seg_region", "North"))
    rest = questions.said(store, Selection(), without=group)
    inside = questions.said(store, Selection().inside(group))
    kept = "" if plan == NOT_GIVEN else plan
    own = [row for row in rows if (row["Plan"], row["Region"]) == (kept, "North")]
    assert (rest.n, rest.words) == by_hand([row for row in rows if row not in own])
    assert (inside.n, inside.words) == by_hand(own)


def test_of_many_comments_always_the_same_ones_are_read(store: Store) -> None:
    few = questions.said(store, Selection(), most=50)
    assert (few.n, few.of_all > 50) == (50, True)
    assert few == questions.said(store, Selection(), most=50)


def test_words_that_everybody_uses_are_left_out_as_they_are_read() -> None:
    """A comment is read in lower case, in which ß stays as it is."""
    assert {"the", "don", "para", "avec", "nicht", "muß", "não"} <= set(ignored())
    assert not {"problem", "help", "slow", "hilfe", "ajuda"} & set(ignored())
