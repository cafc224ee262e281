"""What stands out as a chart, sentences and a table, and the people behind it."""

from collections.abc import Mapping

import streamlit as st

from nps import downloads, queries, ui, views
from nps.clock import counted
from nps.hotspots import drawing, wording
from nps.hotspots.finding import Direction, Finding
from nps.hotspots.questions import Looked
from nps.selection import Selection
from nps.spotting import opened

MOST_TOLD = 10


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
            opened.more(frame.selection, name, finding, towards)
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
    inside = selection.inside(finding.segments)
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


def people(frame: ui.Frame, looked: Looked, chosen: str) -> None:
    """The responses of a group."""
    by_name = {wording.name(finding.segments, frame.labels): finding for finding in looked.search.findings}
    inside = frame.selection.inside(by_name[chosen].segments)
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
