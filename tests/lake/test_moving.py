"""A team moves from a file to a lake and back, and nothing is another then."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from nps import casework, checking, imports
from nps.__main__ import main
from nps.start import fill_with_sample
from nps.store import Store
from tests import lakes, s3
from tests.worker import invented

NOW = datetime.fromisoformat("2026-05-04 07:00")
PLACES = "SELECT list(response_key ORDER BY rowid) FROM responses"


def said(capsys: pytest.CaptureFixture[str]) -> str:
    caught = capsys.readouterr()
    return caught.out + caught.err


def test_a_team_moves_to_a_lake_and_back_and_nothing_changes(
    postgres: lakes.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NPS_DATA", str(tmp_path / "data"))
    file, back, name = tmp_path / "a.duckdb", tmp_path / "b.duckdb", postgres.new_database()
    lake = str(postgres.lake(name))
    with closing(Store.open(file)) as store:
        fill_with_sample(store)
        imports.land(store, invented(3_000, name="a"), file="a.csv", by="Ada", now=NOW)
        [[key]] = store.rows("SELECT response_key FROM responses WHERE score = 0 LIMIT 1")
        casework.tick(store, [key], who="Ada", now=NOW)
    assert main(["check", "--store", str(file)]) == 0  # makes the clocks, as every command
    with closing(Store.open(file)) as store:
        held, listed = store.tried(checking.sums), store.rows(PLACES)
    assert main(["move", "--from", str(file), "--to", lake]) == 0
    assert "compared" in said(capsys)
    assert main(["check", "--store", lake]) == 0
    assert main(["move", "--from", str(file), "--to", lake]) == 1
    assert "holds work of somebody" in said(capsys)
    assert main(["restore", str(file), "--store", lake]) == 1
    assert "move --from FILE --to LAKE" in said(capsys)
    assert main(["move", "--from", lake, "--to", str(back)]) == 0
    for where in (back, postgres.lake(name)):
        with closing(Store.open(where)) as store:
            assert store.tried(checking.sums) == held
            assert store.rows(PLACES) == listed
    assert main(["backup", str(tmp_path / "backups"), "--store", lake]) == 0
    [backup] = (tmp_path / "backups").glob("nps-*.duckdb")
    with closing(Store.open(backup)) as store:
        assert store.tried(checking.sums) == held


def test_what_cannot_be_moved_is_said(
    postgres: lakes.Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = str(postgres.lake(postgres.new_database()))
    assert main(["move", "--from", str(tmp_path / "no.duckdb"), "--to", str(tmp_path / "b.duckdb")]) == 1
    assert "There is no store at" in said(capsys)
    assert main(["summary", "--store", lake]) == 1
    assert "Say with NPS_DATA" in said(capsys)
    with pytest.raises(SystemExit) as end:
        main(["summary", "--store", "ducklake:mysql:x"])
    assert end.value.code == 2
    assert "is no lake" in said(capsys)


def test_the_data_may_lie_on_s3(postgres: lakes.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = postgres.new_database()
    where = postgres.lake(name, "s3://surveys/nps")
    with s3.serving() as url:
        for variable, value in {
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_ENDPOINT_URL": url,
        }.items():
            monkeypatch.setenv(variable, value)
        s3.make_bucket(url, "surveys")
        with closing(Store.open(where)) as store:
            imports.land(store, invented(3_000, name="a"), file="a.csv", by="Ada", now=NOW)
            held = store.tried(checking.sums)
        with closing(Store.open(postgres.lake(name))) as again:
            assert again.tried(checking.sums) == held
            assert checking.check(again) == []
        assert s3.objects(url, "surveys") > 0
    assert not list(tmp_path.rglob("*.parquet"))
