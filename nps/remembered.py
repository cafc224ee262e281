"""Mappings that a person corrected: kept by the header of their file, and used for the next file with that header.

A header is known again by its fingerprint: a hash of its names in their order, without regard to case and punctuation.
What is said for a file wins over what is remembered, and that over the guess. A file may have several mappings, one for
each of its questions; that it was not turned, or that its name became a segment, is remembered too.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from nps.errors import Refused
from nps.importing import Grid, Mapping
from nps.importing.words import plain
from nps.store import Row, Store, Transaction
from nps.topics import reads

ROLES = ("score", "date", "comment", "id", "email", "name", "account", "customer")
LONGEST_NAME = 100

_NOW_TURNED = """
DELETE FROM mappings
WHERE fingerprint = $fingerprint AND coalesce((mapping::JSON ->> '$.as_it_stands')::BOOLEAN, false)
"""
_KEPT = "SELECT fingerprint, name, header, mapping, file, kept_at, kept_by FROM mappings"


@dataclass(frozen=True)
class Remembered:
    """What a header's columns mean, and the file for which somebody corrected it. `kept_at` is UTC.

    `mappings` are one for each question that was taken. `as_it_stands`: a file with that header is not turned.
    `file_as` is the segment that holds the file's name; the header is the one without it.
    """

    fingerprint: str
    name: str
    header: tuple[str, ...]
    mappings: tuple[Mapping, ...]
    file: str
    kept_at: datetime
    kept_by: str
    as_it_stands: bool = False
    file_as: str = ""

    def renamed(self, header: Sequence[str]) -> tuple[Mapping, ...]:
        """The mappings in the words of a header of the same fingerprint, whatever stands behind it."""
        names: dict[str | None, str] = dict(zip(self.header, header[: len(self.header)], strict=True))

        def renamed(mapping: Mapping) -> Mapping:
            roles: dict[str, Any] = {role: names.get(getattr(mapping, role)) for role in ROLES}
            return replace(mapping, **roles, segments=tuple(names[each] for each in mapping.segments))

        return tuple(map(renamed, self.mappings))


def header_of(grid: Grid) -> tuple[str, ...]:
    """The header by which a file is known again: without the file's own name."""
    return grid.header[:-1] if grid.file_as else grid.header


def fingerprint(header: Sequence[str]) -> str:
    """What a header is known again by."""
    return hashlib.sha256("\x1f".join(map(plain, header)).encode()).hexdigest()


@reads("mappings")
def every(store: Store) -> tuple[Remembered, ...]:
    """All remembered mappings, the newest first."""
    return tuple(map(_remembered, store.rows(f"{_KEPT} ORDER BY kept_at DESC, name")))


def keep(store: Store, grid: Grid, *mappings: Mapping, by: str, now: datetime) -> None:
    """Remember the mappings of a file for the next one with this header, in place of those there may be.

    The name stays. How the file was read is remembered along.
    """
    found = {
        "fingerprint": fingerprint(header_of(grid)),
        "header": list(header_of(grid)),
        "mapping": _written(mappings, as_it_stands=grid.as_it_stands, file_as=grid.file_as),
        "file": grid.name,
        "now": now,
        "by": by,
    }

    def work(tx: Transaction) -> None:
        changed = tx.execute(
            """
            UPDATE mappings SET header = $header, mapping = $mapping, file = $file, kept_at = $now, kept_by = $by
            WHERE fingerprint = $fingerprint
            """,
            found,
        )
        if not changed:
            tx.execute("INSERT INTO mappings VALUES ($fingerprint, $file, $header, $mapping, $file, $now, $by)", found)
        if grid.known.turned:
            tx.execute(_NOW_TURNED, {"fingerprint": fingerprint(grid.unturned)})

    store.transact(work, touches=("mappings",))


def rename(store: Store, kept: Remembered, name: str) -> None:
    """Give a remembered mapping another name. Raises Refused for an empty one."""
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise Refused("A remembered mapping needs a name. Write one, for example the name of the survey tool.")
    _change(store, kept, "UPDATE mappings SET name = $name WHERE fingerprint = $fingerprint", {"name": name})


def edit(store: Store, kept: Remembered) -> None:
    """Change what the columns mean in the files to come, and how these are read.

    Raises Refused where a column would mean two things, no question is left, or the file's name would stand in a column
    of the file.
    """
    if not kept.mappings:
        raise Refused("No score would be left. Take one of them, or delete what is remembered.")
    if kept.file_as.casefold() in (name.casefold() for name in kept.header):
        raise Refused(f"“{kept.file_as}” is a column of the file already. Give the file's name another segment.")
    mappings = [_sound(mapping) for mapping in kept.mappings]
    written = _written(mappings, as_it_stands=kept.as_it_stands, file_as=kept.file_as)
    _change(
        store, kept, "UPDATE mappings SET mapping = $mapping WHERE fingerprint = $fingerprint", {"mapping": written}
    )


def _sound(mapping: Mapping) -> Mapping:
    """The mapping without segments that mean something else. Raises Refused where a column means two things."""
    taken = [column for column in (getattr(mapping, role) for role in ROLES) if column]
    if twice := next((column for column in taken if taken.count(column) > 1), None):
        raise Refused(f"The column “{twice}” cannot mean two things. Choose another one for one of them.")
    return replace(mapping, segments=tuple(column for column in mapping.segments if column not in taken))


def _written(mappings: Sequence[Mapping], *, as_it_stands: bool, file_as: str) -> str:
    """What is remembered of a header, as JSON: the first mapping's fields, and beside them all else."""
    first, *others = (replace(each, segments=tuple(s for s in each.segments if s != file_as)) for each in mappings)
    beside = {"others": [asdict(other) for other in others], "as_it_stands": as_it_stands, "file_as": file_as}
    return json.dumps(asdict(first) | beside, ensure_ascii=False)


def forget(store: Store, kept: Remembered) -> None:
    """Guess anew for the next file with this header."""
    _change(store, kept, "DELETE FROM mappings WHERE fingerprint = $fingerprint", {})


def of(store: Store, header: Sequence[str]) -> Remembered | None:
    """What is remembered for a header; None for nothing."""
    rows = store.rows(f"{_KEPT} WHERE fingerprint = $fingerprint", {"fingerprint": fingerprint(header)})
    return _remembered(rows[0]) if rows else None


def of_import(store: Store, import_id: str) -> Remembered | None:
    """How an import was read, as if it were remembered; None where that is not known."""
    rows = store.rows(
        """
        SELECT import_id, file, header, mapping, file, imported_at, imported_by FROM imports
        WHERE import_id = $import_id AND header IS NOT NULL
        """,
        {"import_id": import_id},
    )
    return _remembered(rows[0]) if rows else None


def _remembered(row: Row) -> Remembered:
    mark, name, header, text, file, kept_at, kept_by = row
    beside = json.loads(text)
    return Remembered(
        mark,
        name,
        tuple(header),
        (_mapping(beside), *map(_mapping, beside.get("others", ()))),
        file,
        kept_at,
        kept_by,
        as_it_stands=beside.get("as_it_stands", False),
        file_as=beside.get("file_as", ""),
    )


def mapping_of(text: str) -> Mapping:
    """A mapping as the store keeps it; what an older version did not know yet has its default."""
    return _mapping(json.loads(text))


def _mapping(written: dict[str, Any]) -> Mapping:
    known = {each.name for each in fields(Mapping)}
    values = {name: value for name, value in written.items() if name in known}
    return Mapping(**{**values, "segments": tuple(values.get("segments", ()))})


def _change(store: Store, kept: Remembered, sql: str, params: dict[str, Any]) -> None:
    if not store.transact(
        lambda tx: tx.execute(sql, {"fingerprint": kept.fingerprint, **params}), touches=("mappings",)
    ):
        raise Refused(f"The mapping “{kept.name}” was deleted meanwhile. Nothing was changed.")
