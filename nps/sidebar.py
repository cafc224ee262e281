"""The sidebar: period, survey, unit and segments' values, which live in the URL and are the selection of every page."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from nps import queries, saving, ui
from nps.derivations import PREFIX
from nps.ranking import in_order
from nps.selection import NOT_GIVEN, PERIOD_WORDS, UNIT_WORDS, UNITS, Period, Selection

FILTERS_SHOWN = 6
VALUES_OFFERED = 200


def draw() -> ui.Frame:
    """Draw the filters, which live in the URL, and return what they select."""
    segments = ui.ask(queries.segments)
    with st.sidebar:
        first, last = _days(saving.newest())
        names = [survey.name for survey in ui.ask(queries.surveys) if survey.metric == "nps"]
        survey = st.selectbox(
            "Survey", ["", *names], format_func=lambda name: name or "All surveys", key="survey", bind="query-params"
        )
        unit = st.selectbox(
            "One vote is", UNITS, format_func=UNIT_WORDS.__getitem__, key="unit", bind="query-params", help=UNIT_HELP
        )
        choices = {segment.column: segment.label for segment in segments if segment.kind == "choice"}
        offered = _offered(choices, survey)
        filters = _segment_filters(choices, offered)
        if filters or survey or unit != "response":
            st.button("Clear filters", icon=":material/filter_alt_off:", on_click=_clear, args=[list(filters)])
        place = ui.steady()
        ui.who_sits_here()
    # Days in the wrong order are refused only now, when every filter has been drawn and so keeps its value.
    selection = Selection.of(period=Period.through(first, last), survey=survey, unit=unit, filters=filters)
    with place:
        saving.popover(selection, st.session_state["period"])
    frame = ui.Frame(selection, segments, {column: choices[column] for column in offered})
    st.session_state[ui.FRAME] = frame
    return frame


UNIT_HELP = (
    "Every response counts each answer. Latest per person or per account counts one vote each: the newest score in the "
    "period, so that nobody counts twice."
)


def _days(newest: date | None) -> tuple[date | None, date | None]:
    """The first and the last day of the chosen period, both included; None: open."""
    name = st.selectbox(
        "Period",
        list(PERIOD_WORDS),
        index=list(PERIOD_WORDS).index("12m"),
        format_func=PERIOD_WORDS.__getitem__,
        key="period",
        bind="query-params",
        help="Named periods end with the newest answer in the store.",
    )
    place = ui.steady()
    if name != "custom":
        named = Period.latest(name, newest=newest)
        return named.start, newest if named.end else None
    default = Period.latest("90d", newest=newest)
    with place:
        first = st.date_input("From", default.start, key="from", bind="query-params")
        return first, st.date_input("To", newest, key="to", bind="query-params")


def _offered(choices: Mapping[str, str], survey: str) -> dict[str, list[str]]:
    """The values to choose from by column, of the segments that have any in the survey ("": in all)."""
    found = {
        column: in_order(
            value for value, _ in ui.ask(queries.segment_values, column, limit=VALUES_OFFERED, survey=survey)
        )
        for column in choices
    }
    return {column: values for column, values in found.items() if values not in ([], [NOT_GIVEN])}


def _segment_filters(labels: Mapping[str, str], offered: Mapping[str, list[str]]) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}

    def draw(columns: Sequence[str]) -> None:
        for column in columns:
            chosen[column] = st.multiselect(
                ui.literal(labels[column]), offered[column], key=column, bind="query-params", placeholder="Any"
            )

    columns = list(offered)
    draw(columns[:FILTERS_SHOWN])
    # What a lead switched on comes before what files happen to have.
    more = sorted(columns[FILTERS_SHOWN:], key=lambda column: not column.startswith(PREFIX))
    if more:
        with st.expander("More filters"):
            draw(more[: 2 * FILTERS_SHOWN])
    return {column: values for column, values in chosen.items() if values}


def _clear(columns: Sequence[str]) -> None:
    for column in columns:
        st.session_state[column] = []
    st.session_state["survey"] = ""
    st.session_state["unit"] = "response"
