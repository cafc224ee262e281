"""What is hidden cannot be found by anybody who adds and subtracts what is shown."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nps.crossing.hiding import hidden
from nps.ranking import rank
from nps.rows import CellTally, ValueTally
from nps.score import Tally

sizes = st.one_of(st.integers(0, 9), st.integers(0, 60))
tables = st.integers(2, 6).flatmap(
    lambda width: st.lists(st.lists(sizes, min_size=width, max_size=width), min_size=2, max_size=6)
)


def cells_of(table: list[list[int]]) -> list[CellTally]:
    return [
        CellTally(f"row {y}", f"column {x}", Tally(promoters=n))
        for y, line in enumerate(table)
        for x, n in enumerate(line)
        if n
    ]


def names(table: list[list[int]]) -> tuple[list[str], list[str]]:
    return [f"row {y}" for y in range(len(table))], [f"column {x}" for x in range(len(table[0]))]


def size(table: list[list[int]], pair: tuple[str, str]) -> int:
    rows, columns = names(table)
    return table[rows.index(pair[0])][columns.index(pair[1])]


def totals_shown(table: list[list[int]]) -> list[set[tuple[str, str]]]:
    """The pairs of each line whose total the rankings of the two segments show."""
    rows, columns = names(table)
    lines = []
    for values, counts in ((rows, [sum(line) for line in table]), (columns, list(map(sum, zip(*table, strict=True))))):
        ranking = rank([ValueTally(value, Tally(promoters=n)) for value, n in zip(values, counts, strict=True)])
        lines += [{pair for pair in product(rows, columns) if row.value in pair} for row in ranking.shown]
    return lines


@given(tables)
def test_no_hidden_pair_follows_from_the_totals(table: list[list[int]]) -> None:
    found = hidden(cells_of(table))
    small = {(cell.value, cell.other) for cell in cells_of(table) if cell.tally.n < 5}
    assert small <= found
    empty = [pair for pair in product(*names(table)) if pair in found or not size(table, pair)]  # nobody sees which
    lines = totals_shown(table)
    known = np.array([[float(pair in line) for pair in empty] for line in lines]).reshape(len(lines), len(empty))
    for place, pair in enumerate(empty if found else []):
        one = np.eye(len(empty))[place]
        determined = np.linalg.matrix_rank(np.vstack([known, one])) == np.linalg.matrix_rank(known)
        assert not determined or pair not in found, pair


@given(tables)
def test_what_a_line_hides_is_five_answers_together_or_all_of_it(table: list[list[int]]) -> None:
    counts = {(cell.value, cell.other): cell.tally.n for cell in cells_of(table)}
    found = hidden(cells_of(table))
    for line in totals_shown(table):
        inside = [counts[pair] for pair in line & found]
        assert not inside or sum(inside) >= 5 or line & counts.keys() <= found


def test_where_nothing_is_small_nothing_is_hidden() -> None:
    assert hidden(cells_of([[5, 6, 7], [8, 9, 10], [11, 12, 13]])) == frozenset()


def test_one_small_pair_takes_a_loop_of_the_smallest_others_with_it() -> None:
    found = hidden(cells_of([[4, 30, 40], [50, 60, 7], [70, 9, 80]]))
    assert ("row 0", "column 0") in found
    assert len(found) < 9
    by_row = [sum(pair[0] == f"row {y}" for pair in found) for y in range(3)]
    assert all(n != 1 for n in by_row)
