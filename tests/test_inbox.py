"""The watched folder: complete files go in once, each is accounted for beside it, and one never stops the next."""

import os
import time
import zipfile
from pathlib import Path

import pytest

from nps import importing, inbox, queries, remembered
from nps.clock import now
from nps.inbox import Inbox
from nps.selection import Selection
from nps.store import Store
from tests.served import served

GOOD = "score,answered at,why\n9,2026-01-05,good\n0,2026-01-06,bad\n11,2026-01-07,too high\n"
TWO = "recommend us?,recommend them?\n" + "9,10\n0,3\n7,8\n" * 5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in box"
    path.mkdir()
    return path


@pytest.fixture
def box(folder: Path, store: Store) -> Inbox:
    return Inbox(folder, lambda: store)


def drop(folder: Path, name: str, text: str = GOOD) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def settle(box: Inbox, *, at: float = 0) -> None:
    """Two looks so far apart that what lies there is complete."""
    box.look(at=at)
    box.look(at=at + inbox.SETTLED)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def count(store: Store) -> int:
    return queries.summary(store, Selection()).tally.n


def test_a_file_goes_in_and_moves_to_done_with_a_report(folder: Path, box: Inbox, store: Store) -> None:
    drop(folder, "week 12.csv")
    settle(box)
    assert names(folder) == {"done/week 12.csv", "done/week 12.csv.txt"}
    assert (folder / "done" / "week 12.csv").read_text() == GOOD
    report = (folder / "done" / "week 12.csv.txt").read_text(encoding="utf-8")
    assert report.startswith(
        "week 12.csv: 3 rows = 2 accepted + 0 blank + 0 duplicate + 0 changed + 1 rejected; NPS 0.0"
    )
    assert "line 4, score “11”: outside 0-10" in report
    [kept] = queries.imports(store, limit=9)
    assert (kept.file, kept.imported_by) == ("week 12.csv", "the inbox")


def test_a_file_still_being_written_is_waited_for(folder: Path, box: Inbox, store: Store) -> None:
    path = drop(folder, "slow.csv", GOOD[:30])
    box.look(at=0)
    box.look(at=4)
    path.write_text(GOOD, encoding="utf-8")
    box.look(at=5)
    box.look(at=9)
    assert names(folder) == {"slow.csv"}
    box.look(at=10)
    assert names(folder) == {"done/slow.csv", "done/slow.csv.txt"}
    assert count(store) == 2


def test_a_file_that_cannot_go_in_is_told_and_the_next_goes_in(folder: Path, box: Inbox, store: Store) -> None:
    drop(folder, "a photo.csv", "\x00\x01\x02binary\x00")
    drop(folder, "b empty.csv", "")
    drop(folder, "c.csv")
    settle(box)
    assert names(folder) == {
        f"{where}{end}" for where in ("failed/a photo.csv", "failed/b empty.csv", "done/c.csv") for end in ("", ".txt")
    }
    assert "b empty.csv is empty" in (folder / "failed" / "b empty.csv.txt").read_text(encoding="utf-8")
    assert count(store) == 2


def test_each_export_in_an_archive_is_told(folder: Path, box: Inbox, store: Store) -> None:
    for name, second in (("good.zip", GOOD.replace("2026", "2025")), ("bad.zip", TWO)):
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr("email.csv", GOOD)
            archive.writestr("web.csv", second)
    settle(box)
    done = (folder / "done" / "good.zip.txt").read_text(encoding="utf-8")
    assert "email.csv: 3 rows = 0 accepted + 0 blank + 2 duplicate" in done
    assert "web.csv: 3 rows = 2 accepted" in done
    failed = (folder / "failed" / "bad.zip.txt").read_text(encoding="utf-8")
    assert failed.startswith("bad.zip: not all of its files went in.\nweb.csv: web.csv has several columns")
    assert inbox.ANSWER in failed
    assert "email.csv: 3 rows = 2 accepted" in failed
    assert count(store) == 4


def test_what_only_a_person_can_answer_fails_until_it_was_answered_once(folder: Path, box: Inbox, store: Store) -> None:
    drop(folder, "two.csv", TWO)
    settle(box)
    report = (folder / "failed" / "two.csv.txt").read_text(encoding="utf-8")
    assert "recommend them?" in report
    assert "Import it once on the page Imports and answer there" in report
    grid = importing.read("two.csv", TWO.encode())
    said = importing.guess(grid, score="recommend them?", survey="Them").mapping
    remembered.keep(store, grid, said, by="Ada", now=now())
    drop(folder, "two.csv", TWO)
    settle(box, at=100)
    assert "Columns as remembered from two.csv" in (folder / "done" / "two.csv.txt").read_text(encoding="utf-8")
    assert [survey.name for survey in queries.surveys(store)] == ["Them"]


def test_the_same_name_again_is_told_apart(folder: Path, box: Inbox) -> None:
    for turn in range(3):
        drop(folder, "week.csv", GOOD.replace("good", f"good {turn}"))
        settle(box, at=100 * turn)
    moved = {name for name in names(folder) if name.endswith(".csv")}
    assert moved == {"done/week.csv", "done/week (2).csv", "done/week (3).csv"}
    assert "good 1" in (folder / "done" / "week (2).csv").read_text()
    assert len(names(folder)) == 6


def test_a_file_named_like_a_report_overwrites_none(folder: Path, box: Inbox) -> None:
    drop(folder, "a.csv")
    settle(box)
    drop(folder, "a.csv.txt", GOOD.replace("good", "fine"))
    settle(box, at=100)
    assert (folder / "done" / "a.csv.txt").read_text(encoding="utf-8").startswith("a.csv: 3 rows")
    assert "fine" in (folder / "done" / "a.csv (2).txt").read_text(encoding="utf-8")


def test_only_files_of_the_folder_itself_are_taken(folder: Path, box: Inbox, store: Store, tmp_path: Path) -> None:
    outside = drop(tmp_path, "outside.csv")
    (folder / "link.csv").symlink_to(outside)
    (folder / "sub").mkdir()
    drop(folder / "sub", "inner.csv")
    drop(folder, ".hidden.csv")
    drop(folder, "half.csv.part")
    os.mkfifo(folder / "pipe.csv")
    before = names(folder)
    settle(box)
    assert names(folder) == before
    assert outside.exists()
    assert count(store) == 0


@pytest.mark.parametrize(
    "name", ["a\nb.csv", "..csv.csv", "~$open.xlsx", "$x; rm -rf.csv", "%2e%2e%2fup.csv", "x" * 250, "é" * 120]
)
def test_no_name_leads_outside_or_stops_the_import(folder: Path, box: Inbox, store: Store, name: str) -> None:
    hidden = name.startswith((".", "~$"))
    drop(folder, name)
    drop(folder, "zz.csv", GOOD.replace("good", "fine"))
    settle(box)
    assert count(store) == (2 if hidden else 3)
    assert {path.parent for path in folder.rglob("*") if path.is_file()} <= {folder, folder / "done"}
    assert len(names(folder)) == (3 if hidden else 4)


def test_a_name_that_is_no_text_goes_in_all_the_same(folder: Path, box: Inbox, store: Store) -> None:
    (Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.csv"))).write_text(GOOD)
    settle(box)
    assert names(folder) == {"done/caf?.csv", "done/caf?.csv.txt"}
    assert count(store) == 2


def test_a_file_that_cannot_be_moved_goes_in_once(folder: Path, box: Inbox, store: Store) -> None:
    drop(folder, "done", "no folder")  # where the folder should be
    drop(folder, "a.csv")
    for look in range(5):
        box.look(at=10 * look)
    assert "a.csv" in names(folder)
    assert [row.file for row in queries.imports(store, limit=9)] == ["a.csv"]


def test_a_fault_of_the_program_stops_no_other_file(
    folder: Path, box: Inbox, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.close()  # which nothing that the inbox does accounts for
    drop(folder, "a.csv")
    drop(folder, "b.csv")
    settle(box)
    assert names(folder) == {f"failed/{name}{end}" for name in ("a.csv", "b.csv") for end in ("", ".txt")}
    assert "a fault of the program" in (folder / "failed" / "b.csv.txt").read_text(encoding="utf-8")
    assert caplog.records[0].exc_info


def test_files_wait_while_the_store_is_held_by_another_process(folder: Path, tmp_path: Path, store: Store) -> None:
    drop(folder, "a.csv")
    damaged = drop(tmp_path, "other.duckdb", "no store at all")
    settle(Inbox(folder, lambda: Store.open(damaged)))
    assert names(folder) == {"a.csv"}
    settle(Inbox(folder, lambda: store))
    assert "done/a.csv" in names(folder)


def test_a_stopped_inbox_takes_nothing_more(folder: Path, box: Inbox, store: Store) -> None:
    drop(folder, "a.csv")
    box.stop()
    settle(box)
    assert names(folder) == {"a.csv"}
    assert count(store) == 0


def test_the_folder_is_the_one_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(inbox, "ROOT", tmp_path)
    monkeypatch.delenv("NPS_INBOX", raising=False)
    assert inbox.folder() is None
    (tmp_path / "data" / "inbox").mkdir(parents=True)
    assert inbox.folder() == tmp_path / "data" / "inbox"
    monkeypatch.setenv("NPS_INBOX", str(tmp_path / "made" / "by it"))
    assert inbox.folder() == tmp_path / "made" / "by it"
    blocked = drop(tmp_path, "file")
    monkeypatch.setenv("NPS_INBOX", str(blocked / "below"))
    assert inbox.folder() is None
    assert "Name another folder with NPS_INBOX" in caplog.text


def test_the_dashboard_watches_its_inbox_and_lets_go_of_the_store(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    with served(tmp_path, environment={"NPS_INBOX": str(folder)}) as server:
        drop(folder, "week.csv")
        deadline = time.monotonic() + 60
        while not (folder / "done" / "week.csv").exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        assert names(folder) == {"done/week.csv", "done/week.csv.txt"}
        assert server.stop() in {0, -15}
    store = Store.open(server.store)
    assert "week.csv" in {row.file for row in queries.imports(store, limit=9)}
    store.close()
