"""Many small writes become few files: what one machine does for all of them, now and then.

A tick is a row in the catalog at first. Rows that came together go into a file, small files into larger ones, rows that
are gone out of the files they are in, and what no machine reads any more goes.
"""

import logging
import time
from datetime import timedelta

import duckdb

from nps.lake.opening import NAME

LOOK_EVERY = 60.0  # seconds
WORTH_IT = 500  # commits
KEPT = timedelta(days=2)  # how long what was can still be read; far longer than any question takes
SMALL = 10_000_000  # bytes; larger files stay as they are
TRIES = 3
TOLD = '{"by": "upkeep", "topics": []}'  # about its commits: nothing changes for anybody who reads

Cursor = duckdb.DuckDBPyConnection
log = logging.getLogger(__name__)


def tidy(cursor: Cursor) -> None:
    """Do all of it once.

    Nobody has to wait: where a writer came between, that step is tried again, and else left for the next time.
    """
    began = time.monotonic()
    listed = cursor.execute(f"SELECT table_name FROM ducklake_table_info('{NAME}')").fetchall()  # noqa: S608
    tables = [row[0] for row in listed]
    for table in tables:
        _step(cursor, f"ducklake_flush_inlined_data('{NAME}', table_name => $table)", table=table)
    for table in tables:
        _step(cursor, f"ducklake_rewrite_data_files('{NAME}', $table)", table=table)
        _step(cursor, f"ducklake_merge_adjacent_files('{NAME}', $table, max_file_size => {SMALL})", table=table)
    until = f"older_than => now() - INTERVAL ({KEPT / timedelta(seconds=1)}) SECOND"
    cursor.execute(
        f"SELECT count(*) FROM ducklake_expire_snapshots('{NAME}', {until})"  # noqa: S608
    ).fetchall()
    # A reader that began before may still hold a file that no commit has any more; others are of killed writers.
    for of in ("cleanup_old_files", "delete_orphaned_files"):
        cursor.execute(f"SELECT count(*) FROM ducklake_{of}('{NAME}', {until})").fetchall()  # noqa: S608
    log.info("the lake was tidied up in %.1f s", time.monotonic() - began)


def _step(cursor: Cursor, call: str, **params: str) -> None:
    for _ in range(TRIES):
        cursor.begin()
        try:
            cursor.execute(f"SELECT count(*) FROM {call}", params).fetchall()  # noqa: S608
            told = {"me": "nps", "about": TOLD}
            cursor.execute(f"CALL {NAME}.set_commit_message($me, '', extra_info => $about)", told)
            cursor.commit()
        except duckdb.TransactionException as error:
            cursor.rollback()
            log.info("somebody wrote meanwhile: %s", error)
        except BaseException:
            cursor.rollback()
            raise
        else:
            return
