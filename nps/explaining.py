"""Why two sides differ: the segment that explains most, its parts as sentences and a waterfall, and the people."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from nps import downloads, queries, ui, views, when
from nps.clock import counted
from nps.rows import ValueTally
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN
from nps.selection import Selection
from nps.why import figures, questions, wording
from nps.why.contrast import Both, Columns, Scan, scan
from nps.why.sides import Sides
from nps.why.split import FEW, Split, folded, split

COUNTED: tuple[figures.Counted, ...] = ("NPS", "Promoters", "Detractors")
APART = " · "  # between the values of a pair
SPLIT_HELP = (
    "Rate: the group scored otherwise. Mix: the group gave another share of the answers. All parts add up to the "
    "difference exactly."
)
SWITCHED_HEADER = ("Before", "After", "Customer", "E-mail", "Account", "Answered before", "Answered", "Comment")


def look(frame: ui.Frame, sides: Sides) -> Scan:
    """Look at all segments, and at what explains most with each of the others, and say which explain most."""
    choices = _others(frame, sides)
    alone: dict[Columns, Both] = {(column,): _counts(sides, (column,)) for column in choices}
    best = scan(alone).columns() or ()
    pairs = [(*best, other) for other in choices if best and other not in best]
    crossed: dict[Columns, Both] = {columns: _counts(sides, columns) for columns in pairs}
    found = scan(alone | crossed)
    ui.tell(wording.explains(found, choices, sides))
    return found


def choose(frame: ui.Frame, sides: Sides, found: Scan) -> Columns:
    """The segment whose values part the difference, and a second one where pairs of values do; none: empty."""
    choices = _others(frame, sides)
    if not choices:
        st.text("There is no segment left to part the difference by.")
        return ()
    best = found.columns() or (next(iter(choices)),)
    names = " and ".join(choices[column] for column in best)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.selectbox(
            "Parted by",
            ["", *choices],
            format_func=lambda column: choices[column] if column else f"what explains most: {names}",
            key="split",
            bind="query-params",
            help=SPLIT_HELP,
        )
        unsaid = "what explains most" if not first and len(best) > 1 else "nothing else"
        second = st.selectbox(
            "and by",
            ["", *choices],
            format_func=lambda other: choices[other] if other else unsaid,
            key="crossed",
            bind="query-params",
        )
    columns = (first,) if first else best
    return (columns[0], second) if second and second != columns[0] else columns


def parts(sides: Sides, columns: Columns) -> Split | None:
    """The difference by the values of the columns, if there are any; values of few answers are put together."""
    if not columns:
        return None
    return split(*folded(*_counts(sides, columns)))


def waterfall(found: Split, sides: Sides, label: str) -> str | None:
    """The parts in sentences, as a chart and as a table; returns the value whose people are to be listed."""
    for sentence in wording.reasons(found, sides):
        ui.tell(sentence)
    words: Callable[[Any], str] = str
    with st.container(horizontal=True, vertical_alignment="bottom"):
        value = st.selectbox(
            "People of",
            ["", *wording.values_of(figures.ordered(found))],
            format_func=lambda name: name or "nobody yet",
            key="part",
            bind="query-params",
            help="Choose here, or choose a bar of the chart.",
        )
        chosen = st.segmented_control(
            "Parts of", COUNTED, default="NPS", format_func=words, key="counted", bind="query-params", required=True
        )
    kind = next(each for each in COUNTED if each == chosen)
    with st.container(border=True):
        alt = f"What each of {len(found.parts)} groups adds to the difference; the table below has the figures"
        chart = figures.waterfall(found, sides, kind, chosen=value or None)
        views.figure(chart, alt=alt, key="waterfall", on_select=pick_bar)
        st.caption(f"{MARKS} Pale: fewer than {FEWEST_COMPARED} answers on a side, too few to compare.")
        if any(part.value == FEW for part in found.parts):
            st.caption(f"Groups with fewer than {FEWEST_SHOWN} answers are put together, so that all parts add up.")
        _table(found, label)
    return value or None


MARKS = "Full bars: scored otherwise (rate). Hatched: another share of the answers (mix)."


def pick_bar() -> None:
    """A click on a bar chooses its value, where its people can be listed."""
    value = views.picked("waterfall")[:1]
    if value and value[0] not in (FEW, figures.OTHERS):
        st.session_state["part"] = value[0]


def people(frame: ui.Frame, sides: Sides, columns: Columns, value: str) -> None:
    """The responses of one value on both sides, and the way to them as follow-ups."""
    values = value.split(APART, maxsplit=1) if len(columns) > 1 else [value]
    for name, side, key in (
        (sides.name_after, sides.after, "people_after"),
        (sides.name_before, sides.before, "people_before"),
    ):
        for column, kept in zip(columns, values, strict=False):
            side = side.only(column, kept)  # noqa: PLW2901
        tally = ui.ask(queries.summary, side).tally
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            ui.subheader(ui.literal(f"{value}: {name}"))
            as_followups(side)
        ui.sentence(frame, tally.n, selection=side)
        views.people(side, tally.n + tally.blanks, key=key)


def as_followups(side: Selection) -> None:
    """The way to the follow-ups of a selection."""
    ui.in_a_tab("Open as follow-ups", "followups", side.to_query())


def switched(sides: Sides) -> None:
    """The people who changed band between their two answers."""
    if not sides.over_time or sides.overlapping:
        return
    before, after = sides.before.period, sides.after.period
    flows = ui.ask(questions.flows, sides.after, before, after)
    ui.header("Who changed band")
    if not flows.people:
        st.text("Nobody is known to have given a score in both periods.")
        return
    ui.tell(
        f"{counted(flows.people, 'known customer')} gave a score in both periods: {flows.fell:,} in a lower band than "
        f"before, {flows.rose:,} in a higher one, {flows.stayed:,} in the same."
    )
    chosen = st.segmented_control(
        "Show", ("Fell", "Rose"), default="Fell", key="switch", bind="query-params", required=True
    )
    direction: questions.Direction = "rose" if chosen == "Rose" else "fell"
    total = flows.rose if direction == "rose" else flows.fell
    if total:
        _list_switched(sides, direction, total)
    else:
        st.text("Nobody.")


def _list_switched(sides: Sides, direction: questions.Direction, total: int) -> None:
    place = st.container()
    page = views.pages(total, key="switched_page")
    asked = (sides.after, sides.before.period, sides.after.period, direction)
    rows = ui.ask(questions.switched, *asked, limit=views.PAGE_SIZE, offset=(page - 1) * views.PAGE_SIZE)
    with place:
        st.dataframe(
            pd.DataFrame([_cells(row) for row in rows], columns=list(SWITCHED_HEADER)),
            hide_index=True,
            key="switched_table",
            alt=f"{counted(total, 'customer')} in another band than before",
            column_config=dict.fromkeys(
                ("Answered before", "Answered"), st.column_config.DatetimeColumn(format="D MMM YYYY", width="small")
            )
            | dict.fromkeys(("Before", "After"), st.column_config.NumberColumn(width=60)),
        )
    names = {
        row.key: f"{row.name or row.email or row.account or row.key} ({row.score_before} → {row.score_after})"
        for row in rows
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(
            "Open the case of", ["", *names], format_func=lambda key: names.get(key, "nobody yet"), key="switched_case"
        )
        if key:
            query = {"case": key}
            st.page_link(ui.page_file("followups"), label="Open", icon=":material/arrow_forward:", query_params=query)
    downloads.download(
        "Download as CSV",
        [when.named(name) if name.startswith("Answered") else name for name in SWITCHED_HEADER],
        lambda: [_cells(row) for row in ui.fetch(questions.switched, *asked, limit=views.MOST_DOWNLOADED)],
        file="changed-band.csv",
        key="switched_csv",
    )


def _cells(row: questions.Switched) -> tuple[Any, ...]:
    return (
        row.score_before,
        row.score_after,
        row.name or "",
        row.email or "",
        row.account or "",
        when.answered(row.answered_before),
        when.answered(row.answered_after),
        row.comment or "",
    )


def _table(found: Split, label: str) -> None:
    names = ("Part", "Mix", "Rate", "Promoters: mix", "Promoters: rate", "Detractors: mix", "Detractors: rate")
    rows = [
        (
            part.value,
            part.nps.points,
            part.nps.mix,
            part.nps.rate,
            part.promoters.mix,
            part.promoters.rate,
            part.detractors.mix,
            part.detractors.rate,
            part.before.n,
            part.after.n,
            part.before.nps,
            part.after.nps,
        )
        for part in figures.ordered(found)
    ]
    formats = dict.fromkeys((*names, "NPS before", "NPS after"), "%.1f")
    header = (label, *names, "Answers before", "Answers after", "NPS before", "NPS after")
    downloads.table(header, rows, formats=formats, title="Figures", file="what-changed.csv", key="split_figures")


def _others(frame: ui.Frame, sides: Sides) -> Mapping[str, str]:
    """The segments that can part the difference: not the one whose groups are compared."""
    if sides.over_time:
        return frame.choices
    compared = {column for column, values in sides.after.filters if dict(sides.before.filters).get(column) != values}
    return {column: label for column, label in frame.choices.items() if column not in compared}


def _counts(sides: Sides, columns: Columns) -> Both:
    """The counts of both sides by the values of one column, or by the pairs of two."""
    before, after = (
        ui.ask(queries.by_segment, side, columns[0])
        if len(columns) == 1
        else tuple(
            ValueTally(f"{cell.value}{APART}{cell.other}", cell.tally)
            for cell in ui.ask(queries.by_two_segments, side, *columns)
        )
        for side in (sides.before, sides.after)
    )
    return before, after
