"""A disk without room: what does not fit is said and not kept, nothing is lost, and work goes on once there is room.

The disk is a small file system in memory, which only root may mount; the process stays the same.
"""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from nps import acts, backups, casework, checking, imports
from nps.archive import reading, writing
from nps.errors import NpsError, StoreFull
from nps.store import SCHEMA, Store
from tests.worker import invented

NOW = datetime.fromisoformat("2026-05-04 07:00")
SIZE = 64_000_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def small(disk: Path) -> Iterator[Store]:
    """A store on a small disk, with an import and a tick."""
    opened = Store.open(disk / "nps.duckdb")
    imports.land(opened, invented(2_000, name="first"), file="first.csv", by="Ada", now=NOW)
    casework.tick(opened, ["a"], who="Ada", now=NOW)
    yield opened
    opened.close()


def fill(disk: Path, *, leaving: int) -> Path:
    """A file that leaves so many bytes."""
    found = os.statvfs(disk)
    path = disk / "filler"
    path.write_bytes(bytes(max(0, found.f_bavail * found.f_frsize - leaving)))
    return path


def goes_on(store: Store) -> None:
    casework.tick(store, ["after"], who="Ada", now=NOW)
    imports.land(store, invented(5_000, name="after"), file="after.csv", by="Ada", now=NOW)
    assert checking.check(store) == []


@pytest.mark.parametrize("leaving", [1_000_000, 20_000_000])
def test_notes_until_the_disk_is_full(disk: Path, small: Store, leaving: int) -> None:
    """The log alone is full; or the checkpoint after a commit finds no room, and DuckDB stops."""
    filler = fill(disk, leaving=leaving)
    written = 0

    def write_on() -> None:
        nonlocal written
        while True:
            todo = {f"case {written + number}": acts.note(os.urandom(2_000).hex()) for number in range(20)}
            written += len(casework.do_all(small, todo, who="Ada", now=NOW).done)

    with pytest.raises(StoreFull, match=r"no room left on the disk of nps\.duckdb\. Nothing was written; free some"):
        write_on()
    there = "SELECT count(*) FROM case_events WHERE kind = 'note'"
    assert small.rows(there) == [(written,)]
    assert written > leaving // 16_000
    filler.unlink()
    goes_on(small)
    small.close()
    again = Store.open(small.path)
    assert again.rows(there) == [(written,)]
    assert checking.check(again) == []
    again.close()


def test_whoever_asks_while_the_disk_is_full_is_answered_afterwards(disk: Path, small: Store) -> None:
    filler = fill(disk, leaving=20_000_000)
    full, wrong = threading.Event(), list[BaseException]()

    def ask() -> None:
        while not full.is_set():
            try:
                small.rows("SELECT count(*) FROM responses")
            except NpsError:
                full.wait(0.01)
            except BaseException as error:
                wrong.append(error)
                raise

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    try:
        for number in range(1_000):
            imports.land(small, invented(40_000, name=f"{number}"), file="more.csv", by="Ada", now=NOW)
    except StoreFull:
        full.set()
    for asker in askers:
        asker.join()
    assert full.is_set()
    assert not wrong
    filler.unlink()
    goes_on(small)


WORKS: dict[str, Callable[[Store, Path], object]] = {
    "import": lambda store, _: imports.land(store, invented(150_000, name="x"), file="x.csv", by="Ada", now=NOW),
    "backup": lambda store, disk: backups.back_up(store, disk / "made", now=NOW),
    "export": lambda store, disk: writing.write(store, disk / "made", by="Ada", now=NOW),
}


@pytest.mark.parametrize("what", WORKS)
def test_what_does_not_fit_leaves_nothing_behind_and_fits_later(disk: Path, small: Store, what: str) -> None:
    before = small.tried(checking.sums)
    filler = fill(disk, leaving=100_000)
    with pytest.raises(NpsError, match=r"No space left on device\. Name another|There is no room left on the disk of"):
        WORKS[what](small, disk)
    assert small.tried(checking.sums) == before
    assert [path for path in (disk / "made").glob("*") if path.is_file()] == []
    filler.unlink()
    WORKS[what](small, disk)
    goes_on(small)


def test_an_archive_that_does_not_fit_leaves_the_store_as_it_was(disk: Path, small: Store, tmp_path: Path) -> None:
    writing.write(small, tmp_path / "whole", by="Ada", now=NOW)
    other = Store.open(disk / "other.duckdb")
    before = other.tried(checking.sums)
    filler = fill(disk, leaving=100_000)
    with pytest.raises(StoreFull, match="There is no room left"):
        reading.bring_in(other, tmp_path / "whole")
    assert other.tried(checking.sums) == before
    filler.unlink()
    reading.bring_in(other, tmp_path / "whole")
    assert other.tried(checking.sums) == small.tried(checking.sums)
    other.close()


@pytest.mark.parametrize("leaving", [100_000, 3_500_000])
def test_a_migration_that_does_not_fit_is_made_by_a_later_start(
    disk: Path, small: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaving: int
) -> None:
    """There is no room for the copy before it; or for the copy alone."""
    before = small.tried(checking.sums)
    small.close()
    schema = tmp_path / "schema"
    shutil.copytree(SCHEMA, schema)
    (schema / "0901_copies.sql").write_text(
        "CREATE TABLE copies AS SELECT responses.*, md5(i::VARCHAR) AS more FROM responses, range(200) t(i)", "utf-8"
    )
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    filler = fill(disk, leaving=leaving)
    with pytest.raises(StoreFull, match=r"There is no room left on the disk of nps\.duckdb"):
        Store.open(small.path)
    monkeypatch.setattr("nps.store.SCHEMA", SCHEMA)
    older = Store.open(small.path)
    assert older.tried(checking.sums) == before
    older.close()
    filler.unlink()
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    newer = Store.open(small.path)
    assert newer.rows("SELECT count(*) FROM copies") == [(400_000,)]
    newer.close()
