"""One workbook, read in a process of its own: its bytes on standard input, visible sheets as Arrow on standard output.

A damaged or hostile workbook can make any reader ask for more memory than there is, and that ends the process. So this
file is run as a script by `workbook`, imports nothing of ours, and may die: what it wrote counts only if it ended well.

Each sheet is one stream with columns `line` (row number in the sheet) and c0, c1 ... (cells as text); rows without any
value are left out; the sheet's name stands in the schema's metadata. With the word `names` on the command line no cell
is read, and every stream is empty.
"""

import datetime as dt
import gc
import io
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, cast


class Without:
    """Hides modules that pyarrow looks for: loading them takes as long as reading tens of thousands of rows."""

    modules = ("numpy", "pandas")

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname in self.modules:
            raise ImportError(fullname)


if __name__ == "__main__":
    sys.meta_path.insert(0, Without())

import pyarrow as pa  # noqa: E402 - after what must not be found
import python_calamine as calamine  # noqa: E402

MEMORY, LEAST_MEMORY = 6 * 1024**3, 2 * 1024**3
BATCH = 20_000
Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def main() -> None:
    data = sys.stdin.buffer.read()
    limit_memory(len(data))
    gc.disable()  # a million cells are no garbage, and looking for some takes a fifth of the time
    with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for name in visible(book):
            if sys.argv[1:] == ["names"]:
                pa.ipc.new_stream(sys.stdout.buffer, pa.schema([], metadata={"name": name})).close()
            else:
                write(sys.stdout.buffer, name, book.get_sheet_by_name(name))


def limit_memory(size: int) -> None:
    """Die before the machine does, where the system can be told so; of a small file the sooner."""
    try:
        import resource
    except ImportError:
        return
    limit = min(MEMORY, LEAST_MEMORY + 100 * size)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


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
        for lines, rows in batches(sheet):
            arrays = [pa.array(lines, pa.int64())]
            arrays += [pa.array(texts(column), pa.string()) for column in zip(*rows, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def batches(sheet: calamine.CalamineSheet) -> Iterator[tuple[list[int], list[list[Value]]]]:
    """The rows that hold anything, and the number of each, some thousand at a time."""
    first = sheet.start[0] + 1 if sheet.start else 1
    numbered = enumerate(sheet.to_python(), start=first)
    while some := list(itertools.islice(numbered, BATCH)):
        filled = [(line, row) for line, row in some if row.count("") < len(row)]
        if filled:
            lines, rows = zip(*filled, strict=True)
            yield list(lines), list(rows)


def texts(column: Sequence[Value]) -> Sequence[str]:
    """The cells of a column as text; most columns are text already, or repeat few numbers."""
    kinds = set(map(type, column))
    if kinds <= {str, float}:
        known = {value: as_text(value) for value in set(column)} if float in kinds else {}
        return [known[value] for value in column] if known else cast(Sequence[str], column)
    return [as_text(value) for value in column]


def as_text(value: Value) -> str:
    """A cell as a CSV export would have it: whole numbers without a point, ISO dates."""
    return value if isinstance(value, str) else AS_TEXT.get(type(value), str)(value)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _moment(value: dt.datetime) -> str:
    if not value.microsecond:
        return value.isoformat(" ")
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
