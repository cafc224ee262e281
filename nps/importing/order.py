"""Whether day or month stands first where the dates themselves leave it open: told by what stands beside them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from nps.importing.dates import DECISIVE, MONTHS, DateShapes, moments, shapes
from nps.importing.iso import Iso, all_iso, iso
from nps.importing.packed import each
from nps.importing.reading import Grid
from nps.importing.words import MONTH, QUARTER, plain

ENOUGH_MONTHS = 3  # dates for which the column beside them fits one order only
ENOUGH_DAYS = 6  # different dates in a row: that many are sorted by chance once in 360 times
_NUMBER = re.compile(r"(?:\d{4}[-/ ])?(?P<m>\d{1,2})(?:[-/ ]\d{4})?")
_QUARTER = re.compile(r"(?:\d{2,4}[-/ ]?)?(?:q|qtr|quarter|t|quartal)[ -]?(?P<q>[1-4])(?:[-/ ]?\d{2,4})?")


_iso: WeakKeyDictionary[Grid, dict[str, Iso | None]] = WeakKeyDictionary()


def read_dates(grid: Grid, column: str, *, keep: bool = True) -> pa.ChunkedArray | Iso:
    """The cells of a column of dates, read already where all of them are ISO. Looked at once per grid if kept."""
    known = _iso.setdefault(grid, {})
    read = known.pop(column) if column in known else all_iso(each(grid.table, column, iso))
    if keep:
        known[column] = read
    return grid.table[column] if read is None else read


def ordered(grid: Grid, column: str) -> DateShapes:
    """How the dates of a column are written, with the order that a month or quarter beside them tells, or the rows."""
    cells = read_dates(grid, column)
    shaped = shapes(cells)
    if not shaped.ambiguous or shaped.dayfirst or shaped.monthfirst:
        return shaped
    readings = {
        order: moments(cells, dayfirst=order)["moment"].to_numpy().astype("datetime64[s]") for order in (True, False)
    }
    told = _by_month(grid, column, readings) or _by_rows(readings)
    return replace(shaped, beside=told[0], evidence=told[1]) if told else shaped


def _by_month(grid: Grid, column: str, readings: Mapping[bool, np.ndarray]) -> tuple[bool, str] | None:
    """The order under which the dates lie in the months or quarters that another column names."""
    months = {order: _month_numbers(reading) for order, reading in readings.items()}
    for name in grid.header:
        quarter = QUARTER.search(plain(name)) is not None
        if name == column or not (quarter or MONTH.search(plain(name))):
            continue
        cells = grid.table[name].combine_chunks().dictionary_encode()
        named = np.array([_months(value, quarter=quarter) for value in cells.dictionary.to_pylist()], dtype=np.int64)
        allowed = named[cells.indices.to_numpy(zero_copy_only=False)]
        fits = {order: (allowed >> month) & 1 == 1 for order, month in months.items()}
        count = {order: int((fits[order] & ~fits[not order] & (allowed > 0)).sum()) for order in (True, False)}
        most = count[True] > count[False]
        if count[most] >= ENOUGH_MONTHS and count[most] >= DECISIVE * sum(count.values()):
            return most, f'only so do {count[most]:,} dates lie in the {"quarter" if quarter else "month"} of "{name}"'
    return None


def _by_rows(readings: Mapping[bool, np.ndarray]) -> tuple[bool, str] | None:
    """The order under which the rows run from old to new, or from new to old, when they do so in no other order."""
    sorted_in = {order: _is_sorted(reading) for order, reading in readings.items()}
    if sorted_in[True] == sorted_in[False]:
        return None
    return sorted_in[True], "only so are the rows in the order of time"


def _is_sorted(reading: np.ndarray) -> bool:
    known = reading[~np.isnat(reading)]
    if len(np.unique(known.astype("datetime64[D]"))) < ENOUGH_DAYS:
        return False
    steps = np.diff(known).astype(np.int64)
    return bool((steps >= 0).all() or (steps <= 0).all())


def _month_numbers(reading: np.ndarray) -> np.ndarray:
    """The month of each moment, 1 to 12; 0 where there is none."""
    months = reading.astype("datetime64[M]").astype(np.int64) % 12 + 1
    return np.where(np.isnat(reading), 0, months)


def _months(value: str, *, quarter: bool) -> int:
    """The months that a cell names, one bit for each; 0 when it names none."""
    text = value.strip().casefold()
    if quarter:
        found = _QUARTER.fullmatch(text) or re.fullmatch(r"(?P<q>[1-4])", text)
        return 0b1110 << (3 * (int(found["q"]) - 1)) if found else 0
    if number := _NUMBER.fullmatch(text):
        return 1 << int(number["m"]) if 1 <= int(number["m"]) <= 12 else 0
    if text.startswith("juil"):
        return 1 << 7
    word = re.match(r"[^\W\d]{3}", text)
    return next((1 << place for place, names in enumerate(MONTHS, start=1) if word and word.group() in names), 0)
