"""The levels of NPS over time: from when to when, how high, and how sure each step between two is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nps.moves.finding import Counts, Stretches, breaks, chance, fewest, penalty, spread
from nps.rows import PeriodTally
from nps.score import Change, Tally
from nps.selection import Period

MOST_ROWS = 1_500  # more days than that are looked at in twos, threes ...
SURE = 0.95


@dataclass(frozen=True)
class Level:
    """Days over which the mix of answers held."""

    period: Period
    tally: Tally


@dataclass(frozen=True)
class Step:
    """Where a level ends and the next begins: with `day`, or with 95 % certainty from `earliest` to `latest`.

    `change` is that of NPS between the two; `chance` is how often so clear a step is found where there is none.
    """

    day: date
    earliest: date
    latest: date
    change: Change
    chance: float


@dataclass(frozen=True)
class Levels:
    """The levels in order of time and the steps between them, one fewer.

    `spread`: how many times more neighbouring days differ than chance makes them, at least 1.
    """

    levels: tuple[Level, ...] = ()
    steps: tuple[Step, ...] = ()
    spread: float = 1.0


def found(days: Sequence[PeriodTally]) -> Levels:
    """The levels of answers counted per day, in order."""
    rows = _rows([day for day in days if day.tally.n])
    if not rows:
        return Levels()
    counts = np.array([(r.tally.promoters, r.tally.passives, r.tally.detractors) for r in rows], dtype=np.int64)
    factor = spread(counts)
    answers = int(counts.sum())
    at = breaks(counts, penalty=penalty(answers, dispersion=factor), least=fewest(answers))
    edges = [0, *at, len(rows)]
    starts = [rows[edge].start for edge in edges[:-1]]
    ends = [*starts[1:], days[-1].start + timedelta(1)]
    tallies = [_tally(counts[low:high]) for low, high in pairwise(edges)]
    levels = [Level(Period(*span), tally) for *span, tally in zip(starts, ends, tallies, strict=True)]
    steps = [
        _step(rows, counts, (edges[i - 1], edges[i], edges[i + 1]), tallies[i - 1 : i + 1], factor)
        for i in range(1, len(edges) - 1)
    ]
    return Levels(tuple(levels), tuple(steps), factor)


def _rows(days: Sequence[PeriodTally]) -> list[PeriodTally]:
    size = -(-len(days) // MOST_ROWS)
    return [
        PeriodTally(days[i].start, sum((day.tally for day in days[i : i + size]), Tally()))
        for i in range(0, len(days), max(size, 1))
    ]


def _tally(counts: Counts) -> Tally:
    return Tally(*(int(count) for count in counts.sum(axis=0)))


def _step(
    rows: Sequence[PeriodTally],
    counts: Counts,
    edges: tuple[int, int, int],
    tallies: Sequence[Tally],
    factor: float,
) -> Step:
    """The step in the middle of three edges: its place among all between the outer two, by their likelihood."""
    low, at, high = edges
    stretches, places = Stretches(counts), np.arange(low + 1, high)
    split = stretches.cost(low, places) + stretches.cost(places, high)
    gain = float(stretches.cost(low, high)[0] - split[at - low - 1])
    likely = _likely(split / factor)
    return Step(
        rows[at].start,
        rows[low + 1 + min(likely[0], at - low - 1)].start,
        rows[low + 1 + max(likely[1], at - low - 1)].start,
        tallies[1].change_from(tallies[0]),
        chance(gain, int(counts.sum()), dispersion=factor),
    )


def _likely(costs: NDArray[np.float64]) -> tuple[int, int]:
    """The first and the last of the likeliest places that have 95 % of the likelihood together."""
    weights = np.exp((costs.min() - costs) / 2)
    order = np.argsort(-weights, kind="stable")
    held = np.cumsum(weights[order]) / weights.sum()
    likeliest = order[: int(np.searchsorted(held, SURE)) + 1]
    return int(likeliest.min()), int(likeliest.max())
