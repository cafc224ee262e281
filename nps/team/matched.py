"""Whether a contact is followed by a better score: the contacted beside the not contacted of the same first score,
segment and time between the answers.

Whoever scored at the bottom scores better next time anyway (regression to the mean), and whom an agent calls is no
matter of chance. Matching answers the first; the second remains, and is said where the figure is shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from nps.score import FEWEST_COMPARED, Interval
from nps.team.figures import Z95, Share

RECOVERED = 7  # the lowest score of a passive: no detractor any more


@dataclass(frozen=True)
class Again:
    """How many detractors of one kind there are. `next_score` None: not surveyed again.

    `gap` names the time between the two answers, `value` is a segment's.
    """

    contacted: bool
    first_score: int
    value: str | None
    gap: str | None
    next_score: int | None
    n: int


@dataclass(frozen=True)
class Recovery:
    """Of the detractors: how many answered again, and how many of those no longer are detractors."""

    answered_again: Share
    recovered: Share


@dataclass(frozen=True)
class Effect:
    """How much more the next score of the contacted rose than that of their matches, in points of the 0-10 scale.

    `contacted` and `others` are the answers that found a match. `points` and `interval` are None where an arm is too
    small.
    """

    contacted: int
    others: int
    points: float | None
    interval: Interval | None

    @property
    def enough(self) -> bool:
        return min(self.contacted, self.others) >= FEWEST_COMPARED


def recovery(rows: Iterable[Again], *, contacted: bool) -> Recovery:
    """Recovery and re-response of the contacted, or of the others."""
    again, recovered = Share(), Share()
    for row in rows:
        if row.contacted is contacted:
            again += Share(row.n if row.next_score is not None else 0, row.n)
            if row.next_score is not None:
                recovered += Share(row.n if row.next_score >= RECOVERED else 0, row.n)
    return Recovery(again, recovered)


@dataclass
class _Arm:
    """The next scores of one arm of a group: how many, their sum and their sum of squares."""

    n: int = 0
    total: int = 0
    squares: int = 0

    def add(self, score: int, n: int) -> None:
        self.n, self.total, self.squares = self.n + n, self.total + n * score, self.squares + n * score * score

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def spread(self) -> float:
        """The sum of squares around the mean."""
        return self.squares - self.total**2 / self.n


def effect(rows: Iterable[Again]) -> Effect:
    """Compare within groups of the same first score, segment and gap; a group counts as often as it has contacted.

    The interval is the normal one at 95 %, with one variance for each arm from within the groups, since most groups
    are too small for a variance of their own.
    """
    groups = defaultdict[tuple[int, str | None, str | None], tuple[_Arm, _Arm]](lambda: (_Arm(), _Arm()))
    for row in rows:
        if row.next_score is not None:
            contacted, others = groups[row.first_score, row.value, row.gap]
            (contacted if row.contacted else others).add(row.next_score, row.n)
    both = [arms for arms in groups.values() if arms[0].n and arms[1].n]
    n, m = sum(arm.n for arm, _ in both), sum(arm.n for _, arm in both)
    if min(n, m) < FEWEST_COMPARED:
        return Effect(n, m, None, None)
    points = sum(arm.n / n * (arm.mean - other.mean) for arm, other in both)
    variance = _variance([arm for arm, _ in both]), _variance([other for _, other in both])
    error = sqrt(variance[0] / n + variance[1] * sum((arm.n / n) ** 2 / other.n for arm, other in both))
    return Effect(n, m, points, Interval(points - Z95 * error, points + Z95 * error))


def _variance(arms: Sequence[_Arm]) -> float:
    """The variance within groups; of nothing but single answers that of evenly spread scores, which is wide."""
    free = sum(arm.n - 1 for arm in arms)
    return sum(arm.spread for arm in arms) / free if free else 10.0
