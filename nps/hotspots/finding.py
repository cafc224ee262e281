"""Which combinations of segment values score reliably below the rest, and are large enough to matter.

The method, its sources and its safeguards are in docs/hotspots.md. Means are votes from -1 to 1 in here, and points
from -100 to 100 in what is found. The search for bright spots is the same with promoters and detractors changed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import erfc, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nps.hotspots.counting import Answers, Counts, column_sets
from nps.hotspots.shrinking import shrunken
from nps.score import FEWEST_COMPARED, Tally

Direction = Literal["low", "high"]

FALSE_DISCOVERIES = 0.05
SIZE = 2.0  # points
ONE_SIDED = 1.6448536269514722  # of a normal distribution, 95 % lie below
CLEAR = 1.5  # z from which on the tail is looked at; below, nothing is found anyhow
TOGETHER = 3.0  # standard errors: for each true group there are dozens that only share answers with it


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


def search(answers: Answers, *, direction: Direction = "low", support: int | None = None, size: float = SIZE) -> Search:
    """All combinations of up to three values that stand out, each worse than everything that it is part of."""
    if direction == "high":
        answers = replace(answers, bands=2 - answers.bands)
    total = answers.total()
    fewest = support or support_of(int(total.sum()))
    tested, cells = _apart(answers, total, fewest, size / 100)
    kept = _unexplained(answers, cells, fewest, size / 100)
    found = [_finding(answers, total, cell, shadows, direction) for cell, shadows in kept]
    found.sort(key=lambda each: (-each.impact, each.segments))
    return Search(tested, fewest, _seen(total, tested, fewest, size), tuple(found))


def _apart(answers: Answers, total: Counts, fewest: int, size: float) -> tuple[int, list[_Cell]]:
    """How many combinations were tested, and those that are worse than each of their parents, the surest first."""
    tables = {columns: answers.table(columns) for columns in column_sets(len(answers.columns))}
    candidates: list[tuple[tuple[int, ...], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]] = []
    for columns, table in tables.items():
        z, lowest = _against_parents(table, total)
        places = np.argwhere((table.sum(axis=-1) >= fewest) & _named(answers, columns))
        if len(places):
            at = tuple(places.T)
            candidates.append((columns, places, z[at], lowest[at]))
    tested = sum(len(places) for _, places, _, _ in candidates)
    every_z = np.concatenate([z for _, _, z, _ in candidates]) if candidates else np.zeros(0)
    adjusted = by_adjusted([0.5 * erfc(z / sqrt(2)) for z in every_z])
    cells, first = [], 0
    for columns, places, z, lowest in candidates:
        p_adjusted = adjusted[first : first + len(places)]
        first += len(places)
        found = (p_adjusted <= FALSE_DISCOVERIES) & (lowest >= size)
        if not found.any():
            continue
        means = shrunken(tables[columns])
        for place, its_z, p in zip(places[found], z[found], p_adjusted[found], strict=True):
            cell = tuple(int(code) for code in place)
            detractors, passives, promoters = (int(count) for count in tables[columns][cell])
            counts = (detractors, passives, promoters)
            if len(columns) == 1 or _more_than_its_parts(tables, total, columns, cell, size):
                cells.append(_Cell(columns, cell, counts, float(its_z), float(p), 100 * float(means[cell])))
    return tested, sorted(cells, key=lambda each: (-each.z, each.columns, each.cell))


def _named(answers: Answers, columns: Sequence[int]) -> NDArray[np.bool_]:
    """Which combinations of the columns hold no value that others were folded into."""
    named = np.ones((1,) * len(columns), dtype=np.bool_)
    for axis, column in enumerate(columns):
        shape = [1] * len(columns)
        shape[axis] = -1
        named = named & np.array([value is not None for value in answers.values[column]]).reshape(shape)
    return named


def _against_parents(table: Counts, total: Counts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each combination the smallest z and the smallest one-sided lower bound of its excess, over all its parents.

    A parent is the combination without one of its values, of a single value everything. The rest of a parent is what
    it holds beside; where that is fewer than 30 answers nothing can be told apart from it.
    """
    axes = table.ndim - 1
    z, lowest = np.full(table.shape[:-1], np.inf), np.full(table.shape[:-1], np.inf)
    for axis in range(axes):
        parent = table.sum(axis=axis, keepdims=True) if axes > 1 else total
        excess, error = _excess(table, parent - table)
        with np.errstate(divide="ignore", invalid="ignore"):
            of_this = np.where(error > 0, excess / error, np.where(excess > 0, np.inf, -np.inf))
        of_this = _in_the_tail(of_this, table, parent - table)
        enough = (parent - table).sum(axis=-1) >= FEWEST_COMPARED
        z = np.minimum(z, np.where(enough, of_this, -np.inf))
        lowest = np.minimum(lowest, np.where(enough, excess - ONE_SIDED * error, -np.inf))
    return z, lowest


def _excess(counts: Counts, rest: Counts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By how much the mean vote of some answers lies below that of the rest, and the standard error of it."""
    (mean, variance, n), (others, variance_of_rest, n_of_rest) = moments(counts), moments(rest)
    with np.errstate(divide="ignore", invalid="ignore"):
        return others - mean, np.sqrt(variance / n + variance_of_rest / n_of_rest)


def _in_the_tail(z: NDArray[np.float64], counts: Counts, rest: Counts) -> NDArray[np.float64]:
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
    n = counts.sum(axis=-1).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (counts[..., 2] - counts[..., 0]) / n
        variance = (counts[..., 2] + counts[..., 0]) / n - mean**2
    return mean, np.maximum(variance, 0.0), n


def by_adjusted(p_values: Sequence[float]) -> NDArray[np.float64]:
    """P-values adjusted after Benjamini and Yekutieli (2001), which holds for tests that depend on each other."""
    p = np.asarray(p_values, dtype=np.float64)
    if not len(p):
        return p
    order = np.argsort(p, kind="stable")
    ranks = np.arange(1, len(p) + 1)
    scaled = p[order] * len(p) * (1 / ranks).sum() / ranks
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted


def _more_than_its_parts(
    tables: Mapping[tuple[int, ...], Counts],
    total: Counts,
    columns: tuple[int, ...],
    cell: tuple[int, ...],
    size: float,
) -> bool:
    """Whether a pair or triple is worse than its values would be together if their effects added up.

    What each value does alone is read off the answers that have it without the others, so that values which often come
    together are not taken for more than their sum.
    """
    axes = range(len(columns))
    counts = {
        kept: tables[tuple(columns[axis] for axis in kept)][tuple(cell[axis] for axis in kept)] if kept else total
        for together in range(len(columns) + 1)
        for kept in combinations(axes, together)
    }
    expected, error = 0.0, 0.0
    for kept in counts:
        # Of those who have these values exactly none of the others: inclusion and exclusion over all that have more.
        alone = sum((-1) ** (len(more) - len(kept)) * counts[more] for more in counts if set(kept) <= set(more))
        mean, variance, n = (float(part) for part in moments(np.asarray(alone)))
        if not n:
            return False
        error += variance / n
        sign = (-1) ** (len(columns) - len(kept))
        expected -= sign * mean
    return expected >= size + TOGETHER * sqrt(error)


def _unexplained(answers: Answers, cells: Sequence[_Cell], fewest: int, size: float) -> list[tuple[_Cell, list[_Cell]]]:
    """The combinations that still stand out without the answers of the others, each with its shadows.

    The surest come first, but none before the combinations within it: a part that is worse than the whole may be all
    that is wrong with it. At last each is tried without all the others, for a surer one may be known by then.
    """
    kept: list[_Cell] = []
    shadows: list[_Cell] = []
    free, tables, waiting = answers, dict[tuple[int, ...], Counts](), list(cells)
    while waiting:
        each = next(one for one in waiting if not any(other.parts > one.parts for other in waiting))
        waiting.remove(each)
        if each.columns not in tables:
            tables[each.columns] = free.table(each.columns)
        if _stands_out(tables[each.columns], free, each, fewest, size):
            kept.append(each)
            free, tables = free.without(free.at(each.columns, each.cell)), {}
        else:
            shadows.append(each)
    taken = {each: answers.at(each.columns, each.cell) for each in kept}
    for each in sorted(kept, key=lambda one: one.z):
        others = [rows for one, rows in taken.items() if one != each and not each.parts > one.parts]
        free = answers.without(np.logical_or.reduce(others)) if others else answers
        if not _stands_out(free.table(each.columns), free, each, fewest, size):
            del taken[each]
            shadows.append(each)
    explained: list[tuple[_Cell, list[_Cell]]] = [(each, []) for each in taken]
    for each in shadows:
        _explainer(answers, each, explained).append(each)
    return explained


def _stands_out(table: Counts, answers: Answers, each: _Cell, fewest: int, size: float) -> bool:
    """Whether a combination is worse than its parents among some of the answers."""
    _, lowest = _against_parents(table, answers.total())
    return bool(table[each.cell].sum() >= fewest and lowest[each.cell] >= size)


def _explainer(answers: Answers, shadow: _Cell, kept: Sequence[tuple[_Cell, list[_Cell]]]) -> list[_Cell]:
    """The shadows of the kept combination that shares most answers with a new one."""
    rows = answers.at(shadow.columns, shadow.cell)
    shared = [int(answers.weights[rows & answers.at(one.columns, one.cell)].sum()) for one, _ in kept]
    return kept[int(np.argmax(shared))][1]


def _finding(answers: Answers, total: Counts, cell: _Cell, shadows: Sequence[_Cell], direction: Direction) -> Finding:
    tally, everything = _tally(cell.counts, direction), _tally(total, direction)
    cost = tally.cost_to(everything)
    assert cost is not None, "a combination that was tested has a rest to be compared with"
    return Finding(
        _segments(answers, cell),
        tally,
        everything - tally,
        cost if direction == "low" else -cost,
        cell.p_adjusted,
        cell.shrunken if direction == "low" else -cell.shrunken,
        tuple(_segments(answers, shadow) for shadow in shadows),
    )


def _segments(answers: Answers, cell: _Cell) -> tuple[tuple[str, str], ...]:
    pairs = ((column, answers.values[column][code]) for column, code in zip(cell.columns, cell.cell, strict=True))
    return tuple((answers.columns[column], value) for column, value in pairs if value is not None)


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
    ranks = sum(1 / rank for rank in range(1, tested + 1))
    needed = NormalDist().inv_cdf(1 - FALSE_DISCOVERIES / (tested * ranks))
    error = sqrt(variance / fewest + variance / (n - fewest))
    return 100 * max(needed * error, ONE_SIDED * error + size / 100)
