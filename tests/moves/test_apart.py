"""Since when a group lies apart and whether that gets worse: days that were made so, and a count by hand."""

import random
from datetime import date, timedelta

import pytest

from nps.moves import telling
from nps.moves.apart import apart, halves
from nps.rows import PeriodTally
from nps.score import Tally

FIRST = date(2026, 1, 1)


def days(shares: list[tuple[float, float]], n: int, seed: int) -> list[PeriodTally]:
    """A day for each pair of shares of promoters and detractors, of n answers each."""
    rng, made = random.Random(seed), []
    for number, (promoters, detractors) in enumerate(shares):
        drawn = [rng.random() for _ in range(n)]
        p, d = sum(x < promoters for x in drawn), sum(x >= 1 - detractors for x in drawn)
        made.append(PeriodTally(FIRST + timedelta(number), Tally(p, n - p - d, d)))
    return made


def together(own: list[PeriodTally], others: list[PeriodTally]) -> list[PeriodTally]:
    return [PeriodTally(a.start, a.tally + b.tally) for a, b in zip(own, others, strict=True)]


OTHERS = days([(0.55, 0.15)] * 120, 12, 1)
USUAL, UNHAPPY = (0.55, 0.15), (0.15, 0.55)


def test_it_lies_below_since_the_day_on_which_it_fell() -> None:
    own = days([USUAL] * 70 + [UNHAPPY] * 50, 6, 2)
    found = apart(own, together(own, OTHERS), "low")
    [step] = found.since.steps
    assert (len(found.since.levels), found.since.lying) == (2, 1)
    assert abs((step.day - FIRST).days - 70) <= 5
    for beside in found.since.levels:
        first, end = beside.level.period.start, beside.level.period.end
        assert first
        assert end
        inside = [day.tally for day in OTHERS if first <= day.start < end]
        assert beside.others == sum(inside, Tally())
    said = telling.lying_since(found.since, "low")
    assert said.startswith(f"It lies below the rest since {step.day.day} Mar 2026")
    assert "before." in said
    worse = telling.further_apart(found.halves, "low")
    assert worse.startswith("Worse from 2 Mar 2026 on")
    assert telling.further_apart(found.halves, "high").startswith("Standing out less")


def test_it_lies_below_as_long_as_there_are_answers() -> None:
    own = days([UNHAPPY] * 120, 6, 3)
    found = apart(own, together(own, OTHERS), "low")
    said = telling.lying_since(found.since, "low")
    assert "as long as there are answers, since 1 Jan 2026: no day is found" in said
    assert telling.further_apart(found.halves, "low").startswith("Neither worse nor better")


def test_it_does_not_lie_below_any_more() -> None:
    own = days([UNHAPPY] * 60 + [USUAL] * 60, 6, 4)
    found = apart(own, together(own, OTHERS), "low")
    assert found.since.lying == 0
    assert telling.lying_since(found.since, "low").startswith("It does not lie reliably below the rest since")
    assert telling.further_apart(found.halves, "low").startswith("Better")


def test_what_never_lay_below_is_not_said_to_have() -> None:
    own = days([USUAL] * 120, 3, 8)
    found = apart(own, together(own, OTHERS), "low")
    assert telling.lying_since(found.since, "low").startswith("By days it never lies reliably below the rest; now: NPS")


def test_halves_are_of_one_length_and_hold_every_day_once() -> None:
    own = days([UNHAPPY] * 121, 2, 5)
    everything = together(own, days([USUAL] * 121, 3, 6))
    found = halves(own, everything)
    assert found
    assert found.middle == FIRST + timedelta(60)
    assert found.earlier[0] == sum((day.tally for day in own[:60]), Tally())
    assert found.later[0] == sum((day.tally for day in own[60:]), Tally())
    both = found.earlier[1] + found.later[1] + found.earlier[0] + found.later[0]
    assert both == sum((day.tally for day in everything), Tally())


def test_a_rest_that_came_later_is_not_compared_with_before() -> None:
    own = days([USUAL] * 70 + [UNHAPPY] * 50, 6, 2)
    late = apart(own, [*own[:70], *together(own[70:], OTHERS[70:])], "low")
    said = telling.lying_since(late.since, "low")
    assert said.endswith("before, the rest has 0 answers, too few to compare with.")
    nobody = apart(own, own, "low")
    assert nobody.since.lying == 0
    assert telling.lying_since(nobody.since, "low").startswith("Since when cannot be said: the rest has 0 answers")


@pytest.mark.parametrize("count", [0, 3])
def test_too_few_days_claim_nothing(count: int) -> None:
    own = days([UNHAPPY] * count, 6, 7)
    found = apart(own, together(own, OTHERS[:count]), "low")
    assert "cannot be said" in telling.further_apart(found.halves, "low")
    assert bool(found.since.levels) == bool(count)
    if not count:
        assert "cannot be said" in telling.lying_since(found.since, "low")


def test_where_nothing_changed_a_change_is_told_seldom() -> None:
    told = 0
    for seed in range(200):
        own = days([UNHAPPY] * 40, 3, seed)
        found = halves(own, together(own, days([USUAL] * 40, 9, 1_000 + seed)))
        told += not telling.further_apart(found, "low").startswith("Neither")
    assert told <= 20  # 5 % of 200, and as much for chance
