"""What rises is found where it does, with a ratio that published figures agree with, and seldom where nothing does."""

import random
from math import log, sqrt

import pytest

from nps.themes.rising import rising


def test_the_ratio_and_its_interval_are_those_of_the_formula() -> None:
    [rise] = rising({"import": (30, 10)}, 200, 400)
    ratio = (30.5 / 200.5) / (10.5 / 400.5)
    error = sqrt(1 / 30.5 - 1 / 200.5 + 1 / 10.5 - 1 / 400.5)
    assert rise.ratio == pytest.approx(ratio)
    assert log(rise.low) == pytest.approx(log(ratio) - 1.959964 * error, abs=1e-6)
    assert log(rise.high) == pytest.approx(log(ratio) + 1.959964 * error, abs=1e-6)
    assert rise.low > 1


def test_what_was_never_said_before_has_a_ratio() -> None:
    [rise] = rising({"outage": (12, 0), "price": (20, 40)}, 200, 400)
    assert rise.name == "outage"
    assert rise.ratio == pytest.approx((12.5 / 200.5) / (0.5 / 400.5))


def test_few_comments_or_no_early_ones_say_nothing() -> None:
    assert rising({"outage": (4, 0)}, 200, 400) == []
    assert rising({"outage": (40, 0)}, 200, 0) == []
    assert rising({}, 0, 0) == []


def test_more_of_everything_is_no_rise() -> None:
    """Ten times the comments with ten times the word: as often as before."""
    assert rising({"price": (400, 40)}, 2_000, 200) == []


def test_where_nothing_rises_it_is_seldom_said_that_something_does() -> None:
    """300 worlds of 40 words that are as frequent as before: in at most 5 % of them one is called rising."""
    chance, wrong = random.Random(11), 0
    for _ in range(300):
        shares = [chance.uniform(0.01, 0.2) for _ in range(40)]
        counts = {
            word: (sum(chance.random() < share for _ in range(150)), sum(chance.random() < share for _ in range(300)))
            for word, share in enumerate(shares)
        }
        wrong += bool(rising(counts, 150, 300))
    assert wrong <= 15
