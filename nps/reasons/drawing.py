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

MOST_BARS = 18
# Told apart by people who see colours otherwise (Okabe and Ito 2008), and by their order in the legend.
COLOURS = ("#d55e00", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9")
ZERO = "rgba(127, 140, 153, 0.7)"
BELOW = {"orientation": "h", "y": -0.28, "yanchor": "top", "x": 0, "xanchor": "left"}


def bars(found: Contributions, book: Book, *, chosen: str | None = None) -> go.Figure:
    """What the detractors of each reason cost, to the left, its promoters bring, to the right, and the balance.

    What costs most is on top; OTHERS and NONE at the end. NONE is told in figures: its bar would dwarf the others.
    """
    named = [row for row in found.rows if row.code not in (NONE, OTHERS)]
    rest = [row for row in found.rows if row.code == OTHERS]
    rows = [*sorted(named, key=lambda row: -row.cost)[:MOST_BARS], *rest][::-1]
    places = list(range(1, len(rows) + 1))
    about = [[row.code, charts.plain(label(book, row.code)), told(row)] for row in rows]
    traces = [*_sides(rows, places, about, chosen), _balance(rows, places, about)]
    labels = [f"{charts.short(label(book, row.code))}<br>n = {row.n:,}" for row in rows]
    none, also = found.of(NONE), dict[str, Any](barmode="relative")
    if none:
        labels = [f"{label(book, NONE)}<br>n = {none.n:,}", *labels]
        also["annotations"] = [{"text": told(none), "xref": "paper", "x": 1, "y": 0, "showarrow": False}]
    return charts.made(
        traces,
        height=max(240, 40 * len(labels) + 110),
        legend=True,
        also=also,
        xaxis={"zeroline": True, "zerolinecolor": ZERO, "title": {"text": "Points of the NPS"}},
        yaxis={
            "tickvals": [*([0] if none else []), *places],
            "ticktext": labels,
            "range": [-0.6 if none else 0.4, len(rows) + 0.6],
            "showgrid": False,
            "zeroline": False,
        },
    )


def _sides(
    rows: Sequence[Contribution], places: Sequence[int], about: Sequence[Sequence[str]], chosen: str | None
) -> list[dict[str, Any]]:
    """What detractors cost and promoters bring, as bars either side of nothing."""
    sides = [
        ("Detractors cost", [-row.cost for row in rows], charts.DETRACTOR),
        ("Promoters bring", [row.brought for row in rows], charts.PROMOTER),
    ]
    return [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": places,
            "x": amounts,
            "marker": {"color": colour, "opacity": [_opacity(row, chosen in (None, row.code)) for row in rows]},
            "customdata": [[*each, points(amount)] for each, amount in zip(about, amounts, strict=True)],
            "hovertemplate": "%{customdata[1]}<br>" + name + " %{customdata[3]}<extra></extra>",
        }
        for name, amounts, colour in sides
    ]


def _balance(rows: Sequence[Contribution], places: Sequence[int], about: Sequence[Sequence[str]]) -> dict[str, Any]:
    """What is left of both, with its interval."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "On balance, with its 95 % interval",
        "y": places,
        "x": [row.points for row in rows],
        "marker": {"symbol": "diamond", "size": 9, "color": "#7f8c99", "line": {"color": "#ffffff", "width": 1}},
        "error_x": charts.error_bars([(row.points, row.interval) for row in rows]),
        "customdata": about,
        "hovertemplate": "%{customdata[1]}<br>on balance %{customdata[2]}<extra></extra>",
    }


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
        height=440,
        legend=True,
        also={"legend": BELOW},
        xaxis={"tickvals": ticks, "ticktext": [charts.tick_label(start, grain) for start in ticks]},
        yaxis={"title": {"text": "Points"}, "zeroline": True, "zerolinecolor": ZERO},
    )


def by_value(parts: Mapping[str, Contributions], book: Book, codes: Sequence[str]) -> go.Figure:
    """What each reason costs or brings on balance within each value of a segment: reasons down, values across."""
    values, down = list(parts), list(codes)[::-1]
    cells = [[parts[value].of(code) for value in values] for code in down]
    most = max((abs(cell.points) for row in cells for cell in row if cell), default=1.0) or 1.0
    about = [
        [
            [charts.plain(value), charts.plain(label(book, code)), told(cell) if cell else "no answers"]
            for value, cell in zip(values, row, strict=True)
        ]
        for code, row in zip(down, cells, strict=True)
    ]
    return charts.made(
        [
            {
                "type": "heatmap",
                "x": list(range(len(values))),
                "y": list(range(len(down))),
                "z": [[cell.points if cell else 0.0 for cell in row] for row in cells],
                "zmin": -most,
                "zmax": most,
                "colorscale": charts.BLUE_ORANGE,
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "text": [[points(cell.points) if cell else "" for cell in row] for row in cells],
                "texttemplate": "%{text}",
                "customdata": about,
                "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}: %{customdata[2]}<extra></extra>",
            }
        ],
        height=max(240, 34 * len(down) + 130),
        xaxis={**charts.named([charts.short(value) for value in values]), "showgrid": False, "side": "top"},
        yaxis={**charts.named([charts.short(label(book, code)) for code in down]), "showgrid": False},
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


def _opacity(row: Contribution, bright: bool) -> float:
    """Pale where few answers have the reason, or another one was chosen."""
    return 1.0 if bright and row.code != OTHERS and row.n >= FEWEST_COMPARED else 0.4
