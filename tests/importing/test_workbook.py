"""XLSX to a grid: which sheet, cells as text, row numbers, and workbooks that cannot be opened."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from nps.errors import Refused
from nps.importing import Grid, answers, guess, read, sheets
from nps.importing.spreadsheet import Value, texts

Rows = Sequence[Sequence[object]]


def workbook(**tables: Rows) -> bytes:
    """A workbook with one sheet for each table, as bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cells(grid: Grid) -> list[list[str]]:
    return [list(row.values()) for row in grid.table.to_pylist()]


def test_cells_become_the_text_that_a_csv_would_have() -> None:
    moment = dt.datetime(2019, 12, 13, 9, 50, 29, 878_000)
    row = [9, 9.0, 7.5, moment, dt.date(2024, 2, 29), dt.time(8, 5), True, None, "text ", 1234567890123]
    grid = read("a.xlsx", workbook(Answers=[[f"column {n}" for n in range(10)], row]))
    assert cells(grid) == [
        [
            "9",
            "9",
            "7.5",
            "2019-12-13 09:50:30",
            "2024-02-29",
            "08:05:00",
            "TRUE",
            "",
            "text ",
            "1234567890123",
        ]
    ]


CELL = st.one_of(
    st.text(max_size=3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-20, 20).map(float),
    st.booleans(),
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(9990, 1, 1)),
    st.dates(),
    st.times(),
    st.timedeltas(),
)


@given(st.lists(CELL, min_size=1, max_size=12))
def test_a_column_of_every_kind_becomes_text_cell_for_cell(cells: list[Value]) -> None:
    def text(cell: Value) -> str:
        if isinstance(cell, bool):
            return str(cell).upper()
        if isinstance(cell, float):
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        if isinstance(cell, dt.datetime):
            return (cell + dt.timedelta(microseconds=500_000)).replace(microsecond=0).isoformat(" ")
        return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)

    assert list(texts(cells)) == [text(cell) for cell in cells]


def test_a_row_of_zeros_is_no_empty_row() -> None:
    assert cells(read("a.xlsx", workbook(Data=[["a", "b"], [0, 0], [None, None], [False, 0]]))) == [
        ["0", "0"],
        ["FALSE", "0"],
    ]


def test_lines_are_the_rows_of_the_sheet() -> None:
    rows: Rows = [[], [], ["score", "comment"], [9, "x"], [], [3, "y"], [], []]
    grid = read("a.xlsx", workbook(Answers=rows))
    assert grid.header == ("score", "comment")
    assert cells(grid) == [["9", "x"], ["3", "y"]]
    assert grid.lines.to_pylist() == [4, 6]


def test_a_title_above_the_table_is_no_header() -> None:
    rows: Rows = [["Export of our survey"], [], ["score", "comment", "plan"], [9, "x", "A"]]
    grid = read("a.xlsx", workbook(Answers=rows))
    assert grid.header == ("score", "comment", "plan")
    assert grid.lines.to_pylist() == [4]


def test_columns_that_are_empty_throughout_are_dropped_at_the_end() -> None:
    grid = read("a.xlsx", workbook(Answers=[["score", "comment", None, " "], [9, "x", None, None]]))
    assert grid.header == ("score", "comment")


def test_the_sheet_that_asks_for_a_recommendation_is_read() -> None:
    data = workbook(
        Summary=[["question", "answers"]] + [["x", n] for n in range(20)],
        Responses=[["How likely are you to recommend us?"], [9]],
    )
    grid = read("a.xlsx", data)
    assert grid.header == ("How likely are you to recommend us?",)
    assert "'Responses'" in grid.remarks[0]
    assert sheets("a.xlsx", data) == ("Summary", "Responses")


def test_a_summary_in_front_of_the_answers_is_passed_over() -> None:
    question = "How likely are you to recommend us?"
    answers: Rows = [["id", question, "Why?"], *([n, n % 11, "so"] for n in range(30))]
    summaries: tuple[Rows, ...] = (
        [[question], [], ["Answer Choices", "Responses"], *([str(n), 5] for n in range(11))],
        [["NPS score", "Responses"], *([n, 5] for n in range(11))],
        [["Month", "NPS"], *([f"2024-{n:02}", 20 + n] for n in range(1, 13))],
        [["Question", "NPS"], *([f"Q{n}", 20 + n] for n in range(50))],
    )
    for summary in summaries:
        found = read("a.xlsx", workbook(Summary=summary, Data=answers))
        assert found.header == ("id", question, "Why?")
        assert found.rows == 30
    plainly: Rows = [["Date", "Score", "Comment"], *([dt.date(2024, 3, 1), n % 11, "so"] for n in range(30))]
    assert read("a.xlsx", workbook(Summary=summary, Data=plainly)).header == ("Date", "Score", "Comment")


def with_values(data: bytes, values: dict[str, str]) -> bytes:
    """The workbook with cached values for formulas, as a spreadsheet program saves them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                for formula, cell in values.items():
                    text = text.replace(f"<f>{formula}</f><v />", f"<f>{formula}</f>{cell}")
            target.writestr(name, text)
    return stream.getvalue()


def test_a_formula_is_read_by_the_value_that_was_computed() -> None:
    data = workbook(Answers=[["id", "score"], [1, "=4+5"], [2, "=1/0"]])
    grid = read("a.xlsx", with_values(data, {"4+5": "<v>9</v>", "1/0": "<v></v>"}))
    assert cells(grid) == [["1", "9"], ["2", ""]]
    assert grid.remarks == ()


def test_formulas_that_nobody_computed_are_said() -> None:
    data = workbook(Answers=[["id", "score"], [1, "=4+5"], [2, "=2+5"]])
    [remark] = read("a.xlsx", data).remarks
    assert 'formulas that no program computed yet, and "score" is empty' in remark


def test_day_numbers_become_dates() -> None:
    rows: Rows = [["Timestamp", "NPS"], *([45352.375 + n, n % 11] for n in range(20))]
    grid = read("a.xlsx", workbook(Answers=rows))
    found = answers(grid, guess(grid).mapping)
    assert found.table["answered_at"][0].as_py() == dt.datetime(2024, 3, 1, 9)


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0].append(["at"])
    book.worksheets[0].append([dt.datetime(2024, 3, 1, 9)])
    stream = io.BytesIO()
    book.save(stream)
    assert cells(read("a.xlsx", stream.getvalue())) == [["2024-03-01 09:00:00"]]


def test_without_such_a_question_the_longest_sheet_is_read() -> None:
    data = workbook(Notes=[["a"], ["b"]], Data=[["x", "y"], [1, 2], [3, 4]], Empty=[])
    assert read("a.xlsx", data).header == ("x", "y")


def test_a_sheet_can_be_chosen_by_name() -> None:
    data = workbook(Notes=[["a"], ["b"]], Data=[["x", "y"], [1, 2], [3, 4]], Empty=[])
    assert read("a.xlsx", data, sheet=" notes").header == ("a",)
    with pytest.raises(Refused, match=r"no sheet “Other”\. Choose one of: Notes, Data, Empty\."):
        read("a.xlsx", data, sheet="Other")
    with pytest.raises(Refused, match="The sheet “Empty”"):
        read("a.xlsx", data, sheet="Empty")


def test_hidden_sheets_are_not_read() -> None:
    book = Workbook()
    visible, hidden = book.worksheets[0], book.create_sheet("Hidden")
    visible.title = "Shown"
    visible.append(["a"])
    visible.append([1])
    hidden.append(["nps"])
    hidden.append([9])
    hidden.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    assert sheets("a.xlsx", stream.getvalue()) == ("Shown",)
    assert read("a.xlsx", stream.getvalue()).header == ("a",)


def test_a_text_file_has_no_sheets() -> None:
    assert sheets("a.csv", b"a,b\n1,2\n") == ()
    with pytest.raises(Refused, match="no Excel workbook"):
        read("a.csv", b"a,b\n1,2\n", sheet="Data")


def test_a_workbook_without_rows_is_refused() -> None:
    with pytest.raises(Refused, match="is empty"):
        read("a.xlsx", workbook(Answers=[]))
    with pytest.raises(Refused, match="header but no rows"):
        read("a.xlsx", workbook(Answers=[["score", "comment"]]))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_workbook_that_broke_off_is_refused(share: float) -> None:
    data = workbook(Answers=[["score"]] + [[n % 11] for n in range(500)])
    with pytest.raises(Refused, match=r"damaged, incomplete|ZIP archive"):
        read("a.xlsx", data[: int(len(data) * share)])


def old_workbook(rows: Rows) -> bytes:
    """An XLS workbook with a summary sheet in front of the rows."""
    book = xlwt.Workbook()
    book.add_sheet("Summary").write(0, 0, "Answers per month")
    sheet = book.add_sheet("Form Responses 1")
    day = xlwt.easyxf(num_format_str="M/D/YYYY h:mm")
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(line, place, value, *([day] if isinstance(value, dt.datetime) else []))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_an_old_workbook_is_read_like_a_new_one() -> None:
    moment = dt.datetime(2019, 12, 13, 9, 50, 30)
    data = old_workbook([["Timestamp", "Would you recommend us?", "Why"], [moment, 9, "schön"], [moment, 7.5, ""]])
    assert sheets("a.xls", data) == ("Summary", "Form Responses 1")
    grid = read("a.xls", data)
    assert grid.header == ("Timestamp", "Would you recommend us?", "Why")
    assert cells(grid) == [["2019-12-13 09:50:30", "9", "schön"], ["2019-12-13 09:50:30", "7.5", ""]]
    assert grid.lines.to_pylist() == [2, 3]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_an_old_workbook_that_broke_off_ends_in_rows_or_a_sentence(share: float) -> None:
    data = old_workbook([["score", "comment"]] + [[n % 11, f"comment {n}"] for n in range(500)])
    with pytest.raises(Refused, match="old Excel file"):
        read("a.xls", data[: int(len(data) * share)])


def test_a_stray_cell_far_out_is_refused_and_takes_nobody_with_it() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["score", "comment"])
    sheet.append([9, "x"])
    sheet.cell(row=1_048_576, column=16_384, value="stray")
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(Refused, match="cells far outside its table"):
        read("a.xlsx", stream.getvalue())


def test_parts_of_a_workbook_that_are_damaged_are_refused() -> None:
    data = workbook(Answers=[["score", "comment"], [9, "x"]])
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
            for name in source.namelist():
                target.writestr(name, b"<broken" if name == part else source.read(name))
        try:
            grid = read("a.xlsx", stream.getvalue())
        except Refused as refusal:
            assert str(refusal).endswith(".")
        else:
            assert grid.rows >= 1
