"""Responses made piece by piece are those that are made at once."""

import dataclasses

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from nps.importing import Mapping, Responses, answers, read
from nps.importing.responses import Maker

FILE = b"""id,nps,date,first name,last name,email,used,region
1,9,2024-01-01,Ada,Lovelace,ADA@example.com,"web, app",NA
2,11,2024-01-02,,,,web,EMEA
3, 0 ,2024-01-03,Alan,,n/a,app,EMEA
4,,2024-01-04,,Hopper,grace@example.com,"web, app",NA
5,8,nonsense,x,y,z@example.com,app,EMEA
6,10,,  , ,Bob@example.com,"app, web",
"""
MAPPING = Mapping("nps", date="date", id="id", email="email", name="first name", segments=("used", "region"))


@pytest.mark.parametrize("rows", [1, 2, 4, 100])
def test_the_pieces_of_a_file_are_its_whole(rows: int) -> None:
    given = answers(read("a.csv", FILE), MAPPING)
    pieces = list(given.responses.pieces(rows))
    assert all(len(piece) <= rows for piece in pieces)
    assert pa.concat_tables(pieces).to_pydict() == given.table.to_pydict()
    assert (len(given.responses), given.rows) == (4, 6)
    assert given.table.select(["response_id", "score", "name", "customer", "segment:region"]).to_pylist() == [
        {"response_id": i, "score": s, "name": n, "customer": c, "segment:region": r}
        for i, s, n, c, r in [
            ("1", 9, "Ada Lovelace", "ada@example.com", "NA"),
            ("3", 0, "Alan", None, "EMEA"),
            ("4", None, "Hopper", "grace@example.com", "NA"),
            ("6", 10, None, "bob@example.com", None),
        ]
    ]


def test_only_the_columns_that_are_asked_for_are_made() -> None:
    def never(cells: pa.Table) -> dict[str, pa.Array]:
        raise AssertionError(cells)

    cells = pa.table({"a": ["x", "y", "z"]})
    upper = Maker(("A",), lambda part: {"A": pc.utf8_upper(part["a"])})
    made = Responses(cells, pa.table({"n": [1, 2, 3]}), (upper, Maker(("B",), never)), pa.array([True, False, True]))
    assert made.names == ("n", "A", "B")
    assert made.table(["A", "n"]).to_pydict() == {"A": ["X", "Z"], "n": [1, 3]}
    assert [len(piece) for piece in made.pieces(2, names=["A"])] == [1, 1]


def test_a_file_without_rows_has_one_empty_piece() -> None:
    nothing = Responses.of(pa.table({"line": pa.array([], pa.int64())}))
    assert [len(piece) for piece in nothing.pieces()] == [0]


def test_a_file_is_understood_once_for_the_page_and_the_import() -> None:
    grid = read("a.csv", FILE)
    first = answers(grid, MAPPING)
    assert answers(grid, dataclasses.replace(MAPPING)) is first
    other = answers(grid, dataclasses.replace(MAPPING, survey="Other"))
    assert other.mapping.survey == "Other"
    assert answers(read("a.csv", FILE), MAPPING) is not first
