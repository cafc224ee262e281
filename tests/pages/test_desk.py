"""The agent's list: which responses its positions mean, what of an edit counts, and what is said about it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nps import casework, imports
from nps.clock import now
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


def _events(store: Store) -> int:
    return int(store.rows("SELECT count(*) FROM case_events")[0][0])


@pytest.fixture
def keys(empty: Store) -> list[str]:
    """Twelve detractors."""
    rows = "".join(f"{number % 7},2026-03-{1 + number:02d},r{number},Customer {number}\n" for number in range(12))
    bring_in(empty, "detractors.csv", "nps,date,response id,name\n" + rows, score="nps", date="date", id="response id")
    return [row[0] for row in empty.rows("SELECT response_key FROM followups ORDER BY score, waiting_since")]


def test_a_tick_marks_the_case_at_its_position(empty: Store, keys: list[str]) -> None:
    hand = Hand(keys).sends({3: {"Contacted": True}})
    assert _state(empty, keys[3]) == ("contacted", ADA)
    assert _events(empty) == 1
    assert hand.desk.told == ("Marked 1 customer as contacted.",)


def test_a_second_tick_right_after_the_first_counts_once_each(empty: Store, keys: list[str]) -> None:
    hand = Hand(keys).sends({3: {"Contacted": True}}).sends({3: {"Contacted": True}, 5: {"Contacted": True}})
    assert [_state(empty, keys[at]) for at in (3, 5)] == [("contacted", ADA)] * 2
    assert _events(empty) == 2
    assert hand.desk.ticked == (keys[5],)


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
    casework.untick(empty, hand.desk.ticked, who=ADA, now=now())
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
    assert hand.desk.ticked == (keys[1],), "undo takes back only what was ticked here"
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
    app = opened("followups", who=ADA, query={"period": "All time"})
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
    assert says(app, f"Took back {len(listed) - 1} contacts.")
    assert [_state(filled, key) for key in listed if key != listed[7]] == [("open", None)] * (len(listed) - 1)
    assert _state(filled, listed[7]) == ("contacted", BEN)


def test_undo_leaves_a_case_in_which_more_has_happened(filled: Store) -> None:
    app = opened("followups", who=ADA)
    first = _drawn(app)[0]
    app.query_params["case"] = first
    app.run()
    app.button(key="case_tick").click().run()
    casework.move(filled, first, "resolved", who=BEN, now=now(), seen=1)
    app.button(key="undo_tick").click().run()
    assert_well(app)
    assert says(app, "Took back 0 contacts.")
    assert says(app, "one that more has followed")
    assert _state(filled, first) == ("resolved", ADA)


def test_one_case_is_worked_from_contact_to_the_end(filled: Store) -> None:
    app = opened("followups", who=ADA)
    key = _drawn(app)[0]
    app.query_params["case"] = key
    app.run()
    app.button(key="case_tick").click().run()
    assert says(app, "Marked 1 customer as contacted.")
    labelled(app.text_area, "Note").set_value("Called; sends us the file.").run()
    app.button(key="case_note").click().run()
    assert says(app, "Note saved.")
    assert says(app, "note: Called; sends us the file.")
    labelled(app.selectbox, "Move to").select("resolved").run()
    app.button(key="case_move").click().run()
    assert_well(app)
    assert _state(filled, key) == ("resolved", ADA)
    app.button(key="case_undo").click().run()
    assert _state(filled, key) == ("contacted", ADA)
    assert says(app, "(taken back)")


@pytest.mark.parametrize("act", ["case_note", "case_move", "case_undo"])
def test_what_cannot_be_done_is_a_sentence(filled: Store, act: str) -> None:
    app = opened("followups", who=ADA)
    key = _drawn(app)[0]
    casework.note(filled, key, "first", who=ADA, now=now())
    app.query_params["case"] = key
    app.run()
    if act == "case_move":
        labelled(app.selectbox, "Move to").select("not contactable").run()
    casework.tick(filled, [key], who=BEN, now=now() + timedelta(seconds=1))
    if act == "case_note":
        labelled(app.text_area, "Note").set_value("  ")
    app.button(key=act).click().run()
    assert_well(app)
    told = "The note is empty." if act == "case_note" else f"{BEN} changed this case"
    assert any(told in text for text in texts(app))


@pytest.fixture
def busy(filled: Store) -> Iterator[Store]:
    """A store in which somebody else's long transaction holds the rows that a click wants to change."""
    listed = filled.rows("SELECT response_key FROM followups ORDER BY score, waiting_since, response_key")
    casework.tick(filled, [key for (key,) in listed], who=BEN, now=now())
    with filled._connection.cursor() as other:
        other.begin()
        other.execute("UPDATE cases SET note = 'under way'")
        other.execute("DELETE FROM responses WHERE survey <> 'Relationship NPS'")
        yield filled
        other.rollback()


def test_a_click_that_the_store_cannot_take_is_a_sentence(busy: Store) -> None:
    [[mine], *_] = busy.rows("SELECT response_key FROM cases WHERE contacted_by = $who", {"who": BEN})
    app = opened("followups", who=BEN, query={"state": "contacted"})
    app.session_state["desk"].ticked, app.session_state["desk"].told = (mine,), ("Marked 1 customer.",)
    app.run()
    app.button(key="undo_tick").click().run()
    assert_well(app)
    assert says(app, "Others kept changing the same rows.")
    app.button(key="remove_sample").click().run()
    assert_well(app)
    assert sum("Others kept changing the same rows." in text for text in texts(app)) == 2


def test_turning_the_page_skips_nobody_whatever_was_ticked_before(filled: Store) -> None:
    app = opened("followups", who=ADA, query={"period": "All time"})
    order = "ORDER BY score, waiting_since, response_key"
    everybody = [key for (key,) in filled.rows(f"SELECT response_key FROM followups WHERE state = 'open' {order}")]
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
