"""The benchmarks run, compare like with like, and notice what goes wrong; how fast they are is not tested here."""

import asyncio
import csv
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import changepoints, comments, imports, invented, pages, questions, report, workbooks
from benchmarks.server import served
from benchmarks.visitor import Drawn, visiting
from nps import queries
from nps.importing import guess, read
from nps.selection import Selection
from nps.store import Store

ROOT = Path(__file__).resolve().parent.parent
ROWS = 2_000
BROKEN = """
import streamlit as st
if st.selectbox("Which", ["fine", "broken"], key="which", bind="query-params") == "broken":
    raise ValueError("on purpose")
"""


def test_a_crowd_changes_filters_and_nothing_fails() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", "load"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "## Load" in done.stdout
    assert "did not finish): none." in done.stdout


def test_an_import_is_timed_against_the_bare_reading_of_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "survey.csv"
    invented.write_csv(file, ROWS)
    table = imports.measured(file, tmp_path, rounds=1)
    assert [row[0] for row in table.rows] == ["bare DuckDB", "import", "the same file again"]
    assert all(row[1].endswith(" s") for row in table.rows)


def test_a_workbook_is_timed_against_the_bare_reading_of_the_same_file(tmp_path: Path) -> None:
    table = workbooks.measured(tmp_path, rows=ROWS, rounds=1)
    assert [row[0] for row in table.rows] == ["bare python-calamine", "reading", "whole import"]
    assert table.rows[0][2] == "1.00x"


def test_a_search_in_comments_is_timed_beside_a_scan(tmp_path: Path) -> None:
    table = comments.measured(tmp_path / "comments.duckdb", count=ROWS, times=1)
    found = {row[0]: int(row[1].replace(",", "")) for row in table.rows}
    assert found['"trop eleve"'] == found["élevé"] > found["support -easy"] // 2 > 0
    assert all(row[4].endswith("x") for row in table.rows)


def test_questions_are_timed_on_stores_of_several_sizes(tmp_path: Path) -> None:
    stores = [tmp_path / "small.duckdb", tmp_path / "large.duckdb"]
    for path, rows in zip(stores, (ROWS, 2 * ROWS), strict=True):
        invented.fill(path, rows)
    assert [row[0] for row in questions.trend(stores, times=1).rows] == [
        "2,000 rows, everything",
        "2,000 rows, 12 months, two filters",
        "4,000 rows, everything",
        "4,000 rows, 12 months, two filters",
    ]
    assert "summary" in {row[0] for row in questions.others(stores[0], times=1).rows}


def test_change_points_are_timed_against_a_library_that_finds_the_same_days() -> None:
    assert [row[0] for table in changepoints.measured(times=1) for row in table.rows] == ["no change", "two changes"]


def test_the_invented_file_and_the_invented_store_hold_the_same_answers(tmp_path: Path) -> None:
    file = tmp_path / "survey.csv"
    invented.write_csv(file, ROWS)
    invented.fill(tmp_path / "nps.duckdb", ROWS)
    with file.open(encoding="utf-8", newline="") as text:
        scores = [row["Score"] for row in csv.DictReader(text)]
    store = Store.open(tmp_path / "nps.duckdb")
    tally = queries.summary(store, Selection()).tally
    store.close()
    assert (tally.promoters, tally.blanks) == (sum(s in {"9", "10"} for s in scores), scores.count(""))
    assert guess(read(file.name, file.read_bytes())).mapping.segments == tuple(invented.SEGMENTS)


def test_every_pair_of_invented_segments_has_all_its_values(tmp_path: Path) -> None:
    invented.fill(tmp_path / "nps.duckdb", ROWS)
    store = Store.open(tmp_path / "nps.duckdb")
    cells = queries.by_two_segments(store, Selection(), "seg_plan", "seg_region")
    store.close()
    assert len(cells) == 16


def test_a_visitor_tells_a_page_that_works_from_one_that_fails(tmp_path: Path) -> None:
    script = tmp_path / "app.py"
    script.write_text(BROKEN, encoding="utf-8")

    async def visit(port: int) -> tuple[Drawn, Drawn, Drawn]:
        async with visiting(port, "") as visitor:
            opened = await visitor.open()
            return opened, await visitor.choose("which", "broken"), await visitor.choose("which", "fine")

    # In a thread of its own: the browser's tests leave a loop in this one.
    with served(script, store=tmp_path / "unused.duckdb") as server, ThreadPoolExecutor(1) as pool:
        opened, broken, fine = pool.submit(asyncio.run, visit(server.port)).result()
    assert not opened.faults
    assert broken.faults
    assert not fine.faults


def test_the_changes_of_a_walk_are_the_same_in_every_run() -> None:
    changes = pages._combinations(30, seed=1)
    assert changes == pages._combinations(30, seed=1)
    assert {name for name, _ in changes} == {"period", "seg_plan", "seg_region"}


@pytest.mark.parametrize(("share", "expected"), [(0.5, 5), (0.95, 10), (0.05, 1), (1.0, 10)])
def test_a_percentile_is_the_nearest_rank(share: float, expected: int) -> None:
    assert report.percentile(list(range(10, 0, -1)), share) == expected


def test_a_table_is_aligned_markdown() -> None:
    table = report.Table("Title", "Told.", ("", "a"), (("one", "1 ms"), ("two", "22 ms")))
    assert table.markdown().splitlines() == [
        "## Title",
        "",
        "Told.",
        "",
        "|     |     a |",
        "| --- | ----: |",
        "| one |  1 ms |",
        "| two | 22 ms |",
    ]


def test_a_part_that_is_measured_again_leaves_the_others_as_they_were() -> None:
    one, two, new = (report.Table(title, "Told.", ("", "a"), (("b", "1 ms"),)) for title in ("One", "Two", "New"))
    before = report.page([one, two], machine="a machine", day="2026-01-01")
    again = report.page([replace(one, told="Otherwise."), new], machine="another", day="2026-02-02", before=before)
    assert [line for line in again.splitlines() if line.startswith("## ")] == ["## One", "## Two", "## New"]
    assert "Otherwise. Run of 2026-02-02." in again
    assert "Told. Run of 2026-01-01." in again
    assert report.page([], machine="another", day="2026-03-03", before=again) == again
