"""Suggestions for all comments of a store, made in a process of their own."""

import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO

import pyarrow as pa

from nps.codebook.book import Book
from nps.errors import StoreError
from nps.places import ROOT
from nps.suggesting import worker

TAGGED = pa.schema([("comment", pa.string()), ("codes", pa.list_(pa.string()))])
COMMENTS = pa.schema([("response_key", pa.string()), ("comment", pa.string())])


def made(
    book: Book,
    tagged: Sequence[tuple[str, Sequence[str]]],
    comments: Iterable[pa.RecordBatch],
    stopping: threading.Event | None = None,
) -> pa.Table | None:
    """Suggestions for comments (`response_key`, `comment`), learnt from tagged ones; None when it shall stop.

    The columns are those of the table `suggestions`. Raises StoreError where the process failed.
    """
    command = [sys.executable, "-m", "nps.suggesting.worker"]
    # Our own module, and nothing of the data on its command line.
    with (
        subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process,
        ThreadPoolExecutor(1, "feeding") as feeder,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        feeding = feeder.submit(_feed, process.stdin, book, tagged, comments)
        if stopping:
            threading.Thread(target=_end, args=(process, stopping), daemon=True).start()
        found = list(_batches(process.stdout))
        process.wait()
        feeding.result()  # raises what kept the comments from being read: what is there of them is not all
    if stopping and stopping.is_set():
        return None
    if process.returncode != 0:
        raise StoreError("Reasons could not be suggested for comments: the process that does it ended early.")
    return pa.Table.from_batches(found, worker.SUGGESTED)


def _batches(stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    try:
        with pa.ipc.open_stream(stream) as answers:
            yield from answers
    except (pa.ArrowInvalid, OSError):
        return  # it ended early, and its exit code says so


def _end(process: subprocess.Popen[bytes], stopping: threading.Event) -> None:
    """End the process when it shall stop: it may be learning for a minute, and says nothing meanwhile."""
    while process.poll() is None:
        if stopping.wait(0.2):
            process.kill()


def _feed(
    stream: IO[bytes], book: Book, tagged: Sequence[tuple[str, Sequence[str]]], comments: Iterable[pa.RecordBatch]
) -> None:
    try:
        with stream:
            stream.write(worker.told(book))
            with pa.ipc.new_stream(stream, TAGGED) as out:
                columns = [[comment for comment, _ in tagged], [list(codes) for _, codes in tagged]]
                arrays = [pa.array(values, field.type) for values, field in zip(columns, TAGGED, strict=True)]
                out.write_batch(pa.RecordBatch.from_arrays(arrays, schema=TAGGED))
            with pa.ipc.new_stream(stream, COMMENTS) as out:
                for batch in comments:
                    out.write_batch(batch.cast(COMMENTS))
    except BrokenPipeError:
        return  # the process ended before it had read everything, and how it ended says why
