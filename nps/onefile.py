"""The store as one DuckDB file: one process has it, which keeps every other one out."""

import shutil
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Self, TypeVar

import duckdb

from nps.connecting import CLOSED, begun, committed, config
from nps.faults import said_plainly
from nps.reopening import Database

T = TypeVar("T")


class OneFile:
    """A store in one file, whose database is opened anew by itself where a full disk stopped it."""

    shared = False
    attempts = 8
    keeps_order = True
    out_of_touch_since = None  # a file is there or is not

    def __init__(self, path: Path, database: Database) -> None:
        self.beside, self._database = path, database
        self._writing: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._versions: Counter[str] = Counter()

    @property
    def name(self) -> str:
        """What people call it."""
        return self.beside.name

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create the file. Raises StoreBusy, StoreNewer, StoreDamaged, StoreFull, StoreError."""
        with said_plainly(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            return cls(path, Database(path, {**config(), **CLOSED}))

    def close(self) -> None:
        """Write everything to the file and let it go."""
        with said_plainly(self.beside):
            self._database.close()

    @contextmanager
    def asking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one question; what goes wrong with it is one sentence."""
        with said_plainly(self.beside), self._database.cursor() as cursor:
            yield cursor

    @contextmanager
    def begun(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in a transaction, of which nothing is kept that is not committed."""
        with self.asking() as cursor, begun(cursor):
            yield cursor

    def write(self, work: Callable[[duckdb.DuckDBPyConnection], T], touches: Sequence[str], holds: Sequence[str]) -> T:
        """Run `work` in a transaction, one at a time for each topic. Raises Clash where it met another one."""
        with ExitStack() as stack:
            for topic in sorted({*touches, *holds}):
                stack.enter_context(self._writing[topic])
            result = committed(stack.enter_context(self.begun()), work, commit=self._database.commit)
            self._versions.update(touches)
            return result

    reshape = write

    def alone(self) -> AbstractContextManager[object]:
        """Whoever has the file is the only one."""
        return nullcontext()

    def version(self, topic: str) -> int:
        """How many commits touched a topic since the store was opened."""
        return self._versions[topic]

    def settle(self) -> None:
        """Write all that is in the log into the file."""
        with self.asking() as cursor:
            cursor.execute("CHECKPOINT")

    def copy(self, to: Path) -> None:
        """Copy the file as it is, while nobody else has it."""
        unfinished = to.with_name(f".{to.name}.unfinished")
        self.settle()
        with said_plainly(self.beside):
            try:
                shutil.copyfile(self.beside, unfinished)
                unfinished.replace(to)
            finally:
                unfinished.unlink(missing_ok=True)
