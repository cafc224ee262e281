"""Rows in, plotly figures out: one palette, one set of formats, nothing that needs a mouse to be understood.

Figures carry no background and no text colour of their own, so that they read in light and dark. Text from data is
escaped: plotly would otherwise read tags in it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from nps.ranking import Ranking
from nps.rows import PeriodTally, ScoreCount
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN, Interval, Tally
from nps.selection import Grain, in_words

DETRACTOR, PASSIVE, PROMOTER = "#d55e00", "#9aa5b1", "#0072b2"
BAND = {"detractor": DETRACTOR, "passive": PASSIVE, "promoter": PROMOTER}
GREY = "#9aa5b1"
GRID = "rgba(127, 140, 153, 0.22)"
INTERVAL = "rgba(0, 114, 178, 0.18)"
PICTURES = {"displayModeBar": True, "modeBarButtons": [["toImage"]], "displaylogo": False}
LONGEST_LABEL = 28
MOST_BARS = 15
MOST_TICKS = 12
DAYS: dict[Grain, int] = {"week": 7, "month": 30, "quarter": 91}
BLUE_ORANGE = [[0.0, "#b34700"], [0.25, "#e5894a"], [0.5, "#e9edf1"], [0.75, "#4f9fce"], [1.0, "#00558a"]]


def points(value: float | None) -> str:
    """A score for people: a whole number with a true minus sign, or a dash."""
    return "–" if value is None else f"{value:.0f}".replace("-0", "0").replace("-", "−")


def signed(value: float) -> str:
    """A difference for people: +3, −12, 0."""
    whole = round(value)
    return f"{whole:+d}".replace("-", "−") if whole else "0"


def told(tally: Tally) -> str:
    """A score with its interval and n: 31 (28 to 34; n = 1,240)."""
    interval = tally.interval()
    if interval is None:
        return "no scores"
    if tally.n < FEWEST_SHOWN:
        return f"{points(tally.nps)} (n = {tally.n}, too few to say more)"
    return f"{points(tally.nps)} ({points(interval.low)} to {points(interval.high)}; n = {tally.n:,})"


def cost(points_lost: float | None) -> str:
    """What a group costs the total, in words: costs 1.4, adds 0.8."""
    if points_lost is None:
        return "is all there is"
    return f"{'costs' if points_lost >= 0 else 'adds'} {abs(points_lost):.1f}"


def period_label(start: date, grain: Grain) -> str:
    """The name of a week, month or quarter from its first day."""
    if grain == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    return f"{start:%b %Y}" if grain == "month" else f"week of {in_words(start)}"


def tick_label(start: date, grain: Grain) -> str:
    """The name of a period where there is little room."""
    return in_words(start) if grain == "week" else period_label(start, grain)


def plain(text: str) -> str:
    """Text from data for a figure: tags shown, not read; one line."""
    return escape(" ".join(text.split()), quote=False)


def short(text: str) -> str:
    """A label that fits an axis."""
    text = " ".join(text.split())
    return plain(text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…")


def distribution(counts: Sequence[ScoreCount]) -> go.Figure:
    """How many gave each score from 0 to 10, coloured by band."""
    total = sum(count.n for count in counts) or 1
    bars: list[dict[str, Any]] = []
    for band, name in (("detractor", "Detractors"), ("passive", "Passives"), ("promoter", "Promoters")):
        held = [count for count in counts if count.band == band]
        bars.append(
            {
                "type": "bar",
                "x": [count.score for count in held],
                "y": [count.n for count in held],
                "name": name,
                "marker": {"color": BAND[band]},
                "customdata": [100 * count.n / total for count in held],
                "hovertemplate": "Score %{x}: %{y:,} (%{customdata:.1f} %)<extra></extra>",
            }
        )
    scores = {"tickmode": "linear", "dtick": 1, "range": [-0.6, 10.6]}
    return made(bars, height=260, legend=True, xaxis=scores)


def volume(trend: Sequence[PeriodTally], grain: Grain) -> go.Figure:
    """Scored responses per period."""
    return made([_answers(trend, grain)], height=260, xaxis=_periods(trend, grain))


def ranked(ranking: Ranking, *, chosen: str | None = None) -> go.Figure:
    """NPS per value with its interval, the costliest on top, at most MOST_BARS; small groups are grey."""
    rows = list(reversed(ranking.shown[:MOST_BARS]))
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(rows))),
        "x": [row.tally.nps or 0.0 for row in rows],
        "marker": {"color": [_bar_colour(row.tally, chosen in (None, row.value)) for row in rows]},
        "error_x": whiskers([row.tally for row in rows]),
        "customdata": [[row.value, plain(row.value), told(row.tally)] for row in rows],
        "hovertemplate": "%{customdata[1]}<br>NPS %{customdata[2]}<extra></extra>",
    }
    labels = [f"{short(row.value)} (n = {row.tally.n:,})<br>{cost(row.tally.cost_to(ranking.total))}" for row in rows]
    return made(
        [bars],
        height=max(220, 46 * len(rows) + 70),
        xaxis={"zeroline": True, "zerolinecolor": "rgba(127, 140, 153, 0.7)", "title": {"text": "NPS"}},
        yaxis={**named(labels), "showgrid": False},
    )


def shade(nps: float, scale: Sequence[Sequence[Any]] = BLUE_ORANGE, *, low: float = -100, high: float = 100) -> str:
    """The colour of a score on a scale of places from 0 to 1 with their colours."""
    share = min(1.0, max(0.0, (nps - low) / (high - low)))
    for (a, one), (b, two) in pairwise(scale):
        if share <= b:
            part = (share - a) / (b - a)
            ends = zip(*([int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in (one, two)), strict=True)
            return "#" + "".join(f"{round(start + (end - start) * part):02x}" for start, end in ends)
    raise ValueError("a scale ends at 1")


def named(labels: Sequence[str]) -> dict[str, Any]:
    """An axis on which the places 0, 1, 2 … have names."""
    return {"tickmode": "array", "tickvals": list(range(len(labels))), "ticktext": list(labels)}


def _periods(trend: Sequence[PeriodTally], grain: Grain) -> dict[str, Any]:
    """An axis whose ticks are periods, however few there are."""
    if not trend:
        return {}
    named = trend[:: -(-len(trend) // MOST_TICKS)]
    margin = timedelta(0.7 * DAYS[grain])
    return {
        "tickvals": [point.start for point in named],
        "ticktext": [tick_label(point.start, grain) for point in named],
        "range": [trend[0].start - margin, trend[-1].start + margin],
    }


def _answers(trend: Sequence[PeriodTally], grain: Grain) -> dict[str, Any]:
    """Bars of how many answered in each period."""
    return {
        "type": "bar",
        "name": "Answers",
        "x": [point.start for point in trend],
        "y": [point.tally.n for point in trend],
        "width": 0.8 * DAYS[grain] * 86_400_000,  # milliseconds
        "marker": {"color": GREY},
        "customdata": [[point.start.isoformat(), period_label(point.start, grain)] for point in trend],
        "hovertemplate": "%{customdata[1]}: %{y:,} answers<extra></extra>",
    }


def whiskers(tallies: Sequence[Tally]) -> dict[str, Any]:
    """The intervals of some scores as error bars; a tally without scores has none."""
    return error_bars([(tally.nps or 0.0, tally.interval()) for tally in tallies])


def error_bars(values: Sequence[tuple[float, Interval | None]]) -> dict[str, Any]:
    """The intervals of some values as plotly draws them."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [interval.high - value if interval else None for value, interval in values],
        "arrayminus": [value - interval.low if interval else None for value, interval in values],
        "color": "rgba(127, 140, 153, 0.9)",
        "thickness": 1.5,
    }


def _bar_colour(tally: Tally, bright: bool) -> str:
    if tally.n < FEWEST_COMPARED:
        return "rgba(154, 165, 177, 0.55)"
    colour = PROMOTER if (tally.nps or 0) >= 0 else DETRACTOR
    return colour if bright else colour + "66"


def readable_on(nps: float) -> str:
    """Black or white, whichever stands out on the colour of a score."""
    return "#ffffff" if abs(nps) > 60 else "#10151b"


def made(
    traces: list[dict[str, Any]],
    *,
    height: int,
    legend: bool = False,
    also: Mapping[str, Any] | None = None,
    xaxis: dict[str, Any],
    **yaxes: dict[str, Any],
) -> go.Figure:
    """A figure in our looks, made in one go: plotly takes several times as long to update one step by step.

    `also` is what else its layout has.
    """
    common = {"automargin": True, "gridcolor": GRID, "fixedrange": True}
    yaxes = {"yaxis": {}, **yaxes}
    layout = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": legend,
        "legend": {"orientation": "h", "y": 1.12, "x": 0},
        "bargap": 0.18,
        "dragmode": False,
        "hoverlabel": {"align": "left"},
        "xaxis": common | xaxis,
        **{name: common | {"zerolinecolor": GRID} | axis for name, axis in yaxes.items()},
        **(also or {}),
    }
    return go.Figure(data=traces, layout=layout)
