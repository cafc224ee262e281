"""The reasons of a case's answer: those that count, those suggested with their words, and the way to give others."""

from collections.abc import Sequence

import streamlit as st

from nps import ui
from nps.clock import now
from nps.codebook import changing
from nps.codebook.book import Book
from nps.commenting import showing
from nps.commenting.listing import FOUND_BY
from nps.commenting.reading import start
from nps.comments import questions
from nps.desk import desk
from nps.errors import NpsError
from nps.reasons import readings
from nps.reasons.readings import MOST_CODES, Suggestion, readings_of
from nps.rows import Followup
from nps.store import the_store
from nps.suggesting import keeping

_PANEL = "case_reasons"


def panel(row: Followup, who: str | None) -> None:
    """What was found in the comment and what is suggested, above a form that one key opens."""
    if not row.comment:
        return
    book, past = ui.ask(changing.book), ui.ask(readings_of, row.key)
    offered = ui.ask(keeping.suggested, (row.key,)).get(row.key, ())
    known = ui.ask(questions.reasons, (row.key,)).get(row.key)
    by = {**FOUND_BY, "person": past[-1].by} if past else FOUND_BY
    with st.container(horizontal=True, vertical_alignment="center", key="case_why"):
        st.text(f"Reasons: {showing.found(book, known, by)}", width="content")
        if who is None:
            return
        st.button("Reasons", key="panel_reasons", shortcut="W", on_click=_show, args=[row.key])
        if past and past[-1].by == who and past[-1].step is None:
            st.button("Take back", key="reasons_back", type="tertiary", on_click=_undo, args=[past[-1].number, who])
    if offered and not past:
        st.caption(ui.literal(f"Suggested: {', '.join(showing.why(book, each) for each in offered)}."))
    if st.session_state.get(_PANEL) == row.key:
        seen = past[-1].number if past else None
        st.dialog("Reasons", on_dismiss=_close)(_form)(row, book, start(book, past, offered), offered, (seen, who))


def _form(
    row: Followup, book: Book, before: Sequence[str], offered: Sequence[Suggestion], whose: tuple[int | None, str]
) -> None:
    """The reasons to choose from, those suggested chosen already. The page is drawn anew once they are saved."""
    if st.session_state.get(_PANEL) != row.key:
        st.rerun()
    st.text(row.comment or "")
    with st.form(f"reasons_{row.key}", border=False):
        st.html(f'<script src="{ui.FOCUS_SCRIPT}"></script>', unsafe_allow_javascript=True)
        st.multiselect(
            "Reasons, the primary one first",
            [code.code for code in book.offered],
            default=list(before),
            format_func=book.full_label,
            max_selections=MOST_CODES,
            placeholder="None: read, and it gives no reason",
            key=_field(row.key),
        )
        st.form_submit_button(
            "Save", type="primary", key="reasons_save", on_click=_save, args=[row.key, offered, whose]
        )


def _field(key: str) -> str:
    return f"reasons_of_{key}"


def _show(key: str) -> None:
    st.session_state[_PANEL] = key


def _close() -> None:
    st.session_state[_PANEL] = None


def _save(key: str, offered: Sequence[Suggestion], whose: tuple[int | None, str]) -> None:
    seen, who = whose
    codes = st.session_state.get(_field(key)) or []
    here = desk()
    here.act_id = None
    try:
        readings.read(the_store(), key, codes, offered=offered, seen=seen, who=who, now=now())
        here.told = ("Reasons kept.",)
    except NpsError as error:
        here.told = (str(error),)
    _close()


def _undo(number: int, who: str) -> None:
    here = desk()
    here.act_id = None
    try:
        readings.undo(the_store(), number, who=who, now=now())
        here.told = ("Took your reasons back.",)
    except NpsError as error:
        here.told = (str(error),)
