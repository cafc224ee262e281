"""A difference as a waterfall: from one score to the other, one row for each value, mix and rate apart."""

from collections.abc import Sequence
from math import fsum
from typing import Any, Literal, NamedTuple

import plotly.graph_objects as go

from nps import charts
from nps.score import FEWEST_COMPARED, Interval, Tally
from nps.why.sides import Sides
from nps.why.split import Effect, Part, Split
from nps.why.wording import points

Counted = Literal["NPS", "Promoters", "Detractors"]
OTHERS = "(others)"
PALE = "rgba(154, 165, 177, 0.9)"


class Step(NamedTuple):
    """One bar: at height `y`, from `base` on, `amount` long; `pale` where it is of few answers or not chosen."""

    y: float
    base: float
    amount: float
    value: str
    about: str
    pale: bool


def effect(part: Part, counted: Counted) -> Effect:
    """The part of a value in the difference of NPS, or of the share of promoters or detractors."""
    return {"NPS": part.nps, "Promoters": part.promoters, "Detractors": part.detractors}[counted]


def level(tally: Tally, counted: Counted) -> float:
    """What the waterfall starts or ends with: NPS, or a share in percent."""
    count = {"NPS": tally.promoters - tally.detractors, "Promoters": tally.promoters, "Detractors": tally.detractors}
    return 100 * count[counted] / tally.n


def ordered(split: Split, counted: Counted = "NPS") -> tuple[Part, ...]:
    """The parts, the largest first."""
    return tuple(sorted(split.parts, key=lambda part: (-abs(effect(part, counted).points), part.value)))


def waterfall(split: Split, sides: Sides, counted: Counted = "NPS", *, chosen: str | None = None) -> go.Figure:
    """Two bars for each value: mix, hatched, and rate; they start where those above ended.

    At most MOST_BARS values; the rest is one row. Each bar carries its value as custom data.
    """
    parts = ordered(split, counted)
    rows: list[tuple[str, Effect, Part | None]] = []
    rows += [(part.value, effect(part, counted), part) for part in parts[: charts.MOST_BARS]]
    if left := [effect(part, counted) for part in parts[charts.MOST_BARS :]]:
        rows.append((OTHERS, Effect(fsum(each.mix for each in left), fsum(each.rate for each in left)), None))
    steps: dict[str, list[Step]] = {"mix": [], "rate": []}
    reached, top = level(split.before, counted), len(rows)
    for number, (value, moved, part) in enumerate(rows, start=1):
        about = f"{charts.plain(value)}{_counts(part)}"
        pale = chosen not in (None, value) or _is_small(part)
        for name, amount, offset in (("mix", moved.mix, 0.2), ("rate", moved.rate, -0.2)):
            steps[name].append(Step(top + 1 - number + offset, reached, amount, value, about, pale))
            reached += amount
    bars = [_bars(name, steps[name], good=counted != "Detractors") for name in steps]
    labels = [_end(sides.name_before, split.before), *(_row(value, part) for value, _, part in rows)]
    labels.append(_end(sides.name_after, split.after))
    places = list(range(top + 1, -1, -1))
    unit = "NPS" if counted == "NPS" else f"{counted}, %"
    return charts.made(
        [*bars, _ends(split, counted, top + 1)],
        height=max(240, 42 * (top + 2) + 60),
        xaxis={"title": {"text": unit}, "zeroline": False},
        yaxis={
            "tickmode": "array",
            "tickvals": places,
            "ticktext": labels,
            "range": [-0.7, top + 1.9],
            "showgrid": False,
            "zeroline": False,
        },
    )


def beside(rows: Sequence[tuple[str, float, Interval | None]], line: float) -> go.Figure:
    """Scores as points with their intervals, and a line at the score that they are compared with."""
    ends = [interval for _, _, interval in rows]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [score for _, score, _ in rows],
        "y": list(range(len(rows) - 1, -1, -1)),
        "marker": {"size": 11, "color": charts.PROMOTER},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [end.high - score if end else None for (_, score, _), end in zip(rows, ends, strict=True)],
            "arrayminus": [score - end.low if end else None for (_, score, _), end in zip(rows, ends, strict=True)],
            "color": PALE,
            "thickness": 1.5,
        },
        "customdata": [f"{charts.plain(name)}: {score:.1f}" for name, score, _ in rows],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    target = {
        "type": "scatter",
        "mode": "lines",
        "x": [line, line],
        "y": [-0.6, len(rows) - 0.4],
        "line": {"color": charts.DETRACTOR, "width": 2, "dash": "dash"},
        "hovertemplate": f"{line:.1f}<extra></extra>",
    }
    names = [charts.short(name) for name, _, _ in rows]
    ticks = {"tickmode": "array", "tickvals": list(range(len(rows) - 1, -1, -1)), "ticktext": names}
    return charts.made(
        [dots, target],
        height=46 * len(rows) + 80,
        xaxis={"title": {"text": "NPS"}, "zeroline": False},
        yaxis={**ticks, "showgrid": False, "zeroline": False, "range": [-0.6, len(rows) - 0.4]},
    )


def _bars(name: str, steps: Sequence[Step], *, good: bool) -> dict[str, Any]:
    colours = [charts.PROMOTER if (step.amount >= 0) == good else charts.DETRACTOR for step in steps]
    return {
        "type": "bar",
        "name": name,
        "orientation": "h",
        "y": [step.y for step in steps],
        "base": [step.base for step in steps],
        "x": [step.amount for step in steps],
        "width": 0.36,
        "marker": {
            "color": [f"{colour}66" if step.pale else colour for colour, step in zip(colours, steps, strict=True)],
            "pattern": {"shape": "/" if name == "mix" else "", "fillmode": "replace", "solidity": 0.45, "size": 7},
        },
        "text": [points(step.amount) if abs(step.amount) >= 0.05 else "" for step in steps],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [[step.value, step.about, points(step.amount)] for step in steps],
        "hovertemplate": f"%{{customdata[1]}}<br>{name} %{{customdata[2]}}<extra></extra>",
    }


def _ends(split: Split, counted: Counted, top: int) -> dict[str, Any]:
    """The two scores as points, NPS with its intervals."""
    tallies = (split.before, split.after)
    scores = [level(tally, counted) for tally in tallies]
    ends = [tally.interval() if counted == "NPS" else None for tally in tallies]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": scores,
        "y": [top, 0],
        "text": [charts.points(score) for score in scores],
        "textposition": "top center",
        "marker": {"size": 11, "color": charts.GREY, "symbol": "diamond"},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [end.high - score if end else None for score, end in zip(scores, ends, strict=True)],
            "arrayminus": [score - end.low if end else None for score, end in zip(scores, ends, strict=True)],
            "color": PALE,
            "thickness": 1.5,
        },
        "hoverinfo": "skip",
    }


def _end(name: str, tally: Tally) -> str:
    return f"{charts.short(name)}<br>n = {tally.n:,}"


def _row(value: str, part: Part | None) -> str:
    return charts.short(value) if part is None else f"{charts.short(value)}<br>n {part.before.n:,} → {part.after.n:,}"


def _is_small(part: Part | None) -> bool:
    return part is not None and min(part.before.n, part.after.n) < FEWEST_COMPARED


def _counts(part: Part | None) -> str:
    return "" if part is None else f": n {part.before.n:,} → {part.after.n:,}"
