"""How does NPS move: the score per week, month or quarter, and the people behind a point."""

import streamlit as st

from nps import charts, choosing, queries, ui, views

with ui.page("Trends") as frame:
    selection = frame.selection
    summary = ui.ask(queries.summary, selection)
    ui.sentence(frame, summary.tally.n)
    ui.needs_responses()
    grain = choosing.grain()
    trend = ui.ask(queries.trend, selection, grain)
    if not trend:
        choosing.no_dates(summary)
        st.stop()
    change, _ = views.change_since_before(selection)
    st.header(views.verdict(summary.tally, change), anchor=False)
    choosing.say_sparse(trend, grain)
    chosen = choosing.point(trend, grain)
    with st.container(border=True):
        alt = f"NPS per {grain} with its 95 % interval, {len(trend)} points; the table below has the figures"
        views.figure(
            charts.trend(trend, grain, chosen=chosen), alt=alt, key="trend_chart", on_select=choosing.pick_point
        )
        views.trend_table(trend, grain)
    narrowed = choosing.during(selection, chosen, grain)
    st.header("Responses" if chosen is None else f"Responses of {charts.period_label(chosen, grain)}", anchor=False)
    tally = ui.ask(queries.summary, narrowed).tally
    views.people(narrowed, tally.n + tally.blanks, key="trend_people")
