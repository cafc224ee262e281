"""Does one measure move before another: correlations of changes at lags, with intervals from drawn blocks."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from nps.score import Interval
from nps.selection import Grain, Period

LAGS = (0, 1, 2, 3)
FEWEST_PAIRS = 20  # changes at every lag: with fewer, chance alone makes correlations of any size
DRAWS, SEED = 1_000, 20_261

Points = tuple[tuple[date, float], ...]


@dataclass(frozen=True)
class Lagged:
    """The correlation of the changes of one measure with those of another `lag` periods later, of `pairs` pairs.

    The intervals of the lags hold all at once with 95 %.
    """

    lag: int
    correlation: float
    interval: Interval
    pairs: int

    @property
    def leads(self) -> bool:
        """Whether it moves before the other, in the same direction, more than chance explains."""
        return self.lag > 0 and self.interval.low > 0


def changes(points: Points, grain: Grain) -> dict[date, float]:
    """The change on the period before, by the period; where that one is missing there is none."""
    known = dict(points)
    before = {Period.starting(start, grain).end: start for start in known}
    return {start: value - known[before[start]] for start, value in points if start in before}


@lru_cache(maxsize=256)
def lagged(first: Points, then: Points, grain: Grain) -> tuple[Lagged, ...]:
    """How changes of `first` go with changes of `then` 0 to 3 periods later; () where there are too few periods."""
    leading, following = changes(first, grain), changes(then, grain)
    found = []
    for lag in LAGS:
        pairs = [
            (leading[start], following[later]) for start in leading if (later := _later(start, lag, grain)) in following
        ]
        if len(pairs) < FEWEST_PAIRS:
            return ()
        found.append(_correlated(lag, np.array(pairs)))
    return tuple(found)


def _later(start: date, periods: int, grain: Grain) -> date:
    for _ in range(periods):
        start = Period.starting(start, grain).end or start
    return start


def _correlated(lag: int, pairs: npt.NDArray[np.float64]) -> Lagged:
    """Blocks of neighbouring pairs are drawn, with replacement, round the end to the start: neighbours depend."""
    n = len(pairs)
    length = round(n ** (1 / 3))
    dice = np.random.default_rng((SEED, lag))
    starts = dice.integers(0, n, size=(DRAWS, -(-n // length)))
    places = ((starts[:, :, np.newaxis] + np.arange(length)) % n).reshape(DRAWS, -1)[:, :n]
    found = np.clip(correlation(pairs[places][:, :, 0], pairs[places][:, :, 1]), -1 + 1e-9, 1 - 1e-9)
    [own] = correlation(pairs[np.newaxis, :, 0], pairs[np.newaxis, :, 1])
    if not np.isfinite(own):
        return Lagged(lag, 0.0, Interval(-1.0, 1.0), n)
    # On Fisher's scale, on which the spread does not depend on the correlation. Few blocks understate it: it is at
    # least that of two noises, whose changes on the period before depend on each other.
    error = max(float(np.nanstd(np.arctanh(found))), float(np.sqrt(1.5 / (n - 3))))
    half = NormalDist().inv_cdf(1 - 0.05 / len(LAGS) / 2) * error
    centre = np.arctanh(np.clip(own, -1 + 1e-9, 1 - 1e-9))
    return Lagged(lag, float(own), Interval(float(np.tanh(centre - half)), float(np.tanh(centre + half))), n)


def correlation(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Pearson's, row by row; not a number where one of the two does not move."""
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1)))
