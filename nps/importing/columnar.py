"""Parquet to a sheet: cells as text, as a CSV export of the same table would have them."""

import json

import pyarrow as pa

from nps.errors import Refused
from nps.importing import apart
from nps.importing.sheet import Sheet, columns, ragged_of

READER = "parquet.py"
MAGIC = b"PAR1"


def is_parquet(data: bytes) -> bool:
    """Whether the bytes begin as Parquet."""
    return data.startswith(MAGIC)


def sheet(name: str, data: bytes) -> Sheet:
    """Read a Parquet file; its rows are counted from 1. Raises Refused when it is damaged or too large."""
    found = apart.tables(READER, data) if data.endswith(MAGIC) else None
    if found is None or len(found) != 1:
        raise Refused(
            f"{name} looks like a Parquet file, but it is damaged, incomplete, encrypted or larger than 2 GB of text: "
            "export it again, or as CSV in parts."
        )
    table = found[0]
    header = tuple(json.loads(table.schema.metadata[b"header"]))
    if not header or not len(table):
        raise Refused(f"{name} has a header but no rows below it: there is nothing to import.")
    lines = pa.array(range(1, len(table) + 1), pa.int64())
    cells = table.rename_columns(columns(len(header))).replace_schema_metadata(None)
    return Sheet(header, cells, lines, ragged_of([]), ("Parquet: the line of a row is its number, 1 = the first.",))
