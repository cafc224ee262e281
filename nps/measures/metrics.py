"""The measures beside NPS: names, scales and definitions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from nps.score import FEWEST_COMPARED, FEWEST_SHOWN, Tally
from nps.team.figures import Share


@dataclass(frozen=True)
class Metric:
    """A measure other than NPS: what the store calls it, its name on pages, what its share counts, what it asks."""

    key: str
    name: str
    meaning: str
    asks: str


SATISFACTION, EFFORT = "how satisfied", "how easy it was"
METRICS = (
    Metric("csat", "CSAT", "Share of 4 and 5 among answers from 1 to 5.", SATISFACTION),
    Metric("csat 1-7", "CSAT, 1-7", "Share of 6 and 7 among answers from 1 to 7.", SATISFACTION),
    Metric("csat 1-10", "CSAT, 1-10", "Share of 9 and 10 among answers from 1 to 10.", SATISFACTION),
    Metric("ces", "CES", "Share of 5 to 7 among answers from 1 to 7: it was easy.", EFFORT),
    Metric("ces 1-5", "CES, 1-5", "Share of 4 and 5 among answers from 1 to 5: it was easy.", EFFORT),
)


@dataclass(frozen=True)
class Point:
    """Something's value with its interval and n, in points or percent; `value` is None where it is not to be shown."""

    value: float | None
    low: float
    high: float
    n: int

    @property
    def few(self) -> bool:
        return self.n < FEWEST_COMPARED


def nps_point(tally: Tally) -> Point:
    """The NPS of a tally; not shown under 5 answers."""
    interval = tally.interval()
    if interval is None or tally.n < FEWEST_SHOWN:
        return Point(None, 0.0, 0.0, tally.n)
    return Point(tally.nps, interval.low, interval.high, tally.n)


def share_point(share: Share) -> Point:
    """A share in percent; not shown under 5 answers."""
    interval = share.interval()
    if interval is None or share.n < FEWEST_SHOWN:
        return Point(None, 0.0, 0.0, share.n)
    return Point(100 * (share.value or 0.0), 100 * interval.low, 100 * interval.high, share.n)


def kept_apart(points: Mapping[date, Point]) -> dict[date, Point]:
    """The points, and hidden with those under 5 answers the next smallest, where they have fewer than 5 together.

    Else what is hidden could be found by subtracting the others from all.
    """
    hidden = {day for day, point in points.items() if point.value is None and point.n}
    if hidden and sum(points[day].n for day in hidden) < FEWEST_SHOWN:
        shown = [day for day, point in points.items() if point.value is not None]
        hidden |= set(sorted(shown, key=lambda day: (points[day].n, day))[:1])
    return {day: replace(point, value=None) if day in hidden else point for day, point in points.items()}


def as_tally(share: Share) -> Tally:
    """The same counts as a tally, for rules that go by how many answered."""
    return Tally(promoters=share.count, detractors=share.n - share.count)


def cells(point: Point) -> tuple[float | None, ...]:
    """Value and interval as the cells of a table, empty where they are not to be shown."""
    return (None, None, None) if point.value is None else (point.value, point.low, point.high)
