"""The mappings that are remembered: what they are called, what the columns mean, and how to forget them."""

from dataclasses import replace
from typing import Any

import streamlit as st

from nps import remembered, ui
from nps.clock import ago, now
from nps.errors import NpsError
from nps.importing import Mapping
from nps.preview import ROLES
from nps.remembered import Remembered
from nps.store import the_store

SCALES = {None: "As the values show", "0-10": "0-10", "1-10": "1-10"}
OPEN = "mapping_open"
ORDERS = {None: "As the values show", True: "Day first", False: "Month first"}


def list_all() -> None:
    """The remembered mappings under a heading, each to be renamed, edited or deleted; nothing where there is none."""
    rows = ui.ask(remembered.every)
    if not rows:
        return
    st.header("Remembered columns", anchor=False)
    st.text("What you corrected for a file is used for the next one with the same header.")
    for kept in rows:
        with st.container(border=True, key=f"mapping_{kept.fingerprint[:12]}"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.text(f"{kept.name} · {kept.mapping.survey} · score from “{kept.mapping.score}”")
                with st.container(horizontal=True, width="content"):
                    key = kept.fingerprint
                    st.button("Edit", icon=":material/edit:", key=f"edit_{key}", on_click=_open, args=[key])
                    st.button("Delete", icon=":material/delete:", key=f"forget_{key}", on_click=_forget, args=[kept])
            st.text(f"Corrected for {kept.file}, {ago(kept.kept_at, at=now())} by {kept.kept_by}.")
            if st.session_state.get(OPEN) == kept.fingerprint:
                _form(kept)


def _open(fingerprint: str | None) -> None:
    st.session_state[OPEN] = fingerprint


def _forget(kept: Remembered) -> None:
    try:
        remembered.forget(the_store(), kept)
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)


def _form(kept: Remembered) -> None:
    """The name and the columns to be changed; nothing is until it is saved."""
    key = kept.fingerprint
    with st.form(f"mapping_{key}", border=False):
        name = st.text_input("Called", kept.name, max_chars=remembered.LONGEST_NAME, key=f"called_{key}")
        mapping = _edited(kept, key)
        with st.container(horizontal=True):
            saved = st.form_submit_button("Save", type="primary", icon=":material/check:", key=f"save_{key}")
            st.form_submit_button("Cancel", key=f"leave_{key}", on_click=_open, args=[None])
    if not saved:
        return
    try:
        remembered.edit(the_store(), kept, mapping)
        remembered.rename(the_store(), kept, name)
    except NpsError as error:
        ui.trouble(str(error))
        return
    _open(None)
    st.rerun()


def _edited(kept: Remembered, key: str) -> Mapping:
    """The mapping as it stands in the form."""
    was, chosen = kept.mapping, dict[str, Any]()
    cells = iter([*st.columns(4), *st.columns(4), *st.columns(4)])
    for role, label in ROLES.items():
        options = [*([] if role == "score" else [""]), *kept.header]
        with next(cells):
            picked = st.selectbox(
                label,
                options,
                index=options.index(getattr(was, role) or ""),
                format_func=lambda column: column or "None",
                key=f"{role}_{key}",
            )
        chosen[role] = picked or None
    with next(cells):
        survey = st.text_input("Survey", was.survey, key=f"survey_{key}")
    for role, label, words in (("scale", "Scale", SCALES), ("dayfirst", "Dates are written", ORDERS)):
        with next(cells):
            chosen[role] = _one_of(label, words, getattr(was, role), key=f"{role}_{key}")
    segments = st.multiselect("Segments", kept.header, default=was.segments, key=f"segments_{key}")
    return replace(was, **chosen, survey=survey.strip() or was.survey, segments=tuple(segments))


def _one_of(label: str, words: dict[Any, str], was: Any, *, key: str) -> Any:
    options = list(words) if was in words else [*words, was]
    return st.selectbox(
        label, options, index=options.index(was), format_func=lambda value: words.get(value, str(value)), key=key
    )
