"""A process of its own for tests that need one: it holds a store, fills a disk, or works until it is killed.

`python -m tests.worker MODE STORE ...` prints one line for each thing that it was told is safe, and never earlier.
"""

import itertools
import os
import random
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps import acts, casework, importing, imports, kept
from nps.errors import NpsError, StoreError
from nps.moves import marks
from nps.places import Place, place
from nps.reasons import readings
from nps.store import Store, Transaction

NOW = datetime.fromisoformat("2025-11-03 12:00")


_saying = threading.Lock()


def say(*words: object) -> None:
    """One line on standard output in one write, so that a kill cannot cut it in two; no two threads at once.

    Else a trace of the writes may have them in another order than the file.
    """
    with _saying:
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
        casework.do(store, f"case {number}", acts.note(os.urandom(1_500).hex()), who="Ada", now=NOW)
        return
    table = pa.table({"key": [f"{number} {os.urandom(60).hex()}" for _ in range(5_000)]})

    def work(tx: Transaction) -> None:
        tx.register("incoming", table)
        tx.execute("INSERT INTO responses (response_key, import_id) SELECT key, $id FROM incoming", {"id": str(number)})

    store.transact(work, touches=("responses",))


def toil(where: Place, run: str) -> None:
    """Import, and write on five topics in eight threads, as fast as possible until killed; `run` makes names unique."""
    store = Store.open(where)
    say("ready")
    for number, write in enumerate((_tick, _tick, _tick, _note, _note, _read, _mark, _keep)):
        threading.Thread(target=_go_on, args=(write, store, f"{run}-{number}"), daemon=True).start()
    choose = random.Random(run)
    for number in itertools.count():
        size = choose.choice([40, 40, 40, 2_000, 2_000, 30_000, 150_000])
        given = invented(size, name=f"{run} {number}", segment=f"Segment {run[-1]}")
        landed = imports.land(store, given, file=f"{run}-{number}.csv", by="Ada", now=NOW)
        say("import", landed.import_id)
        if number % 3:
            later = imports.land(store, otherwise(given), file="later.csv", by="Ada", now=NOW, update=True)
            say("import", later.import_id)
            if number % 3 == 2:
                imports.undo(store, later.import_id, by="Ada", now=NOW)
                say("undo", later.import_id)
        if number % 2 == 1:
            imports.undo(store, landed.import_id, by="Ada", now=NOW)
            say("undo", landed.import_id)


def tick(where: Place, keys: Sequence[str]) -> None:
    """Tick one case after the other, each until it is done, and say what was refused meanwhile."""
    store = Store.open(where)
    say("ready")
    for key in keys:
        while True:
            try:
                casework.tick(store, [key], who="Ada", now=NOW)
            except StoreError as error:
                say("refused", error)
                time.sleep(0.05)
            else:
                say("event", key)
                break
    store.close()


def live(path: Path) -> None:
    """Open the store three times, each time import and undo while four threads write, and close it: all of it ends."""
    for life in range(3):
        store = Store.open(path)
        writers = [
            threading.Thread(target=_go_on, args=(write, store, f"{life}-{number}", 6))
            for number, write in enumerate((_tick, _note, _read, _keep))
        ]
        for writer in writers:
            writer.start()
        for size in (40, 2_000, 12_000):
            given = invented(size, name=f"{life} {size}", segment=f"Segment {life}")
            landed = imports.land(store, given, file=f"{life}-{size}.csv", by="Ada", now=NOW)
            say("import", landed.import_id)
        imports.undo(store, landed.import_id, by="Ada", now=NOW)
        say("undo", landed.import_id)
        for writer in writers:
            writer.join()
        store.close()


def _go_on(write: Callable[[Store, str, int], None], store: Store, name: str, turns: int = sys.maxsize) -> None:
    for number in range(turns):
        write(store, name, number)


def _tick(store: Store, name: str, number: int) -> None:
    keys = [f"{name}-{number}-{each}" for each in range(1 + number % 5)]
    for key in casework.tick(store, keys, who="Ada", now=NOW).done:
        say("event", key, "contacted")
    if number % 4 == 3:
        casework.untick(store, keys[:1], who="Ada", now=NOW)
        say("event", keys[0], "undone")


def _note(store: Store, name: str, number: int) -> None:
    """Every other note goes to a case that has one."""
    text = f"{name}:{number}"
    casework.do(store, f"{name}-{number // 2}", acts.note(text), who="Ben", now=NOW)
    say("note", text)


def _read(store: Store, name: str, number: int) -> None:
    key = f"{name}-{number}"
    readings.record_past(store, [readings.PastReading(key, ("product.speed",), NOW, "Ada")])
    say("reading", key)


def _mark(store: Store, name: str, number: int) -> None:
    label = f"{name}-{number}"
    marks.add(store, [marks.Happened(NOW.date(), marks.KINDS[0], label)], who="Ada", now=NOW)
    say("mark", label)


def _keep(store: Store, name: str, number: int) -> None:
    called = f"{name}-{number}"
    kept.save(store, called, {}, who="Ada", now=NOW)
    say("kept", called)


def invented(size: int, *, name: str, segment: str = "Plan") -> importing.Answers:
    """Answers of a file with an id in each row; every tenth row is blank, and two rows are rejected."""
    line = pa.array(np.arange(2, size + 2))
    text = pc.binary_join_element_wise(name, line.cast(pa.string()), " ")
    nothing = pa.nulls(size, pa.string())
    score = (np.arange(size) % 10).astype(np.uint8)
    columns = {
        "line": line,
        "response_id": text,
        "answered_at": pa.repeat(pa.scalar(NOW, pa.timestamp("us")), size),
        "score": pa.array(score, mask=score == 0),
        "comment": text,
        "customer": nothing,
        "name": nothing,
        "email": nothing,
        "account": nothing,
        "content": text,
        f"segment:{segment}": pa.array(["Free", "Team"]).take(pa.array(score % 2)),
        "segment:Region": pa.array(["EU", None, "US"]).take(pa.array(score % 3)),
    }
    rejects = pa.table(
        {
            "line": pa.array([size + 2, size + 3]),
            "column": ["Score", "Score"],
            "value": ["11", "x"],
            "reason": ["outside 0-10", "not a number"],
            "cells": [["11"], ["x"]],
        }
    )
    mapping = importing.Mapping(score="Score", date="Date", id="Id", comment="Comment", segments=(segment, "Region"))
    return importing.Answers(importing.Responses.of(pa.table(columns)), rejects, ("Score",), mapping, size + 2, ())


def otherwise(given: importing.Answers) -> importing.Answers:
    """The same responses with another comment each."""
    place = given.table.column_names.index("comment")
    comments = pc.binary_join_element_wise(given.table["comment"], "again", " ")
    return replace(given, responses=importing.Responses.of(given.table.set_column(place, "comment", comments)))


def main(mode: str, path: str, *options: str) -> None:
    """Do what the mode says."""
    if mode == "hold":
        hold(Path(path))
    elif mode == "fill":
        fill(Path(path), int(options[0]), options[1])
    elif mode == "read":
        read(Path(path))
    elif mode == "live":
        live(Path(path))
    elif mode == "toil":
        toil(place(path), options[0])
    elif mode == "tick":
        tick(place(path), options)
    else:
        raise SystemExit(f"there is no mode {mode}")


if __name__ == "__main__":
    main(*sys.argv[1:])
