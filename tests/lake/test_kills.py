"""Killing one of two machines on a lake at any moment loses nothing acknowledged, and the other goes on."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import lakes
from tests.test_kill import Acknowledged, check, killed


def kill_in_turn(postgres: lakes.Server, folder: Path, *, kills: int, seed: int) -> Acknowledged:
    """Two machines at work on one lake, each killed again and again, and the lake looked at in between."""
    place, acknowledged, choose = postgres.new_lake(folder), Acknowledged(), random.Random(seed)
    for turn in range(kills // 2):
        runs = [(f"run-{seed}-{turn}-{machine}", random.Random(choose.random())) for machine in range(2)]
        with ThreadPoolExecutor(2) as pool:
            for heard in pool.map(lambda run: killed(place, *run), runs):
                acknowledged.hear(heard)
        if turn % 5 == 4 or turn == kills // 2 - 1:
            check(place, acknowledged)
    return acknowledged


def test_eight_kills_on_a_lake_lose_no_acknowledged_write(postgres: lakes.Server, tmp_path: Path) -> None:
    heard = kill_in_turn(postgres, tmp_path / "lake", kills=8, seed=1)
    print(heard)
    assert heard.events
    assert heard.written["import"]


@pytest.mark.soak
def test_five_hundred_kills_on_lakes_lose_nothing_either(postgres: lakes.Server, tmp_path: Path) -> None:
    for seed in range(10):
        print(kill_in_turn(postgres, tmp_path / f"lake-{seed}", kills=50, seed=100 + seed))
