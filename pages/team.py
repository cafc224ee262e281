"""Is everybody heard in time: the figures of the loop, who has how much to do, and what is stuck where."""

import streamlit as st

from nps import giving, leading, ui

with ui.page("Team") as frame:
    ui.needs_responses()
    giving.arrive(frame)
    line, who = st.container(), ui.visitor()
    with ui.steady():
        if who is None:
            ui.ask_name("Who are you? Your name goes with every follow-up that you hand over. It is asked once.")
    band = leading.band()
    leading.cards(frame, band)
    with ui.steady():
        giving.said(who)
    ui.header("Who has how much to do")
    loads = leading.loads(frame, band)
    with line:
        ui.sentence(frame, sum(load.unfinished for load in loads), "unfinished follow-up")
    load = leading.owner(loads, band)
    if load and who:
        giving.hand_over(frame, load, band, who)
    if who:
        with st.expander("Assign by rules", icon=":material/rule:"):
            left, right = st.columns(2, gap="large")
            with left:
                giving.rules(frame, who)
            with right:
                giving.by_rules(frame, band, who)
    ui.header("What is stuck, and where")
    leading.stuck(frame, band)
    leading.by_week(frame)
    ui.header("What a contact changes")
    leading.contact_and_score(frame)
    ui.header("Revenue")
    leading.revenue(frame, ui.today())
