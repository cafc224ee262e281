"""Which combinations of segment values score reliably below the rest, and are large enough to matter.

The method, its sources and its safeguards are in docs/hotspots.md. Means are votes from -1 to 1 in here, and points
from -100 to 100 in what is found. The search for bright spots is the same with promoters and detractors changed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nps.hotspots.counting import MOST_TOGETHER, Answers, Counted, Counts
from nps.hotspots.shadows import unexplained
from nps.hotspots.shrinking import shrunken
from nps.hotspots.significance import ONE_SIDED, Sieve, adjusted, against, harmonic, moments, more_than_its_parts
from nps.score import FEWEST_COMPARED, Tally

Direction = Literal["low", "high"]

FALSE_DISCOVERIES = 0.05
SIZE = 2.0  # points
PIECE = 16_384  # combinations that are sieved in one go, so that they stay near the processor


@dataclass(frozen=True)
class Finding:
    """A combination of values that scores worse (or better) than all it is part of.

    `segments` are pairs of a column and its value. `impact` is how many points the total would gain if it were like the
    rest; `p_adjusted` is corrected for all that was tested; `shrunken` is its NPS drawn towards that of its like, in
    points. `explains` are other combinations that stand out for nothing but the answers that they share with this one.
    """

    segments: tuple[tuple[str, str], ...]
    tally: Tally
    rest: Tally
    impact: float
    p_adjusted: float
    shrunken: float
    explains: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True)
class Search:
    """What was found among how many combinations that were tested, the largest impact first.

    `support` is how many answers a combination needed to be tested, `seen` by how many points one of that size has to
    lie apart to be found.
    """

    tested: int
    support: int
    seen: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Cell:
    columns: tuple[int, ...]
    cell: tuple[int, ...]
    counts: tuple[int, int, int]
    z: float
    p_adjusted: float
    shrunken: float

    @property
    def parts(self) -> frozenset[tuple[int, int]]:
        """Its values; a combination with more of them is part of it."""
        return frozenset(zip(self.columns, self.cell, strict=True))


def support_of(n: int) -> int:
    """The fewest answers that a combination needs to be tested, among so many in all."""
    return max(FEWEST_COMPARED, n // 10_000)


def search(
    answers: Answers | Counted, *, direction: Direction = "low", support: int | None = None, size: float = SIZE
) -> Search:
    """All combinations of up to three values that stand out, each worse than everything that it is part of."""
    counted = answers.counted() if isinstance(answers, Answers) else answers
    if direction == "high":
        counted = counted.upside_down()
    total = counted.table(())
    fewest = support or support_of(int(total.sum()))
    tested, cells = _apart(counted, fewest, size / 100)
    kept = _unexplained(counted, cells, fewest, size / 100)
    found = [_finding(counted, total, cell, shadows, direction) for cell, shadows in kept]
    found.sort(key=lambda each: (-each.impact, each.segments))
    return Search(tested, fewest, _seen(total, tested, fewest, size), tuple(found))


def _apart(counted: Counted, fewest: int, size: float) -> tuple[int, list[_Cell]]:
    """How many combinations were tested, and those that are worse than each of their parents, the surest first."""
    layout, counts = counted.layout, counted.flat.T
    tested = _tested(counted, fewest)
    sieve = Sieve.of(counted.flat)
    clear = [_clear(counted, level, tested, sieve) for level in range(1, MOST_TOGETHER + 1)]
    places = np.concatenate([each for each, _, _ in clear])
    z, lowest = np.concatenate([each for _, each, _ in clear]), np.concatenate([each for _, _, each in clear])
    p_adjusted = adjusted(z, of=int(tested.sum()))
    cells = []
    drawn: dict[tuple[int, ...], NDArray[np.float64]] = {}
    for found in np.flatnonzero((p_adjusted <= FALSE_DISCOVERIES) & (lowest >= size)):
        place = int(places[found])
        columns, cell = layout.place(place)
        if len(columns) > 1 and not more_than_its_parts(counted, columns, cell, size):
            continue
        if columns not in drawn:
            drawn[columns] = shrunken(counted.table(columns))
        detractors, passives, promoters = counts[place].tolist()
        of_bands, mean = (detractors, passives, promoters), 100 * float(drawn[columns][cell])
        cells.append(_Cell(columns, cell, of_bands, float(z[found]), float(p_adjusted[found]), mean))
    return int(tested.sum()), sorted(cells, key=lambda each: (-each.z, each.columns, each.cell))


def _tested(counted: Counted, fewest: int) -> NDArray[np.bool_]:
    """Which combinations are tested: those with enough answers, of values that are no others folded together."""
    named = [np.array([value is not None for value in values], dtype=np.bool_) for values in counted.values]
    tested: NDArray[np.bool_] = counted.layout.spread(named, np.logical_and, True) & (counted.answers >= fewest)
    tested[0] = False  # everything
    return tested


def _clear(
    counted: Counted, level: int, tested: NDArray[np.bool_], sieve: Sieve
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Of those that are tested and have so many values, the few that may be found: place, z and lower bound."""
    layout, counts = counted.layout, counted.flat
    here, parents = layout.levels[level], layout.parents[level]
    every = np.flatnonzero(tested[here])
    sieved = [np.zeros(0, dtype=np.int64)]
    for first in range(0, len(every), PIECE):
        places = every[first : first + PIECE]
        for parent in parents:
            places = places[sieve.passes(here.start + places, parent[places])]
        sieved.append(places)
    places = np.concatenate(sieved)
    own = counts[:, here].take(places, axis=1).T
    z, lowest = against(own, [counts.take(parent[places], axis=1).T for parent in parents])
    return places + here.start, z, lowest


def _unexplained(counted: Counted, cells: Sequence[_Cell], fewest: int, size: float) -> list[tuple[_Cell, list[_Cell]]]:
    """The combinations that still stand out without the answers of the others, each with its shadows."""
    if not cells:
        return []
    answers = counted.among([(each.columns, each.cell) for each in cells])
    rows = {each: answers.at(each.columns, each.cell) for each in cells}

    def stands_out(each: _Cell, others: Sequence[_Cell]) -> bool:
        taken = reduce(np.logical_or, [rows[one] for one in others], np.zeros(len(answers.bands), dtype=np.bool_))
        return _stands_out(counted, answers.only(taken), each, fewest=fewest, size=size)

    def shared(each: _Cell, other: _Cell) -> int:
        return int(answers.weights[rows[each] & rows[other]].sum())

    return unexplained(cells, stands_out, shared)


def _stands_out(counted: Counted, left_out: Answers, each: _Cell, *, fewest: int, size: float) -> bool:
    """Whether a combination is worse than its parents without some of the answers."""

    def without(columns: tuple[int, ...], cell: tuple[int, ...]) -> Counts:
        counts: Counts = counted.table(columns)[cell] - left_out.only(left_out.at(columns, cell)).total()
        return counts

    own = without(each.columns, each.cell)
    axes = range(len(each.columns))
    parts = [[at for at in axes if at != axis] for axis in axes]
    parents = [without(tuple(each.columns[at] for at in part), tuple(each.cell[at] for at in part)) for part in parts]
    _, lowest = against(own[None], [parent[None] for parent in parents])
    return bool(own.sum() >= fewest and lowest[0] >= size)


def _finding(counted: Counted, total: Counts, cell: _Cell, shadows: Sequence[_Cell], direction: Direction) -> Finding:
    tally, everything = _tally(cell.counts, direction), _tally(total, direction)
    cost = tally.cost_to(everything)
    assert cost is not None, "a combination that was tested has a rest to be compared with"
    return Finding(
        _segments(counted, cell),
        tally,
        everything - tally,
        cost if direction == "low" else -cost,
        cell.p_adjusted,
        cell.shrunken if direction == "low" else -cell.shrunken,
        tuple(_segments(counted, shadow) for shadow in shadows),
    )


def _segments(counted: Counted, cell: _Cell) -> tuple[tuple[str, str], ...]:
    pairs = ((column, counted.values[column][code]) for column, code in zip(cell.columns, cell.cell, strict=True))
    return tuple((counted.columns[column], value) for column, value in pairs if value is not None)


def _tally(counts: Sequence[int] | Counts, direction: Direction) -> Tally:
    detractors, passives, promoters = (int(count) for count in counts)
    return Tally(promoters, passives, detractors) if direction == "low" else Tally(detractors, passives, promoters)


def _seen(total: Counts, tested: int, fewest: int, size: float) -> float:
    """By how many points a single value of the smallest size has to lie below the rest to be found half of the time.

    For the strictest correction, that of the first of all tests, and the variance of a vote of all answers.
    """
    _, variance, n = (float(part) for part in moments(total))
    if not tested or n <= fewest:
        return float("nan")
    needed = NormalDist().inv_cdf(1 - FALSE_DISCOVERIES / (tested * harmonic(tested)))
    error = sqrt(variance / fewest + variance / (n - fewest))
    return 100 * max(needed * error, ONE_SIDED * error + size / 100)
