"""Writing an archive: every table as Parquet, of one moment, read back and compared before it counts as whole."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet

from nps import checking
from nps.archive.manifest import NAME, Manifest, Table
from nps.carrying import in_order
from nps.errors import Refused, StoreError
from nps.store import PIECE, Row, Store, Transaction, scratch


def write(store: Store, folder: Path, *, by: str, now: datetime) -> Manifest:
    """Write all of a store as it is at one moment into a new or empty folder, the manifest last.

    Raises Refused where the folder cannot be written or holds something, StoreError where what was written is not what
    the store holds; then nothing is left behind.
    """
    made = not folder.exists()
    with _plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Refused(f"The folder {folder} is not empty. Name a new one.")
    try:
        manifest = store.tried(lambda tx: _tables(tx, folder, by=by, now=now))
        with _plainly(folder):
            _finish(folder, manifest)
    except BaseException:
        _clear(folder, made=made)
        raise
    return manifest


@contextmanager
def _plainly(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"The export cannot be written to {folder}: {error.strerror}. Name another place.") from error


def _tables(tx: Transaction, folder: Path, *, by: str, now: datetime) -> Manifest:
    steps = tuple(sorted(row[0] for row in tx.rows("SELECT number FROM schema_number")))
    [[version]] = tx.rows("SELECT version()")
    with _plainly(folder):
        tables = tuple(_table(tx, name, held, folder) for name, held in checking.sums(tx).items())
    return Manifest(steps[-1], steps, version, now, by, tables)


def _table(tx: Transaction, name: str, held: Row, folder: Path) -> Table:
    path = folder / f"{name}.parquet"
    with path.open("x+b") as file:
        reader = tx.reader(in_order(name))
        with pa.parquet.ParquetWriter(file, reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)
        _keep(file)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if _sum(file) != held:
            raise StoreError(f"{path.name} is not what the store holds, so nothing was kept. Check the disk.")
    rows, total = held
    return Table(name, path.name, rows, dict(checking.types(tx, name)), sha256, None if total is None else str(total))


def _sum(file: BinaryIO) -> Row:
    """What checking says about a table that lies in a Parquet file."""
    stored = pa.parquet.ParquetFile(file)
    with scratch() as connection:
        tx = Transaction(connection)
        tx.register("stored", pa.RecordBatchReader.from_batches(stored.schema_arrow, stored.iter_batches(PIECE)))
        return checking.sum_of(tx, "stored", stored.schema_arrow.names)


def _finish(folder: Path, manifest: Manifest) -> None:
    unfinished = folder / f".{NAME}.unfinished"
    with unfinished.open("xb") as file:
        file.write(manifest.json().encode())
        _keep(file)
    unfinished.replace(folder / NAME)
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def _keep(file: BinaryIO) -> None:
    """Have a file on disk, whatever happens to the machine."""
    file.flush()
    os.fsync(file.fileno())


def _clear(folder: Path, *, made: bool) -> None:
    with suppress(OSError):
        for path in folder.iterdir():
            path.unlink()
        if made:
            folder.rmdir()
