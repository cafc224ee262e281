"""Text to records: what quotation marks mean, which rows fit the header, and where each of them stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from nps.importing.packed import Cells, unpacked
from nps.importing.sheet import ragged_of, table_of

NONE = "\x1f"  # the delimiter of a file with one column: a character that survey exports do not hold
MOST_LINES = 2_000  # one cell over more lines than that is a quotation mark that was never closed
WHERE_THE_HEADER_HAS = " where the header has "
UNCLOSED = "a quotation mark in this row is never closed"
BATCH = 20_000


@dataclass(frozen=True)
class Rows:
    """The rows that fit a header, the line of each, and the rows that do not fit, as rejects."""

    table: Cells
    lines: pa.Array
    ragged: pa.Table


@dataclass
class Sorting:
    """Records on their way into a table, or to the rejects."""

    header: list[str]
    _rows: list[list[str]] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _tables: list[pa.Table] = field(default_factory=list)
    _ragged: list[tuple[int, str, list[str]]] = field(default_factory=list)

    def add(self, line: int, cells: list[str], fault: str) -> None:
        fitting = None if fault else fits(cells, self.header)
        if fitting is None:
            count = f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
            self._ragged.append((line, fault or f"{count}{WHERE_THE_HEADER_HAS}{len(self.header)}", cells))
            return
        self._rows.append(fitting)
        self._lines.append(line)
        # Lists of strings take several times the room of a table.
        if len(self._rows) == BATCH:
            self._pack()

    def rows(self, table: Cells | None = None, lines: np.ndarray | None = None) -> Rows:
        """All rows by line, with those of a table that is there already."""
        self._pack()
        own = np.array(self._lines, dtype=np.int64)
        if table is None or lines is None:
            return Rows(pa.concat_tables(self._tables), pa.array(own), ragged_of(self._ragged))
        if not len(own):
            return Rows(table, pa.array(lines), ragged_of(self._ragged))
        every = np.concatenate((lines, own))
        order = np.argsort(every)
        merged = pa.concat_tables([unpacked(table), *self._tables]).take(pa.array(order))
        return Rows(merged, pa.array(every[order]), ragged_of(self._ragged))

    def _pack(self) -> None:
        self._tables.append(table_of(self._rows, len(self.header)))
        self._rows = []


def fits(cells: list[str], header: list[str]) -> list[str] | None:
    """The cells of a row that fits, else None.

    Empty cells beyond the header are cut off; cells may be missing where the header ends in columns without a name.
    """
    width = len(header)
    if len(cells) == width:
        return cells
    if len(cells) > width:
        return None if any(cell.strip() for cell in cells[width:]) else cells[:width]
    if any(name.strip() for name in header[len(cells) :]):
        return None
    return [*cells, *[""] * (width - len(cells))]


def records(lines: list[str], first: int, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Each record with its line, its cells and what is wrong with it ("" if nothing); empty lines are none.

    A quotation that is never closed, or that swallows lines and ends at an odd place, costs its own line only:
    reading goes on with the next.
    """
    at = 0
    while at < len(lines):
        line = lines[at].removesuffix("\r")
        taken, fault = 1, ""
        if '"' in line:
            taken, cells, fault = _quoted(lines, at, delimiter)
        else:
            cells = line.split(delimiter)
        if line.strip() or delimiter in line or (line and delimiter == NONE):
            yield first + at, cells, fault
        at += taken


def _quoted(lines: list[str], at: int, delimiter: str) -> tuple[int, list[str], str]:
    """How many lines a record with quotation marks takes, its cells, and its fault."""
    stop = at
    while (found := split("\n".join(lines[at : stop + 1]).removesuffix("\r"), delimiter)) is None:
        beyond = range(stop + 1, min(len(lines), at + MOST_LINES))
        stop = next((number for number in beyond if '"' in lines[number]), -1)
        if stop < 0:
            break
    if found is None or (stop > at and not found[1]):
        return 1, lines[at].removesuffix("\r").split(delimiter), UNCLOSED
    return stop - at + 1, found[0], ""


def split(record: str, delimiter: str) -> tuple[list[str], bool] | None:
    """The cells of a record and whether its quotation marks are all in place; None when a quotation stays open.

    A cell that begins with a quotation mark ends at the next single one; what follows before the delimiter is
    kept. Marks elsewhere are text.
    """
    cells: list[str] = []
    strict, at = True, 0
    while True:
        if record.startswith('"', at):
            close = at + 1
            while True:
                close = record.find('"', close)
                if close < 0:
                    return None
                if not record.startswith('"', close + 1):
                    break
                close += 2
            stop = record.find(delimiter, close + 1)
            stop = len(record) if stop < 0 else stop
            strict = strict and stop == close + 1
            cells.append(record[at + 1 : close].replace('""', '"') + record[close + 1 : stop])
        else:
            stop = record.find(delimiter, at)
            stop = len(record) if stop < 0 else stop
            cells.append(record[at:stop])
            strict = strict and '"' not in cells[-1]
        if stop == len(record):
            return cells, strict
        at = stop + 1
