"""Wide format: one column per year or wave becomes one row per answer."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps import imports, queries
from nps.clock import now
from nps.importing import Grid, answers, guess, read
from nps.importing.wide import Period, period_of
from nps.selection import Selection
from nps.store import Store

SCORES = st.one_of(st.none(), st.integers(0, 10))


def grid(header: Sequence[str], rows: int = 22) -> Grid:
    """The first column counts customers, the others are scores."""
    lines = [[f"C{n}", *(str((n + place) % 11) for place in range(1, len(header)))] for n in range(rows)]
    return read("waves.csv", "\n".join(",".join(cells) for cells in (header, *lines)).encode())


@pytest.mark.parametrize(
    ("header", "begins", "name", "rest"),
    [
        ("NPS 2023", "2023-01-01", "2023", "NPS"),
        ("nps_2023", "2023-01-01", "2023", "nps"),
        ("2023 NPS score", "2023-01-01", "2023", "NPS score"),
        ("NPS (2023)", "2023-01-01", "2023", "NPS"),
        ("Q1 2024 score", "2024-01-01", "2024 Q1", "score"),
        ("Score 2024-Q3", "2024-07-01", "2024 Q3", "Score"),
        ("NPS H2 2024", "2024-07-01", "2024 H2", "NPS"),
        ("NPS March 2024", "2024-03-01", "2024-03", "NPS"),
        ("NPS 2024-11", "2024-11-01", "2024-11", "NPS"),
        ("NPS Wave 2", "", "Wave 2", "NPS"),
        ("wave_02 nps", "", "Wave 2", "nps"),
    ],
)
def test_a_header_names_its_period(header: str, begins: str, name: str, rest: str) -> None:
    assert period_of(header) == (Period(begins, name), rest)


@pytest.mark.parametrize("header", ["NPS", "Q1 score", "2023 or 2024 NPS", "Order 120234", "Market", "microwave 2"])
def test_a_header_without_a_certain_period_has_none(header: str) -> None:
    assert period_of(header) is None


def test_a_column_per_year_becomes_a_row_per_answer_with_the_year_as_date_and_segment() -> None:
    found = grid(["Customer ID", "NPS 2023", "NPS 2024"])
    assert found.header == ("Customer ID", "Period", "Period begins", "NPS")
    assert found.remarks == (
        "22 rows with a column for each period turned into 44 answers, one for each of 2023, 2024; the first day of "
        "the period is taken as the date.",
    )
    guessed = guess(found)
    assert guessed.open == ()
    mapping = guessed.mapping
    assert (mapping.score, mapping.date, mapping.customer, mapping.segments) == (
        "NPS",
        "Period begins",
        "Customer ID",
        ("Period",),
    )
    assert guessed.reasons["date"] == "one column per period"
    landed = answers(found, mapping)
    assert landed.rows == 44
    assert sorted(landed.table["answered_at"].unique().to_pylist())[1].isoformat() == "2024-01-01T00:00:00"


def test_comments_and_attributes_of_a_period_go_with_its_scores() -> None:
    text = (
        "Account,NPS 2023,Comment 2023,ARR 2023,NPS 2024,Comment 2024,ARR 2024,Founded 2001\n"
        "Acme,9,Quick,100,3,Slow,90,yes\nBeta,,,200,8,Fine,210,no\n"
    )
    found = read("waves.csv", text.encode())
    assert found.header == ("Account", "Founded 2001", "Period", "Period begins", "NPS", "Comment", "ARR")
    landed = answers(found, guess(found).mapping)
    assert landed.table.select(["account", "score", "comment"]).to_pylist() == [
        {"account": "Acme", "score": 9, "comment": "Quick"},
        {"account": "Beta", "score": None, "comment": None},
        {"account": "Acme", "score": 3, "comment": "Slow"},
        {"account": "Beta", "score": 8, "comment": "Fine"},
    ]


def test_waves_without_a_year_are_a_segment_and_no_date() -> None:
    found = grid(["Customer ID", "Wave 1 NPS", "Wave 2 NPS"])
    assert found.header == ("Customer ID", "Period", "NPS")
    assert found.remarks[0].endswith("one for each of Wave 1, Wave 2, without dates.")
    assert guess(found).mapping.date is None


@pytest.mark.parametrize(
    "header",
    [
        ["Customer ID", "Q1 score", "Q2 score"],  # quarters, or the first and second question
        ["Customer ID", "NPS 2023", "NPS 2024", "Response date"],  # both asked on one day
        ["Customer ID", "NPS 2024", "Revenue 2023", "Revenue 2024"],
        ["Customer ID", "Satisfaction score 2023", "Satisfaction score 2024"],
        ["Customer ID", "2023", "2024"],
    ],
)
def test_columns_that_are_not_certainly_one_question_over_time_stay(header: list[str]) -> None:
    assert grid(header).header == tuple(header)


def test_columns_that_could_be_quarters_or_questions_are_asked_about() -> None:
    [question] = guess(grid(["Customer ID", "Q1 score", "Q2 score"])).open
    assert question.candidates == ("Q1 score", "Q2 score")


def test_a_wrong_value_is_rejected_with_the_line_of_the_file() -> None:
    text = "Customer,NPS 2023,NPS 2024\n" + "\n".join(f"C{n},9,{n % 11}" for n in range(30)) + "\nC30,good,3\n"
    found = read("waves.csv", text.encode())
    landed = answers(found, guess(found).mapping)
    assert [(one["line"], one["column"], one["value"]) for one in landed.rejects.to_pylist()] == [(32, "NPS", "good")]
    assert landed.rows == 62


def test_every_answer_of_a_wide_file_lands_once_and_adds_nothing_again(store: Store) -> None:
    text = "Customer,NPS 2023,NPS 2024\n" + "\n".join(f"C{n},{n % 11},{(n + 5) % 11}" for n in range(30))
    found = read("waves.csv", text.encode())
    landed = answers(found, guess(found).mapping)
    first = imports.land(store, landed, file="waves.csv", by="Ada", now=now())
    assert (first.rows, first.accepted, first.duplicate) == (60, 60, 0)
    again = imports.land(store, landed, file="waves.csv", by="Ada", now=now())
    assert (again.rows, again.accepted, again.duplicate) == (60, 0, 60)
    assert queries.summary(store, Selection()).tally.n == 60


def test_a_wide_file_can_be_taken_as_it_stands() -> None:
    found = read("waves.csv", b"Customer,NPS 2023,NPS 2024\nA,9,8\nB,3,2\n", turn=False)
    assert found.header == ("Customer", "NPS 2023", "NPS 2024")
    assert [question.question for question in guess(found).open] == ["score"]


@settings(max_examples=25)
@given(
    years=st.lists(st.integers(2010, 2030), min_size=2, max_size=5, unique=True),
    rows=st.lists(st.lists(SCORES, min_size=5, max_size=5), min_size=1, max_size=20),
)
def test_every_score_of_every_year_comes_out_once(years: list[int], rows: list[list[int | None]]) -> None:
    expected = sorted(
        (f"C{n}", str(year), score) for n, row in enumerate(rows) for year, score in zip(years, row, strict=False)
        if score is not None
    )  # fmt: skip
    lines = [["Customer ID", *(f"NPS {year}" for year in years)]]
    lines += [[f"C{n}", *("" if s is None else str(s) for s in row[: len(years)])] for n, row in enumerate(rows)]
    found = read("waves.csv", "\n".join(map(",".join, lines)).encode())
    if not expected:
        assert len(found.table) == len(rows)
        return
    table = found.table.to_pylist()
    assert len(table) == len(rows) * len(years)
    assert sorted((row["Customer ID"], row["Period"], int(row["NPS"])) for row in table if row["NPS"]) == expected
