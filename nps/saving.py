"""Selections with a name: saved from the sidebar of any page, opened, renamed, deleted and brought back."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from nps import kept, queries, ui, when
from nps.clock import now
from nps.errors import NpsError
from nps.kept import LONGEST, Kept
from nps.selection import Selection
from nps.store import the_store

POPOVER, DELETED = "kept_popover", "kept_deleted"
MOST_LISTED = 12


def newest() -> date | None:
    """The day of the newest answer, with which named periods end; one in the future is not meant."""
    last = ui.ask(queries.extent).last
    return min(last, when.clock(ui.minute())).date() if last else None


def popover(selection: Selection, period: str) -> None:
    """A place to save what is selected, and the way to what was saved; asked for only when somebody opens it."""
    place = st.popover("Saved selections", icon=":material/bookmark:", key=POPOVER, on_change="rerun")
    if not place.open:
        return
    with place:
        with st.form("kept_form", border=False):
            name = st.text_input("Name of this selection", max_chars=LONGEST, placeholder="EMEA on Starter")
            saved = st.form_submit_button("Save this selection", icon=":material/bookmark_add:")
        if saved:
            query = kept.query_of(selection, period)
            _do(lambda who: kept.save(the_store(), name, query, who=who, now=now()))
        every = ui.ask(kept.kept)
        for one in every[:MOST_LISTED]:
            ui.in_a_tab(ui.literal(one.name), "overview", one.query)
        if every:
            st.page_link(ui.page_file("beside"), label="Put them side by side, rename or delete them")


def shelf(columns: tuple[str, ...], labels: dict[str, str]) -> None:
    """All saved selections, each with what it selects, the way there, and what can be done to it."""
    st.header("Saved selections", anchor=False)
    with ui.steady():
        if gone := st.session_state.get(DELETED):
            with st.container(border=True, horizontal=True, vertical_alignment="center"):
                st.text(f"“{gone.name}” is deleted.")
                st.button("Undo", icon=":material/undo:", key="kept_undo", on_click=_undo, args=[gone])
    every = ui.ask(kept.kept)
    if not every:
        st.text("None yet. Choose filters in the sidebar, open Saved selections there, and give them a name.")
    for one in every:
        with st.container(border=True):
            _one(one, columns, labels)


def _one(one: Kept, columns: tuple[str, ...], labels: dict[str, str]) -> None:
    st.text(f"{one.name}\n{one.selection(newest=newest(), columns=columns).sentence(labels)}")
    if one.missing(columns):
        st.caption("It also filtered by a segment that is no more: that filter does not count.")
    with st.container(horizontal=True, vertical_alignment="center"):
        ui.in_a_tab("Open", "overview", one.query)
        with st.popover("Rename", icon=":material/edit:"), st.form(f"kept_rename_{one.kept_id}", border=False):
            name = st.text_input("New name", one.name, max_chars=LONGEST, key=f"kept_name_{one.kept_id}")
            if st.form_submit_button("Save the name"):
                _do(lambda who: kept.rename(the_store(), one.kept_id, name, who=who, now=now()))
        st.button("Delete", icon=":material/delete:", key=f"kept_gone_{one.kept_id}", on_click=_delete, args=[one])


def _do(work: Callable[[str], object]) -> None:
    """Do something to the saved selections, or say why not."""
    try:
        work(ui.visitor() or "somebody")
    except NpsError as error:
        ui.trouble(str(error))
        return
    st.rerun()


def _delete(one: Kept) -> None:
    _in_callback(lambda who: kept.delete(the_store(), one.kept_id, who=who, now=now()))
    st.session_state[DELETED] = one


def _undo(one: Kept) -> None:
    _in_callback(lambda who: kept.restore(the_store(), one.kept_id, who=who, now=now()))
    st.session_state.pop(DELETED, None)


def _in_callback(work: Callable[[str], object]) -> None:
    try:
        work(ui.visitor() or "somebody")
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
