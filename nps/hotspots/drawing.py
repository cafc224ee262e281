"""What was found as a chart: how far each group lies from the rest, with its interval."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from nps import charts
from nps.hotspots import wording
from nps.hotspots.finding import Finding


def apart(findings: Sequence[Finding], labels: Mapping[str, str], *, chosen: str | None) -> go.Figure:
    """A point with its 95 % interval for each group, the largest impact on top; each carries its name."""
    names = [wording.name(finding.segments, labels) for finding in findings]
    changes = [finding.tally.change_from(finding.rest) for finding in findings]
    places = list(range(len(findings), 0, -1))
    middle, below, above = [], [], []
    for change in changes:
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
            [name, charts.plain(name), charts.told(finding.tally), charts.told(finding.rest)]
            for name, finding in zip(names, findings, strict=True)
        ],
        "hovertemplate": "%{customdata[1]}<br>NPS %{customdata[2]}<br>the rest %{customdata[3]}<extra></extra>",
    }
    values = [" × ".join(value for _, value in finding.segments) for finding in findings]
    ticks = {"tickvals": places, "ticktext": list(map(charts.short, values)), "range": [0.4, len(names) + 0.6]}
    line = {
        "title": {"text": "Points below or above the rest"},
        "zeroline": True,
        "zerolinecolor": charts.GREY,
        "rangemode": "tozero",
    }
    return charts.made([points], height=110 + 34 * len(names), xaxis=line, yaxis=ticks)
