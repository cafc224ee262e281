"""What a later export says about known responses: before and after, the word that replaces answers, missing ids."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from nps import downloads, queries, ui, views
from nps.clock import counted
from nps.imports import Landed
from nps.rows import Change, Import

HEADER = ("Line", "ID", "Column", "Before", "After")


def changed(row: Import | Landed, *, key: str, confirm: Callable[[Import | Landed], None]) -> None:
    """Say how many known responses a file has otherwise, and offer to replace the old answers."""
    waiting = row.changed - row.updated
    if row.updated:
        st.text(f"{counted(row.updated, 'response')} got the file's answer. Taking the import back reverts that.")
    if waiting:
        st.text(
            f"{counted(waiting, 'known response')} {'reads' if waiting == 1 else 'read'} otherwise in this file. "
            "The old answers stay until you replace them. Is it another survey? Then take this import back and give "
            "the file a survey name of its own."
        )
    with st.container(horizontal=True):
        if waiting:
            label = "Replace the old answer" if waiting == 1 else f"Replace {waiting:,} old answers"
            st.button(
                label, icon=":material/published_with_changes:", key=f"{key}_replace", on_click=confirm, args=[row]
            )
        downloads.download(
            "Changes as CSV",
            (*HEADER, "Replaced"),
            lambda: [
                [*_cells(change), "yes" if change.applied else "no"]
                for change in ui.fetch(queries.changes, row.import_id, limit=views.MOST_DOWNLOADED)
            ],
            file="changes.csv",
            key=f"{key}_changes",
        )


def before_and_after(changes: Sequence[Change], *, most: int, key: str) -> None:
    """The first cells that a file has otherwise; where they are as many as `most`, there may be more."""
    st.text(f"The first {most} of the cells that differ:" if len(changes) == most else "What differs:")
    rows = [_cells(change) for change in changes]
    st.dataframe(pd.DataFrame(rows, columns=HEADER), hide_index=True, alt="What differs", key=key)


def missing(row: Import | Landed, *, key: str) -> None:
    """Offer the ids that a full export lacked."""
    downloads.download(
        "Missing IDs as CSV",
        ("ID",),
        lambda: [[each] for each in ui.fetch(queries.vanished, row.import_id, limit=views.MOST_DOWNLOADED)],
        file="missing-ids.csv",
        key=f"{key}_missing",
    )


def _cells(change: Change) -> list[Any]:
    return [change.line, change.response_id, change.column, change.before or "", change.after or ""]
