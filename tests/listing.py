"""Segments for tests that write responses without an import."""

from collections.abc import Mapping

from nps.store import Store, Transaction


def add_columns(store: Store, columns: Mapping[str, tuple[str, str]]) -> None:
    """Add columns where they are missing, and list them as segments, each with its label and kind."""
    store.widen(columns)

    def work(tx: Transaction) -> None:
        have = {row[0] for row in tx.rows("SELECT column_name FROM segments")}
        tx.list_segments({name: told for name, told in columns.items() if name not in have})

    store.transact(work, touches=("responses",))
