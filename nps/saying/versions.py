"""Texts that people edit: every version is kept with who and when; the newest counts, else the default of the file.

Version 0 is the default; 1, 2, 3 ... are what was saved.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

from nps.errors import Conflict, Refused
from nps.store import Store, Transaction
from nps.topics import reads

Kind = Literal["template", "play", "thank-you"]
Content = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Version:
    """One saved version of a text; `content` None: back to the default. `saved_at` is UTC."""

    name: str
    number: int
    content: Content | None
    saved_at: datetime
    saved_by: str


def newest(store: Store, kind: Kind) -> dict[str, Version]:
    """The newest saved version of each text of a kind, by name."""
    found = (_version(row) for row in store.rows(f"{_SAVED} ORDER BY version", {"kind": kind}))
    return {version.name: version for version in found}


def standing(store: Store, kind: Kind, defaults: Mapping[str, T], made: Callable[..., T]) -> Iterator[T]:
    """The texts of a kind as they stand: those with a default in their order, then the others by name.

    `made(row, version=...)` makes one of the columns it was saved with.
    """
    saved = newest(store, kind)
    for name, default in defaults.items():
        found = saved.pop(name, None)
        if found is None:
            yield default
        else:
            yield replace(default, version=found.number) if found.content is None else _made(found, made)  # type: ignore[type-var]
    for name in sorted(saved):
        if saved[name].content is not None:
            yield _made(saved[name], made)


def fitted(kind: type, row: Content) -> dict[str, Any]:
    """What of a row a dataclass has fields for, but its version; lists become tuples."""
    known = {each.name for each in fields(kind)} - {"version"}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name in known}


@reads("sayings")
def history(store: Store, kind: Kind, name: str) -> tuple[Version, ...]:
    """The saved versions of one text, the newest first."""
    rows = store.rows(f"{_SAVED} AND name = $name ORDER BY version DESC", {"kind": kind, "name": name})
    return tuple(map(_version, rows))


def save(store: Store, kind: Kind, name: str, content: Content | None, *, seen: int, who: str, now: datetime) -> int:
    """Append a version and return its number.

    `seen` is the version that was edited: Conflict is raised where somebody else saved another one since.
    """
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who changed it.")

    def work(tx: Transaction) -> int:
        [[last, by]] = tx.rows(
            "SELECT coalesce(max(version), 0), max_by(saved_by, version) FROM sayings "
            "WHERE kind = $kind AND name = $name",
            {"kind": kind, "name": name},
        )
        if last != seen:
            raise Conflict(f"{by} saved another version of “{name}” meanwhile. Look at it before you write over it.")
        tx.execute(
            "INSERT INTO sayings VALUES ($kind, $name, $version, $content, $now, $who)",
            {
                "kind": kind,
                "name": name,
                "version": last + 1,
                "content": None if content is None else json.dumps(dict(content), ensure_ascii=False),
                "now": now,
                "who": who.strip(),
            },
        )
        return int(last) + 1

    return store.transact(work, touches=("sayings",))


_SAVED = "SELECT name, version, content, saved_at, saved_by FROM sayings WHERE kind = $kind"


def _made(version: Version, made: Callable[..., T]) -> T:
    return made({**(version.content or {}), "name": version.name}, version=version.number)


def _version(row: tuple[Any, ...]) -> Version:
    name, number, content, at, who = row
    return Version(name, number, json.loads(content) if content else None, at, who)
