"""What is hidden of measures: too few answers, and what would give them away."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from nps.measures.metrics import kept_apart, nps_point, share_point
from nps.score import Tally
from nps.team.figures import Share

counts = st.integers(0, 9)
months = st.dictionaries(st.integers(1, 12).map(lambda month: date(2026, month, 1)), st.tuples(counts, counts, counts))


@given(months)
def test_what_is_hidden_of_a_year_is_nobody_or_at_least_five(year: dict[date, tuple[int, int, int]]) -> None:
    """So the year less all that is shown says nothing about fewer than five people."""
    for points in (
        {day: nps_point(Tally(*three)) for day, three in year.items()},
        {day: share_point(Share(three[0], sum(three))) for day, three in year.items()},
    ):
        kept = kept_apart(points)
        assert kept.keys() == points.keys()
        hidden = [point.n for point in kept.values() if point.value is None]
        shown = [point.n for point in kept.values() if point.value is not None]
        assert all(n >= 5 for n in shown)
        assert sum(hidden) == 0 or sum(hidden) >= 5 or not shown
        assert len(hidden) <= sum(point.value is None for point in points.values()) + 1
