"""Every row of every real export is accounted for: in what the command line says, and in the store."""

import json
from pathlib import Path

import pytest

from nps.__main__ import main
from nps.store import Store

PARTS = ("accepted", "blank", "duplicate", "changed", "rejected")
ENDINGS = (".csv", ".tsv", ".xlsx")


def imported(files: list[Path], store: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, int]]:
    """What the command line says of the files that go in; what it refuses is left out."""
    main(["import", *map(str, files), "--store", str(store), "--json"])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_parts_of_every_real_export_add_up(
    exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted(path for path in exports.rglob("*") if path.suffix in ENDINGS)
    path = tmp_path / "nps.duckdb"
    said = [*imported(files, path, capsys), *imported(files, path, capsys)]
    assert len(said) > 20
    assert all(one["rows"] == sum(one[part] for part in PARTS) for one in said)
    store = Store.open(path)
    kept = store.rows(f"SELECT import_id, rows, {', '.join(PARTS)} FROM imports")
    landed: dict[str, int] = dict(store.rows("SELECT import_id, count(*) FROM responses GROUP BY ALL"))
    rejects: dict[str, int] = dict(store.rows("SELECT import_id, count(*) FROM rejects GROUP BY ALL"))
    store.close()
    assert sorted(kept) == sorted((one["import_id"], one["rows"], *(one[part] for part in PARTS)) for one in said)
    for import_id, rows, accepted, blank, duplicate, changed, rejected in kept:
        assert rows == accepted + blank + duplicate + changed + rejected
        assert landed.get(import_id, 0) == accepted + blank
        assert rejects.get(import_id, 0) == rejected
    again = said[len(said) // 2 :]
    assert [one["file"] for one in again] == [one["file"] for one in said[: len(said) // 2]]
    assert not [one["file"] for one in again if one["accepted"] or one["blank"]]
