"""Spreadsheets to take away, read back by another program: every cell as it was, and none that acts."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.selection import Period, Selection
from nps.takeaway import spreadsheet
from nps.takeaway.definitions import about
from nps.takeaway.spreadsheet import to_xlsx

ABOUT = (("Period", "all time"), ("=1+1", "@SUM(A1)"))
FORMULAS = ("=1+1", "+1", "-1+cmd|x", "@SUM(A1)", "\t=1", '=HYPERLINK("https://tracker.example")', "{=1}")
# What XML cannot hold is left out, and what a reader takes for an escape of it (_x0041_).
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="_￾￿"), max_size=40)
cells = st.one_of(st.none(), st.integers(-(2**53), 2**53), st.floats(-1e9, 1e9), texts, st.booleans())


def read(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    return openpyxl.load_workbook(io.BytesIO(to_xlsx((header, rows), ABOUT)))


@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_every_cell_reads_back_as_it_was(rows: list[tuple[Any, Any]]) -> None:
    sheet = read(("a", "=b"), rows)["Table"]
    assert [cell.value for cell in sheet[1]] == ["a", "=b"]
    for found, row in zip(sheet.iter_rows(min_row=2, max_col=2), rows, strict=False):
        for cell, was in zip(found, row, strict=True):
            assert cell.value == (pytest.approx(was, rel=1e-15) if isinstance(was, float) else was)


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_acts_in_a_header_a_cell_or_the_notes(text: str) -> None:
    file = to_xlsx(((text,), [(text,)]), ((text, text),))
    book = openpyxl.load_workbook(io.BytesIO(file))
    for sheet in book:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert [cell.value for column in book["Table"].columns for cell in column] == [text, text]
    assert book["Table"]["A2"].quotePrefix == (text[0] != "{"), "it stays text for whoever edits it"
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        names = parts.namelist()
        assert not [name for name in names if "externalLink" in name or "hyperlink" in name or "calcChain" in name]
        assert not any(b"<f>" in parts.read(name) or b"hyperlink" in parts.read(name) for name in names)


def test_times_numbers_and_long_texts_are_what_a_spreadsheet_can_hold() -> None:
    rows = [
        (datetime(2026, 3, 1, 14, 5), date(2026, 3, 1), float("nan"), 2**63, "x" * 40_000),
        (datetime(1850, 1, 1), date(1, 1, 1), float("inf"), True, ""),
    ]
    first, second = read(("a", "b", "c", "d", "e"), rows)["Table"].iter_rows(min_row=2, values_only=True)
    assert first[:4] == (datetime(2026, 3, 1, 14, 5), datetime(2026, 3, 1), None, str(2**63))
    assert len(first[4]) == 32_767
    assert second == ("1850-01-01 00:00:00", "0001-01-01", None, True, "")


def test_rows_that_a_sheet_does_not_hold_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    book = read(("a",), [(number,) for number in range(5)])
    assert [cell.value for cell in book["Table"]["A"]] == ["a", 0, 1, 2]
    assert (book["About"]["A1"].value, book["About"]["B1"].value) == ("Left out", "2 rows more than a sheet holds")


def test_the_notes_name_every_filter_the_zone_and_when() -> None:
    selection = Selection.of(
        period=Period(date(2026, 1, 1), date(2026, 4, 1)), unit="account", filters={"seg_plan": ["Team", "=Pro"]}
    )
    told = dict(about(selection, {"seg_plan": "Plan"}, zone="Asia/Tokyo", now=datetime(2026, 4, 1, 20, 30)))
    assert told["Period"] == "1 Jan 2026 to 31 Mar 2026"
    assert (told["Plan"], told["Survey"], told["One vote is"]) == ("=Pro or Team", "all surveys", "latest per account")
    assert (told["Days and times in"], told["Made on"]) == ("Asia/Tokyo", "2 Apr 2026, 05:30")
    assert "promoters − detractors" in told["NPS"]
