"""Counts in, scores out: what promoters, passives and detractors add up to.

All scores are in points from -100 to +100. Formulas and their sources are in docs/method.md.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

FEWEST_SHOWN = 5
FEWEST_COMPARED = 30

POWER = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)  # 80 % of such changes are found at 5 %

Direction = Literal["up", "down", "none", "unknown"]


@dataclass(frozen=True)
class Interval:
    """A range of points, low to high, each within -100 to +100."""

    low: float
    high: float


@dataclass(frozen=True)
class Change:
    """How far one tally lies from another, in points, with its interval and two-sided p-value.

    `direction` is "up" or "down" only where the interval excludes zero, "none" where it does not, and "unknown" where
    one of the two has no scores.
    """

    points: float | None
    interval: Interval | None
    p_value: float | None
    direction: Direction


@dataclass(frozen=True)
class Tally:
    """How many promoters, passives and detractors there are, and how many rows came without a score.

    Additive: the tally of two groups together is the sum of theirs. Blanks never enter a score.
    """

    promoters: int = 0
    passives: int = 0
    detractors: int = 0
    blanks: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.promoters + other.promoters,
            self.passives + other.passives,
            self.detractors + other.detractors,
            self.blanks + other.blanks,
        )

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(
            self.promoters - other.promoters,
            self.passives - other.passives,
            self.detractors - other.detractors,
            self.blanks - other.blanks,
        )

    @property
    def n(self) -> int:
        """How many gave a score."""
        return self.promoters + self.passives + self.detractors

    @property
    def nps(self) -> float | None:
        """100 x (promoters - detractors) / scored, or None where nobody gave a score."""
        return 100 * (self.promoters - self.detractors) / self.n if self.n else None

    @property
    def response_rate(self) -> float | None:
        """Share of rows with a score, 0 to 1, where the file has rows without one; else None."""
        return self.n / (self.n + self.blanks) if self.blanks else None

    @property
    def variance(self) -> float:
        """The variance of one vote (-1, 0 or 1), by the adjusted shares."""
        return self.adjusted()[1] * (self.n + 3)

    def interval(self, level: float = 0.95) -> Interval | None:
        """The adjusted Wald interval (Rocks 2016), or None where nobody gave a score."""
        if not self.n:
            return None
        centre, variance = self.adjusted()
        half = NormalDist().inv_cdf(0.5 + level / 2) * sqrt(variance)
        return Interval(100 * max(-1.0, centre - half), 100 * min(1.0, centre + half))

    def change_from(self, before: "Tally", level: float = 0.95) -> Change:
        """How this tally differs from an independent earlier one, by the adjusted values of both.

        `points` is the plain difference of the two scores; test and interval use the adjusted ones.
        """
        if self.nps is None or before.nps is None:
            return Change(None, None, None, "unknown")
        (now, now_variance), (then, then_variance) = self.adjusted(), before.adjusted()
        error = sqrt(now_variance + then_variance)
        half = NormalDist().inv_cdf(0.5 + level / 2) * error
        low, high = max(-200.0, 100 * (now - then - half)), min(200.0, 100 * (now - then + half))
        p_value = 2 * NormalDist().cdf(-abs(now - then) / error)
        direction: Direction = "up" if low > 0 else "down" if high < 0 else "none"
        return Change(self.nps - before.nps, Interval(low, high), p_value, direction)

    def shown_from(self, before: "Tally") -> float:
        """How large a change from an earlier tally has to be, in points, to be found four times in five."""
        return 100 * POWER * sqrt(self.adjusted()[1] + before.adjusted()[1])

    def needed(self, points: float) -> float:
        """How many answers like these each of two groups needs for a change of so many points to be found likewise."""
        return 2 * self.variance * (100 * POWER / points) ** 2

    def cost_to(self, total: "Tally") -> float | None:
        """How many points `total` would gain if this part of it scored like the rest of it.

        w / (1 - w) x (NPS of all - NPS of the part), w the part's share; None where there is no rest or no score.
        """
        if not self.n or self.n >= total.n or self.nps is None or total.nps is None:
            return None
        share = self.n / total.n
        return share / (1 - share) * (total.nps - self.nps)

    def adjusted(self) -> tuple[float, float]:
        """Centre and variance of the mean vote with three quarters of an answer added at each end (of -1 to 1)."""
        n = self.n + 3
        promoters, detractors = (self.promoters + 0.75) / n, (self.detractors + 0.75) / n
        centre = promoters - detractors
        return centre, (promoters + detractors - centre**2) / n


def contrast(now: tuple[Tally, Tally], then: tuple[Tally, Tally], level: float = 0.95) -> Change:
    """By how much the difference of two tallies, the first less the second, is another one now than it was then.

    All four are independent; their variances add up, and `points` is the plain contrast of the four scores.
    """
    (own, others), (own_then, others_then) = now, then
    late, early = own.change_from(others), own_then.change_from(others_then)
    if late.points is None or early.points is None:
        return Change(None, None, None, "unknown")
    parts = [tally.adjusted() for tally in (own, others, own_then, others_then)]
    centre = parts[0][0] - parts[1][0] - parts[2][0] + parts[3][0]
    error = sqrt(sum(variance for _, variance in parts))
    half = NormalDist().inv_cdf(0.5 + level / 2) * error
    low, high = max(-400.0, 100 * (centre - half)), min(400.0, 100 * (centre + half))
    direction: Direction = "up" if low > 0 else "down" if high < 0 else "none"
    return Change(
        late.points - early.points, Interval(low, high), 2 * NormalDist().cdf(-abs(centre) / error), direction
    )
