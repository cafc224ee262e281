"""Which answers the groups of a search share: counted by month once, so that the next window reads no response.

Counts of three columns do not tell how groups of four and more columns overlap. The values that groups of one window
have are mostly those of the next one, so their answers are counted by month and stay in memory until the responses
change: at most MOST_TOGETHER combinations for each month and survey. More of them are counted for their window alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from threading import Lock

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from nps.hotspots.counting import BANDS, Answers, Counted, Group, wanted_of
from nps.hotspots.reading import coded, shared, weights_of
from nps.hotspots.windows import MONTH, bounds, split
from nps.selection import Selection
from nps.store import Store

MOST_TOGETHER = 100_000
Names = tuple[tuple[str, tuple[str, ...]], ...]

_last: dict[tuple[Store, tuple[int, int]], Names] = {}  # the values that were counted last
_lock = Lock()


@dataclass(frozen=True)
class _ByMonth:
    """Combinations of some values by code, the last code of each column for any other, and band; and rows of them.

    Row number r says that the combination `rows[r]` has `n[r]` answers in a month of the survey number `surveys[r]`.
    """

    codes: NDArray[np.integer]
    rows: NDArray[np.integer]
    months: NDArray[np.int32]
    surveys: NDArray[np.integer]
    n: NDArray[np.int64]
    called: tuple[str, ...]


def shared_in_months(store: Store, selection: Selection, counted: Counted, groups: Sequence[Group]) -> Answers:
    """The answers of a window grouped by the values that some combinations have."""
    window = split(selection.period)
    wanted = {
        counted.columns[column]: tuple(str(counted.values[column][code]) for code in codes)
        for column, codes in wanted_of(groups).items()
    }
    if window is None or _size(wanted) > MOST_TOGETHER:
        return shared(store, selection, counted, groups)
    months, days = window
    names = _with_the_last(store, wanted)
    kept = _by_month(store, _versions(store), names)
    first, last = bounds(months)
    inside = np.ones(len(kept.n), dtype=np.bool_)
    if first is not None:
        inside &= kept.months >= first
    if last is not None:
        inside &= kept.months < last
    if selection.survey:
        inside &= kept.surveys == (kept.called.index(selection.survey) if selection.survey in kept.called else -1)
    n = np.rint(np.bincount(kept.rows[inside], kept.n[inside], kept.codes.shape[1])).astype(np.int64)
    parts = [(kept.codes[:, n > 0], n[n > 0])]
    for each in days:
        table = coded(store, selection.during(each), dict(names), grouped=True)
        parts.append((_codes(table, len(names)), weights_of(table)))
    *codes, bands = np.concatenate([of_part for of_part, _ in parts], axis=1)
    own = {
        counted.columns.index(column): _places(counted, column, its_names)[one]
        for (column, its_names), one in zip(names, codes, strict=True)
        if column in counted.columns
    }
    weights = np.concatenate([n for _, n in parts])
    return Answers.by(counted.columns, counted.values, own, bands.astype(np.int8), weights)


def _places(counted: Counted, column: str, names: Sequence[str]) -> NDArray[np.int16]:
    """The code of each name among the counted values, -1 for what is not counted by itself."""
    codes = {value: code for code, value in enumerate(counted.values[counted.columns.index(column)])}
    return np.array([*(codes.get(name, -1) for name in names), -1], dtype=np.int16)


def _versions(store: Store) -> tuple[int, int]:
    return store.version("responses"), store.version("settings")


def _size(names: Mapping[str, Sequence[str]]) -> int:
    return BANDS * prod(len(each) + 1 for each in names.values())


def _with_the_last(store: Store, wanted: Mapping[str, tuple[str, ...]]) -> Names:
    """These values, and those that were counted last as long as there are not too many of both."""
    with _lock:
        last = dict(_last.get((store, _versions(store)), ()))
        both = {
            column: tuple(sorted({*last.get(column, ()), *wanted.get(column, ())}))
            for column in sorted({*last, *wanted})
        }
        names = tuple((both if _size(both) <= MOST_TOGETHER else dict(sorted(wanted.items()))).items())
        _last.clear()
        _last[store, _versions(store)] = names
        return names


@lru_cache(maxsize=2)
def _by_month(store: Store, _of: tuple[int, int], names: Names) -> _ByMonth:
    table = coded(
        store, Selection(), dict(names), grouped=True, also=(f"{MONTH} AS month", "coalesce(survey, '') AS survey")
    )
    sizes = [*(len(each) + 1 for _, each in names), BANDS]
    cells, rows = np.unique(np.ravel_multi_index(tuple(_codes(table, len(names))), sizes), return_inverse=True)
    surveys = table.column("survey").combine_chunks().dictionary_encode()
    return _ByMonth(
        np.stack(np.unravel_index(cells, sizes)),
        rows,
        table.column("month").to_numpy(),
        surveys.indices.to_numpy(),
        weights_of(table),
        tuple(surveys.dictionary.to_pylist()),
    )


def _codes(table: pa.Table, count: int) -> NDArray[np.integer]:
    """The codes of so many columns, and the bands."""
    return np.stack([table.column(name).to_numpy() for name in (*(f"code_{n}" for n in range(count)), "band")])
