"""Where do we stand: the score, whether it moved, who is unhappy, and who waits for a call."""

import streamlit as st

from nps import charts, queries, ui, views, watching

with ui.page("Overview") as frame:
    selection = frame.selection
    summary = ui.ask(queries.summary, selection)
    ui.sentence(frame, summary.tally.n)
    ui.needs_responses()
    change, before = views.change_since_before(selection)
    trend = ui.ask(queries.trend, selection, "month")
    verdict = watching.verdict(selection)
    ui.header(verdict)
    views.score_cards(summary.tally, before, change, trend)

    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        ui.subheader("Distribution of scores")
        counts = ui.ask(queries.distribution, selection)
        views.figure(charts.distribution(counts), alt=verdict, key="distribution")
    with right, st.container(border=True, height="stretch"):
        ui.subheader("Answers per month")
        views.figure(charts.volume(trend, "month"), alt=f"Answers in each of {len(trend)} months", key="volume")
        if summary.tally.blanks:
            st.caption(f"{summary.tally.blanks:,} more were sent and came back without a score.")

    views.open_followups(selection)
    views.newest_detractors(selection)
    if not selection.survey:
        views.other_metrics(selection)
