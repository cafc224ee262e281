"""Who is this customer: what was answered, what happened, what the account is worth, and who else is there."""

import streamlit as st

from nps import customer, ui

with ui.page("Customer") as frame:
    ui.needs_responses()
    found = customer.chosen()
    if found:
        customer.head(found)
        customer.scores(found)
        left, right = st.columns([3, 2], gap="large")
        with left:
            customer.said(found)
            customer.happened(found)
        with right:
            customer.followed(found)
            customer.colleagues(found)
            customer.facts(found)
