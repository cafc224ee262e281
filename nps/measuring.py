"""The parts of the page Measures that show what was asked beside NPS: now, over time, against it, and the people."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from nps import charts, downloads, queries, ui, views
from nps.clock import counted
from nps.measures import drawing, questions, wording
from nps.measures.leading import lagged
from nps.measures.metrics import EFFORT, METRICS, Metric, as_tally, cells, kept_apart, nps_point, share_point
from nps.ranking import rank
from nps.rows import ValueTally
from nps.score import FEWEST_SHOWN, Tally
from nps.selection import Grain, Period, Selection
from nps.takeaway.paper import Rows
from nps.team.figures import Share

NPS = "NPS"
NUMBERS = dict.fromkeys(("Value", "NPS", "Low", "High"), "%.1f")
ONE_DECIMAL = {"NPS": "%.1f", "Low": "%.1f", "High": "%.1f"}
BRING_IN = (
    "There are no CSAT or CES answers in this period. Upload an export of such a survey: a score column named CSAT, "
    "CES, satisfaction or effort is recognised, and Imports lets you say what a column measures, and on which scale."
)

Found = Mapping[Metric, Share]


def found(selection: Selection) -> dict[Metric, Share]:
    """The measures beside NPS that have answers in the period, with the satisfied among them."""
    asked = {metric: ui.ask(queries.satisfaction, questions.beside(selection), metric.key) for metric in METRICS}
    return {metric: Share(all_.satisfied, all_.n) for metric, all_ in asked.items() if all_.n}


def cards(tally: Tally, beside: Found) -> None:
    """Each measure as a figure of its own, with its interval and what it means."""
    shown = [(NPS, wording.told(nps_point(tally), "points"), "Promoters less detractors, in points from −100 to +100.")]
    shown += [(metric.name, wording.told(share_point(share), "%"), metric.meaning) for metric, share in beside.items()]
    ui.on_paper(Rows("In this selection", ("Measure", "Value", "What it is"), shown))
    for cell, (name, value, meaning) in zip(st.columns(len(shown)), shown, strict=True):
        figure, _, rest = value.partition(" (")
        with cell.container(border=True, height="stretch"):
            st.metric(name, figure if rest else "–", help=meaning)
            st.caption(f"({rest}" if rest else value)
    if not beside:
        ui.empty(BRING_IN, button="Upload a file", to="imports")


def panels(selection: Selection, beside: Found, per: Grain) -> list[drawing.Panel]:
    """NPS and every measure beside it, by period."""
    trend = ui.ask(queries.trend, selection, per)
    made = [drawing.Panel("nps", NPS, "points", kept_apart({each.start: nps_point(each.tally) for each in trend}))]
    for metric in beside:
        periods = ui.ask(questions.satisfied_over_time, selection, metric.key, per)
        made.append(
            drawing.Panel(
                metric.key, metric.name, "%", kept_apart({each.start: share_point(each.share) for each in periods})
            )
        )
    return [panel for panel in made if panel.points]


def over_time(made: Sequence[drawing.Panel], per: Grain) -> None:
    """The measures on one time axis, each on a scale of its own."""
    with st.container(border=True):
        ui.subheader("Over time, each on its own scale")
        if not made:
            st.text("None of the answers has a date, so nothing can be shown over time.")
            return
        alt = (
            f"{', '.join(panel.name for panel in made)} per {per} with 95 % intervals; the table below has the figures"
        )
        views.figure(drawing.over_time(made, per), alt=alt, key="measures_over_time", on_select=_pick_point)
        rows = [
            (panel.name, charts.period_label(day, per), *cells(point), point.n)
            for panel in made
            for day, point in sorted(panel.points.items())
        ]
        header = ("Measure", "Period", "Value", "Low", "High", "Answers")
        downloads.table(
            header, rows, title="Figures over time", file="measures.csv", key="measures_figures", formats=NUMBERS
        )


def _pick_point() -> None:
    picked = views.picked("measures_over_time")
    if len(picked) > 1:
        st.session_state["measures_metric"] = picked[0]
        st.session_state["measures_point"] = picked[1]


def comes_before(made: Sequence[drawing.Panel], beside: Found, per: Grain) -> None:
    """Whether effort moves before NPS; where nobody asked for effort, satisfaction."""
    by_key = {panel.key: panel for panel in made}
    first = next((m for m in beside if m.asks == EFFORT and m.key in by_key), None) or next(
        (m for m in beside if m.key in by_key), None
    )
    if first is None or "nps" not in by_key:
        return
    ours, theirs = (
        tuple((day, point.value) for day, point in sorted(by_key[key].points.items()) if point.value is not None)
        for key in ("nps", first.key)
    )
    ui.subheader(f"Does {first.name} move before NPS?")
    ui.tell(wording.before_nps(lagged(theirs, ours, per), first, per))


def against(frame: ui.Frame, beside: Found, column: str) -> list[str]:
    """NPS against each measure by the values of a segment; return the values that may be shown."""
    selection = frame.selection.without(column)
    ranking = rank(ui.ask(queries.by_segment, selection, column))
    ours = {row.value: nps_point(row.tally) for row in ranking.shown}
    metric = next((m for m in beside if m.asks == EFFORT), None) or next(iter(beside), None)
    if metric:
        shares = ui.ask(questions.satisfied_by_segment, selection, metric.key, column)
        theirs = {label: share_point(share) for label, share in shares}
        shown = rank([ValueTally(label, as_tally(share)) for label, share in shares]).shown
        pairs = [(row.value, theirs[row.value], ours[row.value]) for row in shown if row.value in ours]
        with st.container(border=True):
            ui.subheader(f"NPS against {metric.name}, by {ui.literal(frame.labels[column])}")
            if not pairs:
                st.text(f"No group has {FEWEST_SHOWN} answers of both.")
            else:
                groups = counted(len(pairs), "group")
                alt = f"NPS and {metric.name} of {groups}, each with n; the table below has the figures"
                chart = drawing.against(pairs, metric.name)
                views.figure(chart, alt=alt, key="measures_against", on_select=_pick_value)
                st.caption(
                    "Hollow: fewer than 30 answers of one of them, too few to compare. Surveys ask different people."
                )
                header = (
                    frame.labels[column],
                    "NPS",
                    "Low",
                    "High",
                    "Answers",
                    metric.name,
                    "From",
                    "To",
                    "Its answers",
                )
                rows = [(value, *cells(y), y.n, *cells(x), x.n) for value, x, y in pairs]
                downloads.table(
                    header,
                    rows,
                    title="Figures by group",
                    file="measures-by-group.csv",
                    key="measures_groups",
                    formats=ONE_DECIMAL,
                )
    return [row.value for row in sorted(ranking.shown, key=lambda row: -row.tally.n)]


def _pick_value() -> None:
    picked = views.picked("measures_against")
    if picked:
        st.session_state["measures_value"] = picked[0]


def segment(choices: Mapping[str, str]) -> str | None:
    """The segment by which the measures are compared and weighed."""
    if not choices:
        return None
    return str(
        st.selectbox(
            "By segment",
            list(choices),
            format_func=choices.__getitem__,
            key="measures_segment",
            bind="query-params",
        )
    )


def people(
    frame: ui.Frame, beside: Found, made: Sequence[drawing.Panel], per: Grain, *, by: str | None, values: Sequence[str]
) -> None:
    """The answers behind a point, chosen here or by a click on a chart."""
    places = st.columns(3)
    names = {"nps": NPS} | {metric.key: metric.name for metric in beside}
    days = sorted({day.isoformat() for panel in made for day in panel.points}, reverse=True)
    with places[0]:
        metric = st.selectbox(
            "Answers to", list(names), format_func=names.__getitem__, key="measures_metric", bind="query-params"
        )
    with places[1]:
        point = st.selectbox(
            "given in",
            ["", *days],
            format_func=lambda day: charts.period_label(date.fromisoformat(day), per) if day else "all periods",
            key="measures_point",
            bind="query-params",
        )
    with places[2]:
        value = st.selectbox(
            "by people in",
            ["", *values],
            format_func=lambda each: each or "anyone",
            key="measures_value",
            bind="query-params",
        )
    selection = frame.selection if metric == "nps" else questions.beside(frame.selection)
    if point:
        selection = selection.during(Period.starting(date.fromisoformat(point), per).within(selection.period))
    if value and by:
        selection = selection.only(by, value)
    total = (
        ui.ask(queries.summary, selection).tally.n
        if metric == "nps"
        else ui.ask(queries.satisfaction, selection, metric).n
    )
    ui.sentence(frame, total, selection=selection)
    views.people(selection, total, key="measures_people", metric=metric)
