"""Where counts of promoters, passives and detractors in order of time changed, found exactly (PELT).

The cost of a stretch is -2 log of its likelihood where one mix holds throughout; what is found has the least sum of
costs, each change adding a penalty (Killick, Fearnhead and Eckley 2012).
"""

from math import exp, log

import numpy as np
from numpy.typing import NDArray

from nps.score import FEWEST_COMPARED

Counts = NDArray[np.int64]  # one row for each step of time: promoters, passives, detractors
FALSE_ALARMS = 0.05
SHORTEST = 20  # a level has at least the twentieth part of all answers, so that a bad day is none


class Stretches:
    """What one mix from row `start` up to row `end` of some counts costs, for any starts and ends at once."""

    def __init__(self, counts: Counts) -> None:
        bands = np.zeros((3, len(counts) + 1))
        bands[:, 1:] = np.cumsum(counts, axis=0).T
        self.answers = bands.sum(axis=0)
        self._sums = np.vstack([self.answers, bands])

    def cost(self, start: NDArray[np.int64] | int, end: NDArray[np.int64] | int) -> NDArray[np.float64]:
        """-2 log likelihood: 2 (n log n - sum of k log k)."""
        held = self._sums[:, np.atleast_1d(end)] - self._sums[:, np.atleast_1d(start)]
        # A count of nought adds nought.
        terms: NDArray[np.float64] = held * np.log(np.maximum(held, 1.0))
        return np.asarray(2 * (terms[0] - terms[1] - terms[2] - terms[3]))


def fewest(answers: int) -> int:
    """How many answers a level has at least, of so many in all."""
    return max(FEWEST_COMPARED, answers // SHORTEST)


def penalty(answers: int, *, dispersion: float = 1.0) -> float:
    """What a change must gain so that without one fewer than 1 series in 20 shows any.

    Half of that is for one change, at `chance`; pairs of changes have the other half, and need less of it. `dispersion`
    times more where days differ by more than chance makes them (see `spread`).
    """
    low, high = 2.0, 200.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle, answers) > FALSE_ALARMS / 2 else (low, middle)
    return dispersion * high


def chance(gain: float, answers: int, *, dispersion: float = 1.0) -> float:
    """How often chance alone gains as much at the best of all places, 0 to 1 (Vostrikova 1981, two shares).

    The gain at a given place follows chi-squared with 2 degrees of freedom, whose tail is exp(-x/2); the best of all
    places, which depend on each other, is that much larger.
    """
    x, nearest = gain / dispersion, min(fewest(answers) / max(answers, 1), 0.49)
    if x <= 2:
        return 1.0
    return min(1.0, exp(-x / 2) * ((x / 2 - 1) * 2 * log(1 / nearest - 1) + 1))


def spread(counts: Counts) -> float:
    """How many times more the shares of neighbouring rows differ than chance makes them, at least 1.

    Taken in the direction in which they differ most, since a level is found in any. By neighbours, since a change of
    level between two rows then hardly counts. Rows without answers have no shares.
    """
    held = counts[counts.sum(axis=1) > 0]
    if len(held) < 3:
        return 1.0
    n = held.sum(axis=1, keepdims=True)
    ends = held[:, [0, 2]] / n
    differences = np.diff(ends, axis=0) / np.sqrt(1 / n[1:] + 1 / n[:-1])
    seen = differences.T @ differences / len(differences)
    mean = held[:, [0, 2]].sum(axis=0) / n.sum()
    expected = np.diag(mean) - np.outer(mean, mean)
    return max(1.0, float(np.linalg.eigvals(np.linalg.pinv(expected) @ seen).real.max()))


def breaks(counts: Counts, *, penalty: float, least: int) -> tuple[int, ...]:
    """The rows with which another mix begins; every stretch has at least `least` answers.

    Exact: a start is given up only once no end can make it best, whatever comes (with `least` that holds from the row
    on that is as many answers later).
    """
    stretches, rows = Stretches(counts), len(counts)
    answers = stretches.answers
    best = np.full(rows + 1, np.inf)
    best[0] = -penalty
    came_from = np.zeros(rows + 1, dtype=np.int64)
    given_up: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64) for _ in range(rows + 1)]
    open_yet = np.ones(rows + 1, dtype=np.bool_)
    starts = np.empty(0, dtype=np.int64)
    joining = 0  # the next row that may become a start
    for end in range(1, rows + 1):
        first = joining
        while answers[end] - answers[joining] >= least:
            open_yet[given_up[joining]] = False
            joining += 1
        if joining > first:
            reached = np.arange(first, joining)
            starts = np.concatenate([starts[open_yet[starts]], reached[best[first:joining] < np.inf]])
        if not len(starts):
            continue
        costs = best[starts] + stretches.cost(starts, end)
        place = int(np.argmin(costs))
        best[end], came_from[end] = costs[place] + penalty, starts[place]
        given_up[end] = starts[costs >= best[end]]
    return _way_back(came_from, rows)


def _way_back(came_from: NDArray[np.int64], end: int) -> tuple[int, ...]:
    found = []
    while (end := int(came_from[end])) > 0:
        found.append(end)
    return tuple(reversed(found))
