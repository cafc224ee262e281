"""Delimited text to a sheet: find the delimiter, parse fast where the file is regular, with care where it is not.

A regular file goes through Arrow's parser. Where a row does not fit, quotation marks stand at odd places, or
lines cannot be accounted for, the whole file is read by `careful`, which knows the line of everything and loses
nothing.
"""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from nps.errors import Refused
from nps.importing.sheet import Sheet, columns, filled, ragged_of, table_of

NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
NONE = "\x1f"  # stands for "one column": a character that survey exports do not hold
SAMPLE = 256 * 1024
BLOCK = 16 * 1024 * 1024
BATCH = 20_000
MOST_LINES = 2_000  # one cell over more lines than that is a quotation mark that was never closed
UNCLOSED = "a quotation mark in this row is never closed"
DIRECTIVE = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)


def sheet(name: str, data: bytes) -> Sheet:
    """Read UTF-8 text; raises Refused when there is no row below the header."""
    if b"\n" not in data and b"\r" in data:
        data = data.replace(b"\r", b"\n")
    told = DIRECTIVE.match(data[:10].decode("utf-8", "ignore"))
    start, line = (told.end(), 2) if told else (0, 1)
    while data[start : start + 1] in (b"\n", b"\r"):
        line += data[start : start + 1] == b"\n"
        start += 1
    sample = data[start : start + SAMPLE].decode("utf-8", "ignore")
    delimiter = told.group(1) if told else sniffed(sample, whole=start + SAMPLE >= len(data))

    header, begin, first = _header(data, start, line, delimiter)
    end = len(data)
    while end and data[end - 1] in b"\r\n":
        end -= 1
    if begin >= end:
        raise Refused(f"{name} has a header but no rows below it: there is nothing to import.")
    width = _width(sample, header, delimiter)
    fast = regular(data, begin, end, width=width, delimiter=delimiter, first=first)
    remarks = (f"{NAMES[delimiter].capitalize()} separated.",) if delimiter in ";\t|" else ()
    if fast is not None and not any(filled(column) for column in fast[0].columns[len(header) :]):
        return Sheet(tuple(header), fast[0].select(columns(len(header))), fast[1], ragged_of([]), remarks)
    table, lines, ragged = careful(data[begin:end].decode("utf-8"), header, delimiter=delimiter, first=first)
    return Sheet(tuple(header), table, lines, ragged, remarks)


def sniffed(sample: str, *, whole: bool) -> str:
    """The delimiter under which the header has several names and most rows have as many cells."""
    best, delimiter = (0.0, 1), NONE
    for candidate in NAMES:
        rows = [cells for _, cells, _ in records(sample.split("\n"), 1, candidate) if any(cells)][:200]
        if not whole and len(rows) > 2:
            rows.pop()
        if not rows or len(rows[0]) < 2:
            continue
        width = len(rows[0])
        fitting = sum(fits(cells, width) is not None for cells in rows) / len(rows)
        if (fitting, width) > best:
            best, delimiter = (fitting, width), candidate
    return delimiter


def _header(data: bytes, start: int, line: int, delimiter: str) -> tuple[list[str], int, int]:
    """The cells of the header, the byte after it, and the number of the line there."""
    lines: list[str] = []
    position = start
    while position < len(data) and len(lines) < MOST_LINES:
        stop = data.find(b"\n", position)
        stop = len(data) if stop < 0 else stop
        lines.append(data[position:stop].decode("utf-8"))
        position = stop + 1
        cells = split("\n".join(lines).removesuffix("\r"), delimiter)
        if cells is not None:
            return cells[0], min(position, len(data)), line + len(lines)
    first = lines[0]
    return first.split(delimiter), min(start + len(first.encode()) + 1, len(data)), line + 1


def _width(sample: str, header: list[str], delimiter: str) -> int:
    """The width of the table: the header's, or more where the first row ends in delimiters."""
    rows = records(sample.split("\n"), 1, delimiter)
    next(rows)
    cells = next((cells for _, cells, _ in rows if any(cells)), header)
    return len(cells) if len(cells) > len(header) and not any(cells[len(header) :]) else len(header)


def regular(
    data: bytes, begin: int, end: int, *, width: int, delimiter: str, first: int
) -> tuple[pa.Table, pa.Array] | None:
    """The rows and their lines when the text is regular throughout, else None."""
    if data.find(b"\r") >= 0 and data.count(b"\r") != data.count(b"\r\n"):
        return None
    last = data[data.rfind(b"\n", begin, end) + 1 or begin : end].decode("utf-8")
    names = columns(width)
    try:
        table = pyarrow.csv.read_csv(
            pa.py_buffer(data).slice(begin, end - begin),
            read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=BLOCK),
            parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    physical = data.count(b"\n", begin, end) + 1
    if physical == len(table):
        # No cell holds a line break, so only the last line can end inside a quotation.
        if '"' in last and split(last, delimiter) is None:
            return None
        return table, pa.array(np.arange(first, first + physical))
    if not _strictly_quoted(data, begin, end, delimiter):
        return None
    breaks = np.zeros(len(table), dtype=np.int64)
    for column in table.columns:
        breaks += pc.count_substring(column, "\n").to_numpy()
    if physical != len(table) + int(breaks.sum()):
        return None
    lines = first + np.arange(len(table)) + np.concatenate(([0], np.cumsum(breaks)[:-1]))
    return table, pa.array(lines)


def _strictly_quoted(data: bytes, begin: int, end: int, delimiter: str) -> bool:
    """Whether every quotation mark opens a cell, closes one, or is doubled inside one."""
    text = np.frombuffer(data, np.uint8)[begin:end]
    marks = np.concatenate(
        [np.flatnonzero(text[at : at + BLOCK] == ord('"')) + at for at in range(0, len(text), BLOCK)]
    )
    if len(marks) % 2:
        return False
    doubled = np.zeros(len(marks), dtype=bool)  # directly before the next mark
    doubled[:-1] = np.diff(marks) == 1
    edges = np.frombuffer(f"\n\r{delimiter}".encode(), np.uint8)
    before = np.isin(text[np.maximum(marks - 1, 0)], edges) | (marks == 0)
    after = np.isin(text[np.minimum(marks + 1, len(text) - 1)], edges) | (marks == len(text) - 1)
    opens = before[0::2] | np.concatenate(([False], doubled[1:-1:2]))
    closes = after[1::2] | doubled[1::2]
    return bool(opens.all() and closes.all())


def careful(text: str, header: list[str], *, delimiter: str, first: int) -> tuple[pa.Table, pa.Array, pa.Table]:
    """The rows, their lines and the rows that do not fit, of text that may be irregular."""
    width = len(header)
    named = width - next((place for place, name in enumerate(reversed(header)) if name.strip()), 0)
    batches: list[pa.Table] = []
    lines: list[int] = []
    ragged: list[tuple[int, str, list[str]]] = []
    rows: list[list[str]] = []
    for line, cells, fault in records(text.split("\n"), first, delimiter):
        fitting = None if fault else fits(cells, width, named)
        if fitting is not None:
            rows.append(fitting)
            lines.append(line)
        else:
            count = f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
            ragged.append((line, fault or f"{count} where the header has {width}", cells))
        if len(rows) == BATCH:
            batches.append(table_of(rows, width))
            rows = []
    batches.append(table_of(rows, width))
    return pa.concat_tables(batches), pa.array(lines, pa.int64()), ragged_of(ragged)


def fits(cells: list[str], width: int, named: int | None = None) -> list[str] | None:
    """The cells of a row that fits, else None.

    Empty cells beyond the width are cut off; cells may be missing where the header ends in columns without a name.
    """
    if len(cells) == width:
        return cells
    if len(cells) > width:
        return None if any(cell.strip() for cell in cells[width:]) else cells[:width]
    return [*cells, *[""] * (width - len(cells))] if len(cells) >= (named or width) else None


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
