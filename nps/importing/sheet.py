"""A table of cells before its header means anything: what every kind of file is read into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.packed import Cells, different

RAGGED = pa.schema(
    [
        ("line", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("cells", pa.list_(pa.string())),
    ]
)
SHOWN = 200


@dataclass(frozen=True)
class Sheet:
    """Rows of text under a first row that is taken for the header.

    `table` has string columns c0, c1 ... as many as `header`; `lines` is where each of its rows begins, 1 = first
    line of the file; `ragged` holds the rows that do not fit the header, in the form of rejects; `delimiter` is what
    parts the cells of delimited text; `ticked` are the choices of each column, by its place, that was joined of theirs.
    """

    header: tuple[str, ...]
    table: Cells
    lines: pa.Array
    ragged: pa.Table
    remarks: tuple[str, ...] = ()
    delimiter: str = ""
    ticked: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def columns(width: int) -> list[str]:
    """The neutral names of columns; no header ever stands in SQL."""
    return [f"c{place}" for place in range(width)]


def table_of(rows: Sequence[Sequence[str]], width: int) -> pa.Table:
    """Rows of equal length as a table of neutral columns."""
    cells = zip(*rows, strict=True) if rows else ((),) * width
    return pa.table([pa.array(column, pa.string()) for column in cells], names=columns(width))


def ragged_of(rows: Sequence[tuple[int, str, list[str]]]) -> pa.Table:
    """Rows that do not fit, each with its line, the reason and its cells, as a table."""
    return pa.table(
        [
            [line for line, _, _ in rows],
            [""] * len(rows),
            [shortened(" | ".join(cells)) for _, _, cells in rows],
            [reason for _, reason, _ in rows],
            [cells for _, _, cells in rows],
        ],
        schema=RAGGED,
    )


def filled(column: pa.ChunkedArray) -> bool:
    """Whether any cell holds more than spaces."""
    return bool(pc.any(pc.not_equal(pc.utf8_trim_whitespace(different(column)), "")).as_py())


def shortened(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
