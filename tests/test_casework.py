"""Case work on a real store: who was first, nothing lost, and `cases` always what the events add up to."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from nps import acts, casework
from nps.cases import STATES, fold, may_follow
from nps.decided import decide
from nps.errors import Conflict, Refused
from nps.queries import case_events
from nps.rows import CaseEvent
from nps.store import Row, Store

NOW = datetime.fromisoformat("2025-11-03 09:05")
LATER = NOW + timedelta(hours=2)
KEYS = [f"case {number}" for number in range(50)]
RESOLVED = acts.resolve("recovered", "Late delivery", "fix shipped")


def case_row(store: Store, key: str) -> Row:
    """The stored state of a case without its version: state, owner, contacted_at, contacted_by, note."""
    rows = store.rows(
        "SELECT state, owner, contacted_at, contacted_by, note FROM cases WHERE response_key = $key", {"key": key}
    )
    assert len(rows) == 1
    return rows[0]


def assert_cases_are_what_their_events_add_up_to(store: Store) -> None:
    histories: dict[str, list[CaseEvent]] = {}
    columns = "event_id, response_key, version, happened_at, who, kind, value, details, act_id"
    for row in store.rows(f"SELECT {columns} FROM case_events ORDER BY response_key, version"):
        histories.setdefault(row[1], []).append(CaseEvent(*row))
    kept = store.records("SELECT * FROM cases ORDER BY response_key")
    assert kept == [{"response_key": key, **fold(events).row()} for key, events in sorted(histories.items())]
    for events in histories.values():
        assert [event.version for event in events] == list(range(1, len(events) + 1))
    ids = [event.event_id for events in histories.values() for event in events]
    assert len(ids) == len(set(ids))


@pytest.fixture(autouse=True)
def _the_cases_agree_in_the_end(store: Store) -> Iterator[None]:
    yield
    assert_cases_are_what_their_events_add_up_to(store)


def test_a_tick_is_kept_with_who_and_when(store: Store) -> None:
    assert casework.tick(store, ["a"], who="Ada", now=NOW).done == ("a",)
    assert case_row(store, "a") == ("contacted", "Ada", NOW, "Ada", None)
    [event] = case_events(store, "a")
    assert (event.version, event.happened_at, event.who, event.kind, event.value) == (1, NOW, "Ada", "contacted", None)


def test_the_second_is_told_who_was_first_and_nothing_changes(store: Store) -> None:
    casework.tick(store, ["a"], who="Ada", now=NOW)
    told = casework.tick(store, ["a"], who="Ben", now=LATER)
    assert told.done == ()
    assert told.conflicts == (
        "Ada contacted this customer first, on 3 Nov at 09:05 UTC. Nothing was changed; add a note if you did too.",
    )
    assert case_row(store, "a") == ("contacted", "Ada", NOW, "Ada", None)
    assert len(case_events(store, "a")) == 1


def test_who_was_first_is_told_on_the_clocks_of_the_reporting_zone(store: Store) -> None:
    decide(store, {"zone": "Pacific/Auckland"}, who="Ada", now=NOW)  # 13 hours ahead in November
    casework.tick(store, ["a"], who="Ada", now=datetime(2025, 11, 3, 11, 30))
    [told] = casework.tick(store, ["a"], who="Ben", now=LATER).conflicts
    assert told.startswith("Ada contacted this customer first, on 4 Nov at 00:30 Pacific/Auckland.")
    with pytest.raises(Conflict, match=r"^Ada changed this case, on 4 Nov at 00:30 Pacific/Auckland; it is contacted"):
        casework.do(store, "a", acts.note("Called"), who="Ben", now=LATER, seen=0)


def test_the_second_is_told_who_it_was_when_the_case_is_not_open_for_another_reason(store: Store) -> None:
    casework.do(store, "a", acts.move("duplicate"), who="Ada", now=NOW, seen=0)
    [told] = casework.tick(store, ["a"], who="Ben", now=LATER).conflicts
    assert told.startswith("Ada changed this case, on 3 Nov at 09:05 UTC; it is duplicate now.")


def test_a_note_or_an_owner_does_not_keep_anybody_from_ticking(store: Store) -> None:
    casework.do(store, "a", acts.note("she is on holiday"), who="Ada", now=NOW)
    casework.do(store, "a", acts.assign("Chris"), who="Ada", now=NOW, seen=1)
    assert casework.tick(store, ["a"], who="Ben", now=LATER).done == ("a",)
    assert case_row(store, "a") == ("contacted", "Chris", LATER, "Ben", "she is on holiday")


def test_a_case_that_is_opened_again_can_be_ticked_again(store: Store) -> None:
    casework.tick(store, ["a"], who="Ada", now=NOW)
    for seen, act in enumerate((RESOLVED, acts.move("closed"), acts.move("open")), start=1):
        casework.do(store, "a", act, who="Ada", now=NOW, seen=seen)
    assert casework.tick(store, ["a"], who="Ben", now=LATER).done == ("a",)
    [told] = casework.tick(store, ["a"], who="Chris", now=LATER).conflicts
    assert told.startswith("Ben contacted this customer first")


def test_one_key_named_twice_is_ticked_once(store: Store) -> None:
    assert casework.tick(store, ["a", "b", "a"], who="Ada", now=NOW).done == ("a", "b")


def test_a_bulk_tick_passes_over_a_conflict_in_the_middle(store: Store) -> None:
    casework.tick(store, [KEYS[25]], who="Ben", now=NOW)
    told = casework.tick(store, KEYS, who="Ada", now=LATER)
    assert told.done == tuple(key for key in KEYS if key != KEYS[25])
    [sentence] = told.conflicts
    assert sentence.startswith("Ben contacted this customer first, on 3 Nov at 09:05 UTC.")
    assert store.version("cases") == 2


def test_ticking_nothing_does_nothing(store: Store) -> None:
    assert casework.tick(store, [], who="Ada", now=NOW) == casework.Done((), ())


def test_an_undone_tick_is_open_again_and_both_stay_in_the_history(store: Store) -> None:
    casework.tick(store, ["a"], who="Ada", now=NOW)
    undone = casework.undo(store, "a", who="Ben", now=LATER)
    assert (undone.kind, undone.who) == ("contacted", "Ada")
    assert case_row(store, "a") == ("open", None, None, None, None)
    assert [(event.kind, event.who) for event in case_events(store, "a")] == [("contacted", "Ada"), ("undone", "Ben")]
    assert casework.tick(store, ["a"], who="Ben", now=LATER).done == ("a",)
    assert case_row(store, "a") == ("contacted", "Ben", LATER, "Ben", None)


def test_undoing_goes_back_one_event_at_a_time_and_then_refuses(store: Store) -> None:
    casework.tick(store, ["a"], who="Ada", now=NOW)
    casework.do(store, "a", acts.note("left a message"), who="Ada", now=NOW)
    casework.do(store, "a", acts.move("waiting"), who="Ada", now=NOW, seen=2)
    kinds = [casework.undo(store, "a", who="Ada", now=LATER).kind for _ in range(3)]
    assert kinds == ["moved", "note", "contacted"]
    assert case_row(store, "a") == ("open", None, None, None, None)
    with pytest.raises(Refused, match="Nothing has happened"):
        casework.undo(store, "a", who="Ada", now=LATER)


def test_undoing_a_case_without_events_is_refused_and_makes_none(store: Store) -> None:
    with pytest.raises(Refused):
        casework.undo(store, "a", who="Ada", now=NOW)
    assert store.rows("SELECT count(*) FROM cases") == [(0,)]


def test_undoing_what_somebody_has_changed_since_is_a_conflict(store: Store) -> None:
    casework.tick(store, ["a"], who="Ada", now=NOW)
    casework.do(store, "a", acts.note("spoke to her"), who="Ben", now=LATER)
    with pytest.raises(Conflict, match=r"^Ben changed this case, on 3 Nov at 11:05 UTC"):
        casework.undo(store, "a", who="Ada", now=LATER, seen=1)
    assert casework.undo(store, "a", who="Ada", now=LATER, seen=2).kind == "note"


def test_unticking_leaves_the_contact_of_a_colleague(store: Store) -> None:
    casework.tick(store, ["a"], who="Ada", now=NOW)
    assert casework.untick(store, ["a"], who="Ben", now=LATER) == 0
    assert store.rows("SELECT state, contacted_by FROM cases") == [("contacted", "Ada")]
    assert casework.untick(store, ["a"], who="Ada", now=LATER) == 1


def test_unticking_takes_back_contacts_and_nothing_else(store: Store) -> None:
    casework.do(store, "noted", acts.note("a word before"), who="Ben", now=NOW)
    casework.tick(store, ["plain", "noted", "moved"], who="Ada", now=NOW)
    casework.do(store, "noted", acts.note("a word after"), who="Ben", now=NOW)
    casework.do(store, "moved", RESOLVED, who="Ben", now=NOW, seen=1)
    assert casework.untick(store, ["plain", "noted", "moved", "never seen"], who="Ada", now=LATER) == 2
    assert case_row(store, "plain") == ("open", None, None, None, None)
    assert case_row(store, "noted") == ("open", None, None, None, "a word after")
    assert case_row(store, "moved") == ("resolved", "Ada", NOW, "Ada", None)
    assert casework.untick(store, ["plain", "noted"], who="Ada", now=LATER) == 0
    assert store.rows("SELECT count(*) FROM case_events WHERE response_key = 'never seen'") == [(0,)]


def test_a_note_is_trimmed_and_must_say_something_in_at_most_so_many_characters(store: Store) -> None:
    assert casework.do(store, "a", acts.note("  two words \n"), who="Ada", now=NOW).note == "two words"
    with pytest.raises(Refused, match="empty"):
        casework.do(store, "a", acts.note(" \n\t"), who="Ada", now=NOW)
    with pytest.raises(Refused, match="4,001 characters; 4,000 fit"):
        casework.do(store, "a", acts.note("x" * 4_001), who="Ada", now=NOW)
    assert casework.do(store, "a", acts.note("x" * 4_000), who="Ada", now=NOW).version == 2


HOSTILE = [
    "'; DROP TABLE case_events; --",
    '"quoted"',
    "100 % {sure} $key",
    "=1+1",
    "<script>alert(1)</script>",
    "é中🙂\n",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_as_it_is(store: Store, text: str) -> None:
    casework.do(store, text, acts.note(text), who=text, now=NOW)
    casework.do(store, text, acts.assign(text), who=text, now=NOW, seen=1)
    casework.tick(store, [text], who=text, now=NOW)
    assert case_row(store, text) == ("contacted", text.strip(), NOW, text, text.strip())
    [told] = casework.tick(store, [text], who="Ada", now=NOW).conflicts
    assert text in told


@pytest.mark.parametrize("nobody", ["", " ", "\t\n"])
def test_without_a_name_nothing_is_written(store: Store, nobody: str) -> None:
    attempts: tuple[Callable[[], object], ...] = (
        lambda: casework.tick(store, ["a"], who=nobody, now=NOW),
        lambda: casework.untick(store, ["a"], who=nobody, now=NOW),
        lambda: casework.undo(store, "a", who=nobody, now=NOW),
        lambda: casework.do(store, "a", acts.note("text"), who=nobody, now=NOW),
        lambda: casework.do(store, "a", acts.assign("Ben"), who=nobody, now=NOW, seen=0),
        lambda: casework.do(store, "a", acts.contact(), who=nobody, now=NOW, seen=0),
    )
    for attempt in attempts:
        with pytest.raises(Refused, match="Say who you are first"):
            attempt()
    assert store.rows("SELECT count(*) FROM case_events") == [(0,)]


def test_assigning_and_taking_away(store: Store) -> None:
    assert casework.do(store, "a", acts.assign("Ben"), who="Ada", now=NOW, seen=0).owner == "Ben"
    assert casework.do(store, "a", acts.assign(None), who="Ada", now=NOW, seen=1).owner is None


def test_a_stale_look_is_a_conflict_that_names_who_changed_the_case(store: Store) -> None:
    casework.do(store, "a", acts.note("called"), who="Ben", now=NOW)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: casework.do(store, "a", acts.assign("Ada"), who="Ada", now=LATER, seen=0),
        lambda: casework.do(store, "a", acts.move("contacted"), who="Ada", now=LATER, seen=0),
    )
    for attempt in attempts:
        with pytest.raises(Conflict, match=r"^Ben changed this case, on 3 Nov at 09:05 UTC; it is open now\."):
            attempt()
    assert len(case_events(store, "a")) == 1


def test_a_look_at_a_case_whose_events_are_gone_is_a_conflict(store: Store) -> None:
    """Removing the sample removes its case work, perhaps while somebody looks at it."""
    with pytest.raises(Conflict, match="changed"):
        casework.do(store, "a", acts.move("contacted"), who="Ada", now=NOW, seen=3)


def test_contacts_made_elsewhere_keep_their_time_and_name(store: Store) -> None:
    past = [casework.PastContact("a", NOW, "Ben", "she renewed"), casework.PastContact("b", LATER, "Chris", "")]
    assert casework.record_past(store, past) == 2
    assert case_row(store, "a") == ("contacted", "Ben", NOW, "Ben", "she renewed")
    assert case_row(store, "b") == ("contacted", "Chris", LATER, "Chris", None)
    [told] = casework.tick(store, ["a"], who="Ada", now=LATER).conflicts
    assert told.startswith("Ben contacted this customer first, on 3 Nov at 09:05 UTC.")


def test_a_note_never_conflicts(store: Store) -> None:
    casework.do(store, "a", acts.note("first"), who="Ben", now=NOW)
    assert casework.do(store, "a", acts.note("second"), who="Ada", now=NOW).version == 2


@pytest.mark.parametrize("state", STATES)
def test_only_states_that_may_follow_are_taken(store: Store, state: str) -> None:
    if state == "resolved":
        with pytest.raises(Refused, match="Say how it ended first"):
            acts.move(state)
    elif state == "no reply":
        with pytest.raises(Refused, match="“No reply” takes 3 attempts, and none is noted"):
            casework.do(store, "a", acts.move(state), who="Ada", now=NOW)
    elif state in may_follow("open"):
        assert casework.do(store, "a", acts.move(state), who="Ada", now=NOW, seen=0).state == state
    else:
        with pytest.raises(Refused, match=f"A case that is open cannot become {state}"):
            casework.do(store, "a", acts.move(state), who="Ada", now=NOW, seen=0)
        assert case_events(store, "a") == ()


def test_an_unknown_state_is_refused(store: Store) -> None:
    with pytest.raises(Refused):
        casework.do(store, "a", acts.move("happy"), who="Ada", now=NOW, seen=0)


@pytest.mark.parametrize("turn", range(5))
def test_two_people_ticking_the_same_cases_at_once(store: Store, turn: int) -> None:
    """In bulks of ten and in opposite order; each case has one contact, and each loser is told the winner's name."""
    together = threading.Barrier(2)
    order = {"Ada": KEYS, "Ben": KEYS[::-1]}

    def work(who: str) -> list[casework.Done]:
        together.wait()
        return [
            casework.tick(store, order[who][start : start + 10], who=who, now=NOW) for start in range(0, len(KEYS), 10)
        ]

    with ThreadPoolExecutor(2) as pool:
        told = dict(zip(order, pool.map(work, order), strict=True))
    won = {who: {key for part in parts for key in part.done} for who, parts in told.items()}
    assert won["Ada"] | won["Ben"] == set(KEYS)
    assert not won["Ada"] & won["Ben"]
    for who, other in (("Ada", "Ben"), ("Ben", "Ada")):
        sentences = [sentence for part in told[who] for sentence in part.conflicts]
        assert len(sentences) == len(won[other])
        assert all(sentence.startswith(f"{other} contacted this customer first") for sentence in sentences)
    contacts = store.rows("SELECT response_key, who FROM case_events WHERE kind = 'contacted'")
    assert sorted(contacts) == sorted((key, who) for who, keys in won.items() for key in keys)


def test_eight_people_doing_everything_at_once_lose_nothing(store: Store) -> None:
    """Every act that returned is in the history, in some order that makes sense."""

    def work(thread: int) -> list[tuple[str, str]]:
        choose, done = random.Random(thread), []
        who = f"agent {thread}"
        for turn in range(25):
            key = choose.choice(KEYS[:6])
            seen = len(case_events(store, key))
            act = choose.choice(["tick", "note", "undo", "assign", "untick", "move"])
            try:
                if act == "tick" and casework.tick(store, [key], who=who, now=NOW).done:
                    done.append((key, "contacted"))
                elif act == "note":
                    casework.do(store, key, acts.note(f"{who} {turn}"), who=who, now=NOW)
                    done.append((key, "note"))
                elif act == "undo":
                    casework.undo(store, key, who=who, now=NOW)
                    done.append((key, "undone"))
                elif act == "untick" and casework.untick(store, [key], who=who, now=NOW):
                    done.append((key, "undone"))
                elif act == "assign":
                    casework.do(store, key, acts.assign(who), who=who, now=NOW, seen=seen)
                    done.append((key, "assigned"))
                elif act == "move":
                    state = choose.choice(may_follow(fold(case_events(store, key)).state))
                    move = RESOLVED if state == "resolved" else acts.move(state)
                    casework.do(store, key, move, who=who, now=NOW, seen=seen)
                    done.append((key, "moved"))
            except (Refused, Conflict):
                continue
        return done

    with ThreadPoolExecutor(8) as pool:
        done = [(f"agent {thread}", *act) for thread, acts in enumerate(pool.map(work, range(8))) for act in acts]
    kept = store.rows("SELECT who, response_key, kind FROM case_events")
    assert sorted(kept) == sorted(done)
    assert len(done) > 50


def test_the_history_of_an_act_on_many_is_taken_back_in_one_go(store: Store) -> None:
    keys = KEYS[:20]
    told = casework.do_all(store, {key: acts.assign("Ben") for key in keys}, who="Ada", now=NOW)
    assert told.act_id
    casework.do(store, keys[0], acts.assign("Chris"), who="Ben", now=LATER)
    back = casework.undo_act(store, told.act_id, who="Ada", now=LATER)
    assert back.done == tuple(sorted(keys))
    owners: dict[str, str | None] = dict(store.rows("SELECT response_key, owner FROM cases"))
    assert owners == {keys[0]: "Chris"} | dict.fromkeys(keys[1:])
    assert casework.undo_act(store, told.act_id, who="Ada", now=LATER).done == ()


def test_a_step_is_taken_back_from_the_middle_of_the_history_unless_a_later_one_builds_on_it(store: Store) -> None:
    casework.tick(store, ["a"], who="Ada", now=NOW)
    casework.do(store, "a", acts.note("she called back"), who="Ada", now=NOW)
    casework.do(store, "a", acts.move("in progress"), who="Ada", now=NOW)
    tick, note, _ = case_events(store, "a")
    assert casework.undo(store, "a", who="Ben", now=LATER, event_id=note.event_id) == note
    with pytest.raises(Refused, match="A later step builds on this one"):
        casework.undo(store, "a", who="Ben", now=LATER, event_id=tick.event_id)
    with pytest.raises(Refused, match="taken back before"):
        casework.undo(store, "a", who="Ben", now=LATER, event_id=note.event_id)
    assert casework.undo(store, "a", who="Ben", now=LATER).kind == "moved"
    assert casework.undo(store, "a", who="Ben", now=LATER, event_id=tick.event_id) == tick
    assert case_row(store, "a") == ("open", None, None, None, None)


def test_no_reply_takes_as_many_attempts_as_the_settings_say(store: Store) -> None:
    for how in ("no answer", "call"):
        casework.do(store, "a", acts.attempt(how, "rang twice"), who="Ada", now=NOW)
    with pytest.raises(Refused, match="“No reply” takes 3 attempts, and 2 are noted"):
        casework.do(store, "a", acts.move("no reply"), who="Ada", now=NOW)
    assert casework.do(store, "a", acts.move("no reply"), who="Ada", now=NOW, attempts_needed=2).state == "no reply"


def test_a_promise_is_kept_or_broken_once(store: Store) -> None:
    today = NOW.date()
    casework.do(store, "a", acts.promise("a refund", today, today=today), who="Ada", now=NOW)
    case = casework.do(store, "a", acts.promise("a call", today + timedelta(3), today=today), who="Ada", now=NOW)
    first, second = (promise.event_id for promise in case.promises)
    assert case.row()["promise_due"] == today
    casework.do(store, "a", acts.settle(first, kept=True), who="Ada", now=NOW)
    with pytest.raises(Refused, match="settled or taken back before"):
        casework.do(store, "a", acts.settle(first, kept=False), who="Ada", now=NOW)
    case = casework.do(store, "a", acts.settle(second, kept=False), who="Ada", now=NOW)
    row = case.row()
    assert (row["promise_due"], row["promises_kept"], row["promises_broken"]) == (None, 1, 1)
    with pytest.raises(Refused, match="A later step builds on this one"):
        casework.undo(store, "a", who="Ada", now=NOW, event_id=first)


def test_a_case_sleeps_with_a_reason_and_wakes_when_its_state_changes(store: Store) -> None:
    until = NOW.date() + timedelta(2)
    case = casework.do(store, "a", acts.snooze(until, "on holiday", today=NOW.date()), who="Ada", now=NOW)
    assert (case.snoozed_until, case.snooze_reason) == (until, "on holiday")
    assert casework.do(store, "a", acts.contact(), who="Ada", now=NOW).snoozed_until is None
    with pytest.raises(Refused, match="awake already"):
        casework.do(store, "a", acts.wake(), who="Ada", now=NOW)
