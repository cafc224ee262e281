"""A large file of delimited text to a sheet in one go over its bytes: neither they nor its cells are held whole.

Only what is regular throughout is read like this: UTF-8 whose rows Arrow can part and whose lines all add up. Anything
else is left to the readers that see the whole file, which know every oddity and say what is wrong.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from nps.importing import delimited, markup, objects
from nps.importing.delimited import Quotes, Reading
from nps.importing.encodings import MARK, is_plain
from nps.importing.packed import Packing
from nps.importing.sheet import Sheet
from nps.jobs import Progress, unsaid

FEWEST = 8 * 1024**2  # bytes; a smaller file is read whole
MB = 10**6
PART = 1024**2  # what is read at once: as much as a core keeps at hand
FEW = 0.1  # of the first rows: a column with so few different cells is kept as codes


@dataclass(frozen=True)
class Large:
    """A sheet, and the SHA-256 of the file that it was read from."""

    sheet: Sheet
    sha256: str


def sheet(name: str, data: bytes | BinaryIO, progress: Progress = unsaid) -> Large | None:
    """Read a large, regular file; None for any other. Raises Refused where its header cannot be that of a table.

    A `progress` that raises stops it.
    """
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    size = source.seek(0, io.SEEK_END)
    if size < FEWEST:
        return None
    source.seek(0)
    first = source.read(PART)
    first = first[: first.rfind(b"\n") + 1]
    text = first.removeprefix(MARK)
    if not text or not _is_regular(text):
        return None
    top = delimited.head(name, text)
    begin = len(first) - len(text) + top.begin
    if begin > PART // 2:
        return None
    last, end = _last_line(source, begin, size)
    if end <= begin:
        return None
    seen = _Seen(source, begin, end, top.delimiter, progress)
    reading = Reading(top.width, top.delimiter)
    coded = _few_values(text[top.begin :], reading)
    try:
        with Packing(reading.names) as packing:
            file = pa.PythonFile(seen, mode="r")
            for batch in pyarrow.csv.open_csv(file, **reading.options(block=PART, coded=coded)):
                packing.add(pa.Table.from_batches([batch]))
    except pa.ArrowInvalid:
        return None
    progress(0.8, "Putting its rows together")
    seen.rest(size)
    if not seen.regular:
        return None
    table = packing.packed()
    lines = reading.lines(table, seen.lines + 1, last, lambda: seen.quotes.strict)
    rows = None if lines is None else reading.sorted(table, lines + top.first, top.header)
    if rows is None:
        return None
    found = Sheet(tuple(top.header), rows.table, rows.lines, rows.ragged, top.remarks, top.delimiter)
    return Large(found, seen.sha256.hexdigest())


def _is_regular(text: bytes) -> bool:
    """Whether the first lines of a file may be those of regular text."""
    if not is_plain(text) or text.isspace() or objects.is_json(text) or markup.is_markup(text):
        return False
    if delimited.ends_in_carriage_returns(text) or delimited.is_wrapped(text[: text.index(b"\n")]):
        return False
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _last_line(source: BinaryIO, begin: int, size: int) -> tuple[str, int]:
    """The last line of a file that has any below `begin`, and where it ends; where that is too far, (“”, 0)."""
    at = max(begin, size - PART)
    source.seek(at)
    tail = source.read(size - at).rstrip(b"\r\n")
    start = tail.rfind(b"\n") + 1
    if not tail or (not start and at > begin):
        return "", 0
    return tail[start:].decode("utf-8", "replace"), at + len(tail)


def _few_values(text: bytes, reading: Reading) -> list[str]:
    """The columns with few different cells in the first rows."""
    try:
        rows = pyarrow.csv.read_csv(io.BytesIO(text), **reading.options(block=len(text) + 1))
    except pa.ArrowInvalid:
        return []
    finally:
        reading.odd.clear()
    return [name for name in reading.names if pc.count_distinct(rows[name]).as_py() <= FEW * len(rows)]


class _Seen(io.RawIOBase):
    """The rows of a file from `begin` to `end`, handed over part by part, and what was seen of the file meanwhile.

    `regular` is whether all of it is UTF-8 whose lines end alike; `lines` counts the line breaks between the rows.
    """

    def __init__(self, source: BinaryIO, begin: int, end: int, delimiter: str, progress: Progress) -> None:
        self.regular, self.lines = True, 0
        self.sha256, self.quotes = hashlib.sha256(), Quotes(delimiter)
        self._source, self._at, self._end, self._progress = source, begin, end, progress
        self._begun = b""  # of a line that is not whole yet
        source.seek(0)
        above = source.read(begin)
        self.sha256.update(above)
        self._look(above.removeprefix(MARK))

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next rows, whole lines of them; none any more as soon as something is not regular."""
        self._progress(0.8 * self._at / self._end, f"{self._at // MB:,} of {self._end // MB:,} MB read")
        left = self._end - self._at
        part = self._source.read(left if size < 0 else min(size - len(self._begun), left))
        self._at += len(part)
        self.sha256.update(part)
        text = self._begun + part
        cut = len(text) if self._at == self._end else text.rfind(b"\n") + 1
        rows, self._begun = text[:cut], text[cut:]
        self.regular &= bool(rows) or not text  # else a line is longer than a part
        self.lines += rows.count(b"\n")
        self.quotes.look(rows)
        self._look(rows)
        return rows if self.regular else b""

    def rest(self, size: int) -> None:
        """Look at what stands below the rows of a file of that size, too."""
        below = self._source.read()
        self.sha256.update(below)
        self._look(below)
        self.regular &= self._at == self._end and self._source.tell() == size

    def _look(self, lines: bytes) -> None:
        """Look at whole lines."""
        if b"\0" in lines or (b"\r" in lines and lines.count(b"\r") != lines.count(b"\r\n")):
            self.regular = False
        elif not lines.isascii():
            try:
                lines.decode("utf-8")
            except UnicodeDecodeError:
                self.regular = False
            self.regular &= not lines.startswith(MARK) and b"\n" + MARK not in lines
