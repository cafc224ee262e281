"""The bytes of a file to a grid with one row per response: read, recognised, and turned where it has another shape."""

from dataclasses import replace

from nps.importing import long, reading
from nps.importing.known import recognised
from nps.importing.reading import Grid
from nps.importing.sifting import sifted


def read(name: str, data: bytes, *, sheet: str | None = None, turn: bool = True) -> Grid:
    """Read an export and recognise whose it is; `sheet` chooses one of a workbook.

    A file in long format is turned into one row per response, unless `turn` is false. Raises Refused, saying what the
    file looks like, when it is no table or has no rows.
    """
    grid = reading.read(name, data, sheet=sheet)
    grid = replace(grid, known=recognised(grid.header, grid.table))
    return _turned(grid) if turn else grid


def _turned(grid: Grid) -> Grid:
    if grid.known.label and not grid.known.key:
        return grid
    if grid.known.key:
        grid = sifted(grid, metric="nps")
    return long.turned(grid)
