"""Reasons that files bring: which reason each value of a column stands for, chosen by hand and taken back."""

from collections.abc import Sequence

import streamlit as st

from nps import ui, when
from nps.clock import counted, now
from nps.codebook import changing
from nps.codebook.book import Book
from nps.errors import NpsError
from nps.reasons import brought
from nps.reasons.brought import Act, Field, Place, Value
from nps.store import the_store

NONE, SEEN = "", "codebook_values_seen"
MOST_ACTS = 10


def values(who: str | None) -> None:
    """One column, its values with counts, and a reason for each."""
    st.header("Reasons that files bring", anchor=False)
    st.text(
        "Values that are called like a reason stand for it right after an import, where the column's name says that it "
        "holds reasons (reason, topic, tag, theme, category, driver, cause). Others are chosen here. They count where "
        "nobody read the comment."
    )
    fields = sorted(ui.ask(brought.fields), key=lambda field: not field.likely)
    if not fields:
        st.text("No file has brought a column of values yet.")
        return
    likely = sum(field.likely for field in fields)
    called = f"{likely or 'none'} {'is' if likely <= 1 else 'are'} called as columns of reasons are"
    st.text(f"Of {counted(len(fields), 'column')}, {called}; such stand first.")
    names = [field.name for field in fields]
    chosen = st.selectbox("Column", names, key="codebook_field", width=480)
    field = fields[names.index(chosen)]
    every = ui.ask(brought.values, field)
    _form(field, every, ui.ask(changing.book), who)
    for act in ui.ask(brought.acts, field)[:MOST_ACTS]:
        _act(field, act, ui.ask(changing.book), who)


def _form(field: Field, every: Sequence[Value], book: Book, who: str | None) -> None:
    """A reason for each value; what the person saw is what it was when the form was drawn first."""
    shown = st.session_state.get(SEEN)
    seen = shown[1] if shown and shown[0] == field else brought.newest(every)
    st.session_state[SEEN] = (field, seen)
    reasons = {NONE: "none", **{code.code: book.full_label(code.code) for code in book.offered}}
    wanted = dict[Place, str | None]()
    with st.form(f"codebook_values_{field.name}_{seen}", border=True):
        for value in every:
            standing = book.read(value.code) if value.code else NONE
            options = list(reasons) if standing in reasons else [*reasons, standing]
            picked = st.selectbox(
                ui.literal(f"{value.says} · {counted(value.n, 'answer')}"),
                options,
                index=options.index(standing),
                format_func=lambda code: reasons.get(code) or book.label(code),
                key=f"codebook_value_{seen}_{value.place}",
                width=480,
            )
            if picked != standing:
                wanted[value.place] = picked or None
        saved = st.form_submit_button("Save", icon=":material/check:", disabled=who is None)
    if saved and who:
        st.session_state.pop(SEEN, None)
        try:
            brought.decide(the_store(), field, wanted, seen=seen, who=who, now=now())
        except NpsError as error:
            st.session_state[ui.FAILED] = str(error)
        st.rerun()


def _act(field: Field, act: Act, book: Book, who: str | None) -> None:
    says = dict(field.columns)
    lines = [
        f"{says[column] or value}: {_told(book, before)} → {_told(book, after)}"
        for (column, value), before, after in act.changes
    ]
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.text("\n".join([*lines, f"{when.told(act.at)} · {act.by}"]))
        st.button(
            "Undo",
            icon=":material/undo:",
            key=f"codebook_values_undo_{act.rows[0]}",
            disabled=who is None or all(before == after for _, before, after in act.changes),
            on_click=_undo,
            args=[field, act, who],
        )


def _told(book: Book, code: str | None) -> str:
    return book.label(book.read(code)) if code else "none"


def _undo(field: Field, act: Act, who: str) -> None:
    st.session_state.pop(SEEN, None)
    try:
        brought.undo(the_store(), field, act, who=who, now=now())
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
