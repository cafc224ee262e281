"""What stands beneath the line: how many answered, how many did not, and the response rate."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from nps import charts
from nps.moves.naming import key, label
from nps.moves.periods import Point, Spacing, is_rolling

BLANK = "rgba(154, 165, 177, 0.35)"


def middle(point: Point) -> datetime:
    """Where a point stands: in the middle of its days."""
    return datetime.combine(point.start, time()) + (point.end - point.start) / 2


def answers(points: Sequence[Point], spacing: Spacing) -> list[dict[str, Any]]:
    """Bars of how many answered, and above them how many did not, where that is known."""
    counts: Mapping[str, tuple[list[int], str]] = {
        "Answers": ([point.tally.n for point in points], charts.GREY),
        "No answer": ([point.tally.blanks for point in points], BLANK),
    }
    return [
        {
            "type": "bar",
            "name": name,
            "x": [middle(point) for point in points],
            "y": values,
            "width": [0.8 * _milliseconds(point, spacing) for point in points],
            "marker": {"color": colour},
            "customdata": [[key(point), label(point, spacing)] for point in points],
            "hovertemplate": f"%{{customdata[1]}}: %{{y:,}} {name.lower()}<extra></extra>",
            "yaxis": "y2",
        }
        for name, (values, colour) in counts.items()
        if name == "Answers" or any(values)
    ]


def _milliseconds(point: Point, spacing: Spacing) -> float:
    days = 7 if is_rolling(spacing) else (point.end - point.start).days  # windows overlap, their bars do not
    return days * 86_400_000


def rate(points: Sequence[Point], spacing: Spacing) -> dict[str, Any]:
    """How many of those who were asked answered, in percent."""
    rates = [100 * point.tally.n / (point.tally.n + point.tally.blanks) for point in points]
    return {
        "type": "scatter",
        "name": "Response rate",
        "x": [middle(point) for point in points],
        "y": rates,
        "mode": "lines",
        "line": {"color": charts.GREY, "width": 2},
        "customdata": [[key(point), label(point, spacing)] for point in points],
        "hovertemplate": "%{customdata[1]}: %{y:.0f} % answered<extra></extra>",
        "yaxis": "y3",
    }
