"""Cells to scores, and what a column of them says about its scale."""

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.importing.scores import Spread, read_score, scores, spread


def column(*cells: str) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells, pa.string())])


def spread_of(*values: int) -> Spread:
    return spread(column(*map(str, values)))


@pytest.mark.parametrize(
    ("cell", "score"),
    [
        ("9", 9),
        (" 9 ", 9),
        ("0", 0),
        ("10", 10),
        ("9.0", 9),
        ("9,0", 9),
        ("9.000000", 9),
        ("10 (Very Likely)", 10),
        ("10 (very likely)", 10),
        ("10 - extremely likely", 10),
        ("0 - not at all", 0),
        ("0: not at all\nlikely", 0),
        ("7. Muy probable", 7),
        ("10=best", 10),
        ("9/10", 9),
        ("9 out of 10", 9),
        ("10 Extremely likely", 10),
        ("Extremely likely - 10", 10),
        ("Not at all likely (0)", 0),
        ("Très probable : 9", 9),
        ("'9", 9),
    ],
)
def test_a_whole_number_is_a_score_however_it_is_labelled(cell: str, score: int) -> None:
    assert read_score(cell, 0, 10) == score


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "  ",
        "NA",
        "n/a",
        "N/A",
        "#N/A",
        "null",
        "NULL",
        "None",
        "nan",
        "-",
        "–",
        "?",
        "\\N",
        "n.a.",
        "(blank)",
        "Not answered",
        "No response",
        "Don’t know",
        "Prefer not to say",
        "k. A.",
        "Sans réponse",
    ],
)
def test_a_cell_that_says_nothing_is_a_blank_and_not_a_zero(cell: str) -> None:
    assert read_score(cell, 0, 10) is None


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("7.5", "not a whole number"),
        ("7,5", "not a whole number"),
        ("1,000", "not a whole number"),
        ("-0.5", "not a whole number"),
        (".5", "not a whole number"),
        ("11", "outside 0-10"),
        ("-1", "outside 0-10"),
        ("100", "outside 0-10"),
        ("999999", "outside 0-10"),
        ("Strongly agree", "not a number"),
        ("7-8", "not a number"),
        ("10-49", "not a number"),
        ("2024-01-05", "not a number"),
        ("nine", "not a number"),
        ("Oct-10", "not a number"),
        ("Week 3 - 9", "not a number"),
        ("answered", "not a number"),
        ("<b>9</b>", "not a number"),
        ("=9", "not a number"),
    ],
)
def test_anything_else_is_rejected_with_a_reason(cell: str, reason: str) -> None:
    assert read_score(cell, 0, 10) == reason


def test_a_zero_is_outside_a_scale_from_one() -> None:
    assert read_score("0", 1, 10) == "outside 1-10"
    assert read_score("6", 1, 5) == "outside 1-5"


@given(
    st.lists(st.one_of(st.integers(-3, 14).map(str), st.sampled_from(["", "NA", "x", "7.5", "9 - good"])), min_size=1),
    st.integers(1, 5),
)
def test_a_column_reads_as_its_cells_do(cells: list[str], chunk: int) -> None:
    chunks = [pa.array(cells[at : at + chunk], pa.string()) for at in range(0, len(cells), chunk)]
    values, reasons = scores(pa.chunked_array(chunks), 0, 10)
    expected = [read_score(cell, 0, 10) for cell in cells]
    assert values.to_pylist() == [value if isinstance(value, int) else None for value in expected]
    assert reasons.to_pylist() == [value if isinstance(value, str) else None for value in expected]


def test_a_spread_counts_every_kind_of_cell() -> None:
    found = spread(column("9", "9.0", "11", "", "NA", "7.5", "x", "x"))
    assert found == Spread(Counter({9: 2, 11: 1}), blank=2, fractions=1, texts=2, example=found.example)
    assert found.example in {"7.5", "x"}
    assert (found.whole, found.filled) == (3, 6)
    assert found.valid == 2 / 6


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1, 2, 3, 4, 5] * 5, "1-5"),
        ([5, 4, 4, 3, 5], "1-5"),
        ([1, 2, 3, 4, 5, 6, 7] * 3, "1-7"),
        ([0, 1, 2, 3, 4, 5] * 4, "0-5"),
        ([1, 2, 3, 4, 5, 6, 7], None),
        ([1, 2, 3, 4, 5, 8] * 5, None),
        ([0, 2, 3, 4, 5, 6, 7] * 5, None),
        ([3, 5], None),
        ([5] * 50, None),
        ([], None),
    ],
)
def test_a_smaller_scale_shows_in_enough_values(values: list[int], scale: str | None) -> None:
    assert spread_of(*values).smaller_scale() == scale


def test_a_scale_without_zero_shows_in_enough_values() -> None:
    assert spread_of(*[1, 5, 9, 10] * 10).without_zero()
    assert not spread_of(*[0, 5, 9, 10] * 10).without_zero()
    assert not spread_of(9, 10, 3).without_zero()
