"""A DuckDB file that is open, and is opened anew by itself after a failure that stopped it.

DuckDB stops where a checkpoint finds no room on the disk: every question fails until all of it was closed and opened.
"""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from nps import torn

DURABLE = "COMMIT succeeded and is durable"

log = logging.getLogger(__name__)


class Database:
    """One connection for all of the process, and a cursor per call.

    Cursors are independent; a shared connection gives wrong answers when threads meet on it.
    """

    def __init__(self, path: Path, config: Mapping[str, Any]) -> None:
        self._path, self._config = path, dict(config)
        self._opening, self._stopped = threading.Lock(), False
        self._connection = self._opened()

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one call. After a failure that stopped the database, the next one finds it open again."""
        if self._stopped:
            self._start()
        try:
            made = self._connection.cursor()
        except duckdb.ConnectionException:  # another thread is about to open it anew, or it was closed for good
            self._start()
            made = self._connection.cursor()
        with made as cursor:
            try:
                yield cursor
            except duckdb.FatalException:
                self._stopped = True
                raise

    def commit(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Commit. What is on disk is kept, also where the checkpoint that followed it found no room."""
        try:
            cursor.commit()
        except duckdb.FatalException as error:
            if DURABLE not in str(error):
                raise
            self._stopped = True
            log.warning("%s was written, but its log could not be cleared: %s", self._path.name, error)

    def _start(self) -> None:
        with self._opening:
            if self._stopped:
                self._connection.close()  # DuckDB gives the stopped one again while anybody has it open
                self._connection = self._opened()
                self._stopped = False
                log.info("opened %s again after a failure", self._path.name)

    def _opened(self) -> duckdb.DuckDBPyConnection:
        try:
            return duckdb.connect(str(self._path), config=self._config)
        except duckdb.Error as error:
            if not torn.cut(self._path, str(error)):
                raise
            return duckdb.connect(str(self._path), config=self._config)
