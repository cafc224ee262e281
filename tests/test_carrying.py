"""All of a store in another one: the same rows in the same order, whatever was there before, or nothing."""

from datetime import datetime
from pathlib import Path

import pytest

from nps import casework, checking
from nps.carrying import carry
from nps.errors import StoreError
from nps.start import fill_with_sample
from nps.store import Store, Transaction
from tests.test_backups import bring, keys
from tests.test_store import put

NOW = datetime.fromisoformat("2026-05-04 07:00")
ORDER = "SELECT list(response_key ORDER BY rowid) FROM responses"


def test_a_store_that_held_something_else_holds_the_same_rows_in_the_same_order(store: Store, tmp_path: Path) -> None:
    bring(store, "b")
    bring(store, "a")
    put(store, [9] * 300_000)  # more than one thread writes at a time
    casework.tick(store, keys(store)[:20], who="Ada", now=NOW)
    store.transact(lambda tx: tx.execute("DELETE FROM responses WHERE import_id = '1' AND response_key LIKE '%7'"))
    bring(store, "0")
    other = Store.open(tmp_path / "other.duckdb")
    fill_with_sample(other)
    seen = other.version("responses"), other.version("readings")
    held = store.tried(lambda tx: carry(tx, other))
    assert held == store.tried(checking.sums) == other.tried(checking.sums)
    assert other.rows(ORDER) == store.rows(ORDER)
    assert len(other.rows(ORDER)[0][0]) == 270_600
    assert other.columns() == store.columns()
    assert other.version("responses") > seen[0]
    assert other.version("readings") > seen[1]
    other.close()


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        ("CREATE TABLE more AS SELECT 1 AS n", "other.duckdb has other tables"),
        ("ALTER TABLE kept ALTER kept_id TYPE DOUBLE", "other.duckdb did not take in kept as it is"),
    ],
)
def test_what_is_not_the_same_afterwards_is_not_kept(store: Store, tmp_path: Path, difference: str, told: str) -> None:
    def differ(tx: Transaction) -> None:
        tx.execute(difference)
        tx.execute("INSERT INTO kept (number, kept_id) VALUES (1, 1.5)")

    bring(store, "a")
    store.transact(differ)
    other = Store.open(tmp_path / "other.duckdb")
    before = other.tried(checking.sums)
    with pytest.raises(StoreError, match=told):
        store.tried(lambda tx: carry(tx, other))
    assert other.tried(checking.sums) == before
    other.close()
