"""The comments that are found, against plain Python over the same answers."""

import random
from collections.abc import Iterator
from datetime import datetime

import pytest

from nps import acts, casework
from nps.comments import questions
from nps.comments.questions import Asked
from nps.comments.search import has, terms
from nps.errors import Refused
from nps.imports import key_of
from nps.reasons.readings import read, undo
from nps.selection import Selection
from nps.store import Store, Transaction
from tests.pages.opening import bring_in

NOW = datetime.fromisoformat("2026-03-01 12:00")
PIECES = ("The pages are SLOW", "prix trop élevé", "prices rose", "Straße, «muy» buena", "slowly we like it", "")
SURVEY = "NPS"
Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    rng = random.Random(3)
    return [
        {
            "id": f"r{number}",
            "nps": rng.choice(("", "0", "6", "7", "9", "10")),
            "date": f"2026-01-{1 + number % 28:02} 10:{number % 60:02}",
            "Plan": rng.choice(("Free", "Team")),
            "comment": " ".join(rng.sample(PIECES, rng.randint(0, 3))).strip(),
        }
        for number in range(300)
    ]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> Iterator[Store]:
    """Read: r0 to r59, half of them with the price as reason; suggested: r50 to r69; contacted: r10 to r19."""
    store = Store.open(tmp_path_factory.mktemp("comments") / "nps.duckdb")
    lines = [",".join(rows[0]), *(",".join(f'"{value}"' for value in row.values()) for row in rows)]
    roles = {"score": "nps", "id": "id", "comment": "comment", "date": "date", "survey": SURVEY}
    bring_in(store, "answers.csv", "\n".join(lines), segments=("Plan",), **roles)
    for number in range(60):
        who = "Ada" if number < 40 else "Ben"
        read(store, key(number), ["commercial.price"] if number % 2 else [], seen=None, who=who, now=NOW)
    undo(store, read(store, key(299), [], seen=None, who="Ada", now=NOW), who="Ada", now=NOW)

    def suggest(tx: Transaction) -> None:
        for number in range(50, 70):
            tx.execute(
                "INSERT INTO suggestions VALUES ($key, 'product.speed', 'rule', NULL, ['slow'])", {"key": key(number)}
            )

    store.transact(suggest, touches=("suggestions",))
    for number in range(10, 20):
        if rows[number]["nps"]:
            casework.do(store, key(number), acts.move("contacted"), who="Ada", now=NOW, seen=0)
    yield store
    store.close()


def key(number: int) -> str:
    return key_of(f"r{number}", survey=SURVEY)


def n(row: Row) -> int:
    return int(row["id"].removeprefix("r"))


def numbers(found: questions.Found) -> list[int]:
    return [int(row.key.rsplit("r", maxsplit=1)[1]) for row in found.rows]


def newest(rows: list[Row], wanted: list[int]) -> list[int]:
    return sorted(
        (number for number in wanted if rows[number]["comment"]),
        key=lambda number: (rows[number]["date"], number),
        reverse=True,
    )


@pytest.mark.parametrize(
    "text", ["", "slow", '"slow"', "eleve prix", "strasse -slow", '"we like it"', "nobody-said-so"]
)
@pytest.mark.parametrize("order", ["newest", "best", "lot"])
def test_a_search_finds_what_plain_python_finds(
    store: Store, rows: list[Row], text: str, order: questions.Order
) -> None:
    expected = newest(rows, [number for number, row in enumerate(rows) if has(row["comment"], terms(text))])
    pages = [
        questions.found(store, Selection(), Asked(text, order=order), limit=40, offset=offset)
        for offset in (0, 40, 80, 120, 160, 200, 240, 280, 320)
    ]
    assert {page.total for page in pages} == {len(expected)}
    listed = [number for page in pages for number in numbers(page)]
    assert sorted(listed) == sorted(expected)
    if order == "newest":
        assert listed == expected
    if order == "lot" and len(expected) > 9:
        assert listed != expected


def test_the_best_match_says_the_word_most_often_in_fewest_words(store: Store) -> None:
    rows = questions.found(store, Selection(), Asked("slow", order="best"), limit=300).rows
    said = [row.comment or "" for row in rows]
    assert said[0].lower().count("slow") == 2
    once = [text for text in said if text.lower().count("slow") == 1]
    assert [len(text) for text in once] == sorted(map(len, once))


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (Asked(bands=("detractor",)), lambda row: row["nps"] in ("0", "6")),
        (Asked(bands=("passive", "blank")), lambda row: row["nps"] in ("", "7")),
        (Asked(reason="unread"), lambda row: n(row) >= 60),
        (Asked(unread=True, text="slow"), lambda row: n(row) >= 60 and "slow" in row["comment"].lower()),
        (Asked(reason="suggested"), lambda row: 60 <= n(row) < 70),
        (Asked(reason="nothing"), lambda row: n(row) < 60 and n(row) % 2 == 0),
        (Asked(reason="none"), lambda row: n(row) >= 60 or n(row) % 2 == 0),
        (Asked(reason="commercial.price"), lambda row: n(row) < 60 and n(row) % 2 == 1),
        (Asked(reason="commercial"), lambda row: n(row) < 60 and n(row) % 2 == 1),
        (Asked(reason="product.speed"), lambda row: n(row) < 0),
        (Asked(followed=True), lambda row: 10 <= n(row) < 20 and row["nps"]),
        (Asked(followed=False), lambda row: not (10 <= n(row) < 20 and row["nps"])),
        (Asked(again="Ada"), lambda row: 40 <= n(row) < 60),
        (Asked(again="Cem"), lambda row: n(row) < 60),
    ],
)
def test_filters_keep_what_they_say(store: Store, rows: list[Row], asked: Asked, wanted: object) -> None:
    assert callable(wanted)
    expected = newest(rows, [number for number, row in enumerate(rows) if wanted(row)])
    found = questions.found(store, Selection(), asked, limit=300)
    assert (numbers(found), found.total) == (expected, len(expected))


def test_the_selection_holds_and_progress_counts_it(store: Store, rows: list[Row]) -> None:
    team = Selection.of(filters={"seg_plan": ["Team"]})
    expected = newest(rows, [number for number, row in enumerate(rows) if row["Plan"] == "Team"])
    assert numbers(questions.found(store, team, Asked(), limit=300)) == expected
    read_there = sum(number < 60 for number in expected)
    assert questions.progress(store, team) == questions.Progress(len(expected), read_there)
    assert 0 < read_there < len(expected)


def test_the_most_frequent_codes_come_first(store: Store) -> None:
    assert questions.frequent(store, most=9)[0] == "commercial.price"
    assert len(set(questions.frequent(store, most=9))) == 9


def test_a_search_that_is_too_much_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="8 words"):
        questions.found(store, Selection(), Asked("a b c d e f g h i"), limit=1)


def test_staff_are_those_who_work_here(store: Store) -> None:
    assert questions.staff(store) == ("Ada",)
