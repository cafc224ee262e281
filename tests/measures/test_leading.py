"""Whether one measure moves before another: found where it was planted, and not where chance alone is at work."""

from datetime import date

import numpy as np
import pytest

from nps.measures.leading import FEWEST_PAIRS, Points, changes, lagged
from nps.measures.metrics import METRICS
from nps.measures.wording import before_nps

CES = METRICS[3]


def months(values: np.ndarray) -> Points:
    return tuple((date(2015 + number // 12, 1 + number % 12, 1), float(value)) for number, value in enumerate(values))


def planted(dice: np.random.Generator, n: int, lag: int) -> tuple[np.ndarray, np.ndarray]:
    """Two measures of one mood with noise of their own; the second shows it so many months later."""
    mood = dice.normal(0, 8, n + lag)
    return mood[lag:] + dice.normal(0, 3, n), mood[:n] + dice.normal(0, 3, n)


@pytest.mark.parametrize("lag", [1, 2])
def test_a_lead_that_was_planted_is_found_at_its_lag_and_not_the_other_way_round(lag: int) -> None:
    first, then = map(months, planted(np.random.default_rng(lag), 40, lag))
    assert [each.lag for each in lagged(first, then, "month") if each.leads] == [lag]
    assert not [each for each in lagged(then, first, "month") if each.leads]
    said = before_nps(lagged(first, then, "month"), CES, "month")
    assert f"NPS tends to fall {lag} month{'' if lag == 1 else 's'} later" in said


def test_the_correlation_is_pearsons_of_the_changes_that_have_both() -> None:
    first, then = map(months, planted(np.random.default_rng(3), 40, 1))
    holed = tuple(point for number, point in enumerate(first) if number != 10)
    found = lagged(holed, then, "month")[1]
    x, y = np.diff([value for _, value in first]), np.diff([value for _, value in then])
    kept = [number for number in range(len(x) - 1) if number not in (9, 10)]
    assert found.pairs == len(kept)
    assert found.correlation == pytest.approx(np.corrcoef(x[kept], y[[number + 1 for number in kept]])[0, 1])
    assert found.interval.low < found.correlation < found.interval.high


def test_a_gap_has_no_change_and_the_period_after_it_neither() -> None:
    points = ((date(2026, 1, 1), 10.0), (date(2026, 2, 1), 14.0), (date(2026, 4, 1), 9.0), (date(2026, 5, 1), 8.0))
    assert changes(points, "month") == {date(2026, 2, 1): 4.0, date(2026, 5, 1): -1.0}


def test_chance_alone_is_called_a_lead_in_less_than_one_case_in_twenty() -> None:
    dice, alarms, cases = np.random.default_rng(11), 0, 150
    for _ in range(cases):
        found = lagged(months(dice.normal(70, 6, 26)), months(dice.normal(30, 6, 26)), "month")
        alarms += any(each.leads for each in found)
    assert alarms / cases < 0.05


def test_too_few_periods_are_said_and_nothing_is_claimed() -> None:
    first, then = map(months, planted(np.random.default_rng(1), FEWEST_PAIRS + 3, 1))
    assert lagged(first, then, "month") == ()
    said = before_nps((), CES, "month")
    assert "Too few periods" in said
    assert "tends to" not in said


def test_what_does_not_move_leads_nothing() -> None:
    flat, then = months(np.full(40, 70.0)), months(np.random.default_rng(2).normal(0, 5, 40))
    found = lagged(flat, then, "month")
    assert {(each.correlation, each.leads) for each in found} == {(0.0, False)}
    assert before_nps(found, CES, "month").startswith("Nothing shows that CES moves before NPS")
