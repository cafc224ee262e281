"""XLSX to a sheet: which of a workbook's sheets, and where the table begins in it."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa

from nps.errors import Refused
from nps.importing.sheet import Sheet, columns, ragged_of
from nps.importing.words import RECOMMEND, plain

READER = Path(__file__).with_name("spreadsheet.py")
MOST_BYTES = 2 * 1024**3
SECONDS = 300
TITLES = 10  # the header is looked for in so many rows


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an XLSX (or XLSM) workbook."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        # An upload that broke off has lost the list of its parts, which stands at the end.
        return b"xl/workbook.xml" in data or b"xl/worksheets/" in data


def names(name: str, data: bytes) -> tuple[str, ...]:
    """The visible worksheets, in the workbook's order."""
    return tuple(choice for choice, _ in _tables(name, data))


def sheet(name: str, data: bytes, *, wanted: str | None = None) -> Sheet:
    """The wanted sheet, or the first with a question that asks for a recommendation, or the one with most rows."""
    every = _tables(name, data)
    tables = [(choice, table) for choice, table in every if len(table)]
    if wanted is not None:
        key = wanted.strip().casefold()
        if key not in {choice.strip().casefold() for choice, _ in every}:
            raise Refused(f"{name} has no sheet {wanted!r}; it has: {', '.join(choice for choice, _ in every)}.")
        tables = [(choice, table) for choice, table in tables if choice.strip().casefold() == key]
    if not tables:
        where = f"The sheet {wanted!r} of {name}" if wanted else name
        raise Refused(f"{where} is empty: there is nothing to import.")
    asking = [(choice, table) for choice, table in tables if _asks(table)]
    choice, table = asking[0] if asking else max(tables, key=lambda pair: len(pair[1]))
    remarks = (f"Read from the sheet {choice!r}.",) if len(every) > 1 else ()
    return _below_titles(name, table, remarks)


def _tables(name: str, data: bytes) -> tuple[tuple[str, pa.Table], ...]:
    """The sheets by name, as the reader's process hands them over. Raises Refused when it could not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _broken(name) from None
    if unpacked > MOST_BYTES:
        raise Refused(f"{name} unpacks to more than 2 GB: save the export as CSV, or in parts.")
    try:
        # Our own script, with nothing of the upload on its command line; how it ended is looked at below.
        command = [sys.executable, str(READER)]
        done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise _broken(name) from None
    if done.returncode != 0:
        raise _broken(name)
    source = pa.BufferReader(done.stdout)
    tables = []
    while source.tell() < source.size():
        with pa.ipc.open_stream(source) as stream:
            tables.append((stream.schema.metadata[b"name"].decode(), stream.read_all()))
    return tuple(tables)


def _broken(name: str) -> Refused:
    return Refused(
        f"{name} cannot be read: the workbook is damaged, incomplete, or has cells far outside its table. Open it in "
        "Excel, delete what lies beyond the data, save it again as XLSX or CSV, and try again."
    )


def _header_place(table: pa.Table) -> int:
    """The row of the header: below titles, which fill one cell where the table fills several."""
    widths = [sum(bool(cell) for cell in list(row.values())[1:]) for row in table.slice(0, TITLES).to_pylist()]
    return next(place for place, width in enumerate(widths) if 2 * width >= max(widths))


def _asks(table: pa.Table) -> bool:
    header = table.slice(_header_place(table), 1).to_pylist()[0]
    return any(RECOMMEND.search(plain(str(cell))) for cell in header.values())


def _below_titles(name: str, table: pa.Table, remarks: tuple[str, ...]) -> Sheet:
    place = _header_place(table)
    header = tuple(table.drop_columns("line").slice(place, 1).to_pylist()[0].values())
    body = table.slice(place + 1)
    if not len(body):
        raise Refused(f"{name} has a header but no rows below it: there is nothing to import.")
    lines = body["line"].combine_chunks()
    cells = body.drop_columns("line").rename_columns(columns(len(header)))
    return Sheet(header, cells.replace_schema_metadata(None), lines, ragged_of([]), remarks)
