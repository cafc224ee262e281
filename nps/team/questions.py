"""What the team's page asks the store: one function for each file in sql/, each answers with counts."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from nps.cases import OVER
from nps.selected import put
from nps.selection import Selection
from nps.store import Row, Store
from nps.team.counts import AtRisk, Heard, InTime, Load, Stuck, Unassigned, Waits, Week
from nps.team.figures import Share, Waited
from nps.team.matched import Again
from nps.team.rules import Decided, Rules, from_json
from nps.topics import reads

SQL = Path(__file__).resolve().parent / "sql"


@reads("responses", "cases")
def weeks(store: Store, selection: Selection) -> tuple[Week, ...]:
    return tuple(Week(start, Share(contacted, n)) for start, contacted, n in _ask(store, "weeks", selection))


@reads("responses", "cases")
def beyond_reach(store: Store, selection: Selection) -> tuple[tuple[str, int], ...]:
    return tuple((reason, n) for reason, n in _ask(store, "beyond_reach", selection))


@reads("responses", "cases")
def waited(store: Store, selection: Selection, *, now: datetime) -> Waits:
    rows = _ask(store, "waited", selection, {"now": now})
    in_hours = [(born, Waited(minutes / 60, contacted, waiting)) for born, minutes, contacted, waiting in rows]
    return Waits(*(tuple(row for born, row in in_hours if born is late) for late in (False, True)))


@reads("responses", "cases")
def in_time(store: Store, selection: Selection, band: str, *, now: datetime) -> InTime:
    rows = _ask(store, "in_time", selection, {"band": band, "now": now})
    shares = {born: Share(met, n) for born, met, n in rows}
    return InTime(shares.get(False, Share()), shares.get(True, Share()))


@reads("responses", "cases")
def again(store: Store, selection: Selection, column: str | None) -> tuple[Again, ...]:
    """`column` is the segment that is matched on; None: none."""
    position = store.columns().index(column) + 1 if column else None
    return tuple(Again(*row) for row in _ask(store, "again", selection, {"position": position}))


@reads("responses", "cases")
def revenue_at_risk(store: Store, selection: Selection, *, today: date) -> AtRisk:
    return AtRisk(*_ask(store, "revenue_at_risk", selection, {"over": OVER, "today": today})[0])


@reads("responses")
def revenue_heard(store: Store, *, now: datetime) -> Heard:
    return Heard(*store.rows(_file("revenue_heard"), {"now": now})[0])


@reads("responses", "cases")
def load(store: Store, selection: Selection, band: str, *, now: datetime, today: date) -> tuple[Load, ...]:
    params = {"band": band, "over": OVER, "now": now, "today": today}
    return tuple(Load(*row) for row in _ask(store, "load", selection, params))


@reads("responses", "cases")
def stuck(store: Store, selection: Selection, band: str, *, now: datetime) -> tuple[Stuck, ...]:
    return tuple(Stuck(*row) for row in _ask(store, "stuck", selection, {"band": band, "over": OVER, "now": now}))


@reads("responses", "cases")
def unassigned(store: Store, selection: Selection, band: str, *, limit: int) -> tuple[Unassigned, ...]:
    columns = store.columns()
    rows = _ask(store, "unassigned", selection, {"band": band, "over": OVER, "limit": limit})
    return tuple(
        Unassigned(key, account, owner, dict(zip(columns, values, strict=True))) for key, account, owner, values in rows
    )


@reads("responses", "cases")
def owned(store: Store, selection: Selection, band: str, owner: str, *, limit: int) -> tuple[str, ...]:
    params = {"band": band, "over": OVER, "owner": owner, "limit": limit}
    return tuple(row[0] for row in _ask(store, "owned", selection, params))


@reads("cases")
def rules(store: Store) -> Decided:
    rows = store.rows(_file("rules"))
    return Decided(from_json(rows[0][0]), *rows[0][1:]) if rows else Decided(Rules(), None, None)


@cache
def _file(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _ask(store: Store, name: str, selection: Selection, params: dict[str, Any] | None = None) -> list[Row]:
    return put(_file(name), store, selection, params, source="followups")
