"""Agreement of two people: against published kappas, a delta method done by numbers, and comments read by two."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.intake import bring_in
from nps.reasons import recoding
from nps.reasons.agreement import Both, by_code, disagreements, kappa, overall
from nps.reasons.readers import Pair, pairs, read_by_both
from nps.reasons.readings import read, undo
from nps.store import Store

NOW = datetime.fromisoformat("2026-03-01 12:00")
# Hout, Duncan and Sobel 1987: how husbands and wives rated the fun they have; Agresti, Categorical Data Analysis
# (1990), has kappa 0.129 with standard error 0.0686.
COUPLES = ((7, 7, 2, 3), (2, 8, 3, 7), (1, 5, 4, 9), (2, 8, 9, 14))
cells = st.integers(0, 40)


def test_kappa_and_its_error_are_the_published_ones() -> None:
    found = kappa(COUPLES)
    assert (found.n, found.agreed) == (91, 33)
    assert found.value == pytest.approx(0.1293, abs=5e-5)
    assert found.error == pytest.approx(0.0686, abs=5e-5)
    interval = found.interval()
    assert interval
    assert (round(interval.low, 3), round(interval.high, 3)) == (-0.005, 0.264)


@given(st.integers(2, 4).flatmap(lambda k: st.lists(st.lists(cells, min_size=k, max_size=k), min_size=k, max_size=k)))
def test_kappa_is_its_definition_and_its_error_that_of_the_delta_method(table: list[list[int]]) -> None:
    found, p = kappa(table), np.asarray(table, dtype=float)
    if found.value is None:
        diagonal = [count for row, counts in enumerate(table) for at, count in enumerate(counts) if row == at and count]
        assert sum(map(sum, table)) == sum(diagonal)
        assert len(diagonal) < 2
        return
    p /= p.sum()

    def by_definition(p: np.ndarray) -> float:
        chance = sum(p[i].sum() * p[:, i].sum() for i in range(len(p)))
        return float((sum(p[i, i] for i in range(len(p))) - chance) / (1 - chance))

    assert found.value == pytest.approx(by_definition(p), abs=1e-9)
    if found.error is None:
        assert found.value == pytest.approx(1)
        return
    step, slopes = 1e-6, np.zeros_like(p)
    for at in np.ndindex(p.shape):
        up, down = p.copy(), p.copy()
        up[at] += step
        down[at] -= step
        slopes[at] = (by_definition(up) - by_definition(down)) / (2 * step)
    variance = ((p * slopes**2).sum() - (p * slopes).sum() ** 2) / found.n
    assert found.error**2 == pytest.approx(variance, rel=1e-3, abs=1e-6)


def test_agreement_per_reason_and_on_all_of_them() -> None:
    comments = [
        Both("1", "", ("a", "b"), ("b", "a")),
        Both("2", "", ("a",), ("a", "b")),
        Both("3", "", (), ()),
        Both("4", "", ("b",), ()),
    ]
    a, b = by_code(comments)
    assert (a.code, a.one, a.other, a.both, a.kappa.agreed, a.kappa.value, a.kappa.error) == ("a", 2, 2, 2, 4, 1, None)
    assert (b.code, b.one, b.other, b.both, b.kappa.agreed, b.kappa.value) == ("b", 2, 2, 1, 2, 0)
    every = overall(comments)
    assert (every.n, every.same, every.mean) == (4, 2, 0.5)
    # Primary reasons: a with b, a with a, none with none, b with none; by chance (2·1 + 1·1 + 1·2) / 16.
    assert every.primary.value == pytest.approx((2 / 4 - 5 / 16) / (1 - 5 / 16))
    assert [each.key for each in disagreements(comments)] == ["2", "4"]


def test_nothing_in_common_gives_no_kappa() -> None:
    assert by_code([]) == ()
    assert overall([]).primary.value is None
    assert overall([Both("1", "", ("a",), ("a",))]).mean is None


def test_what_each_person_found_last_is_compared_as_codes_count_today(store: Store) -> None:
    rows = "".join(f"r{n},{n % 11},2026-02-{1 + n % 28:02},text {n}\n" for n in range(6))
    bring_in(store, "a.csv", ("id,nps,date,comment\n" + rows).encode(), by="Ada")
    keys = [row[0] for row in store.rows("SELECT response_key FROM responses ORDER BY response_key")]
    speed, ease = "product.speed", "product.ease"
    seen = read(store, keys[0], [ease], seen=None, who="Ada", now=NOW)
    seen = read(store, keys[0], [speed, ease], seen=seen, who="Ada", now=NOW)
    seen = read(store, keys[0], [ease], seen=seen, who="Ben", now=NOW)
    read(store, keys[0], [], seen=seen, who="Cid", now=NOW)
    seen = read(store, keys[1], [speed], seen=None, who="Ben", now=NOW)
    gone = read(store, keys[1], [speed], seen=seen, who="Ada", now=NOW)
    assert pairs(store) == (Pair("Ada", "Ben", 2), Pair("Ada", "Cid", 1), Pair("Ben", "Cid", 1))
    undo(store, gone, who="Ada", now=NOW)
    assert read_by_both(store, "Ada", "Ben") == (Both(keys[0], "text 0", (speed, ease), (ease,)),)
    part = {"code": "product.new", "label": "New", "words": {"en": ["text"]}}
    recoding.do(store, "split", {"code": ease, "into": [part]}, seen=0, who="Ada", now=NOW)
    recoding.do(store, "merge", {"code": speed, "into": ease}, seen=1, who="Ada", now=NOW)
    [both] = read_by_both(store, "Ada", "Ben")
    assert (both.one, both.other, both.same) == ((ease,), (ease,), True)
