"""Backups: made while people work, compared, put back; and a copy before every migration."""

import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from nps import acts, backups, casework, checking, imports
from nps.checking import check
from nps.errors import Refused, StoreError
from nps.importing import answers, guess, read
from nps.store import SCHEMA, Store

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime.fromisoformat("2026-05-04 07:00")


def bring(store: Store, file: str, *, rows: int = 200) -> str:
    """Import an invented file; return the import's id."""
    dice = random.Random(file)
    lines = [
        f"{file}-{n},2026-0{dice.randrange(1, 6)}-11 10:0{n % 10},{dice.randrange(11)},"
        f"{dice.choice(['Team', 'Free', ''])},w{n}@example.com,{dice.choice(['slow', '', 'quick'])}"
        for n in range(rows)
    ]
    text = "Response ID,Date,Score,Plan,E-mail,Comment\n" + "\n".join([*lines, f"{file}-x,2026-01-01,42,,,"])
    grid = read(f"{file}.csv", text.encode())
    landed = imports.land(store, answers(grid, guess(grid).mapping), file=f"{file}.csv", by="Ada", now=NOW)
    return landed.import_id


def keys(store: Store) -> list[str]:
    return [row[0] for row in store.rows("SELECT response_key FROM responses WHERE score <= 6 ORDER BY response_key")]


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Store]:
    """A store with an import, rejects, and case work."""
    store = Store.open(tmp_path / "nps.duckdb")
    bring(store, "a")
    casework.tick(store, keys(store)[:20], who="Ada", now=NOW)
    casework.do(store, keys(store)[3], acts.note("called, \N{GRINNING FACE} =1+1 <b>"), who="Bo", now=NOW)
    yield store
    store.close()


def test_a_backup_is_the_store_and_a_restore_brings_it_back(busy: Store, tmp_path: Path) -> None:
    before = busy.tried(checking.sums)
    made = backups.back_up(busy, tmp_path / "kept", now=NOW)
    assert made.path == tmp_path / "kept" / "nps-2026-05-04-070000.duckdb"
    assert made.rows == sum(n for n, _ in before.values())
    assert backups.sums_of(made.path) == before
    bring(busy, "b")
    casework.tick(busy, keys(busy)[30:40], who="Bo", now=NOW)
    busy.close()
    aside = backups.restore(made.path, busy.path, now=NOW)
    assert backups.sums_of(busy.path) == before
    assert aside is not None
    assert backups.sums_of(aside) != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "nps.duckdb", aside.name]
    restored = Store.open(busy.path)
    bring(restored, "b")  # life goes on
    casework.tick(restored, keys(restored)[30:40], who="Bo", now=NOW)
    assert check(restored) == []
    restored.close()


def test_a_backup_is_of_one_moment_whoever_writes_meanwhile(busy: Store, tmp_path: Path) -> None:
    acknowledged: list[str] = []
    stop = threading.Event()

    def toil() -> None:
        for number in count():
            if stop.is_set():
                return
            bring(busy, f"more {number}", rows=40)
            done = casework.tick(busy, keys(busy)[20 + number : 21 + number], who="Bo", now=NOW)
            acknowledged.extend(done.done)

    thread = threading.Thread(target=toil)
    thread.start()
    try:
        for turn in range(4):
            known = list(acknowledged)
            made = backups.back_up(busy, tmp_path / "kept", now=NOW + timedelta(seconds=turn))
            copy = Store.open(made.path)
            assert check(copy) == []
            ticked = {row[0] for row in copy.rows("SELECT response_key FROM cases WHERE contacted_by = 'Bo'")}
            copy.close()
            assert set(known) <= ticked
    finally:
        stop.set()
        thread.join()
    assert acknowledged
    assert check(busy) == []


def test_a_backup_that_cannot_be_used_changes_nothing(busy: Store, tmp_path: Path) -> None:
    made = backups.back_up(busy, tmp_path / "kept", now=NOW)
    busy.close()
    before = busy.path.read_bytes()
    damaged = tmp_path / "damaged.duckdb"
    data = made.path.read_bytes()
    damaged.write_bytes(data[: len(data) // 2])
    unsound = Store.open(tmp_path / "unsound.duckdb")
    bring(unsound, "a")
    unsound.transact(lambda tx: tx.execute("DELETE FROM rejects"))
    unsound.close()
    (tmp_path / "a.csv").write_text("Score\n9\n", encoding="utf-8")
    for name, told in (
        ("missing.duckdb", "There is no backup"),
        ("damaged.duckdb", "The file damaged.duckdb is not a store of this program, or is damaged"),
        ("a.csv", "The file a.csv is not a store"),
        ("unsound.duckdb", "is not sound, so nothing was changed: 1 import(s) have another number of rejected rows"),
    ):
        with pytest.raises((Refused, StoreError), match=r"^.*$") as raised:
            backups.restore(tmp_path / name, busy.path, now=NOW)
        assert told in str(raised.value)
        assert busy.path.read_bytes() == before
    assert not list(tmp_path.glob(".*"))
    assert not list(tmp_path.glob("*before-restore*"))


def test_a_backup_of_an_older_program_is_brought_up_to_date_and_leaves_nothing_else(
    busy: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.back_up(busy, tmp_path / "kept", now=NOW)
    busy.close()
    schema = tmp_path / "schema"
    shutil.copytree(SCHEMA, schema)
    (schema / "0901_moods.sql").write_text("ALTER TABLE responses ADD COLUMN mood VARCHAR", encoding="utf-8")
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    aside = backups.restore(made.path, busy.path, now=NOW)
    store = Store.open(busy.path)
    assert store.rows("SELECT count(mood) FROM responses") == [(0,)]
    store.close()
    assert aside is not None
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "schema", "nps.duckdb", aside.name}


def test_where_the_copy_cannot_be_moved_the_store_stays(
    busy: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.back_up(busy, tmp_path / "kept", now=NOW)
    bring(busy, "b")
    busy.close()
    before, usual = backups.sums_of(busy.path), Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self.name.endswith(backups.UNFINISHED):
            raise OSError(5, "Input/output error")
        return usual(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(Refused, match=r"cannot be written: Input/output error. Nothing was changed"):
        backups.restore(made.path, busy.path, now=NOW)
    assert backups.sums_of(busy.path) == before
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "nps.duckdb"}


def test_a_store_in_use_is_not_replaced(busy: Store, tmp_path: Path) -> None:
    made = backups.back_up(busy, tmp_path / "kept", now=NOW)
    line = [sys.executable, "-m", "nps", "restore", str(made.path), "--store", str(busy.path)]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 1
    assert "is in use by another process" in ran.stderr
    assert check(busy) == []


def test_a_damaged_store_is_replaced_all_the_same(busy: Store, tmp_path: Path) -> None:
    made = backups.back_up(busy, tmp_path / "kept", now=NOW)
    busy.close()
    busy.path.write_bytes(b"\0" * 50_000)
    backups.restore(made.path, busy.path, now=NOW)
    assert backups.sums_of(busy.path) == backups.sums_of(made.path)


def test_a_folder_that_cannot_be_written_is_named(busy: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(Refused, match=r"No backup can be written to .*file"):
        backups.back_up(busy, tmp_path / "file", now=NOW)
    backups.back_up(busy, tmp_path / "kept", now=NOW)
    with pytest.raises(Refused, match=r"There is a backup nps-2026-05-04-070000\.duckdb"):
        backups.back_up(busy, tmp_path / "kept", now=NOW)


FULL = """
import resource, signal, sys
from datetime import datetime
from pathlib import Path
from nps import backups
from nps.errors import NpsError
from nps.store import Store
store = Store.open(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
try:
    backups.back_up(store, Path(sys.argv[2]), now=datetime(2026, 5, 4))
except NpsError as error:
    print(type(error).__name__, error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.close()
"""


def test_a_full_disk_leaves_no_half_backup(busy: Store, tmp_path: Path) -> None:
    bring(busy, "large", rows=20_000)
    before = busy.tried(checking.sums)
    busy.close()
    line = [sys.executable, "-c", FULL, str(busy.path), str(tmp_path / "kept")]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.stdout.startswith("StoreFull There is no room left on the disk"), ran
    assert list((tmp_path / "kept").iterdir()) == []
    assert backups.sums_of(busy.path) == before


def test_a_backup_a_day_is_made_and_so_many_are_kept(busy: Store, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "nps-notes.duckdb").write_text("somebody's own", encoding="utf-8")
    made = [
        backups.when_due(busy, folder, kept=2, now=NOW + timedelta(hours=hours)) is not None
        for hours in (0, 1, 23, 24, 47, 48, 100)
    ]
    assert made == [True, False, False, True, False, True, True]
    assert [moment for moment, _ in backups.made(folder)] == [NOW + timedelta(hours=48), NOW + timedelta(hours=100)]
    assert (folder / "nps-notes.duckdb").exists()


def test_the_dashboard_makes_them_while_it_runs(busy: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPS_BACKUPS", str(tmp_path / "kept"))
    with backups.on_schedule(lambda: busy):
        for _ in range(200):
            if backups.made(tmp_path / "kept"):
                break
            threading.Event().wait(0.1)
    [(_, path)] = backups.made(tmp_path / "kept")
    assert backups.sums_of(path) == busy.tried(checking.sums)


def test_the_store_is_copied_before_a_migration_until_the_next_start(
    busy: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = busy.tried(checking.sums)
    busy.close()
    schema = tmp_path / "schema"
    schema.mkdir()
    for file in SCHEMA.iterdir():
        (schema / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    broken = schema / "0901_broken.sql"
    broken.write_text("DELETE FROM responses; CREATE TABLE no such", encoding="utf-8")
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    with pytest.raises(Exception, match="syntax error"):
        Store.open(busy.path)
    copy = busy.path.with_name("nps.duckdb.before-migration")
    assert copy.exists()
    broken.write_text("DELETE FROM responses", encoding="utf-8")
    store = Store.open(busy.path)
    assert store.rows("SELECT count(*) FROM responses") == [(0,)]
    store.close()
    monkeypatch.setattr("nps.store.SCHEMA", SCHEMA)
    assert backups.sums_of(copy) == before
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    Store.open(busy.path).close()
    assert not copy.exists()
