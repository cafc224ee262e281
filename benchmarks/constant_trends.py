"""Trends with constants: as many inputs, as large a chart and list, and nothing asked of any store."""

from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

POINTS, ROWS = 24, 50
VALUES = [f"value {number}" for number in range(10)]
PERIODS = ["Last 30 days", "Last 90 days", "Last 6 months", "Last 12 months", "All time", "Custom dates"]
DAYS = [date(2024, 11, 1) + timedelta(30 * number) for number in range(POINTS)]
SCORES = [30 + number % 7 for number in range(POINTS)]


def _line(name: str, higher: float, axis: str, **more: object) -> dict[str, object]:
    return {"type": "scatter", "name": name, "x": DAYS, "y": [score + higher for score in SCORES], "yaxis": axis} | more


FIGURE = go.Figure(
    data=[
        _line("low", -9, "y"),
        _line("high", 9, "y", fill="tonexty"),
        _line("NPS", 0, "y", customdata=[[str(day), "Nov 2024", "31 (28 to 34; n = 1,240)"] for day in DAYS]),
        _line("levels", 2, "y", line={"shape": "hv"}),
        {"type": "bar", "x": DAYS, "y": SCORES, "yaxis": "y2"},
        _line("rate", 50, "y3"),
    ],
    layout={"yaxis": {"domain": [0.4, 1]}, "yaxis2": {"domain": [0.15, 0.35]}, "yaxis3": {"domain": [0, 0.1]}},
)
PEOPLE = pd.DataFrame({name: [f"{name} of row {row}, some words" for row in range(ROWS)] for name in VALUES[:9]})

with st.sidebar:
    st.selectbox("Period", PERIODS, key="period", bind="query-params")
    st.selectbox("Survey", VALUES, key="survey", bind="query-params")
    for name in ("unit", "seg_plan", "seg_region", "seg_product", "seg_journey_stage", "seg_channel"):
        st.multiselect(name, ["Free", "Team", "Business", "Enterprise", *VALUES], key=name, bind="query-params")
st.title("Trends")
st.text("10,000,000 answers · all time · all surveys")
st.header("NPS is 31 (30 to 32; n = 10,000,000)")
st.text("Since 10 Apr 2026: 32 (26 to 37; n = 674), up 51 from −19.")
st.radio("One point per", VALUES[:6], horizontal=True, key="grain", bind="query-params")
st.selectbox("Responses of", VALUES, key="point", bind="query-params")
with st.container(border=True):
    st.plotly_chart(FIGURE, key="chart", on_select="rerun", selection_mode="points")
    for name in ("Figures", "Levels"):
        with st.expander(name):
            st.dataframe(PEOPLE.head(POINTS), key=name)
            for kind in ("CSV", "XLSX"):
                st.download_button(kind, "", key=f"{name} {kind}")
st.header("What happened")
with st.expander("Add"), st.form("mark"):
    st.text_input("What")
    st.date_input("Day", DAYS[0])
    st.form_submit_button("Add")
st.header("Responses")
st.dataframe(PEOPLE, key="people")
for kind in ("CSV", "XLSX"):
    st.download_button(kind, "", key=kind)
