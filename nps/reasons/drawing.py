"""Contributions as figures: bars of points, over time, and by the values of a segment."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from nps import charts
from nps.codebook.book import Book
from nps.reasons.contribution import NONE, OTHERS, Contribution, Contributions
from nps.reasons.wording import label, points, told
from nps.score import FEWEST_COMPARED
from nps.selection import Grain

MOST_BARS = 20
# Told apart by people who see colours otherwise (Okabe and Ito 2008), and by their order in the legend.
COLOURS = ("#d55e00", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9")
PALE = "rgba(154, 165, 177, 0.55)"


def bars(found: Contributions, book: Book, *, chosen: str | None = None) -> go.Figure:
    """The points of each reason with its interval, what costs most on top, OTHERS and NONE at the end."""
    rows = list(reversed(found.rows[: MOST_BARS - 2] if len(found.rows) > MOST_BARS else found.rows))
    return charts.made(
        [
            {
                "type": "bar",
                "orientation": "h",
                "y": list(range(len(rows))),
                "x": [row.points for row in rows],
                "marker": {"color": [_colour(row, chosen in (None, row.code)) for row in rows]},
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": [max(0.0, row.interval.high - row.points) for row in rows],
                    "arrayminus": [max(0.0, row.points - row.interval.low) for row in rows],
                    "color": "rgba(127, 140, 153, 0.9)",
                    "thickness": 1.5,
                },
                "customdata": [[row.code, charts.plain(label(book, row.code)), told(row)] for row in rows],
                "hovertemplate": "%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
            }
        ],
        height=max(220, 40 * len(rows) + 70),
        xaxis={
            "zeroline": True,
            "zerolinecolor": "rgba(127, 140, 153, 0.7)",
            "title": {"text": "Points of the NPS"},
        },
        yaxis={
            **charts.named([f"{charts.short(label(book, row.code))}<br>n = {row.n:,}" for row in rows]),
            "showgrid": False,
        },
    )


def over_time(periods: Mapping[date, Contributions], grain: Grain, book: Book, codes: Sequence[str]) -> go.Figure:
    """The points of some reasons in each period, one line each, and how many answers the period has."""
    starts = list(periods)
    lines = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": charts.plain(label(book, code)),
            "x": starts,
            "y": [_points_of(periods[start], code) for start in starts],
            "line": {"color": colour, "width": 2},
            "customdata": [[charts.period_label(start, grain), _told_of(periods[start], code)] for start in starts],
            "hovertemplate": "%{customdata[0]}: %{customdata[1]}<extra>%{fullData.name}</extra>",
        }
        for code, colour in zip(codes, COLOURS, strict=False)
    ]
    ticks = starts[:: -(-len(starts) // charts.MOST_TICKS)] if starts else []
    return charts.made(
        lines,
        height=320,
        legend=True,
        xaxis={"tickvals": ticks, "ticktext": [charts.tick_label(start, grain) for start in ticks]},
        yaxis={"title": {"text": "Points"}, "zeroline": True, "zerolinecolor": "rgba(127, 140, 153, 0.7)"},
    )


def by_value(parts: Mapping[str, Contributions], book: Book, codes: Sequence[str]) -> go.Figure:
    """What each reason costs or brings within each value of a segment, as a map: values down, reasons across."""
    values = list(parts)[::-1]
    cells = [[parts[value].of(code) for code in codes] for value in values]
    most = max((abs(cell.points) for row in cells for cell in row if cell), default=1.0) or 1.0
    return charts.made(
        [
            {
                "type": "heatmap",
                "x": list(range(len(codes))),
                "y": list(range(len(values))),
                "z": [[cell.points if cell else 0.0 for cell in row] for row in cells],
                "zmin": -most,
                "zmax": most,
                "colorscale": charts.BLUE_ORANGE,
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "text": [[points(cell.points) if cell else "" for cell in row] for row in cells],
                "texttemplate": "%{text}",
                "customdata": [
                    [
                        [charts.plain(value), charts.plain(label(book, code)), told(cell) if cell else "no answers"]
                        for code, cell in zip(codes, row, strict=True)
                    ]
                    for value, row in zip(values, cells, strict=True)
                ],
                "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}: %{customdata[2]}<extra></extra>",
            }
        ],
        height=max(240, 36 * len(values) + 130),
        xaxis={**charts.named([charts.short(label(book, code)) for code in codes]), "showgrid": False},
        yaxis={
            **charts.named([f"{charts.short(value)} (n = {parts[value].total.n:,})" for value in values]),
            "showgrid": False,
        },
    )


def _points_of(found: Contributions, code: str) -> float | None:
    """The points of a reason in a period; nothing where the period has too few answers to be compared."""
    if found.total.n < FEWEST_COMPARED:
        return None
    row = found.of(code)
    return row.points if row else 0.0


def _told_of(found: Contributions, code: str) -> str:
    row = found.of(code)
    return told(row) if row else f"0.0 (none of {found.total.n:,} answers)"


def _colour(row: Contribution, bright: bool) -> Any:
    if row.code in (NONE, OTHERS) or row.n < FEWEST_COMPARED:
        return PALE
    colour = charts.PROMOTER if row.points >= 0 else charts.DETRACTOR
    return colour if bright else colour + "66"
