"""The questions that pages and commands ask: one function here, one file of the same name in sql/.

Each file reads from `selected`, the responses of a Selection; `_ask` writes that part with bound parameters. Every
function takes the store first and returns frozen rows. `reads` says what it reads, for caches.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from nps.cases import UNFINISHED
from nps.decided import settings
from nps.errors import Refused
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
    Summary,
    Survey,
    Telling,
    Urgency,
    ValueTally,
    Wanted,
)
from nps.score import Tally
from nps.selection import NOT_GIVEN, Grain, Selection
from nps.store import Row, Store, quoted
from nps.topics import reads
from nps.zones import FIRST_YEAR, LAST_YEAR, answered_sql, day_began

SQL = Path(__file__).resolve().parent / "sql"

VOTER_SQL = {"person": "person_id", "account": "account_id"}


@reads("responses")
def summary(store: Store, selection: Selection) -> Summary:
    *counts, first, last, undated = _ask(store, "summary", selection)[0]
    return Summary(Tally(*counts), first, last, undated)


@reads("responses")
def distribution(store: Store, selection: Selection) -> tuple[ScoreCount, ...]:
    return tuple(ScoreCount(*row) for row in _ask(store, "distribution", selection))


@reads("responses")
def trend(store: Store, selection: Selection, grain: Grain) -> tuple[PeriodTally, ...]:
    rows = _ask(store, "trend", selection, {"grain": grain}, per=grain)
    return tuple(PeriodTally(start, Tally(*counts)) for start, *counts in rows)


@reads("responses")
def by_segment(store: Store, selection: Selection, column: str) -> tuple[ValueTally, ...]:
    rows = _ask(store, "by_segment", selection, {"not_given": NOT_GIVEN}, value=column)
    return tuple(ValueTally(value, Tally(*counts)) for value, *counts in rows)


@reads("responses")
def by_two_segments(store: Store, selection: Selection, column: str, other: str) -> tuple[CellTally, ...]:
    rows = _ask(store, "by_two_segments", selection, {"not_given": NOT_GIVEN}, value=column, other_value=other)
    return tuple(CellTally(value, second, Tally(*counts)) for value, second, *counts in rows)


@reads("responses")
def satisfaction(store: Store, selection: Selection, metric: str) -> Satisfaction:
    return Satisfaction(*_ask(store, "satisfaction", selection, metric=metric)[0])


@reads("responses", "cases")
def responses(store: Store, selection: Selection, *, limit: int, offset: int = 0) -> tuple[Response, ...]:
    params = {"limit": limit, "offset": offset}
    return tuple(Response(*_with_tuple(row)) for row in _ask(store, "responses", selection, params))


@reads("responses", "cases")
def newest_detractors(store: Store, selection: Selection, *, limit: int) -> tuple[Response, ...]:
    rows = _ask(store, "newest_detractors", replace(selection, unit="response"), {"limit": limit})
    return tuple(Response(*_with_tuple(row)) for row in rows)


@reads("responses", "cases")
def followups(
    store: Store, selection: Selection, wanted: Wanted, *, now: datetime, limit: int, offset: int = 0
) -> Followups:
    """A page of the follow-ups that are wanted, and how many there are in all; `now` says what is overdue."""
    params = {**_wanted(wanted, now=now), "limit": limit, "offset": offset, **_weights(store)}
    rows = _ask(store, "followups", selection, params, source="followups")
    if not rows and offset:
        return Followups((), followups(store, selection, wanted, now=now, limit=1).total)
    return Followups(tuple(Followup.of(row[:-2]) for row in rows), rows[0][-2] if rows else 0)


@reads("responses", "cases")
def followups_by_key(store: Store, response_keys: Sequence[str], *, today: date) -> tuple[Followup, ...]:
    """The follow-ups of these responses in their order; one that is gone is left out."""
    params = {"response_keys": list(response_keys), "today": today, **_weights(store)}
    rows = _ask(store, "followups_by_key", Selection(), params, source="followups")
    by_key = {row[0]: Followup.of(row) for row in rows}
    return tuple(by_key[key] for key in response_keys if key in by_key)


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
    return tuple(Survey(*row) for row in store.rows(_file("surveys")))


@reads("responses")
def extent(store: Store) -> Extent:
    dated = f"WITH dated AS NOT MATERIALIZED (SELECT metric, {_there(store)} AS answered_there FROM responses)\n"  # noqa: S608
    return Extent(*store.rows(dated + _file("extent"))[0])


@reads("responses")
def segments(store: Store) -> tuple[Segment, ...]:
    return tuple(Segment(*row) for row in store.rows(_file("segments")))


@reads("responses")
def segment_values(store: Store, column: str, *, limit: int, survey: str | None = None) -> tuple[tuple[str, int], ...]:
    params = {"not_given": NOT_GIVEN, "limit": limit}
    rows = _ask(store, "segment_values", Selection.of(survey=survey), params, value=column)
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


def put(
    question: str,
    store: Store,
    selection: Selection,
    params: dict[str, Any] | None = None,
    *,
    metric: str = "nps",
    source: Literal["answers", "followups"] = "answers",
    per: Grain | None = None,
    **aliases: str,
) -> list[Row]:
    """Put a question, as SQL, to the selected rows.

    It reads from `selected`, or by `place` from `listed`, all rows with the list of their segment values;
    `answered_there` is what the clocks of the reporting zone showed. `aliases` give segments' columns the names the
    question uses; one voter has one vote, or one `per` week, month or quarter.
    """
    known, there, zone = store.columns(), _there(store), settings(store).zone
    extra = "".join(f", {_segment(column, known)} AS {alias}" for alias, column in aliases.items())
    (when, when_bound), (who, who_bound) = _when(selection, there, zone, metric=metric), _who(selection, known)
    voter = VOTER_SQL.get(selection.unit) if source == "answers" else None
    period = per and f"date_trunc('{per}', {there})"
    where = f"{who} AND place IN ({_latest(when, voter, period)})" if voter else f"{when} AND {who}"
    values = f"[{', '.join(map(quoted, known))}]::VARCHAR[] AS segment_values"
    # Not materialized: what a file does not read of the wide rows is never fetched.
    with_rows = (
        f"WITH selected AS NOT MATERIALIZED (SELECT *{extra}, {there} AS answered_there FROM {source} WHERE {where}),\n"  # noqa: S608
        f"listed AS NOT MATERIALIZED (SELECT *, {values} FROM {source})\n"
    )
    return store.rows(with_rows + question, when_bound | who_bound | (params or {}))


def _there(store: Store) -> str:
    """SQL for what the clocks of the reporting zone showed when a response was given."""
    zone = settings(store).zone
    return _there_in(zone, _years(store, store.version("responses")))


@lru_cache(maxsize=256)
def _there_in(zone: str, years: tuple[int, int]) -> str:
    return answered_sql("answered_at", zone, years=years)


@lru_cache(maxsize=16)
def _years(store: Store, _version: int) -> tuple[int, int]:
    """The years of the first and the last answer: a zone's shifts outside of them need not be looked at."""
    [[first, last]] = store.rows("SELECT min(answered_at), max(answered_at) FROM responses")
    return (first.year, last.year) if first else (FIRST_YEAR, LAST_YEAR)


def _when(selection: Selection, there: str, zone: str, *, metric: str) -> tuple[str, dict[str, Any]]:
    """Metric, period and survey of a selection as a SQL condition and its bound parameters."""
    clauses, params = ["metric = $metric"], dict[str, Any](metric=metric)
    for name, bound in (("start", selection.period.start), ("end", selection.period.end)):
        if bound:
            clauses.append(_bounded(name, bound, there, zone, params))
    if selection.survey:
        clauses.append("survey = $survey")
        params["survey"] = selection.survey
    return " AND ".join(clauses), params


def _bounded(name: str, bound: date, there: str, zone: str, params: dict[str, Any]) -> str:
    """The condition that a response is of the day of a bound or later (`start`), or of an earlier one (`end`).

    It compares the column itself with the moment at which the day began: the table then need not be read for what lies
    outside. A day alone is its midnight, also where the day began later than that.
    """
    sign = ">=" if name == "start" else "<"
    midnight, began = datetime.combine(bound, time.min), day_began(bound, zone)
    params[name] = began or midnight
    if began is None:
        return f"{there} {sign} ${name}"
    if began <= midnight:
        return f"answered_at {sign} ${name}"
    params[f"{name}_midnight"] = midnight
    alone = f"answered_at {'=' if name == 'start' else '<>'} ${name}_midnight"
    return f"(answered_at {sign} ${name} {'OR' if name == 'start' else 'AND'} {alone})"


def _who(selection: Selection, known: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The segments' values of a selection, likewise; `known` are the columns of listed segments."""
    clauses, params = ["true"], dict[str, Any]()
    for number, (column, values) in enumerate(selection.filters):
        names = {f"filter_{number}_{index}": value for index, value in enumerate(values)}
        clause = f"{_segment(column, known)} IN ({', '.join(f'${name}' for name in names)})"
        if NOT_GIVEN in values:
            clause = f"({clause} OR {_segment(column, known)} IS NULL)"
        clauses.append(clause)
        params |= names
    return " AND ".join(clauses), params


def _segment(column: str, known: Sequence[str]) -> str:
    if column not in known:
        raise Refused(f"There is no segment “{column}”. Choose one of: {', '.join(known) or 'none yet'}.")
    return quoted(column)


def _latest(when: str, voter: str, period: str | None) -> str:
    """One vote each: the places of the voters' latest scores in the period and survey, or in each period of a trend.

    Segments are filtered apart from it, so that the votes of their values add up to all votes.
    """
    within = f"{voter}, {period}" if period else voter
    return f"SELECT latest(answered_at, place) FROM answers WHERE {when} AND NOT blank GROUP BY {within}"  # noqa: S608


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
    """What the settings say about revenue and renewals."""
    decided = settings(store)
    return {"high_revenue": decided.high_revenue, "renewal_days": decided.renewal_days}


def _with_tuple(row: Row) -> Row:
    """A row that starts like Response, its list of segment values made immutable."""
    return (*row[:8], tuple(row[8]), *row[9:])
