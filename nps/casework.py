"""Writing to cases: every act is an event with who and when, and `cases` is kept to what the events add up to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pyarrow as pa

from nps import acts
from nps.acts import Act
from nps.cases import Case, explained, fold, last_to_undo
from nps.decided import clock_of
from nps.errors import Conflict, Refused
from nps.rows import CaseEvent
from nps.store import Store, Transaction

ATTEMPTS_NEEDED = 3

_EVENTS = """
SELECT event_id, response_key, version, happened_at, who, kind, value, details, act_id
FROM case_events WHERE response_key IN (SELECT unnest($keys)) ORDER BY response_key, version
"""
_OF_ACT = "SELECT DISTINCT response_key FROM case_events WHERE act_id = $act_id AND kind <> 'undone' ORDER BY ALL"

_EVENT = pa.schema(
    [
        ("event_id", pa.string()),
        ("response_key", pa.string()),
        ("version", pa.int32()),
        ("happened_at", pa.timestamp("us")),
        ("who", pa.string()),
        ("kind", pa.string()),
        ("value", pa.string()),
        ("details", pa.string()),
        ("act_id", pa.string()),
    ]
)
_CASE = pa.schema(
    [
        ("response_key", pa.string()),
        ("version", pa.int32()),
        ("state", pa.string()),
        ("owner", pa.string()),
        ("contacted_at", pa.timestamp("us")),
        ("contacted_by", pa.string()),
        ("note", pa.string()),
        ("changed_at", pa.timestamp("us")),
        ("first_contact_at", pa.timestamp("us")),
        ("state_since", pa.timestamp("us")),
        ("attempts", pa.int32()),
        ("waiting_on", pa.string()),
        ("snoozed_until", pa.date32()),
        ("snooze_reason", pa.string()),
        ("outcome", pa.string()),
        ("root_cause", pa.string()),
        ("resolution", pa.string()),
        ("duplicate_of", pa.string()),
        ("promise_due", pa.date32()),
        ("promises_kept", pa.int32()),
        ("promises_broken", pa.int32()),
    ]
)
_COLUMNS = ", ".join(_CASE.names)
_SET = ", ".join(f"{name} = incoming_cases.{name}" for name in _CASE.names if name != "response_key")
_UPDATE = f"UPDATE cases SET {_SET} FROM incoming_cases WHERE cases.response_key = incoming_cases.response_key"  # noqa: S608
_INSERT = f"INSERT INTO cases ({_COLUMNS}) SELECT {_COLUMNS} FROM incoming_cases"  # noqa: S608
_APPEND = f"INSERT INTO case_events ({', '.join(_EVENT.names)}) SELECT * FROM incoming_events"  # noqa: S608


@dataclass(frozen=True)
class Done:
    """What became of one act on several cases.

    The keys it was done to, a sentence for each that it was not done to, and the id by which all of it is undone.
    """

    done: tuple[str, ...]
    conflicts: tuple[str, ...] = ()
    act_id: str | None = None


@dataclass(frozen=True)
class PastContact:
    """A contact made before: whom, when (UTC), by whom, and what came of it."""

    response_key: str
    at: datetime
    who: str
    note: str


def do(
    store: Store,
    response_key: str,
    act: Act,
    *,
    who: str,
    now: datetime,
    seen: int | None = None,
    attempts_needed: int = ATTEMPTS_NEEDED,
) -> Case:
    """Do one thing to one case and return what it is then.

    Raises Refused where the case does not allow it, Conflict where it changed since version `seen`.
    """
    _name(who)

    def work(tx: Transaction) -> Case:
        events = _histories(tx, [response_key])[response_key]
        _unchanged(tx, events, seen)
        if why := acts.refusal(fold(events), act, key=response_key, attempts_needed=attempts_needed):
            raise Refused(why)
        return _append(tx, {response_key: events}, {response_key: act}, who=who, now=now)[1][response_key]

    return store.transact(work, touches=("cases",))


def do_all(
    store: Store,
    todo: Mapping[str, Act],
    *,
    who: str,
    now: datetime,
    attempts_needed: int = ATTEMPTS_NEEDED,
) -> Done:
    """Do one thing to each of several cases, in one transaction; those that do not allow it stay as they are."""
    _name(who)

    def work(tx: Transaction) -> Done:
        histories, fit, conflicts = _histories(tx, todo), dict[str, Act](), []
        for key, act in todo.items():
            case = fold(histories[key])
            why = acts.refusal(case, act, key=key, attempts_needed=attempts_needed)
            if why is None:
                fit[key] = act
            elif act.kind == "contacted":
                conflicts.append(_first(tx, case, histories[key]))
            else:
                conflicts.append(why)
        written, _ = _append(tx, histories, fit, who=who, now=now)
        return Done(tuple(fit), tuple(conflicts), written if fit else None)

    return store.transact(work, touches=("cases",))


def tick(store: Store, response_keys: Sequence[str], *, who: str, now: datetime) -> Done:
    """Mark cases as contacted. One that somebody contacted before stays as it is, and the answer says who it was."""
    return do_all(store, dict.fromkeys(response_keys, acts.contact()), who=who, now=now)


def record_past(store: Store, contacts: Sequence[PastContact]) -> int:
    """Write contacts that were made elsewhere, with the time and the name they had; return how many."""

    def work(tx: Transaction) -> int:
        histories = _histories(tx, [past.response_key for past in contacts])
        written = []
        for past in contacts:
            events, act_id = histories[past.response_key], uuid4().hex
            for act in (acts.contact(), *([acts.note(past.note)] if past.note else [])):
                events.append(_event(events, past.response_key, act, who=past.who, now=past.at, act_id=act_id))
                written.append(events[-1])
        _write(tx, written, {key: fold(events) for key, events in histories.items()})
        return len(contacts)

    return store.transact(work, touches=("cases",))


def undo(
    store: Store, response_key: str, *, who: str, now: datetime, seen: int | None = None, event_id: str | None = None
) -> CaseEvent:
    """Take back an event of a case, the newest where none is named, and return it.

    Raises Refused where nothing is left to undo or a later step builds on it, and Conflict where the case changed since
    version `seen`.
    """
    _name(who)

    def work(tx: Transaction) -> CaseEvent:
        events = _histories(tx, [response_key])[response_key]
        _unchanged(tx, events, seen)
        event = last_to_undo(events) if event_id is None else _named(events, event_id)
        if event is None:
            raise Refused("Nothing has happened on this case that could be undone.")
        if why := _builds_on(events, event):
            raise Refused(why)
        _append(tx, {response_key: events}, {response_key: _undone(event)}, who=who, now=now)
        return event

    return store.transact(work, touches=("cases",))


def undo_act(store: Store, act_id: str, *, who: str, now: datetime) -> Done:
    """Take back all that one act did, on every case where nothing later builds on it."""
    _name(who)

    def work(tx: Transaction) -> Done:
        keys = [row[0] for row in tx.rows(_OF_ACT, {"act_id": act_id})]
        histories, fit, conflicts = _histories(tx, keys), dict[str, Act](), []
        for key, events in histories.items():
            for event in reversed([each for each in events if each.act_id == act_id and each.kind != "undone"]):
                why = None if _counts(events, event) else "It was taken back before."
                why = why or _builds_on(events, event)
                if why:
                    conflicts.append(why)
                else:
                    fit[key] = _undone(event)
        written, _ = _append(tx, histories, fit, who=who, now=now)
        return Done(tuple(fit), tuple(conflicts), written if fit else None)

    return store.transact(work, touches=("cases",))


def untick(store: Store, response_keys: Sequence[str], *, who: str, now: datetime) -> int:
    """Take back one's own contact of each case whose state is still contacted, and return how many were.

    Notes and owners that came later stay.
    """
    _name(who)

    def work(tx: Transaction) -> int:
        histories, fit = _histories(tx, response_keys), dict[str, Act]()
        for key, events in histories.items():
            event = last_to_undo(events, "contacted")
            if event is not None and event.who == who and fold(events).state == "contacted":
                fit[key] = _undone(event)
        _append(tx, histories, fit, who=who, now=now)
        return len(fit)

    return store.transact(work, touches=("cases",))


def add(tx: Transaction, response_key: str, todo: Sequence[Act], *, contact: bool, who: str, now: datetime) -> None:
    """Add acts to a case within a transaction that touches the cases; `contact`: an open case was contacted by them."""
    histories = _histories(tx, [response_key])
    for act in (*todo, *([acts.contact()] if contact and fold(histories[response_key]).state == "open" else [])):
        _append(tx, histories, {response_key: act}, who=who, now=now)
        histories = _histories(tx, [response_key])


def _append(
    tx: Transaction,
    histories: Mapping[str, Sequence[CaseEvent]],
    todo: Mapping[str, Act],
    *,
    who: str,
    now: datetime,
) -> tuple[str, Mapping[str, Case]]:
    """Append one event to each history; return the act's id and what the cases are now."""
    act_id = uuid4().hex
    events = {key: _event(histories[key], key, act, who=who, now=now, act_id=act_id) for key, act in todo.items()}
    cases = {key: fold([*histories[key], event]) for key, event in events.items()}
    _write(tx, list(events.values()), cases)
    return act_id, cases


def _event(before: Sequence[CaseEvent], key: str, act: Act, *, who: str, now: datetime, act_id: str) -> CaseEvent:
    return CaseEvent(uuid4().hex, key, len(before) + 1, now, who, act.kind, act.value, act.details, act_id)


def _write(tx: Transaction, events: Sequence[CaseEvent], cases: Mapping[str, Case]) -> None:
    """Write new events and what they lead to: one statement each, however many there are."""
    if not events:
        return
    tx.register("incoming_events", pa.Table.from_pylist([event.__dict__ for event in events], _EVENT))
    tx.execute(_APPEND)
    new = {event.response_key for event in events if event.version == 1}
    for statement, keys in ((_UPDATE, cases.keys() - new), (_INSERT, new)):
        if rows := [{"response_key": key, **cases[key].row()} for key in keys]:
            tx.register("incoming_cases", pa.Table.from_pylist(rows, _CASE))
            tx.execute(statement)


def _histories(tx: Transaction, keys: Iterable[str]) -> dict[str, list[CaseEvent]]:
    """The events of each case in order; none for a case without any."""
    histories: dict[str, list[CaseEvent]] = {key: [] for key in keys}
    for row in tx.rows(_EVENTS, {"keys": list(histories)}):
        histories[row[1]].append(CaseEvent(*row))
    return histories


def _undone(event: CaseEvent) -> Act:
    return Act("undone", event.event_id)


def _named(events: Sequence[CaseEvent], event_id: str) -> CaseEvent:
    for event in events:
        if event.event_id == event_id and _counts(events, event):
            return event
    raise Refused("This step was taken back before. Look at the case again.")


def _counts(events: Sequence[CaseEvent], event: CaseEvent) -> bool:
    return event.kind != "undone" and not any(each.kind == "undone" and each.value == event.event_id for each in events)


def _builds_on(events: Sequence[CaseEvent], event: CaseEvent) -> str | None:
    """Why an event cannot be taken back: what came later would no longer make sense without it."""
    without = [each for each in events if each is not event]
    if explained(events) and not explained(without):
        return "A later step builds on this one. Take that back first."
    return None


def _name(who: str) -> None:
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who contacted whom.")


def _unchanged(tx: Transaction, events: Sequence[CaseEvent], seen: int | None) -> None:
    if seen is not None and len(events) != seen:
        raise Conflict(_changed_first(tx, events))


def _first(tx: Transaction, case: Case, events: Sequence[CaseEvent]) -> str:
    """Who was first where a contact is not written."""
    if not case.contacted_at:
        return _changed_first(tx, events)
    return (
        f"{case.contacted_by} contacted this customer first{_on(tx, case.contacted_at)}. "
        "Nothing was changed; add a note if you did too."
    )


def _changed_first(tx: Transaction, events: Sequence[CaseEvent]) -> str:
    who, at = (events[-1].who, events[-1].happened_at) if events else ("Somebody", None)
    return f"{who} changed this case{_on(tx, at)}; it is {fold(events).state} now. Look at it again before you go on."


def _on(tx: Transaction, at: datetime | None) -> str:
    if at is None:
        return ""
    there, zone = clock_of(tx, at)
    return f", on {there.day} {there:%b} at {there:%H:%M} {zone}"
