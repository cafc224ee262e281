"""Why: how many points of the NPS each reason costs or brings, over time, by segment, and whose answers they are."""

import streamlit as st

from nps import driving, emerging, ui
from nps.reasons import questions, wording

with ui.page("Reasons") as frame:
    selection = frame.selection
    by = driving.level()
    found = driving.look(selection, by)
    ui.sentence(frame, found.total.n)
    ui.needs_responses()
    ui.header(ui.literal(wording.heading(found, driving.book())))
    ui.tell(wording.adds_up(found, ui.ask(questions.unread, selection)))
    if found.total.n:
        chosen = driving.choose(found)
        with st.container(border=True):
            ui.subheader("What each reason costs or brings")
            driving.draw(found, by, chosen)
        with st.container(border=True):
            ui.subheader("Over time")
            driving.over_time(selection, found, by)
        if frame.choices:
            with st.container(border=True):
                ui.subheader("By segment")
                driving.by_segment(selection, frame.choices, found, by)
        driving.people(frame, found, chosen)
        emerging.beyond(selection)
