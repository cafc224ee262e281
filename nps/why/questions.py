"""What the page about a change asks the store beyond counts by segment: who changed band between two answers."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from nps.selected import put
from nps.selection import Period, Selection
from nps.store import Row, Store
from nps.topics import reads

SQL = Path(__file__).resolve().parent / "sql"

Direction = Literal["fell", "rose"]
SIGN: dict[Direction, int] = {"fell": -1, "rose": 1}


@dataclass(frozen=True)
class Flows:
    """Of the people who gave a score in both periods: how many are in a lower band, a higher, and the same."""

    fell: int
    rose: int
    stayed: int

    @property
    def people(self) -> int:
        return self.fell + self.rose + self.stayed


@dataclass(frozen=True)
class Switched:
    """Somebody who changed band; times are UTC, as in Response. `key` and `comment` are those of the later answer."""

    key: str
    name: str | None
    email: str | None
    account: str | None
    score_before: int
    answered_before: datetime | None
    score_after: int
    answered_after: datetime | None
    comment: str | None


@reads("responses")
def flows(store: Store, selection: Selection, before: Period, after: Period) -> Flows:
    """`selection` without its period; both periods have a first and a last day."""
    rows = _ask(store, "flows", selection, (before, after))
    return Flows(
        sum(n for then, now, n in rows if now < then),
        sum(n for then, now, n in rows if now > then),
        sum(n for then, now, n in rows if now == then),
    )


@reads("responses")
def switched(
    store: Store,
    selection: Selection,
    before: Period,
    after: Period,
    direction: Direction,
    *,
    limit: int,
    offset: int = 0,
) -> tuple[Switched, ...]:
    """Those who changed to a lower band, or to a higher one, the largest differences first."""
    params = {"direction": SIGN[direction], "limit": limit, "offset": offset}
    return tuple(Switched(*row) for row in _ask(store, "switched", selection, (before, after), params))


def _ask(
    store: Store,
    name: str,
    selection: Selection,
    periods: tuple[Period, Period],
    params: dict[str, Any] | None = None,
) -> list[Row]:
    before, after = periods
    bounds: dict[str, date | None] = {
        "before_start": before.start,
        "before_end": before.end,
        "after_start": after.start,
        "after_end": after.end,
    }
    known = [day for day in bounds.values() if day]
    both = Selection.of(period=Period(min(known), max(known)), survey=selection.survey, filters=dict(selection.filters))
    return put(_file(name), store, both, bounds | (params or {}))


@cache
def _file(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
