"""Whether a group scores below what it is part of: its z, the chance of it, and the correction for all tests.

The method and its sources are in docs/hotspots.md. Means are votes from -1 to 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from nps.hotspots.counting import BANDS, Counted, Counts
from nps.score import FEWEST_COMPARED

ONE_SIDED = 1.6448536269514722  # of a normal distribution, 95 % lie below
CLEAR = 1.5  # z from which on the tail is looked at; below, nothing is found anyhow
TOGETHER = 3.0  # standard errors: for each true group there are dozens that only share answers with it


def against(own: Counts, parents: Sequence[Counts]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each combination the smallest z and the smallest one-sided lower bound of its excess, over all its parents.

    A parent is the combination without one of its values, of a single value everything. The rest of a parent is what
    it holds beside; where that is fewer than 30 answers nothing can be told apart from it.
    """
    z, lowest = np.full(len(own), np.inf), np.full(len(own), np.inf)
    mean, variance, n = moments(own)
    with np.errstate(divide="ignore", invalid="ignore"):
        for parent in parents:
            rest = parent - own
            others, variance_of_rest, n_of_rest = moments(rest)
            excess, error = others - mean, np.sqrt(variance / n + variance_of_rest / n_of_rest)
            of_this = np.where(error > 0, excess / error, np.where(excess > 0, np.inf, -np.inf))
            # What is not clear against another parent is not found, however clear it is against this one.
            of_this = in_the_tail(np.minimum(of_this, z), own, rest)
            enough = n_of_rest >= FEWEST_COMPARED
            z = np.minimum(z, np.where(enough, of_this, -np.inf))
            lowest = np.minimum(lowest, np.where(enough, excess - ONE_SIDED * error, -np.inf))
    return z, lowest


def in_the_tail(z: NDArray[np.float64], counts: Counts, rest: Counts) -> NDArray[np.float64]:
    """The z of the chance that so few answers of the rest's kind score so low, where that is smaller.

    Among tens of thousands of small groups some are all but unanimous by chance, and then their own variance says that
    they are sure. This is the signed root of the likelihood with its correction (Barndorff-Nielsen 1986), half a vote
    towards the rest, for the votes of the rest with three quarters of an answer at each end; that the rest is no
    larger than it is takes away from the number of answers.
    """
    clear = z > CLEAR
    if not clear.any():
        return z
    own = counts[clear].astype(np.float64)
    others = np.broadcast_to(rest, counts.shape)[clear].astype(np.float64)
    n, n_of_rest = own.sum(axis=-1), others.sum(axis=-1)
    detractors, promoters = (others[:, 0] + 0.75) / (n_of_rest + 3), (others[:, 2] + 0.75) / (n_of_rest + 3)
    passives = 1 - detractors - promoters
    mean = (own[:, 2] - own[:, 0] + 0.5) / n
    answers = n * n_of_rest / (n + n_of_rest)
    # The tilt at which the votes of the rest have that mean: a quadratic equation for its exponential.
    a, b, c = promoters * (1 - mean), -passives * mean, -detractors * (1 + mean)
    tilt = np.log((-b + np.sqrt(b * b - 4 * a * c)) / (2 * a))
    weight = detractors * np.exp(-tilt) + passives + promoters * np.exp(tilt)
    variance = (detractors * np.exp(-tilt) + promoters * np.exp(tilt)) / weight - mean**2
    root = np.sqrt(np.maximum(2 * answers * (tilt * mean - np.log(weight)), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = root + np.log(-tilt * np.sqrt(answers * variance) / root) / root
    corrected = z.copy()
    corrected[clear] = np.where(tilt < 0, np.fmin(z[clear], tail), 0.0)
    return corrected


def moments(counts: Counts) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance of one vote, and how many there are; nan without any."""
    detractors, passives, promoters = (counts[..., band].astype(np.float64) for band in range(BANDS))
    ends = promoters + detractors
    n = ends + passives
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (promoters - detractors) / n
        variance = ends / n - mean**2
    return mean, np.maximum(variance, 0.0), n


@dataclass(frozen=True)
class Sieve:
    """Tells which combinations may have a z above CLEAR against a parent; by their own spread alone, so it errs to yes.

    Of each combination `n`, the mean vote, and how far below the rest it lies at least where it is clear.
    """

    n: NDArray[np.float64]
    mean: NDArray[np.float64]
    margin: NDArray[np.float64]

    @classmethod
    def of(cls, counts: Counts) -> "Sieve":
        """For counts with a row for each band."""
        ends = counts[0] + counts[2]
        n = (ends + counts[1]).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = (counts[2] - counts[0]) / n
            return cls(n, mean, 0.99 * CLEAR * np.sqrt(np.maximum(ends / n - mean**2, 0.0) / n))

    def passes(self, own: NDArray[np.integer], whole: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether combinations at these places may be clear against those that they are part of."""
        n = self.n[whole]
        rest = n - self.n[own]
        # The rest lies as much further above the whole as it is smaller.
        above = (self.mean[whole] - self.mean[own]) * n
        passes: NDArray[np.bool_] = (above > self.margin[own] * rest) & (rest >= FEWEST_COMPARED)
        return passes


def adjusted(z: NDArray[np.float64], *, of: int) -> NDArray[np.float64]:
    """The adjusted p-values of the clearest `of` so many tests; 1 for those that are far from being found."""
    p = np.ones(len(z))
    clear = np.flatnonzero(z > CLEAR)
    p[clear] = by_adjusted([0.5 * erfc(each / sqrt(2)) for each in z[clear].tolist()], of=of)
    return p


def by_adjusted(p_values: Sequence[float], *, of: int | None = None) -> NDArray[np.float64]:
    """P-values adjusted after Benjamini and Yekutieli (2001), which holds for tests that depend on each other.

    They may be the smallest `of` so many; what is not given then must not be significant by itself.
    """
    p = np.asarray(p_values, dtype=np.float64)
    if not len(p):
        return p
    tests = len(p) if of is None else of
    order = np.argsort(p, kind="stable")
    scaled = p[order] * tests * harmonic(tests) / np.arange(1, len(p) + 1)
    smallest = np.empty_like(p)
    smallest[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return smallest


def harmonic(n: int) -> float:
    return float((1 / np.arange(1, n + 1)).sum())


def more_than_its_parts(counted: Counted, columns: tuple[int, ...], cell: tuple[int, ...], size: float) -> bool:
    """Whether a pair or triple is worse than its values would be together if their effects added up.

    What each value does alone is read off the answers that have it without the others, so that values which often come
    together are not taken for more than their sum.
    """
    axes = range(len(columns))
    counts: dict[tuple[int, ...], list[int]] = {
        kept: counted.table(tuple(columns[axis] for axis in kept))[tuple(cell[axis] for axis in kept)].tolist()
        for together in range(len(columns) + 1)
        for kept in combinations(axes, together)
    }
    expected, error = 0.0, 0.0
    for kept in counts:
        # Of those who have these values exactly none of the others: inclusion and exclusion over all that have more.
        within = [((-1) ** (len(more) - len(kept)), counts[more]) for more in counts if set(kept) <= set(more)]
        detractors, passives, promoters = (sum(sign * each[band] for sign, each in within) for band in range(BANDS))
        n = detractors + passives + promoters
        if not n:
            return False
        mean = (promoters - detractors) / n
        error += ((promoters + detractors) / n - mean**2) / n
        expected -= (-1) ** (len(columns) - len(kept)) * mean
    return expected >= size + TOGETHER * sqrt(max(error, 0.0))
