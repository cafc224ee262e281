"""The follow-up of one response: which states there are, what may follow, and what its events add up to.

Nothing here is stored: a case is what its events say, in order, without those that were undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

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

Kind = Literal["contacted", "note", "assigned", "moved", "undone"]

_NEXT: dict[str, tuple[State, ...]] = {
    "open": ("contacted", "not contactable", "duplicate"),
    "contacted": ("in progress", "waiting", "resolved", "no reply", "declined"),
    "in progress": ("waiting", "resolved", "no reply", "declined"),
    "waiting": ("in progress", "resolved", "no reply", "declined"),
    "resolved": ("closed", "in progress"),
}


@dataclass(frozen=True)
class Case:
    """The state of a case after `version` events. `note` is the latest note; times are UTC."""

    version: int = 0
    state: State = "open"
    owner: str | None = None
    contacted_at: datetime | None = None
    contacted_by: str | None = None
    note: str | None = None
    changed_at: datetime | None = None


def may_follow(state: str) -> tuple[State, ...]:
    """The states that a case in `state` may move to; an ended one may be opened again."""
    return _NEXT.get(state, ("open",))


def fold(events: Sequence[CaseEvent]) -> Case:
    """What the events of one case, in order, add up to."""
    undone = {event.value for event in events if event.kind == "undone"}
    case = Case()
    for event in events:
        if event.kind != "undone" and event.event_id not in undone:
            case = _after(case, event)
    if not events:
        return case
    last = events[-1]
    return Case(last.version, case.state, case.owner, case.contacted_at, case.contacted_by, case.note, last.happened_at)


def last_to_undo(events: Sequence[CaseEvent], kind: Kind | None = None) -> CaseEvent | None:
    """The newest event (of that kind) that still counts and can be taken back; None where there is none."""
    undone = {event.value for event in events if event.kind == "undone"}
    for event in reversed(events):
        if event.kind != "undone" and event.event_id not in undone and kind in (None, event.kind):
            return event
    return None


def _after(case: Case, event: CaseEvent) -> Case:
    state, owner, at, by, note = case.state, case.owner, case.contacted_at, case.contacted_by, case.note
    if event.kind == "assigned":
        owner = event.value
    elif event.kind == "note":
        note = event.value
    elif event.kind == "contacted" or event.value == "contacted":
        state, at, by = "contacted", at or event.happened_at, by or event.who
        owner = owner or event.who
    else:
        state = next(known for known in STATES if known == event.value)
        if state == "open":  # it waits for a contact again; the earlier one stays in the history
            at = by = None
    return Case(event.version, state, owner, at, by, note, event.happened_at)
