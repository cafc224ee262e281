"""The bytes of a file to a grid with one row per response: read, recognised, and turned where it has another shape."""

import re
from dataclasses import replace
from typing import BinaryIO

import pyarrow as pa

from nps.errors import Refused
from nps.importing import long, reading, wide
from nps.importing.known import recognised
from nps.importing.reading import Grid
from nps.jobs import Progress, unsaid

ENDINGS = re.compile(r"(?:\.(?:csv|tsv|tab|txt|xlsx|xlsm|xls|ods|jsonl?|ndjson|parquet|gz|zip))+$", re.IGNORECASE)


def read(
    name: str,
    data: bytes | BinaryIO,
    *,
    sheet: str | None = None,
    turn: bool = True,
    file_as: str | None = None,
    progress: Progress = unsaid,
) -> Grid:
    """Read an export and recognise whose it is; `sheet` chooses one of a workbook.

    A file with a row per answer is turned into one row per response, one with a column per period into one row per
    answer, unless `turn` is false. `file_as` names a segment that holds the file's name, to tell files of one kind
    apart. A `progress` that raises stops it.

    Raises Refused, saying what the file looks like, when it is no table or has no rows.
    """
    grid = reading.read(name, data, sheet=sheet, progress=progress)
    progress(0.9, "Looking whose export it is")
    grid = replace(grid, known=recognised(grid.header, grid.table), unturned=grid.header, as_it_stands=not turn)
    grid = _turned(grid) if turn else grid
    return grid if file_as is None else told_apart(grid, file_as.strip() or "File")


def _turned(grid: Grid) -> Grid:
    if grid.known.label and not grid.known.key:
        return grid
    found = long.turned(grid)
    return found if found.known.turned else wide.turned(found)


def told_apart(grid: Grid, segment: str) -> Grid:
    """The grid with the file's name, without its endings, as a segment."""
    if segment.casefold() in (name.casefold() for name in grid.header):
        raise Refused(
            f'{grid.name} has a column "{segment}" already: choose another name for the segment that holds the '
            "names of the files (--file-as)."
        )
    value = ENDINGS.sub("", grid.name)
    return replace(
        grid,
        header=(*grid.header, segment),
        table=grid.table.append_column(segment, pa.repeat(value, len(grid.table))),
        known=replace(grid.known, segments=(*grid.known.segments, segment)),
        file_as=segment,
    )
