"""The score and its interval, against values of another program and against what must hold for any counts."""

import csv
import os
from math import isclose, lgamma, sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from nps.score import Interval, Tally, contrast

ROOT = Path(__file__).resolve().parent.parent
Z = NormalDist().inv_cdf(0.975)

# From the R package NPS 2.0.999 under R 4.2.2: counts of detractors, passives and promoters, then the score, its
# adjusted Wald interval at 95 % and at 90 % before clipping, all as shares.
ONE_SAMPLE = [
    ((1, 2, 3), 0.3333333333, (-0.26743258794, 0.71187703239), (-0.18870904835, 0.63315349280)),
    ((0, 1, 1), 0.5, (-0.39448651078, 0.79448651078), (-0.29890880707, 0.69890880707)),
    ((0, 0, 10), 1.0, (0.47503551545, 1.06342602301), (0.52233432928, 1.01612720918)),
    ((10, 0, 0), -1.0, (-1.06342602301, -0.47503551545), (-1.01612720918, -0.52233432928)),
    ((0, 10, 0), 0.0, (-0.18465044909, 0.18465044909), (-0.15496354183, 0.15496354183)),
    ((20, 30, 50), 0.3, (0.14051130179, 0.44201297006), (0.16474804778, 0.41777622406)),
    ((7, 16, 42), 0.5384615385, (0.35042668212, 0.67898508259), (0.37683843149, 0.65257333322)),
    ((120, 230, 650), 0.53, (0.48509535018, 0.57173416129), (0.49205996457, 0.56476954690)),
    ((150000, 250000, 600000), 0.45, (0.44854841065, 0.45144888936), (0.44878157077, 0.45121572924)),
]
# Two groups, the difference of their scores, its adjusted interval, the p-value of the adjusted test.
TWO_SAMPLE = [
    ((20, 30, 50), (30, 30, 40), 0.2, (-0.025515959828, 0.41386547439), 0.08321586753),
    ((7, 16, 42), (12, 20, 33), 0.2153846154, (-0.039536646736, 0.45130135262), 0.10013146620),
    ((1, 2, 3), (3, 2, 1), 0.6666666667, (-0.248032028970, 1.13692091786), 0.20841280368),
    ((0, 0, 10), (0, 3, 7), 0.3, (-0.209780106191, 0.67131856773), 0.30457524589),
    ((120, 230, 650), (150, 240, 610), 0.07, (0.006712992269, 0.13286826396), 0.03011673175),
]

counts = st.integers(0, 2_000)
tallies = st.builds(Tally, counts, counts, counts, counts)
scored = tallies.filter(lambda tally: tally.n > 0)


def of(detractors: int, passives: int, promoters: int) -> Tally:
    """A tally in the order in which the tables above name the counts."""
    return Tally(promoters, passives, detractors)


def swapped(tally: Tally) -> Tally:
    return Tally(tally.detractors, tally.passives, tally.promoters, tally.blanks)


def close(points: float | None, share: float) -> bool:
    """Whether points agree with a share of another program to the digits it prints."""
    return points is not None and isclose(points / 100, share, rel_tol=0, abs_tol=1e-9)


def clipped(share: float) -> float:
    return max(-1.0, min(1.0, share))


@pytest.fixture(scope="module")
def conformance() -> Path:
    folder = Path(os.environ.get("NPS_CONFORMANCE") or ROOT.parent / "shared" / "conformance")
    if not folder.is_dir():
        pytest.skip(f"there is no conformance table at {folder}; NPS_CONFORMANCE names its folder")
    return folder


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("group", "nps", "wide", "narrow"), ONE_SAMPLE)
def test_the_interval_agrees_with_the_program_of_its_author(
    group: tuple[int, int, int], nps: float, wide: tuple[float, float], narrow: tuple[float, float]
) -> None:
    tally = of(*group)
    assert close(tally.nps, nps)
    for level, (low, high) in ((0.95, wide), (0.90, narrow)):
        interval = tally.interval(level)
        assert interval is not None
        assert close(interval.low, clipped(low))
        assert close(interval.high, clipped(high))


@pytest.mark.parametrize(("now", "before", "difference", "interval", "p_value"), TWO_SAMPLE)
def test_a_change_agrees_with_the_program_of_its_author(
    now: tuple[int, int, int],
    before: tuple[int, int, int],
    difference: float,
    interval: tuple[float, float],
    p_value: float,
) -> None:
    change = of(*now).change_from(of(*before))
    assert close(change.points, difference)
    assert change.interval is not None
    assert change.p_value is not None
    assert close(change.interval.low, interval[0])
    assert close(change.interval.high, interval[1])
    assert isclose(change.p_value, p_value, abs_tol=1e-9)


def test_every_row_of_the_conformance_table_of_one_group(conformance: Path) -> None:
    rows = table(conformance / "nps_one_sample.csv")
    assert len(rows) == 14
    for row in rows:
        tally = of(int(row["d"]), int(row["pa"]), int(row["p"]))
        wide, narrow = tally.interval(), tally.interval(0.90)
        assert wide is not None
        assert narrow is not None
        assert close(tally.nps, float(row["nps"])), row
        for points, column in (
            (wide.low, "aw_lo"),
            (wide.high, "aw_hi"),
            (narrow.low, "aw90_lo"),
            (narrow.high, "aw90_hi"),
        ):
            assert close(points, clipped(float(row[column]))), (row, column)
        if abs(float(row["aw_lo"])) <= 1 and abs(float(row["aw_hi"])) <= 1:
            assert close((wide.high - wide.low) / 2 / Z, float(row["aw_se"])), row


def test_every_row_of_the_conformance_table_of_two_groups(conformance: Path) -> None:
    rows = table(conformance / "nps_two_sample.csv")
    assert len(rows) == 6
    for row in rows:
        x, y = (of(*map(int, row[group].split("/"))) for group in "xy")
        if (x.nps or 0) < (y.nps or 0):  # that program loses the sign of a difference
            x, y = y, x
        change = x.change_from(y)
        assert change.interval is not None
        assert change.p_value is not None
        low, high = change.interval.low, change.interval.high
        assert close(change.points, float(row["w_delta"])), row
        assert close(low, float(row["a_lo"])), row
        assert close(high, float(row["a_hi"])), row
        assert close((low + high) / 2, float(row["a_delta"])), row
        assert close((high - low) / 2 / Z, float(row["a_se"])), row
        assert isclose(change.p_value, float(row["a_p"]), abs_tol=1e-9), row


def test_a_fall_has_a_sign() -> None:
    change = of(3500, 2500, 4000).change_from(of(3400, 2500, 4100))
    assert change.points == pytest.approx(-2)
    assert change.interval is not None
    assert close(change.interval.low, -0.04393451765)
    assert close(change.interval.high, 0.003946514053)
    assert change.direction == "none"


def test_nobody_has_no_score() -> None:
    nobody = Tally(blanks=7)
    assert (nobody.n, nobody.nps, nobody.interval()) == (0, None, None)
    assert nobody.change_from(Tally(1, 1, 1)).direction == "unknown"
    assert Tally(1, 1, 1).change_from(nobody).points is None


def test_a_blank_is_not_a_zero() -> None:
    assert Tally(5, 3, 2, blanks=90).nps == Tally(5, 3, 2).nps == 30
    assert Tally(5, 3, 2, blanks=90).interval() == Tally(5, 3, 2).interval()
    assert Tally(5, 3, 2, blanks=90).response_rate == pytest.approx(0.1)
    assert Tally(5, 3, 2).response_rate is None


def test_the_bounds_are_reached() -> None:
    assert Tally(promoters=9).nps == 100
    assert Tally(detractors=9).nps == -100
    assert Tally(passives=9).nps == 0


def test_a_score_of_months_is_not_the_average_of_their_scores() -> None:
    quiet, busy = Tally(promoters=10), Tally(detractors=90)
    assert (quiet + busy).nps == -80


def test_how_many_answers_show_a_change_of_ten_points() -> None:
    """With a variance of .61, 958 answers a group see ten points with a power of 80 %, so about half as many do not."""
    now, before = Tally(525, 290, 143), Tally(477, 290, 191)
    assert now.n == before.n == 958
    change = now.change_from(before)
    assert change.points == pytest.approx(10.02, abs=0.01)
    assert change.direction == "up"
    fifth = Tally(105, 58, 29).change_from(Tally(95, 58, 38))
    assert fifth.points is not None
    assert fifth.points > 9
    assert fifth.direction == "none"


@given(tallies, tallies, tallies)
def test_tallies_add_up_in_any_order(a: Tally, b: Tally, c: Tally) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert (a + b) - b == a
    assert a + Tally() == a
    assert (a + b).n == a.n + b.n


@given(scored)
def test_score_and_interval_stay_within_bounds(tally: Tally) -> None:
    interval = tally.interval()
    assert tally.nps is not None
    assert interval is not None
    assert -100 <= tally.nps <= 100
    assert -100 <= interval.low < interval.high <= 100
    if tally.n > 1:  # one answer alone: its interval of shrunken shares may end just below it
        assert interval.low <= tally.nps <= interval.high


@given(scored)
def test_swapping_promoters_and_detractors_mirrors_everything(tally: Tally) -> None:
    mirror, interval = swapped(tally), tally.interval()
    assert tally.nps is not None
    assert interval is not None
    assert mirror.nps == -tally.nps
    reflected = mirror.interval()
    assert reflected is not None
    assert reflected.low == pytest.approx(-interval.high, abs=1e-9)
    assert reflected.high == pytest.approx(-interval.low, abs=1e-9)


@given(scored, st.integers(2, 50))
def test_more_of_the_same_keeps_the_score_and_narrows_the_interval(tally: Tally, times: int) -> None:
    more = Tally(tally.promoters * times, tally.passives * times, tally.detractors * times)
    assert tally.nps is not None
    assert more.nps == pytest.approx(tally.nps)
    assume(tally.n >= 10)
    assert width(more) < width(tally)


def width(tally: Tally) -> float:
    interval = tally.interval()
    assert interval is not None
    return interval.high - interval.low


@given(scored, st.floats(0.5, 0.98), st.floats(0.005, 0.015))
def test_a_surer_interval_is_wider(tally: Tally, level: float, more: float) -> None:
    narrow, wide = tally.interval(level), tally.interval(level + more)
    assert narrow is not None
    assert wide is not None
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


@given(scored)
def test_one_more_promoter_never_lowers_the_score(tally: Tally) -> None:
    more = tally + Tally(promoters=1)
    assert more.nps is not None
    assert tally.nps is not None
    assert more.nps >= tally.nps


@given(scored, scored)
def test_a_change_is_signed_and_backwards_it_is_its_negative(now: Tally, before: Tally) -> None:
    there, back = now.change_from(before), before.change_from(now)
    assert there.points is not None
    assert back.points is not None
    assert there.points == pytest.approx(-back.points)
    assert there.p_value == pytest.approx(back.p_value)
    assert {there.direction, back.direction} in ({"up", "down"}, {"none"})


@given(scored, scored)
def test_the_direction_the_interval_and_the_p_value_say_the_same(now: Tally, before: Tally) -> None:
    change = now.change_from(before)
    assert change.interval is not None
    assert change.p_value is not None
    assert -200 <= change.interval.low <= change.interval.high <= 200
    assert 0 <= change.p_value <= 1
    assume(abs(change.p_value - 0.05) > 1e-9)
    assert (change.direction != "none") == (change.p_value < 0.05)
    assert (change.interval.low > 0 or change.interval.high < 0) == (change.p_value < 0.05)


@given(scored)
def test_no_change_is_none(tally: Tally) -> None:
    change = tally.change_from(tally)
    assert (change.points, change.direction) == (0, "none")
    assert change.p_value == pytest.approx(1)


@given(scored, scored)
@example(Tally(0, 0, 1), Tally(1, 0, 0))
def test_what_a_part_costs_is_what_the_total_gains_when_the_part_scores_like_the_rest(part: Tally, rest: Tally) -> None:
    total = part + rest
    cost = part.cost_to(total)
    assert cost is not None
    assert total.nps is not None
    assert rest.nps is not None
    # The part's answers replaced by answers that fall as those of the rest: its counts become n x shares of the rest.
    gained = 100 * (part.n * (rest.promoters - rest.detractors) / rest.n + rest.promoters - rest.detractors) / total.n
    assert cost == pytest.approx(gained - total.nps, abs=1e-9)
    assert total.nps + cost == pytest.approx(rest.nps, abs=1e-9)


@given(scored, scored)
def test_a_part_costs_when_it_is_worse_than_the_rest_and_the_two_weigh_each_other_up(part: Tally, rest: Tally) -> None:
    total = part + rest
    cost, other = part.cost_to(total), rest.cost_to(total)
    assert cost is not None
    assert other is not None
    assert total.nps is not None
    assert part.nps is not None
    if abs(part.nps - total.nps) > 1e-9:
        assert (cost > 0) == (part.nps < total.nps)
    assert cost * rest.n == pytest.approx(-other * part.n, abs=1e-6)


@given(scored, tallies)
def test_without_a_rest_or_without_a_score_nothing_is_said_of_the_cost(total: Tally, blank: Tally) -> None:
    assert total.cost_to(total) is None
    assert Tally(blanks=blank.blanks).cost_to(total) is None


def test_the_interval_is_the_published_formula() -> None:
    promoters, passives, detractors = 42, 16, 7
    n = promoters + passives + detractors + 3
    p, d = (promoters + 0.75) / n, (detractors + 0.75) / n
    half = Z * sqrt((p + d - (p - d) ** 2) / n)
    found = Tally(promoters, passives, detractors).interval()
    assert found is not None
    assert found.low == pytest.approx(100 * (p - d - half), abs=1e-12)
    assert found.high == pytest.approx(100 * (p - d + half), abs=1e-12)
    assert isinstance(found, Interval)


CROWDS = [(i / 10, (10 - i - j) / 10, j / 10) for i in range(1, 10) for j in range(1, 10 - i)]


@pytest.mark.parametrize("n", [10, 11, 20, 50])
def test_the_interval_covers_the_truth_as_often_as_it_says(n: int) -> None:
    """Exact, over every sample of n from 36 crowds: .95 within .01 on average, and never far below for any of them."""
    samples = [(p, n - p - d, d) for p in range(n + 1) for d in range(n + 1 - p)]
    intervals = [Tally(*sample).interval() for sample in samples]
    ways = np.array([lgamma(n + 1) - sum(lgamma(count + 1) for count in sample) for sample in samples])
    low = np.array([interval.low for interval in intervals if interval])
    high = np.array([interval.high for interval in intervals if interval])
    assert len(low) == len(samples)
    covered = []
    for crowd in CROWDS:
        chances = np.exp(ways + np.array(samples) @ np.log(crowd))
        truth = 100 * (crowd[0] - crowd[2])
        assert chances.sum() == pytest.approx(1)
        covered.append(chances[(low <= truth + 1e-9) & (truth - 1e-9 <= high)].sum())
    assert abs(np.mean(covered) - 0.95) < 0.01
    assert min(covered) > 0.93


@given(scored, scored, scored, scored)
def test_a_contrast_adds_the_variances_of_four_scores(a: Tally, b: Tally, c: Tally, d: Tally) -> None:
    found = contrast((a, b), (c, d))
    centre, variance = 0.0, 0.0
    for sign, tally in ((1, a), (-1, b), (-1, c), (1, d)):
        n = tally.n + 3
        p, q = (tally.promoters + 0.75) / n, (tally.detractors + 0.75) / n
        centre, variance = centre + sign * (p - q), variance + (p + q - (p - q) ** 2) / n
    assert found.points == pytest.approx((a.nps or 0) - (b.nps or 0) - (c.nps or 0) + (d.nps or 0))
    assert found.interval
    assert found.interval.low == pytest.approx(max(-400, 100 * (centre - Z * sqrt(variance))))
    assert found.interval.high == pytest.approx(min(400, 100 * (centre + Z * sqrt(variance))))
    assert found.p_value == pytest.approx(2 * NormalDist().cdf(-abs(centre) / sqrt(variance)), abs=1e-12)
    assert (found.direction == "none") == (found.interval.low <= 0 <= found.interval.high)
    assert contrast((c, d), (a, b)).points == pytest.approx(-(found.points or 0))


def test_a_contrast_with_nobody_is_unknown() -> None:
    assert contrast((Tally(), Tally(1)), (Tally(1), Tally(1))).direction == "unknown"
