"""Weighted scores and their intervals, against answers written out one by one and drawn one account after the other."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.measures import weighing
from nps.measures.questions import Alike, Spread
from nps.score import Tally

Answers = list[tuple[float, list[int]]]  # accounts: what each weighs, and its votes as +1, 0 and -1

votes = st.lists(st.sampled_from([1, 0, -1]), min_size=1, max_size=5)
accounts = st.lists(st.tuples(st.sampled_from([1.0, 2.5, 40.0]), votes), min_size=1, max_size=12)


def tally(cast: Sequence[int]) -> Tally:
    return Tally(cast.count(1), cast.count(0), cast.count(-1))


def alike(given: Answers) -> list[Alike]:
    """The accounts as the store tells them: those that are alike counted."""
    seen: dict[tuple[Tally, float], int] = {}
    for weight, cast in given:
        seen[tally(cast), weight] = seen.get((tally(cast), weight), 0) + 1
    return [Alike(cast, weight, count) for (cast, weight), count in seen.items()]


def crowd(accounts: int, seed: int = 7) -> Answers:
    """Accounts of one to eight people who think alike, the larger ones less happy and paying more."""
    dice = np.random.default_rng(seed)
    made = []
    for _ in range(accounts):
        size = int(dice.integers(1, 9))
        mood = dice.normal(0.5 - size / 12, 0.6)
        cast = [int(v) for v in np.clip(np.round(mood + dice.normal(0, 0.5, size)), -1, 1)]
        made.append((float(np.round(np.exp(dice.normal(size / 4, 1)), 2)), cast))
    return made


def rows_drawn(given: Answers, draws: int, seed: int) -> np.ndarray:
    """The plainest bootstrap: draw accounts one by one, put all their votes into one list, score the list."""
    dice, scores = np.random.default_rng(seed), []
    for _ in range(draws):
        cast = [vote for place in dice.integers(0, len(given), len(given)) for vote in given[place][1]]
        scores.append(100 * sum(cast) / len(cast))
    return np.array(scores)


@given(accounts)
def test_the_score_by_accounts_is_the_plain_one(given: Answers) -> None:
    found = weighing.by_account(alike(given))
    cast = [vote for _, votes in given for vote in votes]
    assert found.nps == pytest.approx(100 * sum(cast) / len(cast))
    assert (found.n, found.accounts) == (found.of_n, found.of_accounts) == (len(cast), len(given))


@given(accounts)
def test_by_weight_each_account_counts_what_it_weighs_however_many_of_it_answered(given: Answers) -> None:
    weighed = sum(weight * sum(cast) / len(cast) for weight, cast in given) / sum(weight for weight, _ in given)
    assert weighing.by_weight(alike(given)).nps == pytest.approx(100 * weighed)
    doubled = [(weight, cast * 2) for weight, cast in given]
    assert weighing.by_weight(alike(doubled)).nps == pytest.approx(100 * weighed)
    same = [(3.0, cast[:1]) for _, cast in given]
    assert weighing.by_weight(alike(same)).nps == pytest.approx(weighing.by_account(alike(same)).nps)


def test_who_has_no_weight_is_left_out_and_the_coverage_says_so() -> None:
    rows = [Alike(Tally(1, 0, 0), 10.0, 3), Alike(Tally(0, 0, 2), None, 4), Alike(Tally(0, 1, 0), 0.0, 1)]
    found = weighing.by_weight(rows)
    assert (found.nps, found.n, found.accounts, found.of_n, found.of_accounts) == (100, 3, 3, 12, 8)
    assert weighing.by_weight(rows[1:]).nps is None
    assert weighing.by_account([]).nps is None


@given(st.lists(st.dictionaries(st.sampled_from("ABC"), votes, min_size=1), min_size=1, max_size=10))
def test_given_shares_are_the_weights_of_the_values_scores(given: list[dict[str, list[int]]]) -> None:
    rows = [Spread(tuple((label, tally(cast)) for label, cast in one.items()), 1) for one in given]
    every = {label: [vote for one in given for vote in one.get(label, [])] for label in "ABC"}
    scores = {label: 100 * sum(cast) / len(cast) for label, cast in every.items() if cast}
    shares = {"A": 1.0, "B": 3.0}
    known = {label: share for label, share in shares.items() if label in scores}
    found = weighing.to_shares(rows, shares)
    if not known:
        assert found.nps is None
        return
    truth = sum(share * scores[label] for label, share in known.items()) / sum(known.values())
    assert found.nps == pytest.approx(truth)
    assert found.n == sum(len(every[label]) for label in known)
    assert found.of_n == sum(map(len, every.values()))
    as_answered = weighing.to_shares(rows, {label: float(len(cast)) for label, cast in every.items()})
    everybody = [vote for cast in every.values() for vote in cast]
    assert as_answered.nps == pytest.approx(100 * sum(everybody) / len(everybody))


def test_the_interval_is_that_of_rows_drawn_account_by_account() -> None:
    given = crowd(150)
    found = weighing.by_account(alike(given)).interval
    assert found is not None
    reference = np.percentile(rows_drawn(given, 4_000, 3), (2.5, 97.5))
    assert found.high - found.low == pytest.approx(reference[1] - reference[0], rel=0.05)
    assert [found.low, found.high] == pytest.approx(list(reference), abs=0.05 * (reference[1] - reference[0]))


def test_on_the_same_draws_counts_score_as_the_rows_themselves_do() -> None:
    given = crowd(40)
    kinds = alike(given)
    x = np.array([[k.tally.promoters - k.tally.detractors] for k in kinds], dtype=float)
    y = np.array([[k.tally.n] for k in kinds], dtype=float)
    counts = np.array([k.accounts for k in kinds])
    times = np.random.default_rng(weighing.SEED).multinomial(counts.sum(), counts / counts.sum(), size=200)
    by_rows = []
    for drawn in times:
        cast = [
            vote
            for kind, often in zip(kinds, drawn, strict=True)
            for _ in range(often)
            for vote in [1] * kind.tally.promoters + [0] * kind.tally.passives + [-1] * kind.tally.detractors
        ]
        by_rows.append(100 * sum(cast) / len(cast))
    assert weighing.drawn(x, y, np.ones(1), counts, 200) == pytest.approx(np.array(by_rows))


def test_people_of_one_account_who_think_alike_make_the_interval_wider_than_answers_alone() -> None:
    given = crowd(150)
    cast = [vote for _, votes in given for vote in votes]
    apart, together = tally(cast).interval(), weighing.by_account(alike(given)).interval
    assert apart is not None
    assert together is not None
    assert together.high - together.low > 1.2 * (apart.high - apart.low)


def test_among_very_many_kinds_of_accounts_the_interval_is_reckoned_and_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = crowd(600)
    drawn = weighing.by_weight(alike(given)).interval
    monkeypatch.setattr(weighing, "MOST_DRAWN", 10)
    reckoned = weighing.by_weight(alike(given)).interval
    assert drawn is not None
    assert reckoned is not None
    assert reckoned.high - reckoned.low == pytest.approx(drawn.high - drawn.low, rel=0.06)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """Two hundred samples of 80 accounts out of a town of 20,000; intervals of answers alone cover 70 %."""
    town = crowd(20_000, seed=1)
    truth = 100 * sum(sum(cast) for _, cast in town) / sum(len(cast) for _, cast in town)
    dice, covered = np.random.default_rng(5), 0
    for _ in range(200):
        sample = [town[place] for place in dice.integers(0, len(town), 80)]
        interval = weighing.by_account(alike(sample)).interval
        assert interval is not None
        covered += interval.low <= truth <= interval.high
    assert 0.91 <= covered / 200 <= 0.98


def test_few_accounts_have_a_score_and_no_interval() -> None:
    found = weighing.by_account(alike(crowd(29)))
    assert found.nps is not None
    assert found.interval is None
