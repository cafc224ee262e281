"""The parts of the page Reasons: what each costs or brings, over time, by segment, and the people."""

from collections.abc import Mapping

import streamlit as st

from nps import charts, choosing, downloads, ui, views
from nps.codebook import changing
from nps.codebook.book import Book
from nps.commenting import asking
from nps.ranking import rank
from nps.reasons import drawing, questions, wording
from nps.reasons.contribution import NONE, OTHERS, Contributions, Level
from nps.rows import ValueTally
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN
from nps.selection import Selection

LEVELS: Mapping[Level, str] = {"reason": "Reasons", "group": "Groups of reasons"}
BANDS = ("Promoters", "Passives", "Detractors")
DECIMALS = dict.fromkeys(("Cost", "Brought", "Points", "Low", "High"), "%.2f") | {"NPS": "%.1f"}
MOST_LINES = len(drawing.COLOURS)
MOST_VALUES, MOST_DOWN = 8, 12


def book() -> Book:
    """The codebook as it stands."""
    return ui.ask(changing.book)


def level() -> Level:
    """By reason, or by group of reasons."""
    chosen = st.segmented_control(
        "By",
        list(LEVELS),
        default="reason",
        format_func=LEVELS.__getitem__,
        key="reason_level",
        bind="query-params",
        required=True,
    )
    return next(each for each in LEVELS if each == chosen)


def look(selection: Selection, by: Level) -> Contributions:
    """What each reason contributes; those of few answers together."""
    return ui.ask(questions.reasons, selection, by, fold=True)


def choose(found: Contributions) -> str | None:
    """The reason whose people are listed: chosen here, or as a bar of the chart."""
    known = book()
    chosen = st.selectbox(
        "People with",
        ["", *(row.code for row in found.rows if row.code != OTHERS)],
        format_func=lambda code: wording.label(known, code) if code else "no reason chosen yet",
        key="reason",
        bind="query-params",
        help="Choose here, or choose a bar of the chart.",
    )
    return chosen or None


def pick_bar() -> None:
    """A click on a bar chooses its reason."""
    code = views.picked("reason_bars")[:1]
    if code and code[0] != OTHERS:
        st.session_state["reason"] = code[0]


def draw(found: Contributions, by: Level, chosen: str | None) -> None:
    """The bars, and their figures as a table."""
    known = book()
    alt = f"Points that each of {len(found.rows)} rows costs or brings; the table below has the figures"
    views.figure(drawing.bars(found, known, chosen=chosen), alt=alt, key="reason_bars", on_select=pick_bar)
    st.caption(f"Pale: fewer than {FEWEST_COMPARED} answers. An answer with several reasons is shared among them.")
    if any(row.code == OTHERS for row in found.rows):
        st.caption(f"Reasons of fewer than {FEWEST_SHOWN} answers are put together, so that all rows add up.")
    header = ("Reason", "Group", "Cost", "Brought", "Points", "Low", "High", "NPS", "Answers", "Only this", *BANDS)
    rows = [
        (
            wording.label(known, row.code),
            "" if by == "group" or row.code in (NONE, OTHERS) else known.label(known.group(row.code)),
            row.cost,
            row.brought,
            row.points,
            row.interval.low,
            row.interval.high,
            row.tally.nps,
            row.n,
            row.only,
            row.tally.promoters,
            row.tally.passives,
            row.tally.detractors,
        )
        for row in found.rows
    ]
    downloads.table(header, rows, title="Figures", file="reasons.csv", key="reasons_table", formats=DECIMALS)


def over_time(selection: Selection, found: Contributions, by: Level) -> None:
    """The reasons that matter most, period by period."""
    grain = choosing.grain("reasons_grain")
    codes = _weightiest(found, MOST_LINES)
    periods = ui.ask(questions.over_time, selection, grain, by, codes)
    if len(periods) < 2 or not codes:
        st.text("There is only one period, or no reason yet: nothing to draw over time.")
        return
    known = book()
    alt = f"Points of {len(codes)} reasons in {len(periods)} periods; the table below has the figures"
    views.figure(drawing.over_time(periods, grain, known, codes), alt=alt, key="reasons_time")
    st.caption(f"The {len(codes)} that cost or bring most. Gaps: fewer than {FEWEST_COMPARED} answers in the period.")
    rows = [
        (
            charts.period_label(start, grain),
            wording.label(known, code),
            row.points,
            row.interval.low,
            row.interval.high,
            row.n,
        )
        for start, each in periods.items()
        if each.total.n >= FEWEST_SHOWN
        for code in codes
        if (row := each.of(code)) and row.n >= FEWEST_SHOWN
    ]
    header = ("Period", "Reason", "Points", "Low", "High", "Answers")
    downloads.table(
        header, rows, title="Figures over time", file="reasons-time.csv", key="reasons_time_table", formats=DECIMALS
    )


def by_segment(selection: Selection, choices: Mapping[str, str], found: Contributions, by: Level) -> None:
    """What the reasons cost within each value of a segment."""
    column = st.selectbox(
        "Segment", list(choices), format_func=choices.__getitem__, key="reason_segment", bind="query-params"
    )
    codes = _weightiest(found, MOST_DOWN)
    if not column or not codes:
        return
    parts = ui.ask(questions.by_value, selection.without(column), column, by, codes)
    ranking = rank([ValueTally(value, each.total) for value, each in parts.items()])
    known = book()
    shown = {row.value: parts[row.value] for row in ranking.shown[:MOST_VALUES]}
    alt = f"Points of {len(codes)} reasons within {len(shown)} groups; the table below has the figures"
    views.figure(drawing.by_value(shown, known, codes), alt=alt, key="reasons_map")
    st.caption(
        "Each column is a group by itself, the costliest first: all of its reasons, and its answers without one, add "
        "up to its own NPS."
    )
    choosing.say_hidden(ranking)
    rows = [
        (value, wording.label(known, row.code), row.points, row.interval.low, row.interval.high, row.n)
        for value, each in shown.items()
        for row in each.rows
        if row.n >= FEWEST_SHOWN
    ]
    header = (choices[column], "Reason", "Points", "Low", "High", "Answers")
    downloads.table(
        header, rows, title="Figures by segment", file="reasons-segment.csv", key="reasons_map_table", formats=DECIMALS
    )


def people(frame: ui.Frame, found: Contributions, chosen: str | None) -> None:
    """The answers that have the chosen reason."""
    row = found.of(chosen) if chosen else None
    if row is None or chosen is None:
        return
    ui.header(ui.literal(wording.label(book(), chosen)))
    ui.in_a_tab(
        "Read their comments", "comments", {**frame.selection.to_query(), "why": [asking.label(book(), chosen)]}
    )
    ui.sentence(frame, row.n, selection=frame.selection)
    views.people(frame.selection, row.n, key="reason_people", reason=chosen)


def _weightiest(found: Contributions, most: int) -> tuple[str, ...]:
    """The reasons that cost most, or add most on balance."""
    named = [row for row in found.rows if row.code not in (NONE, OTHERS)]
    heavy = sorted(named, key=lambda row: -max(row.cost, abs(row.points)))[:most]
    return tuple(row.code for row in heavy)
