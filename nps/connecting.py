"""What every kind of store has in common: how it is reached, its limits, and how a transaction ends."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import duckdb
import pyarrow as pa

T = TypeVar("T")

CLOSED = {"enable_external_access": "false", "lock_configuration": "true"}  # it reaches no other file and no network

APART = 1_000_000  # rows of one statement where a larger one would not keep their order

log = logging.getLogger(__name__)


class Engine(Protocol):
    """How a kind of store is reached: OneFile or Lake."""

    @property
    def name(self) -> str: ...
    @property
    def shared(self) -> bool: ...
    @property
    def attempts(self) -> int: ...
    @property
    def keeps_order(self) -> bool: ...
    @property
    def beside(self) -> Path: ...
    @property
    def out_of_touch_since(self) -> datetime | None: ...
    def asking(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]: ...
    def begun(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]: ...
    def write(
        self, work: Callable[[duckdb.DuckDBPyConnection], T], touches: Sequence[str], holds: Sequence[str]
    ) -> T: ...
    def reshape(
        self, work: Callable[[duckdb.DuckDBPyConnection], T], touches: Sequence[str], holds: Sequence[str]
    ) -> T: ...
    def alone(self) -> AbstractContextManager[object]: ...
    def version(self, topic: str) -> int: ...
    def settle(self) -> None: ...
    def copy(self, to: Path) -> None: ...
    def close(self) -> None: ...


class Clash(Exception):
    """Another transaction changed the same rows first; all of this one may be run again."""


def config() -> dict[str, Any]:
    """The settings of every connection."""
    return {
        "threads": os.environ.get("NPS_THREADS", str(os.cpu_count() or 2)),
        "memory_limit": os.environ.get("NPS_MEMORY", "4GB"),
    }


@contextmanager
def begun(cursor: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The cursor in a transaction for the length of a `with`; what is not committed by then is not kept."""
    cursor.begin()
    try:
        yield cursor
    finally:
        roll_back(cursor)


def committed(
    cursor: duckdb.DuckDBPyConnection,
    work: Callable[[duckdb.DuckDBPyConnection], T],
    *,
    commit: Callable[[duckdb.DuckDBPyConnection], object] = duckdb.DuckDBPyConnection.commit,
) -> T:
    """Run `work` in the transaction that has begun, and commit it. Raises Clash."""
    try:
        result = work(cursor)
        commit(cursor)
    except duckdb.Error as error:
        # A commit that fails for want of room is a TransactionException too.
        if met_another(error):
            raise Clash(str(error)) from error
        raise
    return result


def met_another(error: BaseException) -> bool:
    """Whether a transaction failed for what another one did, so that it may be run again."""
    text = str(error).lower()
    return isinstance(error, duckdb.TransactionException) and ("conflict" in text or "maximum retry count" in text)


def roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    """Give up a transaction, whatever is left of it; one that was committed stays."""
    try:
        cursor.rollback()
    except duckdb.Error as error:
        log.debug("nothing to roll back: %s", error)


class _AtHand:
    """Rows that SQL reads, these and then others: a name that is registered anew holds all of them until the commit."""

    rows: pa.Table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.rows.__arrow_c_stream__(requested_schema)


def in_turn(cursor: duckdb.DuckDBPyConnection, name: str, pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The pieces one after the other, each readable under `name` for as long, and no longer held then."""
    here = _AtHand()
    for nth, here.rows in enumerate(pieces):
        if not nth:
            cursor.register(name, here)
        yield here.rows


def together(pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Rows in tables of one batch each, about as many as a file of a lake holds.

    DuckDB reads one batch with one thread, and a lake keeps the order only of what one thread writes.
    """
    held: list[pa.Table] = []
    for piece in pieces:
        held.append(piece)
        if sum(map(len, held)) >= APART:
            yield pa.concat_tables(held).combine_chunks()
            held = []
    if held:
        yield pa.concat_tables(held).combine_chunks()
