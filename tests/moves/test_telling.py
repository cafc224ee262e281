"""What is said of NPS claims no more than the interval says: every sentence is held against an interval of its own."""

import re
from datetime import date
from math import sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nps.moves import telling
from nps.moves.levels import Level, Levels, Step
from nps.score import Tally
from nps.selection import Period

TALLIES = st.builds(Tally, *[st.integers(0, 900)] * 3)
START, DAY, END = date(2026, 1, 1), date(2026, 4, 7), date(2026, 7, 1)


def difference(now: Tally, before: Tally) -> tuple[float, float, float]:
    """How far the middle of the adjusted scores lie apart, its standard error and 1.96 of them, in points."""

    def adjusted(tally: Tally) -> tuple[float, float]:
        n = tally.n + 3
        high, low = (tally.promoters + 0.75) / n, (tally.detractors + 0.75) / n
        return high - low, (high + low - (high - low) ** 2) / n

    (one, one_variance), (other, other_variance) = adjusted(now), adjusted(before)
    error = 100 * sqrt(one_variance + other_variance)
    return 100 * (one - other), error, 1.959964 * error


@given(TALLIES, TALLIES)
def test_a_verdict_calls_a_change_real_where_its_interval_excludes_nought_and_nowhere_else(
    now: Tally, before: Tally
) -> None:
    assume(min(now.n, before.n) >= 30)
    said = telling.verdict(now, before)
    apart, error, half = difference(now, before)
    assume(abs(abs(apart) - half) > 1e-6)
    assert ("a real fall" in said) == (apart + half < 0)
    assert ("a real rise" in said) == (apart - half > 0)
    assert ("no detectable change" in said) == (abs(apart) <= half)
    assert ("down" in said) == ("a real fall" in said)
    if shown := re.search(r"only a change of (\d+) or more", said):
        assert 0 <= int(shown[1]) - (1.959964 + 0.841621) * error < 1 + 1e-4
    assert f"n = {now.n:,}" in said


@given(TALLIES, TALLIES)
def test_a_step_claims_a_move_of_nps_only_where_its_interval_does(before: Tally, after: Tally) -> None:
    assume(min(before.n, after.n) >= 30)
    step = Step(DAY, DAY, DAY, after.change_from(before), 0.0004)
    found = Levels((Level(Period(START, DAY), before), Level(Period(DAY, END), after)), (step,))
    said = telling.since_when(found)
    apart, _, half = difference(after, before)
    assume(abs(abs(apart) - half) > 1e-6)
    assert (" up " in said) == (apart - half > 0)
    assert (" down " in said) == (apart + half < 0)
    assert ("no change of NPS" in said) == (abs(apart) <= half)
    told = telling.difference(step.change)
    assert ("no detectable change" in told) == (abs(apart) <= half)


@pytest.mark.parametrize("few", [Tally(), Tally(4), Tally(10, 10, 9)])
def test_under_thirty_answers_nothing_is_compared(few: Tally) -> None:
    for said in (telling.verdict(few, Tally(100)), telling.verdict(Tally(100, 50, 20), few)):
        assert not re.search("real|detectable|down|up", said)


def test_what_a_verdict_says() -> None:
    assert telling.verdict(Tally(620, 360, 260), Tally(700, 340, 180), compared="the 92 days before") == (
        "NPS is 29 (25 to 33; n = 1,240), down 14 on the 92 days before: a real fall (p < 0.001)."
    )
    assert telling.verdict(Tally(50, 30, 20), Tally(52, 30, 18)) == (
        "NPS is 30 (14 to 44; n = 100): no detectable change on the period before (−4); with these counts only a "
        "change of 31 or more would show."
    )
    assert telling.verdict(Tally(50, 30, 20), None).endswith("There is no period before to compare with.")
    assert telling.verdict(Tally(50, 30, 20), Tally()).endswith("Nobody gave a score in the period before.")
    assert telling.verdict(Tally(blanks=3), None) == "Nobody gave a score in this selection."


def test_a_change_that_is_real_and_small_is_not_said_to_be_nought() -> None:
    said = telling.verdict(Tally(5_000_000, 3_000_000, 2_000_000), Tally(5_020_000, 3_000_000, 1_980_000))
    assert "down 0.4 on the period before: a real fall" in said


def test_since_when_says_from_which_day_how_high_and_how_sure() -> None:
    before, after = Tally(500, 300, 200), Tally(200, 150, 150)
    step = Step(DAY, date(2026, 4, 3), date(2026, 4, 14), after.change_from(before), 0.0124)
    levels = (Level(Period(START, DAY), before), Level(Period(DAY, END), after))
    assert telling.since_when(Levels(levels, (step,))) == (
        "Since 7 Apr 2026 (between 3 Apr 2026 and 14 Apr 2026): 10 (3 to 17; n = 500), down 20 from 30 (by chance in "
        "13 of 1,000 such periods)."
    )
    assert "no day is found" in telling.since_when(Levels(levels[:1]))
    assert "Too few answers" in telling.since_when(Levels((Level(Period(START, DAY), Tally(20, 10, 10)),)))
    assert telling.since_when(Levels()) == "No day has a score."


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(date(2025, 11, 1), date(2026, 11, 1)), "the 12 months before"),
        (Period(date(2026, 1, 1), date(2026, 4, 1)), "the 90 days before"),
        (Period(date(2026, 1, 1), date(2026, 1, 2)), "the 1 day before"),
        (Period(), "the period before"),
    ],
)
def test_the_period_before_has_the_length_of_the_one_it_precedes(period: Period, words: str) -> None:
    assert telling.period_before(period) == words
