"""Figures about the loop, of counts: shares, times by Kaplan-Meier, each with its interval.

Shares are 0 to 1, times are in the unit they come in. Sources are in docs/following-up.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp, log, sqrt
from statistics import NormalDist

from nps.score import Interval

Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Share:
    """So many of n. Additive: the share of two groups together is the sum of theirs."""

    count: int = 0
    n: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.count + other.count, self.n + other.n)

    @property
    def value(self) -> float | None:
        """0 to 1, or None of none."""
        return self.count / self.n if self.n else None

    def interval(self) -> Interval | None:
        """The score interval (Wilson 1927) at 95 %, or None of none."""
        if not self.n:
            return None
        p, z2 = self.count / self.n, Z95**2
        centre = (p + z2 / (2 * self.n)) / (1 + z2 / self.n)
        half = Z95 * sqrt(p * (1 - p) / self.n + z2 / (4 * self.n**2)) / (1 + z2 / self.n)
        return Interval(max(0.0, centre - half), min(1.0, centre + half))


@dataclass(frozen=True)
class Waited:
    """How many waited so long: until they were contacted, or until now and still wait."""

    time: float
    contacted: int
    waiting: int


@dataclass(frozen=True)
class Step:
    """From `time` on the share `waiting` still waits; `low` to `high` is its 95 % interval."""

    time: float
    waiting: float
    low: float
    high: float


@dataclass(frozen=True)
class Quantile:
    """The time by which a share has been contacted, with its 95 % interval; None: not reached yet."""

    time: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Curve:
    """How many still wait for their contact after some time (Kaplan-Meier): who waits on counts as long as that.

    A mean of the contacted alone would look the better the more customers nobody ever called.
    """

    n: int
    contacted: int
    steps: tuple[Step, ...]

    def by(self, share: float) -> Quantile:
        """The time by which that share has been contacted: 0.5 is the median."""
        left = 1 - share
        return Quantile(
            next((step.time for step in self.steps if step.waiting <= left + 1e-12), None),
            next((step.time for step in self.steps if step.low <= left), None),
            next((step.time for step in self.steps if step.high <= left), None),
        )


def curve(rows: Iterable[Waited]) -> Curve:
    """The curve of counts in any order; equal times add up, and who waits on left after those contacted then."""
    ordered = sorted(rows, key=lambda row: row.time)
    n = at_risk = sum(row.contacted + row.waiting for row in ordered)
    waiting, variance, steps = 1.0, 0.0, list[Step]()
    for time, same in groupby(ordered, key=lambda row: row.time):
        rows_then = tuple(same)
        contacted = sum(row.contacted for row in rows_then)
        if contacted:
            waiting *= 1 - contacted / at_risk
            left = at_risk - contacted
            variance += contacted / (at_risk * left) if left else 0.0
            steps.append(Step(time, waiting, *_around(waiting, variance)))
        at_risk -= contacted + sum(row.waiting for row in rows_then)
    return Curve(n, sum(row.contacted for row in ordered), tuple(steps))


def _around(waiting: float, variance: float) -> tuple[float, float]:
    """The interval of a share that waits, on the scale log(-log) (Greenwood 1926)."""
    if not 0 < waiting < 1:
        return waiting, waiting
    half = Z95 * sqrt(variance) / -log(waiting)
    return waiting ** exp(half), waiting ** exp(-half)


def middle(counts: Sequence[tuple[float, int]], share: float = 0.5) -> float | None:
    """The value that a share of counted values does not exceed: 0.5 is the lower median. None of none."""
    total, seen = sum(n for _, n in counts), 0
    for value, n in sorted(counts):
        seen += n
        if seen >= share * total:
            return value
    return None
