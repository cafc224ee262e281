"""Where values stand on paper: numbers and days along an axis, round ticks, text that fits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape, unescape
from re import sub
from typing import Any

from nps.selection import in_words

LETTER = 5.4  # pixels that a letter takes, about
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - axes know no zones


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high` between the pixels `start` and `end`, and the ticks: where, and their lines."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, tuple[str, ...]], ...]
    title: str = ""
    grid: bool = True
    zero: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value, no further out than a little beyond the ends."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + (self.end - self.start) * min(1.02, max(-0.02, share)), 1)


def number(value: Any) -> float:
    """A value of an axis: a number as it is, a day or a time in days since 1970, nothing as not a number."""
    if value is None:
        return math.nan
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        there = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return (there - EPOCH) / timedelta(1)
    if isinstance(value, date):
        return float((value - EPOCH.date()).days)
    return float(value)


def is_days(values: Sequence[Any]) -> bool:
    """Whether an axis of these values is one of time."""
    return any(isinstance(value, str | date) for value in values)


def lines(text: Any) -> tuple[str, ...]:
    """Text of a figure as lines of plain text: plotly's breaks and marks read, everything else as it is."""
    return tuple(unescape(sub(r"</?(b|i|sub|extra)>", "", part)) for part in str(text).split("<br>"))


def safe(text: str) -> str:
    """Plain text for SVG."""
    return escape("".join(letter for letter in text if letter.isprintable()), quote=True)


def wide(ticks: Sequence[tuple[float, tuple[str, ...]]]) -> float:
    """How many pixels the longest line of some ticks takes."""
    return LETTER * max((len(line) for _, told in ticks for line in told), default=0)


def ticks_of(axis: dict[str, Any], low: float, high: float, *, days: bool) -> list[tuple[float, tuple[str, ...]]]:
    """The ticks that a figure names, else round numbers, else a few days."""
    if axis.get("tickvals") is not None:
        named = axis.get("ticktext") or [str(value) for value in axis["tickvals"]]
        found = [(number(value), lines(text)) for value, text in zip(axis["tickvals"], named, strict=True)]
        return [(value, text) for value, text in found if low <= value <= high]
    if days:
        places = [low + (high - low) * part / 4 for part in range(5)]
        return [(place, (in_words((EPOCH + timedelta(place)).date()),)) for place in places]
    step = axis.get("dtick") or _round_step(high - low)
    first = math.ceil(low / step) * step
    count = int((high - first) / step + 1e-9) + 1
    return [(first + step * index, (_told(first + step * index, step),)) for index in range(count)]


def _round_step(span: float) -> float:
    rough = span / 5 or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)


def _told(value: float, step: float) -> str:
    digits = next((digits for digits in range(9) if math.isclose(step, round(step, digits), rel_tol=1e-9)), 9)
    return f"{value:,.{digits}f}".replace("-0", "0" if not round(value, 6) else "-0").replace("-", "−")


def thinned(ticks: Sequence[tuple[float, tuple[str, ...]]], room: float) -> list[tuple[float, tuple[str, ...]]]:
    """As many of the ticks as have room beside each other."""
    if not ticks:
        return []
    fit = max(1, int(room / (wide(ticks) + 10)))
    return list(ticks[:: -(-len(ticks) // fit)])
