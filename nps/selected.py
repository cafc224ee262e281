"""The part of a question's SQL that says which responses it is about, with bound parameters."""

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Literal

from nps.decided import settings
from nps.errors import Refused
from nps.selection import NOT_GIVEN, Grain, Selection
from nps.store import Row, Store, quoted
from nps.zones import FIRST_YEAR, LAST_YEAR, answered_sql, day_began

Source = Literal["answers", "timed", "followups"]
VOTER_SQL = {"person": "person_id", "account": "account_id"}


def put(
    question: str,
    store: Store,
    selection: Selection,
    params: dict[str, Any] | None = None,
    *,
    metric: str = "nps",
    source: Source = "answers",
    per: Grain | Literal["day"] | None = None,
    only: str = "true",
    **aliases: str,
) -> list[Row]:
    """Put a question, as SQL, to the selected rows; `composed` says from what it reads."""
    sql, bound = composed(store, selection, metric=metric, source=source, per=per, only=only, **aliases)
    return store.rows(sql + question, bound | (params or {}))


def composed(
    store: Store,
    selection: Selection,
    *,
    metric: str = "nps",
    source: Source = "answers",
    per: Grain | Literal["day"] | None = None,
    only: str = "true",
    **aliases: str,
) -> tuple[str, dict[str, Any]]:
    """What stands before a question, as SQL, with its bound parameters.

    The question reads from `selected`, or by `place` from `listed`, all rows with the list of their segment values;
    `answered_there` is what the clocks of the reporting zone showed. `aliases` give segments' columns the names the
    question uses; one voter has one vote, or one `per` day, week, month or quarter. `only` is one more condition in
    SQL of our own.
    """
    known, there, zone = store.columns(), clocks_showed(store), settings(store).zone
    extra = "".join(f", {_segment(column, known)} AS {alias}" for alias, column in aliases.items())
    (when, when_bound), (who, who_bound) = _when(selection, there, zone, metric=metric), _who(selection, known)
    voter = VOTER_SQL.get(selection.unit) if source == "answers" else None
    period = per and f"date_trunc('{per}', {there})"
    where = f"{who} AND place IN ({_latest(when, voter, period)})" if voter else f"{when} AND {who}"
    values = f"[{', '.join(map(quoted, known))}]::VARCHAR[] AS segment_values"
    where = f"{where} AND {only}"
    # Not materialized: what a file does not read of the wide rows is never fetched.
    with_rows = (
        f"WITH selected AS NOT MATERIALIZED (SELECT *{extra}, {there} AS answered_there FROM {source} WHERE {where}),\n"  # noqa: S608
        f"listed AS NOT MATERIALIZED (SELECT *, {values} FROM {source})\n"
    )
    return with_rows, when_bound | who_bound


def clocks_showed(store: Store) -> str:
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
