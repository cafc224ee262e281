"""Delimited text to a sheet: find the delimiter, parse fast where the file is regular, with care where it is not.

A regular file goes through Arrow's parser. Where quotation marks stand at odd places, or lines cannot be accounted
for, the whole file is read by `careful`, which knows the line of everything and loses nothing.
"""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from nps.errors import Refused
from nps.importing.edges import passed_over, titles
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


def sheet(name: str, data: bytes) -> Sheet:
    """Read UTF-8 text; raises Refused when there is no row below the header."""
    if b"\r" in data and _ends_in_carriage_returns(data[:SAMPLE]):
        data = data.replace(b"\r", b"\n")
    data = _unwrapped(data)
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
    end = len(data)
    while end and data[end - 1] in b"\r\n":
        end -= 1
    if begin >= end:
        raise Refused(f"{name} has a header but no rows below it: there is nothing to import.")
    width = _width(sample, header, delimiter)
    body = Body(data, begin, end, first, delimiter)
    rows = regular(body, header, width=width) or careful(body, header)
    parted = (f"{NAMES[delimiter].capitalize()} separated.",) if delimiter in ";\t|" else ()
    remarks = (*parted, *passed_over(passed))
    return Sheet(tuple(header), rows.table, rows.lines, rows.ragged, remarks, delimiter)


def _unwrapped(data: bytes) -> bytes:
    """The lines within the quotation marks, where every line is one cell and holds a row: Excel saves a table that it
    was shown in one column like this.
    """
    end = data.find(b"\n")
    if not WRAPPED.fullmatch((data if end < 0 else data[:end]).removesuffix(b"\r")):
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


def _ends_in_carriage_returns(sample: bytes) -> bool:
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
    parsed = _parsed(body, width)
    if parsed is None:
        return None
    table, odd = parsed
    if any(filled(column) for column in table.columns[len(header) :]):
        return None
    cells = {number: split(text, body.delimiter) for number, text in odd.items()}
    if any(found is None or not found[1] or "\n" in odd[number] for number, found in cells.items()):
        return None
    lines = _lines(body, table, sorted(odd))
    if lines is None:
        return None
    lines += body.first
    is_odd = np.zeros(len(lines), dtype=bool)
    is_odd[[number - 1 for number in odd]] = True
    sorting = Sorting(header)
    for number, found in cells.items():
        if found is not None and (odd[number].strip() or len(found[0]) > 1):
            sorting.add(int(lines[number - 1]), found[0], "")
    return sorting.rows(table.select(columns(len(header))), lines[~is_odd])


def _parsed(body: Body, width: int) -> tuple[pa.Table, dict[int, str]] | None:
    """Arrow's reading: the rows of the right width, and the others by their number, 1 = first; None when it fails."""
    odd: dict[int, str] = {}

    def keep(row: pyarrow.csv.InvalidRow) -> str:
        odd[row.number] = row.text
        return "skip"

    names = columns(width)
    try:
        table = pyarrow.csv.read_csv(
            pa.py_buffer(body.data).slice(body.begin, body.end - body.begin),
            # One thread is as fast here, and only then do rows have numbers.
            read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=BLOCK, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=body.delimiter, newlines_in_values=True, invalid_row_handler=keep
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table, odd


def _lines(body: Body, table: pa.Table, odd: list[int]) -> np.ndarray | None:
    """The line of each row, 0 = first, those that do not fit included; None when lines and rows do not add up."""
    physical = body.data.count(b"\n", body.begin, body.end) + 1
    rows = len(table) + len(odd)
    if physical == rows:
        # No cell holds a line break, so only the last line can end inside a quotation.
        start = max(body.data.rfind(b"\n", body.begin, body.end) + 1, body.begin)
        last = body.data[start : body.end].decode("utf-8")
        return None if split(last, body.delimiter) is None else np.arange(rows)
    if not _strictly_quoted(body):
        return None
    breaks = np.zeros(rows, dtype=np.int64)
    fitting = np.ones(rows, dtype=bool)
    fitting[[number - 1 for number in odd]] = False
    for column in table.columns:
        breaks[fitting] += pc.count_substring(column, "\n").to_numpy()
    if physical != rows + int(breaks.sum()):
        return None
    return np.arange(rows) + np.concatenate(([0], np.cumsum(breaks)[:-1]))


def _strictly_quoted(body: Body) -> bool:
    """Whether every quotation mark opens a cell, closes one, or is doubled inside one."""
    text = np.frombuffer(body.data, np.uint8)[body.begin : body.end]
    marks = np.concatenate(
        [np.flatnonzero(text[at : at + BLOCK] == ord('"')) + at for at in range(0, len(text), BLOCK)]
    )
    if len(marks) % 2:
        return False
    doubled = np.zeros(len(marks), dtype=bool)  # directly before the next mark
    doubled[:-1] = np.diff(marks) == 1
    edges = np.frombuffer(f"\n\r{body.delimiter}".encode(), np.uint8)
    before = np.isin(text[np.maximum(marks - 1, 0)], edges) | (marks == 0)
    after = np.isin(text[np.minimum(marks + 1, len(text) - 1)], edges) | (marks == len(text) - 1)
    opens = before[0::2] | np.concatenate(([False], doubled[1:-1:2]))
    closes = after[1::2] | doubled[1::2]
    return bool(opens.all() and closes.all())


def careful(body: Body, header: list[str]) -> Rows:
    """The rows of text that may be irregular."""
    sorting = Sorting(header)
    text = body.data[body.begin : body.end].decode("utf-8")
    for line, cells, fault in records(text.split("\n"), body.first, body.delimiter):
        sorting.add(line, cells, fault)
    return sorting.rows()
