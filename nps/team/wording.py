"""Figures of the loop in words, and as a chart: what is too little is hidden or said, in one place."""

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from nps import charts
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN
from nps.selection import Grain
from nps.team.counts import Week
from nps.team.figures import Curve, Quantile, Share

WEEK: Grain = "week"
PER_DAY = 8  # working hours from which on days are easier to read


def percent(share: Share) -> str:
    """A share for people; nothing where it would be of fewer than five."""
    return "–" if share.value is None or share.n < FEWEST_SHOWN else f"{100 * share.value:.0f} %"


def basis(share: Share) -> str:
    """What a share stands on: its interval and n, or why it says little."""
    interval = share.interval()
    if interval is None:
        return "nobody yet"
    if share.n < FEWEST_SHOWN:
        return f"n = {share.n}: fewer than {FEWEST_SHOWN} are not shown"
    few = ", too few to compare" if share.n < FEWEST_COMPARED else ""
    return f"{100 * interval.low:.0f} to {100 * interval.high:.0f} %, n = {share.n:,}{few}"


def hours(time: float | None) -> str:
    """Working hours for people."""
    if time is None:
        return "not yet"
    return f"{60 * time:.0f} min" if time < 1 else f"{time:.1f} h" if time < PER_DAY else f"{time:.0f} h"


def reached(curve: Curve, quantile: Quantile) -> str:
    """The time by which a share was contacted."""
    return "–" if curve.n < FEWEST_SHOWN else hours(quantile.time)


def waited(curve: Curve, quantile: Quantile) -> str:
    """What such a time stands on: its interval, n and how many still wait."""
    if curve.n < FEWEST_SHOWN:
        return f"n = {curve.n}: fewer than {FEWEST_SHOWN} are not shown"
    few = ", too few to compare" if curve.n < FEWEST_COMPARED else ""
    upper = hours(quantile.high) if quantile.high is not None else "no end yet"
    return f"{hours(quantile.low)} to {upper}, n = {curve.n:,}{few}, {curve.n - curve.contacted:,} still wait"


def money(amount: float) -> str:
    """Revenue without cents, in whatever currency it came."""
    return f"{amount:,.0f}"


def by_week(weeks: Sequence[Week]) -> go.Figure:
    """The share that was contacted, by week of the answer, with its interval; weeks of fewer than five are gaps."""
    line = _every_week(weeks)
    shown = [week.contacted if week.contacted.n >= FEWEST_SHOWN else Share() for week in line]
    shares = [None if share.value is None else 100 * share.value for share in shown]
    ends = [share.interval() for share in shown]
    points = {
        "type": "scatter",
        "x": [week.start for week in line],
        "y": shares,
        "mode": "lines+markers",
        "line": {"color": charts.PROMOTER, "width": 2},
        "marker": {
            "size": 8,
            "color": charts.PROMOTER,
            "symbol": ["circle" if share.n >= FEWEST_COMPARED else "circle-open" for share in shown],
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [100 * end.high - (y or 0) if end else None for end, y in zip(ends, shares, strict=True)],
            "arrayminus": [(y or 0) - 100 * end.low if end else None for end, y in zip(ends, shares, strict=True)],
            "color": "rgba(127, 140, 153, 0.55)",
            "thickness": 1.5,
            "width": 0,
        },
        "customdata": [[charts.period_label(week.start, WEEK), _told(week.contacted)] for week in line],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    }
    contacted = {"title": {"text": "Contacted, %"}, "range": [0, 104]}
    return charts.made([points], height=260, xaxis={"type": "date"}, yaxis=contacted)


def _told(share: Share) -> str:
    return f"{percent(share)} contacted ({basis(share)})"


def _every_week(weeks: Sequence[Week]) -> list[Week]:
    """The weeks with those between them in which nobody answered."""
    known = {week.start: week for week in weeks}
    if not known:
        return []
    days = range(0, (max(known) - min(known)).days + 1, 7)
    starts: list[date] = [min(known) + timedelta(days=day) for day in days]
    return [known.get(start, Week(start, Share())) for start in starts]
