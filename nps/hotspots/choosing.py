"""Which segments are combined, and which of their values, by the counts of what was selected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2, prod

import numpy as np
from numpy.typing import NDArray

from nps.hotspots.counting import MOST_TOGETHER, Counts

MOST_VALUES = (60, 40, 25, 15, 10, 6, 4)  # of one segment, the first that keeps to MOST_CELLS; the rest is folded
MOST_CELLS = 2_000_000  # combinations; each takes 24 bytes, and as much again while it is tested
MOST_COLUMNS = 12
SAME = 0.99  # share of answers in which one segment tells the other

Table = Callable[[tuple[int, ...]], Counts]


@dataclass(frozen=True)
class Chosen:
    """Columns by number, for each which value each of its values becomes, and the values that there are then.

    `same` are pairs of a column that is left out and the one that says the same, `left_out` those that tell least.
    """

    columns: tuple[int, ...]
    into: tuple[NDArray[np.int64], ...]
    values: tuple[tuple[str | None, ...], ...]
    same: tuple[tuple[int, int], ...]
    left_out: tuple[int, ...]


@dataclass(frozen=True)
class _Column:
    number: int
    into: NDArray[np.int64]
    values: tuple[str | None, ...]
    counts: Counts  # of its values by band


def choose(table: Table, values: Sequence[tuple[str | None, ...]], *, fewest: int, some: Table | None = None) -> Chosen:
    """What is combined: `table` gives the counts by one or two columns, whose `values` are known.

    Values with fewer answers than `fewest` are folded into one, which is called None. `some` gives the counts of some
    of the answers, where counting all by two columns takes long: mostly they tell that columns say other things.
    """
    every = [_column(number, table((number,)), values[number], fewest) for number in range(len(values))]
    found = [column for column in every if len(column.values) > 1]
    same = _same(found, table, some)
    others = {number for number, _ in same}
    ranked = sorted((one for one in found if one.number not in others), key=lambda one: -_told(one.counts))
    kept = sorted(ranked[:MOST_COLUMNS], key=lambda one: one.number)
    return Chosen(
        tuple(one.number for one in kept),
        tuple(one.into for one in kept),
        tuple(one.values for one in kept),
        same,
        tuple(one.number for one in ranked[MOST_COLUMNS:]),
    )


def fewest_together(sizes: Sequence[int]) -> int:
    """The most values of one segment with which the largest segments keep to MOST_CELLS."""
    for most in MOST_VALUES:
        largest = sorted((min(size, most + 1) for size in sizes), reverse=True)[:MOST_COLUMNS]
        if cells_of(largest) <= MOST_CELLS:
            break
    return most


def cells_of(sizes: Sequence[int]) -> int:
    """How many combinations of one to three values of different segments there are."""
    return sum(prod(chosen) for together in range(1, MOST_TOGETHER + 1) for chosen in combinations(sizes, together))


def _column(number: int, counts: Counts, values: tuple[str | None, ...], fewest: int) -> _Column:
    n = counts.sum(axis=-1)
    frequent = [code for code, value in enumerate(values) if value is not None and n[code] >= fewest]
    into = np.full(len(values), len(frequent), dtype=np.int64)
    into[frequent] = np.arange(len(frequent))
    rest = bool(n.sum() > n[frequent].sum())
    named: tuple[str | None, ...] = tuple(values[code] for code in frequent)
    folded = np.zeros((len(frequent) + 1, counts.shape[-1]), dtype=np.int64)
    np.add.at(folded, into, counts)
    return _Column(number, into, named + (None,) * rest, folded[: len(frequent) + rest])


def _same(columns: Sequence[_Column], table: Table, some: Table | None) -> tuple[tuple[int, int], ...]:
    """Which columns say the same as an earlier one: in nearly all answers each value tells the other."""
    found: dict[int, int] = {}
    for first, second in combinations(columns, 2):
        if first.number in found or second.number in found or _surely_others(first, second):
            continue
        n = int(first.counts.sum())
        if some and max(_wrong(some, first, second)) > (1 - SAME) * n:
            continue
        if max(_wrong(table, first, second)) <= (1 - SAME) * n:
            found[second.number] = first.number
    return tuple(found.items())


def _wrong(table: Table, first: _Column, second: _Column) -> tuple[int, int]:
    """In how many answers the most likely value of the one column, given the other's, is not theirs; both ways."""
    counts = table((first.number, second.number)).sum(axis=-1)
    together = np.zeros((len(first.values), len(second.values)), dtype=np.int64)
    np.add.at(together, (_within(first)[:, None], _within(second)[None]), counts)
    n = together.sum()
    return int(n - together.max(axis=0).sum()), int(n - together.max(axis=1).sum())


def _within(column: _Column) -> NDArray[np.int64]:
    """Its codes; a code beyond its values is one that no answer has."""
    return np.minimum(column.into, len(column.values) - 1)


def _surely_others(first: _Column, second: _Column) -> bool:
    """Whether two columns cannot say the same, which spares to count them together.

    Fano's inequality: what tells another one in a share s of the answers leaves at most h(s) + (1 - s) log2(k - 1) bits
    of its k values open, and their entropies differ by no more than that.
    """
    wrong = 1 - SAME
    most = max(len(first.values), len(second.values))
    open_bits = -wrong * log2(wrong) - SAME * log2(SAME) + wrong * log2(max(most - 1, 1))
    return abs(_entropy(first.counts) - _entropy(second.counts)) > open_bits + 1e-9


def _entropy(counts: Counts) -> float:
    n = counts.sum(axis=-1)
    shares = n[n > 0] / n.sum()
    return float(-(shares * np.log2(shares)).sum())


def _told(counts: Counts) -> float:
    """How much a segment tells about the score: the variance of the votes between its values."""
    n, votes = counts.sum(axis=-1), counts[:, 2] - counts[:, 0]
    some = n > 0
    return float((n[some] * (votes[some] / n[some] - votes.sum() / n.sum()) ** 2).sum())
