"""Which reasons are there: how many answers have each, what they mean, and every step that changed them."""

import streamlit as st

from nps import ui
from nps.coding import agreeing, files, listing, past, stepping, trusting

PARTS = ("Reasons", "From files", "Suggestions", "Agreement", "History")

with ui.page("Codebook") as frame:
    who = ui.visitor()
    with ui.steady():
        if who is None:
            ui.ask_name("Who are you? Your name goes with each change. It is asked once.")
    part = st.radio("Show", PARTS, key="codebook_part", bind="query-params", horizontal=True)
    with ui.steady():
        stepping.said()
    if part == "Reasons":
        listing.reasons()
        stepping.step(who)
        stepping.preview(who)
    elif part == "From files":
        files.values(who)
    elif part == "Suggestions":
        trusting.bar(who)
        trusting.precision()
    elif part == "Agreement":
        agreeing.agreement()
    else:
        stepping.preview(who)
        past.steps(who)
