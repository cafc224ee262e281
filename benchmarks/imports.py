"""How long an import takes, beside DuckDB's bare reading of the same file."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import invented
from benchmarks.report import Table, seconds

TARGET = 2.0
LONGEST = 900  # seconds, for one side of one round
# The plainest alternative, a script of its own: it must not go through the store of this program.
BARE = """
import json, sys
from time import perf_counter
import duckdb
begin = perf_counter()
connection = duckdb.connect(sys.argv[2])
connection.execute("SET enable_progress_bar = false")
connection.execute("CREATE TABLE responses AS SELECT * FROM read_csv(?)", [sys.argv[1]])
connection.execute("CHECKPOINT")
connection.close()
done = perf_counter() - begin
from benchmarks.machine import peak_megabytes
print(json.dumps({"seconds": done, "megabytes": peak_megabytes()}))
"""
STEPS = ("read", "guess", "answers", "land", "close")


def each_size(folder: Path, *, rounds: Mapping[int, int]) -> list[Table]:
    """Import a file of each of these numbers of rows, so many times."""
    tables = []
    for rows, times in rounds.items():
        file = folder / f"survey{rows}.csv"
        invented.write_csv(file, rows)
        tables.append(measured(file, folder, rounds=times))
        file.unlink()
    return tables


def measured(file: Path, folder: Path, *, rounds: int) -> Table:
    """Import `file` into fresh stores in `folder`, in turns with the bare reading; then once more into the same."""
    bare, ours, again = [], [], []
    for turn in range(rounds):
        plain, store = folder / f"plain{turn}.duckdb", folder / f"store{turn}.duckdb"
        bare.append(run("-c", BARE, str(file), str(plain)))
        ours.append(run("-m", "benchmarks.one_import", str(file), str(store)))
        again.append(run("-m", "benchmarks.one_import", str(file), str(store)))
        plain.unlink()
        store.unlink()
    rows = ours[0]["rows"]
    assert ours[0]["accepted"] + ours[0]["blank"] == rows, "the import did not take every row"
    assert again[0]["duplicate"] == rows, "the second import did not know every row again"
    ratio = median(each["seconds"] for each in ours) / median(each["seconds"] for each in bare)
    told = (
        f"{rows:,} rows x 12 columns ({file.stat().st_size / 1e6:.0f} MB of CSV) into a fresh file on disk, closed at "
        f"the end; rounds: {rounds}, each side in a process of its own, ours with pandas loaded before "
        "the clock, as the app has it. Bare: `CREATE TABLE AS SELECT * FROM read_csv(file)` and `CHECKPOINT`. "
        f"Ratio **{ratio:.2f}x** (target: at most {TARGET:.0f}x). The import also finds the columns, checks every "
        "cell, keeps rejects, knows duplicates again and lands all of it in one transaction."
    )
    header = ("", "whole", "ratio", *STEPS, "peak memory")
    lines = [_row(*each, bare) for each in (("bare DuckDB", bare), ("import", ours), ("the same file again", again))]
    return Table(f"Import of {rows:,} rows", told, header, tuple(lines))


def _row(name: str, runs: list[dict[str, Any]], bare: list[dict[str, Any]]) -> tuple[str, ...]:
    whole = [each["seconds"] for each in runs]
    ratio = median(whole) / median(each["seconds"] for each in bare)
    steps = [seconds([each["steps"][step] for each in runs]) if "steps" in runs[0] else "" for step in STEPS]
    return (name, seconds(whole), f"{ratio:.2f}x", *steps, f"{max(each['megabytes'] for each in runs):,.0f} MB")


def run(*arguments: str) -> dict[str, Any]:
    """Run Python with these arguments; return the figures it prints as JSON."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True, timeout=LONGEST)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures
