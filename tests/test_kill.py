"""Killing the process at any moment loses nothing that was acknowledged, and leaves nothing half done.

Each process has eight threads that write and one that imports.
"""

import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nps import checking
from nps.cases import fold
from nps.places import Place
from nps.rows import CaseEvent
from nps.store import Store

ROOT = Path(__file__).resolve().parent.parent


# A process is killed shortly after it said this word so many times; zero times: shortly after it started.
MOMENTS = (
    *(("ready", 0), ("ready", 1), ("event", 1), ("event", 30), ("note", 1), ("note", 9), ("reading", 3), ("mark", 2)),
    *(("kept", 1), ("import", 1), ("import", 2), ("undo", 1)),
)
WRITTEN = {  # what a word of the worker says is there
    "note": "SELECT value FROM case_events WHERE kind = 'note'",
    "reading": "SELECT response_key FROM readings",
    "mark": "SELECT label FROM marks",
    "kept": "SELECT name FROM kept",
    "import": "SELECT import_id FROM imports",
    "undo": "SELECT import_id FROM imports WHERE undone_at IS NOT NULL",
}


@dataclass
class Acknowledged:
    """What the killed processes were told is safe."""

    events: set[tuple[str, str]] = field(default_factory=set)
    written: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def hear(self, told: str) -> None:
        """Read what one process printed before it died."""
        for line in told.splitlines():
            word, *rest = line.split(" ")
            if word == "event":
                self.events.add((rest[0], rest[1]))
            elif word in WRITTEN:
                self.written[word].add(rest[0])

    def __str__(self) -> str:
        return f"{len(self.events)} events of cases, " + ", ".join(
            f"{len(self.written[word])} {word}" for word in WRITTEN
        )


@contextmanager
def toiling(where: Place, run: str) -> Iterator[subprocess.Popen[str]]:
    """A process that ticks and imports; whatever happens here, it does not outlive the block."""
    command = [sys.executable, "-m", "tests.worker", "toil", str(where), run]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def killed(where: Place, run: str, choose: random.Random) -> str:
    """Let one process work on the store for a while, kill it, and return what it said.

    Most moments are in the middle of its work; some in the making of the store, or in its opening, where the last kill
    is mended.
    """
    word, count = MOMENTS[0] if isinstance(where, Path) and not where.exists() else choose.choice(MOMENTS)
    with toiling(where, run) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        heard = ""
        while f"\n{heard}".count(f"\n{word}") < count and process.poll() is None:
            heard += process.stdout.readline()
        time.sleep(choose.uniform(0, 0.1) if count else choose.uniform(0.2, 0.5))
        assert process.poll() is None, process.stderr.read()
        process.send_signal(signal.SIGKILL)
        heard += process.stdout.read()  # what the pipe still holds was said before the end
        assert process.stderr.read() == ""
    return heard


def check(where: Place, acknowledged: Acknowledged) -> None:
    store = Store.open(where)
    try:
        check_cases(store, acknowledged)
        check_imports(store)
        for word, question in WRITTEN.items():
            there = [row[0] for row in store.rows(question)]
            assert acknowledged.written[word] <= set(there)
            assert len(there) == len(set(there))
        assert checking.check(store) == []
    finally:
        store.close()


def check_cases(store: Store, acknowledged: Acknowledged) -> None:
    events = [
        CaseEvent(*row)
        for row in store.rows(
            "SELECT event_id, response_key, version, happened_at, who, kind, value, details, act_id "
            "FROM case_events ORDER BY ALL"
        )
    ]
    assert acknowledged.events <= {(event.response_key, event.kind) for event in events}
    histories = defaultdict(list)
    for event in sorted(events, key=lambda event: event.version):
        histories[event.response_key].append(event)
    kept = {row.pop("response_key"): row for row in store.records("SELECT * FROM cases")}
    assert kept == {key: fold(history).row() for key, history in histories.items()}
    assert store.rows("SELECT count(*) FROM cases") == [(len(histories),)]
    assert all([event.version for event in each] == list(range(1, len(each) + 1)) for each in histories.values())


def check_imports(store: Store) -> None:
    ledger = store.rows(
        """
        SELECT import_id, undone_at IS NOT NULL, accepted, blank, duplicate + changed, rejected, rows,
            (SELECT count(score) FROM responses WHERE responses.import_id = imports.import_id),
            (SELECT count(*) FROM responses WHERE responses.import_id = imports.import_id),
            (SELECT count(*) FROM rejects WHERE rejects.import_id = imports.import_id)
        FROM imports
        """
    )
    for _, undone, accepted, blank, duplicate, rejected, rows, scored, landed, listed in ledger:
        assert rows == accepted + blank + duplicate + rejected
        assert (scored, landed) == ((0, 0) if undone else (accepted, accepted + blank))
        assert listed == rejected == 2
    check_changes(store)
    for table in ("responses", "rejects", "changes"):
        orphans = f"SELECT count(*) FROM {table} WHERE import_id NOT IN (SELECT import_id FROM imports)"
        assert store.rows(orphans) == [(0,)]
    assert store.rows("SELECT count(*) - count(DISTINCT response_key) FROM responses") == [(0,)]
    columns = {row[0] for row in store.rows("DESCRIBE answers")}
    assert {row[0] for row in store.rows("SELECT column_name FROM segments")} <= columns
    assert len(ledger) == len({row[0] for row in ledger})


def check_changes(store: Store) -> None:
    """Each import changed all that it counts, or nothing; and the responses say what the changes add up to."""
    counted = """
        SELECT changed,
            (SELECT count(DISTINCT line) FROM changes WHERE changes.import_id = imports.import_id) AS listed,
            (SELECT count(number) FROM changes WHERE changes.import_id = imports.import_id) AS applied
        FROM imports
    """
    assert store.rows(f"SELECT * FROM ({counted}) WHERE changed <> listed OR listed <> applied") == []
    wrong = """
        SELECT count(*) FROM responses
        JOIN changes ON changes.response_key = responses.response_key AND brought_by = responses.import_id
        JOIN imports ON imports.import_id = changes.import_id
        WHERE comment IS DISTINCT FROM CASE WHEN undone_at IS NULL THEN after ELSE before END
    """
    assert store.rows(wrong) == [(0,)]


def lane(folder: Path, number: int, kills: int) -> Acknowledged:
    """One store that is killed again and again, and looked at after most of the kills."""
    folder.mkdir()
    path, acknowledged, choose = folder / "nps.duckdb", Acknowledged(), random.Random(number)
    for kill in range(kills):
        acknowledged.hear(killed(path, f"run-{number}-{kill}", choose))
        if kill == kills - 1 or choose.random() < 0.6:
            check(path, acknowledged)
    return acknowledged


def kill_many(folder: Path, *, lanes: int, kills: int) -> list[Acknowledged]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda number: lane(folder / str(number), number, kills), range(lanes)))


def test_forty_kills_lose_no_acknowledged_write_and_leave_no_half_import(tmp_path: Path) -> None:
    heard = kill_many(tmp_path, lanes=4, kills=10)
    print(*heard, sep="\n")
    assert all(each.events for each in heard)
    assert all(any(each.written[word] for each in heard) for word in WRITTEN)


@pytest.mark.soak
def test_five_hundred_kills_lose_nothing_either(tmp_path: Path) -> None:
    heard = kill_many(tmp_path, lanes=20, kills=25)
    print(*heard, sep="\n")
    assert len(heard) == 20
