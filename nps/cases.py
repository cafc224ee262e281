"""The follow-up of one response: which states there are, what may follow, and what its events add up to.

Nothing here is stored: a case is what its events say, in order, without those that were undone.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, get_args

from nps.rows import CaseEvent

State = Literal[
    "open",
    "contacted",
    "in progress",
    "waiting",
    "resolved",
    "closed",
    "no reply",
    "declined",
    "not contactable",
    "duplicate",
]
STATES: tuple[State, ...] = get_args(State)
ENDS: tuple[State, ...] = ("closed", "no reply", "declined", "not contactable", "duplicate")
OVER: tuple[State, ...] = ("resolved", *ENDS)  # nothing is due any more
UNFINISHED: tuple[State, ...] = tuple(state for state in STATES if state not in OVER)

Kind = Literal[
    "contacted",
    "attempt",
    "note",
    "assigned",
    "moved",
    "snoozed",
    "woken",
    "promised",
    "kept",
    "broken",
    "step",
    "sent",
    "undone",
]

How = Literal["call", "e-mail", "meeting", "no answer"]
HOWS: tuple[How, ...] = get_args(How)
REACHED: tuple[How, ...] = ("call", "e-mail", "meeting")  # attempts that are a contact
Told = Mapping[str, str]  # what belongs to an event

WAITING_ON = ("customer", "us")
OUTCOMES = ("recovered", "partly", "not recovered", "churned", "unknown")
RESOLUTIONS = (
    "apology and explanation",
    "fix shipped",
    "training",
    "credit or compensation",
    "escalated to product",
    "expectation reset",
    "no action possible",
)

_NEXT: dict[str, tuple[State, ...]] = {
    "open": ("contacted", "no reply", "not contactable", "duplicate"),
    "contacted": ("in progress", "waiting", "resolved", "no reply", "declined", "duplicate"),
    "in progress": ("waiting", "resolved", "no reply", "declined", "duplicate"),
    "waiting": ("in progress", "resolved", "no reply", "declined", "duplicate"),
    "resolved": ("closed", "in progress"),
}


@dataclass(frozen=True)
class Promise:
    """Something a customer was told would be done by the end of a day. `kept`: yes, no, or not said yet."""

    event_id: str
    text: str
    due: date
    by: str
    kept: bool | None = None


@dataclass(frozen=True)
class Case:
    """The state of a case after `version` events. `note` is the latest note; times are UTC.

    `contacted_at` is the first contact since it was opened or opened again, `first_contact_at` the first of all.
    `attempts` counts contacts and calls in vain since it was opened or opened again. `state_since` is when it came
    into its state; None: it is open from the beginning. `steps` are the steps of the playbook that were ticked.
    """

    version: int = 0
    state: State = "open"
    owner: str | None = None
    contacted_at: datetime | None = None
    contacted_by: str | None = None
    note: str | None = None
    changed_at: datetime | None = None
    first_contact_at: datetime | None = None
    state_since: datetime | None = None
    attempts: int = 0
    waiting_on: str | None = None
    snoozed_until: date | None = None
    snooze_reason: str | None = None
    outcome: str | None = None
    root_cause: str | None = None
    resolution: str | None = None
    duplicate_of: str | None = None
    promises: tuple[Promise, ...] = ()
    steps: tuple[str, ...] = ()

    def row(self) -> dict[str, Any]:
        """The case as it is kept in the table `cases`: promises counted, the next one that is due by its day."""
        open_ones = [promise.due for promise in self.promises if promise.kept is None]
        return {
            **{name: value for name, value in asdict(self).items() if name not in ("promises", "steps")},
            "promise_due": min(open_ones, default=None),
            "promises_kept": sum(promise.kept is True for promise in self.promises),
            "promises_broken": sum(promise.kept is False for promise in self.promises),
        }


def may_follow(state: str) -> tuple[State, ...]:
    """The states that a case in `state` may move to; an ended one may be opened again."""
    return _NEXT.get(state, ("open",))


def counting(events: Sequence[CaseEvent]) -> tuple[CaseEvent, ...]:
    """The events that were not undone, without those that undo."""
    undone = {event.value for event in events if event.kind == "undone"}
    return tuple(event for event in events if event.kind != "undone" and event.event_id not in undone)


def fold(events: Sequence[CaseEvent]) -> Case:
    """What the events of one case, in order, add up to."""
    case = Case()
    for event in counting(events):
        case = _after(case, event)
    return replace(case, version=events[-1].version, changed_at=events[-1].happened_at) if events else case


def last_to_undo(events: Sequence[CaseEvent], kind: Kind | None = None) -> CaseEvent | None:
    """The newest event (of that kind) that still counts and can be taken back; None where there is none."""
    return next((event for event in reversed(counting(events)) if kind in (None, event.kind)), None)


def possible(case: Case, kind: str, value: str | None) -> bool:
    """Whether the history of a case explains such an event: a state that may follow, a promise that is there."""
    if kind == "moved":
        return value in may_follow(case.state)
    if kind == "contacted":
        return case.state == "open"
    if kind in ("kept", "broken"):
        return any(promise.event_id == value and promise.kept is None for promise in case.promises)
    if kind == "woken":
        return case.snoozed_until is not None
    if kind in ("snoozed", "promised", "attempt"):
        return case.state not in ENDS
    return True


def explained(events: Sequence[CaseEvent]) -> bool:
    """Whether each event that counts was possible after those before it that count."""
    case = Case()
    for event in counting(events):
        if not possible(case, event.kind, event.value):
            return False
        case = _after(case, event)
    return True


def _after(case: Case, event: CaseEvent) -> Case:
    """The case after one more event."""
    told: Told = json.loads(event.details) if event.details else {}
    match event.kind:
        case "contacted":
            return _contacted(case, event)
        case "attempt":
            return _tried(case, event, told)
        case "moved":
            return _moved(case, event, told)
    return _beside(case, event, told)


def _beside(case: Case, event: CaseEvent, told: Told) -> Case:
    """The same for what leaves the state as it is; a mail that was sent changes nothing by itself."""
    match event.kind:
        case "assigned":
            return replace(case, owner=event.value)
        case "note":
            return replace(case, note=event.value)
        case "snoozed":
            return replace(case, snoozed_until=date.fromisoformat(told["until"]), snooze_reason=event.value)
        case "woken":
            return replace(case, snoozed_until=None, snooze_reason=None)
        case "promised":
            promise = Promise(event.event_id, event.value or "", date.fromisoformat(told["due"]), event.who)
            return replace(case, promises=(*case.promises, promise))
        case "kept" | "broken":
            return replace(case, promises=_settled(case.promises, event.value, kept=event.kind == "kept"))
        case "step":
            return replace(case, steps=(*case.steps, event.value or ""))
    return case


def _tried(case: Case, event: CaseEvent, told: Told) -> Case:
    case = replace(case, note=told.get("text") or case.note)
    if event.value in REACHED and case.state == "open":
        return _contacted(case, event)
    return replace(case, attempts=case.attempts + 1)


def _contacted(case: Case, event: CaseEvent) -> Case:
    return replace(
        _in_state(case, "contacted", event),
        contacted_at=case.contacted_at or event.happened_at,
        contacted_by=case.contacted_by or event.who,
        first_contact_at=case.first_contact_at or event.happened_at,
        owner=case.owner or event.who,
        attempts=case.attempts + 1,
    )


def _moved(case: Case, event: CaseEvent, told: Told) -> Case:
    state = next(known for known in STATES if known == event.value)
    if state == "contacted":
        return _contacted(case, event)
    case = replace(_in_state(case, state, event), waiting_on=told.get("on"), duplicate_of=told.get("of"))
    if state == "open":  # it waits for a contact again; the earlier one stays in the history
        case = replace(case, contacted_at=None, contacted_by=None, attempts=0)
    if state == "resolved":
        return replace(
            case, outcome=told.get("outcome"), root_cause=told.get("root_cause"), resolution=told.get("resolution")
        )
    return case if state == "closed" else replace(case, outcome=None, root_cause=None, resolution=None)


def _in_state(case: Case, state: State, event: CaseEvent) -> Case:
    """In another state a case is awake and waits for nobody."""
    return replace(
        case,
        state=state,
        state_since=event.happened_at,
        waiting_on=None,
        duplicate_of=None,
        snoozed_until=None,
        snooze_reason=None,
    )


def _settled(promises: Iterable[Promise], event_id: str | None, *, kept: bool) -> tuple[Promise, ...]:
    return tuple(replace(each, kept=kept) if each.event_id == event_id else each for each in promises)
