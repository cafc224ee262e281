"""JSON to a grid: a record a line, lists of records, fields within fields, and lines that are no records."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nps.errors import Refused
from nps.importing import Grid, read


def cells(grid: Grid) -> list[list[str]]:
    return [list(row.values()) for row in grid.table.to_pylist()]


def test_a_record_a_line_becomes_a_row() -> None:
    grid = read("a.jsonl", b'{"score": 9, "comment": "good"}\n\n{"score": 3, "comment": "a\\nb"}\r\n')
    assert grid.header == ("score", "comment")
    assert cells(grid) == [["9", "good"], ["3", "a\nb"]]
    assert grid.lines.to_pylist() == [1, 3]


def test_values_stay_as_they_are_written() -> None:
    grid = read("a.json", b'{"a": 9.0, "b": 1234567890123456789, "c": 1e3, "d": true, "e": null, "f": NaN, "g": 7.50}')
    assert cells(grid) == [["9.0", "1234567890123456789", "1e3", "true", "", "NaN", "7.50"]]


def test_a_field_that_a_record_lacks_is_empty() -> None:
    grid = read("a.jsonl", b'{"a": 1}\n{"b": 2}\n{"c": 3, "a": 4}\n')
    assert grid.header == ("a", "b", "c")
    assert cells(grid) == [["1", "", ""], ["", "2", ""], ["4", "", "3"]]


def test_fields_within_fields_have_a_dot() -> None:
    record = {
        "id": "1",
        "person": {"email": "a@b.example", "address": {"city": "Ulm"}},
        "tags": ["a", "b, c"],
        "answers": [{"score": 9}, {"text": "good"}],
        "empty": {},
    }
    grid = read("a.json", json.dumps([record]).encode())
    assert dict(zip(grid.header, cells(grid)[0], strict=True)) == {
        "id": "1",
        "person.email": "a@b.example",
        "person.address.city": "Ulm",
        "tags": "a; b, c",
        "answers.1.score": "9",
        "answers.2.text": "good",
    }


def test_a_list_of_records_has_the_lines_of_the_file() -> None:
    grid = read("a.json", b'[\n  {"score": 9},\n  {\n    "score": 3\n  },\n  {"score": 8}\n]\n')
    assert cells(grid) == [["9"], ["3"], ["8"]]
    assert grid.lines.to_pylist() == [2, 3, 6]


def test_a_list_within_the_answer_of_an_interface_is_found() -> None:
    grid = read("a.json", b'{"total": 2,\n "items": [{"score": 9}, {"score": 3}]}')
    assert cells(grid) == [["9"], ["3"]]
    assert grid.remarks == ('Read from the list "items" of the JSON; the line of a row is its number there.',)


def test_lines_that_are_no_records_are_rejected_with_their_line() -> None:
    grid = read("a.jsonl", b'{"score": 9}\nnot json\n{"score": 8}\n[1]\n{"score": 7')
    assert cells(grid) == [["9"], ["8"]]
    assert grid.ragged["line"].to_pylist() == [2, 4, 5]
    assert grid.ragged["value"].to_pylist() == ["not json", "[1]", '{"score": 7']
    assert grid.rows == 5


@pytest.mark.parametrize(
    ("text", "rows", "rejected"),
    [
        (b'[{"a": 1}, 5, {"a": 2}]', 2, 1),
        (b'[{"a": 1}, {"a": 2', 1, 1),
        (b'[{"a": 1}] rest', 1, 1),
        (b'[{"a": 1}]\n[{"a": 2}]', 2, 0),
        (b'[{"a": 1}, ', 1, 0),
    ],
)
def test_no_part_of_a_damaged_list_is_lost_in_silence(text: bytes, rows: int, rejected: int) -> None:
    grid = read("a.json", text)
    assert (len(grid.table), len(grid.ragged)) == (rows, rejected)
    assert text.endswith(b", ") == any("breaks off" in remark for remark in grid.remarks)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[]", "not like a list of records"),
        (b"[{}]", "not like a list of records"),
        (b"{}", "not like a list of records"),
        (b'{"a": ' + b"[" * 100_000, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply|not like a list of records"),
        (json.dumps({f"f{n}": n for n in range(20_000)}).encode(), "different fields"),
    ],
)
def test_json_without_records_is_refused_in_words(text: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read("a.json", text)


NAME = st.text("abc.", min_size=1, max_size=3)
VALUE = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
RECORD = st.dictionaries(st.sampled_from(["a", "b", "c d", "ä"]), VALUE | st.dictionaries(st.just("x"), VALUE))


def _says_something(record: dict[str, object]) -> bool:
    return any(value is not None and str(value).strip() for value in record.values())


@example([{"a": False}, {"a": None, "b": None, "c d": None}], "lines")
@example([{"a": None, "b": None, "c d": None}], "lines")
@given(st.lists(RECORD, min_size=1, max_size=8), st.sampled_from(["lines", "list", "indented"]))
def test_records_come_back_value_for_value(records: list[dict[str, object]], form: str) -> None:
    written = "\n".join(json.dumps(record) for record in records)
    if form != "lines":
        written = json.dumps(records, indent=2 if form == "indented" else None)
    flat = [
        {
            f"{key}.{inner}" if inner else key: held
            for key, value in record.items()
            for inner, held in (value.items() if isinstance(value, dict) else [("", value)])
        }
        for record in records
    ]
    try:
        grid = read("a.json", written.encode())
    except Refused:
        assert not any(map(_says_something, flat))
        return
    rows = grid.table.to_pylist()
    below = flat[len(rows) :]
    assert not below or (len(grid.header) > 2 and not any(map(_says_something, below)))
    for row, record in zip(rows, flat, strict=False):
        for name in grid.header:
            value = record.get(name)
            text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            assert row[name] == text
