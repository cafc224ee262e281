"""The imports there were: what became of each, and the way back."""

import streamlit as st

from nps import imports, queries, reexports, ui
from nps.clock import ago, counted, now
from nps.errors import NpsError
from nps.landing import download_rejects, parts, replace_answers
from nps.rows import Import
from nps.store import the_store
from nps.uploads import uploads

SHOWN = 20


def history() -> None:
    """The imports there were, each with its rejected rows and a way back."""
    rows = ui.ask(queries.imports, limit=SHOWN)
    if not rows:
        st.text("Nothing was imported yet.")
    for row in rows:
        with st.container(border=True, key=f"import_{row.import_id}"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.text(f"{row.file} · {row.survey} · {ago(row.imported_at, at=now())} by {row.imported_by}")
                _way_back(row)
            st.text(f"{counted(row.rows, 'row')} = {parts(row)} · import {row.import_id}")
            if row.warnings:
                st.text(f"Imported all the same: {' '.join(row.warnings.splitlines())}")
            if row.changed and not row.undone_at:
                reexports.changed(row, key=f"history_{row.import_id}", confirm=replace_answers)
            if row.vanished:
                reexports.missing(row, key=f"history_{row.import_id}")
            if row.rejected:
                download_rejects(row.import_id, key=f"history_{row.import_id}")


def _way_back(row: Import) -> None:
    if row.undone_at:
        st.badge("Taken back", color="gray", icon=":material/undo:")
        return
    if row.sample:
        st.badge("Sample data", color="blue", icon=":material/science:")
        return
    st.button(
        "Take back",
        icon=":material/undo:",
        key=f"undo_{row.import_id}",
        help="Removes the responses that it brought and reverts the answers that it replaced. Case work stays.",
        on_click=_take_back,
        args=[row],
    )


def _take_back(row: Import) -> None:
    here = uploads()
    here.landed, here.refused = (), ()
    try:
        back = imports.undo(the_store(), row.import_id, by=ui.visitor() or "somebody", now=now())
        reverted = f", {counted(back.reverted, 'response')} reverted" if back.reverted else ""
        here.told = (
            f"Took back {row.file}: {counted(back.responses, 'response')} removed{reverted}. {back.about_cases} "
            "Upload the file again to bring them back."
        )
    except NpsError as error:
        here.refused = (str(error),)
