"""Whom do I contact next: the detractors, worst and oldest first, and the tick that says who was contacted."""

import streamlit as st

from nps import bulk, casefile, desk, listfile, queues, ui, views

with ui.page("Follow-ups") as frame:
    ui.needs_responses()
    desk.arrive(frame)
    line = st.container()
    who = ui.visitor()
    with ui.steady():
        if who is None:
            ui.ask_name("Who are you? Your name goes with each tick, so that nobody is called twice. It is asked once.")
    asked = queues.wanted(frame, who)
    total = desk.settle(frame, asked)
    with line:
        ui.sentence(frame, total, "follow-up")
        if more := desk.desk().more:
            st.caption(more)
    desk.said(who)
    opened, place = st.container(), st.container()
    page = views.pages(desk.desk().longest, key="page", in_url=True)
    rows = desk.listed(frame, asked, page)
    if rows:
        with place:
            desk.editor(rows, frame.segments, who=who)
        with st.container(horizontal=True):
            bulk.page_at_once(rows, who)
            listfile.download(frame, asked)
            listfile.history(frame, asked)
    else:
        queues.empty(asked)
    with opened:
        casefile.case(rows, [segment.label for segment in frame.segments], who=who)
