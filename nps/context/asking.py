"""The questions about customers: one function here, one file of the same name in sql/."""

from functools import cache
from pathlib import Path

from nps.context.rows import Context, Unmatched
from nps.store import Store
from nps.topics import reads


@reads("responses", "context")
def contexts(store: Store) -> tuple[Context, ...]:
    """The files that were brought in, newest first."""
    return tuple(Context(*row) for row in store.rows(statement("contexts")))


@reads("responses", "context")
def unmatched(store: Store, context_id: str, *, limit: int) -> tuple[Unmatched, ...]:
    """The rows of a file that lead to nobody who answered, by line."""
    rows = store.rows(statement("unmatched"), {"context_id": context_id, "limit": limit})
    return tuple(Unmatched(*row) for row in rows)


@cache
def statement(name: str) -> str:
    """The text of a question."""
    return (Path(__file__).resolve().parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
