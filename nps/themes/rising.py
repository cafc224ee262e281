"""Whether something is said more often than before, beside how much is said at all; pure.

The ratio of two shares with its interval: Katz, Baptista, Azen and Pike 1978, "Obtaining confidence intervals for the
risk ratio in cohort studies", Biometrics 34. Half a comment is added to each count, so that one that is 0 has a ratio.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Generic, TypeVar

Name = TypeVar("Name")

FEWEST_LATE = 5  # comments of the late period


@dataclass(frozen=True)
class Rise(Generic[Name]):
    """Something is in `late` of `n_late` comments and was in `early` of `n_early`: `ratio` times as often."""

    name: Name
    late: int
    n_late: int
    early: int
    n_early: int
    ratio: float
    low: float
    high: float


def rising(counts: Mapping[Name, tuple[int, int]], n_late: int, n_early: int, level: float = 0.95) -> list[Rise[Name]]:
    """What is surely said more often, the steepest first; `counts` are those of the late and the early comments.

    The intervals hold for all that was looked at together (Bonferroni).
    """
    looked_at = {name: pair for name, pair in counts.items() if pair[0] >= FEWEST_LATE}
    if not looked_at or not n_early:
        return []
    z = NormalDist().inv_cdf(1 - (1 - level) / 2 / len(looked_at))
    found = []
    for name, (late, early) in looked_at.items():
        share, before = (late + 0.5) / (n_late + 0.5), (early + 0.5) / (n_early + 0.5)
        error = sqrt(1 / (late + 0.5) - 1 / (n_late + 0.5) + 1 / (early + 0.5) - 1 / (n_early + 0.5))
        middle = log(share / before)
        rise = Rise(name, late, n_late, early, n_early, exp(middle), exp(middle - z * error), exp(middle + z * error))
        if rise.low > 1:
            found.append(rise)
    return sorted(found, key=lambda rise: -rise.low)
