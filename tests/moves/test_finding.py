"""Change points: as a plain search of everything finds them, where a well-kept library sees them, seldom by chance."""

from itertools import pairwise
from math import log

import numpy as np
import pytest
import ruptures
from hypothesis import given
from hypothesis import strategies as st

from nps.moves.finding import Counts, breaks, chance, fewest, penalty, spread

DAY = st.tuples(*[st.integers(0, 6)] * 3)


def cost(counts: Counts, start: int, end: int) -> float:
    """-2 log likelihood of a stretch, each answer at a time."""
    held = [int(count) for count in counts[start:end].sum(axis=0)]
    return -2 * sum(count * log(count / sum(held)) for count in held if count)


def cheapest(counts: Counts, *, penalty: float, least: int) -> tuple[float, tuple[int, ...]]:
    """The least cost of all segmentations and where it breaks, by dynamic programming without any shortcut."""
    best: list[tuple[float, tuple[int, ...]]] = [(-penalty, ())]
    for end in range(1, len(counts) + 1):
        ways = [
            (best[start][0] + cost(counts, start, end) + penalty, (*best[start][1], start))
            for start in range(end)
            if counts[start:end].sum() >= least and best[start][0] < np.inf
        ]
        best.append(min(ways, default=(np.inf, ())))
    found, at = best[-1]
    return found, at[1:]


@given(st.lists(DAY, min_size=1, max_size=24), st.floats(0.5, 12), st.integers(1, 15))
def test_what_is_found_costs_as_little_as_the_best_of_all(
    days: list[tuple[int, int, int]], fine: float, least: int
) -> None:
    counts = np.array(days, dtype=np.int64)
    found = breaks(counts, penalty=fine, least=least)
    best, _ = cheapest(counts, penalty=fine, least=least)
    if best == np.inf:
        assert found == ()
        return
    edges = [0, *found, len(counts)]
    stretches = list(pairwise(edges))
    assert all(counts[low:high].sum() >= least for low, high in stretches)
    total = sum(cost(counts, low, high) for low, high in stretches) + fine * len(found)
    assert total == pytest.approx(best, abs=1e-9)


def seen(counts: Counts) -> tuple[int, ...]:
    """Where a change is found as it is on the page."""
    answers = int(counts.sum())
    return breaks(counts, penalty=penalty(answers, dispersion=spread(counts)), least=fewest(answers))


def steps(*lengths_and_mixes: tuple[int, tuple[float, float, float]], each: int, seed: int) -> Counts:
    dice = np.random.default_rng(seed)
    return np.vstack([dice.multinomial(each, mix, length) for length, mix in lengths_and_mixes])


def test_clear_steps_are_found_on_the_days_on_which_ruptures_finds_them() -> None:
    for seed in range(3):
        counts = steps(
            (90, (0.5, 0.3, 0.2)),
            (60, (0.2, 0.3, 0.5)),
            (80, (0.6, 0.3, 0.1)),
            (50, (0.3, 0.3, 0.4)),
            each=40,
            seed=seed,
        )
        votes = (counts[:, :1] - counts[:, 2:]) / counts.sum(axis=1, keepdims=True)
        *theirs, end = ruptures.Pelt(model="l2", jump=1).fit(votes).predict(pen=3 * log(len(votes)) * 0.02)
        assert end == len(counts)
        assert seen(counts) == tuple(theirs)
        assert len(theirs) == 3


def test_clear_steps_are_found_exactly_on_the_oracle_of_the_same_days() -> None:
    counts = steps((25, (0.5, 0.3, 0.2)), (20, (0.2, 0.3, 0.5)), (25, (0.6, 0.2, 0.2)), each=12, seed=4)
    fine = penalty(int(counts.sum()))
    assert breaks(counts, penalty=fine, least=42) == cheapest(counts, penalty=fine, least=42)[1]


@pytest.mark.parametrize(("days", "a_day", "mix"), [(120, 4, (0.5, 0.3, 0.2)), (365, 7, (0.85, 0.1, 0.05))])
def test_of_shuffled_days_fewer_than_one_in_twenty_shows_a_change(
    days: int, a_day: int, mix: tuple[float, float, float]
) -> None:
    dice, alarms = np.random.default_rng(11), 0
    counts = np.array([dice.multinomial(n, mix) for n in dice.poisson(a_day, days)])
    counts[: days // 2] = np.array([dice.multinomial(row.sum(), (0.3, 0.3, 0.4)) for row in counts[: days // 2]])
    assert seen(counts)
    for _ in range(200):
        shuffled = dice.permutation(counts)
        alarms += bool(seen(shuffled[shuffled.sum(axis=1) > 0]))
    assert alarms < 10


def test_days_that_differ_by_more_than_chance_raise_the_bar() -> None:
    dice, alarms = np.random.default_rng(12), 0
    assert spread(steps((300, (0.5, 0.3, 0.2)), each=20, seed=1)) == pytest.approx(1, abs=0.2)
    for _ in range(60):
        moods = dice.beta(10, 10, 200)
        counts = np.array([dice.multinomial(20, (mood, 0.2 * (1 - mood), 0.8 * (1 - mood))) for mood in moods])
        assert spread(counts) > 1.3
        alarms += bool(seen(counts))
    assert alarms < 3


def test_the_penalty_is_what_chance_gains_in_one_of_forty() -> None:
    for answers in (70, 1_000, 1_000_000):
        assert chance(penalty(answers), answers) == pytest.approx(0.025, abs=1e-6)
    assert penalty(1_000, dispersion=2) == pytest.approx(2 * penalty(1_000))


@pytest.mark.parametrize("counts", [np.zeros((0, 3)), np.zeros((9, 3)), np.full((9, 3), 1), np.array([[900, 0, 0]])])
def test_few_or_no_answers_have_no_change(counts: Counts) -> None:
    assert seen(counts.astype(np.int64)) == ()
