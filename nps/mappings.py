"""The mappings that are remembered: what they are called, what the columns mean, and how to forget them."""

from collections.abc import Sequence
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
                scores = " and ".join(f"{each.survey} · score from “{each.score}”" for each in kept.mappings)
                st.text(f"{kept.name} · {scores}")
                with st.container(horizontal=True, width="content"):
                    key = kept.fingerprint
                    st.button("Edit", icon=":material/edit:", key=f"edit_{key}", on_click=_open, args=[key])
                    st.button("Delete", icon=":material/delete:", key=f"forget_{key}", on_click=_forget, args=[kept])
            st.text(f"Corrected for {kept.file}, {ago(kept.kept_at, at=now())} by {kept.kept_by}.{_read_as(kept)}")
            if st.session_state.get(OPEN) == kept.fingerprint:
                _form(kept)


def _read_as(kept: Remembered) -> str:
    """In which unusual way the files are read."""
    stands = " Its files are taken as they stand, not turned." if kept.as_it_stands else ""
    return stands + (f" The name of the file is the segment “{kept.file_as}”." if kept.file_as else "")


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
        edited = _edited(kept, key)
        with st.container(horizontal=True):
            saved = st.form_submit_button("Save", type="primary", icon=":material/check:", key=f"save_{key}")
            st.form_submit_button("Cancel", key=f"leave_{key}", on_click=_open, args=[None])
    if not saved:
        return
    try:
        remembered.edit(the_store(), edited)
        remembered.rename(the_store(), kept, name)
    except NpsError as error:
        ui.trouble(str(error))
        return
    _open(None)
    st.rerun()


def _edited(kept: Remembered, key: str) -> Remembered:
    """What is remembered as it stands in the form."""
    mappings = []
    for number, mapping in enumerate(kept.mappings):
        place = f"{key}_{number}" if number else key
        label = ui.literal(f"Take “{mapping.score}”")
        wanted = len(kept.mappings) == 1 or st.checkbox(label, value=True, key=f"take_{place}")
        edited = _mapping(kept.header, mapping, place)
        mappings += [edited] if wanted else []
    file_as = st.text_input("Segment that holds the name of the file", kept.file_as, key=f"file_as_{key}")
    stands = kept.as_it_stands and st.checkbox("Take the rows as they stand", value=True, key=f"stands_{key}")
    return replace(kept, mappings=tuple(mappings), file_as=file_as.strip(), as_it_stands=stands)


def _mapping(header: Sequence[str], was: Mapping, key: str) -> Mapping:
    """One question's mapping as it stands in the form."""
    chosen = dict[str, Any]()
    cells = iter([*st.columns(4), *st.columns(4), *st.columns(4)])
    for role, label in ROLES.items():
        options = [*([] if role == "score" else [""]), *header]
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
    segments = st.multiselect("Segments", header, default=was.segments, key=f"segments_{key}")
    return replace(was, **chosen, survey=survey.strip() or was.survey, segments=tuple(segments))


def _one_of(label: str, words: dict[Any, str], was: Any, *, key: str) -> Any:
    options = list(words) if was in words else [*words, was]
    return st.selectbox(
        label, options, index=options.index(was), format_func=lambda value: words.get(value, str(value)), key=key
    )
