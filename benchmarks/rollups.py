"""Questions that kept counts answer, beside plain SQL, pandas and polars on the same data; and what keeping costs."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import invented, peers
from benchmarks.one_counting import FILTERS
from benchmarks.questions import in_turns
from benchmarks.report import Table, ms
from benchmarks.server import DASHBOARD, served
from benchmarks.visitor import Drawn, visiting
from nps import daily, imports, queries, rollups
from nps.clock import counted
from nps.importing import answers, guess, read
from nps.rows import PeriodTally, Summary, ValueTally
from nps.selection import Selection
from nps.store import Store

FASTER, FILTERED, FLAT = 100, 30, 1.5
MOST_PANDAS = 10_000_000  # responses: of ten times as many it takes more than 14 GB
LONGEST = 1_800  # seconds, for a peer at one size
BANDS = """
count(*) FILTER (WHERE score >= 9), count(*) FILTER (WHERE score BETWEEN 7 AND 8), count(*) FILTER (WHERE score <= 6)
"""
COLD_SQL = f"""
import sys, time, duckdb
begin = time.perf_counter()
connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute("SET enable_progress_bar = false")
connection.execute('''SELECT date_trunc('month', answered_at), {BANDS}
FROM responses WHERE metric = 'nps' GROUP BY 1''').fetchall()
print(time.perf_counter() - begin)
"""
AT = datetime(2026, 11, 1, 12, 0)


def measured(store: Callable[[int], Path], folder: Path, *, sizes: Sequence[int], times: int) -> list[Table]:
    """Each question at each size; then the first page, and what keeping the counts costs."""
    asked = {size: _asked(store(size), folder, times=times) for size in sizes}
    first = [_first_page(store(size)) for size in sizes]
    return [_answered(asked, times=times), _opened(sizes, first), _kept(store, folder, sizes)]


Question = Callable[[], Sequence[PeriodTally | ValueTally | Summary]]


def _questions(store: Store) -> dict[str, tuple[Question, str]]:
    """Each question: ours, and the plainest SQL for it."""
    nothing, plain = Selection(), f"{BANDS} FROM responses WHERE metric = 'nps'"

    def trend(count: int) -> tuple[Question, str]:
        some = list(FILTERS.items())[:count]
        selection = Selection.of(filters={column: [value] for column, value in some})
        where = "".join(f" AND {column} = '{value}'" for column, value in some)
        by_hand = f"SELECT date_trunc('month', answered_at), {plain}{where} GROUP BY 1"
        return lambda: queries.trend(store, selection, "month"), by_hand

    return {
        "trend by month": trend(0),
        "cards": (lambda: [queries.summary(store, nothing)], f"SELECT {plain}"),
        "table of a segment": (
            lambda: queries.by_segment(store, nothing, "seg_plan"),
            f"SELECT seg_plan, {plain} GROUP BY 1",
        ),
        "trend, 2 filters": trend(2),
        "trend, 4 filters": trend(4),
    }


def _asked(path: Path, folder: Path, *, times: int) -> dict[str, dict[str, float]]:
    """The seconds of each question: later, from the store after a start, the first time, by hand, and of the peers."""
    store = Store.open(path)
    [[size]] = store.rows("SELECT count(*) FROM responses")
    found = {name: _one(store, *each, times=times) for name, each in _questions(store).items()}
    file = _exported(store, folder / "counted.parquet")
    store.close()
    for peer, python in (("pandas", Path(sys.executable)), ("polars", peers.python())):
        if peer == "pandas" and size > MOST_PANDAS:
            continue
        script = Path(__file__).with_name("one_counting.py")
        command = [str(python), str(script), peer, str(file), str(times)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LONGEST)
        for name, spent in json.loads(done.stdout.splitlines()[-1]).items():
            found[name][peer] = spent
    file.unlink()
    return found


def _one(store: Store, ours: Question, by_hand: str, *, times: int) -> dict[str, float]:
    daily.forget()
    begin = perf_counter()
    found = sorted((each.tally.promoters, each.tally.passives, each.tally.detractors) for each in ours())
    first = perf_counter() - begin
    assert found == sorted(row[-3:] for row in store.rows(by_hand)), "the two count otherwise"
    daily.combine(store)

    def anew() -> None:
        daily.forget()
        ours()

    after, later, plain = in_turns([anew, ours, lambda: store.rows(by_hand)], times=times)
    return {"first": first, "after a start": after, "later": later, "by hand": plain}


def _exported(store: Store, file: Path) -> Path:
    """What the peers need of the responses."""
    batches = store.batches(f"SELECT answered_at, score, {', '.join(FILTERS)} FROM responses")
    with pq.ParquetWriter(file, next(batches).schema) as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]))
    return file


def _answered(asked: Mapping[int, Mapping[str, Mapping[str, float]]], *, times: int) -> Table:
    rows = []
    smallest = asked[min(asked)]
    for size, questions in asked.items():
        for name, spent in questions.items():
            kinds = ("first", "after a start", "later", "by hand", "pandas", "polars")
            figures = [ms(spent[kind]) if kind in spent else "" for kind in kinds]
            faster, grown = spent["by hand"] / spent["later"], spent["later"] / smallest[name]["later"]
            rows.append((f"{size:,}: {name}", *figures, f"{faster:,.0f}x", f"{grown:.1f}x"))
    told = (
        f"The same questions to several stores, {counted(times, 'time')} each in turns. First is the very first: "
        "of several filters it counts all responses once, and from then on the store keeps that combination if each "
        "count stands for eight responses or more. After a start the counts are read from the store, later they are in "
        "memory. By hand is the plainest SQL with `date_trunc` on the same table; pandas and polars have the columns "
        f"in memory. Faster is later beside by hand (target: {FASTER}x at the largest size, {FILTERED}x with filters); "
        f"grown is later beside the smallest size (target: at most {FLAT}x)."
    )
    header = ("", "first", "after a start", "later", "by hand", "pandas", "polars", "faster", "grown")
    return Table("Kept counts", told, header, tuple(rows))


def _first_page(path: Path) -> tuple[float, float, float]:
    """The first Overview of a new server, its charts, and the trend by hand in a new process.

    The file is in no cache before.
    """
    _uncached(path)
    with served(DASHBOARD, store=path) as server:
        drawn = asyncio.run(_opening(server.port))
    _uncached(path)
    done = subprocess.run([sys.executable, "-c", COLD_SQL, str(path)], capture_output=True, text=True, check=True)
    return drawn.seconds, drawn.charted, float(done.stdout)


async def _opening(port: int) -> Drawn:
    async with visiting(port, "") as visitor:
        drawn = await visitor.open()
        assert not drawn.faults, drawn.faults
        return drawn


def _uncached(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _opened(sizes: Sequence[int], first: Sequence[tuple[float, float, float]]) -> Table:
    rows = tuple(
        (f"{size:,}", ms(charts), ms(page), ms(by_hand), f"{charts / by_hand:.2f}x", f"{page / by_hand:.2f}x")
        for size, (page, charts, by_hand) in zip(sizes, first, strict=True)
    )
    told = (
        "The Overview by the first visitor of a server that has just started, until score, trend and charts are there, "
        "and whole; and the trend by hand in a process that has just started. Nothing of the file is in memory before "
        "(target: at most a fifth). What the page counts response by response are the open follow-ups by when they "
        "are due, which come last."
    )
    header = ("responses", "charts", "whole", "trend by hand", "ratio of charts", "ratio of all")
    return Table("The first page", told, header, rows)


def _kept(store: Callable[[int], Path], folder: Path, sizes: Sequence[int]) -> Table:
    """What it takes to make the counts, and to keep them when 10,000 rows come in."""
    rows = [_import_of(folder / "kept.duckdb", min(sizes), folder)]
    for size in sizes:
        opened = Store.open(store(size))
        begin = perf_counter()
        rollups.anew(opened)
        made = perf_counter() - begin
        [[there]] = opened.rows("SELECT count(*) FROM rollups")
        rows.append((f"made anew for {size:,}", ms(made), "", "", f"{there:,}"))
        opened.close()
    more = Path(store(max(sizes[:2])))
    rows.append(_import_of(more, 10_000, folder))
    told = (
        "Counts are kept within the transaction of an import: by day and score, and by each of five segments. The "
        "share is of reading, checking and landing the file (target: at most 20 %)."
    )
    return Table("What keeping counts costs", told, ("", "counting", "whole import", "share", "counts"), tuple(rows))


def _import_of(path: Path, rows: int, folder: Path) -> tuple[str, ...]:
    """Import a CSV of so many rows, timing what is spent on the counts."""
    file = folder / f"more{rows}.csv"
    invented.write_csv(file, rows)
    spent = 0.0
    kept = {name: getattr(rollups, name) for name in ("add", "keep")}

    def timed(work: Callable[..., None]) -> Callable[..., None]:
        def run(*given: object) -> None:
            nonlocal spent
            begin = perf_counter()
            work(*given)
            spent += perf_counter() - begin

        return run

    store = Store.open(path)
    for name, work in kept.items():
        setattr(rollups, name, timed(work))
    try:
        begin = perf_counter()
        grid = read(file.name, file.read_bytes())
        mapping = guess(grid).mapping
        landed = imports.land(store, answers(grid, mapping), file=file.name, by="a benchmark", now=AT)
        whole = perf_counter() - begin
    finally:
        for name, work in kept.items():
            setattr(rollups, name, work)
    [[responses]] = store.rows("SELECT count(*) FROM responses")
    [[there]] = store.rows("SELECT count(*) FROM rollups")
    imports.undo(store, landed.import_id, by="a benchmark", now=AT)
    store.close()
    file.unlink()
    name = f"import of {rows:,} rows, {responses:,} afterwards"
    return name, ms(spent), ms(whole), f"{spent / whole:.0%}", f"{there:,}"
