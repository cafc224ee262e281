"""Dashboards on one lake, each a process: behind a load balancer, killed, and without their catalog."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from nps import casework, checking
from nps.places import LakePlace
from nps.store import Store
from tests import lakes
from tests.balanced import around, balanced, dashboards, soon, status
from tests.lake.test_together import bring, keys
from tests.served import Server, start

NOW = datetime.fromisoformat("2026-05-04 07:00")


@pytest.fixture
def two(place: LakePlace, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two dashboards on a new lake, started at the same time."""
    with dashboards(place, tmp_path, 2) as (one, other):
        yield one, other


def test_visitors_move_on_when_a_dashboard_is_killed(
    two: tuple[Server, Server], place: LakePlace, tmp_path: Path
) -> None:
    with balanced(two, tmp_path) as url:
        assert status(f"{url}/command") == status(f"{url}/_stcore/metrics") == 403
        for cookie in ("one", "two"):
            assert status(f"{url}/imports", {"Cookie": f"nps_at={cookie}"}) == 200
        with closing(Store.open(place)) as command:
            bring(command)
            casework.tick(command, keys(command)[:1], who="Ada", now=NOW)
        two[0].kill()
        assert soon(lambda: status(f"{url}/readyz", {"Cookie": "nps_at=one"}) == 200, 10)
        assert status(f"{url}/imports", {"Cookie": "nps_at=one"}) == 200
        again = start(tmp_path, environment=around(place))
        assert again.get("/readyz").status == 200
        again.stop()
    with closing(Store.open(place)) as store:
        assert checking.check(store) == []
        assert store.rows("SELECT count(*) FROM imports WHERE sample GROUP BY file HAVING count(*) > 1") == []


def test_a_dashboard_says_that_it_is_out_of_touch_and_finds_back(
    two: tuple[Server, Server], postgres: lakes.Server
) -> None:
    assert [each.get("/readyz").status for each in two] == [200, 200]
    postgres.stop()
    try:
        assert soon(lambda: all(each.get("/readyz").status == 503 for each in two), 20)
        assert "cannot be reached" in two[0].get("/readyz").json()["reason"]
        assert two[0].get("/healthz").status == 200
        time.sleep(10)
    finally:
        postgres.start()
    assert soon(lambda: all(each.get("/readyz").status == 200 for each in two), 30)
    assert [each.process.poll() for each in two] == [None, None]
