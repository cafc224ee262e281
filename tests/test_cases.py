"""What events add up to: undoing is the inverse, and every state leads somewhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.cases import ENDS, STATES, Case, fold, last_to_undo, may_follow
from nps.rows import CaseEvent

START = datetime.fromisoformat("2025-11-03 12:00")
PEOPLE = ("Ada", "Ben", "Chris")


def event(version: int, kind: str, value: str | None = None, *, who: str = "Ada") -> CaseEvent:
    return CaseEvent(f"e{version}", "key", version, START + timedelta(hours=version), who, kind, value)


def history(*acts: tuple[str, str | None]) -> list[CaseEvent]:
    return [event(version, kind, value) for version, (kind, value) in enumerate(acts, start=1)]


@st.composite
def histories(draw: st.DrawFn) -> list[CaseEvent]:
    """Events as people cause them: only moves that may follow, undoing only what still counts."""
    events: list[CaseEvent] = []
    for version in range(1, draw(st.integers(0, 12)) + 1):
        case, undoable = fold(events), last_to_undo(events)
        kinds = ["note", "assigned", "moved"]
        kinds += ["contacted"] if case.state == "open" else []
        kinds += ["undone"] if undoable else []
        kind = draw(st.sampled_from(kinds))
        value = None
        if kind == "note":
            value = draw(st.text(min_size=1, max_size=5))
        elif kind == "assigned":
            value = draw(st.sampled_from([*PEOPLE, None]))
        elif kind == "moved":
            value = draw(st.sampled_from(may_follow(case.state)))
        elif kind == "undone" and undoable:
            value = undoable.event_id
        events.append(event(version, kind, value, who=draw(st.sampled_from(PEOPLE))))
    return events


def meaning(case: Case) -> tuple[object, ...]:
    """A case without its version and the time of its last change."""
    return (case.state, case.owner, case.contacted_at, case.contacted_by, case.note)


def test_a_case_without_events_is_open_and_nobodys() -> None:
    assert fold([]) == Case(0, "open", None, None, None, None, None)
    assert last_to_undo([]) is None


def test_a_tick_says_who_and_when_and_makes_it_theirs() -> None:
    case = fold([event(1, "contacted", who="Ben")])
    assert case == Case(1, "contacted", "Ben", START + timedelta(hours=1), "Ben", None, START + timedelta(hours=1))


def test_a_tick_does_not_take_a_case_from_its_owner() -> None:
    assert fold([event(1, "assigned", "Chris"), event(2, "contacted", who="Ben")]).owner == "Chris"


def test_moving_to_contacted_is_a_contact() -> None:
    case = fold([event(1, "moved", "contacted", who="Ben")])
    assert (case.state, case.contacted_by) == ("contacted", "Ben")


def test_the_latest_note_is_shown_and_the_one_before_it_comes_back() -> None:
    events = history(("note", "first"), ("note", "second"))
    assert fold(events).note == "second"
    assert fold([*events, event(3, "undone", "e2")]).note == "first"


def test_the_newest_event_that_still_counts_is_the_one_to_undo() -> None:
    events = history(("contacted", None), ("note", "called"), ("assigned", "Ben"))
    assert last_to_undo(events) == events[2]
    assert last_to_undo([*events, event(4, "undone", "e3")]) == events[1]
    assert last_to_undo(events, "contacted") == events[0]
    assert last_to_undo(events, "moved") is None
    assert last_to_undo([*events, event(4, "undone", "e1")], "contacted") is None


def test_an_owner_can_be_taken_away() -> None:
    assert fold(history(("assigned", "Ben"), ("assigned", None))).owner is None


def test_a_case_that_is_opened_again_waits_for_a_new_contact() -> None:
    acts = (("contacted", None), ("moved", "resolved"), ("moved", "closed"), ("moved", "open"))
    case = fold(history(*acts))
    assert (case.state, case.contacted_at, case.contacted_by) == ("open", None, None)
    again = fold([*history(*acts), event(5, "contacted", who="Ben")])
    assert (again.state, again.contacted_by, again.contacted_at) == ("contacted", "Ben", START + timedelta(hours=5))


def test_order_is_what_counts() -> None:
    assert fold(history(("contacted", None), ("moved", "waiting"), ("moved", "in progress"))).state == "in progress"
    assert fold(history(("contacted", None), ("moved", "in progress"), ("moved", "waiting"))).state == "waiting"


@given(histories())
def test_undoing_the_newest_is_the_inverse(events: list[CaseEvent]) -> None:
    act = event(len(events) + 1, "note", "one more")
    undone = [*events, act, event(len(events) + 2, "undone", act.event_id)]
    assert meaning(fold(undone)) == meaning(fold(events))
    assert last_to_undo(undone) == last_to_undo(events)


@given(histories())
def test_undoing_all_leads_back_to_the_beginning(events: list[CaseEvent]) -> None:
    events = list(events)
    while (newest := last_to_undo(events)) is not None:
        events.append(event(len(events) + 1, "undone", newest.event_id))
    assert meaning(fold(events)) == meaning(Case())
    assert fold(events).version == len(events)


@given(histories())
def test_what_was_undone_might_as_well_never_have_been(events: list[CaseEvent]) -> None:
    undone = {each.value for each in events if each.kind == "undone"}
    rest = [each for each in events if each.kind != "undone" and each.event_id not in undone]
    assert meaning(fold(events)) == meaning(fold(rest))


@given(histories())
def test_the_version_is_the_number_of_events_and_the_time_that_of_the_last(events: list[CaseEvent]) -> None:
    case = fold(events)
    assert case.version == len(events)
    assert case.changed_at == (events[-1].happened_at if events else None)


@given(histories())
def test_an_open_case_has_no_contact_and_every_other_contact_has_who_and_when(events: list[CaseEvent]) -> None:
    case = fold(events)
    assert case.state in STATES
    assert (case.contacted_at is None) == (case.contacted_by is None)
    if case.state == "open":
        assert case.contacted_at is None
    if case.state == "contacted":
        assert case.contacted_at is not None


@given(histories())
def test_folding_does_not_change_the_events(events: list[CaseEvent]) -> None:
    before = list(events)
    fold(events)
    last_to_undo(events)
    assert events == before


def test_only_states_follow_states_and_none_follows_itself() -> None:
    for state in STATES:
        assert may_follow(state)
        assert set(may_follow(state)) <= set(STATES)
        assert state not in may_follow(state)


def test_every_state_can_be_reached_from_open() -> None:
    def beyond(reached: set[str]) -> set[str]:
        return reached | {following for state in reached for following in may_follow(state)}

    reached: set[str] = {"open"}
    while (further := beyond(reached)) != reached:
        reached = further
    assert reached == set(STATES)


@pytest.mark.parametrize("end", ENDS)
def test_an_ended_case_can_only_be_opened_again(end: str) -> None:
    assert may_follow(end) == ("open",)


@pytest.mark.parametrize("path", [("contacted", "in progress", "waiting", "resolved", "closed")])
def test_the_usual_way_is_open(path: Sequence[str]) -> None:
    state = "open"
    for following in path:
        assert following in may_follow(state)
        state = following
