"""The end of a write-ahead log that a loss of power tore: what nobody was told is safe is cut off, and kept aside.

A commit is acknowledged once all its entries are on disk. Where the power fails before, the disk may have its later
entries and not the first: DuckDB finds that a checksum differs, and opens the store no more. Up to there the log is
whole; SQLite and PostgreSQL take such a place for its end, too.
"""

import logging
import os
import re
import shutil
from pathlib import Path

ASIDE = ".torn"  # ends the name of the copy of the whole log
WRONG = re.compile(r"WAL file: entry at byte position (\d+) computed checksum")
HEADER = 16  # bytes before each entry: its size and checksum
COMMIT = bytes.fromhex("0500000000000000e7fe7d722fed3d5e640064ffff")  # size, checksum, and the entry that ends a commit

log = logging.getLogger(__name__)


def cut(store: Path, failure: str) -> bool:
    """Cut the log of a store where DuckDB says that it is torn, and say whether that was done.

    It is not where more than one commit ends behind that place: then what is wrong is no end, and acknowledged work
    would be lost.
    """
    wrong = WRONG.search(failure)
    path = store.with_name(f"{store.name}.wal")
    if not wrong or not path.exists():
        return False
    place = int(wrong[1]) - HEADER
    rest = path.read_bytes()[place:]
    if rest.count(COMMIT) > rest.endswith(COMMIT):
        return False
    shutil.copyfile(path, path.with_name(f"{path.name}{ASIDE}"))
    with path.open("r+b") as file:
        file.truncate(place)
        os.fsync(file.fileno())
    log.warning(
        "the log of %s ended in a commit that was not whole, after a loss of power; its last %d bytes were cut off, "
        "and all of it lies in %s%s",
        *(store.name, len(rest), path.name, ASIDE),
    )
    return True
