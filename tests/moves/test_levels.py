"""Levels add up to all answers, the days of their steps lie in their intervals, and limits hold their points."""

from datetime import date, timedelta

import numpy as np
import pytest

from nps import grains
from nps.moves import levels, limits, periods
from nps.rows import PeriodTally
from nps.score import Tally
from nps.selection import Period

START = date(2025, 1, 1)
GOOD, BAD = (0.55, 0.3, 0.15), (0.35, 0.3, 0.35)


def days(*parts: tuple[int, tuple[float, float, float]], a_day: float, seed: int) -> list[PeriodTally]:
    """Days with about so many answers; days on which nobody answered are missing, as the store leaves them out."""
    dice = np.random.default_rng(seed)
    mixes = [mix for length, mix in parts for _ in range(length)]
    rows = [dice.multinomial(dice.poisson(a_day), mix) for mix in mixes]
    return [
        PeriodTally(START + timedelta(number), Tally(*map(int, row))) for number, row in enumerate(rows) if row.sum()
    ]


def test_levels_cover_all_days_and_add_up_to_all_answers() -> None:
    asked = days((90, GOOD), (90, BAD), (90, GOOD), a_day=6, seed=2)
    found = levels.found(asked)
    assert len(found.levels) == 3
    assert sum((level.tally for level in found.levels), Tally()) == sum((day.tally for day in asked), Tally())
    assert found.levels[0].period.start == asked[0].start
    assert found.levels[-1].period.end == asked[-1].start + timedelta(1)
    for before, step, after in zip(found.levels, found.steps, found.levels[1:], strict=False):
        assert before.period.end == step.day == after.period.start
        assert step.earliest <= step.day <= step.latest
        assert step.change == after.tally.change_from(before.tally)
        inside = [day.tally for day in asked if step.day <= day.start < (after.period.end or date.max)]
        assert after.tally == sum(inside, Tally())


def test_the_interval_of_a_date_holds_the_true_day_in_nineteen_of_twenty() -> None:
    held = seen = 0
    for seed in range(120):
        found = levels.found(days((100, GOOD), (100, BAD), a_day=8, seed=seed))
        if len(found.steps) == 1:
            seen += 1
            [step] = found.steps
            held += step.earliest <= START + timedelta(100) <= step.latest
    assert seen > 80
    assert 0.9 <= held / seen <= 1


def test_blanks_and_empty_days_move_no_level() -> None:
    asked = days((90, GOOD), (90, BAD), a_day=6, seed=2)
    blank = [PeriodTally(day.start, day.tally + Tally(blanks=50)) for day in asked]
    assert [level.period for level in levels.found(blank).levels] == [
        level.period for level in levels.found(asked).levels
    ]
    assert levels.found([]) == levels.Levels()
    assert levels.found([PeriodTally(START, Tally(blanks=3))]).levels == ()


def test_more_days_than_are_looked_at_one_by_one_are_looked_at_in_twos() -> None:
    asked = days((2 * 365, GOOD), (3 * 365, BAD), a_day=5, seed=5)
    assert len(asked) > levels.MOST_ROWS
    [step] = levels.found(asked).steps
    assert abs((step.day - START).days - 2 * 365) < 30
    assert step.earliest <= START + timedelta(2 * 365) <= step.latest


def _line(asked: list[PeriodTally]) -> tuple[periods.Point, ...]:
    covered = Period(START, asked[-1].start + timedelta(1))
    return periods.points(grains.per(asked, "week"), "week", covered)


def test_limits_hold_points_of_chance_and_not_a_week_that_went_wrong() -> None:
    asked = days((420, GOOD), a_day=10, seed=6)
    line = _line(asked)
    within = limits.limits(line, levels.found(asked).levels)
    judged = [(point, limit) for point, limit in zip(line, within, strict=True) if limit]
    assert len(judged) > 50
    assert not [point for point, limit in judged if limits.outside(point, limit)]
    worst = line[20]
    spoiled = [
        PeriodTally(day.start, Tally(detractors=day.tally.n)) if worst.start <= day.start < worst.end else day
        for day in asked
    ]
    level = levels.Level(Period(START, asked[-1].start + timedelta(1)), sum((day.tally for day in asked), Tally()))
    bad = _line(spoiled)
    assert [p.start for p, x in zip(bad, limits.limits(bad, [level]), strict=True) if limits.outside(p, x)] == [
        worst.start
    ]


def test_limits_are_three_errors_wide_and_wider_where_neighbours_differ_by_more() -> None:
    level = levels.Level(Period(START, START + timedelta(70)), Tally(500, 300, 200))

    def point(number: int, tally: Tally) -> periods.Point:
        start = START + timedelta(7 * number)
        return periods.Point(start, start, start, start + timedelta(7), tally)

    even = [point(number, Tally(50, 30, 20)) for number in range(10)]
    wild = [point(number, Tally(70, 10, 20) if number % 2 else Tally(30, 30, 40)) for number in range(10)]
    error = 100 * np.sqrt(level.tally.variance / 100)
    for limit in limits.limits(even, [level]):
        assert limit
        assert (limit.low, limit.high) == pytest.approx((30 - 3 * error, 30 + 3 * error))
    factor = (60 / error) / 1.128  # neighbours lie 60 points apart
    for limit in limits.limits(wild, [level]):
        assert limit
        assert (limit.low, limit.high) == pytest.approx(
            (max(-100, 30 - 3 * error * factor), min(100, 30 + 3 * error * factor))
        )


def test_parts_of_periods_few_answers_and_points_over_a_step_are_not_judged() -> None:
    tally, step = Tally(50, 30, 20), START + timedelta(10)
    starts = [START + timedelta(7 * number) for number in range(4)]
    line = [periods.Point(day, day, day, day + timedelta(7), tally) for day in starts]
    line[2] = periods.Point(starts[2], starts[2], starts[2], line[2].end, Tally(9, 9, 9))
    line[3] = periods.Point(starts[3], starts[3], starts[3], line[3].end, tally, whole=False)
    spans = [Period(START, step), Period(step, START + timedelta(28))]
    found = limits.limits(line, [levels.Level(span, tally) for span in spans])
    assert [limit is not None for limit in found] == [True, False, False, False]
    assert limits.limits(line, []) == [None] * 4
