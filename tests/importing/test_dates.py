"""Cells to moments in UTC, by plain Python as the judge."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps.importing.dates import NO_DATE, NO_SUCH_DATE, NO_YEAR, moments, shapes


def column(*cells: str) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells, pa.string())])


def moment(cell: str, *, dayfirst: bool = False) -> dt.datetime | str | None:
    """The moment in one cell, or the reason why there is none; a second odd cell keeps the quick way closed."""
    found = moments(column(cell, "Sat Jun 15 2024"), dayfirst=dayfirst).to_pylist()[0]
    alone = moments(column(cell), dayfirst=dayfirst).to_pylist()[0]
    assert found == alone
    return found["reason"] or found["moment"]  # type: ignore[no-any-return]


at = dt.datetime


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-03-05", at(2024, 3, 5)),
        ("2024-3-5", at(2024, 3, 5)),
        ("2024/03/05", at(2024, 3, 5)),
        ("2024-03-05 09:08", at(2024, 3, 5, 9, 8)),
        ("2024-03-05 9:08:07", at(2024, 3, 5, 9, 8, 7)),
        ("2024-03-05T09:08:07", at(2024, 3, 5, 9, 8, 7)),
        ("2024-03-05T09:08:07Z", at(2024, 3, 5, 9, 8, 7)),
        ("2024-03-05T09:08:07.123Z", at(2024, 3, 5, 9, 8, 7, 123000)),
        ("2024-03-05 09:08:07.123456789", at(2024, 3, 5, 9, 8, 7, 123456)),
        ("2013-08-29T00:00:00-07:00", at(2013, 8, 29, 7)),
        ("2021-09-09 08:41:53.757790+00:00", at(2021, 9, 9, 8, 41, 53, 757790)),
        ("2024-03-05 01:00:00 +0530", at(2024, 3, 4, 19, 30)),
        ("2024-03-05 01:00:00+02", at(2024, 3, 4, 23)),
        ("2024-03-05 10:00:00 UTC", at(2024, 3, 5, 10)),
        ("2017/11/24 12:39:58 PM GMT+4", at(2017, 11, 24, 8, 39, 58)),
        ("2017/11/24 12:09:58 AM GMT-4", at(2017, 11, 24, 4, 9, 58)),
        ("2024-03-05 kl. 09.08.07", at(2024, 3, 5, 9, 8, 7)),
        ("03.15.2024 klo 09.08", at(2024, 3, 15, 9, 8)),
        ("03.15.2024 um 09:08 Uhr", at(2024, 3, 15, 9, 8)),
        ("03/15/2024 à 09h08", at(2024, 3, 15, 9, 8)),
        ("03/15/2024 3:08:07 p.\u00a0m.", at(2024, 3, 15, 15, 8, 7)),
        ("2024年3月5日 9:08", at(2024, 3, 5, 9, 8)),
        ("2024. 03. 05. 9:08:07", at(2024, 3, 5, 9, 8, 7)),
        ("2024/3/5 下午 3:08:07", at(2024, 3, 5, 15, 8, 7)),
        ("2024. 3. 5 오전 9:08:07", at(2024, 3, 5, 9, 8, 7)),
        ("2024/03/05 3:08:07 오후 GMT+9", at(2024, 3, 5, 6, 8, 7)),
        ("5 мая 2024", at(2024, 5, 5)),
        ("5 paź 2024", at(2024, 10, 5)),
        ("5 Haziran 2024 10:20", at(2024, 6, 5, 10, 20)),
        ("Sat Jun 15 2024", at(2024, 6, 15)),
        ("Sat Jun 15 2024 10:20:30 GMT+0200 (Central European Summer Time)", at(2024, 6, 15, 8, 20, 30)),
        ("Sat, 15 Jun 2024 10:20:30 +0000", at(2024, 6, 15, 10, 20, 30)),
        ("5th Jan 2020", at(2020, 1, 5)),
        ("1st of February 2020", at(2020, 2, 1)),
        ("15-Jun-24", at(2024, 6, 15)),
        ("June 15, 2024", at(2024, 6, 15)),
        ("Jun 15, 2024 at 1:05 pm", at(2024, 6, 15, 13, 5)),
        ("15. März 2024 10:30", at(2024, 3, 15, 10, 30)),
        ("3 août 2024", at(2024, 8, 3)),
        ("3 juin 2024", at(2024, 6, 3)),
        ("3 juillet 2024", at(2024, 7, 3)),
        ("3 Dezember 2024", at(2024, 12, 3)),
        ("15 de junio de 2024", at(2024, 6, 15)),
        ("1700000000", at(2023, 11, 14, 22, 13, 20)),
        ("1700000000123", at(2023, 11, 14, 22, 13, 20, 123000)),
        ("20240305", at(2024, 3, 5)),
        ("20240305090807", at(2024, 3, 5, 9, 8, 7)),
        ("45356", at(2024, 3, 5)),
        ("45356.5", at(2024, 3, 5, 12)),
        (" 2024-03-05 ", at(2024, 3, 5)),
        ("11/3/2021, 7:40:47\u202fPM", at(2021, 11, 3, 19, 40, 47)),
    ],
)
def test_every_usual_spelling_is_read(cell: str, expected: dt.datetime) -> None:
    assert moment(cell) == expected


@pytest.mark.parametrize(
    ("cell", "month_first", "day_first"),
    [
        ("05/06/2024", at(2024, 5, 6), at(2024, 6, 5)),
        ("5/6/24 7:08", at(2024, 5, 6, 7, 8), at(2024, 6, 5, 7, 8)),
        ("05.06.2024 07:08:09", at(2024, 5, 6, 7, 8, 9), at(2024, 6, 5, 7, 8, 9)),
        ("05-06-2024", at(2024, 5, 6), at(2024, 6, 5)),
        ("05/06/2024 07:08:09 PM", at(2024, 5, 6, 19, 8, 9), at(2024, 6, 5, 19, 8, 9)),
        ("12/12/99", at(1999, 12, 12), at(1999, 12, 12)),
        ("31/04/2024", NO_SUCH_DATE, NO_SUCH_DATE),
        ("29/02/2023", NO_SUCH_DATE, NO_SUCH_DATE),
        ("02/29/2024", at(2024, 2, 29), NO_SUCH_DATE),
    ],
)
def test_day_and_month_stand_in_the_order_that_was_settled(
    cell: str, month_first: dt.datetime | str, day_first: dt.datetime | str
) -> None:
    assert moment(cell) == month_first
    assert moment(cell, dayfirst=True) == day_first


@pytest.mark.parametrize(
    "cell", ["2023-02-30", "2023-02-29", "2023-13-01", "2024-00-10", "2024-01-05 25:00", "40 May 2024"]
)
def test_a_date_that_does_not_exist_is_told_so(cell: str) -> None:
    assert moment(cell) == NO_SUCH_DATE


@pytest.mark.parametrize(
    "cell", ["yesterday", "infinity", "epoch", "now", "12", "2024", "2024-05", "1/2/03 x", "99999999999", "'; --"]
)
def test_what_is_no_date_is_told_so(cell: str) -> None:
    assert moment(cell) == NO_DATE


@pytest.mark.parametrize("cell", ["0218-03-05", "1899-12-30", "9999-01-01", "01.01.0001"])
def test_a_year_that_cannot_be_right_is_told_so(cell: str) -> None:
    assert moment(cell) == NO_YEAR


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "-"])
def test_an_empty_cell_is_no_date_and_no_mistake(cell: str) -> None:
    assert moment(cell) is None


@settings(max_examples=40)
@given(
    # A midnight may be a day alone: test_times_of_a_place.py.
    st.lists(
        st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2099, 12, 31)).filter(
            lambda at: at.time() > dt.time(0, 0, 1)
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(
        [
            "%Y-%m-%d %H:%M:%S",
            "%Y-%m-%dT%H:%M:%S.%fZ",
            "%d/%m/%Y %H:%M:%S",
            "%d.%m.%Y %I:%M:%S %p",
            "%d %B %Y %H:%M:%S",
            "%a %b %d %Y %H:%M:%S",
            "%Y/%m/%d %I:%M:%S %p",
        ]
    ),
)
def test_what_python_writes_is_read_back(values: list[dt.datetime], spelling: str) -> None:
    written = [f"{value:{spelling}}" for value in values]
    expected = [dt.datetime.strptime(text, spelling) for text in written]  # noqa: DTZ007 - no zone: UTC
    found = moments(column(*written), dayfirst=True)
    assert found["moment"].to_pylist() == expected
    assert found["reason"].null_count == len(values)


def test_evidence_settles_the_order() -> None:
    assert shapes(column("05/06/2024", "13/01/2024")).order() is True
    assert shapes(column("05/06/2024", "01/13/2024")).order() is False
    assert "day first: 1 dates" in shapes(column("05/06/2024", "13/01/2024")).reason()


def test_without_evidence_the_order_is_open() -> None:
    found = shapes(column("05/06/2024", "07/08/2024", ""))
    assert found.ambiguous
    assert found.order() is None
    assert (found.blank, found.readable, found.either) == (1, 2, 2)


def test_evidence_for_both_orders_leaves_it_open() -> None:
    assert shapes(column("13/01/2024", "01/13/2024")).ambiguous


def test_one_slip_among_many_does_not_unsettle_the_order() -> None:
    found = shapes(column(*["25/01/2024"] * 40, "01/25/2024"))
    assert found.order() is True
    assert not found.ambiguous
    assert "(1 against it)" in found.reason()


def test_an_order_that_changes_nothing_is_not_asked_for() -> None:
    assert not shapes(column("05/05/2024", "2024-07-08", "")).ambiguous
    assert not shapes(column("2024-07-08", "2024-07-09 10:00")).ambiguous


def test_a_date_that_exists_in_no_order_is_still_evidence_of_the_writer() -> None:
    assert shapes(column("05/06/2024", "31/04/2024")).order() is True


def test_shapes_are_counted() -> None:
    found = shapes(column("2024-01-01", "1700000000", "5 May 2024", "x", "", "20240101", "45356"))
    assert (found.blank, found.readable, found.digits, found.other, found.example) == (1, 2, 3, 1, "x")


@pytest.mark.parametrize("cell", ["1980-01-01 00:00:00", "1980-01-01", "1/1/1980 0:00"])
def test_the_date_of_an_anonymous_answer_is_none(cell: str) -> None:
    assert moment(cell) is None
    assert moment("1980-01-02") == at(1980, 1, 2)


@settings(max_examples=60)
@given(
    st.from_regex(r"[0-9]{4}[-/][01][0-9]-[0-3][0-9]([ TZ][0-2][0-9]:?[0-6][0-9](:[0-6][0-9]|Z00)?)?", fullmatch=True)
)
def test_a_column_of_nothing_else_is_read_as_it_is_beside_other_dates(cell: str) -> None:
    moment(cell)
    beside = column(cell, "Sat Jun 15 2024")
    assert shapes(column(cell)).readable == shapes(beside).readable - 1
