"""What people wrote about one thing, and which reasons they gave: found by words, read one after the other."""

import streamlit as st

from nps import ui
from nps.commenting import asking, listing, reading, tagging

with ui.page("Comments") as frame:
    ui.needs_responses()
    line, who = st.container(), ui.visitor()
    asked = asking.wanted()
    with st.container(horizontal=True):
        view = st.radio("Show", ["List", reading.READ], key=reading.VIEW, horizontal=True, bind="query-params")
        which = reading.mode() if view == reading.READ else "all"
    if view == reading.READ:
        with ui.steady():
            if who is None:
                ui.ask_name("Who are you? Your name goes with what you find in comments. It is asked once.")
        here = reading.settle(frame.selection, asked, which, who)
        with line:
            tagging.place_of(frame, here)
        tagging.show(frame, asked, which, who)
    else:
        found, page = listing.page_of(frame, asked)
        with line:
            ui.sentence(frame, found.total, "comment", selection=frame.selection)
            st.caption(listing.progress(frame))
        listing.show(frame, asked, found, page)
