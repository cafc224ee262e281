"""The places of rows that came into a lake and were updated in one transaction.

DuckLake 1.0 would keep for good the places that such rows have within the transaction: others than theirs, and those of
the next such transaction. So they leave, and come in once more.
"""

import duckdb

from nps.connecting import in_turn, together

_TAKE = """
CREATE OR REPLACE TEMP TABLE own AS
FROM (SELECT *, rowid AS place FROM responses) WHERE place >= 1000000000000000000
"""


def bring_in_again(cursor: duckdb.DuckDBPyConnection) -> None:
    """Give the responses that came in with this transaction places after those that there are, in their order."""
    cursor.execute(_TAKE)
    cursor.execute("DELETE FROM responses WHERE rowid IN (SELECT place FROM own)")
    rows = cursor.execute("SELECT * EXCLUDE (place) FROM own ORDER BY place").to_arrow_table()
    for _ in in_turn(cursor, "again", together([rows])):
        cursor.execute("INSERT INTO responses SELECT * FROM again")
