"""Figures about the loop against published values and plain reckoning."""

from fractions import Fraction
from math import sqrt
from statistics import mean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.team.figures import Share, Waited, curve, middle
from nps.team.matched import Again, effect, recovery

# Weeks in remission under 6-MP (Freireich et al. 1963): relapsed, and still in remission when last seen.
RELAPSED = (6, 6, 6, 7, 10, 13, 16, 22, 23)
LEFT = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)


def test_the_curve_of_a_published_study() -> None:
    study = curve([Waited(week, 1, 0) for week in RELAPSED] + [Waited(week, 0, 1) for week in LEFT])
    assert (study.n, study.contacted) == (21, 9)
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {step.time: round(step.waiting, 3) for step in study.steps} == published
    # On the scale log(-log) the median of 23 weeks has no upper end yet.
    assert (study.by(0.5).time, study.by(0.5).low, study.by(0.5).high) == (23, 13, None)
    assert study.by(0.9).time is None
    last = study.steps[-1]
    assert (round(last.low, 3), round(last.high, 3)) == (0.188, 0.680)


rows = st.lists(st.builds(Waited, st.integers(0, 12), st.integers(0, 3), st.integers(0, 3)), max_size=20)


@given(rows)
def test_the_curve_is_the_product_over_the_times_of_contacts(rows: list[Waited]) -> None:
    times = sorted({row.time for row in rows if row.contacted})
    waiting, expected = Fraction(1), []
    for time in times:
        at_risk = sum(row.contacted + row.waiting for row in rows if row.time >= time)
        waiting *= 1 - Fraction(sum(row.contacted for row in rows if row.time == time), at_risk)
        expected.append((time, float(waiting)))
    found = curve(rows)
    assert [step.time for step in found.steps] == [time for time, _ in expected]
    assert [step.waiting for step in found.steps] == pytest.approx([left for _, left in expected])
    assert all(0 <= step.low <= step.waiting <= step.high <= 1 for step in found.steps)
    assert found.by(0.5).time == next((time for time, left in expected if left <= 0.5 + 1e-9), None)


@given(rows.filter(lambda rows: any(row.contacted for row in rows)))
def test_without_anybody_waiting_the_median_is_that_of_the_times(rows: list[Waited]) -> None:
    times = sorted(row.time for row in rows for _ in range(row.contacted))
    everybody = curve([Waited(row.time, row.contacted, 0) for row in rows])
    assert everybody.by(0.5).time == times[(len(times) - 1) // 2]
    assert everybody.by(0.9).time == times[-(-len(times) * 9 // 10) - 1]
    assert middle([(row.time, row.contacted) for row in rows]) == times[(len(times) - 1) // 2]


def test_nobody_waited() -> None:
    assert curve([]).by(0.5).time is None
    assert middle([]) is None


def test_a_share_and_its_interval() -> None:
    assert Share(3, 7) + Share(1, 3) == Share(4, 10)
    assert Share().value is None
    assert Share().interval() is None
    # Newcombe 1998, table I: 81 of 263 and 15 of 148, 0 of 20, 1 of 29.
    for count, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        interval = Share(count, n).interval()
        assert interval is not None
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_recovery_counts_those_who_answered_again() -> None:
    found = [
        Again(True, 2, "EU", "short", 7, 3),
        Again(True, 2, "EU", "short", 6, 2),
        Again(True, 2, "EU", None, None, 5),
        Again(False, 2, "EU", "short", 10, 1),
        Again(False, 6, None, None, None, 3),
    ]
    assert recovery(found, contacted=True).answered_again == Share(5, 10)
    assert recovery(found, contacted=True).recovered == Share(3, 5)
    assert recovery(found, contacted=False).answered_again == Share(1, 4)
    assert recovery(found, contacted=False).recovered == Share(1, 1)


def kinds(fewest: int) -> st.SearchStrategy[Again]:
    return st.builds(
        Again,
        contacted=st.booleans(),
        first_score=st.integers(0, 2),
        value=st.sampled_from(["EU", None]),
        gap=st.just("short"),
        next_score=st.none() | st.integers(0, 10),
        n=st.integers(fewest, 12),
    )


# The larger lists have 30 in each arm more often than not.
answers = st.lists(kinds(1), max_size=9) | st.lists(kinds(6), min_size=20, max_size=40)


@given(answers)
def test_the_effect_is_the_mean_over_the_contacted_of_what_their_group_gained(rows: list[Again]) -> None:
    single = [row for row in rows for _ in range(row.n) if row.next_score is not None]
    groups: dict[tuple[int, str | None], tuple[list[int], list[int]]] = {}
    for row in single:
        assert row.next_score is not None
        pair = groups.setdefault((row.first_score, row.value), ([], []))
        pair[0 if row.contacted else 1].append(row.next_score)
    both = [(yes, no) for yes, no in groups.values() if yes and no]
    n, m = sum(len(yes) for yes, _ in both), sum(len(no) for _, no in both)
    found = effect(rows)
    assert (found.contacted, found.others) == (n, m)
    if min(n, m) < 30:
        assert found.points is None
        assert found.interval is None
        return
    gains = [score - mean(no) for yes, no in both for score in yes]
    assert found.points == pytest.approx(mean(gains))
    spreads = [
        sum(variance(arm) * (len(arm) - 1) for arm in arms if len(arm) > 1) / sum(len(arm) - 1 for arm in arms)
        for arms in ([yes for yes, _ in both], [no for _, no in both])
    ]
    error = sqrt(spreads[0] / n + spreads[1] * sum((len(yes) / n) ** 2 / len(no) for yes, no in both))
    assert found.interval is not None
    assert found.interval.high - found.interval.low == pytest.approx(2 * 1.959964 * error, abs=1e-5)


def test_those_without_a_match_say_nothing() -> None:
    apart = [Again(True, 0, None, "short", 9, 100), Again(False, 1, None, "short", 2, 100)]
    assert effect(apart) == effect([])
    assert effect(apart).points is None
