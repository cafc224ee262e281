"""One workbook, read in a process of its own: its bytes on standard input, visible sheets as Arrow on standard output.

A damaged or hostile workbook can make any reader ask for more memory than there is, and that ends the process. So this
file is run as a script by `workbook`, imports nothing of ours, and may die: what it wrote counts only if it ended well.

Each sheet is one stream with columns `line` (row number in the sheet) and c0, c1 ... (cells as text); rows without any
value are left out; the sheet's name stands in the schema's metadata.
"""

import datetime as dt
import io
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pyarrow as pa
import python_calamine as calamine

MEMORY = 6 * 1024**3
BATCH = 20_000
Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def main() -> None:
    limit_memory()
    with calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())) as book:
        for name in visible(book):
            write(sys.stdout.buffer, name, book.get_sheet_by_name(name))


def limit_memory() -> None:
    """Die before the machine does, where the system can be told so."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def visible(book: calamine.CalamineWorkbook) -> list[str]:
    """The names of the worksheets that a person sees, or of all when every one is hidden."""
    every = [sheet for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
    shown = [sheet.name for sheet in every if sheet.visible == calamine.SheetVisibleEnum.Visible]
    return shown or [sheet.name for sheet in every]


def write(stream: BinaryIO, name: str, sheet: calamine.CalamineSheet) -> None:
    """Write one sheet as an Arrow stream."""
    fields = [pa.field("line", pa.int64()), *(pa.field(f"c{place}", pa.string()) for place in range(sheet.width))]
    schema = pa.schema(fields, metadata={"name": name})
    with pa.ipc.new_stream(stream, schema) as writer:
        for rows in batches(sheet):
            columns = zip(*rows, strict=True)
            arrays = [pa.array(column, field.type) for column, field in zip(columns, fields, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def batches(sheet: calamine.CalamineSheet) -> Iterator[list[list[int | str]]]:
    """The rows that hold anything, each with its number first, some thousand at a time."""
    rows: list[list[int | str]] = []
    first = sheet.start[0] + 1 if sheet.start else 1
    for line, row in enumerate(sheet.to_python(), start=first):
        cells = [as_text(cell) for cell in row]
        if any(cells):
            rows.append([line, *cells])
        if len(rows) == BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


def as_text(value: Value) -> str:
    """A cell as a CSV export would have it: whole numbers without a point, ISO dates."""
    return value if isinstance(value, str) else AS_TEXT.get(type(value), str)(value)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _moment(value: dt.datetime) -> str:
    # Excel counts days in a float and shows the nearest second, as its CSV does.
    try:
        return (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0).isoformat(" ")
    except OverflowError:
        return value.isoformat(" ")


AS_TEXT: dict[type, Callable[..., str]] = {
    bool: lambda value: "TRUE" if value else "FALSE",
    float: _number,
    dt.datetime: _moment,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
}

if __name__ == "__main__":
    main()
