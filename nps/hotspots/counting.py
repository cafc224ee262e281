"""How many detractors, passives and promoters every combination of up to three segment values has."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_TOGETHER = 3
BANDS = 3  # detractors, passives, promoters, in this order
PIECE = 1 << 18  # answers that are counted in one go: their keys stay near the processor
BLOCK = 1 << 15  # combinations of a block of columns; counting a few blocks is faster than every triple
LONGEST_KEY = 1 << 22

Counts = NDArray[np.int64]
Codes = NDArray[np.int16] | NDArray[np.uint8]
Group = tuple[tuple[int, ...], tuple[int, ...]]  # some columns, and a value's code of each


@dataclass(frozen=True)
class Answers:
    """Scored answers by their segment values.

    `codes[k]` says which of `values[k]` each row has in column k; `bands` is 0 for detractors, 1 for passives, 2 for
    promoters; a row stands for `weights` answers. A value of None is what several rare ones were folded into.
    """

    columns: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]
    codes: tuple[Codes, ...]
    bands: NDArray[np.int8]
    weights: NDArray[np.int64]

    def only(self, rows: NDArray[np.bool_]) -> "Answers":
        """Some of the rows."""
        codes = tuple(codes[rows] for codes in self.codes)
        return Answers(self.columns, self.values, codes, self.bands[rows], self.weights[rows])

    def part(self) -> "Answers":
        """One row in sixteen."""
        codes = tuple(codes[::16] for codes in self.codes)
        return Answers(self.columns, self.values, codes, self.bands[::16], self.weights[::16])

    def at(self, columns: Sequence[int], cell: Sequence[int]) -> NDArray[np.bool_]:
        """Which rows have these values in these columns."""
        rows = np.ones(len(self.bands), dtype=np.bool_)
        for column, code in zip(columns, cell, strict=True):
            rows &= self.codes[column] == code
        return rows

    def total(self) -> Counts:
        """Detractors, passives, promoters of all."""
        return self.table(())

    def table(self, columns: Sequence[int]) -> Counts:
        """The counts of each combination of values of some columns: one axis each, then the bands."""
        return self._tables([tuple(columns)])[tuple(columns)]

    def counted(self) -> "Counted":
        """The counts of every combination of up to three values."""
        layout = Layout.of(tuple(len(values) for values in self.values))
        # Of few answers the tables take longer than the answers.
        most = BLOCK if len(self.bands) > PIECE else BLOCK // 8
        blocks = self._tables(blocks_of(layout.sizes, most=most))
        flat = np.concatenate(
            [np.moveaxis(_summed(columns, blocks), -1, 0).reshape(BANDS, -1) for columns in layout.sets], axis=1
        )
        return Counted(self.columns, self.values, flat, lambda _, groups: self.among(groups))

    def folded(
        self, columns: Sequence[int], into: Sequence[NDArray[np.int64]], values: tuple[tuple[str | None, ...], ...]
    ) -> "Answers":
        """Some of the columns; the value of code c of column number k becomes number `into[k][c]` of `values[k]`."""
        codes = tuple(
            self.codes[column] if _is_same(codes) else codes.astype(np.uint8)[self.codes[column]]
            for column, codes in zip(columns, into, strict=True)
        )
        return Answers(tuple(self.columns[column] for column in columns), values, codes, self.bands, self.weights)

    def among(self, groups: Sequence[Group]) -> "Answers":
        """The answers grouped by the values that some combinations have; any other value is coded -1."""
        wanted = wanted_of(groups)
        place, shape = (
            np.zeros(len(self.bands), dtype=np.int64),
            [*(len(codes) + 1 for codes in wanted.values()), BANDS],
        )
        for column, codes in wanted.items():
            known = np.full(len(self.values[column]), len(codes), dtype=np.int64)
            known[codes] = np.arange(len(codes))
            place = place * (len(codes) + 1) + known[self.codes[column]]
        place = place * BANDS + self.bands
        cells = np.arange(prod(shape))
        if len(cells) > LONGEST_KEY:
            cells, place = np.unique(place, return_inverse=True)
        weights = _sums(place, self.weights, len(cells))
        *coded, bands = np.unravel_index(cells[weights > 0], shape)
        own = {
            column: np.array([*codes, -1], dtype=np.int16)[one]
            for (column, codes), one in zip(wanted.items(), coded, strict=True)
        }
        return Answers.by(self.columns, self.values, own, bands.astype(np.int8), weights[weights > 0])

    @classmethod
    def by(
        cls,
        columns: tuple[str, ...],
        values: tuple[tuple[str | None, ...], ...],
        codes: Mapping[int, Codes],
        bands: NDArray[np.int8],
        weights: NDArray[np.int64],
    ) -> "Answers":
        """Answers of which some columns are known, by their number; the codes of the others are -1."""
        unknown = np.full(len(bands), -1, dtype=np.int16)
        every = tuple(codes.get(column, unknown) for column in range(len(columns)))
        return cls(columns, values, every, bands, weights)

    def _tables(self, sets: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], Counts]:
        """The counts by each of these sets of columns, on every core."""
        shapes = {columns: [*(len(self.values[column]) for column in columns), BANDS] for columns in sets}
        tables = {columns: np.zeros(prod(shape), dtype=np.int64) for columns, shape in shapes.items()}
        once = bool((self.weights == 1).all())

        def add(columns: tuple[int, ...]) -> None:
            for first in range(0, len(self.bands), PIECE):
                piece = slice(first, first + PIECE)
                place = np.zeros(len(self.bands[piece]), dtype=np.int32)
                for column, size in zip(columns, shapes[columns], strict=False):
                    place *= size
                    place += self.codes[column][piece]
                place *= BANDS
                place += self.bands[piece]
                tables[columns] += _sums(place, None if once else self.weights[piece], len(tables[columns]))

        if len(self.bands) > PIECE and len(sets) > 1:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(add, sets))
        else:
            for columns in sets:
                add(columns)
        return {columns: tables[columns].reshape(shape) for columns, shape in shapes.items()}


@dataclass(frozen=True)
class Layout:
    """Where the combinations of up to three values stand, one after the other, the last column's values side by side.

    `sets` are the sets of columns, first none (everything), then one, two and three of them; `firsts[set]` is where its
    combinations begin, and `firsts[None]` where the last of them ends. `levels` are those of none, one, two and three
    values, and `parents[together][k]` where each combination stands without the k-th of its values.
    """

    sizes: tuple[int, ...]
    sets: tuple[tuple[int, ...], ...]
    firsts: Mapping[tuple[int, ...] | None, int]
    levels: tuple[slice, ...]
    parents: tuple[tuple[NDArray[np.int32], ...], ...]

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, sizes: tuple[int, ...]) -> "Layout":
        """The layout for columns with so many values."""
        sets = ((), *column_sets(len(sizes)))
        ends = np.cumsum([prod(sizes[column] for column in columns) for columns in sets]).tolist()
        firsts: dict[tuple[int, ...] | None, int] = dict(zip((*sets, None), (0, *ends), strict=True))
        levels, parents = list[slice](), list[tuple[NDArray[np.int32], ...]]()
        for together in range(MOST_TOGETHER + 1):
            level = [columns for columns in sets if len(columns) == together]
            last = ends[sets.index(level[-1])] if level else firsts[None]
            levels.append(slice(firsts[level[0]] if level else last, last))
            parents.append(tuple(_parents(sizes, firsts, level, axis) for axis in range(together)))
        return cls(sizes, sets, firsts, tuple(levels), tuple(parents))

    def shape(self, columns: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(self.sizes[column] for column in columns)

    def place(self, number: int) -> Group:
        """The columns and the cell of a combination."""
        columns = self.sets[bisect_right([self.firsts[one] for one in self.sets], number) - 1]
        cell = np.unravel_index(number - self.firsts[columns], self.shape(columns))
        return columns, tuple(int(code) for code in cell)

    def spread(self, of_values: Sequence[NDArray[Any]], join: np.ufunc, start: Any) -> NDArray[Any]:
        """What its values have, joined, for every combination: `of_values[column][code]`, from `start` on."""
        return np.concatenate(
            [
                np.asarray(reduce(join.outer, [of_values[column] for column in columns], np.asarray(start))).ravel()
                for columns in self.sets
            ]
        )


@dataclass(frozen=True)
class Counted:
    """The counts of every combination of up to three values: all that a search takes.

    `flat` has a row for each band, and the combinations in the order of their layout. `share` gives the answers grouped
    by the values of some combinations of more than three columns together, which these counts do not tell.
    """

    columns: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]
    flat: Counts
    share: Callable[["Counted", Sequence[Group]], Answers]

    @property
    def layout(self) -> Layout:
        return Layout.of(tuple(len(values) for values in self.values))

    @property
    def answers(self) -> Counts:
        """How many answers each combination has."""
        every: Counts = self.flat[0] + self.flat[1] + self.flat[2]
        return every

    def table(self, columns: tuple[int, ...]) -> Counts:
        """The counts of each combination of values of some columns: one axis each, then the bands."""
        first = self.layout.firsts[columns]
        shape = self.layout.shape(columns)
        return np.moveaxis(self.flat[:, first : first + prod(shape)].reshape(BANDS, *shape), 0, -1)

    def among(self, groups: Sequence[Group]) -> Answers:
        """The answers grouped by the values of some combinations, to see which ones they share."""
        columns = tuple(wanted_of(groups))
        if len(columns) > MOST_TOGETHER:
            return self.share(self, groups)
        table = self.table(columns)
        *codes, bands = (each.astype(np.int16) for each in table.nonzero())
        own = dict(zip(columns, codes, strict=True))
        return Answers.by(self.columns, self.values, own, bands.astype(np.int8), table[table.nonzero()])

    def upside_down(self) -> "Counted":
        """With promoters and detractors changed over."""

        def share(_: Counted, groups: Sequence[Group]) -> Answers:
            answers = self.share(self, groups)
            return replace(answers, bands=(BANDS - 1 - answers.bands).astype(np.int8))

        return replace(self, flat=self.flat[::-1], share=share)

    def folded(
        self, columns: Sequence[int], into: Sequence[NDArray[np.int64]], values: tuple[tuple[str | None, ...], ...]
    ) -> "Counted":
        """What `Answers.folded` would have counted."""
        if len(columns) == len(self.columns) and all(map(_is_same, into)) and values == self.values:
            return self
        new, old = Layout.of(tuple(map(len, values))), self.layout
        codes = [np.minimum(each, len(its_values) - 1) for each, its_values in zip(into, values, strict=True)]
        flat, places = list[Counts](), list[NDArray[np.int64]]()
        for one in new.sets:
            before = tuple(columns[column] for column in one)
            flat.append(self.flat[:, old.firsts[before] : old.firsts[before] + prod(old.shape(before))])
            place = np.zeros((), dtype=np.int64)
            for column in one:
                place = np.add.outer(place * new.sizes[column], codes[column])
            places.append(place.ravel() + new.firsts[one])
        counts, at = np.concatenate(flat, axis=1), np.concatenate(places)
        summed = np.stack([_sums(at, band, new.firsts[None]) for band in counts])
        return Counted(tuple(self.columns[column] for column in columns), values, summed, self.share)


def _parents(
    sizes: Sequence[int],
    firsts: Mapping[tuple[int, ...] | None, int],
    level: Sequence[tuple[int, ...]],
    axis: int,
) -> NDArray[np.int32]:
    """Where each combination of a level stands without the value of its column number `axis`."""
    found = [np.zeros(0, dtype=np.int32)]
    for columns in level:
        rest = columns[:axis] + columns[axis + 1 :]
        shape = [sizes[column] for column in rest]
        places = firsts[rest] + np.arange(prod(shape), dtype=np.int32).reshape(shape)
        found.append(np.broadcast_to(np.expand_dims(places, axis), [sizes[column] for column in columns]).ravel())
    return np.concatenate(found)


def _is_same(into: NDArray[np.int64]) -> bool:
    return bool((into == np.arange(len(into))).all())


def column_sets(count: int) -> Iterator[tuple[int, ...]]:
    """Every choice of one to three columns."""
    for together in range(1, MOST_TOGETHER + 1):
        yield from combinations(range(count), together)


def wanted_of(groups: Sequence[Group]) -> dict[int, list[int]]:
    """The values' codes of some combinations, by column."""
    pairs = sorted({pair for columns, cell in groups for pair in zip(columns, cell, strict=True)})
    return {column: [code for one, code in pairs if one == column] for column in dict(pairs)}


@lru_cache(maxsize=32)
def blocks_of(sizes: tuple[int, ...], *, most: int = BLOCK) -> tuple[tuple[int, ...], ...]:
    """Sets of columns of which each choice of three columns is part of one: as few as keep to `most` combinations."""
    everything = tuple(range(len(sizes)))
    if len(sizes) <= MOST_TOGETHER:
        return (everything,)
    missing, blocks = set(combinations(everything, MOST_TOGETHER)), list[tuple[int, ...]]()
    while missing:
        block = max(missing, key=lambda one: prod(sizes[column] for column in one))
        while True:
            wider = [
                tuple(sorted((*block, column)))
                for column in everything
                if column not in block and prod(sizes[one] for one in (*block, column)) <= most
            ]
            gain = {one: len(missing & set(combinations(one, MOST_TOGETHER))) for one in wider}
            best = max(wider, key=gain.__getitem__, default=block)
            if gain.get(best, 0) <= len(missing & set(combinations(block, MOST_TOGETHER))):
                break
            block = best
        blocks.append(block)
        missing -= set(combinations(block, MOST_TOGETHER))
    return tuple(blocks)


def _summed(columns: tuple[int, ...], blocks: Mapping[tuple[int, ...], Counts]) -> Counts:
    """The table of some columns out of the smallest block that has them."""
    block = min((one for one in blocks if set(columns) <= set(one)), key=lambda one: blocks[one].size)
    table: Counts = blocks[block].sum(axis=tuple(axis for axis, column in enumerate(block) if column not in columns))
    return table


def _sums(places: NDArray[np.integer], weights: NDArray[np.int64] | None, cells: int) -> Counts:
    """How many answers lie in each place; floats hold whole numbers exactly as far as anyone counts."""
    if weights is None:
        return np.bincount(places, minlength=cells).astype(np.int64, copy=False)
    whole: Counts = np.rint(np.bincount(places, weights, cells)).astype(np.int64)
    return whole
