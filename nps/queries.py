"""The questions that pages and commands ask: one function here, one file of the same name in sql/.

Each file reads from `selected`, the responses of a Selection; `_ask` writes that part with bound parameters. Every
function takes the store first and returns frozen rows. `reads` says what it reads, for caches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from nps import daily
from nps.cases import UNFINISHED
from nps.decided import settings
from nps.grains import per
from nps.rows import (
    Band,
    CaseEvent,
    CellTally,
    Change,
    Extent,
    Followup,
    Followups,
    Import,
    Origin,
    PeriodTally,
    Queues,
    Reject,
    Response,
    Satisfaction,
    ScoreCount,
    Segment,
    Sibling,
    Standing,
    Summary,
    Survey,
    Telling,
    Urgency,
    ValueTally,
    Wanted,
)
from nps.score import Tally
from nps.selected import clocks_showed, put
from nps.selection import NOT_GIVEN, Grain, Selection
from nps.store import Row, Store
from nps.topics import reads

SQL = Path(__file__).resolve().parent / "sql"


@reads("responses")
def summary(store: Store, selection: Selection) -> Summary:
    if known := daily.counts(store, selection):
        return Summary(known.tally(), known.undated())
    *counts, undated = _ask(store, "summary", selection)[0]
    return Summary(Tally(*counts), undated)


@reads("responses")
def distribution(store: Store, selection: Selection) -> tuple[ScoreCount, ...]:
    if known := daily.counts(store, selection):
        return tuple(ScoreCount(score, _band(tally), tally.n) for score, tally in known.by_score())
    return tuple(ScoreCount(*row) for row in _ask(store, "distribution", selection))


def _band(tally: Tally) -> Band:
    return "promoter" if tally.promoters else "passive" if tally.passives else "detractor"


@reads("responses")
def trend(store: Store, selection: Selection, grain: Grain) -> tuple[PeriodTally, ...]:
    if known := daily.counts(store, selection):
        return per(known.by_day(), grain)
    rows = _ask(store, "trend", selection, {"grain": grain}, per=grain)
    return tuple(PeriodTally(start, Tally(*counts)) for start, *counts in rows)


@reads("responses")
def by_segment(store: Store, selection: Selection, column: str) -> tuple[ValueTally, ...]:
    if known := daily.counts(store, selection, column):
        return tuple(ValueTally(value, tally) for (value,), tally in known.by_value(column))
    rows = _ask(store, "by_segment", selection, {"not_given": NOT_GIVEN}, value=column)
    return tuple(ValueTally(value, Tally(*counts)) for value, *counts in rows)


@reads("responses")
def by_two_segments(store: Store, selection: Selection, column: str, other: str) -> tuple[CellTally, ...]:
    if known := daily.counts(store, selection, column, other):
        return tuple(CellTally(value, second, tally) for (value, second), tally in known.by_value(column, other))
    rows = _ask(store, "by_two_segments", selection, {"not_given": NOT_GIVEN}, value=column, other_value=other)
    return tuple(CellTally(value, second, Tally(*counts)) for value, second, *counts in rows)


@reads("responses")
def satisfaction(store: Store, selection: Selection, metric: str) -> Satisfaction:
    return Satisfaction(*_ask(store, "satisfaction", selection, metric=metric)[0])


@reads("responses", "cases")
def responses(
    store: Store,
    selection: Selection,
    *,
    limit: int,
    offset: int = 0,
    metric: str = "nps",
    only: str = "",
    bound: Mapping[str, Any] | None = None,
) -> tuple[Response, ...]:
    """A page of the selected responses, the unhappiest first; `only` is one more condition, with its parameters."""
    params = dict(bound or {})
    if not only:
        only, params = _unhappiest(store, selection, limit + offset) if metric == "nps" else ("true", {})
    params |= {"limit": limit, "offset": offset}
    rows = _ask(store, "responses", selection, params, metric=metric, only=only)
    return tuple(map(response, rows))


def response(row: Row) -> Response:
    """A row with the columns of a Response, in their order."""
    return Response(*_with_tuple(row))


def _unhappiest(store: Store, selection: Selection, count: int) -> tuple[str, dict[str, Any]]:
    """A condition that only few responses meet, the unhappiest so many among them, and its parameters."""
    known = daily.counts(store, selection)
    reached = known.unhappiest(count) if known else None
    if reached is None:
        return "true", {}
    score, fewer, day = reached
    if day is None:
        return "score <= $score", {"score": score}
    since = "score = $score AND answered_at >= $since"
    only = f"(score < $score OR {since})" if fewer else since
    return only, {"score": score, "since": _surely_before(day)}


def _surely_before(day: date) -> datetime:
    """A moment before a day of the reporting zone begins: no zone's does a whole day before that of UTC."""
    return datetime.combine(max(day, date.min + timedelta(1)) - timedelta(1), time.min)


def _surely_after(day: date) -> datetime:
    """A moment after a day of the reporting zone ended, likewise."""
    return datetime.combine(min(day, date.max - timedelta(2)) + timedelta(2), time.min)


@reads("responses", "cases")
def newest_detractors(store: Store, selection: Selection, *, limit: int) -> tuple[Response, ...]:
    of_all = replace(selection, unit="response")
    known = daily.counts(store, of_all)
    day = known.newest_detractors(limit) if known else None
    only, params = ("answered_at >= $since", {"since": _surely_before(day)}) if day else ("true", {})
    rows = _ask(store, "newest_detractors", of_all, params | {"limit": limit}, only=only)
    return tuple(Response(*_with_tuple(row)) for row in rows)


@reads("responses", "cases")
def followups(
    store: Store, selection: Selection, wanted: Wanted, *, now: datetime, limit: int = 0, offset: int = 0
) -> Followups:
    """How many follow-ups are wanted, and the keys of a page of them; `now` says what is overdue."""
    params = {**_wanted(wanted, now=now), "limit": limit, "offset": offset, **_weights(store)}
    [[total, others, keys]] = _ask(store, "followups", selection, params, source="followups")
    return Followups(total, others, tuple(keys))


@reads("responses")
def followups_by_key(store: Store, response_keys: Sequence[str], *, today: date) -> tuple[Followup, ...]:
    """The follow-ups of these responses in their order, without those that are gone, as if nothing had happened yet."""
    params = {"response_keys": list(response_keys), "today": today, **_weights(store)}
    rows = _ask(store, "followups_by_key", Selection(), params, source="timed")
    by_key = {row[0]: Followup.of(row) for row in rows}
    return tuple(by_key[key] for key in response_keys if key in by_key)


@reads("cases")
def cases_by_key(store: Store, response_keys: Sequence[str]) -> tuple[Standing, ...]:
    """How the cases of these responses stand; one that nothing happened to is left out."""
    return tuple(Standing(*row) for row in store.rows(_file("cases_by_key"), {"response_keys": list(response_keys)}))


@reads("responses", "cases")
def urgency(store: Store, selection: Selection, *, now: datetime) -> Urgency:
    return Urgency(*_ask(store, "urgency", selection, {"now": now}, source="followups")[0])


@reads("responses", "cases")
def queues(store: Store, selection: Selection, wanted: Wanted, *, now: datetime) -> Queues:
    """How many unfinished follow-ups of the wanted band are in each queue; the other wishes do not count."""
    asked = _wanted(wanted, now=now)
    params = {name: asked[name] for name in ("band", "me", "team", "now", "today")} | {"states": list(UNFINISHED)}
    return Queues(*_ask(store, "queues", selection, params, source="followups")[0])


@reads("responses", "cases")
def siblings(store: Store, person_id: int, account_id: int) -> tuple[Sibling, ...]:
    """The follow-ups of one customer and of the others of the account, the newest first, at most 100."""
    rows = store.rows(_file("siblings"), {"person_id": person_id, "account_id": account_id})
    return tuple(Sibling(*row) for row in rows)


@reads("cases")
def owners(store: Store) -> tuple[str, ...]:
    return tuple(row[0] for row in store.rows(_file("owners")))


@reads("cases")
def case_events(store: Store, response_key: str) -> tuple[CaseEvent, ...]:
    return tuple(CaseEvent(*row) for row in store.rows(_file("case_events"), {"response_key": response_key}))


@reads("responses", "cases")
def histories(store: Store, selection: Selection, band: Band, *, limit: int) -> tuple[Row, ...]:
    """All events of the cases of a band in the order in which they happened, as the file names their columns."""
    return tuple(_ask(store, "histories", selection, {"band": band, "limit": limit}, source="followups"))


@reads("responses")
def surveys(store: Store) -> tuple[Survey, ...]:
    if (known := daily.surveys(store)) is not None:
        return tuple(Survey(*row[:3]) for row in sorted(known, key=lambda row: (-row[2], row[0] or "")))
    return tuple(Survey(*row) for row in store.rows(_file("surveys")))


@reads("responses")
def extent(store: Store) -> Extent:
    known = daily.surveys(store)
    days = [day for _, metric, _, *days in known or () if metric == "nps" for day in days if day]
    where, params = "true", dict[str, datetime]()
    if days:  # only the first and the last answer need be looked for
        where = "answered_at < $early OR answered_at >= $late"
        params = {"early": _surely_after(min(days)), "late": _surely_before(max(days))}
    dated = (
        f"WITH dated AS NOT MATERIALIZED (SELECT metric, {clocks_showed(store)} AS answered_there "  # noqa: S608
        f"FROM responses WHERE {where})\n"
    )
    found = Extent(*store.rows(dated + _file("extent"), params)[0])
    return replace(found, n=sum(n for _, metric, n, *_ in known if metric == "nps")) if known else found


@reads("responses")
def segments(store: Store) -> tuple[Segment, ...]:
    return tuple(Segment(*row) for row in store.rows(_file("segments")))


@reads("responses")
def segment_values(store: Store, column: str, *, limit: int, survey: str | None = None) -> tuple[tuple[str, int], ...]:
    selection = Selection.of(survey=survey)
    if known := daily.counts(store, selection, column):
        found = [(value, tally.n + tally.blanks) for (value,), tally in known.by_value(column)]
        return tuple(sorted(found, key=lambda each: (-each[1], each[0] == NOT_GIVEN, each[0]))[:limit])
    params = {"not_given": NOT_GIVEN, "limit": limit}
    rows = _ask(store, "segment_values", selection, params, value=column)
    return tuple((value, n) for value, n in rows)


@reads("responses")
def imports(store: Store, *, limit: int) -> tuple[Import, ...]:
    return tuple(Import(*row) for row in store.rows(_file("imports"), {"limit": limit}))


@reads("responses")
def rejects(store: Store, import_id: str, *, limit: int) -> tuple[Reject, ...]:
    rows = store.rows(_file("rejects"), {"import_id": import_id, "limit": limit})
    return tuple(Reject(line, column, value, reason, tuple(cells)) for line, column, value, reason, cells in rows)


@reads("responses")
def origin(store: Store, import_id: str) -> Origin:
    rows = store.rows(_file("origin"), {"import_id": import_id})
    return Origin(tuple(rows[0][0]), rows[0][1]) if rows else Origin((), None)


@reads("responses")
def changes(store: Store, import_id: str, *, limit: int) -> tuple[Change, ...]:
    return tuple(Change(*row) for row in store.rows(_file("changes"), {"import_id": import_id, "limit": limit}))


@reads("responses")
def vanished(store: Store, import_id: str, *, limit: int) -> tuple[str, ...]:
    return tuple(row[0] for row in store.rows(_file("vanished"), {"import_id": import_id, "limit": limit}))


@reads("responses", "cases")
def telling_rows(store: Store, selection: Selection, scores: tuple[int, ...]) -> Telling:
    rows = _ask(store, "telling_rows", replace(selection, unit="response"), {"scores": list(scores)})
    return Telling(tuple((row[0], Response(*_with_tuple(row[1:-5]))) for row in rows), *(rows[0][-5:] if rows else ()))


@cache
def _file(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _ask(store: Store, name: str, selection: Selection, params: dict[str, Any] | None = None, **how: Any) -> list[Row]:
    """Put the question of that file, as `put` does."""
    return put(_file(name), store, selection, params, **how)


def _wanted(wanted: Wanted, *, now: datetime) -> dict[str, Any]:
    return {
        **wanted.__dict__,
        "states": list(wanted.states) or (list(UNFINISHED) if wanted.queue else None),
        "team": list(wanted.team),
        "text": wanted.text or None,
        "now": now,
        "today": wanted.today or now.date(),
    }


def _weights(store: Store) -> dict[str, Any]:
    """What revenue is typical, as the settings say or else as the known accounts have it, and which renewal is near."""
    decided = settings(store)
    typical = decided.high_revenue or _typical_revenue(store, store.version("responses"))
    return {"typical": typical, "renewal_days": decided.renewal_days}


@lru_cache(maxsize=16)
def _typical_revenue(store: Store, _version: int) -> float | None:
    [[typical]] = store.rows("SELECT typical_revenue FROM revenues")
    return None if typical is None else float(typical)


def _with_tuple(row: Row) -> Row:
    """A row that starts like Response, its list of segment values made immutable."""
    return (*row[:8], tuple(row[8]), *row[9:])
