"""Process limits: how far a point of a level may lie from it without anything having happened (XmR, Laney 2002)."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import sqrt

from nps.moves.levels import Level
from nps.moves.periods import Point
from nps.score import FEWEST_COMPARED, Interval

SIGMAS = 3
MOVING_RANGE = 1.128  # what the mean distance of two neighbours is, in standard deviations


def limits(points: Sequence[Point], levels: Sequence[Level]) -> list[Interval | None]:
    """For each point the range within its level, in points of NPS; None where it is not judged.

    Not judged are parts of periods, points under 30 answers, and those that a step lies in. The range is 3 standard
    errors of the level's mix at the point's n, widened where neighbouring points differ by more than that explains.
    """
    lying = [_level_of(point, levels) for point in points]
    found: list[Interval | None] = []
    for level, group in groupby(zip(points, lying, strict=True), key=lambda pair: pair[1]):
        held = [point for point, _ in group]
        found += [None] * len(held) if level is None else _within(held, level)
    return found


def outside(point: Point, limit: Interval | None) -> bool:
    """Whether a point lies outside its limits."""
    nps = point.tally.nps
    return limit is not None and nps is not None and not limit.low <= nps <= limit.high


def _level_of(point: Point, levels: Sequence[Level]) -> Level | None:
    """The level that a point lies in as a whole; before the first and after the last day nobody answered."""
    if not point.whole or point.tally.n < FEWEST_COMPARED or not levels:
        return None
    for index, level in enumerate(levels):
        starts = not index or (level.period.start and level.period.start <= point.start)
        ends = index == len(levels) - 1 or (level.period.end and point.end <= level.period.end)
        if starts and ends:
            return level
    return None


def _within(points: Sequence[Point], level: Level) -> list[Interval | None]:
    nps, error = level.tally.nps, 100 * sqrt(level.tally.variance)
    if nps is None or not error:
        return [None] * len(points)
    errors = [error / sqrt(point.tally.n) for point in points]
    away = [((point.tally.nps or 0.0) - nps) / e for point, e in zip(points, errors, strict=True)]
    ranges = [abs(later - earlier) for earlier, later in pairwise(away)]
    factor = max(1.0, sum(ranges) / len(ranges) / MOVING_RANGE) if ranges else 1.0
    halves = [SIGMAS * factor * e for e in errors]
    return [Interval(max(-100.0, nps - half), min(100.0, nps + half)) for half in halves]
