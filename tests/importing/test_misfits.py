"""Rows with more or fewer cells than the header: kept where score and date are certain, else rejected."""

import pytest

from nps.importing import Answers, answers, guess, read

ROWS = "".join(f"{n},2024-03-{n:02},{n % 11},comment {n},Team\n" for n in range(11, 29))


def landed(text: str) -> Answers:
    grid = read("a.csv", text.encode())
    found = answers(grid, guess(grid).mapping)
    assert found.rows == grid.rows == len(found.table) + len(found.rejects)
    return found


def added(row: str, *, header: str = "id,date,score,comment,plan", rows: str = ROWS) -> Answers:
    """One more row among regular ones and one after it."""
    return landed(f"{header}\n{rows}{row}\n{rows.splitlines()[0].replace('11', '99', 1)}\n")


@pytest.mark.parametrize("row", ["1,2024-03-05,9", "1,2024-03-05,9,good", '1,2024-03-05,9,"so, good"'])
def test_missing_cells_at_the_end_are_empty(row: str) -> None:
    found = added(row)
    assert len(found.rejects) == 0
    kept = next(row for row in found.table.to_pylist() if row["line"] == 20)
    assert (kept["score"], kept["answered_at"].day, kept["response_id"]) == (9, 5, "1")
    assert kept["segment:plan"] is None
    assert found.table["line"].to_pylist() == list(range(2, 22))
    assert "1 row has fewer cells than the header (the first in line 20): score and date are certain" in " ".join(
        found.remarks
    )


@pytest.mark.parametrize(
    "row",
    [
        "1,2024-03-05",  # no score
        "1,2024-03-05,",  # nothing that shows the score is there
        "2024-03-05,9,good",  # the id is missing, not the end
        "1,9,good,Team",  # the date is missing
        "1,2024-03-05,eleven,good",
        "1,5.3.,9,good",
        '1,2024-03-05,9,"never closed',
        "x y z,2024-03-05,9,good",  # no id stands there elsewhere
    ],
)
def test_a_row_whose_score_or_date_may_be_elsewhere_is_rejected(row: str) -> None:
    assert added(row).rejects["line"].to_pylist() == [20]


def test_the_last_cell_of_a_file_that_broke_off_is_not_certain() -> None:
    header = "id,date,score,comment,plan\n"
    assert len(landed(header + ROWS + "1,2024-03-05,1").rejects) == 1
    assert len(landed(header + ROWS + "1,2024-03-05,1,so").rejects) == 0


def test_a_comment_that_its_own_commas_split_is_joined_again() -> None:
    rows = "".join(f"{n},2024-03-{n:02},{n % 11},comment {n}\n" for n in range(11, 29))
    found = added("1,2024-03-05,9,good, but slow,really", header="id,date,score,comment", rows=rows)
    assert len(found.rejects) == 0
    kept = next(row for row in found.table.to_pylist() if row["line"] == 20)
    assert (kept["score"], kept["comment"]) == (9, "good, but slow,really")
    assert 'joined to "comment"' in " ".join(found.remarks)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id,date,score,comment,plan", "1,2024-03-05,9,good, but slow,Team"),  # where the comment ends is open
        ("comment,id,date,score", "good, but slow,1,2024-03-05,9"),
        ("id,name,date,score,comment", "1,Doe, Jane,2024-03-05,9,good"),
    ],
)
def test_a_split_cell_before_the_last_column_is_rejected(header: str, row: str) -> None:
    column = {"id": "{n}", "name": "Jo {n}", "date": "2024-03-{n:02}", "score": "9", "comment": "so {n}", "plan": "A"}
    line = ",".join(column[name] for name in header.split(","))
    rows = "".join(line.format(n=n) + "\n" for n in range(11, 29))
    assert added(row, header=header, rows=rows).rejects["line"].to_pylist() == [20]


def test_files_without_dates_keep_short_rows_by_their_score() -> None:
    rows = "".join(f"p{n},{n % 11},comment {n},Team\n" for n in range(30))
    found = landed("person,score,comment,plan\n" + rows + "p31,9,fine\n" + rows)
    assert len(found.rejects) == 0
    assert found.table["score"][30].as_py() == 9
