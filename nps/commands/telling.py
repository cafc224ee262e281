"""What the store tells: summary, cases, export."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from nps import decided, exporting, queries
from nps.archive import writing
from nps.clock import counted, now
from nps.commands.bringing import scores
from nps.commands.opening import opened, user
from nps.errors import Refused
from nps.rows import Followup, Wanted, as_they_stand
from nps.score import Tally
from nps.selection import Grain, Period, Selection, day
from nps.store import Store

GRAINS: tuple[Grain, ...] = ("week", "month", "quarter")
MOST_CASES = 1_000_000


def summary(options: argparse.Namespace) -> int:
    """Print NPS with its interval, in all and by the values of a segment or by period."""
    with opened(options) as store:
        selection = selected(store, options)
        total = figures(queries.summary(store, selection).tally)
        groups = _groups(store, selection, options.by) if options.by else None
    if options.json:
        print(json.dumps(total | ({"groups": groups} if groups is not None else {}), ensure_ascii=False))
        return 0
    for row in [total, *(groups or [])]:
        label = f"{row['value']}: " if "value" in row else ""
        print(f"{label}{line(row)}")
    return 0


def line(row: dict[str, Any]) -> str:
    """A score with its interval for people."""
    score = "no scores" if row["nps"] is None else f"NPS {row['nps']:.1f} ({row['low']:.1f} to {row['high']:.1f})"
    return f"{score}, n = {row['n']}"


def figures(tally: Tally) -> dict[str, Any]:
    """A score with its interval for JSON."""
    interval = tally.interval()
    return {
        "n": tally.n,
        **scores(tally),
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }


def _groups(store: Store, selection: Selection, by: str) -> list[dict[str, Any]]:
    grain = next((known for known in GRAINS if known == by), None)
    if grain:
        points = queries.trend(store, selection, grain)
        return [{"value": point.start.isoformat(), **figures(point.tally)} for point in points]
    values = queries.by_segment(store, selection, column(store, by))
    return [{"value": row.value, **figures(row.tally)} for row in values]


def selected(store: Store, options: argparse.Namespace) -> Selection:
    """The period and the filters of a command."""
    period = Period.through(*(day(text) if text else None for text in (options.start, options.end)))
    return Selection.of(period=period, filters=filters(store, options.where))


def filters(store: Store, pairs: Sequence[str]) -> dict[str, list[str]]:
    """The values to keep by column, of filters written SEGMENT=VALUE."""
    kept: dict[str, list[str]] = {}
    for pair in pairs:
        label, equals, value = pair.partition("=")
        if not equals:
            raise Refused(f"“{pair}” is not a filter. Write --where SEGMENT=VALUE, for example --where Plan=Team.")
        kept.setdefault(column(store, label), []).append(value)
    return kept


def column(store: Store, label: str) -> str:
    """The column of a segment that a person names by its label or its column."""
    listed = queries.segments(store)
    for segment in listed:
        if label.strip().casefold() in (segment.label.casefold(), segment.column.casefold()):
            return segment.column
    raise Refused(f"There is no segment “{label}”. Choose one of: {', '.join(s.label for s in listed) or 'none yet'}.")


def cases(options: argparse.Namespace) -> int:
    """Print the follow-ups, the most urgent first: all that are not finished, or those of a state."""
    with opened(options) as store:
        at = now()
        today = at.replace(tzinfo=UTC).astimezone(decided.settings(store).timezone).date()
        wanted = Wanted(
            states=tuple(options.state),
            owner=options.owner,
            band=options.band,
            queue="overdue" if options.overdue else "all",
            today=today,
            asleep=True,
        )
        found = queries.followups(store, selected(store, options), wanted, now=at, limit=MOST_CASES)
        answered = queries.followups_by_key(store, found.keys, today=today)
        rows = as_they_stand(answered, queries.cases_by_key(store, found.keys))
    if options.json:
        told = [_case(row, at) for row in rows]
        print(json.dumps({"total": found.total, "cases": told}, ensure_ascii=False, default=_iso))
        return 0
    for row in rows:
        who = row.name or row.email or row.account or row.key
        late = ", overdue" if _overdue(row, at) else ""
        print(
            f"{row.score}  {who}  {row.state}{late}  {row.owner or 'nobody'}  {' '.join((row.comment or '').split())}"
        )
    print(f"{counted(found.total, 'follow-up')}.")
    return 0


def _case(row: Followup, at: datetime) -> dict[str, Any]:
    """One follow-up for JSON; times are UTC."""
    return {
        "key": row.key,
        "score": row.score,
        "state": row.state,
        "owner": row.owner,
        "customer": row.name,
        "email": row.email,
        "account": row.account,
        "survey": row.survey,
        "comment": row.comment,
        "answered_at": row.answered_at,
        "due_at": row.due_at,
        "overdue": _overdue(row, at),
        "born_overdue": row.born_overdue,
        "contacted_at": row.contacted_at,
        "contacted_by": row.contacted_by,
        "attempts": row.attempts,
        "snoozed_until": row.snoozed_until,
        "promise_due": row.promise_due,
        "urgency": row.urgency,
        "note": row.note,
    }


def _overdue(row: Followup, at: datetime) -> bool:
    return row.state == "open" and row.due_at <= at


def _iso(moment: Any) -> str:
    return str(moment.isoformat())


def export(options: argparse.Namespace) -> int:
    """Write all responses to a file, or all of the store into a folder."""
    with opened(options) as store:
        if options.all:
            made = writing.write(store, options.file, by=user(), now=now())
            print(f"{options.file}: {counted(made.rows, 'row')} in {counted(len(made.tables), 'table')}, read back.")
            return 0
        count = exporting.export(store, options.file)
    print(f"Wrote {count} responses to {options.file}.")
    return 0
