"""What the page Trends asks the store, and Hotspots of a group: counts per day, levels, and what happened meanwhile."""

from functools import cache
from pathlib import Path

from nps import daily
from nps.moves import levels
from nps.moves.apart import Apart, Side
from nps.moves.apart import apart as told_apart
from nps.moves.levels import Levels
from nps.moves.marks import Mark
from nps.rows import PeriodTally
from nps.score import Tally
from nps.selected import put
from nps.selection import Selection
from nps.store import Store
from nps.topics import reads

SQL = Path(__file__).resolve().parent / "sql"


@reads("responses")
def days(store: Store, selection: Selection) -> tuple[PeriodTally, ...]:
    """Counts per day; one voter has one vote on each."""
    if known := daily.counts(store, selection):
        return known.by_day()
    rows = put(_file("days"), store, selection, per="day")
    return tuple(PeriodTally(day, Tally(*counts)) for day, *counts in rows)


@reads("responses")
def steps(store: Store, selection: Selection) -> Levels:
    """The levels of NPS in the selection, found in its days."""
    return levels.found(days(store, selection))


@reads("responses")
def apart(store: Store, group: Selection, everything: Selection, side: Side) -> Apart:
    """Since when a group lies below (or above) the rest of everything, and whether that gets worse."""
    return told_apart(days(store, group), days(store, everything), side)


@reads("marks")
def marks(store: Store) -> tuple[Mark, ...]:
    """What happened and was not taken back, in order of days."""
    return tuple(Mark(*row) for row in store.rows(_file("marks")))


@cache
def _file(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
