"""What the search asks the store: the selected scores with their segment values, as numbers that count fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from nps.hotspots.counting import MOST_TOGETHER, Answers
from nps.hotspots.finding import SIZE, Direction, Search, search, support_of
from nps.rows import Segment
from nps.selected import composed
from nps.selection import NOT_GIVEN, Selection
from nps.store import Store
from nps.topics import reads

MOST_VALUES = (60, 40, 25, 15, 10, 6, 4)  # of one segment, the first that keeps to MOST_CELLS; the rest is folded
MOST_CELLS = 2_000_000  # combinations; each takes 24 bytes, and as much again while it is tested
MOST_COLUMNS = 12
SAME = 0.99  # share of answers in which one segment tells the other


@dataclass(frozen=True)
class Looked:
    """A search and what it looked at.

    `columns` are the segments whose values were combined. `same` are pairs of a segment that was left out and the one
    that says the same, `left_out` those that tell least about the score where there are too many; `folded` says how
    many values of a segment were taken together, since each has few answers.
    """

    search: Search
    n: int
    columns: tuple[str, ...]
    same: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    folded: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Column:
    """A segment as numbers: a code for each row, the values by code, and how many values share the last code."""

    name: str
    codes: NDArray[np.int16]
    values: tuple[str | None, ...]
    rare: int


@reads("responses")
def hotspots(
    store: Store,
    selection: Selection,
    segments: Sequence[Segment],
    *,
    direction: Direction = "low",
    support: int | None = None,
    size: float = SIZE,
) -> Looked:
    """The combinations of segment values that stand out in the selection."""
    looked_at = _of(store, selection, segments, support)
    found = search(looked_at.answers, direction=direction, support=support, size=size)
    return Looked(
        found,
        int(looked_at.answers.weights.sum()),
        looked_at.answers.columns,
        looked_at.same,
        looked_at.left_out,
        looked_at.folded,
    )


def answers_of(store: Store, selection: Selection, segments: Sequence[Segment]) -> Answers:
    """The selected answers as the search takes them."""
    return _of(store, selection, segments, None).answers


def forget() -> None:
    """Ask for all answers anew."""
    _looked_at.cache_clear()


@dataclass(frozen=True)
class _LookedAt:
    answers: Answers
    same: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    folded: tuple[tuple[str, int], ...]


def _of(store: Store, selection: Selection, segments: Sequence[Segment], support: int | None) -> _LookedAt:
    columns = tuple(segment.column for segment in segments if segment.kind == "choice")
    return _looked_at(store, store.version("responses"), selection, columns, support)


@lru_cache(maxsize=2)
def _looked_at(
    store: Store, _version: int, selection: Selection, columns: tuple[str, ...], support: int | None
) -> _LookedAt:
    """The scored answers of a selection as the search takes them, both ways."""
    table = _grouped(store, selection, columns)
    weights, bands = table.column("n").to_numpy().astype(np.int64), table.column("band").to_numpy().astype(np.int8)
    fewest = support or support_of(int(weights.sum()))
    for most in MOST_VALUES:
        found = [
            _column(name, table.column(f"value_{place}"), weights, fewest, most) for place, name in enumerate(columns)
        ]
        named = [column for column in found if len(column.values) > 1]
        same = _same(named, weights)
        others = {column for column, _ in same}
        ranked = sorted((one for one in named if one.name not in others), key=lambda one: -_told(one, bands, weights))
        kept = [column for column in named if column in ranked[:MOST_COLUMNS]]
        if _cells([len(column.values) for column in kept]) <= MOST_CELLS:
            break
    answers = Answers(
        tuple(column.name for column in kept),
        tuple(column.values for column in kept),
        tuple(column.codes for column in kept),
        bands,
        weights,
    )
    left_out = tuple(column.name for column in ranked[MOST_COLUMNS:])
    return _LookedAt(answers, same, left_out, tuple((column.name, column.rare) for column in kept if column.rare))


def _grouped(store: Store, selection: Selection, columns: Sequence[str]) -> pa.Table:
    """How many answers of each band have the same value in every column: `value_0` ..., `band` and `n`."""
    aliases: dict[str, Any] = {f"value_{position}": column for position, column in enumerate(columns)}
    names = ", ".join(aliases)
    sql, bound = composed(store, selection, **aliases)
    question = (
        f"SELECT {names}{', ' if names else ''}CASE WHEN detractor THEN 0 WHEN passive THEN 1 ELSE 2 END AS band, "  # noqa: S608
        "count(*) AS n FROM selected WHERE NOT blank GROUP BY ALL"
    )
    return pa.Table.from_batches(store.batches(sql + question, bound))


def _column(name: str, column: pa.ChunkedArray, weights: NDArray[np.int64], fewest: int, most: int) -> _Column:
    """A segment as numbers; values with fewer answers than `fewest`, or beyond the `most` frequent, are one."""
    encoded = pc.fill_null(column.cast(pa.string()), NOT_GIVEN).combine_chunks().dictionary_encode()
    indices = encoded.indices.to_numpy().astype(np.int64)
    names = encoded.dictionary.to_pylist()
    counts = np.bincount(indices, weights, len(names))
    frequent = [place for place in np.argsort(-counts, kind="stable") if counts[place] >= fewest][:most]
    frequent.sort(key=lambda place: names[place])
    numbers = np.full(len(names), len(frequent), dtype=np.int16)
    numbers[frequent] = np.arange(len(frequent))
    rare = len(names) - len(frequent)
    values: list[str | None] = [names[place] for place in frequent]
    return _Column(name, numbers[indices], tuple(values + [None] * bool(rare)), rare)


def _together(first: _Column, second: _Column, weights: NDArray[np.int64]) -> NDArray[Any]:
    """How many answers have each pair of values."""
    sizes = len(first.values), len(second.values)
    return np.bincount(first.codes.astype(np.int64) * sizes[1] + second.codes, weights, sizes[0] * sizes[1]).reshape(
        sizes
    )


def _same(columns: Sequence[_Column], weights: NDArray[np.int64]) -> tuple[tuple[str, str], ...]:
    """Which segments say the same as an earlier one: in nearly all answers each value tells the other."""
    found: dict[str, str] = {}
    for first, second in combinations(columns, 2):
        if first.name in found or second.name in found:
            continue
        counts = _together(first, second, weights)
        if min(counts.max(axis=0).sum(), counts.max(axis=1).sum()) >= SAME * weights.sum():
            found[second.name] = first.name
    return tuple(found.items())


def _told(column: _Column, bands: NDArray[np.int8], weights: NDArray[np.int64]) -> float:
    """How much a segment tells about the score: the variance of the votes between its values."""
    n = np.bincount(column.codes, weights, len(column.values))
    votes = np.bincount(column.codes, weights * (bands - 1), len(column.values))
    some = n > 0
    return float((n[some] * (votes[some] / n[some] - votes.sum() / n.sum()) ** 2).sum())


def _cells(sizes: Sequence[int]) -> int:
    """How many combinations of one to three values of different segments there are."""
    return sum(prod(chosen) for together in range(1, MOST_TOGETHER + 1) for chosen in combinations(sizes, together))
