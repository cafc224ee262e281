"""Areas fill their box, in proportion, without lying on each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.crossing.squares import Box, squares

amounts = st.lists(st.integers(1, 100_000), min_size=1, max_size=40).map(lambda many: sorted(many, reverse=True))


@given(amounts, st.floats(1, 200), st.floats(1, 200))
def test_areas_are_in_proportion_and_fill_the_box(sizes: list[int], width: float, height: float) -> None:
    box = Box(3.0, -2.0, width, height)
    found = squares(sizes, box)
    for size, each in zip(sizes, found, strict=True):
        assert each.width * each.height == pytest.approx(width * height * size / sum(sizes), rel=1e-6)
        assert each.x >= box.x - 1e-6 * width
        assert each.y >= box.y - 1e-6 * height
        assert each.x + each.width <= box.x + width * (1 + 1e-6)
        assert each.y + each.height <= box.y + height * (1 + 1e-6)
    for number, one in enumerate(found):
        for other in found[:number]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(across / width, down / height) <= 1e-6


def test_equal_sizes_in_a_square_are_squares() -> None:
    assert {(each.width, each.height) for each in squares([1, 1, 1, 1], Box(0, 0, 2, 2))} == {(1.0, 1.0)}


def test_sizes_that_are_none_are_refused() -> None:
    for wrong in ([1, 0], [1, 2]):
        with pytest.raises(ValueError, match="largest first"):
            squares(wrong, Box(0, 0, 1, 1))
