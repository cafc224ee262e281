"""What is known of customers: bring in files of other tools, see whom they lead to, take a file back."""

import streamlit as st

from nps import background, ui

with ui.page("Customer context") as frame:
    st.text(
        "Upload tickets, contacts, accounts or notes from Zendesk, HubSpot, Salesforce or Intercom, or any table "
        "with an e-mail address, customer id, account or domain. Responses stay as they are."
    )
    background.outcome()
    background.bring_in(background.choose())
    st.header("History", anchor=False)
    background.history()
