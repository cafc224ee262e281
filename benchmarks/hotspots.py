"""How long the search for hotspots takes, beside DuckDB counting the same combinations with GROUPING SETS."""

from collections.abc import Sequence
from itertools import combinations
from math import prod
from pathlib import Path
from time import perf_counter

from benchmarks.report import Table, ms, percentile
from nps import queries
from nps.hotspots import questions
from nps.selection import Selection
from nps.store import Store, quoted

SIZES = (36, 24, 20, 16, 12, 10, 8, 6)  # values of each segment: 132 in all
SEGMENTS = tuple(f"segment {number}" for number in range(len(SIZES)))
COLUMNS = tuple(f"seg_segment_{number}" for number in range(len(SIZES)))
TARGET = 4


def fill(path: Path, count: int) -> None:
    """A store of so many answers with eight segments whose values are independent, and one unhappy pair."""
    store = Store.open(path)
    listed = {column: (label, "choice") for column, label in zip(COLUMNS, SEGMENTS, strict=True)}
    store.widen(listed)
    store.transact(lambda tx: tx.list_segments(listed), touches=("responses",))
    values = ", ".join(
        f"'v' || hash(i * 16 + {k}) % {size} AS {quoted(c)}"
        for k, (c, size) in enumerate(zip(COLUMNS, SIZES, strict=True))
    )
    unhappy = f"{quoted(COLUMNS[2])} = 'v3' AND {quoted(COLUMNS[4])} = 'v5'"
    insert = f"""
    INSERT INTO responses (response_key, import_id, survey, metric, answered_at, score, person_id, account_id,
        {", ".join(map(quoted, COLUMNS))})
    SELECT 'key ' || i, 'invented', 'NPS', 'nps', TIMESTAMP '2024-01-01' + to_minutes((i % 1000000)::BIGINT),
        CASE WHEN {unhappy} THEN 3 ELSE hash(i * 16 + 8) % 11 END, i, i, {", ".join(map(quoted, COLUMNS))}
    FROM (SELECT range AS i, {values} FROM (SELECT range FROM range({count})) AS numbers)
    """
    store.transact(lambda tx: tx.execute(insert), touches=("responses",))
    store.close()


def measured(folder: Path, *, sizes: Sequence[int], times: int) -> Table:
    """Ask and search, search alone with the counts at hand, and GROUPING SETS, in turns."""
    rows = []
    for count in sizes:
        path = folder / f"hotspots{count}.duckdb"
        fill(path, count)
        store = Store.open(path)
        segments = queries.segments(store)
        asked, searched, counted, tested = [], [], [], 0
        for _ in range(times):
            questions.forget()
            start = perf_counter()
            found = questions.hotspots(store, Selection(), segments)
            asked.append(perf_counter() - start)
            tested = found.search.tested
            assert [each.segments for each in found.search.findings] == [((COLUMNS[2], "v3"), (COLUMNS[4], "v5"))]
            start = perf_counter()
            questions.hotspots(store, Selection(), segments, direction="high")
            searched.append(perf_counter() - start)
            start = perf_counter()
            store.rows(_grouping_sets())
            counted.append(perf_counter() - start)
        store.close()
        ours, alone, theirs = (percentile(each, 0.5) for each in (asked, searched, counted))
        rows.append((f"{count:,}", ms(ours), ms(alone), ms(theirs), f"{theirs / ours:.1f}x", f"{tested:,}"))
    told = (
        f"All {_cells():,} combinations of one to three values of eight segments, {times} times in turns. GROUPING "
        f"SETS only counts, ours tests them too, and takes any filter (target: at least {TARGET}x faster). The search "
        "alone is what is left when the answers of a selection are known, as when one turns to the happy groups."
    )
    header = ("answers", "ask and search", "search alone", "GROUPING SETS", "faster", "tested")
    return Table("Hotspots", told, header, tuple(rows))


def _cells() -> int:
    return sum(prod(chosen) for together in (1, 2, 3) for chosen in combinations(SIZES, together))


def _grouping_sets() -> str:
    sets = [chosen for together in (1, 2, 3) for chosen in combinations(map(quoted, COLUMNS), together)]
    counted = ", ".join(f"count(*) FILTER ({band}) AS {band}s" for band in ("detractor", "passive", "promoter"))
    return (
        f"SELECT count(*) FROM (SELECT {', '.join(map(quoted, COLUMNS))}, {counted} FROM answers "
        f"WHERE NOT blank GROUP BY GROUPING SETS ({', '.join(f'({chr(44).join(chosen)})' for chosen in sets)}))"
    )
