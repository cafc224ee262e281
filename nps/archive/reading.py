"""Reading an archive back: proved to be what was written, brought up to date, checked, and only then carried over."""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet

from nps import checking
from nps.archive.manifest import NAME, Manifest, Table, read
from nps.carrying import carry
from nps.errors import Refused, StoreNewer
from nps.store import PIECE, Row, Store, Transaction, quoted, steps

LONGEST = 86_400  # seconds that an import of everything may take


def bring_in(store: Store, folder: Path) -> Manifest:
    """Fill a store that holds nothing of anybody's own with an archive, all of it or nothing.

    It goes into a store of its own first, beside the other one. Raises Refused where the archive is not what was
    written or the store holds work, StoreNewer where a newer program wrote it.
    """
    manifest = read(folder)
    if unknown := [number for number in manifest.steps if number not in steps()]:
        raise StoreNewer(
            f"The export in {folder} was written by a newer version of this program "
            f"(schema {max(unknown)}; this one knows {max(steps())}). Update the program."
        )
    if list(manifest.steps) != sorted(steps())[: len(manifest.steps)] or not manifest.steps:
        raise Refused(f"{folder / NAME} names steps of the schema that never stood alone. Export again.")
    with ExitStack() as stack:
        files = {table.name: stack.enter_context(_proved(folder, table)) for table in manifest.tables}
        beside, prefix = store.path.parent, f".{store.path.name}.incoming-"
        _tidy(beside, prefix)
        path = Path(stack.enter_context(TemporaryDirectory(dir=beside, prefix=prefix))) / store.path.name
        _fill(path, manifest, files, folder)
        staged = Store.open(path)  # which brings it up to date
        stack.callback(staged.close)
        if faults := checking.check(staged):
            raise Refused(f"The export in {folder} is not sound, so nothing was changed: {faults[0].what}")
        staged.tried(lambda tx: carry(tx, store))
    return manifest


def _tidy(beside: Path, prefix: str) -> None:
    """Remove what an import left that was killed, none that may be under way."""
    for left in beside.iterdir():
        if left.name.startswith(prefix) and time.time() - left.stat().st_mtime > LONGEST:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _proved(folder: Path, table: Table) -> Iterator[BinaryIO]:
    """The file of a table, open, once its bytes are those that were written."""
    path = folder / table.file
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != table.sha256:
                raise _changed(path)
            file.seek(0)
            yield file
    except OSError as error:
        raise Refused(
            f"{path} cannot be read: {error.strerror}. Copy the export once more, or export again."
        ) from error


def _changed(path: Path) -> Refused:
    return Refused(
        f"{path} is not what {NAME} says, so nothing was changed. Copy the export once more, or export again."
    )


def _fill(path: Path, manifest: Manifest, files: Mapping[str, BinaryIO], folder: Path) -> None:
    """Make a store of the archive's schema that holds what the archive holds. Raises Refused where it would not."""
    staged = Store.open(path, only=manifest.steps)
    try:
        given = {table.name: table for table in manifest.tables}
        staged.transact(lambda tx: _widen(tx, given))

        def work(tx: Transaction) -> None:
            if given.keys() != checking.sums(tx).keys():
                raise Refused(f"The export in {folder} has other tables than its schema {manifest.schema}.")
            for name, table in given.items():
                _put(tx, table, files[name], folder)
            if {row[0] for row in tx.rows("SELECT number FROM schema_number")} != set(manifest.steps):
                raise _changed(folder / given["schema_number"].file)
            same = tx.rows("SELECT version()") == [(manifest.duckdb,)]  # another version may have other hashes
            for name, held in checking.sums(tx).items():
                if not _alike(given[name], held, whole=same):
                    raise _changed(folder / given[name].file)

        staged.transact(work)
    finally:
        staged.close()


def _widen(tx: Transaction, given: Mapping[str, Table]) -> None:
    """Have the responses have the columns of segments that the archive has; views come later."""
    have = checking.columns(tx, "responses")
    for column in given["responses"].columns if "responses" in given else ():
        if column not in have:
            tx.execute(f"ALTER TABLE responses ADD COLUMN {quoted(column)} VARCHAR")


def _alike(table: Table, held: Row, *, whole: bool) -> bool:
    rows, total = held
    return bool(rows == table.rows and (not whole or table.sum == (None if total is None else str(total))))


def _put(tx: Transaction, table: Table, file: BinaryIO, folder: Path) -> None:
    """Put the rows of a file in the place of those of its table."""
    path, name, broken = folder / table.file, quoted(table.name), list[Exception]()

    def batches(stored: pa.parquet.ParquetFile) -> Iterator[pa.RecordBatch]:
        try:
            yield from stored.iter_batches(PIECE)
        except (pa.ArrowException, OSError) as error:
            broken.append(error)
            raise

    try:
        stored = pa.parquet.ParquetFile(file)
    except (pa.ArrowException, OSError) as error:
        raise _changed(path) from error
    expected = tx.reader(f"SELECT * FROM {name} LIMIT 0").schema  # noqa: S608
    if dict(checking.types(tx, table.name)) != table.columns or _kinds(stored.schema_arrow) != _kinds(expected):
        raise Refused(f"{path} has other columns than {NAME} or its schema say. Export again.")
    tx.execute(f"DELETE FROM {name}")  # noqa: S608
    tx.register("incoming", pa.RecordBatchReader.from_batches(stored.schema_arrow, batches(stored)))
    try:
        tx.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")  # noqa: S608
    except Exception:
        if broken:  # DuckDB tells only that its source stopped
            raise _changed(path) from broken[0]
        raise


def _kinds(schema: pa.Schema) -> dict[str, pa.DataType]:
    return {field.name: field.type for field in schema}
