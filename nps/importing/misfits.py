"""Rows with more or fewer cells than the header: kept where score and date are certain all the same.

Tools leave out empty cells at the end of a row, and write a comment's delimiters without quotation marks. Both leave
the cells before in their places, and whether they are there is looked at: the score is a score, the date a date, and
every other cell is what its column holds elsewhere.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.columns import DATE, EMAIL, NUMBER, Column, sample
from nps.importing.dates import moments
from nps.importing.mapping import Mapping
from nps.importing.packed import unpacked
from nps.importing.reading import Grid
from nps.importing.records import WHERE_THE_HEADER_HAS
from nps.importing.scores import SCALES, read_score, widest
from nps.importing.sheet import table_of

TOLD_BY = 5  # with fewer values, a column does not show what it holds
ALWAYS, NEVER = 0.95, 0.05


def fitted(grid: Grid, mapping: Mapping) -> Grid:
    """The grid with those of its ragged rows among the others whose score and date are certain, and a remark."""
    if not len(grid.ragged) or grid.known.turned:  # then the header is not that of the rows
        return grid
    rows = grid.ragged.to_pylist()
    last = max(rows[-1]["line"], grid.lines[-1].as_py() if len(grid.lines) else 0)
    whole: dict[int, list[str]] = {}
    for place, row in enumerate(rows):
        if WHERE_THE_HEADER_HAS in row["reason"]:
            cells = _whole(grid, mapping, row["cells"], cut=row["line"] == last)
            if cells is not None:
                whole[place] = cells
    whole = _certain(grid, mapping, whole)
    if not whole:
        return grid
    short = [place for place in whole if len(rows[place]["cells"]) <= len(grid.header)]
    long = [place for place in whole if len(rows[place]["cells"]) > len(grid.header)]
    keep = np.ones(len(rows), dtype=bool)
    keep[list(whole)] = False
    lines = np.concatenate((grid.lines.to_numpy(), [rows[place]["line"] for place in whole])).astype(np.int64)
    order = pa.array(np.argsort(lines, kind="stable"))
    added = table_of(list(whole.values()), len(grid.header)).rename_columns(list(grid.header))
    return replace(
        grid,
        table=pa.concat_tables([unpacked(grid.table), added]).take(order),
        lines=pa.array(lines).take(order),
        ragged=grid.ragged.filter(pa.array(keep)),
        remarks=(*grid.remarks, *_remarks(grid, rows, short, long)),
    )


def _whole(grid: Grid, mapping: Mapping, cells: list[str], *, cut: bool) -> list[str] | None:
    """The cells of a row as many as the header has names; None where score and date may be elsewhere.

    The last row of a file may have been `cut` off in the middle of a cell, so its last cell is not certain.
    """
    width = len(grid.header)
    certain = max(grid.header.index(column) for column in (mapping.score, mapping.date) if column is not None)
    if len(cells) <= width:
        return [*cells, *[""] * (width - len(cells))] if certain < len(cells) - cut else None
    if mapping.comment != grid.header[-1] or certain == width - 1 or not grid.delimiter:
        return None
    return [*cells[: width - 1], grid.delimiter.join(cells[width - 1 :])]


def _certain(grid: Grid, mapping: Mapping, whole: dict[int, list[str]]) -> dict[int, list[str]]:
    """Those of the rows whose score and date can be read, and whose other cells are like those of their columns."""
    columns = sample(grid)
    low, high = SCALES[mapping.scale] if mapping.scale else widest(mapping.metric)
    score = grid.header.index(mapping.score)
    likely = {
        place: cells
        for place, cells in whole.items()
        if isinstance(read_score(cells[score], low, high), int) and _alike(columns, cells)
    }
    if mapping.date is None or not likely:
        return likely
    date = grid.header.index(mapping.date)
    cells = pa.chunked_array([pa.array([row[date] for row in likely.values()], pa.string())])
    read = [pc.is_valid(moments(cells, dayfirst=order)["moment"]).to_pylist() for order in (True, False)]
    return {place: row for (place, row), *known in zip(likely.items(), *read, strict=True) if any(known)}


def _alike(columns: Sequence[Column], cells: Sequence[str]) -> bool:
    """Whether numbers, dates and addresses stand where the other rows have them, and nowhere else."""
    for column, cell in zip(columns, cells, strict=True):
        if not cell.strip() or column.filled < TOLD_BY:
            continue
        for pattern in (NUMBER, DATE, EMAIL):
            share, found = column.share(pattern), pattern.fullmatch(cell.strip()) is not None
            if (share > ALWAYS and not found) or (share < NEVER and found):
                return False
    return True


def _remarks(grid: Grid, rows: list[dict[str, int]], short: list[int], long: list[int]) -> list[str]:
    remarks = []
    if short:
        remarks.append(
            f"{_rows(short)} fewer cells than the header (the first in line {rows[short[0]]['line']:,}): score and "
            "date are certain, so they were kept, and the missing cells at their end are empty."
        )
    if long:
        remarks.append(
            f"{_rows(long)} more cells than the header (the first in line {rows[long[0]]['line']:,}): score and date "
            f'are certain, so they were kept, and the cells at their end were joined to "{grid.header[-1]}".'
        )
    return remarks


def _rows(places: list[int]) -> str:
    return "1 row has" if len(places) == 1 else f"{len(places):,} rows have"
