"""Readers of binary files run in a process of their own, so that a hostile file can end that process only."""

import subprocess
import sys
from pathlib import Path
from threading import Thread, Timer
from typing import IO

import pyarrow as pa

from nps.importing.containers import at_most

SECONDS = 300
MOST_BYTES = 4 * 1024**3  # of cells, as Arrow holds them


def tables(reader: str, data: bytes, *words: str) -> tuple[pa.Table, ...] | None:
    """What the script `reader`, a file beside this one, makes of the bytes: Arrow tables; None when it failed.

    `words` are of ours and stand on its command line.

    The script gets the bytes on standard input and writes one Arrow stream after the other. It is ended when it takes
    too long or writes too much.
    """
    # -P: the files beside the script are no modules of its own, whatever they are called.
    command = [sys.executable, "-P", str(Path(__file__).with_name(reader)), *words]
    # Our own script, with nothing of the upload on its command line; how it ended is looked at below.
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        feeding, late = Thread(target=_feed, args=(process.stdin, data)), Timer(SECONDS, process.kill)
        feeding.start()
        late.start()
        written = at_most(process.stdout, MOST_BYTES)
        if written is None:
            process.kill()
        process.wait()
        late.cancel()
        feeding.join()
    if written is None or process.returncode != 0:
        return None
    found = []
    source = pa.BufferReader(written)
    while source.tell() < source.size():
        with pa.ipc.open_stream(source) as stream:
            found.append(stream.read_all())
    return tuple(found)


def _feed(stream: IO[bytes], data: bytes) -> None:
    try:
        with stream:
            stream.write(data)
    except BrokenPipeError:
        return  # the script ended before it had read everything, and how it ended says why
