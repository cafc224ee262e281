"""Counts kept in a lake: right whoever of several machines writes."""

import random

import pytest

from nps import daily, decided, derived, queries, rollups
from nps.selection import Selection
from tests.lake.conftest import Join
from tests.rolling import assert_rolled
from tests.test_rollups import DERIVED, NOW, step


def test_counts_are_right_whoever_writes(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollups, "LOOSE", 20)
    monkeypatch.setattr(rollups, "WORTH", 0.5)
    machines, dice, standing = (join(), join()), random.Random(7), list[str]()
    decided.decide(machines[0], {"derived": DERIVED}, who="Ada", now=NOW)
    derived.keep(machines[0])
    for number in range(5):
        step(machines[number % 2], dice, standing)
    for machine in machines:
        assert_rolled(machine)
        assert machine.tried(rollups.unlike) == []
    daily.prepare(machines[0])
    scored = "SELECT count(score) FROM responses WHERE metric = 'nps'"
    assert [queries.summary(machines[0], Selection()).tally.n] == [n for (n,) in machines[0].rows(scored)]
