"""How many detractors, passives and promoters every combination of up to three segment values has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_TOGETHER = 3
BANDS = 3  # detractors, passives, promoters, in this order

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Answers:
    """Scored answers by their segment values.

    `codes[k]` says which of `values[k]` each row has in column k; `bands` is 0 for detractors, 1 for passives, 2 for
    promoters; a row stands for `weights` answers. A value of None is what several rare ones were folded into.
    """

    columns: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]
    codes: tuple[NDArray[np.int16], ...]
    bands: NDArray[np.int8]
    weights: NDArray[np.int64]

    def without(self, rows: NDArray[np.bool_]) -> "Answers":
        """The same answers but for some rows."""
        kept = ~rows
        codes = tuple(codes[kept] for codes in self.codes)
        return Answers(self.columns, self.values, codes, self.bands[kept], self.weights[kept])

    def at(self, columns: Sequence[int], cell: Sequence[int]) -> NDArray[np.bool_]:
        """Which rows have these values in these columns."""
        rows = np.ones(len(self.bands), dtype=np.bool_)
        for column, code in zip(columns, cell, strict=True):
            rows &= self.codes[column] == code
        return rows

    def total(self) -> Counts:
        """Detractors, passives, promoters of all."""
        return _whole(np.bincount(self.bands, self.weights, BANDS))

    def table(self, columns: Sequence[int]) -> Counts:
        """The counts of each combination of values of some columns: one axis each, then the bands."""
        sizes = [len(self.values[column]) for column in columns]
        place = np.zeros(len(self.bands), dtype=np.int64)
        for column, size in zip(columns, sizes, strict=True):
            place = place * size + self.codes[column]
        cells = int(np.prod(sizes)) * BANDS
        return _whole(np.bincount(place * BANDS + self.bands, self.weights, cells)).reshape(*sizes, BANDS)


def column_sets(count: int) -> Iterator[tuple[int, ...]]:
    """Every choice of one to three columns."""
    for together in range(1, MOST_TOGETHER + 1):
        yield from combinations(range(count), together)


def _whole(sums: NDArray[Any]) -> Counts:
    whole: Counts = np.rint(sums).astype(np.int64)
    return whole
