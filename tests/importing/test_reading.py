"""Bytes to a grid: delimiters, quotation marks, line ends, encodings, headers, rows that do not fit, no tables."""

import csv
import io
import random
import zlib
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.errors import Refused
from nps.importing import Grid, read
from nps.importing.delimited import Body, careful, regular
from nps.importing.records import records


def cells(grid: Grid) -> list[list[str]]:
    return [list(row.values()) for row in grid.table.to_pylist()]


def grid(text: str | bytes) -> Grid:
    return read("answers.csv", text.encode() if isinstance(text, str) else text)


def test_a_plain_file_comes_back_cell_for_cell() -> None:
    found = grid("score,comment\n9,good\n3, slow \n,\n")
    assert found.header == ("score", "comment")
    assert cells(found) == [["9", "good"], ["3", " slow "], ["", ""]]
    assert found.lines.to_pylist() == [2, 3, 4]
    assert found.rows == 3
    assert found.remarks == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_told_by_the_content(delimiter: str, end: str) -> None:
    rows = [["score", "why, really?", "plan"], ["9", "fast; good", "A"], ["3", 'say "no"', "B"]]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    found = grid(text.getvalue())
    assert [list(found.header), *cells(found)] == rows


def test_a_line_feed_in_a_cell_does_not_hide_that_lines_end_as_on_old_macs() -> None:
    found = grid('score,"why,\nin words"\r9,"one\ntwo"\r8,three\r')
    assert found.header == ("score", "why, in words")
    assert cells(found) == [["9", "one\ntwo"], ["8", "three"]]
    assert found.lines.to_pylist() == [3, 5]


@pytest.mark.parametrize("first", ["Id", '"Id"'])
def test_a_comma_in_a_question_over_two_lines_is_no_delimiter(first: str) -> None:
    found = grid(f'{first};"How likely are you,\nall in all?";Why\n1;9;good\n2;8;\n3;7\n')
    assert found.header == ("Id", "How likely are you, all in all?", "Why")
    assert cells(found)[0] == ["1", "9", "good"]


def test_a_delimiter_inside_quotation_marks_is_text() -> None:
    found = grid('"score; the first, please";comment\n9;"a, b, c; d"\n8;"e, f, g"\n')
    assert found.header == ("score; the first, please", "comment")
    assert cells(found) == [["9", "a, b, c; d"], ["8", "e, f, g"]]


def test_one_column_needs_no_delimiter() -> None:
    found = grid("score\n9\n10\n\n3\n")
    assert found.header == ("score",)
    assert cells(found) == [["9"], ["10"], ["3"]]
    assert found.lines.to_pylist() == [2, 3, 5]


def test_commas_in_the_text_of_a_single_column_stay_text() -> None:
    found = grid("comment\nfast, good\nslow\n")
    assert cells(found) == [["fast, good"], ["slow"]]


def test_the_separator_line_of_excel_is_no_header() -> None:
    found = grid("sep=;\r\nscore;comment\r\n9;x\r\n")
    assert found.header == ("score", "comment")
    assert found.lines.to_pylist() == [3]


def test_lines_are_counted_through_line_breaks_in_cells() -> None:
    found = grid('score,comment\n9,"one\ntwo\n\nthree"\n8,x\n7,"a\r\nb"\n6,y\n')
    assert cells(found) == [["9", "one\ntwo\n\nthree"], ["8", "x"], ["7", "a\r\nb"], ["6", "y"]]
    assert found.lines.to_pylist() == [2, 6, 7, 9]


def test_lines_are_counted_through_empty_lines() -> None:
    found = grid('\n\nscore,comment\n\n9,"a\nb"\n\n\n8,x\n   \n7,y\n\n\n')
    assert cells(found) == [["9", "a\nb"], ["8", "x"], ["7", "y"]]
    assert found.lines.to_pylist() == [5, 9, 11]


def test_a_header_may_run_over_lines() -> None:
    found = grid('"How likely\nare you?",comment\n9,x\n')
    assert found.header == ("How likely are you?", "comment")
    assert found.lines.to_pylist() == [3]


def test_rows_with_more_or_fewer_cells_are_kept_apart_with_their_line() -> None:
    found = grid('a,b,c\n1,2,3\n4,5\n6,7,8,9\n"x\ny",2,3\n10\n')
    assert cells(found) == [["1", "2", "3"], ["x\ny", "2", "3"]]
    assert found.lines.to_pylist() == [2, 5]
    assert found.ragged.to_pylist() == [
        {"line": 3, "column": "", "value": "4 | 5", "reason": "2 cells where the header has 3", "cells": ["4", "5"]},
        {
            "line": 4,
            "column": "",
            "value": "6 | 7 | 8 | 9",
            "reason": "4 cells where the header has 3",
            "cells": ["6", "7", "8", "9"],
        },
        {"line": 7, "column": "", "value": "10", "reason": "1 cell where the header has 3", "cells": ["10"]},
    ]
    assert found.rows == 5


def test_cells_beyond_the_header_are_fine_while_they_are_empty() -> None:
    found = grid("a,b\n1,2,\n3,4,,,\n5,6\n7,8,9\n")
    assert cells(found) == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert found.ragged["line"].to_pylist() == [5]


def test_a_delimiter_at_the_end_of_every_row_is_fine() -> None:
    assert cells(grid("a,b\n1,2,\n3,4,\n")) == [["1", "2"], ["3", "4"]]
    found = grid("a,b,\n1,2,\n3,4\n")
    assert found.header == ("a", "b")
    assert cells(found) == [["1", "2"], ["3", "4"]]


def test_a_value_under_a_missing_name_keeps_its_column() -> None:
    assert grid("a,b,\n1,2,\n3,4,5\n").header == ("a", "b", "column 3")


def test_a_quotation_mark_inside_text_is_text() -> None:
    found = grid('score,comment,plan\n9,a 5" screen,A\n8,the "best" one,B\n7,"quoted ""well""",C\n')
    assert [row[1] for row in cells(found)] == ['a 5" screen', 'the "best" one', 'quoted "well"']


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_only() -> None:
    found = grid('score,comment\n9,x\n8,"never closed\n7,y\n6,z\n')
    assert cells(found) == [["9", "x"], ["7", "y"], ["6", "z"]]
    assert found.lines.to_pylist() == [2, 4, 5]
    assert found.ragged.to_pylist()[0] | {"value": ""} == {
        "line": 3,
        "column": "",
        "value": "",
        "reason": "a quotation mark in this row is never closed",
        "cells": ["8", '"never closed'],
    }


def test_a_quotation_mark_that_meets_one_in_a_later_row_swallows_nothing() -> None:
    found = grid('score,comment\n8,"never closed\n7,y\n6,"quoted"\n5,w\n')
    assert cells(found) == [["7", "y"], ["6", "quoted"], ["5", "w"]]
    assert found.ragged["line"].to_pylist() == [2]


def test_an_upload_that_breaks_off_inside_a_quotation_loses_only_the_last_row() -> None:
    found = grid('score,comment\n9,x\n8,"it broke o')
    assert cells(found) == [["9", "x"]]
    assert found.ragged["line"].to_pylist() == [3]


def test_an_upload_that_breaks_off_inside_a_row_rejects_that_row() -> None:
    found = grid("score,comment,plan\n9,x,A\n8,y")
    assert cells(found) == [["9", "x", "A"]]
    assert found.ragged["reason"].to_pylist() == ["2 cells where the header has 3"]


def test_a_lone_carriage_return_inside_a_row_is_text() -> None:
    found = grid("score,comment\n9,one\rtwo\n8,y\n")
    assert cells(found) == [["9", "one\rtwo"], ["8", "y"]]


def test_names_are_trimmed_and_told_apart() -> None:
    found = grid("Score, Score ,,Score (2),\n1,2,3,4,5\n")
    assert found.header == ("Score", "Score (3)", "column 3", "Score (2)", "column 5")
    assert tuple(found.table.column_names) == found.header


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_read(codec: str) -> None:
    mark = b"\xff\xfe" if codec == "utf-16-le" else b"\xfe\xff" if codec == "utf-16-be" else b""
    found = grid(mark + "score,größe\n9,naïve 日本 🙂\n".encode(codec))
    assert found.header == ("score", "größe")
    assert cells(found) == [["9", "naïve 日本 🙂"]]


def test_utf_16_without_a_mark_is_read() -> None:
    assert cells(grid("score,comment\n9,schön\n8,gut\n".encode("utf-16-le"))) == [["9", "schön"], ["8", "gut"]]


def test_windows_text_is_read_with_a_remark() -> None:
    found = grid("score,comment\n9,l’été à 15 € – déjà vu…\n8,plain\n".encode("cp1252"))
    assert cells(found)[0][1] == "l’été à 15 € – déjà vu…"
    assert "Windows-1252" in found.remarks[0]
    assert "1 lines" in found.remarks[0]


def test_two_old_encodings_in_one_file_and_even_in_one_word_are_told_apart() -> None:
    lines = ["très agréable, élevés", "fidélité, déçue", "qualité même à côté"]
    body = b"".join(b'9,"' + line.encode("cp1252") + b'"\n' for line in lines)
    body += b'8,"' + "légumes et diversité".encode("cp850") + b'"\n' + b'7,"r\x82guli\xe8rement"\n'
    found = grid(b"score,comment\n" + body)
    assert [row[1] for row in cells(found)] == [*lines, "légumes et diversité", "régulièrement"]
    assert "CP850" in found.remarks[0]


WRITTEN = {
    "French": ["Très agréable, l'équipe est à l'écoute", "Déçu, ça m'a coûté cher", "même à côté, naïve, Noël, où"],
    "German": ["schön, größer, Übung, Maß, für", "Grüße aus München", "Ärger mit der Lösung, völlig unnötig"],
    "Spanish": ["¿Qué tan probable? Año, niño", "información rápida, más fácil", "Él está aquí, PEÑA, Ñandú"],
    "Swedish": ["Göteborg är fint, Åsa", "Øl på båten, ærlig", "smörgåsbord, så är det"],
    "Portuguese": ["não é opção, ação", "avaliação ótima, São João", "atenção às promoções, bênção"],
}


@pytest.mark.parametrize("lines", [1, 3])
@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize(
    ("codec", "label"),
    [("cp1252", "Windows-1252"), ("latin-1", "Windows-1252"), ("cp850", "CP850"), ("mac_roman", "Mac Roman")],
)
def test_every_old_encoding_is_told_by_its_letters(codec: str, label: str, language: str, lines: int) -> None:
    texts = [line for line in WRITTEN[language] if line.encode(codec, "ignore").decode(codec) == line][:lines]
    found = grid(b"score,comment\n" + "".join(f'9,"{text}"\n' for text in texts).encode(codec))
    assert [row[1] for row in cells(found)] == texts
    assert found.remarks == (
        f"Not valid UTF-8: {len(texts)} lines were read as {label}; look at the accented letters.",
    )


def test_one_damaged_line_does_not_spoil_a_utf_8_file() -> None:
    found = grid("score,comment\n9,größe 日本\n".encode() + b"8,caf\xe9\n")
    assert [row[1] for row in cells(found)] == ["größe 日本", "café"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\n\r\n  \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\xff\xfe", "is empty"),
        (b"score,comment\n", "header but no rows"),
        (b"score,comment", "header but no rows"),
        (b"score,comment\n\n\n", "header but no rows"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\x00", "a PNG image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel file"),
        (b"PK\x03\x04rest of something", "a ZIP archive"),
        (b"score,comment\n9,a\x00b\n", "a binary file"),
        (b"<!DOCTYPE html><html><body>sign in</body></html>", "a web page"),
        (b"[[1, 2], [3, 4]]", "JSON, but not like a list of records"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (bytes(range(1, 256)) * 40, "a binary file"),
        (b"\xff\xfea\x00,\x00b\x00", "header but no rows"),
        (b"a," * 20_000 + b"b\n1\n", "20,001 columns"),
        (b"\xff\xfea\x00,\x00b\x00\n", "breaks off"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        read("upload.csv", data)
    assert str(refusal.value).startswith(("upload.csv", "Upload"))


def test_a_long_message_shows_a_short_value() -> None:
    found = grid("a,b,c\n1," + "x" * 5000 + "\n1,2,3\n")
    assert len(found.ragged["value"][0].as_py()) == 200
    assert len(found.ragged["cells"][0].as_py()[1]) == 5000


def test_a_cell_longer_than_a_block_of_the_parser_is_read() -> None:
    long = "long comment, " * 2_000_000
    found = grid(f'score,comment\n9,"{long}"\n8,x\n')
    assert cells(found) == [["9", long], ["8", "x"]]


def test_many_unclosed_quotation_marks_do_not_take_forever() -> None:
    rows = 20_000
    found = grid("score,comment\n" + '9,"oops\n' * rows)
    assert found.rows == rows


def test_rows_that_do_not_fit_do_not_slow_the_others_down() -> None:
    text = "x,y\n" + "1,2\n" * 100 + '3,4,5\n"6\n7",8\n9\n'
    body = Body(text.encode(), 4, len(text) - 1, 2, ",")
    rows = regular(body, ["x", "y"], width=2)
    assert rows is not None
    assert rows.lines.to_pylist() == [*range(2, 102), 103]
    assert rows.ragged["line"].to_pylist() == [102, 105]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n\t\",;|'"), max_size=12)
# The last row says something: what is empty below a table is left out.
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), min_size=1, max_size=12).map(
        lambda rows: [*rows, ["end"] * width]
    )
)


@given(
    table=TABLES,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_a_written_table_comes_back_cell_for_cell(
    table: list[list[str]], delimiter: str, end: str, quoting: Literal[0, 1]
) -> None:
    header = [f"column name {place}" for place in range(len(table[0]))]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([header, *table])
    expected = list(csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter))[1:]
    found = grid(text.getvalue())
    assert [list(found.header), *cells(found)] == [header, *expected]
    assert found.rows == len(expected)


ROW = st.lists(st.sampled_from(["", " ", "a", 'say ""x""', "two\nlines", "a, b"]), min_size=1, max_size=4)


@given(st.lists(ROW, min_size=1, max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_the_fast_and_the_careful_way_agree(rows: list[list[str]], end: str) -> None:
    text = end.join(
        ",".join(f'"{cell}"' if cell.strip() != cell or "," in cell or '"' in cell else cell for cell in row)
        for row in rows
    )
    text = text.replace(",two\nlines", ',"two\nlines"')
    body = Body(text.encode(), 0, len(text.encode()), 5, ",")
    fast, slow = regular(body, ["x", "y"], width=2), careful(body, ["x", "y"])
    if fast is not None:
        assert fast.table.to_pylist() == slow.table.to_pylist()
        assert fast.lines.to_pylist() == slow.lines.to_pylist()
        assert fast.ragged.to_pylist() == slow.ragged.to_pylist()


@given(st.lists(st.sampled_from(['"', ",", "\n", "a", "b ", '""', "\r\n"]), max_size=40))
def test_however_quotation_marks_fall_no_line_is_lost(pieces: list[str]) -> None:
    lines = "".join(pieces).split("\n")
    covered: list[int] = []
    for line, row, fault in records(lines, 1, ","):
        assert row
        covered.append(line)
        assert fault == "" or lines[line - 1].removesuffix("\r").split(",") == row
    assert covered == sorted(set(covered))
    told = {number for number, line in enumerate(lines, start=1) if line.strip() and '"' not in line}
    swallowed = told - set(covered)
    assert all(any(line < number for line in covered) for number in swallowed)


@given(
    st.lists(
        st.sampled_from(
            [
                b"score",
                b",",
                b";",
                b"\n",
                b"9",
                b'"',
                b"\r",
                b"\x00",
                b"\xff",
                b"\xe9",
                b"PK\x03\x04",
                b"\t",
                b" ",
                b"{",
                b"<",
            ]
        ),
        max_size=60,
    )
)
def test_any_bytes_end_in_a_grid_or_a_refusal(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    try:
        found = read("fuzz.csv", data)
    except Refused as refusal:
        assert str(refusal).endswith(".")
    else:
        assert found.rows >= 1
        assert len(set(found.header)) == len(found.header) == found.table.num_columns
        assert len(found.lines) == len(found.table)


@pytest.mark.parametrize("seed", range(20))
def test_noise_of_every_kind_ends_in_a_grid_or_a_refusal(seed: int) -> None:
    noise = random.Random(seed)
    base = b"score,comment\n" + b"".join(b"%d,text %d\n" % (n % 11, n) for n in range(200))
    data = bytearray(noise.choice([base, noise.randbytes(3000), zlib.compress(base)]))
    for _ in range(noise.randrange(30)):
        data[noise.randrange(len(data))] = noise.randrange(256)
    try:
        found = read("noise", bytes(data[: noise.randrange(1, len(data))]))
    except Refused as refusal:
        assert str(refusal).endswith(".")
    else:
        assert found.rows == len(found.table) + len(found.ragged)


def test_what_keeps_a_spreadsheet_from_changing_a_cell_is_taken_off() -> None:
    found = grid('id,nps\n="00123",="9"\n="00124",="3"\n')
    assert cells(found) == [["00123", "9"], ["00124", "3"]]
    assert cells(grid('id,why\n1,a="b"\n2,="open\n')) == [["1", 'a="b"'], ["2", '="open']]


def test_rows_that_are_a_quoted_cell_each_are_parted() -> None:
    found = grid('"id,nps,why"\r\n"1,9,""fine, thanks"""\r\n"2,3,slow"\r\n')
    assert found.header == ("id", "nps", "why")
    assert cells(found) == [["1", "9", "fine, thanks"], ["2", "3", "slow"]]
    assert found.lines.to_pylist() == [2, 3]
    for text in ('"How likely, from 0 to 10?"\n"9"\n"3"\n', '"a, b"\n"one, two"\n"three"\n'):
        assert len(grid(text).header) == 1
