"""What events add up to: undoing is the inverse, and every state leads somewhere."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps import acts
from nps.cases import ENDS, HOWS, STATES, WAITING_ON, Case, counting, explained, fold, last_to_undo, may_follow
from nps.errors import Refused
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
    assert fold([]) == Case(0, "open")
    assert last_to_undo([]) is None


def test_a_tick_says_who_and_when_and_makes_it_theirs() -> None:
    case = fold([event(1, "contacted", who="Ben")])
    at = START + timedelta(hours=1)
    expected = Case(1, "contacted", "Ben", at, "Ben", None, at, first_contact_at=at, state_since=at, attempts=1)
    assert case == expected


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


TODAY = date(2025, 11, 3)
WAYS: dict[str, set[str]] = {  # as the documentation draws them
    "open": {"contacted", "no reply", "not contactable", "duplicate"},
    "contacted": {"in progress", "waiting", "resolved", "no reply", "declined", "duplicate"},
    "in progress": {"waiting", "resolved", "no reply", "declined", "duplicate"},
    "waiting": {"in progress", "resolved", "no reply", "declined", "duplicate"},
    "resolved": {"closed", "in progress"},
    **{end: {"open"} for end in ("closed", "no reply", "declined", "not contactable", "duplicate")},
}


@st.composite
def deeds(draw: st.DrawFn) -> acts.Act:
    """Anything that a person may try, whatever the case."""
    events = [f"e{number}" for number in range(1, 15)]
    act: acts.Act = draw(
        st.one_of(
            st.just(acts.contact()),
            st.sampled_from(HOWS).map(acts.attempt),
            st.text(min_size=1).filter(str.strip).map(acts.note),
            st.sampled_from([*PEOPLE, None]).map(acts.assign),
            st.sampled_from([state for state in STATES if state != "resolved"]).map(acts.move),
            st.sampled_from(WAITING_ON).map(acts.wait),
            st.just(acts.resolve("partly", "Late delivery", "training")),
            st.just(acts.duplicate("another")),
            st.just(acts.snooze(TODAY + timedelta(1), "on holiday", today=TODAY)),
            st.just(acts.wake()),
            st.just(acts.promise("a refund", TODAY, today=TODAY)),
            st.builds(acts.settle, st.sampled_from(events), kept=st.booleans()),
            st.just(acts.step("thank")),
            st.just(acts.sent("Your answer", to="ada@example.com")),
            st.sampled_from(events).map(lambda event_id: acts.Act("undone", event_id)),
        )
    )
    return act


def allowed(events: Sequence[CaseEvent], act: acts.Act) -> bool:
    """Whether the desk would do it: what the case refuses is not done, nor what would leave a hole in its history."""
    if act.kind == "undone":
        undone = [each for each in counting(events) if each.event_id == act.value]
        return bool(undone) and explained([each for each in events if each not in undone])
    return acts.refusal(fold(events), act, key="key", attempts_needed=2) is None


@given(st.lists(deeds(), max_size=25))
def test_whatever_is_tried_the_history_explains_the_state(tried: list[acts.Act]) -> None:
    events: list[CaseEvent] = []
    for act in tried:
        if not allowed(events, act):
            continue
        before, number = fold(events), len(events) + 1
        done = CaseEvent(f"e{number}", "key", number, START, "Ada", act.kind, act.value, act.details)
        after = fold([*events, done])
        assert explained([*events, done])
        if act.kind != "undone":
            assert after.state == before.state or after.state in WAYS[before.state]
            back = fold([*events, done, CaseEvent("back", "key", number + 1, START, "Ben", "undone", done.event_id)])
            assert replace(back, version=0, changed_at=None) == replace(before, version=0, changed_at=None)
        events.append(done)
        assert fold(events) == replace(fold(counting(events)), version=len(events), changed_at=START)
        assert (after.outcome is not None) <= (after.state in ("resolved", "closed"))
        assert after.attempts >= (after.contacted_at is not None)


@given(st.lists(deeds(), max_size=25))
def test_the_offered_states_are_those_that_are_not_refused(tried: list[acts.Act]) -> None:
    events: list[CaseEvent] = []
    for act in tried:
        if allowed(events, act):
            number = len(events) + 1
            events.append(CaseEvent(f"e{number}", "key", number, START, "Ada", act.kind, act.value, act.details))
    case = fold(events)
    possible = {state for state in WAYS[case.state] if state != "contacted"}
    refused = {
        state
        for state in possible
        if acts.refusal(case, acts.Act("moved", state), key="key", attempts_needed=2) is not None
    }
    assert set(acts.offered(case, attempts_needed=2)) == possible - refused


def test_the_ways_between_states_are_those_of_the_documentation() -> None:
    assert {state: set(may_follow(state)) for state in STATES} == WAYS


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: acts.attempt("pigeon"), "no way to reach somebody. Choose one of: call, e-mail, meeting, no answer"),
        (lambda: acts.wait("Godot"), "waits on the customer or on us, not on “Godot”"),
        (lambda: acts.resolve("fine", "x", "training"), "Choose an outcome: recovered"),
        (lambda: acts.resolve("partly", " ", "training"), "The root cause is missing"),
        (lambda: acts.resolve("partly", "x", "luck"), "Choose a resolution: apology"),
        (lambda: acts.duplicate(""), "Choose the case that this one repeats"),
        (lambda: acts.snooze(TODAY, "later", today=TODAY), "sleeps until a later day than today, 3 Nov 2025"),
        (lambda: acts.snooze(TODAY + timedelta(1), " ", today=TODAY), "The reason is missing"),
        (lambda: acts.promise("x", TODAY - timedelta(1), today=TODAY), "due today, 3 Nov 2025, or later"),
        (lambda: acts.promise("x" * 301, TODAY, today=TODAY), "301 characters; 300 fit"),
        (lambda: acts.move("resolved"), "Say how it ended first"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(make: Callable[[], acts.Act], words: str) -> None:
    with pytest.raises(Refused, match=re.escape(words)):
        make()
