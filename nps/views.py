"""Parts of pages that show people and figures: score cards, the list of responses, tables."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from nps import charts, downloads, queries, ui, when
from nps.clock import counted
from nps.measures.metrics import METRICS
from nps.ranking import Ranking
from nps.reasons import questions as reasons
from nps.rows import PeriodTally, Response
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN, Change, Tally
from nps.selection import Selection, in_words
from nps.takeaway.paper import Chart

PAGE_SIZE = 50
MOST_DOWNLOADED = 100_000
ONE_DECIMAL = dict.fromkeys(("NPS", "Low", "High", "Costs the total"), "%.1f")


def costliest(ranking: Ranking) -> str:
    """Which group costs the total most, in words for a heading."""
    compared = [row for row in ranking.shown if row.tally.n >= FEWEST_COMPARED]
    lost = compared[0].tally.cost_to(ranking.total) if compared else None
    if lost is None:
        return "There are no groups to compare."
    if lost < 0.05:
        return "No group costs the total points."
    return f"{ui.literal(compared[0].value)} costs the total {lost:.1f} points, more than any other group."


def change_since_before(selection: Selection) -> tuple[Change | None, Tally]:
    """How the selection's score differs from the period before, and the tally of that period."""
    earlier = selection.before()
    if earlier is None:
        return None, Tally()
    before = ui.ask(queries.summary, earlier).tally
    return ui.ask(queries.summary, selection).tally.change_from(before), before


def _delta(difference: float, unit: str = "") -> str:
    """A difference as `st.metric` reads it: it looks for a plain hyphen to turn the arrow."""
    return charts.signed(difference).replace("−", "-") + unit


def score_cards(tally: Tally, before: Tally, change: Change | None, trend: Sequence[PeriodTally]) -> None:
    """NPS, answers, promoters and detractors, each against the period before, with a line over time."""
    interval, has_before = tally.interval(), change is not None and before.n > 0
    compared = "vs. before" if has_before else None
    moved = change.points if change is not None and change.direction in ("up", "down") else None
    enough = [point.tally for point in trend if point.tally.n]
    cells = st.columns(4, gap="small")
    with cells[0]:
        st.metric(
            "Net Promoter Score",
            charts.points(tally.nps),
            None if moved is None else _delta(moved),
            delta_description=compared if moved is not None else "no detectable change" if has_before else None,
            help=f"95 % interval {charts.points(interval.low)} to {charts.points(interval.high)}" if interval else None,
            chart_data=[t.nps for t in enough],
            border=True,
            height="stretch",
        )
    with cells[1]:
        st.metric(
            "Answers",
            f"{tally.n:,}",
            _delta(tally.n - before.n) if has_before else None,
            delta_color="off",
            delta_description=compared,
            chart_data=[t.n for t in enough],
            chart_type="bar",
            border=True,
            height="stretch",
        )
    shares: tuple[tuple[Any, str, Callable[[Tally], int], Any], ...] = (
        (cells[2], "Promoters", lambda t: t.promoters, "normal"),
        (cells[3], "Detractors", lambda t: t.detractors, "inverse"),
    )
    for cell, label, count, colour in shares:
        share, then = _percent(count(tally), tally.n), _percent(count(before), before.n)
        with cell:
            st.metric(
                label,
                f"{share:.0f} %" if tally.n else "–",
                _delta(share - then, " points") if has_before else None,
                delta_color="off" if moved is None else colour,  # no alarm about what may be chance
                delta_description=compared,
                chart_data=[_percent(count(t), t.n) for t in enough],
                border=True,
                height="stretch",
            )


def figure(chart: go.Figure, *, alt: str, key: str, on_select: Callable[[], None] | None = None) -> None:
    """A chart with its description; `on_select` is called when a person picks a point, a bar or a cell."""
    ui.on_paper(Chart(chart, alt))
    st.plotly_chart(
        chart,
        key=key,
        config=charts.PICTURES,
        alt=alt,
        on_select=on_select or "ignore",
        selection_mode="points",
    )


def picked(key: str) -> list[Any]:
    """The custom data of what was picked last in the chart of that key, or an empty list."""
    state = st.session_state.get(key)
    chosen = state["selection"]["points"] if state else []
    return list(chosen[0].get("customdata") or []) if chosen else []


def people(selection: Selection, total: int, *, key: str, metric: str = "nps", reason: str | None = None) -> None:
    """The responses of a selection to a measure, or those with a reason: a page at a time, and all as a download."""
    if not total:
        st.text("No responses here.")
        return
    place = st.container()
    page = pages(total, key=f"{key}_page")
    which: tuple[Any, ...] = (reasons.people, selection, reason) if reason else (queries.responses, selection)
    how: dict[str, Any] = {} if reason else {"metric": metric}
    rows = ui.ask(*which, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE, **how)
    with place:
        st.dataframe(
            pd.DataFrame([_cells(row) for row in rows], columns=list(RESPONSE_HEADER)),
            hide_index=True,
            key=f"{key}_table",
            alt=f"{counted(total, 'response')}, the unhappiest first",
            column_config={
                "Answered": st.column_config.DatetimeColumn(format="D MMM YYYY", width="small"),
                "Score": st.column_config.NumberColumn(width=60),
                "Comment": st.column_config.TextColumn(width="large"),
            },
        )
    downloads.download(
        "Download as CSV",
        [when.named(name) if name == "Answered" else name for name in RESPONSE_HEADER],
        lambda: [_cells(row) for row in ui.fetch(*which, limit=MOST_DOWNLOADED, **how)],
        file="responses.csv",
        key=f"{key}_csv",
    )


def pages(total: int, *, key: str, in_url: bool = False) -> int:
    """Which page of a list is shown, from 1; drawn only where there are several."""
    count = max(1, -(-total // PAGE_SIZE))
    if count == 1:
        return 1
    return min(count, st.pagination(count, key=key, bind="query-params" if in_url else None))


RESPONSE_HEADER = (
    "Score",
    "Comment",
    "Customer",
    "E-mail",
    "Account",
    "Answered",
    "Survey",
    "Follow-up",
    "Contacted by",
)


def _cells(row: Response) -> tuple[Any, ...]:
    return (
        row.score,
        row.comment or "",
        row.name or "",
        row.email or "",
        row.account or "",
        when.answered(row.answered_at),
        row.survey,
        row.state or "",
        row.contacted_by or "",
    )


def _percent(count: int, n: int) -> float:
    return 100 * count / n if n else 0.0


def segment_table(ranking: Ranking, label: str) -> None:
    """The figures of a ranking as a table, for reading and for download."""
    header = (
        label,
        "Costs the total",
        "NPS",
        "Low",
        "High",
        "Answers",
        "Promoters",
        "Passives",
        "Detractors",
        "Without a score",
    )
    rows = [(row.value, row.tally.cost_to(ranking.total), *figures(row.tally)) for row in ranking.shown]
    downloads.table(
        header, rows, formats=ONE_DECIMAL, title="Figures", file="nps-per-segment.csv", key="segment_figures"
    )


def figures(tally: Tally) -> tuple[Any, ...]:
    """The cells of a tally in a table: NPS with its interval, unless too few answered, and the counts."""
    interval = tally.interval() if tally.n >= FEWEST_SHOWN else None
    return (
        tally.nps if interval else None,
        interval.low if interval else None,
        interval.high if interval else None,
        tally.n,
        tally.promoters,
        tally.passives,
        tally.detractors,
        tally.blanks,
    )


def open_followups(selection: Selection) -> None:
    """Open follow-ups by urgency, each a figure, and the way to them."""
    waiting = ui.ask(queries.urgency, selection, now=ui.minute())
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader("Open follow-ups", anchor=False)
            st.page_link(ui.page_file("followups"), label="Work through them", icon=":material/arrow_forward:")
        cells = st.columns(4)
        cells[0].metric("Overdue", f"{waiting.overdue:,}")
        cells[1].metric("Overdue when uploaded", f"{waiting.born_overdue:,}", help=BORN_OVERDUE)
        cells[2].metric("Due within 24 hours", f"{waiting.due_today:,}")
        cells[3].metric("Later", f"{waiting.later:,}")


BORN_OVERDUE = "Their time ran out in the survey tool, before the upload: the team could not have been in time."


def newest_detractors(selection: Selection) -> None:
    """The unhappy customers who answered last, in their own words."""
    rows = ui.ask(queries.newest_detractors, selection, limit=5)
    with st.container(border=True):
        st.subheader("Newest detractors", anchor=False)
        if not rows:
            st.text("No detractors in this selection.")
        for row in rows:
            with st.container(horizontal=True, vertical_alignment="top"):
                st.badge(str(row.score), color="orange")
                with st.container():
                    st.text(row.comment or "No comment.")
                    who = [
                        row.name,
                        row.account,
                        in_words(day.date()) if (day := when.answered(row.answered_at)) else None,
                        row.state,
                    ]
                    st.caption(ui.literal(" · ".join(part for part in who if part)))
                st.page_link(
                    ui.page_file("followups"),
                    label="Open",
                    icon=":material/arrow_forward:",
                    query_params={"case": row.key},
                )


def other_metrics(selection: Selection) -> None:
    """CSAT and CES where the store has them: beside NPS, never mixed with it."""
    shown = [(metric, ui.ask(queries.satisfaction, selection, metric.key)) for metric in METRICS]
    shown = [(metric, result) for metric, result in shown if result.n]
    if not shown:
        return
    for cell, (metric, result) in zip(st.columns(len(shown)), shown, strict=True):
        cell.metric(metric.name, f"{result.share:.0f} %", help=metric.meaning, border=True, delta=None)
        cell.caption(f"{counted(result.n, 'answer')} in the same period")
