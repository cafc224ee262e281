"""Losing power at any moment loses nothing that was acknowledged, and leaves nothing half done.

A process that works on a store is recorded: every write, sync and name of its files, in the order in which the system
calls ended, with what the process said is safe. From that the files are made as they were at a moment, in two ways:

- `as written`: all that was written until then is on disk, the last write perhaps in part.
- `as synced`: what was written since the last sync of a file is there or not, each write by itself, in any order; names
  of files are as of the last sync of any file, or any moment since. File systems with a journal keep that much.

Of the log, a write may be there in part, by sectors. A block of the store is taken to be there or not as a whole: for a
checkpoint DuckDB writes into free parts of blocks in place, and one of which a part is on disk fails its checksum.

Then the store is opened, and has to hold all that was said until then, be sound, and have no half import.
"""

import random
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from nps import casework
from nps.errors import StoreDamaged
from nps.store import Store
from tests.test_kill import ROOT, Acknowledged, check
from tests.worker import NOW

CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink,rename"
LINE = re.compile(r"^(\d+) +(.*)$")
UNFINISHED = " <unfinished ...>"
RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(.*)$")
CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
HANDLE = re.compile(r"^\d+<((?:\\x[0-9a-f]{2})*)>")
SECTOR = 512


@dataclass(frozen=True)
class Step:
    """What one system call did to one file: wrote `data` at `at`, cut it to `at`, synced, made, removed or renamed it.

    `began` is how many steps had ended when it began. What is written to the file `said` was told to somebody.
    """

    what: str
    file: str
    at: int = 0
    data: bytes = b""
    to: str = ""
    began: int = 0


def recorded(folder: Path) -> list[Step]:
    """The steps of a process that works on a store, until it ends by itself."""
    place, trace = folder / "live", folder / "trace"
    place.mkdir()
    tracer = ["strace", "-f", "-y", "-xx", "-s", "100000000", "-e", f"trace={CALLS}", "-o", str(trace)]
    command = [*tracer, sys.executable, "-m", "tests.worker", "live", str(place / "nps.duckdb")]
    with (place / "said").open("wb") as said:
        subprocess.run(command, cwd=ROOT, stdout=said, check=True, timeout=300)
    steps = list(_steps(trace, place))
    for path in place.iterdir():  # else the recording is not what happened
        assert as_written(steps)[path.name] == path.read_bytes()
    trace.unlink()
    return steps


def _steps(trace: Path, place: Path) -> Iterator[Step]:
    begun: dict[str, tuple[str, int]] = {}
    sizes: dict[str, int] = defaultdict(int)
    ended = 0
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            process, call = LINE.fullmatch(line.rstrip("\n")).groups()  # type: ignore[union-attr]
            began = ended
            if call.endswith(UNFINISHED):
                begun[process] = call.removesuffix(UNFINISHED), ended
                continue
            if resumed := RESUMED.fullmatch(call):
                start, began = begun.pop(process)
                call = start + resumed[1]
            if step := _step(call, place, sizes):
                ended += 1
                yield replace(step, began=began)


def _step(call: str, place: Path, sizes: dict[str, int]) -> Step | None:
    """What a call did to a file of the folder; `sizes` says where appended data went."""
    found = CALL.match(call)
    if not found or int(found[3]) < 0:
        return None
    name, given, returned = found[1], found[2], int(found[3])
    texts = [_bytes(text) for text in TEXT.findall(given)]
    handle = HANDLE.match(given)
    path = Path((_bytes(handle[1]) if handle else texts[0]).decode())
    if path.parent != place:
        return None
    file = path.name
    if name in ("write", "pwrite64"):
        at = int(given.rsplit(", ", 1)[1]) if name == "pwrite64" else sizes[file]
        sizes[file] = max(sizes[file], at + returned)
        return Step("written", file, at, texts[0][:returned])
    if name == "ftruncate":
        sizes[file] = int(given.rsplit(", ", 1)[1])
        return Step("cut", file, sizes[file])
    if name in ("fsync", "fdatasync"):
        return Step("synced", file)
    if name == "openat":
        assert "O_TRUNC" not in given
        return Step("made", file) if "O_CREAT" in given else None
    if name == "unlink":
        sizes.pop(file, None)
        return Step("removed", file)
    to = Path(texts[1].decode()).name
    sizes[to] = sizes.pop(file)
    return Step("renamed", file, to=to)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _write(step: Step, data: bytearray) -> None:
    if step.what == "cut":
        del data[step.at :]
    data.extend(bytes(max(0, step.at - len(data))))  # a hole reads as zeros
    data[step.at : step.at + len(step.data)] = step.data


def _name(number: int, step: Step, names: dict[str, int]) -> None:
    """Do a step to the names of files; a file goes by the number of the step that made it."""
    if step.what == "made":
        names.setdefault(step.file, number)
    elif step.what == "removed":
        del names[step.file]
    elif step.what == "renamed":
        names[step.to] = names.pop(step.file)


def as_written(steps: Sequence[Step]) -> dict[str, bytearray]:
    """The files after some steps, all of them done."""
    files = defaultdict[str, bytearray](bytearray)
    for step in steps:
        if step.what in ("written", "cut"):
            _write(step, files[step.file])
        elif step.what == "made":
            files[step.file]
        elif step.what == "removed":
            del files[step.file]
        elif step.what == "renamed":
            files[step.to] = files.pop(step.file)
    return files


def as_synced(steps: Sequence[Step], choose: random.Random) -> dict[str, bytearray]:
    """The files after some steps, where only what was synced is sure."""
    names = dict[str, int]()
    synced = dict[int, int]()  # of each file: how many steps had ended when its last sync began
    writes = defaultdict[int, list[tuple[int, Step]]](list)
    for number, step in enumerate(steps):
        _name(number, step, names)
        if step.what in ("written", "cut"):
            writes[names[step.file]].append((number, step))
        elif step.what == "synced":
            synced[names[step.file]] = step.began
    renaming = [(number, step) for number, step in enumerate(steps) if step.what in ("made", "removed", "renamed")]
    sure = sum(number < max(synced.values(), default=0) for number, _ in renaming)
    there = dict[str, int]()
    for number, step in renaming[: choose.randint(sure, len(renaming))]:
        _name(number, step, there)
    files = {}
    for name, file in there.items():
        data = bytearray()
        for number, step in writes[file]:
            if number < synced.get(file, 0):
                _write(step, data)
        late = [step for number, step in writes[file] if number >= synced.get(file, 0)]
        for step in choose.sample(late, choose.randint(0, len(late))):
            _write(torn(step, choose) if choose.random() < 0.3 else step, data)
        files[name] = data
    return files


def torn(step: Step, choose: random.Random) -> Step:
    """Only some sectors from the start of what a step writes; of the store's own blocks all."""
    if not step.file.endswith(".wal"):
        return step
    return replace(step, data=step.data[: SECTOR * choose.randint(0, len(step.data) // SECTOR)])


def lose_power(steps: Sequence[Step], *, at: int, way: str, choose: random.Random, folder: Path) -> None:
    """Make the files as they are when the power fails after so many steps, open the store, and look at all of it."""
    before = [step for step in steps[:at] if step.file != "said"]
    if way == "as synced":
        files = as_synced(before, choose)
    else:
        last = steps[at : at + 1]
        files = as_written(
            [*before, *(torn(step, choose) for step in last if step.what == "written" and step.file != "said")]
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    acknowledged = Acknowledged()
    acknowledged.hear(b"".join(step.data for step in steps[:at] if step.file == "said").decode())
    check(folder / "nps.duckdb", acknowledged)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    """What a process did to its store."""
    if not shutil.which("strace"):
        pytest.skip("strace records the writes of a process, and is not here; on Debian: apt-get install strace")
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not look at processes here")
    return recorded(tmp_path_factory.mktemp("recorded"))


def cuts(steps: Sequence[Step], choose: random.Random, count: int) -> list[int]:
    """Moments all over a recording: half of them anywhere, half right before or after a sync or a change of names."""
    turning = [number for number, step in enumerate(steps) if step.what != "written"]
    some = [choose.randrange(len(steps)) for _ in range(count // 2)]
    return sorted([*some, *(choose.choice(turning) + choose.randint(0, 1) for _ in range(count - len(some)))])


@pytest.mark.parametrize("way", ["as written", "as synced"])
def test_some_losses_of_power_lose_nothing(life: list[Step], way: str, tmp_path: Path) -> None:
    choose = random.Random(way)
    for at in cuts(life, choose, 8):
        lose_power(life, at=at, way=way, choose=choose, folder=tmp_path / "lost")


def left_by_a_kill(folder: Path) -> tuple[Path, list[int]]:
    """A store whose log holds five ticks, and where each of them ends there."""
    ends = []
    store = Store.open(folder / "alive.duckdb")
    for number in range(5):
        casework.tick(store, [f"case {number}"], who="Ada", now=NOW)
        ends.append((folder / "alive.duckdb.wal").stat().st_size)
    for ending in ("", ".wal"):
        shutil.copy(folder / f"alive.duckdb{ending}", folder / f"nps.duckdb{ending}")
    store.close()
    return folder / "nps.duckdb", ends


def test_a_commit_that_is_not_whole_at_the_end_of_the_log_is_cut_off_and_kept_aside(tmp_path: Path) -> None:
    path, ends = left_by_a_kill(tmp_path)
    log = tmp_path / "nps.duckdb.wal"
    data = bytearray(log.read_bytes())
    data[ends[3] : ends[3] + 40] = bytes(40)  # of the last commit the end came to the disk, and not the start
    log.write_bytes(data)
    store = Store.open(path)
    assert store.rows("SELECT response_key FROM cases ORDER BY ALL") == [(f"case {number}",) for number in range(4)]
    store.close()
    assert (tmp_path / "nps.duckdb.wal.torn").read_bytes() == data


def test_a_log_that_is_damaged_before_its_end_is_refused_and_left_alone(tmp_path: Path) -> None:
    path, ends = left_by_a_kill(tmp_path)
    log = tmp_path / "nps.duckdb.wal"
    data = bytearray(log.read_bytes())
    data[ends[0] + 30] ^= 0xFF
    log.write_bytes(data)
    with pytest.raises(StoreDamaged, match="is damaged"):
        Store.open(path)
    assert log.read_bytes() == data
    assert not (tmp_path / "nps.duckdb.wal.torn").exists()


@pytest.mark.soak
@pytest.mark.parametrize("way", ["as written", "as synced"])
def test_hundreds_of_losses_of_power_lose_nothing_either(life: list[Step], way: str, tmp_path: Path) -> None:
    choose = random.Random(f"many {way}")
    for at in cuts(life, choose, 250):
        lose_power(life, at=at, way=way, choose=choose, folder=tmp_path / "lost")
