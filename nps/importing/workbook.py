"""XLSX to a sheet: which sheet, where the table begins, and cells as text."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable

import pyarrow as pa
import python_calamine as calamine

from nps.errors import Refused
from nps.importing.sheet import Sheet, ragged_of, table_of
from nps.importing.words import RECOMMEND, plain

MOST_BYTES = 2 * 1024**3
MOST_CELLS = 40_000_000
CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
CHUNK = 4 * 1024 * 1024
Value = object


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an XLSX (or XLSM) workbook."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        # An upload that broke off has lost the list of its parts, which stands at the end.
        return b"xl/workbook.xml" in data or b"xl/worksheets/" in data


def names(name: str, data: bytes) -> tuple[str, ...]:
    """The visible worksheets, in the workbook's order."""
    with _opened(name, data) as book:
        return _visible(book)


def sheet(name: str, data: bytes, *, wanted: str | None = None) -> Sheet:
    """The wanted sheet, or the first with a question that asks for a recommendation, or the one with most rows."""
    with _opened(name, data) as book:
        choices = _visible(book)
        if wanted is not None:
            choices = tuple(choice for choice in choices if choice.strip().lower() == wanted.strip().lower())
            if not choices:
                raise Refused(f"{name} has no sheet {wanted!r}; it has: {', '.join(_visible(book))}.")
        tables = [(choice, *_table(name, book, choice)) for choice in choices]
    tables = [table for table in tables if table[2]]
    if not tables:
        where = f"The sheet {wanted!r} of {name}" if wanted else name
        raise Refused(f"{where} is empty: there is nothing to import.")
    asking = [table for table in tables if any(RECOMMEND.search(plain(_text(cell))) for cell in table[2][0])]
    choice, first, rows = asking[0] if asking else max(tables, key=lambda table: len(table[2]))
    remarks = (f"Read from the sheet {choice!r}.",) if len(choices) > 1 else ()
    return _sheet(name, first, rows, remarks)


def _opened(name: str, data: bytes) -> calamine.CalamineWorkbook:
    try:
        _refuse_bombs(name, data)
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (zipfile.BadZipFile, calamine.CalamineError, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise _broken(name, error) from error


def _broken(name: str, error: Exception) -> Refused:
    return Refused(
        f"{name} is a damaged or incomplete Excel workbook ({type(error).__name__}): open it in Excel, save it "
        "again as XLSX or CSV, and try again."
    )


def _refuse_bombs(name: str, data: bytes) -> None:
    """Refuse what would not fit into memory before it is unpacked there."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
            raise Refused(f"{name} unpacks to more than 2 GB: save the export as CSV, or in parts.")
        for part in archive.namelist():
            if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                _refuse_wide(name, archive, part)


def _refuse_wide(name: str, archive: zipfile.ZipFile, part: str) -> None:
    # The reader takes room for the whole rectangle up to the last cell, which may be a stray one far out.
    letters: set[bytes] = set()
    rows = 1
    with archive.open(part) as stream:
        rest = b""
        while chunk := stream.read(CHUNK):
            found = CELL.findall(rest + chunk)
            letters.update(column for column, _ in found)
            rows = max(rows, max((int(row) for _, row in found[-1:] + found[:1]), default=1))
            rest = chunk[-32:]
    width = max((_column(column) for column in letters), default=1)
    if width * rows > MOST_CELLS:
        raise Refused(
            f"{name} has a cell in row {rows:,} and one in column {width:,}, far outside any table: delete the rows "
            "and columns beyond the data, or save it as CSV."
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _visible(book: calamine.CalamineWorkbook) -> tuple[str, ...]:
    every = [found for found in book.sheets_metadata if found.typ == calamine.SheetTypeEnum.WorkSheet]
    shown = [found.name for found in every if found.visible == calamine.SheetVisibleEnum.Visible]
    return tuple(shown or [found.name for found in every])


def _table(name: str, book: calamine.CalamineWorkbook, choice: str) -> tuple[int, list[list[Value]]]:
    """The row of the sheet at which the table begins, and its rows from the header on."""
    try:
        found = book.get_sheet_by_name(choice)
        rows: list[list[Value]] = [list(row) for row in found.to_python()]
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _broken(name, error) from error
    first = found.start[0] + 1 if found.start else 1
    # A title above the table: one cell where the rows below have several.
    widths = [sum(cell != "" for cell in row) for row in rows[:10]]
    title = next((place for place, width in enumerate(widths) if 2 * width >= max(widths)), 0) if widths else 0
    return first + title, rows[title:]


def _sheet(name: str, first: int, rows: list[list[Value]], remarks: tuple[str, ...]) -> Sheet:
    header = tuple(_text(cell) for cell in rows[0])
    body = [(first + place, row) for place, row in enumerate(rows[1:], start=1) if any(cell != "" for cell in row)]
    if not body:
        raise Refused(f"{name} has a header but no rows below it: there is nothing to import.")
    table = table_of([[_text(cell) for cell in row] for _, row in body], len(header))
    return Sheet(header, table, pa.array([line for line, _ in body], pa.int64()), ragged_of([]), remarks)


def _text(value: Value) -> str:
    """A cell as the text that a CSV export would have: whole numbers without a point, ISO dates."""
    return value if isinstance(value, str) else _AS_TEXT.get(type(value), str)(value)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _moment(value: dt.datetime) -> str:
    # Excel counts days in a float and shows the nearest second, as its CSV does.
    return (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0).isoformat(" ")


_AS_TEXT: dict[type, Callable[..., str]] = {
    bool: lambda value: "TRUE" if value else "FALSE",
    float: _number,
    dt.datetime: _moment,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
}
