"""How far two groups lie apart, with answers in both: against the groups without them, and against chance."""

import random
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nps.beside.apart import apart, both
from nps.score import Tally
from nps.selection import NOT_GIVEN, Period, Selection

tallies = st.builds(Tally, *[st.integers(0, 200)] * 3)


@given(tallies, tallies)
def test_without_a_common_answer_it_is_the_difference_of_two_groups(one: Tally, other: Tally) -> None:
    assert apart(one, other, Tally()) == one.change_from(other)


@given(tallies, tallies)
def test_a_part_and_the_whole_differ_as_it_differs_from_the_rest(part: Tally, rest: Tally) -> None:
    """Surely so: the score of the whole is that of the part and of the rest by their shares."""
    assume(part.n and rest.n)
    whole = part + rest
    found, plain = apart(part, whole, part), part.change_from(rest)
    share = rest.n / whole.n
    assert found.interval is not None
    assert plain.interval is not None
    assert found.points == pytest.approx(share * (plain.points or 0.0), abs=1e-9)
    assert found.p_value == pytest.approx(plain.p_value)
    assert found.direction == plain.direction
    if max(abs(plain.interval.low), abs(plain.interval.high)) < 200:
        assert found.interval.low == pytest.approx(share * plain.interval.low)
        assert found.interval.high == pytest.approx(share * plain.interval.high)


@given(tallies)
def test_a_group_does_not_differ_from_itself(one: Tally) -> None:
    assume(one.n)
    found = apart(one, one, one)
    assert (found.points, found.direction, found.p_value) == (0.0, "none", 1.0)


@given(tallies, tallies, tallies)
def test_changed_over_it_is_the_same_the_other_way(one: Tally, other: Tally, shared: Tally) -> None:
    assume(shared.n)
    there, back = apart(one + shared, other + shared, shared), apart(other + shared, one + shared, shared)
    assert there.points == pytest.approx(-(back.points or 0.0))
    assert there.p_value == pytest.approx(back.p_value)


def test_its_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    """Two groups of 200 and 300 answers that share 120; the interval of independent groups would be far too wide."""
    dice, chances = random.Random(3), {"one": (0.5, 0.2), "shared": (0.4, 0.3), "other": (0.3, 0.3)}
    sizes = {"one": 80, "shared": 120, "other": 180}
    mean = {name: 100 * (up - down) for name, (up, down) in chances.items()}
    truth = (80 * mean["one"] + 120 * mean["shared"]) / 200 - (180 * mean["other"] + 120 * mean["shared"]) / 300
    held = wide = 0
    for _ in range(1_500):
        drawn = {name: _drawn(dice, sizes[name], *chances[name]) for name in sizes}
        one, other = drawn["one"] + drawn["shared"], drawn["other"] + drawn["shared"]
        interval = apart(one, other, drawn["shared"]).interval
        assert interval is not None
        held += interval.low <= truth <= interval.high
        wide += interval.high - interval.low < 0.95 * _width(one, other)
    assert 0.935 <= held / 1_500 <= 0.965
    assert wide == 1_500


def _drawn(dice: random.Random, n: int, up: float, down: float) -> Tally:
    votes = dice.choices(("up", "down", "middle"), (up, down, 1 - up - down), k=n)
    return Tally(votes.count("up"), votes.count("middle"), votes.count("down"))


def _width(one: Tally, other: Tally) -> float:
    interval = one.change_from(other).interval
    assert interval is not None
    return interval.high - interval.low


def test_what_two_selections_have_in_common_is_a_selection() -> None:
    march, spring = Period(date(2026, 3, 1), date(2026, 4, 1)), Period(date(2026, 3, 15), date(2026, 6, 1))
    one = Selection.of(period=march, survey="S", filters={"plan": ["Free", "Team"], "region": ["EU"]})
    other = Selection.of(period=spring, filters={"plan": ["Team", NOT_GIVEN], "stage": ["New"]})
    found = both(one, other)
    assert found == both(other, one)
    assert found == Selection.of(
        period=Period(date(2026, 3, 15), date(2026, 4, 1)),
        survey="S",
        filters={"plan": ["Team"], "region": ["EU"], "stage": ["New"]},
    )


def test_selections_that_can_share_nothing_have_nothing_in_common() -> None:
    year = Selection.of(period=Period(date(2025, 1, 1), date(2026, 1, 1)), survey="S", filters={"plan": ["Free"]})
    for other in (year.only("plan", "Team"), Selection.of(survey="T"), year.during(Period(date(2026, 1, 1), None))):
        assert both(year, other) is None


def test_votes_of_persons_in_other_periods_cannot_be_told_to_be_the_same() -> None:
    one = Selection.of(period=Period(date(2026, 1, 1), None), unit="person")
    assert both(one, one.only("plan", "Team")) == one.only("plan", "Team")
    for other in (Selection.of(unit="person"), Selection.of(period=one.period)):
        with pytest.raises(ValueError, match="differ from period to period"):
            both(one, other)
