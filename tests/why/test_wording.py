"""What is said of a difference: no sentence claims what its interval does not, and few answers say nothing."""

import random
import re
from datetime import date
from math import sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nps.rows import ValueTally
from nps.score import Interval, Tally
from nps.selection import Period, Selection
from nps.why import wording
from nps.why.contrast import Both, Columns, scan
from nps.why.sides import in_groups, in_time
from nps.why.split import FEW, split

Z = 1.959963984540054
NOW = Selection.of(period=Period(date(2026, 4, 1), date(2026, 7, 1)))
TIME = in_time(NOW, Period(date(2026, 1, 1), date(2026, 4, 1)))
SHARED = in_time(NOW, Period(date(2026, 1, 1), date(2026, 4, 2)))
GROUPS = in_groups(NOW, "seg_region", "EMEA", ["APAC", "LATAM"], "the others")

counts = st.one_of(st.integers(0, 12), st.integers(0, 400))
tallies = st.builds(Tally, counts, counts, counts)


def centre(tally: Tally) -> tuple[float, float]:
    """Mean vote and its variance with three answers more, as the formula in docs/method.md has them."""
    n = tally.n + 3
    up, down = (tally.promoters + 0.75) / n, (tally.detractors + 0.75) / n
    return up - down, (up + down - (up - down) ** 2) / n


def surely(before: Tally, after: Tally, z: float = Z) -> int:
    """The sign of a difference whose interval excludes zero; else 0."""
    (now, v1), (then, v2) = centre(after), centre(before)
    return 0 if abs(now - then) <= z * sqrt(v1 + v2) else 1 if now > then else -1


@given(tallies, tallies)
def test_the_verdict_claims_a_change_only_where_the_interval_excludes_zero(before: Tally, after: Tally) -> None:
    (now, v1), (then, v2) = centre(after), centre(before)
    assume(abs(abs(now - then) - Z * sqrt(v1 + v2)) > 1e-9)
    for sides, words in ((TIME, ("a real fall", "a real rise")), (GROUPS, ("a real difference", "a real difference"))):
        told = wording.verdict(before, after, sides)
        sign = surely(before, after) if min(before.n, after.n) >= 30 else 0
        claimed = {"-": words[0] in told, "+": words[1] in told}
        assert claimed["-" if sign < 0 else "+"] == (sign != 0)
        assert (" fell " in told or " rose " in told) == (sign != 0 and sides is TIME)
        assert ("(p " in told) == (sign != 0)
        assert (min(before.n, after.n) < 5) == ("nothing to compare" in told or "too few to show" in told)
    assert not re.search("real|p [=<]", wording.verdict(before, after, SHARED))


def test_the_verdict_reads_well() -> None:
    before, after = Tally(500, 300, 200), Tally(400, 300, 300)
    told = "NPS fell from 30 (25 to 35; n = 1,000) to 10 (5 to 15; n = 1,000): −20.0 (−27.0 to −12.9), a real fall"
    assert wording.verdict(before, after, TIME) == f"{told} (p < 0.001)."
    told = (
        "NPS went from 30 (25 to 35; n = 1,000) to 30 (25 to 35; n = 1,000): 0.0 (−6.8 to +6.8), no detectable change"
    )
    small = "with these counts one of 10 would be found four times in five."  # 2.8016 x 3.46 points
    assert wording.verdict(before, before, TIME) == f"{told}; {small}"
    told = "NPS is 10 (5 to 15; n = 1,000) for EMEA, 30 (25 to 35; n = 1,000) for the others: −20.0 (−27.0 to −12.9)"
    assert wording.verdict(before, after, GROUPS) == f"{told}, a real difference (p < 0.001)."
    assert wording.verdict(Tally(), after, TIME).startswith("Nobody gave a score: 1 Jan 2026 to 31 Mar 2026.")


values = st.dictionaries(st.sampled_from(["A", "B", "C", FEW]), st.tuples(tallies, tallies), min_size=1)


@given(values)
def test_a_part_is_named_only_where_its_own_difference_holds_among_all(
    values: dict[str, tuple[Tally, Tally]],
) -> None:
    found = split(*([ValueTally(value, pair[side]) for value, pair in values.items()] for side in (0, 1)))
    assume(found is not None)
    assert found is not None
    told = wording.reasons(found, TIME)
    if min(found.before.n, found.after.n) < 30:
        assert told == []
        return
    z = {1: 2.241403, 2: 2.497705, 3: 2.638257, 4: 2.734369}[len(found.parts)]  # two tests a value at 5 %
    by_value = {part.value: part for part in found.parts}
    amounts = []
    for sentence in told:
        amounts.append(float(sentence.split()[0].replace("−", "-")))
        if because := re.search(r"because (\w) got (happier|less happy)", sentence):
            part = by_value[because[1]]
            assert min(part.before.n, part.after.n) >= 30
            assert surely(part.before, part.after, z - 1e-5) == (1 if because[2] == "happier" else -1)
        elif because := re.search(r"because (\w), which scores (above|below) the others, (rose|fell)", sentence):
            part = by_value[because[1]]
            others = found.before + found.after - part.before - part.after
            sign = surely(others, part.before + part.after, z - 1e-5)
            assert sign == (1 if because[2] == "above" else -1)
            grew = part.after.n * found.before.n > part.before.n * found.after.n
            assert grew == (because[3] == "rose")
        else:
            assert sentence.endswith(("the rest.", "no part of it stands out from chance by itself."))
    assert abs(sum(amounts) - found.nps.points) <= 0.06 * len(amounts)


def test_the_reasons_read_well() -> None:
    before = [ValueTally("Enterprise", Tally(400, 60, 40)), ValueTally("Team", Tally(200, 200, 200))]
    after = [ValueTally("Enterprise", Tally(80, 12, 8)), ValueTally("Team", Tally(200, 100, 300))]
    found = split(before, after)
    assert found is not None
    assert wording.reasons(found, TIME) == [
        "−18.0 because Enterprise, which scores above the others, fell from 45 % to 14 % of the answers (500 to 100).",
        "−11.7 because Team got less happy: NPS 0 to −17.",
        "−7.1 because Team, which scores below the others, rose from 55 % to 86 % of the answers (600 to 600).",
        "0.0 the rest.",
    ]


@pytest.mark.parametrize(("value", "words"), [(40, "below"), (-10, "above"), (12, "cannot be told from")])
def test_a_score_is_above_or_below_a_number_only_where_its_interval_is(value: float, words: str) -> None:
    now = Tally(400, 300, 300)  # 10 (5 to 15)
    assert words in wording.against(now, value, "the target", None)
    wide = Interval(value - 40, value + 40)
    assert "cannot be told from" in wording.against(now, value, "the benchmark", wide)
    assert "too few to compare" in wording.against(Tally(10, 10, 9), value, "the target")
    assert "too few to show" in wording.against(Tally(1, 1, 1), value, "the target")


@given(st.lists(st.tuples(tallies, tallies), min_size=2, max_size=5))
def test_what_explains_most_is_sure_only_after_all_groups_were_counted(pairs: list[tuple[Tally, Tally]]) -> None:
    assume(all(sum(pair[side].n for pair in pairs) for side in (0, 1)))
    both = tuple([ValueTally(str(number), pair[side]) for number, pair in enumerate(pairs)] for side in (0, 1))
    found = scan({("seg_plan",): (both[0], both[1])})
    all_before, all_after = (sum(row.tally.n for row in side) for side in both)
    shares = {
        number: (before.n / all_before + after.n / all_after) / 2
        for number, (before, after) in enumerate(pairs)
        if before.n and after.n
    }
    enough = []
    for number in shares:
        others = [pairs[other] for other in shares if other != number]
        sizes = (*(tally.n for tally in pairs[number]), *(sum(pair[side].n for pair in others) for side in (0, 1)))
        if min(sizes) >= 30:
            enough.append(number)
    assert sorted(int(each.value) for each in found.found) == enough
    assert found.groups == len(enough)
    for each in found.found:
        weights = {int(each.value): 1.0}
        left = sum(share for number, share in shares.items() if number != int(each.value))
        weights |= {number: -share / left for number, share in shares.items() if number != int(each.value)}
        difference = variance = plain = 0.0
        for number, weight in weights.items():
            before, after = pairs[number]
            (a, v1), (b, v2) = centre(after), centre(before)
            difference += weight * (a - b)
            variance += weight**2 * (v1 + v2)
            plain += weight * ((after.nps or 0) - (before.nps or 0))
        if len(enough) == 2:  # p < 0.025 for each
            z = abs(difference) / sqrt(variance)
            assume(abs(z - 2.241403) > 1e-5)
            assert each.sure == (z > 2.241403)
        assert each.points == pytest.approx(shares[int(each.value)] * plain, abs=1e-9)
    told = wording.explains(found, {"seg_plan": "Plan"}, TIME)
    assert ("explains most" in told) == any(each.sure for each in found.found)


def test_the_pair_that_makes_most_of_it_is_named_before_the_segment_it_lies_in() -> None:
    even, fell = Tally(300, 400, 300), Tally(150, 250, 600)
    half, low = Tally(150, 200, 150), Tally(0, 50, 450)
    pairs = ["a · x", "a · y", "b · x", "b · y"]
    after = [half, half, half, low]
    regions = [[ValueTally(v, even) for v in "ab"], [ValueTally("a", even), ValueTally("b", fell)]]
    plans = [[ValueTally(pair, half) for pair in pairs], list(map(ValueTally, pairs, after))]
    alone: dict[Columns, Both] = {("seg_region",): (regions[0], regions[1])}
    crossed: dict[Columns, Both] = {("seg_region", "seg_plan"): (plans[0], plans[1])}
    assert [(each.value, each.leads) for each in scan(alone).found] == [("b", True), ("a", False)]
    found = scan({**alone, **crossed})
    assert (found.columns(), found.found[0].value, found.groups) == (("seg_region", "seg_plan"), "b · y", 6)
    told = wording.explains(found, {"seg_region": "Region", "seg_plan": "Plan"}, TIME)
    assert told.startswith("Region and Plan explain most: b · y moved otherwise than the others, which makes −22.5 of")
    assert told.endswith("(p < 0.001, corrected for 6 groups looked at).")


def test_another_mix_of_the_same_scores_moves_no_group() -> None:
    shares = {"a": (600, 60), "b": (300, 300), "c": (60, 900)}
    votes = {"a": (0.7, 0.1), "b": (0.4, 0.3), "c": (0.1, 0.6)}
    sides = [
        [ValueTally(v, Tally(round(n[side] * votes[v][0]), 0, round(n[side] * votes[v][1]))) for v, n in shares.items()]
        for side in (0, 1)
    ]
    found = scan({("seg_plan",): (sides[0], sides[1])})
    assert [round(each.points, 9) for each in found.found] == [0, 0, 0]
    assert not any(each.sure for each in found.found)


def test_where_nothing_moved_a_scan_names_a_group_less_than_one_time_in_twenty() -> None:
    choose = random.Random(11)

    def side() -> list[ValueTally]:
        rows = []
        for value in "abcd":
            votes = choose.choices((0, 1, 2), (0.5, 0.3, 0.2), k=40 + 40 * (ord(value) % 4))
            rows.append(ValueTally(value, Tally(votes.count(0), votes.count(1), votes.count(2))))
        return rows

    runs = 400
    named = sum(scan({(f"seg_{n}",): (side(), side()) for n in range(3)}).found[0].sure for _ in range(runs))
    assert 0 < named <= 0.05 * runs + 3 * sqrt(0.05 * 0.95 * runs)
