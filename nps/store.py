"""The one door to DuckDB: open, migrate, ask, transact.

One connection per process and a cursor per call: cursors are independent, a shared connection gives wrong answers when
threads meet on it. The file's lock keeps every other process out while it is open.
"""

import logging
import os
import shutil
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from nps.errors import StoreBusy, StoreNewer
from nps.faults import damaged, said_plainly
from nps.turns import aside

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = Path(__file__).resolve().parent / "schema"
DEFAULT = str(ROOT / "data" / "nps.duckdb")
ATTEMPTS = 8
BEFORE_MIGRATION = ".before-migration"  # ends the name of the copy that is made before one
PIECE = 122_880  # rows, as many as a row group of DuckDB holds
# Arrow's own allocator gives pages back at once, and to get them zeroed again takes a sixth of an import's time.
pa.set_memory_pool(pa.system_memory_pool())

Scratch = duckdb.DuckDBPyConnection
Row = tuple[Any, ...]
T = TypeVar("T")

log = logging.getLogger(__name__)


def scratch(*, bands: bool = False) -> Scratch:
    """An in-memory connection for SQL over Arrow tables; it can reach no file and no network.

    With `bands` it knows is_promoter, is_passive and is_detractor.
    """
    connection = duckdb.connect(":memory:", config=_config())
    if bands:
        connection.execute(_sql("bands.sql"))
    return connection


def quoted(identifier: str) -> str:
    """An identifier for SQL text. The only way by which a name enters a statement."""
    return '"' + identifier.replace('"', '""') + '"'


def _config() -> dict[str, Any]:
    return {
        "enable_external_access": "false",
        "lock_configuration": "true",
        "threads": os.environ.get("NPS_THREADS", str(os.cpu_count() or 2)),
        "memory_limit": os.environ.get("NPS_MEMORY", "4GB"),
    }


class Transaction:
    """What one write may do: ask, execute, append an Arrow table."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        return self._cursor.execute(sql, dict(params or {})).fetchall()

    def reader(self, sql: str) -> pa.RecordBatchReader:
        """A large answer, piece by piece; it ends with the transaction."""
        return self._cursor.execute(sql).to_arrow_reader(PIECE)

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """Run one statement and return how many rows it changed; a text without one changes nothing."""
        # DuckDB answers None to a text of nothing but comments.
        answer: duckdb.DuckDBPyConnection | None = self._cursor.execute(sql, dict(params or {}))
        done = answer.fetchone() if answer is not None else None
        return int(done[0]) if done and isinstance(done[0], int) else 0

    def list_segments(self, columns: Mapping[str, tuple[str, str]]) -> None:
        """List columns of the responses as segments, each with its label and kind, after those there are."""
        [[last]] = self.rows("SELECT coalesce(max(position), 0) FROM segments")
        for position, (name, (label, kind)) in enumerate(columns.items(), start=last + 1):
            self.execute(
                "INSERT INTO segments VALUES ($label, $name, $kind, $position)",
                {"label": label, "name": name, "kind": kind, "position": position},
            )

    def register(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Make Arrow rows readable under `name` for this transaction; those of a reader once."""
        if isinstance(rows, pa.Table):
            # In pieces, without a copy: DuckDB reads one piece with one thread.
            rows = pa.Table.from_batches(rows.to_batches(PIECE), rows.schema)
        self._cursor.register(name, rows)


@dataclass(eq=False)
class Store:
    """A store of survey responses in one DuckDB file.

    Reads see the last commit. Writes go through `transact`, one at a time for each topic (a tick does not wait for an
    import), and are on disk when it returns.
    `version(topic)` counts the commits that touched a topic ("responses" or "cases") since the store was opened:
    a cache that holds it in its key never serves an old answer.
    """

    path: Path
    _connection: duckdb.DuckDBPyConnection
    _writing: defaultdict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    _versions: Counter[str] = field(default_factory=Counter)
    _listed: tuple[int, tuple[str, ...]] | None = None  # a version of the responses, and the columns listed then

    @classmethod
    def open(cls, path: str | Path) -> "Store":
        """Open or create the store at `path` and bring its schema up to date.

        Raises StoreBusy, StoreNewer, StoreDamaged, StoreFull, or StoreError where the folder cannot be used.
        """
        path = Path(path).absolute()
        with said_plainly(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = duckdb.connect(str(path), config=_config())
        store = cls(path, connection)
        try:
            store._migrate()
        except BaseException:
            connection.close()
            raise
        return store

    def close(self) -> None:
        """Write everything to the file and let it go."""
        with said_plainly(self.path):
            self._connection.close()

    def version(self, topic: str) -> int:
        return self._versions[topic]

    def columns(self) -> tuple[str, ...]:
        """The columns of the listed segments in their order, read anew when responses changed."""
        version, listed = self.version("responses"), self._listed
        if listed is None or listed[0] != version:
            rows = self.rows("SELECT column_name FROM segments ORDER BY position, column_name")
            self._listed = listed = version, tuple(row[0] for row in rows)
        return listed[1]

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """The answer to one question, as tuples."""
        with said_plainly(self.path), self._connection.cursor() as cursor:
            return cursor.execute(sql, dict(params or {})).fetchall()

    def records(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The answer to one question, as dictionaries by column name."""
        with said_plainly(self.path), self._connection.cursor() as cursor:
            answer = cursor.execute(sql, dict(params or {}))
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def batches(self, sql: str, params: Mapping[str, Any] | None = None) -> Iterator[pa.RecordBatch]:
        """A large answer in Arrow batches, an empty one first, so that memory stays bounded."""
        with said_plainly(self.path), self._connection.cursor() as cursor:
            reader = cursor.execute(sql, dict(params or {})).to_arrow_reader(100_000)
            yield pa.RecordBatch.from_pylist([], schema=reader.schema)
            yield from reader

    def transact(self, work: Callable[[Transaction], T], *, touches: Sequence[str] = ()) -> T:
        """Run `work` in one transaction: all of it is kept, or nothing.

        The whole of `work` is run again when another writer changed the same rows, so it must not have effects of
        its own. Raises StoreBusy after some attempts, and whatever `work` raises.
        """
        for attempt in range(ATTEMPTS):
            try:
                with ExitStack() as stack:
                    stack.enter_context(aside())
                    for topic in sorted(touches):
                        stack.enter_context(self._writing[topic])
                    stack.enter_context(said_plainly(self.path))
                    result = _committed(stack.enter_context(self._connection.cursor()), work)
                    self._versions.update(touches)
                    return result
            except _Clash as clash:
                log.info("a write met another one (attempt %d): %s", attempt + 1, clash)
        raise StoreBusy("Others kept changing the same rows. Nothing was written; try again in a moment.")

    def tried(self, work: Callable[[Transaction], T]) -> T:
        """The answer of `work` in a transaction that is never kept: for a question that needs tables of its own."""
        with aside(), said_plainly(self.path), self._connection.cursor() as cursor:
            cursor.begin()
            try:
                return work(Transaction(cursor))
            finally:
                _roll_back(cursor)

    def widen(self, columns: Iterable[str]) -> None:
        """Add text columns to the responses where they are missing, in a transaction of their own.

        Nobody sees them before they are listed as segments.
        """

        def work(tx: Transaction) -> None:
            have = {row[0] for row in tx.rows("SELECT column_name FROM (DESCRIBE responses)")}
            missing = [name for name in columns if name not in have]
            for name in missing:
                tx.execute(f"ALTER TABLE responses ADD COLUMN {quoted(name)} VARCHAR")
            if missing:
                tx.execute(_views())

        columns = list(columns)
        if columns:
            self.transact(work, touches=("responses",))

    def _migrate(self) -> None:
        """Run the numbered files that this store has not seen, and make the views anew; all of it or nothing."""
        tables = {row[0] for row in self.rows("SELECT table_name FROM duckdb_tables()")}
        if tables and "schema_number" not in tables:
            raise damaged(self.path)
        seen = {row[0] for row in self.rows("SELECT number FROM schema_number")} if tables else set()
        files = {int(path.name[:4]): path for path in SCHEMA.glob("0*.sql")}
        number, newest = max(seen, default=0), max(files)
        if number > newest:
            raise StoreNewer(
                f"The store {self.path.name} was written by a newer version of this program "
                f"(schema {number}; this one knows {newest}). Update the program, or name another store with NPS_STORE."
            )
        # A lower number may come later: two changes of the schema that were made at the same time.
        missing = {n: path for n, path in files.items() if n not in seen}
        before = self.path.with_name(f"{self.path.name}{BEFORE_MIGRATION}")
        if tables and not missing:
            before.unlink(missing_ok=True)  # the start after a migration went well
        if tables and missing:
            self._copy(before)
        if missing:
            self.transact(lambda tx: _run_migrations(tx, missing))
            with said_plainly(self.path), self._connection.cursor() as cursor:
                cursor.execute("CHECKPOINT")

    def _copy(self, to: Path) -> None:
        """Copy the file as it is, while nobody else has it."""
        unfinished = to.with_name(f".{to.name}.unfinished")
        with said_plainly(self.path):
            with self._connection.cursor() as cursor:
                cursor.execute("CHECKPOINT")
            try:
                shutil.copyfile(self.path, unfinished)
                unfinished.replace(to)
            finally:
                unfinished.unlink(missing_ok=True)


def _sql(name: str) -> str:
    return (SCHEMA / name).read_text(encoding="utf-8")


def _views() -> str:
    return _sql("bands.sql") + _sql("clocks.sql") + _sql("views.sql")


def _run_migrations(tx: Transaction, files: Mapping[int, Path]) -> None:
    tx.execute("CREATE TABLE IF NOT EXISTS schema_number (number INTEGER)")
    for number in sorted(files):
        tx.execute(files[number].read_text(encoding="utf-8"))
        tx.execute("INSERT INTO schema_number VALUES ($number)", {"number": number})
    tx.execute(_views())


class _Clash(Exception):
    """Another transaction changed the same rows first."""


def _committed(cursor: duckdb.DuckDBPyConnection, work: Callable[[Transaction], T]) -> T:
    cursor.begin()
    try:
        result = work(Transaction(cursor))
        cursor.commit()
    except BaseException as error:
        _roll_back(cursor)
        # A commit that fails for want of room is a TransactionException too.
        if isinstance(error, duckdb.TransactionException) and "conflict" in str(error).lower():
            raise _Clash(str(error)) from error
        raise
    return result


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    try:
        cursor.rollback()
    except duckdb.Error as error:
        log.info("nothing to roll back: %s", error)


def location() -> Path:
    """Where the store lies: NPS_STORE, else data/nps.duckdb."""
    return _path(os.environ.get("NPS_STORE") or DEFAULT)


_path = cache(Path)  # a page asks for its store two hundred times
_opening = threading.Lock()
_opened: dict[Path, Store] = {}


def the_store() -> Store:
    """The store of this process, opened once."""
    path = location()
    # Every question comes by here: behind a lock that is taken each time, a busy server's threads queue for seconds.
    if path not in _opened:
        with aside(), _opening:
            if path not in _opened:
                _opened[path] = Store.open(path)
    return _opened[path]
