"""Two groups on the page Side by side: which, how far apart, how they answered, what they said and who followed up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from nps import kept, queries, saving, ui, views
from nps.beside import drawing, wording
from nps.beside.apart import apart, both
from nps.codebook import changing
from nps.kept import Kept
from nps.measures.metrics import cells, kept_apart, nps_point
from nps.ranking import rank
from nps.reasons import questions as why
from nps.reasons import wording as telling_reasons
from nps.reasons.contribution import differences, shown
from nps.score import FEWEST_SHOWN, Change, Tally
from nps.selection import Grain, Selection
from nps.takeaway.paper import Rows
from nps.team import questions as team
from nps.team.figures import Share, curve
from nps.team.wording import basis, percent, reached, waited
from nps.words import questions as words
from nps.words.telling import telling

GROUP, NOW = "group", "now"
SHORT_DAYS = 100  # periods up to which weeks are drawn


@dataclass(frozen=True)
class Side:
    """One of the two: its name, which is data, and what it selects."""

    name: str
    selection: Selection

    @property
    def tally(self) -> Tally:
        return ui.ask(queries.summary, self.selection).tally


Pair = tuple[Side, Side]


def choose(frame: ui.Frame) -> Pair:
    """The two sides: each a group of a segment, what the sidebar selects, or a saved selection."""
    saved = {str(one.kept_id): one for one in ui.ask(kept.kept)}
    left, right = st.columns(2, gap="medium")
    with left:
        one = _side(frame, saved, "One side", key="one", place=0)
    with right:
        other = _side(frame, saved, "The other side", key="other", place=1)
    return one, replace(other, name=f"{other.name} (2)") if other.name == one.name else other


def _side(frame: ui.Frame, saved: dict[str, Kept], label: str, *, key: str, place: int) -> Side:
    words_for = {NOW: "What the sidebar selects", **{name: f"Saved: {one.name}" for name, one in saved.items()}}
    if frame.choices:
        words_for = {GROUP: "A group of a segment", **words_for}
    read: Callable[[Any], str] = words_for.__getitem__
    chosen = st.selectbox(label, list(words_for), format_func=read, key=f"{key}_side", bind="query-params")
    if chosen in saved:
        known = tuple(segment.column for segment in frame.segments)
        one = saved[chosen]
        if one.missing(known):
            st.caption("It also filtered by a segment that is no more: that filter does not count.")
        return Side(one.name, one.selection(newest=saving.newest(), columns=known))
    if chosen == GROUP:
        return _group(frame, key=key, place=place)
    return Side("The selection", frame.selection)


def _group(frame: ui.Frame, *, key: str, place: int) -> Side:
    with st.container(horizontal=True):
        read: Callable[[Any], str] = frame.choices.__getitem__
        column = st.selectbox("Segment", list(frame.choices), format_func=read, key=f"{key}_of", bind="query-params")
        rows = rank(ui.ask(queries.by_segment, frame.selection.without(column), column)).shown
        values = [row.value for row in sorted(rows, key=lambda row: (-row.tally.n, row.value))]
        value = st.selectbox(
            "Value",
            values,
            index=min(place, len(values) - 1) if values else None,
            key=f"{key}_value",
            bind="query-params",
        )
    if value is None:
        return Side("The selection", frame.selection)
    return Side(f"{frame.choices[column]}: {value}", frame.selection.only(column, value))


def verdict(frame: ui.Frame, pair: Pair) -> bool:
    """The two scores and how far they lie apart; False where there are too few answers to say more."""
    names, tallies = _names(pair), (pair[0].tally, pair[1].tally)
    change, shared = _change(pair)
    ui.header(ui.literal(wording.heading(names, tallies, change)))
    for place, side, tally in zip(st.columns(2, gap="medium"), pair, tallies, strict=True):
        with place.container(border=True, height="stretch"):
            ui.subheader(ui.literal(side.name))
            st.text(side.selection.sentence(frame.labels))
            ui.tell(f"NPS {wording.score(tally)}")
            with st.container(horizontal=True):
                ui.in_a_tab("Overview", "overview", side.selection.to_query())
                ui.in_a_tab("Follow-ups", "followups", side.selection.to_query())
    enough = min(tally.n for tally in tallies) >= FEWEST_SHOWN
    if enough:
        ui.tell(wording.difference(change, shared))
    return enough


def _names(pair: Pair) -> tuple[str, str]:
    return pair[0].name, pair[1].name


def _change(pair: Pair) -> tuple[Change | None, int | None]:
    """How far the two lie apart, and how many answers are in both; None where that cannot be told."""
    one, other = pair
    try:
        common = both(one.selection, other.selection)
    except ValueError:
        return None, None
    shared = ui.ask(queries.summary, common).tally if common else Tally()
    return apart(one.tally, other.tally, shared), shared.n


def answers(pair: Pair) -> None:
    """How many gave each score, and the score over time."""
    names = _names(pair)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        ui.subheader("How many gave each score")
        counts = [ui.ask(queries.distribution, side.selection) for side in pair]
        alt = "The share of each score from 0 to 10 on both sides, in percent"
        views.figure(drawing.distribution(names, counts), alt=alt, key="beside_scores")
    with right, st.container(border=True, height="stretch"):
        ui.subheader("Over time")
        grain = _grain(pair)
        lines = [
            kept_apart({each.start: nps_point(each.tally) for each in ui.ask(queries.trend, side.selection, grain)})
            for side in pair
        ]
        if not any(lines):
            st.text("None of the answers has a date, so nothing can be shown over time.")
            return
        alt = f"NPS per {grain} of both sides; the table below has the figures"
        views.figure(drawing.over_time(names, lines, grain), alt=alt, key="beside_trend")
        days = sorted({day for line in lines for day in line})
        none = nps_point(Tally())
        rows = [(str(day), *(cell for line in lines for cell in cells(line.get(day, none)))) for day in days]
        header = [f"{name}, {what}" for name in names for what in ("NPS", "low", "high")]
        _table("Figures over time", (grain.capitalize(), *header), rows, key="beside_months", folded=True)


def _grain(pair: Pair) -> Grain:
    spans = [side.selection.period.days for side in pair]
    return "week" if all(days and days <= SHORT_DAYS for days in spans) else "month"


def said(pair: Pair) -> None:
    """The words that each side has more of."""
    ui.header("What they say")
    heard = [ui.ask(words.said, side.selection) for side in pair]
    for (one, other), (own, others) in ((pair, heard), (pair[::-1], heard[::-1])):
        st.text(wording.words((one.name, other.name), telling(own, others), own, others))


def reasons(pair: Pair) -> None:
    """What each reason costs or brings on both sides; the differences add up to that of the two scores."""
    ui.header("Why")
    own = [shown(ui.ask(why.reasons, side.selection)) for side in pair]
    common = tuple(code for code in own[0] if code in own[1])
    one, other = (ui.ask(why.reasons, side.selection, apart=common) for side in pair)
    found = differences(one, other, independent=_change(pair)[1] == 0)
    known = ui.ask(changing.book)
    ui.tell(telling_reasons.apart(found, _names(pair), known))
    rows = [
        (
            telling_reasons.label(known, each.code),
            telling_reasons.told(each.one),
            telling_reasons.told(each.other),
            telling_reasons.differs(each),
        )
        for each in found
    ]
    _table(
        "Reasons, in points of the NPS",
        ("Reason", *_names(pair), "Difference"),
        rows,
        key="beside_reasons",
        folded=True,
    )


def followed_up(pair: Pair) -> None:
    """How the unhappy of both sides were followed up."""
    ui.header("Following up on their detractors")
    at = ui.minute()
    columns = [_followed_up(side, at) for side in pair]
    rows = [(name, columns[0][name], columns[1][name]) for name in columns[0]]
    _table("Following up", ("Figure", *_names(pair)), rows, key="beside_loop")


def _followed_up(side: Side, at: Any) -> dict[str, str]:
    selection = side.selection
    contacted = sum((week.contacted for week in ui.ask(team.weeks, selection)), Share())
    met = ui.ask(team.in_time, selection, "detractor", now=at).met
    waits = curve(ui.ask(team.waited, selection, now=at.replace(minute=0)).in_time)
    middle = waits.by(0.5)
    open_now = ui.ask(queries.urgency, selection, now=at)
    waiting = open_now.overdue + open_now.born_overdue + open_now.due_today + open_now.later
    return {
        "Not contacted yet": f"{waiting:,}, {open_now.overdue + open_now.born_overdue:,} of them overdue",
        "Contacted": f"{percent(contacted)} ({basis(contacted)})",
        "First contact in time": f"{percent(met)} ({basis(met)})",
        "Median time to contact": f"{reached(waits, middle)} ({waited(waits, middle)})",
    }


def people(pair: Pair) -> None:
    """The responses of one of the sides."""
    ui.header("People")
    by_name = {side.name: side for side in pair}
    chosen = st.selectbox(
        "People of", ["", *by_name], format_func=lambda name: name or "nobody yet", key="beside_people"
    )
    if chosen:
        tally = by_name[chosen].tally
        views.people(by_name[chosen].selection, tally.n + tally.blanks, key="beside_list")


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[Any]], *, key: str, folded: bool = False) -> None:
    ui.on_paper(Rows(title, header, rows))
    with st.expander(title) if folded else st.container():
        st.dataframe(pd.DataFrame(list(rows), columns=list(header)), hide_index=True, key=key, alt=title)
