"""Workbooks (XLSX, XLS, ODS) to a sheet: which of their sheets, and where the table begins in it."""

import pyarrow as pa

from nps.errors import Refused
from nps.importing import apart, containers
from nps.importing.edges import passed_over, titles
from nps.importing.sheet import Sheet, columns, ragged_of
from nps.importing.words import RECOMMEND, plain

READER = "spreadsheet.py"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how XLS begins, and any workbook with a password
MOST_BYTES = 2 * 1024**3
TITLES = 10  # the header is looked for in so many rows


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a workbook of any kind."""
    return data.startswith(OLE) or containers.is_workbook(data)


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
    old = data.startswith(OLE)
    if not old:
        listed = containers.parts(data)
        if listed is None:
            raise _broken(name)
        if sum(part.file_size for part in listed) > MOST_BYTES:
            raise Refused(f"{name} unpacks to more than 2 GB: save the export as CSV, or in parts.")
    found = apart.tables(READER, data)
    if found is None:
        raise _old(name) if old else _broken(name)
    return tuple((table.schema.metadata[b"name"].decode(), table) for table in found)


def _old(name: str) -> Refused:
    return Refused(
        f"{name} looks like an old Excel file (XLS) that is damaged, or a workbook or document with a password: open "
        "it in Excel, save it as XLSX without a password, and try again."
    )


def _broken(name: str) -> Refused:
    return Refused(
        f"{name} cannot be read: the workbook is damaged, incomplete, or has cells far outside its table. Open it in "
        "Excel, delete what lies beyond the data, save it again as XLSX or CSV, and try again."
    )


def _header_place(table: pa.Table) -> int:
    """The row of the header: below titles, which fill one cell where the table fills several."""
    rows = [list(row.values())[1:] for row in table.slice(0, TITLES).to_pylist()]
    widths = [sum(map(bool, row)) for row in rows]
    return titles(rows) or next(place for place, width in enumerate(widths) if 2 * width >= max(widths))


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
    above = [list(row.values())[1:] for row in table.slice(0, place).to_pylist()]
    cells = body.drop_columns("line").rename_columns(columns(len(header)))
    return Sheet(header, cells.replace_schema_metadata(None), lines, ragged_of([]), (*remarks, *passed_over(above)))
