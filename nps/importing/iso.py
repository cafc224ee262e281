"""Cells that are all dates of one kind, ISO, to moments: how most tools write them, and many times faster than text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from nps.zones import FIRST_YEAR, LAST_YEAR

ANONYMOUS = "1980-01-01 00:00:00"  # LimeSurvey's date of an answer that is to stay anonymous
ISO_LENGTHS = (10, 16, 19)  # 2025-03-01, 2025-03-01 09:30, 2025-03-01 09:30:15


@dataclass(frozen=True)
class Iso:
    """What cells say that are all empty or ISO: `moment`, null where empty, and which of them are days alone."""

    moment: pa.ChunkedArray
    day: pa.ChunkedArray


def iso(cells: pa.Array) -> tuple[pa.Array, pa.Array] | None:
    """What cells say that are all empty or ISO, to the day, minute or second; None where any is something else.

    That is how most tools write them, and it takes a tenth of the time of taking text apart.
    """
    length = pc.binary_length(cells)
    lengths = set(pc.unique(length).to_pylist())
    if not lengths <= {0, *ISO_LENGTHS}:
        return None
    filled = pc.if_else(pc.equal(length, 0), None, cells) if 0 in lengths else cells
    try:
        return pc.cast(filled, pa.timestamp("us")), pc.equal(length, ISO_LENGTHS[0])
    except pa.ArrowInvalid:
        return None


def all_iso(parts: Iterable[tuple[pa.Array, pa.Array] | None]) -> Iso | None:
    """What `iso` found in the parts of a column; None where it found something else, or a year that cannot be right."""
    moments, days = [], []
    for part in parts:
        if part is None:
            return None
        moments.append(part[0])
        days.append(part[1])
    found = Iso(pa.chunked_array(moments, pa.timestamp("us")), pa.chunked_array(days, pa.bool_()))
    return found if _within_years(found.moment) else None


def _within_years(moments: pa.ChunkedArray) -> bool:
    """Whether every moment is one that an answer can have."""
    ends = pc.min_max(moments)
    first, last = ends["min"].as_py(), ends["max"].as_py()
    odd = pc.equal(moments, pa.scalar(datetime.fromisoformat(ANONYMOUS), moments.type))
    return first is None or (first.year >= FIRST_YEAR and last.year <= LAST_YEAR and not pc.any(odd).as_py())
