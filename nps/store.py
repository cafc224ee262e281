"""The one door to the store: open, migrate, ask, transact; in one file, or in a lake."""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from nps.connecting import CLOSED, Clash, Engine, config, in_turn, together
from nps.errors import StoreBusy, StoreNewer
from nps.faults import damaged
from nps.lake.engine import Lake
from nps.lake.own import bring_in_again
from nps.onefile import OneFile
from nps.places import LakePlace, Place, location
from nps.turns import aside

SCHEMA = Path(__file__).resolve().parent / "schema"
BEFORE_MIGRATION = ".before-migration"  # ends the name of the copy that is made before one
TABLES = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND database_name = current_database()"
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
    connection = duckdb.connect(":memory:", config={**config(), **CLOSED})
    if bands:
        connection.execute(_sql("bands.sql"))
    return connection


def quoted(identifier: str) -> str:
    """An identifier for SQL text. The only way by which a name enters a statement."""
    return '"' + identifier.replace('"', '""') + '"'


class Transaction:
    """What one write may do: ask, execute, append an Arrow table."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, *, keeps_order: bool = True) -> None:
        self._cursor = cursor
        self.keeps_order = keeps_order  # of rows that come in several batches with one statement
        self._updated = False  # responses, maybe such as came in just now

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        return self._cursor.execute(sql, dict(params or {})).fetchall()

    def reader(self, sql: str, params: Mapping[str, Any] | None = None) -> pa.RecordBatchReader:
        """A large answer, piece by piece; it ends with the transaction."""
        return self._cursor.execute(sql, dict(params or {})).to_arrow_reader(PIECE)

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """Run one statement and return how many rows it changed; a text without one changes nothing."""
        self._updated = self._updated or "UPDATE responses" in sql
        # DuckDB answers None to a text of nothing but comments.
        answer: duckdb.DuckDBPyConnection | None = self._cursor.execute(sql, dict(params or {}))
        done = answer.fetchone() if answer is not None else None
        return int(done[0]) if done and isinstance(done[0], int) else 0

    def append(self, into: str, select: str, params: Mapping[str, Any] | None = None) -> None:
        """Insert what a query answers, in its order; `into` is the statement's beginning, up to the columns."""
        if self.keeps_order:
            self.execute(f"{into} {select}", params)
        else:
            self.pour(into, self._cursor.execute(select, dict(params or {})).to_arrow_table().to_reader())

    def pour(self, into: str, rows: pa.RecordBatchReader) -> None:
        """Insert rows piece by piece, in their order; `into` is the statement's beginning, up to the columns."""
        if self.keeps_order:
            self._cursor.register("poured", rows)
            self.execute(f"{into} SELECT * FROM poured")  # noqa: S608
            return
        for _ in self.in_turn("poured", together(pa.Table.from_batches([batch]) for batch in rows)):
            self.execute(f"{into} SELECT * FROM poured")  # noqa: S608

    def in_turn(self, name: str, pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """Arrow rows piece after piece, each readable under `name` for as long."""
        return in_turn(self._cursor, name, pieces)

    def finish(self) -> None:
        """Do what has to be done before the commit."""
        if self._updated and not self.keeps_order:
            bring_in_again(self._cursor)

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
    """A store of survey responses: one DuckDB file, or a lake that many machines share.

    Reads see the last commit. Writes go through `transact`, one at a time for each topic (a tick does not wait for an
    import), and are kept when it returns.
    `version(topic)` counts the commits that touched a topic ("responses" or "cases") since the store was opened:
    a cache that holds it in its key never serves an old answer.
    """

    _engine: Engine
    _listed: tuple[int, tuple[str, ...]] | None = None  # a version of the responses, and the columns listed then

    @classmethod
    def open(cls, place: str | Place, *, only: Collection[int] | None = None) -> "Store":
        """Open or create the store and bring its schema up to date.

        With `only` these steps of the schema it has the tables of an older program, and no views.
        Raises StoreBusy, StoreNewer, StoreDamaged, StoreFull, or StoreError where the place cannot be used.
        """
        engine = Lake.open(place) if isinstance(place, LakePlace) else OneFile.open(Path(place).absolute())
        store = cls(engine)
        try:
            store._migrate(only)
        except BaseException:
            engine.close()
            raise
        return store

    @property
    def name(self) -> str:
        """What people call it."""
        return self._engine.name

    @property
    def path(self) -> Path:
        """The file; of a lake, where this machine keeps what it can make anew."""
        return self._engine.beside

    @property
    def out_of_touch_since(self) -> datetime | None:
        """Since when (UTC) nothing was heard of what others write; None while all is well."""
        return self._engine.out_of_touch_since

    @property
    def shared(self) -> bool:
        """Whether others write to it beside this process."""
        return self._engine.shared

    def close(self) -> None:
        """Let it go, with everything written."""
        self._engine.close()

    def alone(self) -> AbstractContextManager[object]:
        """Nobody else who asks for this goes on, on any machine, for the length of a `with`."""
        return self._engine.alone()

    def version(self, topic: str) -> int:
        return self._engine.version(topic)

    def columns(self) -> tuple[str, ...]:
        """The columns of the listed segments in their order, read anew when responses changed."""
        version, listed = self.version("responses"), self._listed
        if listed is None or listed[0] != version:
            rows = self.rows("SELECT column_name FROM segments ORDER BY position, column_name")
            self._listed = listed = version, tuple(row[0] for row in rows)
        return listed[1]

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """The answer to one question, as tuples."""
        with self._engine.asking() as cursor:
            return cursor.execute(sql, dict(params or {})).fetchall()

    def records(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The answer to one question, as dictionaries by column name."""
        with self._engine.asking() as cursor:
            answer = cursor.execute(sql, dict(params or {}))
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def batches(self, sql: str, params: Mapping[str, Any] | None = None) -> Iterator[pa.RecordBatch]:
        """A large answer in Arrow batches, an empty one first, so that memory stays bounded."""
        with self._engine.asking() as cursor:
            reader = cursor.execute(sql, dict(params or {})).to_arrow_reader(100_000)
            yield pa.RecordBatch.from_pylist([], schema=reader.schema)
            yield from reader

    def transact(
        self,
        work: Callable[[Transaction], T],
        *,
        touches: Sequence[str] = (),
        holds: Sequence[str] = (),
        reshapes: bool = False,
    ) -> T:
        """Run `work` in one transaction: all of it is kept, or nothing. Only one that `reshapes` may change tables.

        The whole of `work` is run again when another writer changed the same rows, so it must not have effects of
        its own. Nobody else writes to what it `holds` meanwhile, of which no answer changes. Raises StoreBusy after
        some attempts, and whatever `work` raises.
        """
        write = self._engine.reshape if reshapes else self._engine.write
        for attempt in range(self._engine.attempts):
            try:
                with aside():
                    return write(lambda cursor: self._finished(cursor, work), touches, holds)
            except Clash as clash:
                log.info("a write met another one (attempt %d): %s", attempt + 1, clash)
        raise StoreBusy("Others kept changing the same rows. Nothing was written; try again in a moment.")

    def _finished(self, cursor: duckdb.DuckDBPyConnection, work: Callable[[Transaction], T]) -> T:
        result = work(tx := self._transaction(cursor))
        tx.finish()
        return result

    def _transaction(self, cursor: duckdb.DuckDBPyConnection) -> Transaction:
        return Transaction(cursor, keeps_order=self._engine.keeps_order)

    def tried(self, work: Callable[[Transaction], T]) -> T:
        """The answer of `work` in a transaction that is never kept: for a question that needs tables of its own."""
        with aside(), self._engine.begun() as cursor:
            return work(self._transaction(cursor))

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
            self.transact(work, touches=("responses",), reshapes=True)

    def narrow(self, columns: Collection[str]) -> None:
        """Take all other columns from the responses, with what they hold, in a transaction of its own."""

        def work(tx: Transaction) -> None:
            have = tx.rows("SELECT column_name FROM (DESCRIBE responses)")
            for name in (others := [name for (name,) in have if name not in columns]):
                tx.execute(f"ALTER TABLE responses DROP COLUMN {quoted(name)}")
            if others:
                tx.execute(_views())

        self.transact(work, touches=("responses",), reshapes=True)

    def _migrate(self, only: Collection[int] | None) -> None:
        """Run the numbered files that this store has not seen, and make the views anew; all of it or nothing."""
        files = {number: path for number, path in steps().items() if only is None or number in only}
        seen, bare = self.tried(self._seen)
        if max(seen, default=0) > max(files):
            raise StoreNewer(
                f"The store {self.name} was written by a newer version of this program "
                f"(schema {max(seen)}; this one knows {max(files)}). "
                "Update the program, or name another store with NPS_STORE."
            )
        before = self.path.with_name(f"{self.path.name}{BEFORE_MIGRATION}")
        missing = files.keys() - seen
        if seen and not missing:
            before.unlink(missing_ok=True)  # the start after a migration went well
        if seen and missing:
            self._engine.copy(before)
        if missing or (bare and only is None):

            def work(tx: Transaction) -> None:
                there, _ = self._seen(tx)  # another machine may have been sooner
                _run_migrations(tx, {n: path for n, path in files.items() if n not in there}, views=only is None)

            self.transact(work, touches=("schema",), reshapes=True)
            self._engine.settle()

    def _seen(self, tx: Transaction) -> tuple[set[int], bool]:
        """The numbers of the steps that were made, none in a new store; and whether it is without views."""
        tables = {row[0] for row in tx.rows(TABLES)}
        if tables and "schema_number" not in tables:
            raise damaged(self.name)
        numbers = {row[0] for row in tx.rows("SELECT number FROM schema_number")} if tables else set()
        return numbers, not tx.rows("SELECT 1 FROM duckdb_views() WHERE view_name = 'answers'")


def steps() -> dict[int, Path]:
    """The numbered changes of the schema that this program knows."""
    return {int(path.name[:4]): path for path in SCHEMA.glob("0*.sql")}


def _sql(name: str) -> str:
    return (SCHEMA / name).read_text(encoding="utf-8")


def _views() -> str:
    return _sql("bands.sql") + _sql("clocks.sql") + _sql("views.sql")


def _run_migrations(tx: Transaction, files: Mapping[int, Path], *, views: bool) -> None:
    tx.execute("CREATE TABLE IF NOT EXISTS schema_number (number INTEGER)")
    # A lower number may come later: two changes of the schema that were made at the same time.
    for number in sorted(files):
        tx.execute(files[number].read_text(encoding="utf-8"))
        tx.execute("INSERT INTO schema_number VALUES ($number)", {"number": number})
    if views:
        tx.execute(_views())


_opening = threading.Lock()
_opened: dict[Place, Store] = {}


def the_store() -> Store:
    """The store of this process, opened once."""
    path = location()
    # Every question comes by here: behind a lock that is taken each time, a busy server's threads queue for seconds.
    if path not in _opened:
        with aside(), _opening:
            if path not in _opened:
                _opened[path] = Store.open(path)
    return _opened[path]
