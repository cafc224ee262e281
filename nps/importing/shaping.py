"""The bytes of a file to a grid with one row per response: read, recognised."""

from dataclasses import replace

from nps.importing import reading
from nps.importing.known import recognised
from nps.importing.reading import Grid


def read(name: str, data: bytes, *, sheet: str | None = None) -> Grid:
    """Read an export and recognise whose it is; `sheet` chooses one of a workbook.

    Raises Refused, saying what the file looks like, when it is no table or has no rows.
    """
    grid = reading.read(name, data, sheet=sheet)
    return replace(grid, known=recognised(grid.header, grid.table))
