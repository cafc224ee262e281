"""Parts of the page Hotspots: what stands out, how sure that is, and the people behind it."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from nps import downloads, queries, ui, views
from nps.clock import counted
from nps.hotspots import drawing, wording
from nps.hotspots.finding import Direction, Finding
from nps.hotspots.questions import Looked, hotspots
from nps.selection import Selection

DIRECTIONS: dict[Direction, str] = {"low": "Unhappy groups", "high": "Happy groups"}
MOST_TOLD = 10


def direction() -> Direction:
    """Whether the unhappy or the happy are looked for."""
    words: Callable[[Any], str] = DIRECTIONS.__getitem__
    chosen = st.radio(
        "Look for", list(DIRECTIONS), format_func=words, horizontal=True, key="direction", bind="query-params"
    )
    return next((known for known in DIRECTIONS if known == chosen), "low")


def look(frame: ui.Frame, towards: Direction) -> Looked:
    """Search the selection, and say how many stand out among how many."""
    looked = ui.ask(hotspots, frame.selection, frame.segments, direction=towards)
    ui.header(wording.heading(looked.search, towards))
    ui.tell(wording.tested(looked.search))
    for sentence in _left_out(looked, frame.labels):
        st.caption(ui.literal(sentence))
    return looked


def _left_out(looked: Looked, labels: Mapping[str, str]) -> list[str]:
    told = [f"{labels[one]} says the same as {labels[other]}, which stands for both." for one, other in looked.same]
    if looked.left_out:
        names = ", ".join(labels[column] for column in looked.left_out)
        told.append(f"Left out, since they tell least about the score: {names}.")
    if looked.folded:
        names = ", ".join(f"{labels[column]} ({rare:,})" for column, rare in looked.folded)
        told.append(f"Rare values, which are not looked at one by one: {names}.")
    return told


def tell(frame: ui.Frame, looked: Looked, towards: Direction) -> str | None:
    """The findings as a chart and as sentences; return the name of the one whose people are listed."""
    findings, labels = looked.search.findings[:MOST_TOLD], frame.labels
    if not findings:
        return None
    names = [wording.name(finding.segments, labels) for finding in findings]
    chosen = st.session_state.get("group")
    with st.container(border=True):
        alt = f"How far {counted(len(findings), 'group')} lie from the rest; the sentences below have the figures"
        views.figure(drawing.apart(findings, labels, chosen=chosen), alt=alt, key="hotspots_chart", on_select=_pick)
        _table(looked, labels)
    if len(looked.search.findings) > MOST_TOLD:
        st.caption(f"The {MOST_TOLD} with the largest impact; the table above has all {len(looked.search.findings)}.")
    for name, finding in zip(names, findings, strict=True):
        with st.container(border=True):
            _one(frame.selection, name, finding, towards, labels)
    return (
        st.selectbox(
            "People of", ["", *names], format_func=lambda name: name or "nobody yet", key="group", bind="query-params"
        )
        or None
    )


def _one(selection: Selection, name: str, finding: Finding, towards: Direction, labels: Mapping[str, str]) -> None:
    ui.subheader(ui.literal(name))
    ui.tell(f"NPS {wording.score(finding)}: {wording.apart(finding, towards)} (corrected p {_p(finding.p_adjusted)}).")
    ui.tell(" ".join(part for part in (wording.worth(finding, towards), wording.alone(finding, labels)) if part))
    if finding.explains:
        others = "; ".join(wording.name(segments, labels) for segments in finding.explains[:3])
        more = f" and {len(finding.explains) - 3} more" if len(finding.explains) > 3 else ""
        ui.tell(f"It is also why these stand out: {others}{more}.")
    inside = within(selection, finding)
    waiting = ui.ask(queries.urgency, inside, now=ui.minute())
    late = waiting.overdue + waiting.born_overdue
    unheard = late + waiting.due_today + waiting.later
    told = (
        f"{counted(unheard, 'detractor')} not contacted yet, {late:,} overdue."
        if unheard
        else "No detractor waits here."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(told)
        ui.in_a_tab("Follow up all", "followups", inside.to_query())
        ui.in_a_tab("Since when", "trends", inside.to_query())


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def within(selection: Selection, finding: Finding) -> Selection:
    """The selection narrowed to a group."""
    for column, value in finding.segments:
        selection = selection.only(column, value)
    return selection


def people(frame: ui.Frame, looked: Looked, chosen: str) -> None:
    """The responses of a group."""
    by_name = {wording.name(finding.segments, frame.labels): finding for finding in looked.search.findings}
    inside = within(frame.selection, by_name[chosen])
    tally = ui.ask(queries.summary, inside).tally
    ui.header(ui.literal(f"Responses: {chosen}"))
    views.people(inside, tally.n + tally.blanks, key="hotspot_people")


def _table(looked: Looked, labels: Mapping[str, str]) -> None:
    header = ("Group", "Impact", "NPS", "Low", "High", "Answers", "Promoters", "Passives", "Detractors", "Blank")
    rows = [
        (wording.name(finding.segments, labels), round(finding.impact, 1), *views.figures(finding.tally))
        for finding in looked.search.findings
    ]
    formats = {"NPS": "%.1f", "Low": "%.1f", "High": "%.1f", "Impact": "%.1f"}
    downloads.table(header, rows, title="Figures", file="hotspots.csv", key="hotspot_figures", formats=formats)


def _pick() -> None:
    if picked := views.picked("hotspots_chart"):
        st.session_state["group"] = picked[0]
