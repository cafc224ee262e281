"""Measures as figures: NPS, CSAT and CES above each other on one time axis, against each other, and weighed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from nps import charts
from nps.measures.metrics import Point
from nps.measures.wording import told
from nps.selection import Grain, Period

COLOURS = (charts.PROMOTER, "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a68c9")
WHISKER = "rgba(127, 140, 153, 0.9)"


@dataclass(frozen=True)
class Panel:
    """One measure over time: `unit` is "points" or "%", `points` are by the first day of their period."""

    key: str
    name: str
    unit: str
    points: Mapping[date, Point]


def over_time(panels: Sequence[Panel], grain: Grain) -> go.Figure:
    """Each measure in a panel with a scale of its own, under each other on one time axis, with 95 % bands.

    A period without 5 answers is a gap; hollow points have fewer than 30. Every point carries its measure and the first
    day of its period.
    """
    days = sorted({day for panel in panels for day in panel.points})
    traces, axes = list[dict[str, Any]](), dict[str, dict[str, Any]]()
    room, gap = 1 / max(len(panels), 1), 0.06
    for number, panel in enumerate(panels):
        axis = f"y{number + 1}" if number else "y"
        top = 1 - number * room
        name = f"{panel.name}, {panel.unit}"
        axes[f"yaxis{axis[1:]}"] = {"title": {"text": name}, "domain": [max(0.0, top - room + gap), top]}
        line = _with_gaps(panel.points, grain)
        traces += [_band(line, COLOURS[number], axis), _line(panel, line, COLOURS[number], axis, grain)]
    named = days[:: max(1, -(-len(days) // charts.MOST_TICKS))]
    ticks = {"tickvals": named, "ticktext": [charts.tick_label(day, grain) for day in named]}
    lowest = f"y{len(panels)}" if len(panels) > 1 else "y"
    return charts.made(traces, height=70 + 190 * len(panels), xaxis={**ticks, "anchor": lowest}, legend=False, **axes)


def _with_gaps(points: Mapping[date, Point], grain: Grain) -> list[tuple[date, Point]]:
    line: list[tuple[date, Point]] = []
    for day in sorted(points):
        after = Period.starting(line[-1][0], grain).end if line else None
        if after and after < day:
            line.append((after, Point(None, 0.0, 0.0, 0)))
        line.append((day, points[day]))
    return line


def _band(line: Sequence[tuple[date, Point]], colour: str, axis: str) -> dict[str, Any]:
    x: list[date | None] = []
    y: list[float | None] = []
    for there, stretch in groupby(line, lambda each: each[1].value is not None):
        days = list(stretch)
        if there:
            x += [day for day, _ in days] + [day for day, _ in reversed(days)] + [None]
            y += [point.low for _, point in days] + [point.high for _, point in reversed(days)] + [None]
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "yaxis": axis,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": f"rgba({red}, {green}, {blue}, 0.16)",
        "hoverinfo": "skip",
    }


def _line(panel: Panel, line: Sequence[tuple[date, Point]], colour: str, axis: str, grain: Grain) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": panel.name,
        "x": [day for day, _ in line],
        "y": [point.value for _, point in line],
        "yaxis": axis,
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2},
        "marker": {
            "size": 8,
            "color": colour,
            "symbol": ["circle-open" if point.few else "circle" for _, point in line],
        },
        "customdata": [
            [panel.key, day.isoformat(), charts.period_label(day, grain), told(point, panel.unit)]
            for day, point in line
        ],
        "hovertemplate": f"%{{customdata[2]}}<br>{panel.name} %{{customdata[3]}}<extra></extra>",
    }


def against(pairs: Sequence[tuple[str, Point, Point]], name: str) -> go.Figure:
    """NPS against another measure, a point for each value of a segment with both its intervals and its n.

    Values with fewer than 30 answers of either are hollow.
    """
    few = [x.few or y.few for _, x, y in pairs]
    points = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [x.value for _, x, _ in pairs],
        "y": [y.value for _, _, y in pairs],
        "text": [charts.short(value) for value, _, _ in pairs],
        "textposition": "top right",
        "marker": {
            "size": 11,
            "color": charts.PROMOTER,
            "symbol": ["circle-open" if hollow else "circle" for hollow in few],
        },
        "error_x": _whiskers([x for _, x, _ in pairs]),
        "error_y": _whiskers([y for _, _, y in pairs]),
        "customdata": [[value, charts.plain(value), told(y, "points"), told(x, "%")] for value, x, y in pairs],
        "hovertemplate": f"%{{customdata[1]}}<br>NPS %{{customdata[2]}}<br>{name} %{{customdata[3]}}<extra></extra>",
    }
    xaxis = {"title": {"text": f"{name}, %"}, "gridcolor": charts.GRID}
    return charts.made([points], height=400, xaxis=xaxis, yaxis={"title": {"text": "NPS, points"}})


def side_by_side(rows: Sequence[tuple[str, Point]]) -> go.Figure:
    """The score counted in several ways, each a point with its interval, the first on top."""
    rows = [(name, point) for name, point in reversed(rows) if point.value is not None]
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": [point.value for _, point in rows],
        "y": list(range(len(rows))),
        "marker": {
            "size": 11,
            "color": charts.PROMOTER,
            "symbol": ["circle-open" if point.few else "circle" for _, point in rows],
        },
        "error_x": _whiskers([point for _, point in rows]),
        "customdata": [[charts.plain(name), told(point, "points")] for name, point in rows],
        "hovertemplate": "%{customdata[0]}<br>NPS %{customdata[1]}<extra></extra>",
    }
    names = {
        "tickmode": "array",
        "tickvals": list(range(len(rows))),
        "ticktext": [f"{charts.plain(name)}<br>n = {point.n:,}" for name, point in rows],
        "range": [-0.6, len(rows) - 0.4],
    }
    return charts.made([points], height=90 + 46 * len(rows), xaxis={"title": {"text": "NPS, points"}}, yaxis=names)


def _whiskers(points: Sequence[Point]) -> dict[str, Any]:
    known = [(point, point.value or 0.0) for point in points]
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, point.high - value) for point, value in known],
        "arrayminus": [max(0.0, value - point.low) for point, value in known],
        "color": WHISKER,
        "thickness": 1.5,
    }
