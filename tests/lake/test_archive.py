"""All of a lake as Parquet files, and into a lake again."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from nps import casework, checking
from nps.archive import reading, writing
from nps.store import Store
from tests.lake.conftest import Join
from tests.test_backups import bring, keys

NOW = datetime.fromisoformat("2026-05-04 07:00")
PLACES = "SELECT list(response_key ORDER BY rowid) FROM responses"


def test_an_archive_of_a_lake_fills_a_file_and_one_of_a_file_fills_a_lake(
    join: Join, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPS_DATA", str(tmp_path / "data"))
    with closing(Store.open(tmp_path / "first.duckdb")) as first:
        bring(first, "b")
        bring(first, "a")
        casework.tick(first, keys(first)[:20], who="Ada", now=NOW)
        held, listed = first.tried(checking.sums), first.rows(PLACES)
        writing.write(first, tmp_path / "one", by="Ada", now=NOW)
    lake = join()
    reading.bring_in(lake, tmp_path / "one")
    writing.write(lake, tmp_path / "two", by="Ada", now=NOW)
    with closing(Store.open(tmp_path / "last.duckdb")) as last:
        reading.bring_in(last, tmp_path / "two")
        for store in (lake, last):
            assert store.tried(checking.sums) == held
            assert store.rows(PLACES) == listed
            assert checking.check(store) == []
