"""The order in which combinations are looked at, against its definition."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from nps.hotspots.shadows import in_turn, unexplained


@dataclass(frozen=True)
class Named:
    parts: frozenset[tuple[int, int]]
    z: float = 1.0


groups = st.frozensets(st.tuples(st.integers(0, 3), st.integers(0, 1)), min_size=1, max_size=3)
lists = st.lists(groups, unique=True, max_size=25).map(lambda each: [Named(parts) for parts in each])


@given(lists)
def test_the_first_that_has_no_combination_within_it_left_comes_next(cells: list[Named]) -> None:
    waiting, expected = list(cells), list[Named]()
    while waiting:
        each = next(one for one in waiting if not any(other.parts > one.parts for other in waiting))
        waiting.remove(each)
        expected.append(each)
    assert list(in_turn(cells)) == expected


@given(lists)
def test_each_is_kept_or_explained_once(cells: list[Named]) -> None:
    """Here what holds a value of column 0 stands out by itself, and the others only without any of these."""

    def stands_out(each: Named, others: object) -> bool:
        return not others or any(column == 0 for column, _ in each.parts)

    found = unexplained(cells, stands_out, lambda one, other: len(one.parts & other.parts))
    assert sorted((each for one, shadows in found for each in (one, *shadows)), key=cells.index) == cells
    for _, shadows in found:
        for shadow in shadows:
            most = max(len(shadow.parts & one.parts) for one, _ in found)
            assert [len(shadow.parts & one.parts) for one, own in found if shadow in own] == [most]
