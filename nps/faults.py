"""What DuckDB and the file system raise, as one sentence that says what to do."""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg

from nps.connecting import met_another
from nps.errors import NpsError, StoreBusy, StoreDamaged, StoreError, StoreFull, StoreNewer

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
DAMAGE = (
    "not a valid DuckDB database",
    "Corrupt",
    "corrupt",
    "checksum",
    "Could not read enough bytes",
    "Failure while replaying WAL",
)
# What DuckLake says where PostgreSQL does not answer, or ends in the middle of it.
OUT_OF_REACH = (
    "Postgres",
    "postgres_query",
    "closed the connection",
    "Failed to execute query",
    "Failed to prepare",
    "from DuckLake",
    "unsuccessful query result",
    "Failed to commit",
)

log = logging.getLogger(__name__)


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turn what DuckDB and the file system raise into one sentence of ours."""
    try:
        yield
    except duckdb.Error as error:
        told = _in_words(path, error)
        if told is None:
            raise
        raise told from error
    except OSError as error:
        if error.errno in FULL:
            raise _full(path) from error
        raise StoreError(
            f"The store cannot be kept at {path}: {error.strerror}. Name another place with NPS_STORE."
        ) from error


def _in_words(path: Path, error: duckdb.Error) -> NpsError | None:
    """The failure as an error of ours; None where it is a fault of the program, which is shown as it is."""
    text = str(error)
    if "Conflicting lock" in text or "Could not set lock" in text:
        return StoreBusy(
            f"The store {path.name} is in use by another process. "
            "Stop the dashboard (or the other command) and try again, or name another store."
        )
    if "No space left" in text or "File too large" in text or "Disk quota" in text:
        return _full(path)
    if "newer version of DuckDB" in text or "read a database file with version number" in text:
        return StoreNewer(f"The store {path.name} was written by a newer version of DuckDB. Update the program.")
    if isinstance(error, duckdb.SerializationException) or any(word in text for word in DAMAGE):
        return damaged(path.name)
    if isinstance(error, duckdb.FatalException):
        return StoreError(
            "The store stopped after a failure and is opened again. Try once more; if that does not help, restart."
        )
    if "Permission denied" in text or "read-only" in text or "Cannot open file" in text:
        return StoreError(f"The store {path} cannot be opened for writing. Check who owns the file and its folder.")
    if isinstance(error, duckdb.IOException | duckdb.TransactionException):
        return StoreError(f"The store {path} cannot be used: {text}")
    return None


def _full(path: Path) -> StoreFull:
    return StoreFull(
        f"There is no room left on the disk of {path.name}. Nothing was written; free some room and try again."
    )


def damaged(name: str) -> StoreDamaged:
    return StoreDamaged(
        f"The file {name} is not a store of this program, or is damaged. "
        "Move it away to start afresh, or put a backup in its place."
    )


@contextmanager
def lake_said_plainly(name: str) -> Iterator[None]:
    """Turn what DuckDB, PostgreSQL and the network raise about a lake into one sentence of ours.

    What they say is for the log only: it may hold addresses and names of files.
    """
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise StoreBusy("Others have been writing for minutes. Nothing was written; try again in a moment.") from error
    except psycopg.Error as error:
        log.warning("the catalog of %s: %s", name, error)
        raise _out_of_reach(name) from error
    except duckdb.Error as error:
        text = str(error)
        if met_another(error):
            raise
        if isinstance(error, duckdb.FatalException) or any(each in text for each in OUT_OF_REACH):
            log.warning("the lake %s: %s", name, text)
            raise _out_of_reach(name) from error
        if isinstance(error, duckdb.IOException | duckdb.HTTPException):
            log.warning("the data of %s: %s", name, text)
            raise StoreError(
                f"The data of the store {name} cannot be read or written. Nothing was written; the log says more."
            ) from error
        raise
    except OSError as error:
        raise StoreError(f"The data of the store {name} cannot be kept: {error.strerror}. See NPS_DATA.") from error


def _out_of_reach(name: str) -> StoreError:
    # A commit that breaks off may have been kept.
    return StoreError(f"The store {name} cannot be reached. Look in a moment whether what you did last was saved.")
