"""Day or month first by what stands beside the dates: a month or quarter column, and the order of the rows."""

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.errors import Ambiguous
from nps.importing import Grid, answers, guess, read
from nps.importing.dates import DateShapes
from nps.importing.order import ordered

UNSORTED = ["05/06/2024", "07/02/2024", "01/04/2024", "11/10/2024"]


def grid(dates: Sequence[str], **beside: Sequence[str]) -> Grid:
    rows = zip(dates, *beside.values(), strict=True)
    lines = ["\t".join(["nps", "date", *beside]), *("\t".join(["9", *row]) for row in rows)]
    return read("answers.tsv", "\n".join(lines).encode())


def found(dates: Sequence[str], **beside: Sequence[str]) -> DateShapes:
    return ordered(grid(dates, **beside), "date")


@pytest.mark.parametrize(
    ("header", "values", "dayfirst"),
    [
        ("Month", ["June", "February", "April", "October"], True),
        ("month", ["5", "7", "1", "11"], False),
        ("Month", ["2024-06", "2024-02", "2024-04", "2024-10"], True),
        ("Month", ["May 2024", "Jul 2024", "Jan 2024", "Nov 2024"], False),
        ("Mois", ["juin", "février", "avril", "octobre"], True),
        ("Quarter", ["Q2", "Q1", "Q2", "Q4"], True),
        ("survey quarter", ["2024 Q2", "2024 Q3", "2024 Q1", "2024 Q4"], False),
    ],
)
def test_a_month_or_quarter_beside_the_dates_tells_their_order(header: str, values: list[str], dayfirst: bool) -> None:
    dates = UNSORTED * 2  # a quarter often fits both orders
    shaped = found(dates, **{header: values * 2})
    assert shaped.order() is dayfirst
    assert f'of "{header}"' in shaped.reason()
    assert shaped.reason().startswith("day first" if dayfirst else "month first")


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Month", ["June", "July", "April", "November"]),
        ("Month", ["", "", "", ""]),
        ("Month", ["12", "x", "99", "0"]),
        ("Months as customer", ["12", "12", "12", "12"]),
        ("Region", ["June", "February", "April", "October"]),
    ],
)
def test_a_column_that_fits_neither_order_or_both_tells_nothing(header: str, values: list[str]) -> None:
    assert found(UNSORTED, **{header: values}).ambiguous


def test_rows_that_are_in_the_order_of_time_in_one_way_only_tell_it() -> None:
    dates = ["03/01/2024", "05/01/2024", "02/02/2024", "07/02/2024", "01/03/2024", "09/03/2024"]
    for rows in (dates, dates[::-1]):
        shaped = found(rows)
        assert shaped.order() is True
        assert shaped.reason() == "day first: only so are the rows in the order of time"


@pytest.mark.parametrize(
    "dates",
    [
        ["03/01/2024", "05/01/2024", "02/02/2024", "07/02/2024"],  # too few
        [f"{day:02d}/02/2024" for day in range(3, 12)],  # in order either way
        UNSORTED * 2,
    ],
)
def test_an_order_of_rows_that_proves_nothing_leaves_the_question(dates: list[str]) -> None:
    assert found(dates).ambiguous
    with pytest.raises(Ambiguous, match="day first or month first"):
        answers(grid(dates), guess(grid(dates)).mapping)


def test_dates_above_twelve_count_for_more_than_what_stands_beside_them() -> None:
    shaped = found(["25/06/2024", *UNSORTED], Month=["May", "May", "July", "January", "November"])
    assert (shaped.order(), shaped.evidence) == (True, "")


@given(st.lists(st.dates(dt.date(2020, 1, 1), dt.date(2024, 12, 31)), min_size=6, max_size=30, unique=True))
def test_sorted_dates_are_never_read_in_the_wrong_order(days: list[dt.date]) -> None:
    days = sorted(day for day in days if day.day <= 12)
    shaped = found([f"{day:%d/%m/%Y}" for day in days] or ["01/01/2024"])
    assert shaped.order() is not False


def test_the_evidence_decides_the_import_and_is_shown() -> None:
    table = grid(UNSORTED, Month=["June", "February", "April", "October"])
    guessed = guess(table)
    assert guessed.open == ()
    assert 'only so do 4 dates lie in the month of "Month"' in guessed.reasons["date"]
    landed = answers(table, guessed.mapping)
    assert landed.mapping.dayfirst is True
    assert landed.table["answered_at"].to_pylist()[0] == dt.datetime(2024, 6, 5)
