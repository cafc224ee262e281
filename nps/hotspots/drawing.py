"""What was found as a chart: how far each group lies from the rest, or moved beside it, with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from nps import charts
from nps.hotspots import wording
from nps.hotspots.changed import Moved
from nps.hotspots.finding import Finding
from nps.score import Change


@dataclass(frozen=True)
class _Point:
    """A group: how far it lies or moved from the rest, and what is told of both when it is pointed at."""

    segments: tuple[tuple[str, str], ...]
    change: Change
    own: str
    rest: str


def apart(findings: Sequence[Finding], labels: Mapping[str, str], *, chosen: str | None) -> go.Figure:
    """A point with its 95 % interval for each group, the largest impact on top; each carries its name."""
    points = [
        _Point(each.segments, each.tally.change_from(each.rest), charts.told(each.tally), charts.told(each.rest))
        for each in findings
    ]
    return _drawn(points, labels, chosen, title="Points below or above the rest")


def further(findings: Sequence[Moved], labels: Mapping[str, str], *, chosen: str | None) -> go.Figure:
    """Likewise how much further each group moved than the rest."""
    points = [
        _Point(
            each.segments,
            each.further,
            f"{charts.told(each.before)} → {charts.told(each.now)}",
            f"{charts.told(each.rest_before)} → {charts.told(each.rest_now)}",
        )
        for each in findings
    ]
    return _drawn(points, labels, chosen, title="Points further down or up than the rest")


def _drawn(groups: Sequence[_Point], labels: Mapping[str, str], chosen: str | None, *, title: str) -> go.Figure:
    names = [wording.name(group.segments, labels) for group in groups]
    places = list(range(len(groups), 0, -1))
    middle, below, above = [], [], []
    for group in groups:
        change = group.change
        assert change.points is not None
        assert change.interval is not None, "both sides have answers"
        middle.append(change.points)
        below.append(change.points - change.interval.low)
        above.append(change.interval.high - change.points)
    points: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": middle,
        "y": places,
        "error_x": {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": charts.GREY},
        "marker": {
            "size": [14 if name == chosen else 10 for name in names],
            "color": [charts.DETRACTOR if points < 0 else charts.PROMOTER for points in middle],
            "opacity": 1,
        },
        "customdata": [
            [name, charts.plain(name), group.own, group.rest] for name, group in zip(names, groups, strict=True)
        ],
        "hovertemplate": "%{customdata[1]}<br>NPS %{customdata[2]}<br>the rest %{customdata[3]}<extra></extra>",
    }
    values = [" × ".join(value for _, value in group.segments) for group in groups]
    ticks = {"tickvals": places, "ticktext": list(map(charts.short, values)), "range": [0.4, len(names) + 0.6]}
    line = {
        "title": {"text": title},
        "zeroline": True,
        "zerolinecolor": charts.GREY,
        "rangemode": "tozero",
    }
    return charts.made([points], height=110 + 34 * len(names), xaxis=line, yaxis=ticks)
