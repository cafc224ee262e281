"""Counts of the responses by day and score, and by each segment, kept in the store: thousands of rows, not millions.

Every write that changes responses keeps them right within its transaction: what comes in is counted with a plus, what
leaves or becomes another with a minus, and rows of one kind add up. At its end a write calls `keep`, which follows the
list of segments and makes everything anew where days are to be those of another zone, or rows came in without being
counted. Whoever reads asks whether they are good, and else counts the responses.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod
from typing import Any

import pyarrow as pa

from nps.decided import settings_in
from nps.store import Row, Store, Transaction, quoted
from nps.zones import FIRST_YEAR, LAST_YEAR, answered_sql

MOST_VALUES = 200  # of a segment whose counts are kept, as many as the sidebar offers
MOST_CELLS = 2_000_000  # different counts by one combination of segments
MOST_SEGMENTS = 24
WORTH = 8  # responses for each count by a combination: for fewer it is as fast to count them
MOST_COMBINED = 4  # segments in a combination
MOST_COMBINATIONS = 12
MOST_COMBINED_CELLS = 2 * MOST_CELLS  # of all combinations together
TOLD_BY = 10_000  # rows by which a segment is judged before it is counted
AT_ONCE = 8  # groupings in one reading: more need much memory
LOOSE = 100_000  # rows that may lie beside what they add up to

Names = tuple[str, ...]

log = logging.getLogger(__name__)

# Every response is in the counts that tell no segments apart.
_GOOD = """
SELECT count(*) > 0 AND (SELECT count(*) FROM responses)
    = (SELECT coalesce(sum(n), 0) FROM rollups WHERE names = '') FROM rollups_made WHERE zone = $zone
"""
_ADDED_UP = """
SELECT names, metric, survey, day, score, value_1, value_2, value_3, value_4, sum(n)::BIGINT AS n
FROM rollups GROUP BY ALL HAVING sum(n) <> 0
"""
_SURVEYS = """
SELECT survey, metric, sum(n)::BIGINT, min(day), max(day)
FROM (SELECT survey, metric, day, sum(n) AS n FROM rollups WHERE names = '' GROUP BY ALL HAVING sum(n) <> 0)
GROUP BY ALL
"""
_TOO_MANY = f"""
SELECT names FROM rollups
GROUP BY names
HAVING names <> '' AND (
    count(*) > {MOST_CELLS} OR (NOT contains(names, ' ') AND count(DISTINCT value_1) > {MOST_VALUES})
)
"""  # noqa: S608
_EARLIER_COMBINATIONS = f"""
SELECT names FROM (
    SELECT names, count(*) OVER latest AS nth, sum(size) OVER latest AS together
    FROM rolled JOIN (SELECT names, count(*) AS size FROM rollups GROUP BY names) USING (names)
    WHERE contains(names, ' ')
    WINDOW latest AS (ORDER BY number DESC)
)
WHERE nth > {MOST_COMBINATIONS} OR together > {MOST_COMBINED_CELLS}
"""  # noqa: S608
_LISTED = f"""
SELECT column_name FROM segments WHERE kind = 'choice' AND NOT contains(column_name, ' ')
ORDER BY position, column_name LIMIT {MOST_SEGMENTS}
"""  # noqa: S608


def good(tx: Transaction, zone: str) -> bool:
    """Whether the counts are of days of this zone, and of as many responses as there are."""
    return bool(tx.rows(_GOOD, {"zone": zone})[0][0])


def kept(tx: Transaction) -> set[Names]:
    """The combinations of segments, in order of their columns, by which there are counts; () is no segment at all."""
    rows = tx.rows("SELECT names FROM rolled WHERE few")
    return {(), *(tuple(names.split()) for (names,) in rows)} if _zone(tx) else set()


def read(tx: Transaction, columns: Names, metric: str) -> pa.Table:
    """The counts by these columns: day, survey, score, value_1 ... and n, in order of days, those without one last."""
    values = "".join(f"value_{number}, " for number in range(1, len(columns) + 1))
    return tx.reader(
        f"SELECT day, survey, score, {values} sum(n)::BIGINT AS n FROM rollups "  # noqa: S608
        "WHERE names = $names AND metric = $metric GROUP BY ALL HAVING sum(n) <> 0 ORDER BY day NULLS LAST",
        {"names": " ".join(columns), "metric": metric},
    ).read_all()


def surveys(tx: Transaction) -> list[Row]:
    """Of each survey and metric: how many responses, and the first and the last of their days."""
    return tx.rows(_SURVEYS)


def add(tx: Transaction, which: str, bound: Mapping[str, Any]) -> None:
    """Count responses that came in; `which` is a condition for them, with its parameters."""
    _count(tx, sorted(kept(tx)), which, bound)


def take(tx: Transaction, which: str, bound: Mapping[str, Any], *, only: str = "") -> None:
    """Count responses no more that are about to leave; of segments whose columns start with `only`."""
    _count(tx, _of(kept(tx), only), which, bound, sign=-1)


@contextmanager
def changing(tx: Transaction, which: str, bound: Mapping[str, Any], *, only: str = "") -> Iterator[None]:
    """Count responses as they are afterwards, whatever becomes of them within a `with`; they must stay `which`."""
    take(tx, which, bound, only=only)
    yield
    _count(tx, _of(kept(tx), only), which, bound)


def keep(tx: Transaction) -> None:
    """See that counts are good, and kept by the segments that are listed. The last word of every write to responses."""
    zone = settings_in(tx).zone
    if anew := not good(tx, zone):
        log.info("all responses are counted anew")
        forget(tx)
        tx.execute("INSERT INTO rollups_made VALUES ($zone, 0)", {"zone": zone})
    listed = [column for (column,) in tx.rows(_LISTED)]
    known = [tuple(names.split()) for (names,) in tx.rows("SELECT names FROM rolled")]
    for gone in [names for names in known if not set(names) <= set(listed)]:
        _drop(tx, gone)
    _begin(tx, [*([()] if anew else []), *((column,) for column in listed if (column,) not in known)])
    _judge(tx)
    _add_up(tx)


def forget(tx: Transaction) -> None:
    """Let all counts go: the next write, or the next start, makes them anew."""
    for table in ("rollups", "rolled", "rollups_made"):
        tx.execute(f"DELETE FROM {table}")  # noqa: S608


def fewest(tx: Transaction, columns: Names) -> int | None:
    """How many different counts there are by these columns at most; None where they are not all kept alone."""
    if not {(column,) for column in columns} <= kept(tx):
        return None
    found = tx.rows(
        "SELECT CASE names WHEN '' THEN count(DISTINCT (metric, survey, day, score)) "
        "ELSE count(DISTINCT coalesce('-' || value_1, '')) END "
        "FROM rollups WHERE names = '' OR list_contains($names, names) GROUP BY names",
        {"names": list(columns)},
    )
    return prod(int(n) for (n,) in found)


def anew(store: Store) -> None:
    """Count all responses anew."""

    def work(tx: Transaction) -> None:
        forget(tx)
        keep(tx)

    store.transact(work, touches=("responses",))


def combine(store: Store, columns: Names) -> None:
    """Keep the counts by a combination of segments from now on; of many combinations those asked for last."""

    def work(tx: Transaction) -> None:
        have = kept(tx)
        if columns in have or len(columns) > MOST_COMBINED or not all((column,) in have for column in columns):
            return
        tx.execute("CREATE OR REPLACE TEMP TABLE combined AS SELECT * FROM rollups WHERE false")
        size = _count(tx, [columns], "true", {}, into="combined")
        [[responses]] = tx.rows("SELECT count(*) FROM responses")
        if size <= min(MOST_CELLS, responses // WORTH):
            _list(tx, columns, few=True)
            tx.execute("INSERT INTO rollups FROM combined")
            _grown(tx, size)
        for (names,) in tx.rows(_EARLIER_COMBINATIONS):
            _drop(tx, tuple(names.split()))
        tx.execute("DROP TABLE combined")

    store.transact(work, holds=("responses",))


def unlike(tx: Transaction) -> list[str]:
    """The segments, or combinations, by which the counts are not those of the responses."""
    if not _zone(tx):
        return []
    tx.execute("CREATE OR REPLACE TEMP TABLE counted_anew AS SELECT * FROM rollups WHERE false")
    _count(tx, sorted(kept(tx)), "true", {}, into="counted_anew")
    return [
        names or "all responses"
        for (names,) in tx.rows(
            f"""
            SELECT DISTINCT names FROM (
                SELECT * REPLACE (-n AS n) FROM ({_ADDED_UP}) UNION ALL FROM counted_anew
            )
            GROUP BY names, metric, survey, day, score, value_1, value_2, value_3, value_4
            HAVING sum(n) <> 0 ORDER BY names
            """  # noqa: S608
        )
    ]


def _zone(tx: Transaction) -> str | None:
    made = tx.rows("SELECT zone FROM rollups_made")
    return made[0][0] if made else None


def _of(names: set[Names], only: str) -> list[Names]:
    """Those that tell a segment apart whose column starts so; all of them without any such wish."""
    return sorted(each for each in names if not only or any(column.startswith(only) for column in each))


def _begin(tx: Transaction, new: Sequence[Names]) -> None:
    """Count all responses by these columns, each alone, but for those with many values."""
    few = _few(tx, new)
    for columns in filter(None, new):
        _list(tx, columns, few=columns in few)
    _grown(tx, _count(tx, few, "true", {}))


def _list(tx: Transaction, columns: Names, *, few: bool) -> None:
    tx.execute(
        "INSERT INTO rolled SELECT coalesce(max(number), 0) + 1, $names, $few FROM rolled",
        {"names": " ".join(columns), "few": few},
    )


def _grown(tx: Transaction, size: int) -> None:
    if size:
        tx.execute("UPDATE rollups_made SET size = size + $size", {"size": size})


def _judge(tx: Transaction) -> None:
    """Keep no counts by what turned out to have too many."""
    for (names,) in tx.rows(_TOO_MANY):
        tx.execute("UPDATE rolled SET few = false WHERE names = $names", {"names": names})
        tx.execute("DELETE FROM rollups WHERE names = $names", {"names": names})


def _few(tx: Transaction, new: Sequence[Names]) -> list[Names]:
    """Those with few values, by a look at some rows."""
    alone = [columns[0] for columns in new if columns]
    some = ", ".join(
        f"(SELECT count(DISTINCT value) FROM (SELECT {quoted(column)} AS value FROM responses "  # noqa: S608
        f"WHERE {quoted(column)} IS NOT NULL LIMIT {TOLD_BY}))"
        for column in alone
    )
    values = dict(zip(alone, tx.rows(f"SELECT {some}")[0], strict=True)) if alone else {}
    return [columns for columns in new if not columns or values[columns[0]] <= MOST_VALUES]


def _drop(tx: Transaction, columns: Names) -> None:
    for table in ("rolled", "rollups"):
        tx.execute(f"DELETE FROM {table} WHERE names = $names", {"names": " ".join(columns)})  # noqa: S608


def _add_up(tx: Transaction) -> None:
    """Put one row in the place of those that belong together, where there are twice as many as need be."""
    [[rows, size]] = tx.rows("SELECT (SELECT count(*) FROM rollups), size FROM rollups_made")
    if rows <= 2 * size + LOOSE:
        return
    tx.execute(f"CREATE OR REPLACE TEMP TABLE added_up AS {_ADDED_UP}")
    tx.execute("DELETE FROM rollups")
    tx.execute("INSERT INTO rollups FROM added_up")
    tx.execute("DROP TABLE added_up")
    tx.execute("UPDATE rollups_made SET size = (SELECT count(*) FROM rollups)")


def _count(
    tx: Transaction,
    sets: Sequence[Names],
    which: str,
    bound: Mapping[str, Any],
    *,
    sign: int = 1,
    into: str = "rollups",
) -> int:
    """Append the counts of the responses that meet a condition, times `sign`, by each of some sets of columns.

    Returns how many rows that are.
    """
    zone, rows = _zone(tx), 0
    [[first, last]] = tx.rows("SELECT min(answered_at), max(answered_at) FROM responses")
    years = (first.year, last.year) if first else (FIRST_YEAR, LAST_YEAR)
    for start in range(0, len(sets) if zone else 0, AT_ONCE):
        some = sets[start : start + AT_ONCE]
        columns = sorted({column for names in some for column in names})
        named = {f"names_{number}": " ".join(names) for number, names in enumerate(some)}
        there = answered_sql("answered_at", zone or "", years=years)
        rows += tx.execute(f"INSERT INTO {into} {_grouped(some, columns, there, which, sign)}", {**named, **bound})
    return rows


def _grouped(some: Sequence[Names], columns: Sequence[str], there: str, which: str, sign: int) -> str:
    """The question for the counts by each of some sets of these columns, in one reading."""
    sets = ", ".join(f"({', '.join(('metric', 'survey', 'day', 'score', *map(quoted, names)))})" for names in some)
    # GROUPING has a bit for each column, the first one's the highest, set where the column is not told apart.
    mask = f"GROUPING({', '.join(map(quoted, columns))})" if columns else "0"
    masks = [sum(1 << place for place, column in enumerate(reversed(columns)) if column not in names) for names in some]
    name = " ".join(f"WHEN {each} THEN $names_{number}" for number, each in enumerate(masks))
    values = []
    for place in range(MOST_COMBINED):
        cases = [(each, quoted(names[place])) for each, names in zip(masks, some, strict=True) if len(names) > place]
        told = " ".join(f"WHEN {each} THEN {column}" for each, column in cases)
        values.append(f"CASE mask {told} END" if cases else "NULL")
    also = "".join(f", {quoted(column)}" for column in columns)
    return f"""
    SELECT CASE mask {name} END, metric, survey, day, score, {", ".join(values)}, {sign} * n
    FROM (
        SELECT metric, survey, day, score{also}, {mask} AS mask, count(*) AS n
        FROM (SELECT metric, survey, ({there})::DATE AS day, score{also} FROM responses WHERE {which})
        GROUP BY GROUPING SETS ({sets})
    )
    """  # noqa: S608
