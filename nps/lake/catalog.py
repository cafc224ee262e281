"""The catalog of a lake as PostgreSQL itself knows it: whose turn it is to write, and what others have written."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from nps.places import LakePlace

COMMIT = "to commit"  # comes after all topics
LONGEST_WAIT = "5min"  # for the turn of somebody who writes
# The server, too, notices soon that a machine is gone, and gives its turn to the next.
OPTIONS = (
    f"-c lock_timeout={LONGEST_WAIT} "
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=10000"
)
# What the place itself says counts: a person may have set it for reasons of their own.
USUAL: Mapping[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": OPTIONS,
}


class Catalog:
    """Connections to the catalog's database, one for each that asks at the same time."""

    def __init__(self, place: LakePlace) -> None:
        self._place = place
        self._idle: list[psycopg.Connection] = []

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection]:
        """A connection for the length of a `with`; one that failed is not used again. Raises psycopg.Error."""
        connection = self._idle.pop() if self._idle else self._connect()
        try:
            yield connection
        except BaseException as error:
            with suppress(psycopg.Error):
                connection.close()  # what it held is free then, whatever went wrong
                if isinstance(error, psycopg.Error):  # what broke one connection broke the others
                    self.close()
            raise
        if not connection.closed:
            self._idle.append(connection)

    @contextmanager
    def turn(self, topics: Collection[str]) -> Iterator[Callable[[], object]]:
        """Wait until nobody else writes to these topics, on any machine.

        What it gives is to be called before the commit: it waits until nobody else commits, since commits that meet in
        the catalog are tried again and again, and raises where the turn was lost. Whoever dies, or is cut off for some
        seconds, has lost it.
        """
        with self.connection() as connection:

            def wait_for(what: str) -> None:
                connection.execute("SELECT pg_advisory_lock(hashtext('nps'), hashtext(%s))", [what])

            for topic in sorted(topics):
                wait_for(topic)
            yield lambda: wait_for(COMMIT)
            with suppress(psycopg.Error):  # the commit is done, and whoever is cut off has no turn
                connection.execute("SELECT pg_advisory_unlock_all()")

    def data(self) -> str:
        """Where the data of the lake are; empty where there is no lake yet."""
        with self.connection() as connection:
            [there] = connection.execute("SELECT to_regclass('ducklake_metadata')").fetchone() or (None,)
            if not there:
                return ""
            found = connection.execute("SELECT value FROM ducklake_metadata WHERE key = 'data_path'").fetchone()
            return str(found[0]) if found else ""

    def never_inline(self, table: str) -> bool:
        """Have even a few rows of a table go into a file; whether that is new."""
        with self.connection() as connection:
            done = connection.execute(
                "INSERT INTO ducklake_metadata (key, value, scope, scope_id) "
                "SELECT 'data_inlining_row_limit', '0', 'table', table_id FROM ducklake_table "
                "WHERE table_name = %s AND end_snapshot IS NULL AND table_id NOT IN ("
                "SELECT scope_id FROM ducklake_metadata WHERE key = 'data_inlining_row_limit' AND scope = 'table')",
                [table],
            )
            return done.rowcount > 0

    def tell_empty(self, *, but: str) -> None:
        """Write that tables without a row hold nothing, of one column after the other.

        DuckLake 1.0 keeps what it knows of a table in memory, but of one that the catalog knows nothing of it asks
        again with every column of every question: three of four statements that a list of follow-ups took. What comes
        in first keeps no smallest and largest value then, which of few rows nobody misses.
        """
        with self.connection() as connection, connection.transaction():
            new = connection.execute(
                "INSERT INTO ducklake_table_stats (table_id, record_count, next_row_id, file_size_bytes) "
                "SELECT table_id, 0, 0, 0 FROM ducklake_table WHERE end_snapshot IS NULL AND table_name <> %s "
                "AND table_id NOT IN (SELECT table_id FROM ducklake_table_stats) RETURNING table_id",
                [but],
            ).fetchall()
            connection.execute(
                "INSERT INTO ducklake_table_column_stats (table_id, column_id, contains_null) "
                "SELECT table_id, column_id, true FROM ducklake_column "
                "WHERE end_snapshot IS NULL AND parent_column IS NULL AND table_id = ANY (%s)",
                [[table for (table,) in new]],
            )

    def newest(self) -> int:
        """The number of the newest commit."""
        with self.connection() as connection:
            found = connection.execute("SELECT max(snapshot_id) FROM ducklake_snapshot").fetchone()
            return int(found[0]) if found else 0

    def commits(self, since: int) -> list[tuple[int, str | None]]:
        """The numbers of the commits after one, in their order, and what their writers said about them."""
        with self.connection() as connection:
            return connection.execute(
                "SELECT snapshot_id, commit_extra_info FROM ducklake_snapshot_changes "
                "WHERE snapshot_id > %s ORDER BY snapshot_id",
                [since],
            ).fetchall()

    @contextmanager
    def upkeep(self, told: str, after: int) -> Iterator[bool]:
        """Whether there are so many commits after the last one that was told so, and nobody else is at it."""
        with self.connection() as connection:
            [new] = connection.execute(
                "SELECT count(*) FROM ducklake_snapshot_changes WHERE snapshot_id > coalesce("
                "(SELECT max(snapshot_id) FROM ducklake_snapshot_changes WHERE commit_extra_info = %s), 0)",
                [told],
            ).fetchone() or (0,)
            [mine] = connection.execute(
                "SELECT pg_try_advisory_lock(hashtext('nps'), hashtext('upkeep'))"
            ).fetchone() or (False,)
            yield bool(mine) and new >= after
            connection.execute("SELECT pg_advisory_unlock_all()")

    def _connect(self) -> psycopg.Connection:
        told: dict[str, Any] = dict(conninfo_to_dict(self._place.catalog))
        if self._place.password:
            told["password"] = self._place.password
        return psycopg.connect(autocommit=True, **{**USUAL, **told})
