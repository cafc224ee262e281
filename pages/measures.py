"""Not only NPS: CSAT and CES beside it, what comes before what, and the score counted and weighed in several ways."""

import streamlit as st

from nps import choosing, measuring, queries, ui, weights

with ui.page("Measures") as frame:
    selection = frame.selection
    tally = ui.ask(queries.summary, selection).tally
    ui.sentence(frame, tally.n)
    ui.needs_responses()
    beside = measuring.found(selection)
    measuring.cards(tally, beside)
    if selection.survey and beside:
        st.caption("CSAT and CES come from surveys of their own: the filter by survey holds for NPS alone.")
    grain = choosing.grain("measures_grain")
    panels = measuring.panels(selection, beside, grain)
    ui.header("NPS, CSAT and CES beside each other")
    measuring.over_time(panels, grain)
    measuring.comes_before(panels, beside, grain)
    ui.header("By segment and by weight")
    column = measuring.segment(frame.choices)
    values = measuring.against(frame, beside, column) if column else []
    weights.weighed(frame, column, values, tally)
    ui.header("People")
    measuring.people(frame, beside, panels, grain, by=column, values=values)
