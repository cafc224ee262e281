"""What goes in: upload exports, see what was understood, and what became of every row; take an import back."""

import streamlit as st

from nps import history, landing, mappings, ui, upload
from nps.clock import counted

with ui.page("Imports") as frame:
    st.text("Upload an export of your survey tool. Nothing goes in before you have seen what was understood.")
    if not landing.under_way():
        landing.outcome()
        ready = upload.choose()
        if ready and st.button(
            f"Import {counted(len({id(one.grid) for one in ready}), 'file')}", type="primary", key="import"
        ):
            landing.bring_in(ready)
    st.header("History", anchor=False)
    history.history()
    mappings.list_all()
