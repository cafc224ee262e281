"""The bytes of a file to a grid: one table of text cells under unique names."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from nps.errors import Refused
from nps.importing import columnar, delimited, large, markup, objects, workbook
from nps.importing.containers import bytes_of, opened
from nps.importing.edges import without_empty, without_footer, without_repeats
from nps.importing.encodings import utf8
from nps.importing.known import NOTHING_KNOWN, Known
from nps.importing.packed import Cells, some
from nps.importing.repaired import without_notes
from nps.importing.sheet import Sheet, filled
from nps.importing.ticked import joined
from nps.importing.vendors import header_rows
from nps.jobs import Progress, unsaid

BOLD = re.compile(r"(\*{1,3})(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


@dataclass(frozen=True, eq=False)
class Grid:
    """One table of text cells as it stands in a file.

    `name` is the file's name, for messages only. `header` has unique, non-empty names; `table` a string column for
    each, under these names, cells as written and never null, packed where the file is large; `lines` the line (or sheet
    row) at which each row begins, 1 = first of the file. `ragged` has the rows with more or fewer cells than the
    header: line, column, value, reason, cells. `remarks` say what a person should know about the reading; `known` is
    what its headers tell of the vendor; `delimiter` is what parts the cells of delimited text; `sha256` is that of the
    file's bytes and the name of the sheet that was asked for; `unturned` is the header before the table was turned,
    `as_it_stands` says that it was not to be, and `file_as` is the last column where that holds the file's name;
    `ticked` are the choices of the columns that were joined of a column for each; `repairs` is the import whose
    rejected rows come back here, "" where it is not told, None for any other file.
    """

    name: str
    header: tuple[str, ...]
    table: Cells
    lines: pa.Array
    ragged: pa.Table
    remarks: tuple[str, ...]
    known: Known = NOTHING_KNOWN
    delimiter: str = ""
    sha256: str = ""
    repairs: str | None = None
    ticked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unturned: tuple[str, ...] = ()
    as_it_stands: bool = False
    file_as: str = ""

    @property
    def rows(self) -> int:
        """All rows of data in the file, those that do not fit included."""
        return len(self.table) + len(self.ragged)


def read(name: str, data: bytes | BinaryIO, *, sheet: str | None = None, progress: Progress = unsaid) -> Grid:
    """Read an export, told by its content: delimited text, a workbook, JSON or Parquet, or an archive of one of them.

    `data` may be an open file: then large delimited text is never held whole. `sheet` chooses one of a workbook.

    Raises Refused, saying what the file looks like, when it is no table or has no rows.
    """
    if sheet is None and (whole := large.sheet(name, data, progress)) is not None:
        return _grid(name, whole.sheet, (), whole.sha256)
    data = bytes_of(data)
    if not data:
        raise Refused(f"{name} is empty: there is nothing to import.")
    file = opened(name, data)
    given, data, remarks = data, file.data, file.remarks
    if not data:
        raise Refused(f"{name} holds an empty file: there is nothing to import.")
    if workbook.is_workbook(data):
        found = workbook.sheet(name, data, wanted=sheet)
    elif sheet is not None:
        raise Refused(f"{name} is no Excel workbook, so it has no sheet “{sheet}”: leave the sheet out.")
    elif columnar.is_parquet(data):
        found = columnar.sheet(name, data)
    elif data is not given and (inside := large.sheet(name, data, progress)) is not None:
        return _grid(name, inside.sheet, remarks, inside.sha256)
    else:
        text, decoded = utf8(name, data)
        reader = objects if objects.is_json(text) else markup if markup.is_markup(text) else delimited
        found = reader.sheet(name, text)
        remarks += decoded
    return _grid(name, found, remarks, hashlib.sha256(data + (sheet or "").encode()).hexdigest())


def _grid(name: str, found: Sheet, remarks: tuple[str, ...], sha256: str) -> Grid:
    """What is no answer taken off, and the columns named."""
    found, repairs = without_notes(found)
    if repairs is None:
        found = without_footer(without_empty(_below_header(found)))
    grid = _named(name, _without_formulas(_trimmed(found)), remarks)
    return replace(grid, sha256=sha256, repairs=repairs)


def sheets(name: str, data: bytes) -> tuple[str, ...]:
    """The names of a workbook's visible sheets; none when the file is no workbook. Raises Refused for a broken one."""
    data = opened(name, data).data
    return workbook.names(name, data) if workbook.is_workbook(data) else ()


def _below_header(found: Sheet) -> Sheet:
    """Take further header rows off the data and their names into the header, and leave out rows that repeat them."""
    rows = [list(row.values()) for row in found.table.slice(0, 2).to_pylist()]
    further = header_rows(found.header, rows)
    if further is None:
        return without_repeats(found, [found.header])
    heads = [found.header, *rows[: further.skip]]
    below = replace(
        found,
        header=further.names,
        table=found.table.slice(further.skip),
        lines=found.lines.slice(further.skip),
        remarks=(*found.remarks, further.remark),
    )
    return joined(without_repeats(below, heads), further.parts)


def _trimmed(found: Sheet) -> Sheet:
    """Drop the last columns while they have neither a name nor a value."""
    width = len(found.header)
    while width > 1 and not found.header[width - 1].strip() and not filled(found.table.column(width - 1)):
        width -= 1
    return replace(found, header=found.header[:width], table=found.table.select(found.table.column_names[:width]))


def _without_formulas(found: Sheet) -> Sheet:
    """Take off what keeps a spreadsheet program from changing a cell: ="00123" is 00123."""
    table = found.table
    for place, name in enumerate(table.column_names):
        if some(table, name, lambda part: bool(pc.any(pc.starts_with(part, '="')).as_py())):
            bare = pc.replace_substring_regex(table[name], '^="([^"]*)"$', r"\1")
            table = table.set_column(place, name, bare)
    return replace(found, table=table)


def _named(name: str, found: Sheet, remarks: tuple[str, ...]) -> Grid:
    if len(found.table) + len(found.ragged) == 0:
        raise Refused(f"{name} has a header but no rows below it: there is nothing to import.")
    header = unique(tuple(map(heading, found.header)))
    return Grid(
        name=name,
        header=header,
        table=found.table.rename_columns(list(header)),
        lines=found.lines,
        ragged=found.ragged,
        remarks=(*remarks, *found.remarks),
        delimiter=found.delimiter,
        ticked={header[place]: choices for place, choices in found.ticked.items()},
    )


def heading(name: str) -> str:
    """A header in one line, without the marks of Markdown (`*bold*`) and characters that nobody sees."""
    return " ".join(BOLD.sub(r"\2", UNSEEN.sub("", name)).split())


def unique(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names trimmed and told apart: an empty one becomes "column 3", a repeated one "Score (2)"."""
    taken: set[str] = {name.strip() for name in names}
    seen: set[str] = set()
    result = []
    for place, name in enumerate(names, start=1):
        plain = name.strip() or f"column {place}"
        told, count = plain, 1
        while told in seen or (count > 1 and told in taken) or (not name.strip() and told in taken):
            count += 1
            told = f"{plain} ({count})"
        seen.add(told)
        result.append(told)
    return tuple(result)
