"""A grid and a mapping to responses and rejects: every row is one of them, and says why."""

import csv
import datetime as dt
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nps.errors import Ambiguous, Refused
from nps.importing import Answers, Grid, Mapping, answers, guess, read

ROOT = Path(__file__).resolve().parent.parent.parent


def grid(*rows: Sequence[object]) -> Grid:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return read("answers.csv", text.getvalue().encode())


def landed(*rows: Sequence[object]) -> Answers:
    """The answers of a small file under the guessed mapping."""
    found = grid(*rows)
    return answers(found, guess(found).mapping)


def test_rows_become_typed_responses() -> None:
    found = landed(
        ["Response ID", "Date", "NPS", "Comment", "Name", "Email", "Company", "Plan"],
        ["1234567890123456789", "2024-03-01 10:00:00", "9", " Fast ", "Ada", " Ada@Example.COM ", "Acme", "Team "],
        ["R2", "", "", "NA", "", "", "", "n/a"],
    )
    first, second = found.table.to_pylist()
    assert first == {
        "line": 2,
        "response_id": "1234567890123456789",
        "answered_at": dt.datetime(2024, 3, 1, 10),
        "score": 9,
        "comment": "Fast",
        "customer": "ada@example.com",
        "name": "Ada",
        "email": "ada@example.com",
        "account": "Acme",
        "segment:Plan": "Team",
        "content": None,
    }
    assert second == {**dict.fromkeys(first), "line": 3, "response_id": "R2"}
    assert found.rows == 2
    assert len(found.rejects) == 0


def test_rows_are_told_by_their_content_as_soon_as_one_has_no_id() -> None:
    found = landed(["Response ID", "NPS", "Why"], ["R1", "9", "good"], ["", "9", "good"], ["R3", "3", "slow"])
    assert [len(content) for content in found.table["content"].to_pylist()] == [32, 32, 32]


def test_the_table_has_its_types_even_when_columns_are_missing_or_empty() -> None:
    for found in (landed(["nps"], ["9"]), landed(["nps", "date"], ["9", ""])):
        types = dict(zip(found.table.schema.names, found.table.schema.types, strict=True))
        texts = ("response_id", "content", "comment", "customer", "email", "name", "account")
        assert types == {"line": pa.int64(), "answered_at": pa.timestamp("us"), "score": pa.uint8()} | dict.fromkeys(
            texts, pa.string()
        )


def test_a_blank_row_is_not_a_zero() -> None:
    found = landed(["nps", "plan"], ["", "A"], ["0", "A"], ["N/A", "A"])
    assert found.table["score"].to_pylist() == [None, 0, None]


def test_each_wrong_row_is_rejected_with_its_line_value_and_reason() -> None:
    found = landed(
        ["nps", "date", "comment"],
        ["9", "2024-01-31", "fine"],
        ["11", "2024-01-31", "too high"],
        ["7.5", "2024-01-31", "half"],
        ["8", "2023-02-30", "no such\nday"],
        ["-1", "2023-02-30", "both wrong"],
        ["ten", "2024-01-31"],
        ["ten", "someday", "words"],
        ["3", "soon", ""],
    )
    assert found.table["line"].to_pylist() == [2]
    assert [tuple(row.values())[:4] for row in found.rejects.to_pylist()] == [
        (3, "nps", "11", "outside 0-10"),
        (4, "nps", "7.5", "not a whole number"),
        (5, "date", "2023-02-30", "date does not exist"),
        (7, "nps", "-1", "outside 0-10"),
        (8, "", "ten | 2024-01-31", "2 cells where the header has 3"),
        (9, "nps", "ten", "not a number"),
        (10, "date", "soon", "not a date that can be read"),
    ]
    assert found.rejects["cells"].to_pylist()[2] == ["8", "2023-02-30", "no such\nday"]
    assert found.rows == 8


CELLS = st.sampled_from(["", "0", "6", "7", "9", "10", "11", "7.5", "x", "NA", "9 - good"])
DATES = st.sampled_from(["", "2024-01-05", "2023-02-30", "31/04/2024", "25/12/2023 10:00", "never", "Sat Jun 15 2024"])


@settings(max_examples=40)
@given(st.lists(st.lists(st.one_of(CELLS, DATES), min_size=1, max_size=4), min_size=1, max_size=30))
@example([["", ""]])
@example([["", ""], ["7"], ["", "", ""], ["", ""]])
def test_every_row_of_the_file_is_either_a_response_or_a_reject(rows: list[list[str]]) -> None:
    """Empty rows below the others are neither: they are left out, and it is said how many."""
    rows = [["9", "2024-01-05", ""], *[row for row in rows if row != [""]]]
    found = answers(grid(["nps", "date", "text"], *rows), Mapping("nps", date="date", dayfirst=True))
    empty = len(rows) - max(number for number, row in enumerate(rows, start=1) if any(row))
    rows = rows[: len(rows) - empty]
    said = [f"Below the responses, and left out: {empty} empty row{'s' * (empty > 1)}."]
    assert [remark for remark in found.remarks if remark.startswith("Below")] == (said if empty else [])
    assert found.rows == len(rows) == len(found.table) + len(found.rejects)
    lines = found.table["line"].to_pylist() + found.rejects["line"].to_pylist()
    assert sorted(lines) == list(range(2, len(rows) + 2))
    assert found.rejects["line"].to_pylist() == sorted(found.rejects["line"].to_pylist())
    for row in found.rejects.to_pylist():
        cells = rows[row["line"] - 2]
        assert row["cells"] in (cells, cells[:3])


def test_equal_rows_hash_alike_and_others_do_not() -> None:
    found = landed(["nps", "a", "b"], ["9", "x", ""], ["9", "x", ""], ["9", "", "x"], ["9", "x ", ""])
    first, second, third, fourth = found.table["content"].to_pylist()
    assert first == second
    assert len({first, third, fourth}) == 3


def test_hashes_are_the_same_in_every_process() -> None:
    code = (
        "from nps.importing import *\n"
        "g = read('a.csv', b'nps,text\\n9,gr\\xc3\\xbc\\xc3\\x9fe\\n')\n"
        "print(answers(g, guess(g).mapping).table['content'][0])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {landed(["nps", "text"], ["9", "grüße"]).table["content"][0].as_py()}


def test_first_and_last_name_become_one() -> None:
    found = landed(["nps", "First Name", "Last Name"], ["9", "Ada", "Lovelace"], ["8", "", "Hopper"], ["7", "", ""])
    assert found.table["name"].to_pylist() == ["Ada Lovelace", "Hopper", None]


def test_the_customer_is_the_id_and_else_the_address() -> None:
    found = landed(
        ["nps", "user id", "email"], ["9", "u1", "A@example.com"], ["8", "", "B@example.com"], ["7", "", "anonymous"]
    )
    assert found.table["customer"].to_pylist() == ["u1", "b@example.com", None]
    assert found.table["email"].to_pylist() == ["a@example.com", "b@example.com", None]


def test_na_among_regions_is_north_america() -> None:
    rows = [["nps", "Region", "Plan"], ["9", "NA", "NA"], ["8", "EMEA", "Pro"], ["7", "", ""]]
    found = landed(*rows)
    assert found.table["segment:Region"].to_pylist() == ["NA", "EMEA", None]
    assert found.table["segment:Plan"].to_pylist() == [None, "Pro", None]


def test_hostile_text_stays_text() -> None:
    hostile = ["=1+1", "'; DROP TABLE responses; --", '<script>alert("x")</script>', "![x](http://example.com/x.png)"]
    header = ["nps", 'comment"; DROP TABLE x; --', *hostile]
    found = grid(header, *[["9", text, "a", "b", "c", "d"] for text in hostile])
    mapping = Mapping("nps", comment=header[1], segments=tuple(header[2:]))
    result = answers(found, mapping)
    assert result.table["comment"].to_pylist() == hostile
    assert result.table.column_names[-4:] == [f"segment:{name}" for name in hostile]


def test_scale_and_order_are_told_as_decided() -> None:
    found = landed(["nps", "date"], *[[n % 10 + 1, "25/01/2024"] for n in range(40)])
    assert (found.mapping.scale, found.mapping.dayfirst) == ("1-10", True)
    assert "1-10 scale" in found.remarks[-1]
    found = landed(["nps", "date"], *[[n % 11, "2024-01-25"] for n in range(40)])
    assert (found.mapping.scale, found.mapping.dayfirst) == ("0-10", None)


def test_on_a_scale_from_one_a_zero_is_rejected() -> None:
    found = answers(grid(["nps"], ["0"], ["1"], ["10"]), Mapping("nps", scale="1-10"))
    assert found.rejects["reason"].to_pylist() == ["outside 1-10"]


def test_other_metrics_have_their_own_scale() -> None:
    rows = grid(["score"], *[[n % 7 + 1] for n in range(21)])
    assert answers(rows, Mapping("score", metric="ces")).mapping.scale == "1-7"
    assert answers(rows, Mapping("score", metric="csat")).mapping.scale == "1-7"
    found = answers(rows, Mapping("score", metric="csat", scale="1-5"))
    assert set(found.rejects["reason"].to_pylist()) == {"outside 1-5"}
    with pytest.raises(Refused, match="CSAT is counted on 1-5 or 1-7 or 1-10, not on 0-10: choose another scale"):
        answers(rows, Mapping("score", metric="csat", scale="0-10"))
    with pytest.raises(Refused, match="no metric 'enps'"):
        answers(rows, Mapping("score", metric="enps"))


def test_what_cannot_be_told_is_never_guessed() -> None:
    with pytest.raises(Ambiguous, match="looks like a 1-5 scale"):
        answers(grid(["nps"], *[[n % 5 + 1] for n in range(25)]), Mapping("nps"))
    with pytest.raises(Ambiguous, match="day first or month first"):
        answers(grid(["nps", "date"], ["9", "05/06/2024"]), Mapping("nps", date="date"))


def test_a_mapping_to_columns_that_are_not_there_is_refused() -> None:
    for mapping in (Mapping("score"), Mapping("nps", date="when"), Mapping("nps", segments=("plan",))):
        with pytest.raises(Refused, match=r'has no column "\w+"\. Its columns: "nps"\.'):
            answers(grid(["nps"], ["9"]), mapping)


def test_a_column_without_one_score_or_date_is_refused_as_a_whole() -> None:
    rows = [["nps", "text"], *[["9", f"word {n}"] for n in range(30)]]
    with pytest.raises(Refused, match=r'No value of "text" in .* is a whole number from 0 to 10'):
        answers(grid(*rows), Mapping("text"))
    with pytest.raises(Refused, match=r'No value of "text" in .* can be read as a date'):
        answers(grid(*rows), Mapping("nps", date="text"))


def test_a_repeated_id_in_a_mapping_is_taken_as_the_customer() -> None:
    found = answers(grid(["nps", "ref"], ["9", "a"], ["8", "a"]), Mapping("nps", id="ref"))
    assert (found.mapping.id, found.mapping.customer) == (None, "ref")
    assert found.table["customer"].to_pylist() == ["a", "a"]
    assert found.table["response_id"].to_pylist() == [None, None]


def test_dates_of_a_workbook_in_days_are_read() -> None:
    found = answers(grid(["nps", "date"], ["9", "45356.5"]), Mapping("nps", date="date"))
    assert found.table["answered_at"].to_pylist() == [dt.datetime(2024, 3, 5, 12)]


def test_a_file_with_answers_on_every_row_keeps_the_order_of_the_file() -> None:
    count = 70_000
    found = landed(["nps", "text"], *[[n % 11, n] for n in range(count)])
    assert found.table["line"].to_pylist() == list(range(2, count + 2))
    assert found.table["score"].to_pylist() == [n % 11 for n in range(count)]


def test_dates_of_the_future_are_counted() -> None:
    rows = grid(["nps", "date"], ["9", "2024-03-01"], ["8", "2024-03-02"], ["7", "2031-05-01"])
    told = answers(rows, Mapping("nps", date="date"), at=dt.datetime(2024, 3, 1, 12)).remarks
    assert told == ('In the future: 1 date in "date", the last on 2031-05-01.',)
    assert answers(rows, Mapping("nps", date="date"), at=dt.datetime(2031, 4, 30, 12)).remarks == ()


def test_the_dates_of_anonymous_answers_are_counted_and_are_none() -> None:
    found = landed(["nps", "date"], ["9", "1980-01-01 00:00:00"], ["8", ""], ["7", "2024-01-31 10:00:00"])
    assert found.table["answered_at"].to_pylist() == [None, None, dt.datetime(2024, 1, 31, 10)]
    assert found.remarks[0].startswith('No date: 1 cell of "date" with 1 January 1980')


def test_what_cannot_be_an_address_is_counted() -> None:
    found = landed(
        ["nps", "email"], ["9", "a@example.com"], ["8", "b@example.com"], ["7", ""], ["6", "nobody"], ["5", "c@"]
    )
    assert found.remarks == ('No e-mail address: 2 values in "email", the first in line 5 ("nobody").',)
