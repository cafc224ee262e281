"""The map on the page Segments: two segments against each other, or areas by the number of answers, and its table."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from nps import choosing, downloads, ui, views
from nps.clock import counted
from nps.crossing import drawing, questions
from nps.crossing.cells import Map
from nps.score import FEWEST_SHOWN
from nps.selection import Selection

MAPS = {
    "heat": "Heat map of both",
    "within": "Areas, one within the other",
    "one": "Areas of the segment",
    "all": "Areas of all segments",
}
PAIRS = ("heat", "within")
DRAWN = "Drawn towards its like"
FORMATS = dict.fromkeys((DRAWN, "NPS", "Low", "High"), "%.1f")


def draw(selection: Selection, column: str, other: str, *, choices: Mapping[str, str]) -> Map:
    """The map that was chosen, whose table stands below the page's charts; a click chooses the people."""
    words: Callable[[Any], str] = MAPS.__getitem__
    which = st.selectbox("Map", list(MAPS), format_func=words, key="map", bind="query-params")
    if which in PAIRS:
        seen = ui.ask(questions.pairs, selection, column, other)
    else:
        seen = ui.ask(questions.values, selection, (column,) if which == "one" else tuple(choices))
    groups = f"{counted(len(seen.cells), 'group')}, each with n and interval; the table below has the figures"
    if not seen.cells:
        st.text(f"No group has {FEWEST_SHOWN} answers.")
    elif which == "heat":
        chart = drawing.heat_map(seen, across=choices[other], down=choices[column])
        views.figure(chart, alt=f"NPS of {groups}", key="cells", on_select=choosing.pick_cell)
    else:
        chart = drawing.areas(seen, nested=which != "one", labels={} if which == "within" else choices)
        pick = choosing.pick_area_within if which == "within" else choosing.pick_area
        views.figure(chart, alt=f"Answers and NPS of {groups}", key="areas", on_select=pick)
    st.caption(_about(seen))
    return seen


def table(seen: Map, column: str, other: str, *, choices: Mapping[str, str]) -> None:
    """The figures of the map."""
    which = st.session_state["map"]
    names = (choices[column], choices[other]) if which in PAIRS else ("Segment", "Value")
    header = (*names, DRAWN, "NPS", "Low", "High", "Answers", "Promoters", "Passives", "Detractors", "Without a score")
    rows = [
        (cell.outer if which in PAIRS else choices[cell.outer], cell.inner, cell.drawn, *views.figures(cell.tally))
        for cell in seen.cells
    ]
    downloads.table(
        (*header, "Tested"),
        [(*row, "yes" if cell.tested else "too few answers") for row, cell in zip(rows, seen.cells, strict=True)],
        formats=FORMATS,
        title="Figures of the map",
        file="nps-map.csv",
        key="cell_figures",
    )


def _about(seen: Map) -> str:
    told = (
        "Colour and number: NPS, drawn towards its like where few answered. "
        f"Hatched: under {seen.support:,} answers, too few to be tested."
    )
    if seen.hidden:
        why = f"fewer than {FEWEST_SHOWN} answers, or found by subtracting the others"
        told += f" {counted(seen.hidden, 'group')} not shown: {why}."
    return told
