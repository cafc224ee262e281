"""The points of the line: periods that can be told apart, sparse ones joined, rolling windows, unfinished ends."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from statistics import median
from typing import Literal, get_args

from typing_extensions import TypeIs

from nps.grains import per
from nps.rows import PeriodTally
from nps.score import FEWEST_COMPARED, Tally
from nps.selection import Grain, Period

Rolling = Literal["28 days", "91 days"]
Spacing = Grain | Rolling
GRAINS: tuple[Grain, ...] = get_args(Grain)
DAYS: dict[Rolling, int] = {"28 days": 28, "91 days": 91}
EVERY = 7  # days between two rolling windows
TELLS_APART = 25  # points of NPS that a change between two neighbours may have and be seen four times in five
MOST_POINTS = 120


def is_rolling(spacing: Spacing) -> TypeIs[Rolling]:
    """Whether points are windows that overlap."""
    return spacing in DAYS


@dataclass(frozen=True)
class Point:
    """A point of the line: days from `start` up to, not including, `end`, and what they add up to.

    `first` and `last` are the first days of the first and the last of its weeks, months or quarters, `joined` how
    many these are. `whole`: the selection and the answers reach to both its ends.
    """

    first: date
    last: date
    start: date
    end: date
    tally: Tally
    joined: int = 1
    whole: bool = True

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def middle(self) -> date:
        return self.start + (self.end - self.start) // 2


def finest(days: Sequence[PeriodTally]) -> Grain:
    """The finest grain at which a change of 25 between two points shows; the coarsest where none does.

    It shows where half of the points have as many answers as it takes, with the mix of all of them.
    """
    enough = sum((day.tally for day in days), Tally()).needed(TELLS_APART)
    for grain in GRAINS:
        sizes = [point.tally.n for point in per(days, grain) if point.tally.n]
        if sizes and len(sizes) <= MOST_POINTS and median(sizes) >= enough:
            return grain
    return GRAINS[-1]


def points(trend: Sequence[PeriodTally], grain: Grain, covered: Period) -> tuple[Point, ...]:
    """One point for each period that has rows, cut at the days that are covered."""
    found = []
    for each in trend:
        nominal = Period.starting(each.start, grain)
        cut = nominal.within(covered)
        if cut.start and cut.end:
            found.append(Point(each.start, each.start, cut.start, cut.end, each.tally, whole=cut == nominal))
    return tuple(found)


def joined(line: Sequence[Point]) -> tuple[Point, ...]:
    """The line with sparse periods made one with their neighbours, so that none looks like a move.

    A point under 30 answers takes in the next one until it has 30; the last of a stretch goes to the one before. Parts
    of periods stay as they are, and nothing is joined across a gap.
    """
    stretches: list[list[Point]] = []
    for point in line:
        if stretches and point.whole and stretches[-1][-1].whole and stretches[-1][-1].end == point.start:
            stretches[-1].append(point)
        else:
            stretches.append([point])
    return tuple(point for stretch in stretches for point in _pooled(stretch))


def _pooled(stretch: Sequence[Point]) -> list[Point]:
    found: list[Point] = []
    for point in stretch:
        if found and found[-1].tally.n < FEWEST_COMPARED:
            found[-1] = _together(found[-1], point)
        else:
            found.append(point)
    if len(found) > 1 and found[-1].tally.n < FEWEST_COMPARED:
        found[-2:] = [_together(*found[-2:])]
    return found


def _together(one: Point, other: Point) -> Point:
    return replace(one, last=other.last, end=other.end, tally=one.tally + other.tally, joined=one.joined + other.joined)


def rolling(days: Sequence[PeriodTally], spacing: Rolling, covered: Period) -> tuple[Point, ...]:
    """Windows of so many days, one ending each week, back from the last covered day; they overlap.

    Where less is covered than a window takes, there is one part of it.
    """
    if not days:
        return ()
    width, start = timedelta(DAYS[spacing]), covered.start or days[0].start
    end = covered.end or days[-1].start + timedelta(1)
    starts, sums = [day.start for day in days], list(accumulate((day.tally for day in days), initial=Tally()))

    def window(low: date, high: date) -> Point:
        tally = sums[bisect_left(starts, high)] - sums[bisect_left(starts, low)]
        return Point(low, low, low, high, tally, whole=high - low == width)

    count = max(1, ((end - start) - width).days // EVERY + 1)
    ends = [end - timedelta(EVERY * number) for number in reversed(range(count))]
    found = (window(max(high - width, start), high) for high in ends)
    return tuple(point for point in found if point.tally.n or point.tally.blanks)
