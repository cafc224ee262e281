"""`python -m benchmarks [--quick] [--only PART]... [--write]`: measure and print; --write keeps it in docs."""

import argparse
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import (
    changepoints,
    comments,
    desk,
    hotspots,
    imports,
    invented,
    load,
    machine,
    pages,
    peers,
    questions,
    report,
    rollups,
    soak,
    suggestions,
    workbooks,
)

LEVELS = (10, 20, 40, 60, 80, 100, 120, 140)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure how fast the dashboard is.")
    parser.add_argument("--quick", action="store_true", help="100,000 rows, 20 people for 10 s: does it run at all?")
    parser.add_argument(
        "--only",
        action="append",
        choices=(
            "import",
            "workbook",
            "questions",
            "rollups",
            "comments",
            "suggestions",
            "changepoints",
            "hotspots",
            "peers",
            "pages",
            "desk",
            "load",
            "soak",
        ),
        help="one part",
    )
    parser.add_argument("--huge", action="store_true", help="the kept counts at 100 million rows too: 15 minutes, 8 GB")
    parser.add_argument("--write", action="store_true", help="keep the result in docs/benchmarks.md")
    chosen = parser.parse_args()
    if chosen.write and chosen.quick:
        parser.error("--write keeps what is measured in earnest: leave --quick out")
    return chosen


def _parts(folder: Path, *, quick: bool, huge: bool) -> dict[str, Callable[[], list[report.Table]]]:
    """The parts of a run by name, in order."""
    rows = 100_000 if quick else 1_000_000
    times, worlds = (3, 2) if quick else (9, len(peers.SEEDS))
    sizes = [rows] if quick else [rows, 10 * rows]
    grown = [*sizes, 100 * rows] if huge else sizes

    def store(count: int) -> Path:
        path = folder / f"rows{count}.duckdb"
        if not path.exists():
            invented.fill(path, count)
        return path

    def imported() -> list[report.Table]:
        return imports.each_size(folder, rounds={rows: 1} if quick else {rows: 3, 10 * rows: 1})

    def opened() -> list[report.Table]:
        return [workbooks.measured(folder, rows=10_000 if quick else 100_000, rounds=1 if quick else 3)]

    def asked() -> list[report.Table]:
        return [
            questions.trend([store(size) for size in sizes], times=times),
            questions.others(store(rows), times=times),
        ]

    def drawn() -> list[report.Table]:
        changes, many = (10, rows) if quick else (60, 10 * rows)
        return [
            pages.measured(store(rows), changes=changes),
            pages.trends(store(many), answers=many, changes=changes),
        ]

    def worked() -> list[report.Table]:
        few = {"cases": 500, "changes": 10, "ticks": 50}
        return desk.measured(folder / "desk.duckdb", **(few if quick else {"changes": 50}))

    def carried() -> list[report.Table]:
        levels, cold, lasting = ((20,), 0, 10) if quick else (LEVELS, load.TARGET, 30)
        return [load.measured(store(rows), cold=cold, levels=levels, seconds=lasting)]

    return {
        "import": imported,
        "workbook": opened,
        "questions": asked,
        "rollups": lambda: rollups.measured(store, folder, sizes=grown, times=min(times, 5)),
        "comments": lambda: [comments.measured(folder / "comments.duckdb", count=rows, times=min(times, 5))],
        "changepoints": partial(changepoints.measured, times=min(times, 5)),
        "hotspots": lambda: hotspots.measured(folder, sizes=sizes, times=2),
        "peers": lambda: [peers.measured(folder, worlds=worlds)],
        "suggestions": lambda: suggestions.measured(folder, count=rows, read=rows // 10),
        "pages": drawn,
        "desk": worked,
        "load": carried,
        "soak": lambda: [soak.measured(folder / "soak.duckdb", seconds=60 if quick else 600)],
    }


def main() -> None:
    """Run the chosen parts."""
    chosen = _arguments()
    print(f"{machine.described()}\n", flush=True)
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        for name, measure in _parts(Path(folder), quick=chosen.quick, huge=chosen.huge).items():
            if chosen.only is None or name in chosen.only:
                for table in measure():
                    print(table.markdown(), flush=True)
                    tables.append(table)
    if chosen.write:
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        before = report.PAGE.read_text(encoding="utf-8")
        told = report.page(tables, machine=machine.described(), day=day, before=before)
        report.PAGE.write_text(told, encoding="utf-8")
        print(f"Kept in {report.PAGE.relative_to(report.PAGE.parent.parent)}.")


if __name__ == "__main__":
    main()
