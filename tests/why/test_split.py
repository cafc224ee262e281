"""The split of a difference against the same formula in exact fractions, and what is put together as too few."""

from fractions import Fraction
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.rows import ValueTally
from nps.score import FEWEST_SHOWN, Tally
from nps.why.split import FEW, Part, Split, folded, split

counts = st.one_of(st.integers(0, 8), st.integers(0, 5_000_000))
tallies = st.one_of(st.just(Tally()), st.builds(Tally, counts, counts, counts, st.integers(0, 5)))
names = st.sampled_from(["Free", "Team", "Business", "(not given)", "A", "B", "C", "D"])
sides = st.dictionaries(names, tallies).map(lambda known: [ValueTally(*pair) for pair in known.items()])


def total(rows: list[ValueTally]) -> Tally:
    return sum((row.tally for row in rows), Tally())


def rate(tally: Tally, band: str) -> Fraction:
    votes = {"promoters": tally.promoters, "detractors": tally.detractors, "nps": tally.promoters - tally.detractors}
    return Fraction(100 * votes[band], tally.n)


def oracle(part: Part, whole: Split, band: str) -> tuple[Fraction, Fraction]:
    """Mix and rate as Kitagawa writes them, in fractions."""
    shares = Fraction(part.before.n, whole.before.n), Fraction(part.after.n, whole.after.n)
    first = rate(part.before if part.before.n else part.after, band)
    second = rate(part.after if part.after.n else part.before, band)
    overall = (rate(whole.before, band) + rate(whole.after, band)) / 2
    return (shares[1] - shares[0]) * ((first + second) / 2 - overall), (shares[0] + shares[1]) / 2 * (second - first)


@given(sides, sides)
def test_the_parts_are_those_of_the_formula_and_add_up_to_the_change(
    before: list[ValueTally], after: list[ValueTally]
) -> None:
    found = split(before, after)
    if not total(before).n or not total(after).n:
        assert found is None
        return
    assert found is not None
    assert (found.before, found.after) == (total(before), total(after))
    for band in ("nps", "promoters", "detractors"):
        change = rate(found.after, band) - rate(found.before, band)
        effects = [getattr(part, band) for part in found.parts]
        for part, effect in zip(found.parts, effects, strict=True):
            mix, by_rate = oracle(part, found, band)
            assert abs(Fraction(effect.mix) - mix) <= Fraction(1, 10**12)
            assert abs(Fraction(effect.rate) - by_rate) <= Fraction(1, 10**12)
        assert abs(Fraction(fsum(effect.points for effect in effects)) - change) <= Fraction(1, 10**12)
    assert found.nps.mix == fsum(part.nps.mix for part in found.parts)


def test_a_value_on_one_side_only_is_all_mix() -> None:
    found = split(
        [ValueTally("old", Tally(5, 0, 5))], [ValueTally("old", Tally(5, 0, 5)), ValueTally("new", Tally(10))]
    )
    assert found is not None
    old, new = found.parts
    # Half of the answers now score 100, half still 0: NPS rises from 0 to 50, on average 25.
    assert (new.nps.mix, new.nps.rate) == (0.5 * (100 - 25), 0)
    assert (old.nps.mix, old.nps.rate) == (-0.5 * (0 - 25), 0)
    assert (new.promoters.mix, new.detractors.mix) == (0.5 * (100 - 62.5), 0.5 * (0 - 37.5))


@given(sides, sides)
def test_no_group_of_one_to_four_is_told_or_found_by_subtraction(
    before: list[ValueTally], after: list[ValueTally]
) -> None:
    shown = folded(before, after)
    for given_side, side in zip((before, after), shown, strict=True):
        assert total(side).n == total(given_side).n
        if total(given_side).n >= FEWEST_SHOWN and total(before).n >= FEWEST_SHOWN and total(after).n >= FEWEST_SHOWN:
            assert all(row.tally.n == 0 or row.tally.n >= FEWEST_SHOWN for row in side)
    told = {row.value for side in shown for row in side}
    scored = {row.value for row in (*before, *after) if row.tally.n}
    hidden = scored - told
    assert (FEW in told) == bool(hidden)
    assert len(hidden) != 1 or len(scored) == 1


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ({"A": 40, "B": 30, "C": 12}, {"A": 40, "B": 30, "C": 12}, {"A", "B", "C"}),
        ({"A": 40, "B": 30, "C": 4}, {"A": 40, "B": 30, "C": 12}, {"A"}),  # B hides C
        ({"A": 40, "B": 30, "C": 2, "D": 4}, {"A": 40, "B": 30, "C": 4, "D": 3}, {"A", "B"}),
        ({"A": 40, "B": 30, "C": 2, "D": 2}, {"A": 40, "B": 30}, {"A"}),  # 4 answers in all
        ({"A": 40, "B": 30}, {"A": 40, "C": 30}, {"A", "B", "C"}),
    ],
)
def test_the_next_smallest_goes_with_the_few(before: dict[str, int], after: dict[str, int], kept: set[str]) -> None:
    first, second = ([ValueTally(v, Tally(n)) for v, n in side.items()] for side in (before, after))
    shown = folded(first, second)
    assert {row.value for side in shown for row in side} - {FEW} == kept
