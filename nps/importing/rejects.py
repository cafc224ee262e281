"""Rows that are no responses, each with the first of its faults and all its cells."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from nps.importing.reading import Grid
from nps.importing.sheet import RAGGED


def rejects(grid: Grid, faults: Iterable[tuple[str | None, pa.Array]]) -> pa.Table:
    """The rejects of a grid: `faults` are columns, each with a reason for every row (null = nothing is wrong)."""
    in_column, values, reasons, taken = [], [], [], []
    seen = np.zeros(len(grid.table), dtype=bool)
    for column, fault in faults:
        at = np.flatnonzero(fault.is_valid().to_numpy(zero_copy_only=False) & ~seen)
        seen[at] = True
        if column is None or not len(at):
            continue
        taken.append(at)
        in_column.append(pa.repeat(column, len(at)))
        values.append(grid.table[column].take(pa.array(at)).combine_chunks())
        reasons.append(fault.take(pa.array(at)))
    if not taken:
        return RAGGED.empty_table()
    places = pa.array(np.concatenate(taken))
    return pa.table(
        [
            grid.lines.take(places),
            pa.concat_arrays(in_column),
            pa.concat_arrays(values),
            pa.concat_arrays(reasons),
            _cells(grid.table.take(places)),
        ],
        schema=RAGGED,
    )


def _cells(rows: pa.Table) -> pa.Array:
    """Each row as the list of its cells."""
    count, width = len(rows), rows.num_columns
    flat = pa.concat_arrays([chunk for column in rows.columns for chunk in column.chunks])
    order = (np.arange(count)[:, None] + count * np.arange(width)).ravel()
    return pa.ListArray.from_arrays(pa.array(np.arange(count + 1) * width, pa.int32()), flat.take(pa.array(order)))
