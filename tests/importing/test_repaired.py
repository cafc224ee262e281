"""Rejected rows: what would mend them, and how they are known when they come back."""

import pytest

from nps.importing import read
from nps.importing.repaired import NOTES, suggestion

WHOLE, TEXT, OUTSIDE, NO_DAY = "not a whole number", "not a number", "outside 0-10", "date does not exist"


@pytest.mark.parametrize(
    ("value", "reason", "mended"),
    [
        ("9,5", WHOLE, "9 or 10"),
        ("7.5", WHOLE, "7 or 8"),
        (" 0.1 ", WHOLE, "0 or 1"),
        ("10.5", WHOLE, ""),
        ("-0.5", WHOLE, ""),
        ("1e3", WHOLE, ""),
        ("nine", TEXT, "9?"),
        ("8-9", TEXT, "8 or 9"),
        ("about a 7!", TEXT, "7?"),
        ("10+", TEXT, "10?"),
        ("2 of 10", TEXT, ""),
        ("good", TEXT, ""),
        ("someone", TEXT, ""),
        ("2024-05-01", TEXT, ""),
        ("11", OUTSIDE, "10?"),
        ("12", OUTSIDE, "10?"),
        ("13", OUTSIDE, ""),
        ("70", OUTSIDE, "7?"),
        ("99", OUTSIDE, ""),
        ("110", OUTSIDE, ""),
        ("-9", OUTSIDE, "9?"),
        ("-99", OUTSIDE, ""),
        ("31.02.2026", NO_DAY, "28.02.2026?"),
        ("30/2/24 14:30", NO_DAY, "29/2/24 14:30?"),
        ("2026-04-31T10:00:00Z", NO_DAY, "2026-04-30T10:00:00Z?"),
        ("2026-13-05", NO_DAY, "2026-05-13?"),
        ("2026-31-31", NO_DAY, ""),
        ("2026-05-05 25:00", NO_DAY, ""),
        ("32.01.2026", NO_DAY, "31.01.2026?"),
        ("00.01.2026", NO_DAY, ""),
        ("3 cells", "3 cells where the header has 5", ""),
        ("0218-03-05", "the year cannot be right", ""),
    ],
)
def test_a_repair_is_suggested_where_one_is_sensible(value: str, reason: str, mended: str) -> None:
    assert suggestion(value, reason, dayfirst=None) == mended


@pytest.mark.parametrize(
    ("dayfirst", "mended"), [(True, "13/03/2026?"), (False, ""), (None, "")], ids=["day", "month", "unknown"]
)
def test_the_order_of_day_and_month_decides_what_a_date_should_have_been(dayfirst: bool | None, mended: str) -> None:
    assert suggestion("03/13/2026", NO_DAY, dayfirst=dayfirst) == mended


def test_a_month_first_date_beyond_its_month_gets_its_last_day() -> None:
    assert suggestion("02/30/2026", NO_DAY, dayfirst=False) == "02/28/2026?"
    assert suggestion("02/30/2026", NO_DAY, dayfirst=None) == "02/28/2026?"


def back(*rows: str, notes: tuple[str, ...] = NOTES, header: str = "Line,Score,Why") -> bytes:
    return "\n".join([",".join([*notes, header]), *rows]).encode()


def test_the_notes_are_left_out_and_name_the_import() -> None:
    grid = read("rejected-rows.csv", back("4,Score,11,outside,10?,20260101-1,4,10,'=1+1", "5,,,,,20260101-1,5,9,it's"))
    assert (grid.header, grid.repairs) == (("Line", "Score", "Why"), "20260101-1")
    assert grid.table.to_pylist() == [
        {"Line": "4", "Score": "10", "Why": "=1+1"},
        {"Line": "5", "Score": "9", "Why": "it's"},
    ]
    assert grid.remarks == ("Rejected rows that come back: the notes before their own columns are left out.",)


def test_notes_without_one_import_are_left_out_all_the_same() -> None:
    assert read("a.csv", back("4,S,11,o,10?,4,10,x", notes=NOTES[:-1])).repairs == ""
    assert read("a.csv", back("4,S,11,o,,one,4,10,x", "4,S,11,o,,two,4,10,y")).repairs == ""
    assert read("a.csv", back("4,S,11,o,,,4,10,x")).header == ("Line", "Score", "Why")


def test_another_file_with_such_columns_keeps_them() -> None:
    grid = read("a.csv", b"Line,Column,Value,Reason,Score\n1,2,3,4,5\n")
    assert (grid.header, grid.repairs) == (("Line", "Column", "Value", "Reason", "Score"), None)
    assert read("a.csv", back("1,2,3,4,5,6", header="").replace(b"Import,", b"Import")).repairs is None


def test_a_row_that_broke_again_is_told_with_its_own_cells() -> None:
    grid = read("a.csv", back("4,S,11,o,,id,4,10,x", "5,S,11,o,,id,5,10,x,too,many", "6,S,1,o,,id,6,10,x"))
    assert [row["cells"] for row in grid.ragged.to_pylist()] == [["5", "10", "x", "too", "many"]]
