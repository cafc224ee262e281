"""Exports with a column for each choice of a question: one segment of the question for each of its choices."""

import csv
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from nps.importing import Grid, answers, guess, read

QUESTION = "What do you use?"
CHOICES = ("Excel", "R; or Python", "Paper")
HEADER = ["Respondent ID", "Would you recommend us?", QUESTION, "", "", "", "Why?"]
BELOW = ["", "Response", *CHOICES, "Other (please specify)", "Open-Ended Response"]


def grid(rows: list[list[str]], below: list[str] = BELOW, header: list[str] = HEADER) -> Grid:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, below, *rows])
    return read("export.csv", text.getvalue().encode())


def row(number: int, ticked: set[str], *, mark: str = "", other: str = "") -> list[str]:
    cells = [(mark or choice) if choice in ticked else "" for choice in CHOICES]
    return [str(1000 + number), str(number % 11), *cells, other, f"because of {number}"]


@given(st.lists(st.sets(st.sampled_from(CHOICES)), min_size=1, max_size=30).filter(any))
def test_each_choice_is_yes_where_it_was_ticked_and_no_where_another_was(rows: list[set[str]]) -> None:
    found = grid([row(number, ticked, other="my own") for number, ticked in enumerate(rows)])
    assert found.header == (
        "Respondent ID",
        "Would you recommend us?",
        QUESTION,
        f"{QUESTION} - Other (please specify)",
        "Why?",
    )
    mapping = guess(found).mapping
    assert QUESTION in mapping.segments
    table = answers(found, mapping).table
    for choice, name in zip(CHOICES, ("Excel", "R, or Python", "Paper"), strict=True):
        if any(choice in ticked for ticked in rows):
            expected = [None if not ticked else "Yes" if choice in ticked else "No" for ticked in rows]
            assert table[f"segment:{QUESTION}: {name}"].to_pylist() == expected
        else:
            assert f"segment:{QUESTION}: {name}" not in table.column_names


def test_marks_are_ticks_and_ratings_are_none() -> None:
    some = [set(CHOICES[: 1 + number % 3]) for number in range(20)]
    found = grid([row(number, ticked, mark="x") for number, ticked in enumerate(some)])
    assert found.table[QUESTION].to_pylist()[:3] == ["Excel", "Excel; R, or Python", "Excel; R, or Python; Paper"]
    rated = [[str(number), str(number % 11), "5", "5", "5", "", "well"] for number in range(20)]
    assert grid(rated).header[2:5] == tuple(f"{QUESTION} - {choice}" for choice in CHOICES)
    rated = [[str(number), str(number % 11), str(number % 5), "5", "", "", "well"] for number in range(20)]
    assert grid(rated).header[2:5] == tuple(f"{QUESTION} - {choice}" for choice in CHOICES)
    few = [row(number, ticked, mark="x") for number, ticked in enumerate(some[:3])]
    assert grid(few).header[2:5] == tuple(f"{QUESTION} - {choice}" for choice in CHOICES)


def test_a_question_of_choices_is_no_comment_and_no_score() -> None:
    header = [*HEADER[:2], "Why do you come?", "", "", "", "Anything else?"]
    found = grid([row(number, set(CHOICES[: number % 3])) for number in range(30)], header=header)
    mapping = guess(found).mapping
    assert (mapping.comment, mapping.segments) == ("Anything else?", ("Why do you come?",))


def test_rows_that_do_not_fit_keep_their_cells_and_go_in_where_they_are_certain() -> None:
    rows = [row(number, {"Excel", "Paper"}) for number in range(30)]
    short, broken, long = rows[3][:4], rows[4][:1], [*rows[5], "and more"]
    found = grid([*rows, short, broken, long])
    cells = found.ragged["cells"].to_pylist()
    assert cells == [["1003", "3", "Excel"], ["1004"], ["1005", "5", "Excel; Paper", "", "because of 5", "and more"]]
    landed = answers(found, guess(found).mapping)
    assert (len(landed.table), landed.rejects["cells"].to_pylist()) == (32, [["1004"]])
    assert landed.rows == 33


def test_the_choices_of_a_real_export_become_one_segment_column(exports: Path) -> None:
    data = (exports / "surveymonkey" / "CNCF_Maintainers_Survey_2020_H2.csv").read_bytes()
    found = read("maintainers.csv", data)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[2:]
    question = "Which CNCF Project(s) are you maintaining?"
    assert found.header[:3] == ("Respondent ID", "Collector ID", question)
    assert len(found.header) == len(rows[0]) - 70
    assert found.table[question].to_pylist() == ["; ".join(cell for cell in row[2:73] if cell) for row in rows]
    mapping = guess(found, scale="0-10").mapping
    ticked = answers(found, mapping).table[f"segment:{question}: KubeVirt"].to_pylist()
    assert (ticked.count("Yes"), ticked.count(None)) == (8, sum(not any(row[2:73]) for row in rows))
