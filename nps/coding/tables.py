"""Tables of the page Codebook, open for reading."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from nps.importing.reading import unique

Columns = Mapping[str, Any]  # how columns are drawn, by name


def table(header: Sequence[str], rows: Sequence[Sequence[Any]], *, key: str, alt: str, columns: Columns) -> None:
    """A table with all its rows."""
    frame = pd.DataFrame(list(rows), columns=list(unique(tuple(header))))
    st.dataframe(frame, hide_index=True, key=key, alt=alt, height="content", column_config=dict(columns))


def number(form: str | None = None, *, says: str | None = None) -> Any:
    """A narrow column of numbers."""
    return st.column_config.NumberColumn(width="small", format=form, help=says)
