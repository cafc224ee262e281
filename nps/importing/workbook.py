"""Workbooks (XLSX, XLS, ODS) to a sheet: which of their sheets, and where the table begins in it."""

import io
import re
import zipfile
from dataclasses import replace

import pyarrow as pa

from nps.errors import Refused
from nps.importing import apart, containers
from nps.importing.edges import passed_over, titles
from nps.importing.packed import unpacked
from nps.importing.scores import spread
from nps.importing.sheet import Sheet, columns, filled, ragged_of
from nps.importing.words import RECOMMEND, SCORE, plain

READER = "spreadsheet.py"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how XLS begins, and any workbook with a password
MOST_BYTES = 2 * 1024**3
TITLES = 10  # the header is looked for in so many rows
MOSTLY = 0.8
SEARCHED = 64 * 1024**2
# A formula whose value no program has computed yet: there is nothing to read where it stands.
UNCOMPUTED = re.compile(rb"<f>[^<]+</f>(?:<v\s*/>|<v></v>|</c>)")


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a workbook of any kind."""
    return data.startswith(OLE) or containers.is_workbook(data)


def names(name: str, data: bytes) -> tuple[str, ...]:
    """The visible worksheets, in the workbook's order."""
    return tuple(choice for choice, _ in _tables(name, data, "names"))


def sheet(name: str, data: bytes, *, wanted: str | None = None) -> Sheet:
    """The wanted sheet, or the one with most scores below a question that asks for them, or the one with most rows."""
    every = _tables(name, data)
    tables = [(choice, table) for choice, table in every if len(table)]
    if wanted is not None:
        key = wanted.strip().casefold()
        if key not in {choice.strip().casefold() for choice, _ in every}:
            raise Refused(f"{name} has no sheet “{wanted}”. Choose one of: {', '.join(choice for choice, _ in every)}.")
        tables = [(choice, table) for choice, table in tables if choice.strip().casefold() == key]
    if not tables:
        where = f"The sheet “{wanted}” of {name}" if wanted else name
        raise Refused(f"{where} is empty: there is nothing to import.")
    choice, table = max(tables, key=lambda pair: (_scores(pair[1]), len(pair[1])))
    remarks = (f"Read from the sheet {choice!r}.",) if len(every) > 1 else ()
    found = _below_titles(name, table, remarks)
    return replace(found, remarks=(*found.remarks, *_uncomputed(data, found)))


def _uncomputed(data: bytes, found: Sheet) -> tuple[str, ...]:
    """The remark about formulas without a value, looked for where a column with a name is empty throughout."""
    named = (
        (name, column) for name, column in zip(found.header, unpacked(found.table).columns, strict=True) if name.strip()
    )
    empty = [name for name, column in named if not filled(column)]
    if not empty or data.startswith(OLE):
        return ()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = [part for part in archive.infolist() if part.filename.startswith("xl/worksheets/sheet")]
            texts = (containers.at_most(archive.open(part), SEARCHED) or b"" for part in sheets)
            if not any(map(UNCOMPUTED.search, texts)):
                return ()
    except containers.DAMAGED:
        return ()  # it could be read all the same, and the remark is not worth a refusal
    return (
        f'The workbook has formulas that no program computed yet, and "{empty[0]}" is empty: open the workbook in a '
        "spreadsheet program, save it, and import it again.",
    )


def _tables(name: str, data: bytes, *words: str) -> tuple[tuple[str, pa.Table], ...]:
    """The sheets by name, as the reader's process hands them over. Raises Refused when it could not."""
    old = data.startswith(OLE)
    if not old:
        listed = containers.parts(data)
        if listed is None:
            raise _broken(name)
        if sum(part.file_size for part in listed) > MOST_BYTES:
            raise Refused(f"{name} unpacks to more than 2 GB: save the export as CSV, or in parts.")
    found = apart.tables(READER, data, *words)
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


def _scores(table: pa.Table) -> int:
    """How many scores stand below a header that asks for them; one that asks for a recommendation counts double."""
    place = _header_place(table)
    most = 0
    for column, cell in table.slice(place, 1).to_pylist()[0].items():
        header = plain(str(cell))
        asks = 2 if RECOMMEND.search(header) else 1 if SCORE.search(header) else 0
        if asks and column != "line":
            held = spread(table[column].slice(place + 1))
            if held.valid >= MOSTLY:
                most = max(most, asks * sum(held.counts[score] for score in range(11)))
    return most


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
