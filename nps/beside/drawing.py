"""Two groups beside each other as figures: how many gave each score, and the score over time."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from nps import charts
from nps.measures.metrics import Point
from nps.rows import ScoreCount
from nps.selection import Grain, Period

COLOURS = (charts.PROMOTER, "#e69f00")
PATTERNS = ("", "/")  # told apart without colours, too
DASHES = ("solid", "dash")
SCORES = range(11)


def distribution(names: Sequence[str], counts: Sequence[Sequence[ScoreCount]]) -> go.Figure:
    """The share of each score on both sides, in percent."""
    bars: list[dict[str, Any]] = []
    for name, held, colour, pattern in zip(names, counts, COLOURS, PATTERNS, strict=True):
        n = dict.fromkeys(SCORES, 0) | {count.score: count.n for count in held}
        total = sum(n.values()) or 1
        bars.append(
            {
                "type": "bar",
                "x": [score + (0.2 if bars else -0.2) for score in SCORES],
                "y": [100 * n[score] / total for score in SCORES],
                "name": charts.short(name),
                "marker": {"color": colour, "pattern": {"shape": pattern, "fillmode": "replace", "solidity": 0.5}},
                "width": 0.38,
                "customdata": [[n[score], charts.plain(name), score] for score in SCORES],
                "hovertemplate": "%{customdata[1]}<br>Score %{customdata[2]}: %{y:.1f} % (%{customdata[0]:,})"
                "<extra></extra>",
            }
        )
    scores = {"tickmode": "linear", "dtick": 1, "range": [-0.6, 10.6], "title": {"text": "Score"}}
    overlay = {"barmode": "overlay"}
    share = {"title": {"text": "% of answers"}}
    return charts.made(bars, height=300, legend=True, also=overlay, xaxis=scores, yaxis=share)


def over_time(names: Sequence[str], lines: Sequence[Mapping[date, Point]], grain: Grain) -> go.Figure:
    """The score of both sides by period; a period of too few answers is a gap, hollow points have fewer than 30."""
    days = sorted({day for line in lines for day in line})
    traces = [
        trace
        for name, line, colour, dash in zip(names, lines, COLOURS, DASHES, strict=True)
        for trace in _line(name, line, colour, dash, grain)
    ]
    named = days[:: max(1, -(-len(days) // charts.MOST_TICKS))]
    ticks = {"tickvals": named, "ticktext": [charts.tick_label(day, grain) for day in named]}
    return charts.made(traces, height=320, legend=True, xaxis=ticks, yaxis={"title": {"text": "NPS"}})


def _line(name: str, line: Mapping[date, Point], colour: str, dash: str, grain: Grain) -> list[dict[str, Any]]:
    days = _with_gaps(line, grain)
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": charts.short(name),
            "x": [day for day, _ in days],
            "y": [point.value if point else None for _, point in days],
            "line": {"color": colour, "width": 2, "dash": dash},
            "marker": {
                "size": 8,
                "color": colour,
                "symbol": ["circle" if point and not point.few else "circle-open" for _, point in days],
            },
            "customdata": [[charts.plain(name), charts.period_label(day, grain), _told(point)] for day, point in days],
            "hovertemplate": "%{customdata[0]}, %{customdata[1]}<br>NPS %{customdata[2]}<extra></extra>",
        }
    ]


def _with_gaps(line: Mapping[date, Point], grain: Grain) -> list[tuple[date, Point | None]]:
    """The points in order, with a gap where a period has none."""
    found: list[tuple[date, Point | None]] = []
    for day in sorted(line):
        after = Period.starting(found[-1][0], grain).end if found else None
        if after and after < day:
            found.append((after, None))
        found.append((day, line[day] if line[day].value is not None else None))
    return found


def _told(point: Point | None) -> str:
    if point is None:
        return "of too few answers to be shown"
    return f"{charts.points(point.value)} ({charts.points(point.low)} to {charts.points(point.high)}; n = {point.n:,})"
