"""A process of its own for tests that need one: it holds a store, fills a disk, or works until it is killed.

`python -m tests.worker MODE STORE ...` prints one line for each thing that it was told is safe, and never earlier.
"""

import os
import resource
import signal
import sys
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from nps import casework
from nps.errors import NpsError
from nps.store import Store, Transaction

NOW = datetime.fromisoformat("2025-11-03 12:00")


def say(*words: object) -> None:
    """One line on standard output in one write, so that a kill cannot cut it in two."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def hold(path: Path) -> None:
    """Keep the store open until standard input ends."""
    store = Store.open(path)
    say("holding")
    sys.stdin.read()
    store.close()


def fill(path: Path, room: int, kind: str) -> None:
    """Write notes or responses until a file may grow no further than `room` bytes, then see what still works."""
    store = Store.open(path)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    try:
        for number in range(100_000):
            _write(store, kind, number)
            say("done", number)
    except NpsError as error:
        say("failed", type(error).__name__, error)
    say("reads", store.rows("SELECT count(*) FROM case_events")[0][0])
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    _write(store, "notes", 100_000)
    say("done", 100_000)
    store.close()


def read(path: Path) -> None:
    """Open and read the store where no file may grow at all."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    store = Store.open(path)
    found = store.rows("SELECT count(*) FROM answers")[0][0]
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    say("reads", found)


def _write(store: Store, kind: str, number: int) -> None:
    if kind == "notes":
        casework.note(store, f"case {number}", os.urandom(1_500).hex(), who="Ada", now=NOW)
        return
    table = pa.table({"key": [f"{number} {os.urandom(60).hex()}" for _ in range(5_000)]})

    def work(tx: Transaction) -> None:
        tx.register("incoming", table)
        tx.execute("INSERT INTO responses (response_key, import_id) SELECT key, $id FROM incoming", {"id": str(number)})

    store.transact(work, touches=("responses",))


def main(mode: str, path: str, *options: str) -> None:
    """Do what the mode says."""
    if mode == "hold":
        hold(Path(path))
    elif mode == "fill":
        fill(Path(path), int(options[0]), options[1])
    elif mode == "read":
        read(Path(path))
    else:
        raise SystemExit(f"there is no mode {mode}")


if __name__ == "__main__":
    main(*sys.argv[1:])
