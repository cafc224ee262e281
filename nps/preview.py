"""An uploaded file before it goes in: its first rows, what would become of every row, and what looks wrong."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from nps import importing, queries, reexports, sanity, ui
from nps.clock import counted
from nps.decided import settings
from nps.forecast import SHOWN, Forecast, forecast
from nps.importing import Grid, Guess, Mapping
from nps.importing.packed import unpacked
from nps.jobs import Progress
from nps.store import Store, the_store
from nps.uploads import once

ROLES = {
    "score": "Score",
    "date": "Date",
    "comment": "Comment",
    "id": "Response ID",
    "email": "E-mail",
    "name": "Name",
    "account": "Account",
}
PREVIEWED = 8
KEEP, APPLY = "Keep what is stored", "Apply the changes"


@dataclass(frozen=True)
class Outlook:
    """What looks wrong about a file, and whether its changes of known responses are to be applied."""

    warnings: tuple[str, ...]
    update: bool


def first_rows(grid: Grid, guess: Guess, mapping: Mapping) -> None:
    """The first rows of a file, the columns that mean something in front, and why these were taken."""
    st.text(f"{counted(grid.rows, 'row')} · the first {min(PREVIEWED, len(grid.table))} of them:")
    roles = [name for name in (getattr(mapping, role) for role in ROLES) if name]
    order = [*dict.fromkeys((*roles, *mapping.segments, *grid.header))]
    first = unpacked(grid.table.slice(0, PREVIEWED)).select(order)
    st.dataframe(first.to_pandas(), hide_index=True, alt="The first rows of the file")
    for remark in dict.fromkeys((*grid.remarks, *guess.remarks)):
        st.text(remark)
    with st.expander("Why these columns"):
        for role, why in guess.reasons.items():
            if column := getattr(mapping, role):
                st.text(f"{ROLES.get(role, role.capitalize())}: “{column}”, {why}")


def outlook(file_id: str, grid: Grid, mapping: Mapping, *, of_several: bool) -> Outlook:
    """Say what would become of every row, and into which survey, and let a person decide about changes."""
    store = the_store()
    key = f"{mapping} {store.version('responses')} {store.version('settings')}"
    foreseen, warnings = once(file_id, key, partial(_looked_at, store, grid, mapping))
    would = f"Would go into {mapping.survey}" if of_several else "Would go in"
    st.text(
        f"{would}: {counted(foreseen.accepted, 'score')} and {foreseen.blank:,} blank. "
        f"Already there: {foreseen.duplicate:,}. Would be rejected: {foreseen.rejected:,}."
    )
    there = next((survey.n for survey in ui.ask(queries.surveys) if survey.name == mapping.survey), 0)
    if there:
        st.text(
            f"The survey {mapping.survey} holds {counted(there, 'response')} already; these join it. "
            "Write another name above if this is another survey."
        )
    update = bool(foreseen.changed) and _are_to_be_applied(foreseen, key=f"{file_id}_{mapping.score}")
    if warnings:
        st.badge("Looks wrong", color="orange", icon=":material/warning:")
    for warning in warnings:
        st.text(warning)
    return Outlook(warnings, update)


def _looked_at(store: Store, grid: Grid, mapping: Mapping, progress: Progress) -> tuple[Forecast, tuple[str, ...]]:
    progress(0.0, f"Checking {counted(grid.rows, 'row')}")
    answers = importing.answers(grid, mapping, zone=settings(store).zone)
    progress(0.3, f"Looking which of {counted(grid.rows, 'row')} are there already")
    foreseen = forecast(store, answers)
    progress(0.9, "Comparing it with its survey so far")
    return foreseen, sanity.warnings(store, answers)


def _are_to_be_applied(foreseen: Forecast, *, key: str) -> bool:
    """Whether a person wants what a file says otherwise of known responses; nobody is taken at a word not given."""
    one = foreseen.changed == 1
    st.text(f"{counted(foreseen.changed, 'known response')} {'reads' if one else 'read'} otherwise in this file.")
    reexports.before_and_after(foreseen.changes, most=SHOWN, key=f"{key}_changes")
    chosen = st.radio(
        "What changed",
        [KEEP, APPLY],
        horizontal=True,
        key=f"{key}_update",
        help="Applied changes are reverted when the import is taken back. Those that are not can be applied later.",
    )
    return chosen == APPLY
