"""What the page looks for: unhappy or happy groups or those that moved, how large, of how many answers; how many."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from nps import ui
from nps.hotspots import wording
from nps.hotspots.between import Compared, moved
from nps.hotspots.finding import SIZE, Direction
from nps.hotspots.questions import Looked, hotspots
from nps.score import FEWEST_COMPARED

KINDS = {"low": "Unhappy groups", "high": "Happy groups", "moved": "What changed"}
EARLIER = {"before": "The period before", "year": "The same period last year"}  # as the page What changed has them

OVERLAP = "The two periods share days, so what moved between them cannot be told. Choose at most a year in the sidebar."


@dataclass(frozen=True)
class Wanted:
    """What is looked for; `direction` None: what moved since the `earlier` period. `support` None: by itself."""

    direction: Direction | None
    size: float
    support: int | None
    earlier: Literal["before", "year"] = "before"


def wanted() -> Wanted:
    """Who is looked for, how far from the rest at least, and of how many answers."""
    words: Callable[[Any], str] = KINDS.__getitem__
    chosen = st.radio("Look for", list(KINDS), format_func=words, horizontal=True, key="direction", bind="query-params")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = st.number_input(
            "At least so many points apart",
            0.0,
            100.0,
            SIZE,
            0.5,
            format="%.1f",
            key="size",
            bind="query-params",
            width=210,
            help="The lower bound of a group's difference to the rest is at least that.",
        )
        support = st.number_input(
            "Of at least so many answers",
            FEWEST_COMPARED,
            None,
            None,
            10,
            key="support",
            bind="query-params",
            placeholder="by itself",
            width=210,
            help=f"By itself: {FEWEST_COMPARED}, or one in 10,000 of the answers where that is more.",
        )
        earlier = _earlier() if chosen == "moved" else "before"
    direction: Direction | None = "high" if chosen == "high" else None if chosen == "moved" else "low"
    return Wanted(direction, size, support, earlier)


def _earlier() -> Literal["before", "year"]:
    words: Callable[[Any], str] = EARLIER.__getitem__
    chosen = st.selectbox(
        "Compared with", list(EARLIER), format_func=words, key="earlier", bind="query-params", width=240
    )
    return "year" if chosen == "year" else "before"


def look(frame: ui.Frame, direction: Direction, wanted: Wanted) -> Looked:
    """Search the selection, and say how many stand out among how many."""
    looked = ui.ask(
        hotspots, frame.selection, frame.segments, direction=direction, support=wanted.support, size=wanted.size
    )
    ui.header(wording.heading(looked.search, direction))
    ui.tell(wording.tested(looked.search))
    _left_out(looked, frame.labels)
    return looked


def look_back(frame: ui.Frame, wanted: Wanted) -> Compared | None:
    """Search what moved, and say how much did among how many; None, and a sentence, without an earlier period."""
    period = frame.selection.period
    earlier = period.before() if wanted.earlier == "before" else period.a_year_before()
    if earlier is None:
        st.text("All time has nothing before it. Choose a shorter period in the sidebar.")
        return None
    if earlier.overlaps(period):
        st.text(OVERLAP)
        return None
    compared = ui.ask(moved, frame.selection, earlier, frame.segments, support=wanted.support, size=wanted.size)
    ui.header(wording.moves_heading(compared.moves))
    then, now = compared.n
    ui.tell(f"{period.sentence()} (n = {now:,}) beside {earlier.sentence()} (n = {then:,}).")
    ui.tell(wording.tested(compared.moves))
    _left_out(compared, frame.labels)
    return compared


def _left_out(looked: Looked | Compared, labels: Mapping[str, str]) -> None:
    told = [f"{labels[one]} says the same as {labels[other]}, which stands for both." for one, other in looked.same]
    if looked.left_out:
        names = ", ".join(labels[column] for column in looked.left_out)
        told.append(f"Left out, since they tell least about the score: {names}.")
    if looked.folded:
        names = ", ".join(f"{labels[column]} ({rare:,})" for column, rare in looked.folded)
        told.append(f"Rare values, which are not looked at one by one: {names}.")
    for sentence in told:
        st.caption(ui.literal(sentence))
