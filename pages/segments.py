"""Which groups are hotspots: NPS per value of a segment, any two segments against each other, and the people."""

import streamlit as st

from nps import charts, choosing, mapped, queries, ui, views
from nps.ranking import rank

with ui.page("Segments") as frame:
    selection = frame.selection
    ui.sentence(frame, ui.ask(queries.summary, selection).tally.n)
    ui.needs_responses()
    if not frame.choices:
        ui.empty(
            "No segments yet: a column with few values, such as a plan or a region, becomes one.",
            button="Upload a file",
            to="imports",
        )
        st.stop()
    column, other = choosing.segments(frame.choices)
    ranking = rank(ui.ask(queries.by_segment, selection.without(column), column))
    value, cross = choosing.values(ranking, ui.ask(queries.segment_values, other, limit=100))
    ui.header(views.costliest(ranking))
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        ui.subheader("Ranked by the points each group costs the total")
        alt = f"NPS of {len(ranking.shown)} groups with 95 % intervals; the table below has the figures"
        views.figure(charts.ranked(ranking, chosen=value), alt=alt, key="bars", on_select=choosing.pick_bar)
        choosing.say_hidden(ranking)
    with right, st.container(border=True, height="stretch"):
        ui.subheader("The map")
        seen = mapped.draw(selection, column, other, choices=frame.choices)
    views.segment_table(ranking, frame.labels[column])
    mapped.table(seen, column, other, choices=frame.choices)
    choosing.way_to_derived()
    narrowed = choosing.within(selection, {column: value, other: cross})
    ui.header("People")
    tally = ui.ask(queries.summary, narrowed).tally
    ui.sentence(frame, tally.n, selection=narrowed)
    views.people(narrowed, tally.n + tally.blanks, key="segment_people")
