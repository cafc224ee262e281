"""Tables as files: each as CSV and as XLSX, which says on a sheet of its own what the figures are about."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from nps import ui
from nps.exporting import Table, to_csv
from nps.importing.reading import unique
from nps.takeaway.paper import Rows
from nps.takeaway.spreadsheet import to_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(
    label: str, header: Sequence[str], rows: Callable[[], Sequence[Sequence[Any]]], *, file: str, key: str
) -> None:
    """Buttons for a table as CSV, and as XLSX with the page's filters; the rows are fetched when one is clicked.

    `label` and `file` are those of the CSV.
    """
    told = ui.about()  # not when it is clicked: there is no session then
    with st.container(horizontal=True):
        whole(label, lambda: (header, rows()), file=file, key=key)
        st.download_button(
            label.replace("CSV", "XLSX"),
            lambda: to_xlsx((header, rows()), told),
            file_name=file.replace(".csv", ".xlsx"),
            mime=XLSX,
            icon=":material/table:",
            key=f"{key}_xlsx",
            on_click="ignore",
        )


def whole(label: str, table: Callable[[], Table], *, file: str, key: str) -> None:
    """A button for a table as CSV with formulas made inert, whose header is known with its rows only."""
    st.download_button(
        label,
        lambda: to_csv(*table()),
        file_name=file,
        mime="text/csv",
        icon=":material/download:",
        key=key,
        on_click="ignore",
    )


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    title: str,
    file: str,
    key: str,
    formats: Mapping[str, str] | None = None,
) -> None:
    """Figures as a folded table, for reading and for download; `formats` are printf formats of numbers by column."""
    ui.on_paper(Rows(title, header, rows))
    with st.expander(title):
        # From the end, so that a segment called like a column of ours gets the number and not the column.
        frame = pd.DataFrame(list(rows), columns=list(unique(tuple(header)[::-1])[::-1]))
        numbers = {name: st.column_config.NumberColumn(format=known) for name, known in (formats or {}).items()}
        st.dataframe(frame, hide_index=True, column_config=numbers, key=key, alt=title)
        download("Download as CSV", header, lambda: rows, file=file, key=f"{key}_csv")
