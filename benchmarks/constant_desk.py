"""The desk with constants: as many inputs and as large a list, and nothing asked of any store."""

import pandas as pd
import streamlit as st

ROWS, VALUES = 50, [f"value {number}" for number in range(200)]
TEXTS = (
    "comment",
    "customer",
    "clock",
    "due",
    "state",
    "owner",
    "account",
    "e-mail",
    "answered",
    "note",
    "plan",
    "region",
)
TABLE = pd.DataFrame(
    {
        "Contacted": [False] * ROWS,
        "Score": [number % 7 for number in range(ROWS)],
        "Urgency": [7 - number / 10 for number in range(ROWS)],
        **{name: [f"{name} of row {number}, some words" for number in range(ROWS)] for name in TEXTS},
    }
)

with st.sidebar:
    for number in range(8):
        st.multiselect(f"Filter {number}", VALUES, key=f"filter_{number}", bind="query-params")
st.title("Follow-ups")
st.text("10,000 follow-ups · all time · all surveys")
with st.container(horizontal=True):
    st.selectbox("Desk for", ["Detractors", "Passives", "Promoters"], key="band", bind="query-params")
    st.pills("Queue", VALUES[:9], key="queue", bind="query-params")
with st.container(horizontal=True):
    st.multiselect("State", VALUES[:10], key="state", bind="query-params")
    st.selectbox("Owner", VALUES, key="owner", bind="query-params")
    st.slider("Score", 0, 6, (0, 6), key="score", bind="query-params")
    st.selectbox("Order", ["Most urgent", "Due first", "By account", "Newest"], key="order", bind="query-params")
    st.text_input("Search", key="text", bind="query-params")
with st.container(border=True, horizontal=True):
    st.text("Tick the first column when you have contacted a customer.")
    st.button("Undo", key="undo")
with st.container(horizontal=True):
    st.selectbox("Open a case", ["", *VALUES[:ROWS]], key="open")
    st.button("Previous", key="previous")
    st.button("Next", key="next")
st.data_editor(TABLE, key="ticks", num_rows="fixed", hide_index=True)
with st.container(horizontal=True):
    for name in ("Tick all", "Give all", "Snooze all"):
        with st.popover(name):
            st.button(name, key=name)
    st.download_button("Download as CSV", "", key="csv")
