"""Segments for tests that write responses without an import."""

from collections.abc import Mapping
from datetime import date

from nps import queries
from nps.rows import Followup, as_they_stand
from nps.store import Store, Transaction


def add_columns(store: Store, columns: Mapping[str, tuple[str, str]]) -> None:
    """Add columns where they are missing, and list them as segments, each with its label and kind."""
    store.widen(columns)

    def work(tx: Transaction) -> None:
        have = {row[0] for row in tx.rows("SELECT column_name FROM segments")}
        tx.list_segments({name: told for name, told in columns.items() if name not in have})

    store.transact(work, touches=("responses",))


def followed(store: Store, *keys: str, today: date) -> tuple[Followup, ...]:
    """The follow-ups of some responses as they stand now."""
    return as_they_stand(queries.followups_by_key(store, keys, today=today), queries.cases_by_key(store, keys))
