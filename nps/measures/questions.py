"""What the page Measures asks the store: one function for each file in sql/, each answers with counts."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from nps.score import Tally
from nps.selected import put
from nps.selection import NOT_GIVEN, Grain, Selection
from nps.store import Row, Store
from nps.team.figures import Share
from nps.topics import reads

SQL = Path(__file__).resolve().parent / "sql"


@dataclass(frozen=True)
class Alike:
    """So many accounts whose votes fall the same way; `weight` is what one of them weighs, where that is known."""

    tally: Tally
    weight: float | None
    accounts: int


@dataclass(frozen=True)
class Spread:
    """So many accounts whose votes fall the same way within each value of a segment."""

    cells: tuple[tuple[str, Tally], ...]
    accounts: int


@dataclass(frozen=True)
class Satisfied:
    """The satisfied among the answers of the period that starts on `start`."""

    start: date
    share: Share


@reads("responses", "context")
def accounts(store: Store, selection: Selection) -> tuple[Alike, ...]:
    """The weight is the account's revenue, as the context of customers has it."""
    return tuple(_alike(row) for row in _ask(store, "accounts", selection))


@reads("responses")
def accounts_by_number(store: Store, selection: Selection, column: str) -> tuple[Alike, ...]:
    """The weight is the number that a segment of the account's answers holds."""
    return tuple(_alike(row) for row in _ask(store, "accounts_by_number", selection, number=column))


@reads("responses")
def accounts_by_value(store: Store, selection: Selection, column: str) -> tuple[Spread, ...]:
    rows = _ask(store, "accounts_by_value", selection, {"not_given": NOT_GIVEN}, value=column)
    return tuple(
        Spread(tuple((label, Tally(*counts)) for label, *counts in map(tuple, cells)), count) for cells, count in rows
    )


@reads("responses")
def satisfied_over_time(store: Store, selection: Selection, metric: str, grain: Grain) -> tuple[Satisfied, ...]:
    rows = _ask(store, "satisfied_over_time", beside(selection), {"grain": grain}, metric=metric, per=grain)
    return tuple(Satisfied(start, Share(*counts)) for start, *counts in rows)


@reads("responses")
def satisfied_by_segment(store: Store, selection: Selection, metric: str, column: str) -> tuple[tuple[str, Share], ...]:
    bound = {"not_given": NOT_GIVEN}
    rows = _ask(store, "satisfied_by_segment", beside(selection), bound, metric=metric, value=column)
    return tuple((label, Share(*counts)) for label, *counts in rows)


def beside(selection: Selection) -> Selection:
    """The selection for another metric: a survey that asks for NPS asks for nothing else."""
    return replace(selection, survey=None)


def _alike(row: Row) -> Alike:
    *counts, weight, count = row
    return Alike(Tally(*counts), weight, count)


@cache
def _file(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _ask(store: Store, name: str, selection: Selection, params: dict[str, Any] | None = None, **how: Any) -> list[Row]:
    return put(_file(name), store, selection, params, **how)
