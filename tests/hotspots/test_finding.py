"""The search: equal to a plain one on small data, right about invented companies, and silent about chance."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from math import erfc, exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nps.hotspots.counting import Answers
from nps.hotspots.finding import search, support_of
from nps.hotspots.shrinking import shrunken
from nps.hotspots.significance import by_adjusted
from nps.hotspots.significance import in_the_tail as tail_of
from tests.hotspots.worlds import PARADOX, Group, world

Row = tuple[tuple[str, ...], int]  # the values of one answer, and its vote of -1, 0, 1
Z95 = NormalDist().inv_cdf(0.95)


def answers_of(rows: list[Row], columns: int) -> Answers:
    values = [sorted({row[0][k] for row in rows}) for k in range(columns)]
    codes = tuple(np.array([values[k].index(row[0][k]) for row in rows], dtype=np.int16) for k in range(columns))
    bands = np.array([row[1] + 1 for row in rows], dtype=np.int8)
    names = tuple(f"c{k}" for k in range(columns))
    return Answers(names, tuple(map(tuple, values)), codes, bands, np.ones(len(rows), dtype=np.int64))


# The same search with sets of rows, one group at a time.


def mean(votes: list[int]) -> float:
    return sum(votes) / len(votes)


def variance(votes: list[int]) -> float:
    return max(0.0, sum(vote * vote for vote in votes) / len(votes) - mean(votes) ** 2)


def in_the_tail(votes: list[int], rest: list[int]) -> float:
    """The signed root of the likelihood with its correction; the tilt is found by halving."""
    among = len(rest) + 3
    shares = {-1: (rest.count(-1) + 0.75) / among, 1: (rest.count(1) + 0.75) / among}
    shares[0] = 1 - shares[-1] - shares[1]
    target = (sum(votes) + 0.5) / len(votes)
    n = 1 / (1 / len(votes) + 1 / len(rest))

    def tilted(by: float) -> tuple[float, float, float]:
        weights = {vote: share * exp(by * vote) for vote, share in shares.items()}
        total = sum(weights.values())
        centre = sum(vote * weight for vote, weight in weights.items()) / total
        return total, centre, sum(vote * vote * weight for vote, weight in weights.items()) / total - centre**2

    low, high = -50.0, 50.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if tilted(middle)[1] < target else (low, middle)
    if low >= 0:
        return 0.0
    total, _, spread = tilted(low)
    root = sqrt(max(0.0, 2 * n * (low * target - log(total))))
    return root + log(-low * sqrt(n * spread) / root) / root


class Plain:
    def __init__(self, rows: list[Row], columns: int, support: int, size: float) -> None:
        self.rows, self.columns, self.support, self.size = rows, columns, support, size

    def members(self, group: Group, among: Iterable[int]) -> set[int]:
        return {at for at in among if all(self.rows[at][0][int(name[1:])] == value for name, value in group)}

    def votes(self, places: Iterable[int]) -> list[int]:
        return [self.rows[at][1] for at in places]

    def against(self, group: Group, among: set[int]) -> tuple[float, float]:
        """The smallest z and lower bound over the parents."""
        own = self.members(group, among)
        z, lowest = float("inf"), float("inf")
        for left_out in range(len(group)):
            rest = self.members(group[:left_out] + group[left_out + 1 :], among) - own
            if len(rest) < 30 or not own:
                return float("-inf"), float("-inf")
            mine, theirs = self.votes(own), self.votes(rest)
            excess = mean(theirs) - mean(mine)
            error = sqrt(variance(mine) / len(mine) + variance(theirs) / len(theirs))
            plain = excess / error if error else float("inf") if excess > 0 else float("-inf")
            z = min(z, min(plain, in_the_tail(mine, theirs)) if plain > 1.5 else plain)
            lowest = min(lowest, excess - Z95 * error)
        return z, lowest

    def more_than_its_parts(self, group: Group) -> bool:
        expected = error = 0.0
        for count in range(len(group) + 1):
            for kept in combinations(group, count):
                beside = [pair for pair in group if pair not in kept]
                alone = [
                    at
                    for at in self.members(kept, range(len(self.rows)))
                    if not any(self.members((pair,), [at]) for pair in beside)
                ]
                if not alone:
                    return False
                votes = self.votes(alone)
                expected -= (-1) ** len(beside) * mean(votes)
                error += variance(votes) / len(votes)
        return expected >= self.size + 3 * sqrt(error)

    def search(self) -> tuple[int, dict[Group, float]]:
        everything = set(range(len(self.rows)))
        tested: dict[Group, tuple[float, float]] = {}
        for count in (1, 2, 3):
            for chosen in combinations(range(self.columns), count):
                for group in {tuple((f"c{k}", row[0][k]) for k in chosen) for row in self.rows}:
                    if len(self.members(group, everything)) >= self.support:
                        tested[group] = self.against(group, everything)
        p = {group: 0.5 * erfc(z / sqrt(2)) for group, (z, _) in tested.items()}
        ranks, adjusted, smallest = sorted(p, key=lambda group: p[group]), dict[Group, float](), 1.0
        harmonic = sum(1 / rank for rank in range(1, len(p) + 1))
        for rank in range(len(ranks), 0, -1):
            smallest = min(smallest, p[ranks[rank - 1]] * len(p) * harmonic / rank)
            adjusted[ranks[rank - 1]] = smallest
        waiting = [
            group
            for group, (_, lowest) in tested.items()
            if adjusted[group] <= 0.05 and lowest >= self.size and (len(group) == 1 or self.more_than_its_parts(group))
        ]
        waiting.sort(key=lambda group: (-tested[group][0], group))
        kept: list[Group] = []
        while waiting:
            group = next(one for one in waiting if not any(set(other) > set(one) for other in waiting))
            waiting.remove(group)
            if self.stands_out(group, kept):
                kept.append(group)
        for group in sorted(kept, key=lambda one: tested[one][0]):
            if not self.stands_out(group, [one for one in kept if one != group and not set(group) > set(one)]):
                kept.remove(group)
        return len(tested), {group: adjusted[group] for group in kept}

    def stands_out(self, group: Group, others: list[Group]) -> bool:
        free = set(range(len(self.rows)))
        for other in others:
            free -= self.members(other, free)
        own = self.members(group, free)
        return len(own) >= self.support and self.against(group, free)[1] >= self.size


@given(st.integers(0, 10_000), st.integers(2, 4))
@example(3, 4)
def test_it_finds_what_a_plain_search_finds(seed: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 4, size=columns)
    group = [(int(k), f"v{rng.integers(sizes[k])}") for k in rng.choice(columns, size=2, replace=False)]
    rows: list[Row] = []
    for _ in range(600):
        values = tuple(f"v{rng.integers(size)}" for size in sizes)
        unhappy = all(values[k] == value for k, value in group) or (values[0] == "v1" and seed % 3 == 0)
        rows.append((values, int(rng.choice([-1, 0, 1], p=[0.75, 0.1, 0.15] if unhappy else [0.1, 0.3, 0.6]))))
    found = search(answers_of(rows, columns))
    tested, kept = Plain(rows, columns, 30, 0.02).search()
    assert found.tested == tested
    assert {each.segments: each.p_adjusted for each in found.findings} == pytest.approx(kept, rel=1e-9, abs=1e-300)
    for each in found.findings:
        own = [vote for values, vote in rows if all(values[int(name[1:])] == value for name, value in each.segments)]
        rest = len(rows) - len(own)
        assert (each.tally.n, each.rest.n) == (len(own), rest)
        assert each.tally.nps == pytest.approx(100 * mean(own))
        overall = mean([vote for _, vote in rows])
        assert each.impact == pytest.approx(100 * len(own) / rest * (overall - mean(own)))
    assert [each.impact for each in found.findings] == sorted((each.impact for each in found.findings), reverse=True)


def test_bright_spots_are_the_hotspots_of_the_world_upside_down() -> None:
    answers = world(2, n=20_000).answers
    low, high = search(answers), search(replace(answers, bands=2 - answers.bands), direction="high")
    assert low.findings
    assert [each.segments for each in high.findings] == [each.segments for each in low.findings]
    assert [each.impact for each in high.findings] == pytest.approx([each.impact for each in low.findings])
    assert [each.tally.nps for each in high.findings] == pytest.approx(
        [-(each.tally.nps or 0) for each in low.findings]
    )


def hits(seeds: Iterable[int], sizes: tuple[int, ...]) -> tuple[int, int, int]:
    """How many planted groups were found, how many others were, and how many were planted."""
    true = false = planted = 0
    for seed in seeds:
        invented = world(seed, n=sizes[seed % len(sizes)])
        found = {each.segments for each in search(invented.answers).findings}
        assert not [group for group in found if PARADOX in dict(group)], "it makes everybody happier"
        true += len(found & invented.planted)
        false += len(found - invented.planted)
        planted += len(invented.planted)
    return true, false, planted


def test_planted_groups_are_found_and_nothing_else() -> None:
    true, false, planted = hits(range(1000, 1012), (10_000, 30_000, 100_000))
    assert true >= 0.9 * planted
    assert false <= 0.1 * true


@pytest.mark.soak
def test_planted_groups_are_found_in_forty_worlds() -> None:
    true, false, planted = hits(range(1000, 1040), (10_000, 30_000, 100_000, 1_000_000))
    print(f"precision {true / (true + false):.3f}, recall {true / planted:.3f}")
    assert true >= 0.95 * planted
    assert true >= 0.95 * (true + false)


def chance(runs: int) -> int:
    """In how many of so many worlds without any cause something was found."""
    rng, found = np.random.default_rng(5), 0
    for run in range(runs):
        answers = world(run % 25, n=10_000).answers
        shuffled = replace(answers, bands=rng.permutation(answers.bands))
        found += bool(search(shuffled, direction="low" if run % 2 else "high").findings)
    return found


def test_shuffled_scores_show_nothing() -> None:
    assert chance(40) <= 2


@pytest.mark.soak
def test_two_hundred_shuffles_show_next_to_nothing() -> None:
    found = chance(200)
    print(f"{found} of 200 shuffles showed something")
    assert found <= 10


def test_a_group_that_is_only_where_the_unhappy_are_is_not_blamed() -> None:
    """Most of Basic are in the South, whose people are unhappy whatever they bought."""
    rng = np.random.default_rng(1)
    south = rng.random(20_000) < 0.3
    basic = rng.random(20_000) < np.where(south, 0.8, 0.2)
    detractors = np.where(south, 0.5, 0.1)
    drawn = rng.random(20_000)
    bands = np.where(drawn < detractors, 0, np.where(drawn < detractors + 0.2, 1, 2))
    columns = (("plan", ("Basic", "Team")), ("region", ("North", "South")))
    answers = Answers(
        tuple(name for name, _ in columns),
        tuple(values for _, values in columns),
        (np.where(basic, 0, 1).astype(np.int16), south.astype(np.int16)),
        bands.astype(np.int8),
        np.ones(20_000, dtype=np.int64),
    )
    found = search(answers)
    assert [each.segments for each in found.findings] == [(("region", "South"),)]
    assert (("plan", "Basic"),) in found.findings[0].explains


def test_nothing_to_look_at_finds_nothing() -> None:
    rows: list[Row] = [(("a",), 1)] * 29
    for few in ([], rows, rows * 3):
        found = search(
            answers_of(few, 1)
            if few
            else replace(
                answers_of(rows, 1),
                bands=np.zeros(0, dtype=np.int8),
                codes=(np.zeros(0, dtype=np.int16),),
                weights=np.zeros(0, dtype=np.int64),
            )
        )
        assert found.findings == ()


@pytest.mark.parametrize("shares", [(0.15, 0.25, 0.6), (0.64, 0.18, 0.18), (0.05, 0.05, 0.9), (0.3, 0.4, 0.3)])
@pytest.mark.parametrize("n", [30, 60, 200])
def test_the_chance_of_a_small_group_is_that_of_all_its_possible_answers(
    shares: tuple[float, float, float], n: int
) -> None:
    """By enumeration: each number of votes of -1, 0, 1 convolved n times. What is said errs to the safe side."""
    rest = np.array([round(share * 10_000_000) for share in shares])
    chances = np.ones(1)
    for _ in range(n):
        chances = np.convolve(chances, rest / rest.sum())
    below = chances.cumsum()  # of a sum of votes of -n, -n + 1, ...
    looked_at = 0
    for total in range(-n, n):
        chance = float(below[total + n])
        detractors = min(n, (n - total) // 2)
        counts = np.array([detractors, n - detractors - (total + detractors), total + detractors])
        if counts.min() < 0 or not 1e-12 < chance < 1e-3:
            continue
        looked_at += 1
        told = 0.5 * erfc(float(tail_of(np.array([99.0]), counts[None], rest[None])[0]) / sqrt(2))
        assert 0.9 * chance <= told <= 3 * chance
    assert looked_at


def test_support_grows_with_the_answers() -> None:
    assert [support_of(n) for n in (0, 10_000, 300_000, 1_000_000)] == [30, 30, 30, 100]


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusted_p_values_are_those_of_the_definition(p_values: list[float]) -> None:
    n = len(p_values)
    harmonic = sum(1 / rank for rank in range(1, n + 1))
    ordered = sorted(p_values)
    expected = [
        min([1.0, *(ordered[j] * n * harmonic / (j + 1) for j in range(n) if ordered[j] >= p)]) for p in p_values
    ]
    assert list(by_adjusted(p_values)) == pytest.approx(expected, rel=1e-12, abs=1e-300)


def test_shrunken_means_are_those_of_the_formulas() -> None:
    table = np.array([[40, 10, 50], [3, 1, 2], [0, 0, 0], [0, 2, 30], [9, 0, 1]])
    groups = [tuple(map(int, row)) for row in table if row.sum()]
    means = [(p - d) / (d + a + p) for d, a, p in groups]
    errors = [((p + d + 1.5) / (d + a + p + 3) - ((p - d) / (d + a + p + 3)) ** 2) / (d + a + p) for d, a, p in groups]
    w = [1 / error for error in errors]
    pooled = sum(each * one for each, one in zip(w, means, strict=True)) / sum(w)
    q = sum(each * (one - pooled) ** 2 for each, one in zip(w, means, strict=True))
    tau = max(0.0, (q - (len(means) - 1)) / (sum(w) - sum(each**2 for each in w) / sum(w)))
    centre = sum(m / (e + tau) for m, e in zip(means, errors, strict=True)) / sum(1 / (e + tau) for e in errors)
    expected = [(tau * m + e * centre) / (tau + e) for m, e in zip(means, errors, strict=True)]
    drawn = shrunken(table)
    assert np.isnan(drawn[2])
    assert [value for value in drawn if not np.isnan(value)] == pytest.approx(expected, rel=1e-12)
    assert all(min(m, centre) - 1e-12 <= s <= max(m, centre) + 1e-12 for m, s in zip(means, expected, strict=True))
