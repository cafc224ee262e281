"""JSON to a sheet: a record a line, or one list of records; what is nested becomes a column `person.email`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from nps.errors import Refused
from nps.importing.sheet import Sheet, columns, ragged_of

BEGINS = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\]])")
SPACE = re.compile(r"[ \t\r\n,]*")
MOST_COLUMNS = 16_384
BATCH = 20_000
JOINED = "; "  # between the values of a list in one cell
NO_RECORD = "not a JSON record ({...}) on one line"
# Numbers stay as they are written: 9.0 is not 9, and 19 digits are all kept.
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def is_json(text: bytes) -> bool:
    """Whether the text begins as JSON does."""
    return BEGINS.match(text[:400]) is not None


def sheet(name: str, data: bytes) -> Sheet:
    """Read JSON lines, a list of records, or one record with a single list of records in it.

    Raises Refused when there are no records in it, or when they are too deep or too wide for a table.
    """
    text = data.decode("utf-8")
    found = Records(name)
    try:
        if not _whole(text, found):
            for line, row in enumerate(text.split("\n"), start=1):
                if row.strip():
                    found.add_line(line, row)
    except RecursionError:
        raise Refused(f"{name} is JSON nested too deeply for a survey export: save the export as CSV.") from None
    if not found.fields:
        raise Refused(
            f"{name} looks like JSON, but not like a list of records: save the export as CSV, or as JSON with a "
            "record for each response."
        )
    header, table = found.table()
    return Sheet(header, table, pa.array(found.lines, pa.int64()), ragged_of(found.odd), tuple(found.remarks))


@dataclass
class Records:
    """Records on their way into a table; `odd` are the lines that are none."""

    name: str
    lines: list[int] = field(default_factory=list)
    odd: list[tuple[int, str, list[str]]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    _names: dict[str, int] = field(default_factory=dict)
    _cells: list[list[str]] = field(default_factory=list)
    _packed: list[pa.Table] = field(default_factory=list)

    def add_line(self, line: int, text: str) -> None:
        try:
            record = DECODER.decode(text)
        except ValueError:
            record = None
        if isinstance(record, dict):
            self.add(line, record)
        else:
            self.odd.append((line, NO_RECORD, [text.strip()]))

    def add(self, line: int, record: dict[str, Any]) -> None:
        row = [""] * len(self._names)
        for path, cell in _flat(record, ""):
            place = self._names.setdefault(path, len(self._names))
            if place == len(row):
                row.append(cell)
            else:
                row[place] = f"{row[place]}{JOINED}{cell}" if row[place] and cell else row[place] or cell
        if len(self._names) > MOST_COLUMNS:
            raise Refused(f"{self.name} has more than {MOST_COLUMNS:,} different fields: that is no survey export.")
        self.lines.append(line)
        self._cells.append(row)
        if len(self._cells) * len(row) > 50 * BATCH:
            self._pack()

    @property
    def fields(self) -> int:
        return len(self._names)

    def table(self) -> tuple[tuple[str, ...], pa.Table]:
        """The header and all records so far; a field that a record lacks is empty."""
        self._pack()
        table = pa.concat_tables(self._packed, promote_options="default")
        cells = [pc.fill_null(column, "") for column in table.columns]
        return tuple(self._names), pa.table(cells, names=columns(len(self._names)))

    def _pack(self) -> None:
        width = len(self._names)
        padded = [row + [""] * (width - len(row)) for row in self._cells]
        arrays = [pa.array(column, pa.string()) for column in zip(*padded, strict=True)] if padded else []
        self._packed.append(pa.table(arrays, names=columns(len(arrays))))
        self._cells = []


def _whole(text: str, found: Records) -> bool:
    """Take the records of a text that is one JSON value over all its lines; False when it is none."""
    begin = len(text) - len(text.lstrip())
    if text[begin] == "[":
        return _list(text, begin, found)
    if "\n" in text.strip() and _decodes(text[begin : text.find("\n", begin)]):
        return False
    try:
        value = DECODER.decode(text)
    except ValueError:
        return False
    lists = {key: held for key, held in value.items() if isinstance(held, list) and held and isinstance(held[0], dict)}
    records = [value]
    if len(lists) == 1:
        [(key, records)] = lists.items()
        found.remarks.append(f'Read from the list "{key}" of the JSON; the line of a row is its number there.')
    for number, record in enumerate(records, start=1):
        if isinstance(record, dict):
            found.add(number, record)
        else:
            found.odd.append((number, NO_RECORD, [_cell(record)]))
    return True


def _list(text: str, begin: int, found: Records) -> bool:
    """Take the records of one list, each with the line where it begins."""
    at, line, counted = begin + 1, text.count("\n", 0, begin) + 1, begin
    while True:
        at = _after_space(text, at)
        if text[at : at + 1] == "]":
            # A list may follow upon a list, where exports were put into one file.
            at = _after_space(text, at + 1)
            if at >= len(text):
                return True
            at += text[at] == "["
            continue
        if at >= len(text):
            found.remarks.append("The JSON breaks off before its end: records may be missing.")
            return True
        line, counted = line + text.count("\n", counted, at), at
        try:
            record, stop = DECODER.raw_decode(text, at)
        except ValueError:
            found.odd.append((line, "the JSON breaks off or is damaged from here on", [text[at : at + 2000]]))
            return True
        if isinstance(record, dict):
            found.add(line, record)
        else:
            found.odd.append((line, "not a JSON record ({...})", [_cell(record)]))
        at = stop


def _after_space(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return match.end() if match else at


def _decodes(text: str) -> bool:
    try:
        DECODER.decode(text)
    except ValueError:
        return False
    return True


def _flat(value: dict[str, Any], before: str) -> Iterator[tuple[str, str]]:
    """Each field with its path and its cell; a list of records is numbered from 1: `answers.1.score`."""
    for key, held in value.items():
        path = f"{before}{_whole_letters(key)}"
        if isinstance(held, dict):
            yield from _flat(held, f"{path}.")
        elif isinstance(held, list) and any(isinstance(each, dict) for each in held):
            yield from _flat({str(number): each for number, each in enumerate(held, start=1)}, f"{path}.")
        else:
            yield path, _cell(held)


def _cell(value: Any) -> str:
    """One value as text: nothing for null, a list with its values side by side."""
    if isinstance(value, str):
        return _whole_letters(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        return JOINED.join(map(_cell, value))
    return _whole_letters(json.dumps(value, ensure_ascii=False))


def _whole_letters(text: str) -> str:
    """The text with a question mark for each half of a letter, which JSON can write as an escape of its own."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
