"""How are days, hours and times reckoned: the zone, business hours, holidays, teams and times, and who decided them."""

import streamlit as st

from nps import deciding, deriving, ui

with ui.page("Settings") as frame:
    st.text("Each change holds at once for everybody. It is kept with your name, and can be set back.")
    who = ui.visitor()
    with ui.steady():
        if who is None:
            ui.ask_name("Who are you? Your name goes with each change. It is asked once.")
        deciding.saved()
    standing = deciding.standing()
    left, right = st.columns(2, gap="medium")
    with left:
        deciding.zone(standing, who)
        deciding.times(standing, who)
    with right:
        deciding.business_hours(standing, who)
        deciding.free_days(standing, who)
        deciding.who_works_together(standing, who)
    deriving.block(standing, who)
    deciding.history(standing, who)
