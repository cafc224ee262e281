"""Data on its way out: CSV whose cells cannot act as formulas, and everything as CSV or Parquet.

A spreadsheet takes a text cell that starts with =, +, -, @, a tab or a return for a formula (OWASP, "CSV injection").
An apostrophe in front makes it text and is what a spreadsheet itself would show.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from nps import decided, queries, zones
from nps.errors import Refused
from nps.importing import repaired
from nps.importing.reading import unique
from nps.importing.repaired import DANGEROUS
from nps.rows import Reject
from nps.store import Store, quoted

Table = tuple[Sequence[str], Sequence[Sequence[Any]]]  # header and rows
_STARTS = f"^[{re.escape(''.join(DANGEROUS))}]"


def inert(cell: Any) -> Any:
    """A cell that no spreadsheet runs: text that starts like a formula gets an apostrophe; the rest stays."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as CSV for a spreadsheet: UTF-8 with a byte order mark, formulas made inert, None as an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([inert(cell) for cell in header])
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def rejected(store: Store, import_id: str, *, limit: int) -> Table:
    """The rejected rows of an import: what is wrong with each, what would mend it, and its cells under their header.

    Mended, they can be imported as they are: see nps/importing/repaired.py.
    """
    rejects = queries.rejects(store, import_id, limit=limit)
    origin = queries.origin(store, import_id)
    width = max(len(origin.header), *(len(reject.cells) for reject in rejects), 0)

    def suggested(reject: Reject) -> str:
        return repaired.suggestion(reject.value, reject.reason, dayfirst=origin.dayfirst)

    rows = [[reject.line, reject.column, reject.value, reject.reason, suggested(reject)] for reject in rejects]
    cells = [repaired.filled_up(reject.cells, width) for reject in rejects]
    header = [*repaired.NOTES, *repaired.filled_up(origin.header, width)]
    return header, [[*row, import_id, *own] for row, own in zip(rows, cells, strict=True)]


def export(store: Store, path: Path) -> int:
    """Write every response with the state of its case to `path`, as its ending says, and return how many.

    The file appears whole or not at all. Times are those of the reporting zone, which their headers name; a day alone
    is its midnight. CSV is made inert; Parquet holds the values as they are. Raises Refused for another ending, or a
    place where no file can be written.
    """
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise Refused(f"“{path.name}” ends in neither .csv nor .parquet. Name the file so that its ending says which.")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        count = _write(store, unfinished, as_csv=path.suffix.lower() == ".csv")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Refused(f"{path} cannot be written: {error.strerror}. Name another place.") from error
    return count


def _write(store: Store, path: Path, *, as_csv: bool) -> int:
    count, writer = 0, None
    try:
        for batch in store.batches(_everything(store)):
            table = pa.Table.from_batches([batch])
            table = _inert_table(table) if as_csv else table
            if writer is None:
                make = pa.csv.CSVWriter if as_csv else pa.parquet.ParquetWriter
                writer = make(path, table.schema)
            writer.write_table(table)
            count += len(table)
    finally:
        if writer is not None:
            writer.close()
    return count


def _inert_table(table: pa.Table) -> pa.Table:
    columns = []
    for column in table.columns:
        if pa.types.is_string(column.type):
            acts = pc.match_substring_regex(column, _STARTS)
            columns.append(pc.if_else(acts, pc.binary_join_element_wise("'", column, ""), column))
        else:
            columns.append(column)
    return pa.Table.from_arrays(columns, names=[inert(name) for name in table.column_names])


_BEFORE = (
    *("response_key", "response_id", "survey", "metric", "answered_at", "score", "comment"),
    *("customer", "name", "email", "account"),
)
_AFTER = ("case_state", "case_owner", "contacted_at", "contacted_by", "case_note", "import_id", "file", "imported_at")


def _everything(store: Store) -> str:
    """The statement for all responses; a segment whose label is another column's name gets a number."""
    zone = decided.settings(store).zone
    times = {
        "answered_at": zones.answered_sql("answers.answered_at", zone),
        "contacted_at": zones.on_clock_sql("contacted_at", zone),
        "imported_at": zones.on_clock_sql("imported_at", zone),
    }
    columns = {name: f"answers.{name}" for name in (*_BEFORE, "import_id")} | times
    columns["case_state"] = "CASE WHEN metric = 'nps' AND detractor THEN coalesce(state, 'open') END"
    columns |= {"case_owner": "owner", "case_note": "note"}
    own = {name: zones.named(name, zone) if name in times else name for name in (*_BEFORE, *_AFTER)}
    listed = queries.segments(store)
    labels = unique((*own.values(), *(segment.label for segment in listed)))[len(own) :]
    asked = [
        *((columns.get(name, name), own[name]) for name in _BEFORE),
        *((f"answers.{quoted(segment.column)}", label) for segment, label in zip(listed, labels, strict=True)),
        *((columns.get(name, name), own[name]) for name in _AFTER),
    ]
    return f"""
    SELECT {", ".join(f"{expression} AS {quoted(called)}" for expression, called in asked)}
    FROM answers
    LEFT JOIN cases USING (response_key)
    LEFT JOIN (SELECT import_id, file, imported_at FROM imports) USING (import_id)
    ORDER BY answers.answered_at, response_key
    """  # noqa: S608
