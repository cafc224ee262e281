"""What a person picks on a page beyond the sidebar: grains, segments and their values; all of it in the URL.

Each choice is a widget bound to the URL, so it works by keyboard and in a link; a click on a chart sets the widget.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from nps import charts, ui, views
from nps.clock import counted
from nps.ranking import Ranking, in_order
from nps.rows import Summary
from nps.score import FEWEST_SHOWN
from nps.selection import Grain, Selection

GRAINS: dict[Grain, str] = {"week": "Week", "month": "Month", "quarter": "Quarter"}


def no_dates(summary: Summary) -> None:
    """Say why there is no trend."""
    if summary.undated:
        st.text(f"None of the {summary.undated:,} responses has a date, so nothing can be shown over time.")
    else:
        st.text("No responses in this selection. Choose a longer period or clear the filters.")


def segments(choices: Mapping[str, str]) -> tuple[str, str]:
    """The segment that is ranked, and the one it is crossed with."""
    columns = list(choices)
    left, right = st.columns(2)
    with left:
        first = st.selectbox("Segment", columns, format_func=choices.__getitem__, key="segment", bind="query-params")
    with right:
        others = [column for column in columns if column != first] or columns
        second = st.selectbox("Crossed with", others, format_func=choices.__getitem__, key="with", bind="query-params")
    return first, second


def grain(key: str) -> Grain:
    """Per week, month or quarter."""
    chosen = st.radio(
        "One point per",
        list(GRAINS),
        index=list(GRAINS).index("month"),
        format_func=GRAINS.__getitem__,
        horizontal=True,
        key=key,
        bind="query-params",
    )
    return next((known for known in GRAINS if known == chosen), "month")


def way_to_derived() -> None:
    """Where segments are made that no file brings."""
    label = "Make a segment of weekday, revenue, sign-up, comment length"
    st.page_link(ui.page_file("settings"), label=label, icon=":material/add:")


def values(ranking: Ranking, crossed: Sequence[tuple[str, int]]) -> tuple[str | None, str | None]:
    """The group whose people are listed: a value of the segment, and one of the crossed segment; None: any."""
    left, right = st.columns(2)
    with left:
        value = st.selectbox(
            "People in",
            ["", *(row.value for row in ranking.shown)],
            format_func=_any,
            key="value",
            bind="query-params",
        )
    with right:
        other = st.selectbox(
            "and in", ["", *in_order(name for name, _ in crossed)], format_func=_any, key="other", bind="query-params"
        )
    return value or None, other or None


def pick_bar() -> None:
    """A click on a bar chooses its value."""
    _set("value", views.picked("bars")[:1])


def pick_cell() -> None:
    """A click on a cell of the heat map chooses both its values."""
    cell = views.picked("cells")
    _set("value", cell[:1])
    _set("other", cell[1:2])


def pick_area_within() -> None:
    """A click on an area within another chooses both its values, one on a name that one and no other."""
    if area := views.picked("areas"):
        st.session_state["value"], st.session_state["other"] = area[0], area[1]


def pick_area() -> None:
    """A click on an area of a segment chooses the segment and the value."""
    if area := views.picked("areas"):
        st.session_state["segment"], st.session_state["other"] = area[0], ""
        _set("value", [value for value in area[1:2] if value])


def within(selection: Selection, chosen: Mapping[str, str | None]) -> Selection:
    """The selection narrowed to the chosen values of some segments."""
    for column, value in chosen.items():
        if value is not None:
            selection = selection.only(column, value)
    return selection


def say_hidden(ranking: Ranking) -> None:
    """Say how many groups are too small to be shown."""
    if len(ranking.shown) > charts.MOST_BARS:
        st.caption(f"The {charts.MOST_BARS} costliest of {len(ranking.shown)} groups; the table below has them all.")
    if ranking.hidden:
        why = f"fewer than {FEWEST_SHOWN} answers, or found by subtracting the others"
        st.caption(f"{counted(ranking.hidden, 'group')} not shown: {why}.")


def _set(key: str, picked: Sequence[str]) -> None:
    if picked:
        st.session_state[key] = picked[0]


def _any(value: str) -> str:
    return value or "anyone"
