"""The bytes of a file about customers to rows of one shape, whatever tool wrote it."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

import pyarrow as pa

from nps.context.guessing import DOMAIN, Understood, understand
from nps.errors import Ambiguous
from nps.importing import reading
from nps.importing.dates import moments
from nps.importing.order import ordered
from nps.importing.reading import Grid
from nps.importing.words import is_blank

ROWS = pa.schema(
    [
        ("line", pa.int64()),
        ("kind", pa.string()),
        ("source", pa.string()),
        *((name, pa.string()) for name in ("id", "person_ref", "account_ref", "ticket_ref", "email", "customer")),
        *((name, pa.string()) for name in ("account", "domain", "name", "phone", "role")),
        ("opted_out", pa.bool_()),
        ("revenue", pa.float64()),
        ("renewal_on", pa.date32()),
        ("owner", pa.string()),
        ("happened_at", pa.timestamp("us")),
        ("updated_at", pa.timestamp("us")),
        *((name, pa.string()) for name in ("title", "text", "status", "who", "facts", "fault")),
    ]
)
DATES = ("renewal_on", "happened_at", "updated_at")
BOOKKEEPING = re.compile(r"^_fivetran_|^_airbyte_|^_sdc_", re.IGNORECASE)
ADDRESS = re.compile(r"[^@\s<>,;\"']+@[^@\s<>,;\"']+\.[^@\s<>,;\"']+")
MONEY = re.compile(r"[-+]?\d[\d.,'\s]*")
TIMES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "bn": 1e9, "b": 1e9}
YES, NO = frozenset({"true", "yes", "y", "1", "x", "t", "ja", "oui", "si"}), frozenset({"false", "no", "n", "0", "f"})
LONGEST_FACT = 2_000  # characters


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a file: `table` as ROWS, one for each row of the file, and what the file was taken for."""

    name: str
    table: pa.Table
    understood: Understood
    remarks: tuple[str, ...]


def read(name: str, data: bytes | BinaryIO, *, key: str | None = None, dayfirst: bool | None = None) -> Rows:
    """Read a file about customers. `key` is the column that tells whose each row is; `dayfirst` how its dates go.

    Raises Refused where it is no table or nothing tells whose the rows are, Ambiguous where only a person can say
    whether day or month stands first.
    """
    return rows_of(table(name, data), key=key, dayfirst=dayfirst)


def table(name: str, data: bytes | BinaryIO) -> Grid:
    """The table in a file, as it stands there. Raises Refused where it is none."""
    return reading.read(name, data)


def rows_of(grid: Grid, *, key: str | None = None, dayfirst: bool | None = None) -> Rows:
    """The rows of a table that was read already."""
    understood = understand(grid, key=key)
    columns = understood.columns
    cells = {role: _cells(grid, name) for role, name in columns.items() if role not in DATES}
    dates = {role: _moments(grid, columns[role], dayfirst) for role in DATES if role in columns}
    count = len(grid.table)
    rest = [name for name in grid.header if name not in columns.values() and not BOOKKEEPING.match(name)]
    made: dict[str, Sequence[Any]] = {
        "line": grid.lines.to_pylist(),
        "kind": [understood.kind] * count,
        "source": [understood.source] * count,
        "facts": _facts(grid, rest),
        **{role: [CLEANED.get(role, _same)(cell) for cell in column] for role, column in cells.items()},
        **dates,
    }
    if "name" not in made or not any(made["name"]):
        made["name"] = _joined(made.get("first_name"), made.get("last_name"), count)
    if understood.kind == "comment" and "status" in cells:
        made["status"] = ["internal" if _yes(cell) is False else None for cell in cells["status"]]
    typed = pa.table([pa.array(made.get(field.name, [None] * count), field.type) for field in ROWS], schema=ROWS)
    return Rows(grid.name, pa.concat_tables([typed, _misfits(grid, understood)]), understood, grid.remarks)


def _cells(grid: Grid, name: str) -> list[str | None]:
    return [None if is_blank(cell) else cell.strip() for cell in grid.table[name].to_pylist()]


def _moments(grid: Grid, name: str, dayfirst: bool | None) -> list[date | datetime | None]:
    shaped = ordered(grid, name)
    if shaped.ambiguous and dayfirst is None:
        raise Ambiguous(
            f"{grid.name}: the dates of “{name}”, such as {shaped.example}, can be read day first or month first. "
            "Say which with --dayfirst or --monthfirst.",
            question="date order",
            candidates=("dayfirst", "monthfirst"),
        )
    order = shaped.order()
    found: list[date | datetime | None] = moments(
        grid.table[name], dayfirst=bool(dayfirst) if order is None else order
    )["moment"].to_pylist()
    return found


def _facts(grid: Grid, names: Sequence[str]) -> list[str | None]:
    """All other filled cells of each row as JSON, by their header; None where there are none."""
    columns = [grid.table[name].to_pylist() for name in names]
    facts = []
    for row in zip(*columns, strict=True) if columns else ([()] * len(grid.table)):
        told = {name: cell.strip()[:LONGEST_FACT] for name, cell in zip(names, row, strict=True) if not is_blank(cell)}
        facts.append(json.dumps(told, ensure_ascii=False) if told else None)
    return facts


def _joined(first: Sequence[str | None] | None, last: Sequence[str | None] | None, count: int) -> list[str | None]:
    none: list[str | None] = [None] * count
    pairs = zip(first or none, last or none, strict=True)
    return [" ".join(part for part in pair if part) or None for pair in pairs]


def _misfits(grid: Grid, understood: Understood) -> pa.Table:
    """The rows that have more or fewer cells than the header: kept with what is wrong."""
    rows = grid.ragged.select(["line", "reason"]).to_pylist()
    return pa.Table.from_pylist(
        [
            {"line": row["line"], "kind": understood.kind, "source": understood.source, "fault": row["reason"]}
            for row in rows
        ],
        schema=ROWS,
    )


def _same(cell: str | None) -> str | None:
    return cell


def _email(cell: str | None) -> str | None:
    """The address in lower case; what is no address but long enough to be a key made of one stays as it is."""
    found = ADDRESS.search(cell) if cell else None
    if cell and not found and re.fullmatch(r"\S{16,}", cell):
        return cell
    return found.group().lower() if found else None


def _domain(cell: str | None) -> str | None:
    """acme.com of https://www.acme.com/contact, or of the first of several."""
    first = re.split(r"[\s,;|\[\]\"']+", cell.strip("[]\"' "))[0] if cell else ""
    if not DOMAIN.fullmatch(first):
        return None
    bare = re.sub(r"^https?://", "", first.lower())
    return bare.split("/")[0].removeprefix("www.")


def _money(cell: str | None) -> float | None:
    """1200000 of 1,200,000 or € 1.200.000,00 or 1.2M; None where it is no number."""
    found = MONEY.search(cell) if cell else None
    if not cell or not found:
        return None
    digits = re.sub(r"[\s']", "", found.group()).rstrip(".,")
    marks = [mark for mark in digits if mark in ".,"]
    if len(set(marks)) == 2:
        digits = digits.replace(next(mark for mark in ".," if mark != marks[-1]), "").replace(marks[-1], ".")
    elif len(marks) > 1 or re.fullmatch(r"[-+]?\d{1,3},\d{3}", digits):
        digits = digits.replace(marks[0], "")
    else:
        digits = digits.replace(",", ".")
    unit = re.match(r"\s*([a-z]+)", cell[found.end() :].lower())
    return float(digits) * TIMES.get(unit.group(1) if unit else "", 1)


def _yes(cell: str | None) -> bool | None:
    word = (cell or "").casefold()
    return True if word in YES else False if word in NO else None


CLEANED: dict[str, Callable[[str | None], Any]] = {
    "email": _email,
    "domain": _domain,
    "revenue": _money,
    "opted_out": _yes,
}
