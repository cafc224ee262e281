"""Rows in, plotly figures out: one palette, one set of formats, nothing that needs a mouse to be understood.

Figures carry no background and no text colour of their own, so that they read in light and dark. Text from data is
escaped: plotly would otherwise read tags in it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from nps.ranking import Ranking
from nps.rows import CellTally, PeriodTally, ScoreCount
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN, Tally
from nps.selection import Grain, in_words

DETRACTOR, PASSIVE, PROMOTER = "#d55e00", "#9aa5b1", "#0072b2"
BAND = {"detractor": DETRACTOR, "passive": PASSIVE, "promoter": PROMOTER}
GREY = "#9aa5b1"
GRID = "rgba(127, 140, 153, 0.22)"
NO_BAR = {"displayModeBar": False}
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
    by_score = {count.score: count for count in counts}
    total = sum(count.n for count in counts) or 1
    figure = go.Figure()
    for band, name in (("detractor", "Detractors"), ("passive", "Passives"), ("promoter", "Promoters")):
        bars = [count for count in by_score.values() if count.band == band]
        figure.add_bar(
            x=[count.score for count in bars],
            y=[count.n for count in bars],
            name=name,
            marker_color=BAND[band],
            customdata=[100 * count.n / total for count in bars],
            hovertemplate="Score %{x}: %{y:,} (%{customdata:.1f} %)<extra></extra>",
        )
    figure.update_xaxes(tickmode="linear", dtick=1, range=[-0.6, 10.6])
    return _framed(figure, height=260)


def volume(trend: Sequence[PeriodTally], grain: Grain) -> go.Figure:
    """Scored responses per period."""
    figure = go.Figure()
    _add_volume(figure, trend, grain)
    return _framed(figure, height=260, legend=False)


def trend(trend: Sequence[PeriodTally], grain: Grain, *, chosen: date | None = None) -> go.Figure:
    """NPS per period with its 95 % interval as a band, and the number of answers beneath.

    Periods with fewer than 5 answers are gaps; those with fewer than 30 have hollow points. Every point carries the
    first day of its period as custom data.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.74, 0.26], vertical_spacing=0.06)
    x = [point.start for point in trend]
    shown = [point.tally if point.tally.n >= FEWEST_SHOWN else Tally() for point in trend]
    ranges = [tally.interval() for tally in shown]
    for name, edge, fill in (
        ("high", [r.high if r else None for r in ranges], None),
        ("low", [r.low if r else None for r in ranges], "tonexty"),
    ):
        figure.add_scatter(
            x=x,
            y=edge,
            name=name,
            fill=fill,
            mode="lines",
            line_width=0,
            fillcolor="rgba(0, 114, 178, 0.18)",
            hoverinfo="skip",
            showlegend=False,
            row=1,
            col=1,
        )
    sizes = [13 if point.start == chosen else 8 for point in trend]
    figure.add_scatter(
        x=x,
        y=[tally.nps for tally in shown],
        name="NPS",
        mode="lines+markers",
        line={"color": PROMOTER, "width": 2},
        marker={
            "size": sizes,
            "color": [DETRACTOR if point.start == chosen else PROMOTER for point in trend],
            "symbol": ["circle" if tally.n >= FEWEST_COMPARED else "circle-open" for tally in shown],
        },
        error_y=_whiskers(shown) if len(trend) < 3 else None,  # a band needs some width
        customdata=[[point.start.isoformat(), period_label(point.start, grain), told(point.tally)] for point in trend],
        hovertemplate="%{customdata[1]}<br>NPS %{customdata[2]}<extra></extra>",
        showlegend=False,
        row=1,
        col=1,
    )
    _add_volume(figure, trend, grain, row=2)
    figure.update_yaxes(title_text="NPS", range=None if any(tally.n for tally in shown) else [-100, 100], row=1, col=1)
    figure.update_yaxes(title_text="Answers", row=2, col=1)
    return _framed(figure, height=430, legend=False)


def ranked(ranking: Ranking, *, chosen: str | None = None) -> go.Figure:
    """NPS per value with its interval, the costliest on top, at most MOST_BARS; small groups are grey."""
    rows = list(reversed(ranking.shown[:MOST_BARS]))
    scores = [row.tally.nps or 0.0 for row in rows]
    figure = go.Figure()
    figure.add_bar(
        y=list(range(len(rows))),
        x=scores,
        orientation="h",
        marker_color=[_bar_colour(row.tally, chosen in (None, row.value)) for row in rows],
        error_x=_whiskers([row.tally for row in rows]),
        customdata=[[row.value, plain(row.value), told(row.tally)] for row in rows],
        hovertemplate="%{customdata[1]}<br>NPS %{customdata[2]}<extra></extra>",
        showlegend=False,
    )
    labels = [f"{short(row.value)} (n = {row.tally.n:,})<br>{cost(row.tally.cost_to(ranking.total))}" for row in rows]
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(rows))), ticktext=labels, showgrid=False)
    figure.update_xaxes(zeroline=True, zerolinecolor="rgba(127, 140, 153, 0.7)", title_text="NPS")
    return _framed(figure, height=max(220, 46 * len(rows) + 70), legend=False)


def heat_map(cells: Sequence[CellTally], *, across: str, down: str) -> go.Figure:
    """NPS of each pair of values; the text is the score, groups under 5 are empty, those under 30 have a star."""
    columns = list(dict.fromkeys(cell.other for cell in sorted(cells, key=lambda c: c.other)))
    rows = list(dict.fromkeys(cell.value for cell in sorted(cells, key=lambda c: c.value, reverse=True)))
    known = {(cell.value, cell.other): cell.tally for cell in cells if cell.tally.n >= FEWEST_SHOWN}
    grid = [[known.get((row, column), Tally()) for column in columns] for row in rows]
    figure = go.Figure(
        go.Heatmap(
            x=list(range(len(columns))),
            y=list(range(len(rows))),
            z=[[tally.nps for tally in line] for line in grid],
            hoverinfo="skip",
            zmin=-100,
            zmax=100,
            colorscale=BLUE_ORANGE,
            xgap=3,
            ygap=3,
            colorbar={"title": "NPS", "thickness": 10, "outlinewidth": 0},
        )
    )
    # A heat map cannot be picked from; markers that cannot be seen lie on its cells and can.
    filled = [(x, y, tally) for y, line in enumerate(grid) for x, tally in enumerate(line) if tally.n]
    figure.add_scatter(
        x=[x for x, _, _ in filled],
        y=[y for _, y, _ in filled],
        mode="markers+text",
        marker={"symbol": "square", "size": 36, "color": "rgba(0,0,0,0)", "line_width": 0},
        text=[_cell_text(tally) for _, _, tally in filled],
        textfont={"color": [_readable_on(tally.nps or 0.0) for _, _, tally in filled]},
        customdata=[[rows[y], columns[x], plain(rows[y]), plain(columns[x]), told(tally)] for x, y, tally in filled],
        hovertemplate="%{customdata[2]} × %{customdata[3]}<br>NPS %{customdata[4]}<extra></extra>",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": GREY}},
        showlegend=False,
    )
    figure.update_xaxes(
        tickmode="array",
        tickvals=list(range(len(columns))),
        ticktext=[short(c) for c in columns],
        title_text=short(across),
    )
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(rows))), ticktext=[short(r) for r in rows], title_text=short(down)
    )
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(showgrid=False)
    return _framed(figure, height=max(240, 46 * len(rows) + 110), legend=False)


def _add_volume(figure: go.Figure, trend: Sequence[PeriodTally], grain: Grain, *, row: int | None = None) -> None:
    """Bars of the answers, and ticks that are periods however few there are."""
    place = {"row": row, "col": 1} if row else {}
    days = DAYS[grain]
    named = trend[:: -(-len(trend) // MOST_TICKS) or 1]
    figure.update_xaxes(
        tickvals=[point.start for point in named],
        ticktext=[tick_label(point.start, grain) for point in named],
        range=[trend[0].start - timedelta(0.7 * days), trend[-1].start + timedelta(0.7 * days)] if trend else None,
    )
    figure.add_bar(
        width=0.8 * days * 86_400_000,  # milliseconds
        x=[point.start for point in trend],
        y=[point.tally.n for point in trend],
        name="Answers",
        marker_color=GREY,
        customdata=[[point.start.isoformat(), period_label(point.start, grain)] for point in trend],
        hovertemplate="%{customdata[1]}: %{y:,} answers<extra></extra>",
        showlegend=False,
        **place,
    )


def _whiskers(tallies: Sequence[Tally]) -> dict[str, Any]:
    """The intervals of some scores as error bars."""
    pairs = [(tally.interval(), tally.nps or 0.0) for tally in tallies]
    return {
        "type": "data",
        "symmetric": False,
        "array": [interval.high - nps if interval else 0 for interval, nps in pairs],
        "arrayminus": [nps - interval.low if interval else 0 for interval, nps in pairs],
        "color": "rgba(127, 140, 153, 0.9)",
        "thickness": 1.5,
    }


def _bar_colour(tally: Tally, bright: bool) -> str:
    if tally.n < FEWEST_COMPARED:
        return "rgba(154, 165, 177, 0.55)"
    colour = PROMOTER if (tally.nps or 0) >= 0 else DETRACTOR
    return colour if bright else colour + "66"


def _cell_text(tally: Tally) -> str:
    return points(tally.nps) if tally.n >= FEWEST_COMPARED else f"{points(tally.nps)}*"


def _readable_on(nps: float) -> str:
    """Black or white, whichever stands out on the cell's colour."""
    return "#ffffff" if abs(nps) > 60 else "#10151b"


def _framed(figure: go.Figure, *, height: int, legend: bool = True) -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=legend,
        legend={"orientation": "h", "y": 1.12, "x": 0},
        bargap=0.18,
        dragmode=False,
        hoverlabel={"align": "left"},
    )
    figure.update_yaxes(automargin=True, gridcolor=GRID, zerolinecolor=GRID, fixedrange=True)
    figure.update_xaxes(automargin=True, gridcolor=GRID, fixedrange=True)
    return figure
