"""The least a page can be, to tell what Streamlit itself costs: one text and one choice."""

import streamlit as st

st.text("Nothing here.")
st.selectbox("Period", ["Last 30 days", "Last 90 days", "All time"], key="period", bind="query-params")
