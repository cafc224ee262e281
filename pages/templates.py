"""What to say: templates, the playbook, the thank-you that goes out by itself, and which template earns an answer."""

import streamlit as st

from nps import ui
from nps.wording import earning, editing, thanking

VIEWS = ("Templates", "Playbook", "Sending", "What works")

with ui.page("What to say") as frame:
    who = ui.visitor()
    with ui.steady():
        if who is None:
            ui.ask_name("Who are you? Your name stands beside each version you save, and under what you send.")
    view = st.segmented_control("Show", VIEWS, default=VIEWS[0], key="view", bind="query-params", required=True)
    with ui.steady():
        editing.told()
    if view == "Templates":
        editing.edit_templates(frame, who)
    elif view == "Playbook":
        editing.edit_playbook(who)
    elif view == "Sending":
        thanking.to_look_after(who)
        thanking.thank_you(who)
        thanking.opt_outs(who)
    else:
        earning.earnings()
