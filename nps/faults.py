"""What DuckDB and the file system raise, as one sentence that says what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

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
        return damaged(path)
    if isinstance(error, duckdb.FatalException):
        return StoreError("The store stopped after a failure and has to be opened again. Restart the dashboard.")
    if "Permission denied" in text or "read-only" in text or "Cannot open file" in text:
        return StoreError(f"The store {path} cannot be opened for writing. Check who owns the file and its folder.")
    if isinstance(error, duckdb.IOException | duckdb.TransactionException):
        return StoreError(f"The store {path} cannot be used: {text}")
    return None


def _full(path: Path) -> StoreFull:
    return StoreFull(
        f"There is no room left on the disk of {path.name}. Nothing was written; free some room, restart and try again."
    )


def damaged(path: Path) -> StoreDamaged:
    return StoreDamaged(
        f"The file {path.name} is not a store of this program, or is damaged. "
        "Move it away to start afresh, or put a backup in its place."
    )
