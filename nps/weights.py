"""The part of the page Measures that counts and weighs the score in several ways, beside each other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from nps import downloads, queries, ui, views
from nps.clock import counted
from nps.measures import drawing, questions, weighing, wording
from nps.measures.metrics import Point, cells, nps_point
from nps.score import FEWEST_SHOWN, Tally
from nps.selection import UNIT_WORDS, UNITS

REVENUE = "revenue"
MOST_SHARES = 12
ONE_DECIMAL = dict.fromkeys(("NPS", "Low", "High"), "%.1f")


def weighed(frame: ui.Frame, column: str | None, values: Sequence[str], tally: Tally) -> None:
    """The score by unit and by weight, beside each other, each with its interval, n and coverage."""
    selection = frame.selection
    with st.container(border=True):
        ui.subheader("NPS, counted and weighed in several ways")
        left, right = st.columns(2, gap="medium")
        with left:
            by = _weigh_by(frame)
        with right:
            shares = _shares(column, values, frame.labels) if column else {}
        rows: list[tuple[str, Point, str]] = []
        for unit in UNITS:
            votes = ui.ask(queries.summary, replace(selection, unit=unit)).tally
            rows.append((UNIT_WORDS[unit], nps_point(votes), f"{votes.n:,} votes, each as independent of the others"))
        plain = ui.ask(weighing.plainly, selection)
        rows.append(
            (f"{UNIT_WORDS[selection.unit]}, whole accounts drawn", _point(plain), wording.weighs(plain, tally))
        )
        if by:
            heavy = (
                ui.ask(weighing.by_revenue, selection) if by == REVENUE else ui.ask(weighing.by_number, selection, by)
            )
            name = "revenue" if by == REVENUE else frame.labels[by]
            rows.append((f"weighed by {name}", _point(heavy), wording.weighs(heavy, tally)))
        if column and shares:
            given = ui.ask(weighing.as_given, selection.without(column), column, tuple(shares.items()))
            rows.append((f"to given shares of {frame.labels[column]}", _point(given), wording.weighs(given, tally)))
        _side_by_side(rows)


def _side_by_side(rows: Sequence[tuple[str, Point, str]]) -> None:
    points = [(name, point) for name, point, _ in rows]
    alt = f"NPS counted in {counted(len(rows), 'way')} with 95 % intervals; the table below has the figures"
    views.figure(drawing.side_by_side(points), alt=alt, key="measures_weighed")
    st.caption(
        "Whole accounts drawn: intervals come from drawing accounts, not answers, since people of one account think "
        "alike; where they are wider, believe them. Weighed figures stand beside the unweighted one, not in its place."
    )
    header = ("One vote", "NPS", "Low", "High", "Answers", "Of what, and how far away")
    lines = [(name, *cells(point), point.n, said) for name, point, said in rows]
    downloads.table(
        header,
        lines,
        title="Figures of the ways to count",
        file="nps-weighed.csv",
        key="measures_ways",
        formats=ONE_DECIMAL,
    )


def _point(weighed: weighing.Weighed) -> Point:
    if weighed.nps is None or weighed.interval is None or weighed.n < FEWEST_SHOWN:
        return Point(None, 0.0, 0.0, weighed.n)
    return Point(weighed.nps, weighed.interval.low, weighed.interval.high, weighed.n)


def _weigh_by(frame: ui.Frame) -> str:
    """What an account weighs: its revenue from customer context, or a number that its answers carry."""
    numbers = {each.column: each.label for each in frame.segments if each.kind == "number"}
    known = any(row.weight for row in ui.ask(questions.accounts, frame.selection))
    options = {"": "nothing"} | ({REVENUE: "revenue (customer context)"} if known else {}) | numbers
    likely = [REVENUE] * known + [column for column, label in numbers.items() if "revenue" in label.lower()]
    return str(
        st.selectbox(
            "An account weighs by",
            list(options),
            index=list(options).index(likely[0]) if likely else 0,
            format_func=options.__getitem__,
            key="measures_weight",
            bind="query-params",
            help="An account weighs this much, however many of it answered. Accounts without the number are left out.",
        )
    )


def _shares(column: str, values: Sequence[str], labels: Mapping[str, str]) -> dict[str, float]:
    """The shares that values of a segment are to have, as they were typed; {} where none was."""
    given: dict[str, float | None] = {}
    with st.expander(f"Weigh to given shares of {ui.literal(labels[column])}"):
        st.text("Type what share of your customers each group is. Groups left empty are left out.")
        for value in values[:MOST_SHARES]:
            given[value] = st.number_input(
                ui.literal(value),
                min_value=0.0,
                max_value=100.0,
                value=None,
                step=1.0,
                format="%.1f",
                placeholder="% of customers",
                key=f"share {column} {value}",
                bind="query-params",
            )
    return {value: share for value, share in given.items() if share}
