"""What changed: equal to a plain search on small data, right about invented companies, and silent about chance."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from math import erfc, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nps.hotspots.changed import Moves, _changes, search
from nps.hotspots.counting import Answers, Counted
from nps.score import contrast
from tests.hotspots.worlds import Group, Moving, moving

Row = tuple[tuple[str, ...], int, bool]  # the values of one answer, its vote of -1, 0, 1, and whether it is of now
Z95 = NormalDist().inv_cdf(0.95)


def counted_of(rows: list[Row], columns: int) -> tuple[Counted, Counted]:
    values = [sorted({row[0][k] for row in rows}) for k in range(columns)]
    codes = tuple(np.array([values[k].index(row[0][k]) for row in rows], dtype=np.int16) for k in range(columns))
    bands = np.array([row[1] + 1 for row in rows], dtype=np.int8)
    names = tuple(f"c{k}" for k in range(columns))
    both = Answers(names, tuple(map(tuple, values)), codes, bands, np.ones(len(rows), dtype=np.int64))
    now = np.array([row[2] for row in rows], dtype=np.bool_)
    return both.only(~now).counted(), both.only(now).counted()


# The same search with sets of rows, one group at a time.


def spread(votes: list[int]) -> float:
    """The variance of a vote, with three answers more: three quarters at each end, the others in the middle."""
    n = len(votes) + 3
    high, low = (votes.count(1) + 0.75) / n, (votes.count(-1) + 0.75) / n
    return high + low - (high - low) ** 2


class Plain:
    def __init__(self, rows: list[Row], columns: int) -> None:
        self.rows, self.columns = rows, columns

    def members(self, group: Group, among: Iterable[int]) -> set[int]:
        return {at for at in among if all(self.rows[at][0][int(name[1:])] == value for name, value in group)}

    def votes(self, places: Iterable[int], now: bool) -> list[int]:
        return [self.rows[at][1] for at in places if self.rows[at][2] is now]

    def change(self, places: set[int]) -> tuple[float, float]:
        """How far the mean vote moved, and the variance of that."""
        before, now = self.votes(places, False), self.votes(places, True)
        both = spread(before + now)
        variance = sum(max(spread(votes), both) / len(votes) for votes in (before, now))
        return sum(now) / len(now) - sum(before) / len(before), variance

    def enough(self, places: set[int], fewest: int = 30) -> bool:
        return min(len(self.votes(places, False)), len(self.votes(places, True))) >= fewest

    def against(self, group: Group, among: set[int]) -> tuple[float, float]:
        """The z and the bound nearest to zero of how much further it moved than each of its parents."""
        own, found = self.members(group, among), []
        for left_out in range(len(group)):
            rest = self.members(group[:left_out] + group[left_out + 1 :], among) - own
            if not self.enough(rest) or not self.enough(own, 1):
                return 0.0, 0.0
            (mine, variance), (theirs, of_theirs) = self.change(own), self.change(rest)
            found.append((mine - theirs, sqrt(variance + of_theirs)))
        z = [further / error for further, error in found]
        if min(z) > 0:
            return min(z), min(further - Z95 * error for further, error in found)
        if max(z) < 0:
            return max(z), max(further + Z95 * error for further, error in found)
        return 0.0, 0.0

    def more_than_its_parts(self, group: Group, sign: float) -> bool:
        further = error = 0.0
        everything = set(range(len(self.rows)))
        for count in range(len(group) + 1):
            for kept in combinations(group, count):
                beside = [pair for pair in group if pair not in kept]
                alone = self.members(kept, everything)
                for pair in beside:
                    alone -= self.members((pair,), alone)
                if not self.enough(alone, 1):
                    return False
                change, variance = self.change(alone)
                further += (-1) ** len(beside) * change
                error += variance
        return sign * further >= 0.02 + 3 * sqrt(error)

    def search(self) -> tuple[int, dict[Group, float]]:
        everything = set(range(len(self.rows)))
        tested: dict[Group, tuple[float, float]] = {}
        for count in (1, 2, 3):
            for chosen in combinations(range(self.columns), count):
                for group in {tuple((f"c{k}", row[0][k]) for k in chosen) for row in self.rows}:
                    if self.enough(self.members(group, everything)):
                        tested[group] = self.against(group, everything)
        p = {group: erfc(abs(z) / sqrt(2)) for group, (z, _) in tested.items()}
        ranks, adjusted, smallest = sorted(p, key=lambda group: p[group]), dict[Group, float](), 1.0
        harmonic = sum(1 / rank for rank in range(1, len(p) + 1))
        for rank in range(len(ranks), 0, -1):
            smallest = min(smallest, p[ranks[rank - 1]] * len(p) * harmonic / rank)
            adjusted[ranks[rank - 1]] = smallest
        waiting = [
            group
            for group, (z, bound) in tested.items()
            if adjusted[group] <= 0.05
            and z * bound > 0
            and abs(bound) >= 0.02
            and (len(group) == 1 or self.more_than_its_parts(group, np.sign(z)))
        ]
        waiting.sort(key=lambda group: (-abs(tested[group][0]), group))
        kept: list[Group] = []
        while waiting:
            group = next(one for one in waiting if not any(set(other) > set(one) for other in waiting))
            waiting.remove(group)
            if self.stands_out(group, kept, tested[group][0]):
                kept.append(group)
        for group in sorted(kept, key=lambda one: abs(tested[one][0])):
            others = [one for one in kept if one != group and not set(group) > set(one)]
            if not self.stands_out(group, others, tested[group][0]):
                kept.remove(group)
        return len(tested), {group: adjusted[group] for group in kept}

    def stands_out(self, group: Group, others: list[Group], sign: float) -> bool:
        free = set(range(len(self.rows)))
        for other in others:
            free -= self.members(other, free)
        z, bound = self.against(group, free)
        return self.enough(self.members(group, free)) and np.sign(sign) * z >= 3 and np.sign(sign) * bound >= 0.02


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 4))
@example(3, 4)
def test_it_finds_what_a_plain_search_finds(seed: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 4, size=columns)
    group = [(int(k), f"v{rng.integers(sizes[k])}") for k in rng.choice(columns, size=2, replace=False)]
    rows: list[Row] = []
    for number in range(1_200):
        values, now = tuple(f"v{rng.integers(size)}" for size in sizes), number % 2 == 1
        fell = now and (all(values[k] == value for k, value in group) or (values[0] == "v1" and seed % 3 == 0))
        rose = now and values[-1] == "v0" and seed % 2 == 0
        shares = [0.8, 0.1, 0.1] if fell else [0.02, 0.08, 0.9] if rose else [0.2, 0.3, 0.5]
        rows.append((values, int(rng.choice([-1, 0, 1], p=shares)), now))
    found = search(*counted_of(rows, columns))
    plain = Plain(rows, columns)
    tested, kept = plain.search()
    assert found.tested == tested
    assert {each.segments: each.p_adjusted for each in found.findings} == pytest.approx(kept, rel=1e-9, abs=1e-300)
    for each in found.findings:
        own = plain.members(each.segments, range(len(rows)))
        rest = set(range(len(rows))) - own
        for tally, places, now in (
            (each.before, own, False),
            (each.now, own, True),
            (each.rest_before, rest, False),
            (each.rest_now, rest, True),
        ):
            votes = plain.votes(places, now)
            assert (tally.promoters, tally.passives, tally.detractors) == tuple(votes.count(v) for v in (1, 0, -1))
        further = plain.change(own)[0] - plain.change(rest)[0]
        assert each.further.points == pytest.approx(100 * further)
        assert each.impact == pytest.approx(-100 * further * len(plain.votes(own, True)) / 600)
        assert each.fell == (plain.against(each.segments, set(range(len(rows))))[0] < 0)
    impacts = [abs(each.impact) for each in found.findings]
    assert impacts == sorted(impacts, reverse=True)


def test_the_total_would_be_higher_by_the_impact_if_the_group_had_moved_like_the_rest() -> None:
    invented = moving(1005, n=10_000)
    found = search(invented.before.counted(), invented.now.counted()).findings
    assert found
    for each in found:
        total = each.now + each.rest_now
        moved = (each.rest_now.nps or 0) - (each.rest_before.nps or 0)
        like_the_rest = each.now.n * ((each.before.nps or 0) + moved) + each.rest_now.n * (each.rest_now.nps or 0)
        assert each.impact == pytest.approx(like_the_rest / total.n - (total.nps or 0))
        assert each.further == contrast((each.now, each.rest_now), (each.before, each.rest_before))


def hits(seeds: Iterable[int], sizes: tuple[int, ...]) -> tuple[int, int, int]:
    """How many planted groups were found on their way, how many others were, and how many were planted."""
    true = false = planted = 0
    for seed in seeds:
        invented = moving(seed, n=sizes[seed % len(sizes)])
        found = signed(search(invented.before.counted(), invented.now.counted()))
        wanted = {(group, True) for group in invented.fell} | {(group, False) for group in invented.rose}
        true, false, planted = true + len(found & wanted), false + len(found - wanted), planted + len(wanted)
    return true, false, planted


def signed(moves: Moves) -> set[tuple[Group, bool]]:
    return {(each.segments, each.fell) for each in moves.findings}


def test_groups_that_fell_or_rose_are_found_and_nothing_else() -> None:
    true, false, planted = hits(range(2000, 2012), (10_000, 30_000))
    assert true >= 0.85 * planted
    assert false <= 0.1 * true


@pytest.mark.soak
def test_groups_that_moved_are_found_in_forty_worlds() -> None:
    true, false, planted = hits(range(2000, 2040), (10_000, 30_000, 100_000, 300_000))
    print(f"precision {true / (true + false):.3f}, recall {true / planted:.3f}")
    assert true >= 0.9 * planted
    assert true >= 0.95 * (true + false)


def shuffled(run: int, n: int) -> Moving:
    """A world in which every group moved like the rest, each period with scores of its own."""
    rng, invented = np.random.default_rng(run), moving(run % 25, n=n, fewest=100)
    before, now = (replace(each, bands=rng.permutation(each.bands)) for each in (invented.before, invented.now))
    return replace(invented, before=before, now=now)


def chance(runs: Iterable[int], n: int) -> int:
    """In how many shuffled worlds something was found."""
    worlds = (shuffled(run, n) for run in runs)
    return sum(bool(search(each.before.counted(), each.now.counted()).findings) for each in worlds)


def test_shuffled_scores_show_nothing() -> None:
    assert chance(range(40), 3_000) <= 2


@pytest.mark.soak
def test_two_hundred_shuffles_show_next_to_nothing() -> None:
    found = chance(range(200), 10_000)
    print(f"{found} of 200 shuffles showed something")
    assert found <= 10


@pytest.mark.parametrize("shares", [(0.15, 0.25, 0.6), (0.05, 0.05, 0.9), (0.3, 0.4, 0.3)])
@pytest.mark.parametrize("sizes", [(30, 30), (30, 90)])
def test_a_small_group_moves_so_far_by_chance_as_seldom_as_is_said(
    shares: tuple[float, float, float], sizes: tuple[int, int]
) -> None:
    """By enumeration of all answers of both periods: a vote of -1, 0 or 1 with these shares."""
    states, chances = zip(*(possible(n, shares) for n in sizes), strict=True)
    counts = np.stack(np.broadcast_arrays(states[0][:, None], states[1][None]), axis=-2)
    change, variance = _changes(counts)
    z, chance = change / np.sqrt(variance), chances[0][:, None] * chances[1][None]
    for bar in (3.0, 3.5, 4.0, 4.5):
        assert chance[abs(z) >= bar].sum() <= 1.05 * erfc(bar / sqrt(2))


def possible(n: int, shares: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """All counts that n answers may have, and the chance of each: trinomial."""
    counts = np.array([(d, n - d - p, p) for d in range(n + 1) for p in range(n + 1 - d)])
    logs = np.concatenate([[0.0], np.log(np.arange(1, n + 1)).cumsum()])
    chances = np.exp(logs[n] - logs[counts].sum(axis=1) + (counts * np.log(shares)).sum(axis=1))
    assert chances.sum() == pytest.approx(1)
    return counts, chances


def test_nothing_to_look_at_finds_nothing() -> None:
    rows: list[Row] = [(("a",), 1, number % 2 == 0) for number in range(58)]
    for few in (rows, rows[:1]):
        found = search(*counted_of(few, 1))
        assert (found.tested, found.findings) == (0, ())
