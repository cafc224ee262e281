"""By what points and levels are chosen, and what they are called."""

from datetime import timedelta

from nps import charts
from nps.moves.levels import Level
from nps.moves.periods import Point, Spacing, is_rolling
from nps.selection import in_words

LEVEL_KEY = "level "


def key(point: Point) -> str:
    """By what a point is chosen."""
    return point.first.isoformat()


def level_key(level: Level) -> str:
    """By what a level is chosen."""
    return f"{LEVEL_KEY}{level.period.start}"


def label(point: Point, spacing: Spacing) -> str:
    """What a point is called: Mar 2026, Mar 2026 to May 2026, 28 days to 31 Oct 2026."""
    last = point.end - timedelta(1)
    if is_rolling(spacing):
        return f"{(point.end - point.start).days} days to {in_words(last)}"
    name = charts.period_label(point.first, spacing)
    if point.joined > 1:
        return f"{name} to {charts.period_label(point.last, spacing)}"
    return name
