"""Groups kept under watch with an owner and a note: appended with who and when, and ended by a later row."""

import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Literal

from nps.errors import Refused
from nps.hotspots.finding import Direction
from nps.score import FEWEST_COMPARED, Change, Tally, contrast
from nps.selection import Period, Selection
from nps.store import Row, Store, Transaction
from nps.topics import reads

Group = tuple[tuple[str, str], ...]
State = Literal["there", "better", "worse", "gone", "unclear", "few"]
LONGEST_OWNER, LONGEST_NOTE = 80, 500

_NUMBER = "SELECT coalesce(max(number), 0) + 1 FROM watched"
_KEPT = """
SELECT
    number, direction, segments, start_day, end_day, survey, unit, filters,
    promoters, passives, detractors, rest_promoters, rest_passives, rest_detractors,
    owner, note, done_at, done_by
FROM watched
WHERE action = 'keep'
ORDER BY number
"""
_LAST = """
SELECT watch, max_by(action, number), max_by(done_at, number), max_by(done_by, number) FROM watched GROUP BY watch
"""


@dataclass(frozen=True)
class Found:
    """A group that scores below (low) or above (high) the rest of a selection, with the counts of both."""

    direction: Direction
    segments: Group
    selection: Selection
    own: Tally
    rest: Tally


@dataclass(frozen=True)
class Watch:
    """A group under watch, as it was `found` when somebody kept it; `ended_at` None: it stands. Times are UTC."""

    number: int
    found: Found
    owner: str
    note: str
    kept_at: datetime
    kept_by: str
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True)
class Standing:
    """What has become of a group: `own` and `rest` are those of today.

    "there": it still lies apart from the rest; "better" or "worse" where it lies reliably less or more far from it than
    when it was kept. "gone": it does not lie apart any more, and reliably less far than then. "unclear": neither can
    be told. "few": it or the rest has under 30 answers.
    """

    state: State
    own: Tally
    rest: Tally
    since: Change


def keep(store: Store, found: Found, *, owner: str, note: str, who: str, now: datetime) -> int:
    """Keep a group under watch; return its number. Raises Refused where it is already, or a text is too long."""
    _check_name(who)
    owner, note = owner.strip(), note.strip()
    for text, longest, what in ((owner, LONGEST_OWNER, "The owner's name"), (note, LONGEST_NOTE, "The note")):
        if len(text) > longest:
            raise Refused(f"{what} has {len(text):,} characters. Say it in at most {longest}.")

    def work(tx: Transaction) -> int:
        if any(_alike(watch.found, found) for watch in _watches(tx.rows) if not watch.ended_at):
            raise Refused("That group is under watch already. End that watch first to keep it anew.")
        [[number]] = tx.rows(_NUMBER)
        row = _row(found) | {"owner": owner, "note": note, "action": "keep", "watch": number}
        _append(tx, row | {"number": number, "done_at": now, "done_by": who.strip()})
        return int(number)

    return store.transact(work, touches=("watched",))


def end(store: Store, number: int, *, who: str, now: datetime) -> None:
    """End a watch. Raises Refused where somebody did already."""
    _turn(store, number, "end", who, now)


def take_up_again(store: Store, number: int, *, who: str, now: datetime) -> None:
    """Take back that a watch was ended. Raises Refused where somebody did already, or the group is watched anew."""
    _turn(store, number, "back", who, now)


@reads("watched")
def watches(store: Store) -> tuple[Watch, ...]:
    """All groups that are or were under watch, in the order in which they were kept."""
    return _watches(store.rows)


def today(selection: Selection, *, newest: date | None) -> Selection:
    """A selection as it stands today: a closed period is as long as it was, and ends with the newest answer."""
    days = selection.period.days
    if days is None or newest is None:
        return selection
    end = newest + timedelta(days=1)
    return selection.during(Period(end - timedelta(days=days), end))


def standing(watch: Watch, own: Tally, rest: Tally) -> Standing:
    """What has become of a group, by its tally and that of the rest today."""
    nearer = "up" if watch.found.direction == "low" else "down"
    since = contrast((own, rest), (watch.found.own, watch.found.rest))
    apart = own.change_from(rest).direction == ("down" if watch.found.direction == "low" else "up")
    state: State
    if min(own.n, rest.n) < FEWEST_COMPARED:
        state = "few"
    elif apart:
        state = "there" if since.direction == "none" else "better" if since.direction == nearer else "worse"
    else:
        state = "gone" if since.direction == nearer else "unclear"
    return Standing(state, own, rest, since)


def _turn(store: Store, number: int, action: Literal["end", "back"], who: str, now: datetime) -> None:
    _check_name(who)

    def work(tx: Transaction) -> None:
        known = {watch.number: watch for watch in _watches(tx.rows)}
        if number not in known or bool(known[number].ended_at) is (action == "end"):
            done = "ended that watch" if action == "end" else "took that watch up again"
            raise Refused(f"Somebody {done} already. Nothing was changed.")
        others = [each.found for each in known.values() if not each.ended_at]
        if action == "back" and any(_alike(found, known[number].found) for found in others):
            raise Refused("That group was put under watch anew meanwhile. Nothing was changed.")
        [[next_number]] = tx.rows(_NUMBER)
        _append(tx, {"number": next_number, "action": action, "watch": number, "done_at": now, "done_by": who.strip()})

    store.transact(work, touches=("watched",))


def _watches(rows: Callable[[str], list[Row]]) -> tuple[Watch, ...]:
    last = {watch: (action, at, by) for watch, action, at, by in rows(_LAST)}
    found = []
    for number, *told, owner, note, at, by in rows(_KEPT):
        action, ended_at, ended_by = last[number]
        ended = (ended_at, ended_by) if action == "end" else (None, None)
        found.append(Watch(number, _found(told), owner, note, at, by, *ended))
    return tuple(found)


def _alike(one: Found, other: Found) -> bool:
    """Whether two are the same group, looked at in the same way: only the days may be others."""
    return (one.direction, one.segments, one.selection.during(Period())) == (
        other.direction,
        other.segments,
        other.selection.during(Period()),
    )


def _row(found: Found) -> dict[str, Any]:
    selection = found.selection
    names = [field.name for field in fields(Tally)][:3]
    counts = dict(zip(names, astuple(found.own), strict=False))
    of_rest = dict(zip([f"rest_{name}" for name in names], astuple(found.rest), strict=False))
    return {
        "direction": found.direction,
        "segments": json.dumps(found.segments, ensure_ascii=False),
        "start_day": selection.period.start,
        "end_day": selection.period.end,
        "survey": selection.survey,
        "unit": selection.unit,
        "filters": json.dumps(selection.filters, ensure_ascii=False),
        **counts,
        **of_rest,
    }


def _found(told: Sequence[Any]) -> Found:
    direction, segments, start, end, survey, unit, filters, *counts = told
    kept = dict(json.loads(filters))
    selection = Selection.of(period=Period(start, end), survey=survey, unit=unit, filters=kept)
    group = tuple((column, value) for column, value in json.loads(segments))
    return Found(direction, group, selection, Tally(*counts[:3]), Tally(*counts[3:]))


def _append(tx: Transaction, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    tx.execute(f"INSERT INTO watched ({names}) VALUES ({', '.join(f'${name}' for name in row)})", row)  # noqa: S608


def _check_name(who: str) -> None:
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who wrote it.")
