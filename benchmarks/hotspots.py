"""How long the search for hotspots takes, beside DuckDB counting the same combinations with GROUPING SETS."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import prod
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from pyarrow import csv

from benchmarks import imports, peers
from benchmarks.report import Table, ms
from nps import queries
from nps.hotspots import months, questions, reading, windows
from nps.hotspots.counting import Answers
from nps.rows import Segment
from nps.selection import Period, Selection
from nps.store import Store, quoted

SIZES = (36, 24, 20, 16, 12, 10, 8, 6)  # values of each segment: 132 in all
SEGMENTS = tuple(f"segment {number}" for number in range(len(SIZES)))
COLUMNS = tuple(f"seg_segment_{number}" for number in range(len(SIZES)))
UNHAPPY = (
    ((0, 1),),
    ((2, 3), (4, 5)),
    ((1, 2), (6, 3)),
    ((0, 7), (7, 0)),
    ((5, 6), (6, 1)),
    ((3, 4), (5, 1), (7, 2)),
)


def fill(path: Path, count: int) -> None:
    """A store of so many answers in the order of their days, with eight independent segments and six unhappy groups."""
    store = Store.open(path)
    listed = {column: (label, "choice") for column, label in zip(COLUMNS, SEGMENTS, strict=True)}
    store.widen(listed)
    store.transact(lambda tx: tx.list_segments(listed), touches=("responses",))
    values = ", ".join(
        f"'v' || hash(i * 16 + {k}) % {size} AS {quoted(c)}"
        for k, (c, size) in enumerate(zip(COLUMNS, SIZES, strict=True))
    )
    groups = [" AND ".join(f"{quoted(COLUMNS[k])} = 'v{code}'" for k, code in group) for group in UNHAPPY]
    unhappy = " OR ".join(f"({group})" for group in groups)
    insert = f"""
    INSERT INTO responses (response_key, import_id, survey, metric, answered_at, score, person_id, account_id,
        {", ".join(map(quoted, COLUMNS))})
    SELECT 'key ' || i, 'invented', 'NPS', 'nps', TIMESTAMP '2024-01-01' + to_minutes((i * 1000000 // {count})::BIGINT),
        CASE WHEN hash(i * 16 + 9) % 3 = 0 AND ({unhappy}) THEN 3 ELSE hash(i * 16 + 8) % 11 END,
        i, i, {", ".join(map(quoted, COLUMNS))}
    FROM (SELECT range AS i, {values} FROM (SELECT range FROM range({count})) AS numbers)
    """
    store.transact(lambda tx: tx.execute(insert), touches=("responses",))
    store.close()


def measured(folder: Path, *, sizes: Sequence[int], times: int) -> list[Table]:
    """Searches by kept counts and of the responses themselves, beside GROUPING SETS and a depth-first search."""
    runs = [_run(folder, max(count, months.FEWEST_KEPT), times) for count in sizes]
    told = (
        f"All {_cells():,} combinations of one to three values of eight segments (132 values), {times} rounds in "
        "turns, nothing cached. A window is of whole months, at random: the counts that are kept by month answer "
        "it, tests and all (target: at most 25 ms). A filter reads the responses (target: at least 4x faster than "
        "GROUPING SETS, which only counts). Keeping is to count all months and write them beside the store, once "
        "for each import; its share is of the time that the import of the same answers as a CSV takes (target: at "
        "most 15 %). The stores have six unhappy groups in all eight segments, and the first search reads the "
        "responses once to see which they share."
    )
    header = (
        "answers",
        "window",
        "GROUPING SETS",
        "faster",
        "filter",
        "GROUPING SETS",
        "faster",
        "keeping",
        "of import",
    )
    return [Table("Hotspots", told, header, tuple(map(_row, runs))), _beside_depth_first(folder, runs[-1])]


@dataclass(frozen=True)
class _Run:
    """Medians in seconds at one number of answers."""

    count: int
    window: float
    sets: float
    filtered: float
    filtered_sets: float
    keeping: float
    imported: float


def _run(folder: Path, count: int, times: int) -> _Run:
    path = folder / f"hotspots{count}.duckdb"
    fill(path, count)
    store = Store.open(path)
    segments = queries.segments(store)
    half = Selection.of(filters={COLUMNS[-1]: ("v0", "v1", "v2")})
    half_sql = f"{quoted(COLUMNS[-1])} IN ('v0', 'v1', 'v2')"
    seconds: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], object]) -> None:
        start = perf_counter()
        work()
        seconds.setdefault(name, []).append(perf_counter() - start)

    timed("keeping", lambda: months.window(store, Selection(), _known(store, segments)))
    assert questions.hotspots(store, Selection(), segments).search.findings
    choose = random.Random(count)
    for _ in range(times):
        for _ in range(5):
            first, last = sorted(choose.sample(range(24 * 12 + 1, 24 * 12 + 23), 2))
            period = Period(windows.first_of(2000 * 12 + first), windows.first_of(2000 * 12 + last))
            timed("window", partial(questions.hotspots, store, Selection(period=period), segments))
        timed("sets", lambda: store.rows(_grouping_sets("true")))
        timed("filtered", lambda: questions.hotspots(store, half, segments))
        timed("filtered sets", lambda: store.rows(_grouping_sets(half_sql)))
        questions.forget()
    imported = _imported(store, folder)
    store.close()
    medians = {name: median(each) for name, each in seconds.items()}
    return _Run(
        count,
        medians["window"],
        medians["sets"],
        medians["filtered"],
        medians["filtered sets"],
        medians["keeping"],
        imported,
    )


def _row(run: _Run) -> tuple[str, ...]:
    return (
        f"{run.count:,}",
        ms(run.window),
        ms(run.sets),
        f"{run.sets / run.window:,.0f}x",
        ms(run.filtered),
        ms(run.filtered_sets),
        f"{run.filtered_sets / run.filtered:.1f}x",
        ms(run.keeping),
        f"{run.keeping / run.imported:.0%}",
    )


def _known(store: Store, segments: Sequence[Segment]) -> tuple[reading.Known, ...]:
    return reading.known_of(store, Selection(), [segment.column for segment in segments], support=None)


def _imported(store: Store, folder: Path) -> float:
    """How long the import of the same answers takes, as a file."""
    file, into = folder / "answers.csv", folder / "imported.duckdb"
    names = ", ".join(f'{quoted(column)} AS "{label}"' for column, label in zip(COLUMNS, SEGMENTS, strict=True))
    batches = store.batches(f"SELECT response_key AS id, answered_at AS date, score, {names} FROM responses")
    first = next(batches)
    with csv.CSVWriter(file, first.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    took = float(imports.run("-m", "benchmarks.one_import", str(file), str(into))["seconds"])
    file.unlink()
    into.unlink()
    return took


def _beside_depth_first(folder: Path, run: _Run) -> Table:
    """How long pysubgroup takes for as many of the same answers as end within a minute."""
    rows = []
    for count in (run.count // 100, run.count // 40):  # what ends within a minute at 10,000,000
        rng = np.random.default_rng(count)
        codes = tuple(rng.integers(0, size, count).astype(np.int16) for size in SIZES)
        bands = np.searchsorted([7 / 11, 9 / 11], rng.random(count)).astype(np.int8)
        values = tuple(tuple(f"v{code}" for code in range(size)) for size in SIZES)
        answers = Answers(COLUMNS, values, codes, bands, np.ones(count, dtype=np.int64))
        spent = peers.depth_first(folder, answers)
        there = spent * run.count / count
        rows.append((f"{count:,}", f"{spent:.1f} s", f"{there:,.0f} s", f"{there / run.window:,.0f}x"))
    told = (
        "pysubgroup's depth-first search over bit sets in answers of the same eight segments. What it would take "
        f"for {run.count:,} is **extrapolated** in proportion, not measured; beside it stands the window above "
        f"({ms(run.window)}), which looks at the same combinations."
    )
    header = ("answers", "measured", f"extrapolated to {run.count:,}", "ours is faster by")
    return Table("Hotspots beside a depth-first search", told, header, tuple(rows))


def _cells() -> int:
    return sum(prod(chosen) for together in (1, 2, 3) for chosen in combinations(SIZES, together))


def _grouping_sets(where: str) -> str:
    sets = [chosen for together in (1, 2, 3) for chosen in combinations(map(quoted, COLUMNS), together)]
    counted = ", ".join(f"count(*) FILTER ({band}) AS {band}s" for band in ("detractor", "passive", "promoter"))
    return (
        f"SELECT count(*) FROM (SELECT {', '.join(map(quoted, COLUMNS))}, {counted} FROM answers "
        f"WHERE NOT blank AND {where} "
        f"GROUP BY GROUPING SETS ({', '.join(f'({chr(44).join(chosen)})' for chosen in sets)}))"
    )
