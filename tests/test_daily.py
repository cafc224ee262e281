"""Counts per day: kept while they are good, and only where they are few. That they are right test_queries.py shows."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import monotonic, sleep

import pytest

from nps import daily, queries
from nps.score import Tally
from nps.selection import Period, Selection
from nps.store import Store


def put(store: Store, *, key: str, score: int | None, day: str = "2026-05-04", plan: str | None = "Team") -> None:
    given = {"key": key, "score": score, "day": day} | ({"plan": plan} if plan else {})
    planned = ", $plan AS seg_plan" if plan else ""
    store.transact(
        lambda tx: tx.execute(
            f"""
            INSERT INTO responses BY NAME SELECT $key AS response_key, $score AS score, 'nps' AS metric, 'S' AS survey,
                $day::TIMESTAMP AS answered_at{planned}
            """,
            given,
        ),
        touches=("responses",),
    )


@pytest.fixture
def planned(store: Store) -> Store:
    """A store with one segment and no responses."""
    listed = {"seg_plan": ("Plan", "choice")}
    store.widen(listed)
    store.transact(lambda tx: tx.list_segments(listed), touches=("responses",))
    return store


def test_they_follow_the_responses(planned: Store) -> None:
    team, everything = Selection.of(filters={"seg_plan": ["Team"]}), Selection()
    assert queries.summary(planned, team).tally == Tally()
    put(planned, key="a", score=9)
    put(planned, key="b", score=None, plan="Free")
    assert queries.summary(planned, team).tally == Tally(promoters=1)
    assert queries.summary(planned, everything).tally == Tally(promoters=1, blanks=1)
    planned.transact(
        lambda tx: tx.execute("DELETE FROM responses WHERE response_key = $key", {"key": "a"}), touches=("responses",)
    )
    assert queries.summary(planned, everything).tally == Tally(blanks=1)


@pytest.fixture
def closed_books(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A function after which nothing can be asked any more."""

    def asked(*_: object) -> None:
        raise AssertionError("the store was asked")

    def close() -> None:
        monkeypatch.setattr(Store, "batches", asked)
        monkeypatch.setattr(Store, "rows", asked)

    return close


def test_every_period_is_answered_by_one_reading(planned: Store, closed_books: Callable[[], None]) -> None:
    dice = random.Random(1)
    for number in range(30):
        put(planned, key=f"{number}", score=dice.randrange(11), day=f"2026-05-{1 + number:02}")
    queries.summary(planned, Selection())
    closed_books()
    tallies = [
        queries.summary(planned, Selection(Period(date(2026, 5, day), date(2026, 5, day + 1)))).tally
        for day in range(1, 31)
    ]
    assert sum(tallies, Tally()) == queries.summary(planned, Selection()).tally
    assert all(tally.n == 1 for tally in tallies)


def test_they_are_ready_before_anybody_asks(planned: Store, closed_books: Callable[[], None]) -> None:
    put(planned, key="a", score=9)
    with daily.kept_ready(lambda: planned):
        deadline = monotonic() + 20
        while len(kept(planned)) < 2 and monotonic() < deadline:
            sleep(0.05)
    assert kept(planned) == [(), ("seg_plan",)]
    closed_books()
    assert queries.summary(planned, Selection.of(filters={"seg_plan": ["Team"]})).tally == Tally(promoters=1)


def kept(store: Store) -> list[tuple[str, ...]]:
    """For which segments counts are kept, of the responses as they are or were."""
    return sorted(key[3] for key in list(daily._kept) if key[0] is store)


def test_those_of_earlier_responses_are_let_go(planned: Store) -> None:
    for number in range(3):
        put(planned, key=f"{number}", score=9)
        daily.prepare(planned)
        assert kept(planned) == [(), ("seg_plan",)]


def test_those_of_a_store_that_was_left_take_no_room(
    planned: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily.forget()
    left = Store.open(tmp_path / "left.duckdb")
    for number in range(10):
        put(left, key=f"{number}", score=number, plan=None)
    daily.prepare(left)
    left.close()
    put(planned, key="a", score=9)
    monkeypatch.setattr(daily, "MOST_KEPT", 10)
    daily.prepare(planned)
    assert kept(planned) == [(), ("seg_plan",)]


def test_what_nobody_asked_for_takes_half_of_the_room_at_most(planned: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        put(planned, key=f"{number}", score=number, plan=f"plan {number}")
    daily.forget()
    monkeypatch.setattr(daily, "MOST_KEPT", 10)
    daily.prepare(planned)
    assert kept(planned) == [()]


def test_too_many_are_not_kept_and_the_answer_is_the_same(planned: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        put(planned, key=f"{number}", score=number % 11, plan=f"plan {number}")
    by_rows = Selection.of(period=Period(date(2026, 1, 1), None), filters={"seg_plan": ["plan 3", "plan 9"]})
    monkeypatch.setattr(daily, "MOST_COUNTS", 30)
    assert daily.counts(planned, by_rows) is None
    assert queries.summary(planned, by_rows).tally == Tally(promoters=1, detractors=1)
    assert daily.counts(planned, Selection(unit="person")) is None
    monkeypatch.setattr(daily, "MOST_COUNTS", 50)  # fewer than rows, but more than days, surveys and scores
    assert daily.counts(planned, Selection()) is not None
