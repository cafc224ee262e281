"""The agent's list: which responses its positions mean, what of an edit counts, and what is said about it."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from time import sleep
from typing import Any
from urllib.parse import quote_plus

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nps import acts, casework, desk, imports, queries
from nps.clock import counted, now
from nps.rows import Wanted
from nps.selection import Selection
from nps.store import Store
from tests.pages.opening import assert_well, bring_in, labelled, opened, says, texts, turn_to

ADA, BEN = "Ada Osei", "Ben Ortiz"


def _edit(drawn, keys, who, edited):  # type: ignore[no-untyped-def] # this text runs as a script without our imports
    """The script of a page whose list was drawn with `keys`, and whose browser now sends `edited`."""
    import streamlit as st

    from nps import desk

    st.session_state[f"ticks_{drawn}"] = edited
    desk._ticked(drawn, keys, who)


class Hand:
    """One browser's edits of one list, as the browser sends them: all edits so far, each time."""

    def __init__(self, keys: list[str], *, who: str | None = ADA) -> None:
        self.keys, self.who = tuple(keys), who
        self.app: AppTest | None = None

    def sends(self, rows: Any, *, drawn: int | None = None, **more: Any) -> "Hand":
        """Send the edits `rows` (position -> column -> value) to the list as it is drawn, or was drawn before."""
        edited = {"edited_rows": rows, "added_rows": [], "deleted_rows": []} | more
        at = self.drawn if drawn is None else drawn
        app = AppTest.from_function(_edit, args=(at, self.keys, self.who, edited))
        if self.app is not None:
            app.session_state["desk"] = self.app.session_state["desk"]
        self.app = app.run()
        assert_well(app)
        return self

    @property
    def desk(self) -> Any:
        assert self.app is not None
        return self.app.session_state["desk"]

    @property
    def drawn(self) -> int:
        return self.desk.drawn if self.app is not None else 0


def _state(store: Store, key: str) -> tuple[Any, ...] | None:
    rows = store.rows("SELECT state, contacted_by FROM cases WHERE response_key = $key", {"key": key})
    return rows[0] if rows else None


def _of_act(store: Store, act_id: str | None) -> list[str]:
    """The cases that one act was done to."""
    return [row[0] for row in store.rows("SELECT response_key FROM case_events WHERE act_id = $id", {"id": act_id})]


def _events(store: Store) -> int:
    return int(store.rows("SELECT count(*) FROM case_events")[0][0])


@pytest.fixture
def keys(empty: Store) -> list[str]:
    """Twelve detractors."""
    rows = "".join(f"{number % 7},2026-03-{1 + number:02d},r{number},Customer {number}\n" for number in range(12))
    bring_in(empty, "detractors.csv", "nps,date,response id,name\n" + rows, score="nps", date="date", id="response id")
    return [
        row[0] for row in empty.rows("SELECT response_key FROM followups WHERE detractor ORDER BY score, waiting_since")
    ]


def test_a_tick_marks_the_case_at_its_position(empty: Store, keys: list[str]) -> None:
    hand = Hand(keys).sends({3: {"Contacted": True}})
    assert _state(empty, keys[3]) == ("contacted", ADA)
    assert _events(empty) == 1
    assert hand.desk.told == ("Marked 1 customer as contacted.",)


def test_a_second_tick_right_after_the_first_counts_once_each(empty: Store, keys: list[str]) -> None:
    hand = Hand(keys).sends({3: {"Contacted": True}}).sends({3: {"Contacted": True}, 5: {"Contacted": True}})
    assert [_state(empty, keys[at]) for at in (3, 5)] == [("contacted", ADA)] * 2
    assert _events(empty) == 2
    assert _of_act(empty, hand.desk.act_id) == [keys[5]]


def test_the_same_edit_sent_again_does_nothing(empty: Store, keys: list[str]) -> None:
    hand = Hand(keys)
    for _ in range(3):
        hand.sends({0: {"Contacted": True}})
    assert _events(empty) == 1
    hand.sends({})
    assert _events(empty) == 1


def test_a_tick_taken_away_in_the_grid_takes_the_contact_back(empty: Store, keys: list[str]) -> None:
    hand = Hand(keys).sends({2: {"Contacted": True}}).sends({2: {"Contacted": False}})
    assert _state(empty, keys[2]) == ("open", None)
    assert hand.desk.told == ("Took back 1 contact.",)
    assert hand.drawn == 1, "the list is drawn anew, so that no edit outlives what was taken back"


def test_a_tick_that_a_colleague_took_back_can_be_made_again(empty: Store, keys: list[str]) -> None:
    hand = Hand(keys).sends({0: {"Contacted": True}})
    hand.sends({})  # the grid forgets an edit that its rows hold by now
    casework.untick(empty, keys[:1], who=BEN, now=now())
    hand.sends({0: {"Contacted": True}})
    assert _state(empty, keys[0]) == ("contacted", ADA)


def test_an_edit_on_its_way_while_another_is_undone_brings_nothing_back(empty: Store, keys: list[str]) -> None:
    edits = {row: {"Contacted": True} for row in range(3)}
    hand = Hand(keys).sends({0: edits[0]}).sends({0: edits[0], 1: edits[1]})
    casework.untick(empty, _of_act(empty, hand.desk.act_id), who=ADA, now=now())
    hand.desk.drawn += 1
    hand.sends(edits, drawn=0)
    assert [(_state(empty, key) or ("open",))[0] for key in keys[:3]] == ["contacted", "open", "contacted"]
    assert len(hand.desk.told) == 1


@pytest.mark.parametrize(
    "rows",
    [
        {0: {"Score": 10}},
        {0: {"Comment": "all is well", "Owner": "Eve", "State": "closed"}},
        {0: {"Contacted": "yes"}},
        {0: {"Contacted": 1}},
        {0: {"Contacted": None}},
        {0: {"Contacted": [True]}},
        {0: {}},
        {0: None},
        {0: True},
        {-1: {"Contacted": True}},
        {12: {"Contacted": True}},
        {10**12: {"Contacted": True}},
        {"0": {"Contacted": True}},
        {None: {"Contacted": True}},
        {1.0: {"Contacted": True}},
        {"r0": {"Contacted": True}},
        [],
        None,
        "edited",
    ],
)
def test_a_forged_edit_changes_nothing(empty: Store, keys: list[str], rows: Any) -> None:
    Hand(keys).sends(rows)
    assert _events(empty) == 0


def test_added_and_deleted_rows_change_nothing(empty: Store, keys: list[str]) -> None:
    Hand(keys).sends({}, added_rows=[{"Contacted": True, "Score": 0}], deleted_rows=[0, 1, 2])
    assert _events(empty) == 0
    assert empty.rows("SELECT count(*) FROM responses") == [(12,)]


def test_what_is_right_in_a_forged_edit_still_counts(empty: Store, keys: list[str]) -> None:
    Hand(keys).sends({99: {"Contacted": True}, 4: {"Contacted": True, "Score": 10}}, deleted_rows=[4])
    assert _state(empty, keys[4]) == ("contacted", ADA)
    assert _events(empty) == 1
    assert empty.rows("SELECT count(*) FROM responses WHERE score = 10") == [(0,)]


def test_somebody_without_a_name_ticks_nothing(empty: Store, keys: list[str]) -> None:
    Hand(keys, who=None).sends({0: {"Contacted": True}})
    assert _events(empty) == 0


class Superseded(BaseException):
    """What Streamlit raises wherever a session is touched once a newer click waits."""


class Session(dict[str, Any]):
    """A session in which a newer click waits from the nth time on that it is touched; 0: none does."""

    touched, nth = 0, 0

    def _touch(self) -> None:
        self.touched += 1
        if self.nth and self.touched >= self.nth:
            raise Superseded

    def get(self, key: str, default: Any = None) -> Any:
        self._touch()
        return super().get(key, default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        self._touch()
        return super().setdefault(key, default)


@pytest.mark.parametrize("nth", range(1, 5))
def test_a_tick_that_a_newer_click_interrupts_is_written_with_that_one(
    empty: Store, keys: list[str], monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    session = Session({"ticks_0": {"edited_rows": {0: {"Contacted": True}}}})
    monkeypatch.setattr(st, "session_state", session)
    session.nth = nth
    with suppress(Superseded):
        desk._ticked(0, tuple(keys), ADA)
    session.nth = 0
    session["ticks_0"] = {"edited_rows": {0: {"Contacted": True}, 3: {"Contacted": True}}}
    desk._ticked(0, tuple(keys), ADA)
    assert [_state(empty, keys[position]) for position in (0, 3)] == [("contacted", ADA)] * 2
    assert _events(empty) == 2


def test_a_position_means_the_response_that_was_drawn_there(empty: Store, keys: list[str]) -> None:
    hand = Hand(keys)
    casework.tick(empty, keys[:4], who=BEN, now=now())  # a list asked anew would be shorter by these
    hand.sends({5: {"Contacted": True}})
    assert _state(empty, keys[5]) == ("contacted", ADA)
    assert [_state(empty, key) for key in keys[6:]] == [None] * 6


def test_the_second_is_told_who_was_first(empty: Store, keys: list[str]) -> None:
    casework.tick(empty, [keys[0]], who=BEN, now=now())
    hand = Hand(keys).sends({0: {"Contacted": True}, 1: {"Contacted": True}})
    done, conflict = hand.desk.told
    assert done == "Marked 1 customer as contacted."
    assert conflict.startswith(f"{BEN} contacted this customer first")
    assert _of_act(empty, hand.desk.act_id) == [keys[1]], "undo takes back only what was ticked here"
    assert _state(empty, keys[0]) == ("contacted", BEN)


def _drawn(app: AppTest) -> list[str]:
    return list(app.session_state["desk"].keys)


def test_the_list_stays_put_while_cases_leave_the_filter(filled: Store) -> None:
    app = opened("followups", who=ADA)
    before = _drawn(app)
    casework.tick(filled, before[:3], who=BEN, now=now())
    app.run()
    assert_well(app)
    assert _drawn(app) == before
    assert list(app.dataframe[0].value["Contacted"][:4]) == [True, True, True, False]
    assert says(app, "48 follow-ups")


def test_coming_back_to_the_page_lists_what_is_left(filled: Store) -> None:
    app = opened("followups", who=ADA)
    before = _drawn(app)
    casework.tick(filled, before[:3], who=ADA, now=now())
    turn_to(app, "overview")
    turn_to(app, "followups")
    assert _drawn(app)[: len(before) - 3] == before[3:]
    assert not any(app.dataframe[0].value["Contacted"])


def test_a_response_that_is_gone_leaves_no_edit_on_another_row(filled: Store) -> None:
    bring_in(filled, "late.csv", "nps,date,response id\n0,2024-11-02,late\n", score="nps", date="date", survey="Late")
    app = opened("followups", who=ADA, query={"period": "All time", "order": "Due first"})
    drawn = app.session_state["desk"].drawn
    assert app.session_state["desk"].keys[0].endswith("late")
    [(import_id,)] = filled.rows("SELECT import_id FROM imports WHERE file = 'late.csv'")
    imports.undo(filled, import_id, by=ADA, now=now())
    app.run()
    assert_well(app)
    assert not [key for key in _drawn(app) if key.endswith("late")]
    assert app.session_state["desk"].drawn > drawn


def test_a_bulk_tick_marks_what_is_open_on_the_page_and_undo_takes_it_back(filled: Store) -> None:
    app = opened("followups", who=ADA)
    before, listed = _events(filled), _drawn(app)
    casework.tick(filled, [listed[7]], who=BEN, now=now())
    app.button(key="bulk").click().run()
    assert_well(app)
    assert _events(filled) == before + len(listed)
    assert says(app, f"Marked {len(listed) - 1} customers as contacted.")
    assert says(app, f"{BEN} contacted this customer first")
    app.button(key="undo_tick").click().run()
    assert_well(app)
    assert says(app, f"Took back {len(listed) - 1} steps.")
    assert [_state(filled, key) for key in listed if key != listed[7]] == [("open", None)] * (len(listed) - 1)
    assert _state(filled, listed[7]) == ("contacted", BEN)


def test_undo_leaves_a_case_in_which_more_has_happened(filled: Store) -> None:
    app = opened("followups", who=ADA)
    first = _drawn(app)[0]
    app.query_params["case"] = first
    app.run()
    app.button(key="case_tick").click().run()
    casework.do(filled, first, acts.resolve("recovered", "Delivery", "fix shipped"), who=BEN, now=now(), seen=1)
    app.button(key="undo_tick").click().run()
    assert_well(app)
    assert says(app, "Took back 0 steps.")
    assert says(app, "A later step builds on this one.")
    assert _state(filled, first) == ("resolved", ADA)


def test_one_case_is_worked_from_contact_to_the_end(filled: Store) -> None:
    app = opened("followups", who=ADA)
    key = _drawn(app)[0]
    app.query_params["case"] = key
    app.run()
    app.button(key="case_tick").click().run()
    assert says(app, "Marked 1 customer as contacted.")
    app.button(key="panel_note").click().run()
    labelled(app.text_area, "Note").set_value("Called; sends us the file.")
    _save(app)
    assert says(app, "Note saved.")
    assert says(app, "note: Called; sends us the file.")
    app.button(key="panel_move").click().run()
    labelled(app.selectbox, "To").select("resolved")
    _save(app)
    assert says(app, "Choose an outcome: recovered")
    labelled(app.selectbox, "Outcome").select("recovered")
    labelled(app.selectbox, "Root cause").select("Reliability")
    labelled(app.selectbox, "Resolution").select("fix shipped")
    _save(app)
    assert_well(app)
    assert _state(filled, key) == ("resolved", ADA)
    assert says(app, "moved to: resolved (recovered, Reliability, fix shipped)")
    app.button(key="case_undo").click().run()
    assert _state(filled, key) == ("contacted", ADA)
    assert says(app, "(taken back)")


def _save(app: AppTest) -> None:
    """Save the form that is open."""
    app.button(key="case_save").click().run()


def _fill(app: AppTest, panel: str) -> None:
    app.button(key=f"panel_{panel}").click().run()
    if panel == "attempt":
        labelled(app.text_area, "What was said").set_value("will call back")
    if panel == "promise":
        labelled(app.text_input, "What was promised").set_value("a refund")
    if panel == "snooze":
        labelled(app.text_input, "Why").set_value("on holiday")
    if panel == "assign":
        labelled(app.text_input, "New owner (empty: nobody)").set_value(BEN)
    _save(app)
    assert_well(app)


def test_an_attempt_a_promise_a_snooze_and_a_new_owner_are_each_a_form(filled: Store) -> None:
    app = opened("followups", who=ADA)
    key = _drawn(app)[0]
    app.query_params["case"] = key
    app.run()
    for panel in ("attempt", "promise", "snooze", "assign"):
        _fill(app, panel)
    [case] = filled.records("SELECT * FROM cases WHERE response_key = $key", {"key": key})
    assert (case["state"], case["attempts"], case["note"], case["owner"]) == ("contacted", 1, "will call back", BEN)
    assert case["snooze_reason"] == "on holiday"
    assert case["promise_due"] is not None
    assert says(app, "promised: a refund")
    [kept] = [each for each in app.button if each.label == "Kept"]
    kept.click().run()
    assert says(app, "· kept")
    app.run()
    assert says(app, "Asleep 1")


def test_a_step_in_the_middle_is_taken_back_from_the_history(filled: Store) -> None:
    app = opened("followups", who=ADA)
    key = _drawn(app)[0]
    app.query_params["case"] = key
    app.run()
    app.button(key="case_take").click().run()
    app.button(key="case_tick").click().run()
    back = labelled(app.selectbox, "Take back a step")
    back.select(back.options[-1]).run()
    app.button(key="case_back").click().run()
    assert_well(app)
    [case] = filled.records("SELECT * FROM cases WHERE response_key = $key", {"key": key})
    assert (case["state"], case["version"]) == ("contacted", 3)


def test_a_duplicate_leads_to_the_case_that_it_repeats(filled: Store) -> None:
    app = opened("followups", who=ADA)
    first, second = _drawn(app)[:2]
    casework.do(filled, second, acts.duplicate(first), who=ADA, now=now())
    app.query_params["case"] = second
    app.run()
    assert_well(app)
    links = [each.proto for each in app.get("page_link")]
    [there] = [link for link in links if link.label.startswith("Worked on in the case")]
    assert quote_plus(first) in there.query_string


def test_next_and_previous_follow_the_list(filled: Store) -> None:
    app = opened("followups", who=ADA)
    keys = _drawn(app)
    shown = []
    for button in ("next", "next", "next", "previous"):
        app.button(key=f"case_{button}").click().run()
        shown.append(app.query_params["case"])
    assert shown == [keys[0], keys[1], keys[2], keys[1]]


def test_a_queue_shows_what_is_not_finished_and_the_list_without_one_what_nobody_contacted(filled: Store) -> None:
    app = opened("followups", who=ADA, query={"period": "All time"})
    first = _drawn(app)[0]
    casework.tick(filled, [first], who=ADA, now=now())
    [queue] = [group for group in app.button_group if group.label == "Queue"]
    queue.set_value("mine").run()
    assert_well(app)
    mine = "SELECT response_key FROM followups WHERE detractor AND owner = $who AND state = 'contacted'"
    assert set(_drawn(app)) == {key for (key,) in filled.rows(mine, {"who": ADA})}
    assert first in _drawn(app)


def test_all_of_a_page_are_given_away_and_taken_back(filled: Store) -> None:
    app = opened("followups", who=ADA)
    keys = _drawn(app)
    app.text_input(key="bulk_owner").set_value(BEN).run()
    app.button(key="bulk_assign").click().run()
    assert says(app, f"{len(keys)} follow-ups now belong to {BEN}.")
    owned = "SELECT count(*) FROM cases WHERE owner = $who AND response_key IN (SELECT unnest($keys))"
    assert filled.rows(owned, {"who": BEN, "keys": keys}) == [(len(keys),)]
    app.button(key="undo_tick").click().run()
    assert says(app, f"Took back {len(keys)} steps.")
    assert filled.rows(owned, {"who": BEN, "keys": keys}) == [(0,)]


def test_what_cannot_be_done_is_a_sentence(filled: Store) -> None:
    app = opened("followups", who=ADA)
    key = _drawn(app)[0]
    casework.do(filled, key, acts.note("first"), who=ADA, now=now())
    app.query_params["case"] = key
    app.run()
    app.button(key="panel_note").click().run()
    _save(app)
    assert says(app, "The note is empty.")
    app.button(key="panel_move").click().run()
    labelled(app.selectbox, "To").select("not contactable")
    casework.tick(filled, [key], who=BEN, now=now() + timedelta(seconds=1))
    _save(app)
    assert_well(app)
    assert says(app, f"{BEN} changed this case")
    assert _state(filled, key) == ("contacted", BEN)


def test_undoing_what_changed_meanwhile_is_a_sentence(filled: Store) -> None:
    app = opened("followups", who=ADA)
    key = _drawn(app)[0]
    casework.do(filled, key, acts.note("first"), who=ADA, now=now())
    app.query_params["case"] = key
    app.run()
    casework.tick(filled, [key], who=BEN, now=now() + timedelta(seconds=1))
    app.button(key="case_undo").click().run()
    assert_well(app)
    assert says(app, f"{BEN} changed this case")


@pytest.fixture
def busy(filled: Store) -> Iterator[Store]:
    """A store in which somebody else's long transaction holds the rows that a click wants to change."""
    listed = filled.rows("SELECT response_key FROM followups WHERE detractor")
    casework.tick(filled, [key for (key,) in listed], who=BEN, now=now())
    with filled._engine.begun() as other:
        other.execute("UPDATE cases SET note = 'under way'")
        other.execute("DELETE FROM responses WHERE survey <> 'Relationship NPS'")
        yield filled


def test_a_click_that_the_store_cannot_take_is_a_sentence(busy: Store) -> None:
    [[mine], *_] = busy.rows("SELECT response_key FROM cases WHERE contacted_by = $who", {"who": BEN})
    app = opened("followups", who=BEN, query={"state": "contacted"})
    [[act_id]] = busy.rows(
        "SELECT act_id FROM case_events WHERE response_key = $key AND who = $who", {"key": mine, "who": BEN}
    )
    app.session_state["desk"].act_id, app.session_state["desk"].told = act_id, ("Marked 1 customer.",)
    app.run()
    app.button(key="undo_tick").click().run()
    assert_well(app)
    assert says(app, "Others kept changing the same rows.")
    app.button(key="remove_sample").click().run()
    assert_well(app)
    assert sum("Others kept changing the same rows." in text for text in texts(app)) == 2


def test_turning_the_page_skips_nobody_whatever_was_ticked_before(filled: Store) -> None:
    app = opened("followups", who=ADA, query={"period": "All time"})
    found = queries.followups(filled, Selection(), Wanted(("open",), today=now().date()), now=now(), limit=1_000)
    everybody = list(found.keys)
    assert 50 < len(everybody) <= 100
    assert _drawn(app) == everybody[:50]
    casework.tick(filled, everybody[:20], who=ADA, now=now())
    app.pagination[0].set_value(2).run()
    assert_well(app)
    assert _drawn(app) == everybody[50:]
    casework.tick(filled, everybody[50:55], who=ADA, now=now())
    app.pagination[0].set_value(1).run()
    assert _drawn(app) == [*everybody[20:50], *everybody[55:]][:50]


def test_the_last_page_stays_while_its_last_case_is_ticked(filled: Store) -> None:
    app = opened("followups", who=ADA)
    app.pagination[0].set_value(2).run()
    [last] = _drawn(app)
    casework.tick(filled, [last], who=ADA, now=now())
    app.run()
    assert_well(app)
    assert _drawn(app) == [last]
    assert list(app.dataframe[0].value["Contacted"]) == [True]
    assert says(app, "50 follow-ups")


def test_the_count_follows_ticks_their_undo_and_a_colleague(filled: Store) -> None:
    found = queries.followups(filled, Selection(), Wanted(("open",), today=now().date()), now=now(), limit=1_000)
    app = opened("followups", who=ADA, query={"period": "All time"})
    assert says(app, f"{found.total:,} follow-ups")
    app.button(key="bulk").click().run()
    assert says(app, f"{found.total - len(_drawn(app)):,} follow-ups")
    casework.tick(filled, found.keys[-1:], who=BEN, now=now())
    app.button(key="undo_tick").click().run()
    assert says(app, f"{found.total - 1:,} follow-ups"), "Ben's is gone, Ada's are back"


def test_a_search_says_how_many_more_match_in_other_states(filled: Store) -> None:
    anywhere = Wanted(text="export", today=now().date())
    waiting = queries.followups(filled, Selection(), replace(anywhere, states=("open",)), now=now(), limit=1)
    casework.tick(filled, waiting.keys, who=ADA, now=now())
    there = queries.followups(filled, Selection(), anywhere, now=now()).total
    app = opened("followups", who=ADA, query={"period": "All time", "text": "export"})
    assert says(app, counted(waiting.total - 1, "follow-up"))
    assert says(app, f"{there - waiting.total + 1:,} more match in other states.")


def test_the_list_waits_for_a_step_that_is_being_written(filled: Store) -> None:
    app = opened("followups", who=ADA)
    here, begun = app.session_state["desk"], threading.Event()

    def write() -> None:
        with here.busy:
            begun.set()
            sleep(0.5)
            here.told = ("Took back 1 step.",)

    thread = threading.Thread(target=write)
    thread.start()
    begun.wait()
    app.run()
    thread.join()
    assert_well(app)
    assert says(app, "Took back 1 step.")
