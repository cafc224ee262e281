"""Files about customers on their way in: what each was taken for, whom it leads to, and the way back."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import pandas as pd
import streamlit as st

from nps import context, downloads, importing, ui, views
from nps.clock import ago, counted, now
from nps.context import Context, Rows
from nps.errors import Ambiguous, NpsError, Refused
from nps.exporting import Table
from nps.importing import Grid
from nps.store import the_store
from nps.turns import aside

PREVIEWED = 8
LISTED = 20
ENDINGS = ["csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xls", "ods", "json", "jsonl", "ndjson", "parquet", "gz", "zip"]
# What a preview shows of the rows, under the names that people know.
COLUMNS = {
    "email": "E-mail",
    "customer": "Customer",
    "person_ref": "Person's id",
    "name": "Name",
    "account": "Account",
    "account_ref": "Account's id",
    "domain": "Domain",
    "ticket_ref": "Ticket",
    "title": "Title",
    "text": "Text",
    "status": "Status",
    "happened_at": "When",
    "revenue": "Revenue",
    "renewal_on": "Renewal",
    "owner": "Owner",
    "facts": "Facts",
}
_HERE = "background"

T = TypeVar("T")


@dataclass
class Background:
    """What this session uploaded: tables and rows by file and what was said; what became of the last files.

    `round` is part of the uploader's key: a new one empties it.
    """

    read: dict[str, Any] = field(default_factory=dict)
    brought: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    round: int = 0


def _here() -> Background:
    return cast(Background, st.session_state.setdefault(_HERE, Background()))


def _once(key: str, work: Callable[[], T]) -> T:
    """Do the work on an upload once per session; a refusal is kept as well."""
    kept = _here().read
    if key not in kept:
        try:
            with aside():
                kept[key] = work()
        except Refused as error:
            kept[key] = error
    if isinstance(kept[key], Refused):
        raise kept[key]
    return cast(T, kept[key])


def choose() -> tuple[Rows, ...]:
    """Take files, and show what each was taken for and whose its rows are; return those that can go in."""
    files = st.file_uploader(
        "Files about customers", type=ENDINGS, accept_multiple_files=True, key=f"context_files_{_here().round}"
    )
    found = []
    for file in files:
        with st.container(border=True, key=f"context_{file.file_id}"):
            st.text(file.name)
            try:
                parts = _once(file.file_id, lambda file=file: importing.files(file.name, file.getvalue()))  # type: ignore[misc]
                for number, (name, data) in enumerate(parts):
                    if len(parts) > 1:
                        st.text(name)
                    key = f"{file.file_id}_{number}"
                    grid = _once(key, lambda name=name, data=data: context.table(name, data))  # type: ignore[misc]
                    found.append(_understood(key, grid))
            except Refused as error:
                ui.trouble(str(error))
    return tuple(rows for rows in found if rows is not None)


def _understood(key: str, grid: Grid) -> Rows | None:
    """The rows of a table as they can go in; a person names the key, or the order of dates, where that is needed."""
    place = st.container()
    named = st.selectbox(
        "Whose each row is, told by",
        ["", *grid.header],
        format_func=lambda column: column or "What was found",
        key=f"context_key_{key}",
    )
    with place:
        try:
            rows = _rows(key, grid, named or None)
        except Refused as error:
            ui.trouble(str(error).replace("Name it with --key", "Choose it below"))
            return None
        if rows is not None:
            st.text(f"{counted(len(rows.table), 'row')}, taken for {rows.understood.why}. The first of them:")
            _preview(rows)
    return rows


def _rows(key: str, grid: Grid, named: str | None) -> Rows | None:
    """The rows of a table; None while a person has not said how its dates are written."""

    def read(dayfirst: bool | None) -> Rows:
        return _once(f"{key} {named} {dayfirst}", lambda: context.rows_of(grid, key=named, dayfirst=dayfirst))

    try:
        return read(None)
    except Ambiguous as question:
        st.badge("One question first", color="orange", icon=":material/help:")
        st.text(str(question).split(" Say which")[0])
    order = st.radio("Dates are written", ["Day first", "Month first"], index=None, horizontal=True, key=f"order_{key}")
    return None if order is None else read(order == "Day first")


def _preview(rows: Rows) -> None:
    first = rows.table.slice(0, PREVIEWED).to_pandas()
    shown = first[["line", *(name for name in COLUMNS if first[name].notna().any())]]
    if "facts" in shown:
        shown = shown.assign(facts=[_told(text) for text in shown["facts"]])
    st.dataframe(
        shown.rename(columns={"line": "Line", **COLUMNS}),
        hide_index=True,
        alt="The first rows, as they were understood",
    )


def _told(facts: str | None) -> str:
    """Facts, which are kept as JSON, in words."""
    return ", ".join(f"{name}: {value}" for name, value in json.loads(facts).items()) if isinstance(facts, str) else ""


def bring_in(ready: tuple[Rows, ...]) -> None:
    """The button that brings the files in, one after the other."""
    if not ready or not st.button(f"Bring in {counted(len(ready), 'file')}", type="primary", key="bring_in"):
        return
    here, brought, told = _here(), [], []
    for rows in ready:
        try:
            brought.append(context.bring_in(the_store(), rows, by=ui.visitor() or "somebody", now=now()).context_id)
        except NpsError as error:
            told.append(f"{rows.name}: {error}")
    here.brought, here.told, here.read, here.round = tuple(brought), tuple(told), {}, here.round + 1
    st.rerun()


def outcome() -> None:
    """What became of the last files, and the rows that lead to nobody."""
    here = _here()
    for text in here.told:
        ui.trouble(text)
    for one in (one for one in ui.ask(context.contexts) if one.context_id in here.brought and not one.undone_at):
        with st.container(border=True, key=f"brought_{one.context_id}"):
            st.badge("Brought in", color="green", icon=":material/check:")
            st.text(one.file)
            st.text(_counts(one))
            if one.unmatched:
                _unmatched(one)


def _counts(one: Context) -> str:
    return (
        f"{counted(one.rows, 'row')} = {one.matched:,} matched + {one.unmatched:,} unmatched; they tell of "
        f"{counted(one.customers, 'customer')} who answered"
    )


def _unmatched(one: Context) -> None:
    rows = ui.ask(context.unmatched, one.context_id, limit=LISTED)
    more = one.unmatched > len(rows)
    st.text(f"The first {len(rows)} of {one.unmatched:,} unmatched rows:" if more else "Unmatched rows:")
    cells = [[row.line, row.key, row.reason] for row in rows]
    st.dataframe(
        pd.DataFrame(cells, columns=["Line", "Key", "Reason"]),
        hide_index=True,
        alt="Rows that lead to nobody who answered",
        key=f"unmatched_{one.context_id}",
    )
    _download(one, key=f"outcome_{one.context_id}")


def _download(one: Context, *, key: str) -> None:
    def table() -> Table:
        rows = ui.fetch(context.unmatched, one.context_id, limit=views.MOST_DOWNLOADED)
        return ["Line", "Key", "Reason"], [[row.line, row.key, row.reason] for row in rows]

    downloads.whole("Unmatched rows as CSV", table, file="unmatched-rows.csv", key=f"unmatched_{key}")


def history() -> None:
    """The files there were, whom each leads to now, and a way back."""
    rows = ui.ask(context.contexts)
    if not rows:
        st.text("Nothing was brought in yet.")
    for one in rows[:LISTED]:
        with st.container(border=True, key=f"background_{one.context_id}"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.text(f"{one.file} · {ago(one.brought_at, at=now())} by {one.brought_by}")
                if one.undone_at:
                    st.badge("Taken back", color="gray", icon=":material/undo:")
                else:
                    st.button(
                        "Take back",
                        icon=":material/undo:",
                        key=f"take_back_{one.context_id}",
                        on_click=_take_back,
                        args=[one.context_id],
                    )
            st.text(f"Taken for {one.why}.")
            if not one.undone_at:
                st.text(f"{_counts(one)}.")
                if one.unmatched:
                    _download(one, key=f"history_{one.context_id}")


def _take_back(context_id: str) -> None:
    try:
        context.take_back(the_store(), context_id, by=ui.visitor() or "somebody", now=now())
    except NpsError as error:
        _here().told = (str(error),)
