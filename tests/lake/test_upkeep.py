"""What many small writes leave in a lake, and what a lake costs beside a file."""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

import psycopg
import pytest

from benchmarks import invented
from nps import carrying, casework, checking, imports, queries, rollups
from nps.cases import STATES
from nps.lake.engine import Lake
from nps.places import LakePlace
from nps.rows import Wanted
from nps.selection import Selection
from nps.store import Store
from tests import lakes, worker
from tests.lake.test_together import keys

NOW = datetime.fromisoformat("2026-05-04 07:00")
TICKS = 10_000


def took(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begin = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - begin)


def told(times: list[float]) -> str:
    return f"median {median(times):.0f} ms, p95 {quantiles(times, n=20)[-1]:.0f} ms"


def size_of(postgres: lakes.Server, place: LakePlace) -> str:
    name = place.name.split()[0]
    with psycopg.connect(postgres.database(name)) as connection:
        [rows] = connection.execute("SELECT pg_database_size(current_database()) / 1000000").fetchone() or (0,)
        [commits] = connection.execute("SELECT count(*) FROM ducklake_snapshot").fetchone() or (0,)
    files = [path.stat().st_size for path in Path(place.data).rglob("*.parquet")]
    return f"{len(files)} files of {sum(files) / 1e6:.1f} MB, catalog {rows} MB with {commits} commits"


def listed(store: Store) -> Callable[[], object]:
    wanted = Wanted(states=STATES)
    return lambda: queries.followups(store, Selection(), wanted, now=NOW, limit=50)


@pytest.mark.soak
def test_ten_thousand_ticks_leave_few_files(postgres: lakes.Server, tmp_path: Path) -> None:
    place = postgres.new_lake(tmp_path / "lake")
    with closing(Store.open(place)) as store:
        imports.land(store, worker.invented(40_000, name="a"), file="a.csv", by="Ada", now=NOW)
        before = [took(listed(store)) for _ in range(9)]
        wanted = keys(store)[:TICKS]
        assert len(wanted) == TICKS
        times = [took(lambda key=key: casework.tick(store, [key], who="Ada", now=NOW)) for key in wanted]  # type: ignore[misc]
        held = store.tried(checking.sums)
        print(f"\na tick: {told(times)}; the last thousand {told(times[-1_000:])}")
        print(f"before: {size_of(postgres, place)}; the list took {told(before)} without ticks")
        print(f"after the ticks the list takes {told([took(listed(store)) for _ in range(9)])}")
        engine = store._engine
        assert isinstance(engine, Lake)
        print(f"tidied up in {took(engine.tidy) / 1_000:.1f} s: {size_of(postgres, place)}")
        print(f"then the list takes {told([took(listed(store)) for _ in range(9)])}")
        assert store.tried(checking.sums) == held
        assert len(list(Path(place.data).rglob("*.parquet"))) < 100
        assert checking.check(store) == []


@pytest.mark.soak
def test_a_lake_beside_a_file(postgres: lakes.Server, tmp_path: Path) -> None:
    path, place = tmp_path / "nps.duckdb", postgres.new_lake(tmp_path / "lake")
    invented.fill(path, 1_000_000)
    with closing(Store.open(path)) as file, closing(Store.open(place)) as lake:
        moved = took(lambda: file.tried(lambda tx: carrying.carry(tx, lake)))
        print(f"\na million answers moved in {moved / 1_000:.1f} s")
        for name, store in (("file", file), ("lake", lake)):
            rollups.anew(store)
            wanted = [row[0] for row in store.rows("SELECT response_key FROM responses WHERE score < 3 LIMIT 200")]
            ticks = [took(lambda key=key: casework.tick(store, [key], who="Ada", now=NOW)) for key in wanted]  # type: ignore[misc] # noqa: B023
            asked = {
                "all by score": lambda: store.rows("SELECT score, count(*) FROM responses GROUP BY 1"),  # noqa: B023
                "followups, 50": listed(store),
                "responses, 50": lambda: queries.responses(store, Selection(), limit=50),  # noqa: B023
            }
            answers = ", ".join(f"{what} {median([took(ask) for _ in range(9)]):.0f} ms" for what, ask in asked.items())
            given = worker.invented(100_000, name="b")
            land = took(lambda: imports.land(store, given, file="b.csv", by="Ada", now=NOW))  # noqa: B023
            print(f"{name}: a tick {told(ticks)}; {answers}; a file of 100,000 rows landed in {land / 1_000:.1f} s")
