"""Tables that tools save as .xls and that are HTML or XML: what a browser or Excel would show, cell for cell."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.errors import Refused
from nps.importing import Grid, answers, guess, read

XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Notes"><Table/></Worksheet>
<Worksheet ss:Name="Answers"><Table ss:ExpandedColumnCount="3">
<Row><Cell><Data ss:Type="String">Date</Data></Cell><Cell><Data ss:Type="String">NPS</Data></Cell>
<Cell><Data ss:Type="String">Why</Data></Cell></Row>
<Row><Cell><Data ss:Type="DateTime">2024-03-01T00:00:00.000</Data></Cell><Cell><Data ss:Type="Number">9</Data></Cell>
<Cell><Data ss:Type="String">R&amp;D &lt;3</Data><Comment><Data>not shown</Data></Comment></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="Number">3</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td {color: red}</style></head><body>
<table><tr><td>Menu</td><td><TABLE border=1><thead><tr><th>Survey 2024<th><th></tr>
<tr><th>Date</th><th data-index="7">NPS</th><th>Why</th></tr></thead>
<!-- <tr><td>2023-01-01</td><td>0</td></tr> -->
<tr><td>2024-03-01<td x:num="9.0">9<td>first<br>second &eacute;</tr>
<tr></tr><tr><td>2024-03-02</td><td colspan="2">3</td></tr>
<tr><td>2024-03-03</td><td>8</td><td><script>alert(1)</script>ok</td></tr></TABLE></td></tr></table></body></html>"""


def cells(grid: Grid) -> list[list[str]]:
    return [list(row.values()) for row in grid.table.to_pylist()]


def test_an_xml_spreadsheet_is_read() -> None:
    grid = read("export.xls", XML.encode())
    assert grid.header == ("Date", "NPS", "Why")
    assert cells(grid) == [["2024-03-01T00:00:00.000", "9", "R&D <3"], ["", "3", ""]]
    assert answers(grid, guess(grid).mapping).table["score"].to_pylist() == [9, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_the_table_of_a_web_page_is_read(encoding: str) -> None:
    grid = read("export.xls", PAGE.replace("&eacute;", "é").encode(encoding))
    assert grid.header == ("Date", "NPS", "Why")
    assert cells(grid) == [
        ["2024-03-01", "9", "first\nsecond é"],
        ["2024-03-02", "3", ""],
        ["2024-03-03", "8", "ok"],
    ]
    assert grid.lines.to_pylist() == [3, 5, 6]
    assert "Above the header, and passed over: “Survey 2024”." in grid.remarks


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><p>Please sign in</p></body></html>",
        "<!DOCTYPE html><table><tr><td>one</td></tr><tr><td>two</td></tr></table>",
        "<?xml version='1.0'?><responses><response score='9'/></responses>",
        "<table><tr><td>a</td><td>b</td></tr></table>",
        "<table " * 20_000,
        "<table><tr><td>" + "<!--" * 20_000 + "<a" * 20_000 + "<![CDATA[" * 20_000 + "<" + "b" * 20_000,
    ],
)
def test_a_page_without_a_table_is_refused_in_words(page: str) -> None:
    with pytest.raises(
        Refused, match=r"^page\.xls looks like a web page or XML, not like a table: save the export as CSV"
    ):
        read("page.xls", page.encode())


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Z"]), min_size=1, max_size=8)


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_is_written_into_a_page_comes_back(rows: list[list[str]]) -> None:
    table = [["one name", "another name", "a third name"], *rows, ["9", "8", "7"]]
    lines = ("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in table)
    grid = read("page.xls", ("<table>" + "".join(lines) + "</table>").encode())
    assert [list(grid.header), *cells(grid)] == table
