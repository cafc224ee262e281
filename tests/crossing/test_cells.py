"""What a map shows of each group, and that it tells nothing of those that it hides."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.crossing import drawing
from nps.crossing.cells import crossed, listed
from nps.crossing.hiding import hidden
from nps.rows import CellTally, ValueTally
from nps.score import Tally

tallies = st.builds(Tally, *[st.integers(0, 60)] * 3)
tables = st.lists(tallies, min_size=12, max_size=12).map(
    lambda many: [CellTally(f"row {n // 4}", f"column {n % 4}", tally) for n, tally in enumerate(many)]
)


@given(tables)
def test_a_map_has_every_pair_that_is_not_hidden_and_says_which_are_tested(table: list[CellTally]) -> None:
    seen, left_out = crossed(table), hidden(table)
    scored = {(row.value, row.other): row.tally for row in table if row.tally.n}
    assert {(cell.outer, cell.inner): cell.tally for cell in seen.cells} == {
        pair: tally for pair, tally in scored.items() if pair not in left_out
    }
    assert seen.hidden == len(left_out)
    assert seen.support == 30
    assert all(cell.tested == (cell.tally.n >= 30) for cell in seen.cells)
    assert all(-100 <= cell.drawn <= 100 for cell in seen.cells)


def test_colours_do_not_depend_on_the_scores_of_what_is_hidden() -> None:
    sizes = [[4, 9, 40], [8, 9, 50], [50, 60, 70]]
    table = [
        CellTally(f"row {y}", f"column {x}", Tally(n // 2, 0, n - n // 2))
        for y, line in enumerate(sizes)
        for x, n in enumerate(line)
    ]
    left_out = hidden(table)
    assert len(left_out) == 4
    other = [replace(row, tally=Tally(row.tally.n)) if (row.value, row.other) in left_out else row for row in table]
    assert crossed(other) == crossed(table)


def test_a_small_group_is_drawn_towards_the_others_and_a_large_one_hardly() -> None:
    table = [CellTally("a", f"c{n}", Tally(100 + 40 * n, 100, 200 - 40 * n)) for n in range(4)]
    table += [CellTally("b", f"c{n}", Tally(100 + 40 * n, 100, 200 - 40 * n)) for n in range(3)]
    table.append(CellTally("b", "c3", Tally(0, 0, 6)))
    seen = {(cell.outer, cell.inner): cell for cell in crossed(table).cells}
    large, small = seen["a", "c0"], seen["b", "c3"]
    assert large.tally.nps == pytest.approx(-25)
    assert abs(large.drawn + 25) < 3
    assert small.tally.nps == -100
    assert small.drawn > -75


def test_each_segment_hides_its_own_small_groups() -> None:
    plans = [ValueTally("Free", Tally(50)), ValueTally("Team", Tally(40)), ValueTally("Pro", Tally(3))]
    seen = listed([("plan", plans), ("region", [ValueTally("EU", Tally(93))])])
    assert [(cell.outer, cell.inner) for cell in seen.cells] == [("plan", "Free"), ("region", "EU")]
    assert seen.hidden == 2


@given(tables)
def test_figures_are_made_of_any_map(table: list[CellTally]) -> None:
    seen = crossed(table)
    assert drawing.heat_map(seen, across="a", down="b").data
    boxes, *_ = drawing.areas(seen, nested=True, labels={}).data
    assert len(boxes.x or ()) == len(seen.cells)
