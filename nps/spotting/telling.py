"""What stands out or moved as a chart, sentences and a table, and the people behind it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import plotly.graph_objects as go
import streamlit as st

from nps import downloads, queries, ui, views
from nps.clock import counted
from nps.hotspots import drawing, wording
from nps.hotspots.between import Compared
from nps.hotspots.changed import Moved
from nps.hotspots.finding import Direction, Finding
from nps.hotspots.questions import Looked
from nps.selection import Selection
from nps.spotting import opened

MOST_TOLD = 10

Group = tuple[tuple[str, str], ...]
Found = TypeVar("Found", Finding, Moved)


def apart(frame: ui.Frame, looked: Looked, towards: Direction) -> Group | None:
    """The groups that lie apart from the rest; return the one whose people are listed."""

    def one(name: str, finding: Finding) -> None:
        _say(finding, wording.apart_told(finding, towards), wording.worth(finding, towards), frame.labels)
        _waiting(frame.selection.inside(finding.segments))
        opened.more(frame.selection, name, finding, towards)

    return _shown(
        frame,
        looked.search.findings,
        drawing.apart,
        lambda: _table(looked, frame.labels),
        one,
        alt="How far {} lie from the rest; the sentences below have the figures",
    )


def moved(frame: ui.Frame, compared: Compared, against: str) -> Group | None:
    """The groups that moved further than the rest; `against` is what the page What changed calls the earlier period."""

    def one(_: str, finding: Moved) -> None:
        _say(finding, wording.moved(finding), wording.moved_worth(finding), frame.labels)
        inside = frame.selection.inside(finding.segments)
        _waiting(inside, changed=inside.to_query() | {"against": [against]})

    return _shown(
        frame,
        compared.moves.findings,
        drawing.further,
        lambda: _moved_table(compared, frame.labels),
        one,
        alt="How much further {} moved than the rest; the sentences below have the figures",
    )


def _shown(
    frame: ui.Frame,
    findings: Sequence[Found],
    figure: Callable[..., go.Figure],
    table: Callable[[], None],
    one: Callable[[str, Found], None],
    *,
    alt: str,
) -> Group | None:
    """The chart of the first findings, all of them as a table, each of the first in words; return the chosen one."""
    shown, labels = findings[:MOST_TOLD], frame.labels
    if not shown:
        return None
    names: dict[str, Found] = {wording.name(finding.segments, labels): finding for finding in shown}
    with st.container(border=True):
        chart = figure(shown, labels, chosen=st.session_state.get("group"))
        views.figure(chart, alt=alt.format(counted(len(shown), "group")), key="hotspots_chart", on_select=_pick)
        table()
    if len(findings) > MOST_TOLD:
        st.caption(f"The {MOST_TOLD} with the largest impact; the table above has all {len(findings)}.")
    for name, finding in names.items():
        with st.container(border=True):
            ui.subheader(ui.literal(name))
            one(name, finding)
    chosen = st.selectbox(
        "People of", ["", *list(names)], format_func=lambda name: name or "nobody yet", key="group", bind="query-params"
    )
    return names[chosen].segments if chosen else None


def _say(finding: Finding | Moved, told: str, worth: str, labels: Mapping[str, str]) -> None:
    ui.tell(f"{told} (corrected p {wording.p_value(finding.p_adjusted)}).")
    ui.tell(" ".join(part for part in (worth, wording.alone(finding, labels)) if part))
    if finding.explains:
        others = "; ".join(wording.name(segments, labels) for segments in finding.explains[:3])
        more = f" and {len(finding.explains) - 3} more" if len(finding.explains) > 3 else ""
        ui.tell(f"It is also why these stand out: {others}{more}.")


def _waiting(inside: Selection, *, changed: Mapping[str, list[str]] | None = None) -> None:
    """How many unhappy people wait in a group, and the ways to them."""
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
        if changed:
            ui.in_a_tab("What changed", "compare", changed)


def people(frame: ui.Frame, group: Group) -> None:
    """The responses of a group."""
    inside = frame.selection.inside(group)
    tally = ui.ask(queries.summary, inside).tally
    ui.header(ui.literal(f"Responses: {wording.name(group, frame.labels)}"))
    views.people(inside, tally.n + tally.blanks, key="hotspot_people")


def _table(looked: Looked, labels: Mapping[str, str]) -> None:
    header = ("Group", "Impact", "NPS", "Low", "High", "Answers", "Promoters", "Passives", "Detractors", "Blank")
    rows = [
        (wording.name(finding.segments, labels), round(finding.impact, 1), *views.figures(finding.tally))
        for finding in looked.search.findings
    ]
    _figures(header, rows, ("NPS", "Low", "High", "Impact"), file="hotspots.csv")


def _moved_table(compared: Compared, labels: Mapping[str, str]) -> None:
    scores = ("Impact", "Further", "Low", "High", "NPS before", "NPS now", "Rest before", "Rest now")
    header = ("Group", *scores, "Answers before", "Answers now")
    rows = [_moved_row(finding, labels) for finding in compared.moves.findings]
    _figures(header, rows, scores, file="what-moved.csv")


def _moved_row(finding: Moved, labels: Mapping[str, str]) -> tuple[Any, ...]:
    further, interval = finding.further.points, finding.further.interval
    assert interval is not None, "all four sides have answers"
    return (
        wording.name(finding.segments, labels),
        finding.impact,
        further,
        interval.low,
        interval.high,
        *(tally.nps for tally in (finding.before, finding.now, finding.rest_before, finding.rest_now)),
        finding.before.n,
        finding.now.n,
    )


def _figures(header: Sequence[str], rows: Sequence[Sequence[Any]], scores: Sequence[str], *, file: str) -> None:
    formats = dict.fromkeys(scores, "%.1f")
    downloads.table(header, rows, title="Figures", file=file, key="hotspot_figures", formats=formats)


def _pick() -> None:
    if picked := views.picked("hotspots_chart"):
        st.session_state["group"] = picked[0]
