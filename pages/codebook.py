"""Which reasons are there: how many answers have each, what they mean, and every step that changed them."""

import streamlit as st

from nps import ui
from nps.coding import listing, past, stepping

PARTS = ("Reasons", "History")

with ui.page("Codebook") as frame:
    who = ui.visitor()
    with ui.steady():
        if who is None:
            ui.ask_name("Who are you? Your name goes with each change. It is asked once.")
    part = st.segmented_control("Show", PARTS, default=PARTS[0], key="part", bind="query-params", required=True)
    with ui.steady():
        stepping.said()
    if part == "Reasons":
        listing.reasons()
        stepping.step(who)
        stepping.preview(who)
    else:
        stepping.preview(who)
        past.steps(who)
