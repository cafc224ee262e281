"""Delimited text to a sheet: find the delimiter, parse fast where the file is regular, with care where it is not.

A regular file goes through Arrow's parser. Where quotation marks stand at odd places, or lines cannot be accounted
for, the whole file is read by `careful`, which knows the line of everything and loses nothing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from nps.errors import Refused
from nps.importing.edges import passed_over, titles
from nps.importing.packed import Cells, coded, parts
from nps.importing.records import MOST_LINES, NONE, Rows, Sorting, fits, records, split
from nps.importing.sheet import Sheet, columns, filled

NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAMPLE = 256 * 1024
HEADER_LINES = 50  # a header over more lines is not looked at when the delimiter is told
MOST_COLUMNS = 16_384  # what a spreadsheet can hold
BLOCK = 16 * 1024 * 1024
QUOTED = re.compile(rb'"[^"]*"')
WRAPPED = re.compile(rb'"(?:[^"]|"")*+"')
DIRECTIVE = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class Body:
    """The rows below a header: UTF-8 from `begin` to `end`, the first of them on line `first` of the file."""

    data: bytes
    begin: int
    end: int
    first: int
    delimiter: str


@dataclass(frozen=True)
class Head:
    """What stands above the rows: the names, the byte and the line where the rows `begin`, and how many cells most of
    them have, `width`. `remarks` say what was passed over.
    """

    header: list[str]
    begin: int
    first: int
    width: int
    delimiter: str
    remarks: tuple[str, ...]


def sheet(name: str, data: bytes) -> Sheet:
    """Read UTF-8 text; raises Refused when there is no row below the header."""
    if b"\r" in data and ends_in_carriage_returns(data[:SAMPLE]):
        data = data.replace(b"\r", b"\n")
    data = _unwrapped(data)
    top = head(name, data)
    end = len(data)
    while end and data[end - 1] in b"\r\n":
        end -= 1
    if top.begin >= end:
        raise Refused(f"{name} has a header but no rows below it: there is nothing to import.")
    body = Body(data, top.begin, end, top.first, top.delimiter)
    rows = regular(body, top.header, width=top.width) or careful(body, top.header)
    return Sheet(tuple(top.header), rows.table, rows.lines, rows.ragged, top.remarks, top.delimiter)


def head(name: str, data: bytes) -> Head:
    """What stands above the rows of a text that begins like this."""
    told = DIRECTIVE.match(data[:10].decode("utf-8", "ignore"))
    start, line = (told.end(), 2) if told else (0, 1)
    while data[start : start + 1] in (b"\n", b"\r"):
        line += data[start : start + 1] == b"\n"
        start += 1
    sample = data[start : start + SAMPLE].decode("utf-8", "ignore")
    whole = start + SAMPLE >= len(data)
    delimiter, above = sniffed(sample, told.group(1) if told else "".join(NAMES), whole=whole)
    passed, start, line = _titles(data, start, line, delimiter, above)
    sample = data[start : start + SAMPLE].decode("utf-8", "ignore")
    header, begin, first = _header(data, start, line, delimiter)
    if len(header) > MOST_COLUMNS:
        raise Refused(f"{name} has {len(header):,} columns in its first row: that is no survey export.")
    parted = (f"{NAMES[delimiter].capitalize()} separated.",) if delimiter in ";\t|" else ()
    return Head(header, begin, first, _width(sample, header, delimiter), delimiter, (*parted, *passed_over(passed)))


def _unwrapped(data: bytes) -> bytes:
    """The lines within the quotation marks, where every line is one cell and holds a row: Excel saves a table that it
    was shown in one column like this.
    """
    end = data.find(b"\n")
    if not is_wrapped(data if end < 0 else data[:end]):
        return data
    lines = [line.removesuffix(b"\r") for line in data.split(b"\n")]
    if not all(WRAPPED.fullmatch(line) for line in lines if line):
        return data
    bare = [line[1:-1].replace(b'""', b'"') for line in lines]
    first = [line.decode() for line in bare[:HEADER_LINES] if line]
    for delimiter in NAMES:
        widths = {len(found[0]) if (found := split(line, delimiter)) else 0 for line in first}
        if len(widths) == 1 and min(widths) > 1:
            return b"\n".join(bare)
    return data


def is_wrapped(line: bytes) -> bool:
    """Whether a line is one cell within quotation marks."""
    return WRAPPED.fullmatch(line.removesuffix(b"\r")) is not None


def ends_in_carriage_returns(sample: bytes) -> bool:
    """Whether lines end as on old Macs; line feeds may stand inside quotation marks all the same."""
    bare = QUOTED.sub(b"", sample)
    return b"\r" in bare and b"\n" not in bare


def sniffed(sample: str, candidates: str, *, whole: bool) -> tuple[str, int]:
    """The delimiter under which the header has several names and most rows have as many cells, and how many rows of
    titles stand above that header.
    """
    best, found = (False, 0.0, 1), (candidates if len(candidates) == 1 else NONE, 0)
    for candidate in candidates:
        rows = [cells for _, cells, _ in records(sample.split("\n"), 1, candidate) if any(cells)][:200]
        if not whole and len(rows) > 2:
            rows.pop()
        above = titles(rows)
        rows = rows[above:]
        if not rows or len(rows[0]) < 2:
            continue
        fitting = sum(fits(cells, rows[0]) is not None for cells in rows) / len(rows)
        rank = (_in_place(sample, candidate), fitting, len(rows[0]))
        if rank > best:
            best, found = rank, (candidate, above)
    return found


def _titles(data: bytes, start: int, line: int, delimiter: str, above: int) -> tuple[list[list[str]], int, int]:
    """The rows above the header, and the byte and the line where the header begins."""
    passed: list[list[str]] = []
    while True:
        cells, after, below = _header(data, start, line, delimiter)
        if (any(cells) and len(passed) == above) or after >= len(data):
            return passed, start, line
        if any(cells):
            passed.append(cells)
        start, line = after, below


def _in_place(sample: str, delimiter: str) -> bool:
    """Whether the quotation marks of the header stand around its names, if this is the delimiter."""
    lines = sample.split("\n", HEADER_LINES)[:HEADER_LINES]
    texts = ("\n".join(lines[:stop]).removesuffix("\r") for stop in range(1, len(lines) + 1))
    found = next((found for text in texts if (found := split(text, delimiter)) is not None), None)
    return found is not None and found[1]


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


def regular(body: Body, header: list[str], *, width: int) -> Rows | None:
    """The rows of text that is regular, though some of its rows may not fit; None when it has to be read with care.

    `width` is how many cells most rows have: those beyond the header are empty, or the text is not regular.
    """
    if b"\r" in body.data and body.data.count(b"\r") != body.data.count(b"\r\n"):
        return None
    reading = Reading(width, body.delimiter)
    try:
        table = pyarrow.csv.read_csv(
            pa.py_buffer(body.data).slice(body.begin, body.end - body.begin), **reading.options(block=BLOCK)
        )
    except pa.ArrowInvalid:
        return None
    physical = body.data.count(b"\n", body.begin, body.end) + 1
    start = max(body.data.rfind(b"\n", body.begin, body.end) + 1, body.begin)
    last = body.data[start : body.end].decode("utf-8")
    lines = reading.lines(table, physical, last, lambda: _strictly_quoted(body))
    return None if lines is None else reading.sorted(table, lines + body.first, header)


class Reading:
    """Arrow's reading of regular rows: their cells under neutral names, and the rows of another width by their number.

    `odd` holds the text of these, 1 = first of all rows.
    """

    def __init__(self, width: int, delimiter: str) -> None:
        self.names, self._delimiter = columns(width), delimiter
        self.odd: dict[int, str] = {}

    def _keep(self, row: pyarrow.csv.InvalidRow) -> str:
        self.odd[row.number] = row.text
        return "skip"

    def options(self, *, block: int, coded: Sequence[str] = ()) -> dict[str, Any]:
        """How Arrow is to read it, in blocks of so many bytes; the `coded` columns are read into codes."""
        types = dict.fromkeys(self.names, pa.string()) | dict.fromkeys(coded, pa.dictionary(pa.int32(), pa.string()))
        return {
            # One thread is as fast here, and only then do rows have numbers.
            "read_options": pyarrow.csv.ReadOptions(column_names=self.names, block_size=block, use_threads=False),
            "parse_options": pyarrow.csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=self._keep
            ),
            "convert_options": pyarrow.csv.ConvertOptions(
                column_types=types, strings_can_be_null=False, check_utf8=False
            ),
        }

    def lines(self, table: Cells, physical: int, last: str, strictly_quoted: Callable[[], bool]) -> np.ndarray | None:
        """The line of each row, 0 = first, those that do not fit included; None when lines and rows do not add up.

        There are `physical` lines, and `last` is the last of them.
        """
        rows = len(table) + len(self.odd)
        if physical == rows:
            # No cell holds a line break, so only the last line can end inside a quotation.
            return None if split(last, self._delimiter) is None else np.arange(rows)
        if not strictly_quoted():
            return None
        breaks = np.zeros(rows, dtype=np.int64)
        fitting = self._fitting(rows)
        for name in self.names:
            inside = [pc.count_substring(part, "\n").to_numpy() for part in parts(table, name)]
            breaks[fitting] += np.concatenate(inside) if inside else 0
        if physical != rows + int(breaks.sum()):
            return None
        return np.arange(rows) + np.concatenate(([0], np.cumsum(breaks)[:-1]))

    def _fitting(self, rows: int) -> np.ndarray:
        """Which of all rows have the right width."""
        fitting = np.ones(rows, dtype=bool)
        fitting[[number - 1 for number in self.odd]] = False
        return fitting

    def sorted(self, table: Cells, lines: np.ndarray, header: list[str]) -> Rows | None:
        """The rows, each with its line, and those that do not fit; None where they have to be read with care."""
        if any(filled(coded(table, name)) for name in self.names[len(header) :]):
            return None
        cells = {number: split(text, self._delimiter) for number, text in self.odd.items()}
        if any(found is None or not found[1] or "\n" in self.odd[number] for number, found in cells.items()):
            return None
        sorting = Sorting(header)
        for number, found in cells.items():
            if found is not None and (self.odd[number].strip() or len(found[0]) > 1):
                sorting.add(int(lines[number - 1]), found[0], "")
        fitting = lines[self._fitting(len(lines))] if self.odd else lines
        return sorting.rows(table.select(self.names[: len(header)]), fitting)


def _strictly_quoted(body: Body) -> bool:
    """Whether every quotation mark opens a cell, closes one, or is doubled inside one."""
    quotes = Quotes(body.delimiter)
    # A part ends with a line: no doubled mark stands across its end.
    at = body.begin
    while at < body.end:
        cut = body.data.find(b"\n", min(at + BLOCK, body.end), body.end) + 1 or body.end
        quotes.look(body.data[at:cut])
        at = cut
    return quotes.strict


class Quotes:
    """Whether every quotation mark of a text opens a cell, closes one, or is doubled inside one.

    The text is looked at in parts that begin at the beginning of a line and end with one.
    """

    def __init__(self, delimiter: str) -> None:
        self._edges = np.frombuffer(f"\n\r{delimiter}".encode(), np.uint8)
        self._open, self._right = False, True

    def look(self, part: bytes) -> None:
        """Look at the next part of the text."""
        text = np.frombuffer(part, np.uint8)
        marks = np.flatnonzero(text == ord('"'))
        if not len(marks) or not self._right:
            return
        doubled = np.diff(marks, append=-1) == 1  # directly before the next mark
        before = np.isin(text[np.maximum(marks - 1, 0)], self._edges) | (marks == 0)
        after = np.isin(text[np.minimum(marks + 1, len(text) - 1)], self._edges) | (marks == len(text) - 1)
        opens = np.arange(len(marks)) % 2 == self._open
        right = np.where(opens, before | np.concatenate(([False], doubled[:-1])), after | doubled)
        self._right = bool(right.all())
        self._open ^= len(marks) % 2 == 1

    @property
    def strict(self) -> bool:
        """Whether it is so of all that was looked at, and no quotation is left open."""
        return self._right and not self._open


def careful(body: Body, header: list[str]) -> Rows:
    """The rows of text that may be irregular."""
    sorting = Sorting(header)
    text = body.data[body.begin : body.end].decode("utf-8")
    for line, cells, fault in records(text.split("\n"), body.first, body.delimiter):
        sorting.add(line, cells, fault)
    return sorting.rows()
