"""The points of the line: whole or in part, sparse ones joined, windows that add up, a grain that tells them apart."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nps import grains
from nps.moves import periods
from nps.moves.periods import Point
from nps.rows import PeriodTally
from nps.score import Tally
from nps.selection import Grain, Period

GRAINS = st.sampled_from(periods.GRAINS)
TALLIES = st.builds(Tally, *[st.integers(0, 30)] * 3)
SOME_DAYS = st.dictionaries(st.dates(date(2023, 12, 20), date(2025, 1, 12)), TALLIES, min_size=1, max_size=60).map(
    lambda held: [PeriodTally(day, tally) for day, tally in sorted(held.items())]
)


def covered(days: list[PeriodTally]) -> Period:
    return Period(days[0].start, days[-1].start + timedelta(1))


@given(SOME_DAYS, GRAINS)
def test_points_hold_each_day_once_and_are_whole_where_the_calendar_is(days: list[PeriodTally], grain: Grain) -> None:
    line = periods.points(grains.per(days, grain), grain, covered(days))
    for point in line:
        assert point.tally == sum((day.tally for day in days if point.start <= day.start < point.end), Tally())
        nominal = Period.starting(point.first, grain)
        assert point.whole == (Period(point.start, point.end) == nominal)
        assert nominal.within(covered(days)) == point.period
    assert sum((point.tally for point in line), Tally()) == sum((day.tally for day in days), Tally())


def test_the_week_of_the_new_year_is_one_week_and_its_quarters_are_two() -> None:
    assert (
        grains.first_day(date(2024, 12, 31), "week") == grains.first_day(date(2025, 1, 5), "week") == date(2024, 12, 30)
    )
    assert grains.first_day(date(2024, 12, 31), "quarter") == date(2024, 10, 1)
    assert grains.first_day(date(2025, 1, 1), "quarter") == grains.first_day(date(2025, 3, 31), "quarter")
    assert grains.first_day(date(2024, 2, 29), "month") == date(2024, 2, 1)


@given(SOME_DAYS, GRAINS)
def test_joining_loses_nobody_and_leaves_a_sparse_point_only_where_nothing_adjoins(
    days: list[PeriodTally], grain: Grain
) -> None:
    line = periods.points(grains.per(days, grain), grain, covered(days))
    found = periods.joined(line)
    assert sum((point.tally for point in found), Tally()) == sum((point.tally for point in line), Tally())
    assert sum(point.joined for point in found) == len(line)
    for one, other in pairwise(found):
        assert one.end <= other.start
        if one.whole and other.whole and one.end == other.start:
            assert one.tally.n >= 30
            assert other.tally.n >= 30
    for point in found:
        if point.joined > 1:
            parts = [each for each in line if point.start <= each.start < point.end]
            assert [one.end for one in parts[:-1]] == [one.start for one in parts[1:]]
            assert all(part.whole for part in parts)
            assert min(part.tally.n for part in parts) < 30


def test_what_is_left_over_at_the_end_goes_to_the_point_before() -> None:
    counts = [40, 10, 25, 50, 12]
    trend = [PeriodTally(date(2025, 1, 6) + timedelta(7 * at), Tally(n)) for at, n in enumerate(counts)]
    found = periods.joined(periods.points(trend, "week", Period(date(2025, 1, 6), date(2025, 2, 10))))
    assert [(point.tally.n, point.joined) for point in found] == [(40, 1), (35, 2), (62, 2)]
    assert found[2].last == date(2025, 2, 3)


@given(SOME_DAYS, st.sampled_from(["28 days", "91 days"]))
def test_windows_are_of_one_length_a_week_apart_and_end_with_the_last_day(
    days: list[PeriodTally], spacing: periods.Rolling
) -> None:
    line, span = periods.rolling(days, spacing, covered(days)), covered(days)
    by_day: dict[date, Tally] = defaultdict(Tally, {day.start: day.tally for day in days})
    assert [point for point in line if point.end == span.end] or not by_day[days[-1].start].n
    for point in line:
        held = [by_day[point.start + timedelta(n)] for n in range((point.end - point.start).days)]
        assert point.tally == sum(held, Tally())
        assert span.start
        assert point.start >= span.start
        assert (point.end - point.start).days == periods.DAYS[spacing] if point.whole else len(line) == 1
    assert all((later.end - earlier.end).days % 7 == 0 for earlier, later in pairwise(line))


def test_the_grain_is_the_finest_at_which_points_can_be_told_apart() -> None:
    start = date(2024, 1, 1)

    def even(a_day: int, length: int = 360) -> list[PeriodTally]:
        return [PeriodTally(start + timedelta(n), Tally(5 * a_day, 3 * a_day, 2 * a_day)) for n in range(length)]

    enough = Tally(5000, 3000, 2000).needed(periods.TELLS_APART)  # 2 x .61 x 2.8016^2 / .25^2
    assert 150 < enough < 155
    assert periods.finest(even(3)) == "week"  # 210 a week
    assert periods.finest(even(1)) == "month"  # 70 a week, 300 a month
    assert periods.finest([day for n, day in enumerate(even(1)) if n % 4 == 0]) == "quarter"
    assert periods.finest(even(3, 5 * 365)) == "month"  # 260 weeks are too many points
    assert periods.finest([]) == "quarter"


def test_the_middle_of_a_point_lies_in_it() -> None:
    point = Point(date(2025, 2, 1), date(2025, 2, 1), date(2025, 2, 1), date(2025, 3, 1), Tally(1))
    assert point.middle == date(2025, 2, 15)
