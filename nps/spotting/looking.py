"""What the page looks for: unhappy or happy groups, how large and of how many answers, and how many there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from nps import ui
from nps.hotspots import wording
from nps.hotspots.finding import SIZE, Direction
from nps.hotspots.questions import Looked, hotspots
from nps.score import FEWEST_COMPARED

DIRECTIONS: dict[Direction, str] = {"low": "Unhappy groups", "high": "Happy groups"}


@dataclass(frozen=True)
class Wanted:
    """What is looked for; `support` None: as many answers as the method says."""

    direction: Direction
    size: float
    support: int | None


def wanted() -> Wanted:
    """Whether the unhappy or the happy are looked for, how far from the rest at least, and of how many answers."""
    words: Callable[[Any], str] = DIRECTIONS.__getitem__
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.radio(
            "Look for", list(DIRECTIONS), format_func=words, horizontal=True, key="direction", bind="query-params"
        )
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
    return Wanted(next((known for known in DIRECTIONS if known == chosen), "low"), size, support)


def look(frame: ui.Frame, wanted: Wanted) -> Looked:
    """Search the selection, and say how many stand out among how many."""
    looked = ui.ask(
        hotspots,
        frame.selection,
        frame.segments,
        direction=wanted.direction,
        support=wanted.support,
        size=wanted.size,
    )
    ui.header(wording.heading(looked.search, wanted.direction))
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
