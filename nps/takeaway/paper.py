"""A page as a report on paper: what it said, its charts and tables, as it was drawn last; HTML that needs no script.

A page notes what it shows while it is drawn. The report is kept under an address of its own for as long as the server
runs and not many others were drawn since. Everything enters it through a template that escapes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import plotly.graph_objects as go
from cachetools import LRUCache
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from nps.selection import in_words
from nps.takeaway import svg
from nps.takeaway.definitions import Told

MOST_KEPT = 300
MOST_ROWS = 60  # of a table on paper


@dataclass(frozen=True)
class Heading:
    text: str
    level: int


@dataclass(frozen=True)
class Said:
    text: str


@dataclass(frozen=True)
class Chart:
    """A figure, and what it shows in words."""

    figure: go.Figure
    told: str


@dataclass(frozen=True)
class Rows:
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Any]]


Part = Heading | Said | Chart | Rows


@dataclass(frozen=True)
class Paper:
    """What a page said: its title, and its parts in their order; `about` are its filters and the definitions."""

    title: str
    parts: list[Part] = field(default_factory=list)
    about: Told = ()

    @property
    def has_charts(self) -> bool:
        return any(isinstance(part, Chart) for part in self.parts)


_kept: LRUCache[str, Paper] = LRUCache(MOST_KEPT)
_turn = Lock()


def keep(name: str, paper: Paper) -> None:
    """Keep a report under a name that cannot be guessed, in place of the one before."""
    with _turn:
        _kept[name] = paper


def kept(name: str) -> Paper | None:
    """The report of that name, or None where it is no longer kept."""
    with _turn:
        return _kept.get(name)


def html(paper: Paper) -> str:
    """The report as HTML for A4. A heading that nothing follows is left out: what stood below it is not for paper."""
    parts = [part for part, after in zip(paper.parts, [*paper.parts[1:], None], strict=True) if _stays(part, after)]
    return _template().render(
        paper=paper,
        parts=[(type(part).__name__, part) for part in parts],
        drawn=lambda part: Markup(svg.drawn(part.figure, told=part.told)),  # noqa: S704 - SVG escapes its texts
        cell=cell,
        numbers=_numbers,
        most=MOST_ROWS,
    )


def _stays(part: Part, after: Part | None) -> bool:
    if not isinstance(part, Heading):
        return True
    return after is not None and not (isinstance(after, Heading) and after.level <= part.level)


def _numbers(table: Rows) -> set[int]:
    """The places of the columns of numbers."""
    places = range(len(table.header))
    return {place for place in places if any(isinstance(row[place], int | float) for row in table.rows)}


def cell(value: Any) -> str:
    """A cell of a table on paper."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.1f}".replace("-", "−")
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace("-", "−")
    if isinstance(value, datetime | date):
        return in_words(value.date() if isinstance(value, datetime) else value)
    return str(value)


@cache
def _template() -> Template:
    folder = FileSystemLoader(Path(__file__).resolve().parent)
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined).get_template("report.html")
