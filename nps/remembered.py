"""Mappings that a person corrected: kept by the header of their file, and used for the next file with that header.

A header is known again by its fingerprint: a hash of its names in their order, without regard to case and punctuation.
What is said for a file wins over what is remembered, and that over the guess.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from nps import importing
from nps.errors import Refused
from nps.importing import Grid, Guess, Mapping
from nps.importing.mapping import find_column
from nps.importing.words import plain
from nps.store import Row, Store, Transaction
from nps.topics import reads

ROLES = ("score", "date", "comment", "id", "email", "name", "account", "customer")
GUESSED = ROLES[:-1]  # the roles that a guess can be told
LONGEST_NAME = 100

_KEPT = "SELECT fingerprint, name, header, mapping, file, kept_at, kept_by FROM mappings"


@dataclass(frozen=True)
class Remembered:
    """A mapping with the header it belongs to, and the file for which somebody corrected it. `kept_at` is UTC."""

    fingerprint: str
    name: str
    header: tuple[str, ...]
    mapping: Mapping
    file: str
    kept_at: datetime
    kept_by: str


def fingerprint(header: Sequence[str]) -> str:
    """What a header is known again by."""
    return hashlib.sha256("\x1f".join(map(plain, header)).encode()).hexdigest()


@reads("mappings")
def every(store: Store) -> tuple[Remembered, ...]:
    """All remembered mappings, the newest first."""
    return tuple(map(_remembered, store.rows(f"{_KEPT} ORDER BY kept_at DESC, name")))


def keep(store: Store, grid: Grid, mapping: Mapping, *, by: str, now: datetime) -> None:
    """Remember a mapping for the next file with this header, in place of the one there may be; its name stays."""
    found = {
        "fingerprint": fingerprint(grid.header),
        "header": list(grid.header),
        "mapping": json.dumps(asdict(mapping), ensure_ascii=False),
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

    store.transact(work, touches=("mappings",))


def rename(store: Store, kept: Remembered, name: str) -> None:
    """Give a remembered mapping another name. Raises Refused for an empty one."""
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise Refused("A remembered mapping needs a name. Write one, for example the name of the survey tool.")
    _change(store, kept, "UPDATE mappings SET name = $name WHERE fingerprint = $fingerprint", {"name": name})


def edit(store: Store, kept: Remembered, mapping: Mapping) -> None:
    """Change what the columns mean in the files to come. Raises Refused where a column would mean two things."""
    taken = [column for column in (getattr(mapping, role) for role in ROLES) if column]
    if twice := next((column for column in taken if taken.count(column) > 1), None):
        raise Refused(f"The column “{twice}” cannot mean two things. Choose another one for one of them.")
    mapping = replace(mapping, segments=tuple(column for column in mapping.segments if column not in taken))
    written = json.dumps(asdict(mapping), ensure_ascii=False)
    _change(
        store, kept, "UPDATE mappings SET mapping = $mapping WHERE fingerprint = $fingerprint", {"mapping": written}
    )


def forget(store: Store, kept: Remembered) -> None:
    """Guess anew for the next file with this header."""
    _change(store, kept, "DELETE FROM mappings WHERE fingerprint = $fingerprint", {})


def guess(store: Store, grid: Grid, **said: Any) -> Guess:
    """What the columns of a grid mean: as said, else as remembered for this header, else as guessed.

    `said` is what `importing.guess` takes; None counts as not said. Questions that were answered for the remembered
    file are not asked again. Raises what `importing.guess` raises.
    """
    said = {name: value for name, value in said.items() if value is not None}
    landed = _repaired(store, grid)
    kept = landed or _of(store, grid.header)
    if kept is None:
        return importing.guess(grid, **said)
    mapping = _renamed(kept, grid.header[: len(kept.header)])
    score = find_column(grid, said["score"], option="score") if "score" in said else mapping.score
    if (score, said.get("metric", mapping.metric)) != (mapping.score, mapping.metric):
        # Another question: nothing that was said about the remembered one holds for it.
        mapping = replace(mapping, survey="", metric="nps", scale=None, reverse=False)
    told = {role: column for role in GUESSED if (column := getattr(mapping, role))}
    if mapping.metric != "nps":
        told |= {"metric": mapping.metric, "scale": mapping.scale, "reverse": mapping.reverse}
    guessed = importing.guess(grid, **{**told, "survey": mapping.survey, **said})
    settled = _settled(guessed, mapping, said)
    if landed:
        # Few rows show nothing by themselves: they are read just as those that went in, which may show a 1-10 scale.
        scale = "0-10" if mapping.metric == "nps" else mapping.scale
        settled = replace(
            settled,
            **{
                "scale": scale,
                "dayfirst": mapping.dayfirst,
                **{name: said[name] for name in ("scale", "dayfirst") if name in said},
            },
        )
        return Guess(settled, guessed.reasons, (_told(kept, settled, landed=True), *guessed.remarks))
    return Guess(
        settled,
        {
            role: "remembered" if why == "chosen by you" and role not in said else why
            for role, why in guessed.reasons.items()
            if getattr(settled, role, None)
        },
        (_told(kept, settled), *guessed.remarks),
        tuple(question for question in guessed.open if not _answered(question.question, mapping, said)),
    )


def _told(kept: Remembered, settled: Mapping, *, landed: bool = False) -> str:
    if landed:
        of = f"Read as the import of {kept.file} on {kept.kept_at:%Y-%m-%d}, whose rejected rows these are"
    else:
        called = f" (“{kept.name}”)" if kept.name != kept.file else ""
        of = f"Columns as remembered from {kept.file} on {kept.kept_at:%Y-%m-%d}{called}"
    return f"{of}; survey “{settled.survey}”."


def _repaired(store: Store, grid: Grid) -> Remembered | None:
    """How the import was read whose rejected rows come back; None for other files, and where it is not known here."""
    rows = store.rows(
        """
        SELECT import_id, file, header, mapping, file, imported_at, imported_by FROM imports
        WHERE import_id = $import_id AND header IS NOT NULL
        """,
        {"import_id": grid.repairs or ""},
    )
    found = _remembered(rows[0]) if rows else None
    return found if found and found.header == grid.header[: len(found.header)] else None


def _settled(guessed: Guess, kept: Mapping, said: dict[str, Any]) -> Mapping:
    """The remembered mapping with what was said, and with answers only to what this file makes one ask.

    A file that shows its scale or its order of dates by itself is not held to what another one needed.
    """
    own = {
        "survey",
        "metric",
        "reverse",
        "scale",
        "dayfirst",
        "segments",
        *said,
        *(("customer",) if "id" in said else ()),
    }
    values = {each.name: getattr(kept, each.name) for each in fields(Mapping) if each.name not in own}
    now_else = {getattr(guessed.mapping, role) for role in said if role in ROLES}
    values |= {role: None for role in ROLES if values.get(role) in now_else}
    asked = {question.question for question in guessed.open}
    if "scale" in asked and _answered("scale", kept, said):
        values["scale"] = kept.scale
    if "date order" in asked and _answered("date order", kept, said):
        values["dayfirst"] = kept.dayfirst
    settled = replace(guessed.mapping, **values)
    taken = {getattr(settled, role) for role in ROLES}
    return replace(settled, segments=tuple(column for column in kept.segments if column not in taken))


def _answered(question: str, kept: Mapping, said: dict[str, Any]) -> bool:
    """Whether the remembered mapping answers a question about this file, for the column that it was answered for."""
    if question == "scale":
        return kept.scale is not None
    return question == "date order" and "date" not in said and (kept.date is None or kept.dayfirst is not None)


def _of(store: Store, header: Sequence[str]) -> Remembered | None:
    rows = store.rows(f"{_KEPT} WHERE fingerprint = $fingerprint", {"fingerprint": fingerprint(header)})
    return _remembered(rows[0]) if rows else None


def _remembered(row: Row) -> Remembered:
    mark, name, header, mapping, *rest = row
    return Remembered(mark, name, tuple(header), mapping_of(mapping), *rest)


def mapping_of(text: str) -> Mapping:
    """A mapping as the store keeps it; what an older version did not know yet has its default."""
    known = {each.name for each in fields(Mapping)}
    values = {name: value for name, value in json.loads(text).items() if name in known}
    return Mapping(**{**values, "segments": tuple(values.get("segments", ()))})


def _renamed(kept: Remembered, header: Sequence[str]) -> Mapping:
    """The mapping in the words of a header of the same fingerprint."""
    names: dict[str | None, str] = dict(zip(kept.header, header, strict=True))
    roles: dict[str, Any] = {role: names.get(getattr(kept.mapping, role)) for role in ROLES}
    return replace(kept.mapping, **roles, segments=tuple(names[each] for each in kept.mapping.segments))


def _change(store: Store, kept: Remembered, sql: str, params: dict[str, Any]) -> None:
    if not store.transact(
        lambda tx: tx.execute(sql, {"fingerprint": kept.fingerprint, **params}), touches=("mappings",)
    ):
        raise Refused(f"The mapping “{kept.name}” was deleted meanwhile. Nothing was changed.")
