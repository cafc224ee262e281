"""Which combinations of segment values moved more than the rest between two periods: fell further, or rose further.

The same safeguards as in finding.py, for the contrast of differences: how far a group moved less how far the rest of
what it is part of moved, the variances of all four added. The method is in docs/hotspots.md. Means are votes from -1 to
1 in here, and points in what is found; what fell further than the rest has a negative z.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from math import erfc, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from nps.hotspots.counting import Answers, Counted, Counts, column_sets
from nps.hotspots.finding import FALSE_DISCOVERIES, SIZE, support_of
from nps.hotspots.shadows import unexplained
from nps.hotspots.shrinking import drawn
from nps.hotspots.significance import ONE_SIDED, TOGETHER, by_adjusted, harmonic
from nps.score import FEWEST_COMPARED, Change, Tally, contrast

AGAIN = 3.0  # standard errors without the answers of others; a contrast has twice the variance of a difference

Columns = tuple[int, ...]
Tables = Mapping[Columns, Counts]  # by columns; the last two axes are the period, before and now, and the band
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Moved:
    """A combination of values that moved more than all it is part of, in the two periods: it `fell` further, or rose.

    `impact` is by how many points the total would now be higher if it had moved like the rest of all, negative: lower.
    `shrunken` is how far it moved, in points, drawn towards its like. `explains` are other combinations that moved
    apart for nothing but the answers that they share with this one.
    """

    segments: tuple[tuple[str, str], ...]
    fell: bool
    before: Tally
    now: Tally
    rest_before: Tally
    rest_now: Tally
    impact: float
    p_adjusted: float
    shrunken: float
    explains: tuple[tuple[tuple[str, str], ...], ...] = ()

    @property
    def further(self) -> Change:
        """By how much more it moved than the rest."""
        return contrast((self.now, self.rest_now), (self.before, self.rest_before))


@dataclass(frozen=True)
class Moves:
    """What was found among how many combinations that were tested, the largest impact, either way, first.

    `support` is how many answers a combination needed in each period to be tested, `seen` by how many points one of
    that size has to move apart to be found.
    """

    tested: int
    support: int
    seen: float
    findings: tuple[Moved, ...]


@dataclass(frozen=True)
class _Cell:
    columns: Columns
    cell: tuple[int, ...]
    z: float
    p_adjusted: float
    shrunken: float

    @property
    def parts(self) -> frozenset[tuple[int, int]]:
        """Its values; a combination with more of them is part of it."""
        return frozenset(zip(self.columns, self.cell, strict=True))


def search(before: Counted, now: Counted, *, support: int | None = None, size: float = SIZE) -> Moves:
    """All combinations of up to three values that moved more than everything that they are part of.

    Both have the same columns and values.
    """
    tables = _tables(before, now)
    totals = tables[()].sum(axis=-1)
    fewest = support or support_of(int(totals.min()))
    tested, cells = _apart(tables, now, fewest, size / 100)
    kept = _unexplained(tables, (before, now), cells, fewest, size / 100)
    found = [_moved(tables, now, cell, shadows) for cell, shadows in kept]
    found.sort(key=lambda each: (-abs(each.impact), each.segments))
    return Moves(tested, fewest, _seen(tables[()], tested, fewest, size), tuple(found))


def _tables(before: Counted, now: Counted) -> Tables:
    sets = [(), *column_sets(len(now.columns))]
    return {columns: np.stack([counted.table(columns) for counted in (before, now)], axis=-2) for columns in sets}


def _apart(tables: Tables, counted: Counted, fewest: int, size: float) -> tuple[int, list[_Cell]]:
    """How many combinations were tested, and those that moved more than each of their parents, the surest first."""
    candidates: list[tuple[Columns, NDArray[np.int64], Values, Values]] = []
    for columns, table in tables.items():
        if not columns:
            continue
        parents = [
            np.expand_dims(tables[columns[:axis] + columns[axis + 1 :]], axis) - table for axis in range(len(columns))
        ]
        z, bound = _against(table, parents)
        places = np.argwhere((table.sum(axis=-1).min(axis=-1) >= fewest) & _named(counted, columns))
        if len(places):
            at = tuple(places.T)
            candidates.append((columns, places, z[at], bound[at]))
    every_z = np.concatenate([z for _, _, z, _ in candidates]) if candidates else np.zeros(0)
    adjusted = by_adjusted([erfc(abs(z) / sqrt(2)) for z in every_z])
    cells, first = [], 0
    for columns, places, z, bound in candidates:
        p_adjusted = adjusted[first : first + len(places)]
        first += len(places)
        found = (p_adjusted <= FALSE_DISCOVERIES) & (np.sign(z) * bound >= size)
        if not found.any():
            continue
        change, variance = _changes(tables[columns])
        means = drawn(change, variance)
        for place, its_z, p in zip(places[found], z[found], p_adjusted[found], strict=True):
            cell = tuple(int(code) for code in place)
            if len(columns) == 1 or _more_than_its_parts(tables, columns, cell, float(np.sign(its_z)), size):
                cells.append(_Cell(columns, cell, float(its_z), float(p), 100 * float(means[cell])))
    return len(every_z), sorted(cells, key=lambda each: (-abs(each.z), each.columns, each.cell))


def _named(counted: Counted, columns: Columns) -> NDArray[np.bool_]:
    """Which combinations of the columns hold no value that others were folded into."""
    known = [np.array([value is not None for value in counted.values[column]]) for column in columns]
    named: NDArray[np.bool_] = reduce(np.logical_and.outer, known)
    return named


def _changes(counts: Counts) -> tuple[Values, Values]:
    """How far the mean vote moved, nan without answers in a period, and the variance of it.

    The variance of a vote is that of the period with three more answers, or of both periods where that is larger: a
    small group that is all but unanimous in one of them by chance would look sure.
    """
    n = counts.sum(axis=-1).astype(np.float64)
    both = _spread(counts.sum(axis=-2))[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        means = (counts[..., 2] - counts[..., 0]) / n
        variance = (np.maximum(_spread(counts), both) / n).sum(axis=-1)
    change: Values = means[..., 1] - means[..., 0]
    return change, variance


def _spread(counts: Counts) -> Values:
    """The variance of a vote, with three quarters of an answer more at each end."""
    n = counts.sum(axis=-1) + 3.0
    centre = (counts[..., 2] - counts[..., 0]) / n
    spread: Values = (counts[..., 2] + counts[..., 0] + 1.5) / n - centre**2
    return spread


def _against(own: Counts, rests: Sequence[Counts]) -> tuple[Values, Values]:
    """The z of how much further a combination moved than the rests of its parents, and the bound nearest to zero of it.

    That of the parent against which it is least clear; 0 where it moved further than one and less far than another, or
    where a rest has fewer than 30 answers in a period.
    """
    every_z, above, below = [], [], []
    change, variance = _changes(own)
    for rest in rests:
        change_of_rest, variance_of_rest = _changes(rest)
        with np.errstate(divide="ignore", invalid="ignore"):
            further, error = change - change_of_rest, np.sqrt(variance + variance_of_rest)
            enough = (
                np.minimum(rest.sum(axis=-1).min(axis=-1) - FEWEST_COMPARED, own.sum(axis=-1).min(axis=-1) - 1) >= 0
            )
            every_z.append(np.where(enough, further / error, 0.0))
            above.append(further - ONE_SIDED * error)
            below.append(further + ONE_SIDED * error)
    least: Values = np.min(every_z, axis=0)
    most: Values = np.max(every_z, axis=0)
    z: Values = np.where(least > 0, least, np.where(most < 0, most, 0.0))
    bound: Values = np.where(z > 0, np.min(above, axis=0), np.max(below, axis=0))
    return z, bound


def _more_than_its_parts(tables: Tables, columns: Columns, cell: tuple[int, ...], sign: float, size: float) -> bool:
    """Whether a pair or triple moved further than its values would together if what each does alone added up."""
    axes = range(len(columns))
    counts = {
        kept: tables[tuple(columns[axis] for axis in kept)][tuple(cell[axis] for axis in kept)]
        for together in range(len(columns) + 1)
        for kept in combinations(axes, together)
    }
    further, error = 0.0, 0.0
    for kept in counts:
        # Of those who have these values exactly none of the others: inclusion and exclusion over all that have more.
        alone = sum((-1) ** (len(more) - len(kept)) * counts[more] for more in counts if set(kept) <= set(more))
        alone = np.asarray(alone)
        if not alone.sum(axis=-1).all():
            return False
        change, variance = (float(part) for part in _changes(alone))
        further += (-1) ** (len(columns) - len(kept)) * change
        error += variance
    return sign * further >= size + TOGETHER * sqrt(error)


def _unexplained(
    tables: Tables, both: tuple[Counted, Counted], cells: Sequence[_Cell], fewest: int, size: float
) -> list[tuple[_Cell, list[_Cell]]]:
    """The combinations that still moved apart without the answers of the others, each with its shadows.

    What fell and what rose are looked at together: where one group fell, all others rose beside it.
    """
    if not cells:
        return []
    grouped = [counted.among([(each.columns, each.cell) for each in cells]) for counted in both]
    rows = {each: [answers.at(each.columns, each.cell) for answers in grouped] for each in cells}

    def stands_out(each: _Cell, others: Sequence[_Cell]) -> bool:
        nothing = [np.zeros(len(answers.bands), dtype=np.bool_) for answers in grouped]
        taken = [
            answers.only(reduce(np.logical_or, [rows[one][period] for one in others], nothing[period]))
            for period, answers in enumerate(grouped)
        ]
        return _stands_out(tables, taken, each, fewest, size)

    def shared(each: _Cell, other: _Cell) -> int:
        pairs = zip(grouped, rows[each], rows[other], strict=True)
        return sum(int(answers.weights[own & of_other].sum()) for answers, own, of_other in pairs)

    return unexplained(cells, stands_out, shared)


def _stands_out(tables: Tables, taken: Sequence[Answers], each: _Cell, fewest: int, size: float) -> bool:
    """Whether a combination moved further than its parents, the same way, without the answers that are taken away."""
    axes = range(len(each.columns))

    def left(kept: Sequence[int]) -> Counts:
        columns, cell = tuple(each.columns[axis] for axis in kept), tuple(each.cell[axis] for axis in kept)
        gone = [answers.only(answers.at(columns, cell)).total() for answers in taken]
        counts: Counts = tables[columns][cell] - np.stack(gone)
        return counts

    own = left(axes)
    z, bound = _against(own, [left([other for other in axes if other != axis]) - own for axis in axes])
    clear = np.sign(each.z) * z >= AGAIN and np.sign(each.z) * bound >= size
    return bool(own.sum(axis=-1).min() >= fewest and clear)


def _moved(tables: Tables, counted: Counted, cell: _Cell, shadows: Sequence[_Cell]) -> Moved:
    (before, now), (all_before, all_now) = (
        [Tally(int(promoters), int(passives), int(detractors)) for detractors, passives, promoters in counts]
        for counts in (tables[cell.columns][cell.cell], tables[()])
    )
    rest_before, rest_now = all_before - before, all_now - now
    scores = [tally.nps for tally in (now, before, rest_now, rest_before)]
    assert None not in scores, "a combination that was tested has a rest in both periods"
    own, own_before, rest, rest_then = (score or 0.0 for score in scores)
    further = (own - own_before) - (rest - rest_then)
    return Moved(
        _segments(counted, cell),
        cell.z < 0,
        before,
        now,
        rest_before,
        rest_now,
        -now.n / all_now.n * further,
        cell.p_adjusted,
        cell.shrunken,
        tuple(_segments(counted, shadow) for shadow in shadows),
    )


def _segments(counted: Counted, cell: _Cell) -> tuple[tuple[str, str], ...]:
    pairs = ((column, counted.values[column][code]) for column, code in zip(cell.columns, cell.cell, strict=True))
    return tuple((counted.columns[column], value) for column, value in pairs if value is not None)


def _seen(totals: Counts, tested: int, fewest: int, size: float) -> float:
    """By how many points a value of the smallest size has to move apart to be found half of the time, in any of all."""
    n = totals.sum(axis=-1)
    if not tested or n.min() <= fewest:
        return float("nan")
    needed = NormalDist().inv_cdf(1 - FALSE_DISCOVERIES / (2 * tested * harmonic(tested)))
    error = sqrt(float((_spread(totals) * (1 / fewest + 1 / (n - fewest))).sum()))
    return 100 * max(needed * error, ONE_SIDED * error + size / 100)
