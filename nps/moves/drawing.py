"""The line as a figure: points and their band, levels as steps, what lies outside, what happened, and the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from nps import charts
from nps.moves import limits
from nps.moves.levels import Level, Levels
from nps.moves.marks import Mark
from nps.moves.naming import key, label, level_key
from nps.moves.panes import answers, middle, rate
from nps.moves.periods import Point, Spacing, is_rolling
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN, Interval, Tally
from nps.selection import in_words

LEVEL, OUTSIDE, MARK = "#009e73", "#c2187a", "rgba(127, 140, 153, 0.9)"


@dataclass(frozen=True)
class Picture:
    """All that the figure shows. `chosen` is the key of a point or a level; `target` is the NPS one aims for."""

    points: tuple[Point, ...]
    spacing: Spacing
    found: Levels
    marks: tuple[Mark, ...] = ()
    chosen: str = ""
    target: float | None = None

    @cached_property
    def limits(self) -> list[Interval | None]:
        if is_rolling(self.spacing):
            return [None] * len(self.points)
        return limits.limits(self.points, self.found.levels)

    @cached_property
    def outside(self) -> list[bool]:
        return [limits.outside(point, limit) for point, limit in zip(self.points, self.limits, strict=True)]


def line(picture: Picture) -> go.Figure:
    """NPS per point with its 95 % interval as a band, levels as steps, and the number of answers beneath.

    Points under 30 answers and parts of periods are hollow, the way to a part is dashed; several periods in one are
    squares; points outside their limits have a ring. Points under 5 answers are gaps. Every point carries its key.
    """
    points = picture.points
    shown = [point.tally if point.tally.n >= FEWEST_SHOWN else Tally() for point in points]
    blanks = any(point.tally.blanks for point in points)
    traces = [_band(points, shown), *_ways(points, shown), *_limit_lines(picture), *_steps(picture.found.levels)]
    traces += [_points(picture, shown), *_levels(picture), *answers(points, picture.spacing)]
    axes: dict[str, Any] = {"yaxis": {"title": {"text": "NPS"}, "domain": [0.4 if blanks else 0.32, 1.0]}}
    if not any(tally.n for tally in shown):
        axes["yaxis"]["range"] = [-100, 100]
    axes["yaxis2"] = {
        "title": {"text": "Sent" if blanks else "Answers"},
        "domain": [0.16, 0.34] if blanks else [0.0, 0.26],
    }
    if blanks:
        traces.append(rate(points, picture.spacing))
        axes["yaxis3"] = {"title": {"text": "Rate %"}, "domain": [0.0, 0.1], "range": [0, 100], "tickvals": [0, 100]}
    return charts.made(
        traces,
        height=500 if blanks else 450,
        also={"barmode": "stack", **_happened(picture)},
        xaxis={**_ticks(points, picture.spacing), "anchor": "y3" if blanks else "y2"},
        **axes,
    )


def _adjoin(one: Point, other: Point) -> bool:
    return other.start <= one.end


def _stretches(points: Sequence[Point], shown: Sequence[Tally]) -> list[list[tuple[Point, Tally]]]:
    """The points that are shown, in stretches without a gap."""
    found: list[list[tuple[Point, Tally]]] = []
    for index, (point, tally) in enumerate(zip(points, shown, strict=True)):
        if not tally.n:
            continue
        if found and index and shown[index - 1].n and _adjoin(points[index - 1], point):
            found[-1].append((point, tally))
        else:
            found.append([(point, tally)])
    return found


def _band(points: Sequence[Point], shown: Sequence[Tally]) -> dict[str, Any]:
    """The intervals as areas, a closed one for each stretch; an empty value parts them."""
    x: list[datetime | None] = []
    y: list[float | None] = []
    for stretch in _stretches(points, shown):
        known = [(middle(point), interval) for point, tally in stretch if (interval := tally.interval())]
        x += [day for day, _ in known] + [day for day, _ in reversed(known)] + [None]
        y += [interval.low for _, interval in known] + [interval.high for _, interval in reversed(known)] + [None]
    return {
        "type": "scatter",
        "name": "interval",
        "x": x,
        "y": y,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": charts.INTERVAL,
        "hoverinfo": "skip",
    }


def _ways(points: Sequence[Point], shown: Sequence[Tally]) -> list[dict[str, Any]]:
    """The lines between neighbours: dashed where one of the two is a part of a period."""
    ways: dict[str, tuple[list[Any], list[Any]]] = {"solid": ([], []), "dash": ([], [])}
    for stretch in _stretches(points, shown):
        for (one, tally), (other, next_tally) in pairwise(stretch):
            x, y = ways["solid" if one.whole and other.whole else "dash"]
            x += [middle(one), middle(other), None]
            y += [tally.nps, next_tally.nps, None]
    return [_stroke(x, y, charts.PROMOTER, name=dash, dash=dash) for dash, (x, y) in ways.items() if x]


def _stroke(
    x: list[Any], y: list[Any], colour: str, *, name: str, dash: str = "solid", width: float = 2
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "x": x,
        "y": y,
        "mode": "lines",
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def _limit_lines(picture: Picture) -> list[dict[str, Any]]:
    x: list[Any] = []
    low: list[Any] = []
    high: list[Any] = []
    for point, limit in zip(picture.points, picture.limits, strict=True):
        if limit:
            x += [point.start, point.end, None]
            low += [limit.low, limit.low, None]
            high += [limit.high, limit.high, None]
    sides = (("lower limit", low), ("upper limit", high))
    return [_stroke(x, y, MARK, name=name, dash="dot", width=1) for name, y in sides if x]


def _steps(levels: Sequence[Level]) -> list[dict[str, Any]]:
    """The levels, joined where one ends and the next begins; none where there is but one."""
    if len(levels) < 2:
        return []
    x = [day for level in levels for day in (level.period.start, level.period.end)]
    y = [level.tally.nps for level in levels for _ in (0, 1)]
    return [_stroke(x, y, LEVEL, name="steps", width=2.5)]


def _levels(picture: Picture) -> list[dict[str, Any]]:
    """The score of each level in its middle, to be chosen."""
    levels = [level for level in picture.found.levels if level.period.start and level.period.end]
    if len(levels) < 2:
        return []
    spans = [(level.period.start or date.min, level.period.end or date.max) for level in levels]
    return [
        {
            "type": "scatter",
            "name": "levels",
            "x": [datetime.combine(start, time()) + (end - start) / 2 for start, end in spans],
            "y": [level.tally.nps for level in levels],
            "mode": "markers+text",
            "text": [charts.points(level.tally.nps) for level in levels],
            "textposition": "top center",
            "textfont": {"color": LEVEL, "size": 14},
            "marker": {
                "symbol": "diamond",
                "size": [13 if level_key(level) == picture.chosen else 8 for level in levels],
                "color": LEVEL,
                "opacity": 1,
            },
            "customdata": [[level_key(level), level.period.sentence(), charts.told(level.tally)] for level in levels],
            "hovertemplate": "Level, %{customdata[1]}<br>NPS %{customdata[2]}<extra></extra>",
        }
    ]


def _points(picture: Picture, shown: Sequence[Tally]) -> dict[str, Any]:
    points, chosen = picture.points, [key(point) == picture.chosen for point in picture.points]
    alone = {id(stretch[0][0]) for stretch in _stretches(points, shown) if len(stretch) == 1}
    return {
        "type": "scatter",
        "name": "NPS",
        "x": [middle(point) for point in points],
        "y": [tally.nps for tally in shown],
        "mode": "markers",
        "marker": {
            "size": [13 if here else 8 for here in chosen],
            "color": [charts.DETRACTOR if here else charts.PROMOTER for here in chosen],
            "symbol": [_symbol(point) for point in points],
            "opacity": 1,  # plotly makes markers of several sizes half transparent
            "line": {
                "color": [OUTSIDE if out else charts.PROMOTER for out in picture.outside],
                "width": [3 if out else 0 for out in picture.outside],
            },
        },
        "error_y": charts.whiskers([t if id(p) in alone else Tally() for p, t in zip(points, shown, strict=True)]),
        "customdata": [
            [key(point), label(point, picture.spacing), charts.told(point.tally), _notes(point, limit)]
            for point, limit in zip(points, picture.limits, strict=True)
        ],
        "hovertemplate": "%{customdata[1]}<br>NPS %{customdata[2]}%{customdata[3]}<extra></extra>",
    }


def _symbol(point: Point) -> str:
    shape = "square" if point.joined > 1 else "circle"
    return shape if point.whole and point.tally.n >= FEWEST_COMPARED else f"{shape}-open"


def _notes(point: Point, limit: Interval | None) -> str:
    """What else is to be known of a point, a line each."""
    said = [] if point.whole else [f"in part: {point.period.sentence()}"]
    if limit and limits.outside(point, limit):
        said.append(f"outside {charts.points(limit.low)} to {charts.points(limit.high)}")
    return "".join(f"<br>{note}" for note in said)


def _ticks(points: Sequence[Point], spacing: Spacing) -> dict[str, Any]:
    """An axis whose ticks are points, however few there are."""
    named = points[:: -(-len(points) // charts.MOST_TICKS)]
    labels = [
        in_words(point.end - timedelta(1)) if is_rolling(spacing) else charts.tick_label(point.first, spacing)
        for point in named
    ]
    margin = timedelta(0.02 * (points[-1].end - points[0].start).days + 1)
    return {
        "tickvals": [middle(point) for point in named],
        "ticktext": labels,
        "range": [points[0].start - margin, points[-1].end + margin],
    }


def _happened(picture: Picture) -> dict[str, Any]:
    """What happened, as upright lines with a number each, as the list beneath the figure has them, and the target."""
    marks, target = picture.marks, picture.target
    lines = [_rule(x0=mark.day, x1=mark.day, y0=0, y1=1, yref="paper", dash="dashdot") for mark in marks]
    texts: list[dict[str, Any]] = [
        {
            "x": mark.day,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": 2 + 15 * (number % 2),
            "showarrow": False,
            "text": str(number),
            "hovertext": f"{in_words(mark.day)}, {mark.kind}: {charts.plain(mark.label)}",
        }
        for number, mark in enumerate(marks, start=1)
    ]
    if target is not None:
        lines.append(_rule(x0=0, x1=1, y0=target, y1=target, xref="paper", dash="dash"))
        text = f"target {charts.points(target)}"
        texts.append({"x": 0, "xref": "paper", "xanchor": "left", "y": target, "yanchor": "bottom", "text": text})
        texts[-1]["showarrow"] = False
    return {"shapes": lines, "annotations": texts, "margin": {"l": 8, "r": 8, "t": 40 if marks else 8, "b": 8}}


def _rule(*, dash: str, **at: Any) -> dict[str, Any]:
    return {"type": "line", "line": {"color": MARK, "dash": dash, "width": 1}, **at}
