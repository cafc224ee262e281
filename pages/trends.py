"""Did NPS move, since when: the line with its levels and what happened meanwhile, and the people behind each point."""

import streamlit as st

from nps import choosing, marking, queries, ui, watching
from nps.moves import questions, telling

with ui.page("Trends") as frame:
    selection = frame.selection
    summary = ui.ask(queries.summary, selection)
    ui.sentence(frame, summary.tally.n)
    ui.needs_responses()
    days = ui.ask(questions.days, selection)
    if not days:
        choosing.no_dates(summary)
        st.stop()
    ui.header(watching.verdict(selection))
    found = ui.ask(questions.steps, selection)
    ui.tell(telling.since_when(found))
    spacing = watching.spacing(days, selection)
    target = watching.target(selection)
    picture = watching.picture(selection, days, spacing, marks=marking.shown(selection, days), target=target)
    chosen = watching.choose(picture)
    with st.container(border=True):
        watching.draw(picture, chosen.key)
    watching.levels(found, selection)
    marking.happened(picture.marks, selection, frame.choices)
    watching.people(chosen, selection)
