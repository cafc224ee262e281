"""Several choices in a cell: told from text, names and places, and parted into yes or no for each."""

import csv
import io
from collections import Counter
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.importing import Grid, answers, guess, read
from nps.importing.choices import choices, counted_values

TOPICS = ("Price", "Support", "Speed", "Docs")


def cells(delimiter: str = ", ", *, of: tuple[str, ...] = TOPICS, copies: int = 3) -> list[str]:
    """Every combination of one to three choices, each several times."""
    return [delimiter.join(some) for size in (1, 2, 3) for some in combinations(of, size)] * copies


def grid(column: list[str], *, header: str = "What matters") -> Grid:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["nps", header], *[[n % 11, cell] for n, cell in enumerate(column)]])
    return read("answers.csv", text.getvalue().encode())


@pytest.mark.parametrize("delimiter", [", ", ",", "; ", ";"])
def test_joined_choices_are_told_by_how_they_are_combined(delimiter: str) -> None:
    found = choices(Counter(cells(delimiter)))
    assert found is not None
    assert sorted(found.names) == sorted(TOPICS)
    assert found.ticked(delimiter.join(("Docs", "Price"))) == ["Docs", "Price"]


@pytest.mark.parametrize(
    "values",
    [
        ["Austin, Texas", "Dallas, Texas", "Boston, Massachusetts", "Salem, Oregon"] * 10,
        ["Yes, and we were happy", "Yes, but not quite", "No", "Other (please, say)"] * 10,
        [f"it is slow, dear and number {n}" for n in range(40)],
        ["Price", "Support", "Speed"] * 20,
        ["1,000", "2,000", "10,000", "1,000,000"] * 10,
        ["Price, Support", "Price", "Support"] * 2,
    ],
)
def test_places_sentences_numbers_and_few_cells_are_no_choices(values: list[str]) -> None:
    assert choices(Counter(values)) is None


def test_a_comma_in_the_words_of_a_choice_parts_nothing() -> None:
    of = ("Books, textbooks, or articles", "Courses (Coursera, edX)", "Friends", "Search")
    found = choices(Counter(cells(of=of)))
    assert found is not None
    assert sorted(found.names) == sorted(of)


def test_what_somebody_wrote_in_is_no_choice() -> None:
    found = choices(Counter([*cells(copies=10), *[f"Price, my own words {n}" for n in range(10)]]))
    assert found is not None
    assert sorted(found.names) == sorted(TOPICS)


@given(st.lists(st.sets(st.sampled_from(TOPICS), min_size=0, max_size=4).map(sorted), min_size=1, max_size=30))
def test_each_choice_is_yes_where_it_was_ticked(rows: list[list[str]]) -> None:
    table = grid([*cells("; "), *["; ".join(row) for row in rows]])
    guessed = guess(table)
    assert guessed.mapping.segments == ("What matters",)
    found = answers(table, guessed.mapping)
    for topic in TOPICS:
        expected = [None if not row else "Yes" if topic in row else "No" for row in rows]
        assert found.table[f"segment:What matters: {topic}"].to_pylist()[len(cells()) :] == expected
    assert "segment:What matters" not in found.table.column_names
    assert 'Several choices in a cell of "What matters"' in found.remarks[-1]


def test_columns_are_taken_while_their_choices_are_not_too_many() -> None:
    many = [cells(of=tuple(f"{letter}{n}" for n in range(12)), copies=1) for letter in "abcde"]
    text = io.StringIO(newline="")
    header = ["nps", *[f"Topics {letter}" for letter in "abcde"], "Plan"]
    rows = zip([n % 11 for n in range(len(many[0]))], *many, ["Team", "Free"] * (len(many[0]) // 2), strict=True)
    csv.writer(text).writerows([header, *rows])
    table = read("answers.csv", text.getvalue().encode())
    assert guess(table).mapping.segments == ("Topics a", "Topics b", "Topics c", "Plan")


def test_the_choices_of_real_exports_are_found(exports: Path) -> None:
    name = "r-community-survey/2020-spanish-survey-final.tsv"
    table = read("answers.tsv", (exports / name).read_bytes())
    mapping = guess(table, score="Qrecommend").mapping
    found = answers(table, mapping)
    given = [cell for cell in table.table["Qused_for"].to_pylist() if cell != "NA"]
    ticked = found.table["segment:Qused_for: Visualización"].to_pylist()
    assert ticked.count("Yes") == sum("Visualización" in cell for cell in given)
    assert ticked.count("Yes") + ticked.count("No") == len(given)


def test_a_column_of_too_many_different_values_is_not_looked_through() -> None:
    many = pa.chunked_array([pa.array([f"a{n}, b{n % 7}" for n in range(60_000)])])
    assert counted_values(many) == Counter()
