"""Writing to cases: every act is an event with who and when, and `cases` is kept to what the events add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from nps.cases import Case, Kind, fold, last_to_undo, may_follow
from nps.errors import Conflict, Refused
from nps.rows import CaseEvent
from nps.store import Store, Transaction

LONGEST_NOTE = 4000

_EVENTS = """
SELECT event_id, response_key, version, happened_at, who, kind, value
FROM case_events WHERE response_key = $key ORDER BY version
"""
_APPEND = "INSERT INTO case_events VALUES ($event_id, $response_key, $version, $happened_at, $who, $kind, $value)"
_UPDATE = """
UPDATE cases SET version = $version, state = $state, owner = $owner, contacted_at = $contacted_at,
    contacted_by = $contacted_by, note = $note, changed_at = $changed_at
WHERE response_key = $response_key
"""
_INSERT = """
INSERT INTO cases VALUES
    ($response_key, $version, $state, $owner, $contacted_at, $contacted_by, $note, $changed_at)
"""


@dataclass(frozen=True)
class Ticked:
    """What became of a tick on several cases: the keys that are contacted now, and a sentence for each that is not."""

    done: tuple[str, ...]
    conflicts: tuple[str, ...]


@dataclass(frozen=True)
class PastContact:
    """A contact made before: whom, when (UTC), by whom, and what came of it."""

    response_key: str
    at: datetime
    who: str
    note: str


def tick(store: Store, response_keys: Sequence[str], *, who: str, now: datetime) -> Ticked:
    """Mark cases as contacted. One that somebody contacted before stays as it is, and the answer says who it was."""
    _name(who)

    def work(tx: Transaction) -> Ticked:
        done, conflicts = [], []
        for key in dict.fromkeys(response_keys):
            events = _events(tx, key)
            case = fold(events)
            if case.state != "open":
                conflicts.append(_contacted_first(case) if case.contacted_at else _changed_first(events))
            else:
                _record(tx, key, events, kind="contacted", value=None, who=who, now=now)
                done.append(key)
        return Ticked(tuple(done), tuple(conflicts))

    return store.transact(work, touches=("cases",))


def record_past(store: Store, contacts: Sequence[PastContact]) -> int:
    """Write contacts that were made elsewhere, with the time and the name they had; return how many."""

    def work(tx: Transaction) -> int:
        for past in contacts:
            acts: list[tuple[Kind, str | None]] = [("contacted", None)]
            for kind, value in acts + ([("note", past.note)] if past.note else []):
                events = _events(tx, past.response_key)
                _record(tx, past.response_key, events, kind=kind, value=value, who=past.who, now=past.at)
        return len(contacts)

    return store.transact(work, touches=("cases",))


def undo(store: Store, response_key: str, *, who: str, now: datetime, seen: int | None = None) -> CaseEvent:
    """Take back the newest event of a case and return it.

    Raises Refused where nothing is left to undo, and Conflict where the case changed since version `seen`.
    """
    _name(who)

    def work(tx: Transaction) -> CaseEvent:
        events = _events(tx, response_key)
        _unchanged(events, seen)
        event = last_to_undo(events)
        if event is None:
            raise Refused("Nothing has happened on this case that could be undone.")
        _record(tx, response_key, events, kind="undone", value=event.event_id, who=who, now=now)
        return event

    return store.transact(work, touches=("cases",))


def untick(store: Store, response_keys: Sequence[str], *, who: str, now: datetime) -> int:
    """Take back one's own contact of each case whose state is still contacted, and return how many were.

    Notes and owners that came later stay.
    """
    _name(who)

    def work(tx: Transaction) -> int:
        count = 0
        for key in dict.fromkeys(response_keys):
            events = _events(tx, key)
            event = last_to_undo(events, "contacted")
            if event is not None and event.who == who and fold(events).state == "contacted":
                _record(tx, key, events, kind="undone", value=event.event_id, who=who, now=now)
                count += 1
        return count

    return store.transact(work, touches=("cases",))


def note(store: Store, response_key: str, text: str, *, who: str, now: datetime) -> Case:
    """Add a note to a case."""
    text = text.strip()
    if not text:
        raise Refused("The note is empty. Write what the next person should know.")
    if len(text) > LONGEST_NOTE:
        raise Refused(f"The note has {len(text):,} characters; {LONGEST_NOTE:,} fit. Shorten it.")
    return _change(store, response_key, kind="note", value=text, who=who, now=now, seen=None)


def assign(store: Store, response_key: str, owner: str | None, *, who: str, now: datetime, seen: int) -> Case:
    """Give a case to somebody, or to nobody. Raises Conflict where it changed since version `seen`."""
    return _change(store, response_key, kind="assigned", value=owner, who=who, now=now, seen=seen)


def move(store: Store, response_key: str, state: str, *, who: str, now: datetime, seen: int) -> Case:
    """Move a case to a state that may follow. Raises Conflict where it changed since version `seen`."""
    return _change(store, response_key, kind="moved", value=state, who=who, now=now, seen=seen)


def _change(
    store: Store, key: str, *, kind: Kind, value: str | None, who: str, now: datetime, seen: int | None
) -> Case:
    _name(who)

    def work(tx: Transaction) -> Case:
        events = _events(tx, key)
        _unchanged(events, seen)
        state = fold(events).state
        if kind == "moved" and value not in may_follow(state):
            raise Refused(
                f"A case that is {state} cannot become {value}. It may become {', '.join(may_follow(state))}."
            )
        return _record(tx, key, events, kind=kind, value=value, who=who, now=now)

    return store.transact(work, touches=("cases",))


def _record(
    tx: Transaction,
    key: str,
    events: Sequence[CaseEvent],
    *,
    kind: Kind,
    value: str | None,
    who: str,
    now: datetime,
) -> Case:
    """Append one event to those there are, and keep what they add up to now."""
    event = CaseEvent(uuid4().hex, key, len(events) + 1, now, who, kind, value)
    tx.execute(_APPEND, event.__dict__)
    case = fold([*events, event])
    row = {"response_key": key, **case.__dict__}
    if not tx.execute(_UPDATE, row):
        tx.execute(_INSERT, row)
    return case


def _events(tx: Transaction, key: str) -> list[CaseEvent]:
    return [CaseEvent(*row) for row in tx.rows(_EVENTS, {"key": key})]


def _name(who: str) -> None:
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who contacted whom.")


def _unchanged(events: Sequence[CaseEvent], seen: int | None) -> None:
    if seen is not None and len(events) != seen:
        raise Conflict(_changed_first(events))


def _contacted_first(case: Case) -> str:
    return (
        f"{case.contacted_by} contacted this customer first{_on(case.contacted_at)}. "
        "Nothing was changed; add a note if you did too."
    )


def _changed_first(events: Sequence[CaseEvent]) -> str:
    who, at = (events[-1].who, events[-1].happened_at) if events else ("Somebody", None)
    return f"{who} changed this case{_on(at)}; it is {fold(events).state} now. Look at it again before you go on."


def _on(at: datetime | None) -> str:
    return f", on {at.day} {at:%b} at {at:%H:%M} UTC" if at else ""
