"""Which reasons count for a response: a person's before the file's, the file's before what is suggested and trusted."""

from datetime import datetime, timedelta

import pytest

from nps import decided
from nps.codebook import changing
from nps.errors import Refused
from nps.intake import bring_in
from nps.reasons import recoding
from nps.reasons.given import given, trusted
from nps.reasons.readings import Suggestion, read, readings_of, undo
from nps.store import Store, Transaction

NOW = datetime.fromisoformat("2026-03-01 12:00")
ROWS = "".join(
    f"r{n},{n % 11},2026-02-{1 + n % 28:02},{('Price', 'Support', 'odd', '')[n % 4]},text {n}\n" for n in range(60)
)


@pytest.fixture
def filled(store: Store) -> Store:
    """Sixty answers, r0 to r59, with a column of areas."""
    bring_in(store, "a.csv", ("id,nps,date,Area,comment\n" + ROWS).encode(), by="Ada")
    return store


def key(store: Store, response_id: str) -> str:
    [[found]] = store.rows("SELECT response_key FROM responses WHERE response_id = $id", {"id": response_id})
    return str(found)


def counts(store: Store) -> dict[str, tuple[list[str], str]]:
    """The codes of each response that has some, by its id, and who found them."""
    sql, bound = given(store)
    question = f"SELECT response_id, codes, found_by FROM responses JOIN ({sql}) USING (response_key)"
    return {row[0]: (row[1], row[2]) for row in store.rows(question, bound)}


def means(store: Store, *pairs: tuple[str, str | None]) -> None:
    """Say which codes the areas stand for."""

    def work(tx: Transaction) -> None:
        for value, code in pairs:
            tx.execute(
                "INSERT INTO code_values "
                "SELECT coalesce(max(number), 0) + 1, 'seg_area', $value, $code, $now, 'Ada' FROM code_values",
                {"value": value, "code": code, "now": NOW},
            )

    store.transact(work, touches=("readings",))


def suggest(store: Store, pairs: dict[str, list[tuple[str, str, float | None]]]) -> None:
    def work(tx: Transaction) -> None:
        for key, found in pairs.items():
            for code, source, certainty in found:
                tx.execute(
                    "INSERT INTO suggestions VALUES ($key, $code, $source, $certainty, ['text'])",
                    {"key": key, "code": code, "source": source, "certainty": certainty},
                )

    store.transact(work, touches=("suggestions",))


def test_what_a_person_found_last_counts_until_it_is_taken_back(filled: Store) -> None:
    one = key(filled, "r1")
    first = read(filled, one, ["commercial.price"], seen=None, who="Ada", now=NOW)
    second = read(filled, one, ["service.answer", "commercial.price"], seen=first, who="Ben", now=NOW)
    assert counts(filled) == {"r1": (["service.answer", "commercial.price"], "person")}
    undo(filled, second, who="Ben", now=NOW)
    assert counts(filled) == {"r1": (["commercial.price"], "person")}
    assert [reading.by for reading in readings_of(filled, one)] == ["Ada"]
    undo(filled, first, who="Ada", now=NOW)
    assert counts(filled) == {}
    with pytest.raises(Refused, match="taken back already"):
        undo(filled, first, who="Ada", now=NOW)


def test_who_comes_second_is_told_what_the_first_found(filled: Store) -> None:
    one = key(filled, "r1")
    read(filled, one, ["commercial.price"], seen=None, who="Ada", now=NOW)
    with pytest.raises(Refused, match="Ada read this comment meanwhile and found: Price and value for money"):
        read(filled, one, [], seen=None, who="Ben", now=NOW)


@pytest.mark.parametrize(
    ("codes", "who", "sentence"),
    [
        (["no.such"], "Ada", "“no.such” is in use no more"),
        (["commercial.price"] * 2, "Ada", "at most 8 reasons, each once"),
        (["commercial.price"], " ", "Say who you are"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(filled: Store, codes: list[str], who: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read(filled, key(filled, "r1"), codes, seen=None, who=who, now=NOW)
    assert counts(filled) == {}


def test_reasons_of_a_file_count_where_nobody_read_the_comment(filled: Store) -> None:
    means(filled, ("Price", "commercial.price"), ("Support", "service.answer"), ("odd", "other.other"))
    means(filled, ("odd", None))
    read(filled, key(filled, "r4"), [], seen=None, who="Ada", now=NOW)
    found = counts(filled)
    assert found["r0"] == (["commercial.price"], "file")
    assert found["r1"] == (["service.answer"], "file")
    assert found["r4"] == ([], "person")
    assert "r2" not in found
    assert "r3" not in found
    assert len(found) == 30


def test_suggestions_count_from_the_measured_precision_on_that_the_lead_names(filled: Store) -> None:
    keys = [key(filled, f"r{n}") for n in range(60)]
    suggest(filled, {each: [("commercial.price", "rule", None), ("product.ease", "model", 0.9)] for each in keys})
    offered = [Suggestion("commercial.price", "rule"), Suggestion("product.ease", "model", 0.9)]
    for place, each in enumerate(keys[:40]):  # rules are right in 36 of 40 cases, the model in 10
        codes = ["commercial.price"] * (place >= 4) + ["product.ease"] * (place < 10)
        read(filled, each, codes, offered=offered, seen=None, who="Ada", now=NOW)
    assert trusted(filled) == ()
    now = NOW + timedelta(minutes=1)
    decided.decide(filled, {"suggestions_count_from": 90.0}, who="Ada", now=now)
    assert trusted(filled) == (("commercial.price", "rule"),)
    assert counts(filled)["r59"] == (["commercial.price"], "suggestion")
    assert counts(filled)["r1"] == (["product.ease"], "person")
    decided.decide(filled, {"suggestions_count_from": 90.1}, who="Ada", now=now)
    assert trusted(filled) == ()
    assert "r59" not in counts(filled)


def test_a_merged_code_counts_as_the_other_one_and_undone_as_before(filled: Store) -> None:
    one = key(filled, "r1")
    read(filled, one, ["product.speed"], seen=None, who="Ada", now=NOW)
    step = recoding.do(
        filled, "merge", {"code": "product.speed", "into": "product.reliability"}, seen=0, who="Ada", now=NOW
    )
    assert changing.book(filled).read("product.speed") == "product.reliability"
    with pytest.raises(Refused, match="“Speed” is in use no more"):
        read(filled, key(filled, "r2"), ["product.speed"], seen=None, who="Ada", now=NOW)
    recoding.undo(filled, step, seen=1, who="Ada", now=NOW)
    assert changing.book(filled).read("product.speed") == "product.speed"
