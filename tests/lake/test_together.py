"""Several machines on one lake: what one does the others see, and none undoes what another did."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import psycopg
import pytest

from nps import acts, casework, checking, decided, derived, imports, queries
from nps.derivations import Derivation
from nps.errors import Conflict, Refused, StoreError
from nps.lake import upkeep
from nps.lake.engine import Lake
from nps.moves import marks
from nps.moves.marks import Happened
from nps.places import LakePlace
from nps.places import place as a_place
from nps.selection import Selection
from nps.store import BEFORE_MIGRATION, Store, steps
from tests import lakes
from tests.balanced import soon
from tests.lake.conftest import Join
from tests.test_store import worker
from tests.worker import invented

NOW = datetime.fromisoformat("2025-11-03 12:00")


def bring(store: Store, name: str = "a", rows: int = 40) -> imports.Landed:
    return imports.land(store, invented(rows, name=name), file=f"{name}.csv", by="Ada", now=NOW)


def keys(store: Store) -> list[str]:
    return [row[0] for row in store.rows("SELECT response_key FROM responses WHERE score <= 6 ORDER BY response_key")]


def test_what_one_writes_the_other_sees_and_its_cached_answers_end_within_two_seconds(join: Join) -> None:
    one, other = join(), join()
    bring(one)
    assert soon(lambda: other.version("responses") == one.version("responses"))
    [key, *_] = keys(other)
    seen = {topic: other.version(topic) for topic in ("responses", "cases")}
    casework.tick(one, [key], who="Ada", now=NOW)
    assert other.rows("SELECT contacted_by FROM cases") == [("Ada",)]
    assert soon(lambda: other.version("cases") > seen["cases"])
    assert other.version("responses") == seen["responses"]


def test_who_writes_sees_it_at_once_and_is_not_told_twice(join: Join) -> None:
    one, other = join(), join()
    bring(one)
    seen = one.version("responses")
    casework.tick(one, keys(one)[:1], who="Ada", now=NOW)
    assert soon(lambda: other.version("cases") == 1)
    assert (one.version("responses"), one.version("cases")) == (seen, 1)


def test_one_file_that_comes_in_on_two_at_once_is_in_once(join: Join) -> None:
    machines = join(), join()
    for name in "abc":
        with ThreadPoolExecutor(2) as pool:
            landed = list(pool.map(lambda store, name=name: bring(store, name), machines))
        assert sorted(one.accepted + one.blank for one in landed) == [0, 40]
        assert sorted(one.duplicate for one in landed) == [0, 40]
    assert machines[0].rows("SELECT count(*), count(DISTINCT response_key) FROM responses") == [(120, 120)]
    assert checking.check(machines[1]) == []


def test_the_second_of_two_who_work_on_a_case_is_told_what_the_first_did(join: Join) -> None:
    one, other = join(), join()
    bring(one)
    [key, *_] = keys(one)
    casework.do(one, key, acts.note("first"), who="Ada", now=NOW, seen=0)
    with pytest.raises(Conflict, match="Ada"):
        casework.do(other, key, acts.note("second"), who="Ben", now=NOW, seen=0)
    assert other.rows("SELECT who, value FROM case_events") == [("Ada", "first")]


def test_numbers_that_several_take_at_the_same_time_are_all_different(join: Join) -> None:
    machines = [join() for _ in range(3)]

    def mark(number: int) -> None:
        marks.add(machines[number % 3], [Happened(NOW.date(), marks.KINDS[0], f"Release {number}")], who="Ada", now=NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(mark, range(18)))
    found = machines[0].rows("SELECT number FROM marks ORDER BY number")
    assert found == [(number,) for number in range(1, 19)]


def test_a_new_lake_tells_that_its_tables_are_empty_and_what_comes_in_is_found(
    postgres: lakes.Server, place: LakePlace, join: Join
) -> None:
    one, other = join(), join()
    with psycopg.connect(postgres.database(place.name.split()[0])) as connection:
        untold = connection.execute(
            "SELECT table_name FROM ducklake_table WHERE table_id NOT IN (SELECT table_id FROM ducklake_table_stats)"
        ).fetchall()
    assert untold == [("responses",)]
    for number in (1, 7, 3):
        happened = [Happened(date(2026, 5, number), marks.KINDS[0], f"Release {number}")]
        marks.add(one, happened, who="Ada", now=NOW)
    wanted = "SELECT label FROM marks WHERE day BETWEEN DATE '2026-05-02' AND DATE '2026-05-08' ORDER BY 1"
    for _ in range(2):
        assert other.rows(wanted) == [("Release 3",), ("Release 7",)]
        assert other.rows("SELECT count(*), min(number), max(number) FROM marks") == [(3, 1, 3)]
        engine = one._engine
        assert isinstance(engine, Lake)
        engine.tidy()  # into a file, where each column's smallest and largest value are known


def test_new_columns_of_one_are_columns_of_the_other(join: Join) -> None:
    one, other = join(), join()
    bring(one)
    assert soon(lambda: other.version("responses") > 0)
    assert other.columns() == one.columns() != ()
    assert other.rows("SELECT count(*) FROM followups") == one.rows("SELECT count(*) FROM followups") != [(0,)]


def test_without_its_catalog_nothing_is_written_and_nothing_lost(
    postgres: lakes.Server, place: LakePlace, join: Join
) -> None:
    one = join()
    bring(one)
    wanted, told = keys(one), list[str]()
    half = len(wanted) // 2
    # In processes of their own: DuckLake's extension may end one where PostgreSQL ends in the middle of its commit.
    with worker("tick", place, *wanted[:half]) as first, worker("tick", place, *wanted[half:]) as second:
        for each in (first, second):
            while not told or told[-1] != f"event {wanted[0 if each is first else half]}":
                assert each.stdout is not None
                told.append(each.stdout.readline().strip())
        postgres.stop("immediate")
        try:
            assert soon(lambda: one.out_of_touch_since is not None, 5)
            with pytest.raises(StoreError, match="cannot be reached"):
                one.rows("SELECT count(*) FROM cases")
        finally:
            postgres.start()
        for each in (first, second):
            assert each.stdout is not None
            told += each.stdout.read().splitlines()
    assert soon(lambda: one.out_of_touch_since is None, 10)
    refused = {line for line in told if line.startswith("refused")}
    sentence = "cannot be reached. Look in a moment whether what you did last was saved."
    assert refused <= {f"refused The store {one.name} {sentence}"}
    done = {line.removeprefix("event ") for line in told if line.startswith("event")}
    assert done <= {row[0] for row in one.rows("SELECT response_key FROM case_events")}
    for key in wanted:  # whoever was refused, or ended, tries again
        casework.tick(one, [key], who="Ada", now=NOW)
    ticked = one.rows("SELECT response_key, count(*) FROM case_events GROUP BY ALL ORDER BY ALL")
    assert ticked == [(key, 1) for key in wanted]
    assert checking.check(one) == []


def test_small_writes_are_put_together_by_themselves_and_nothing_changes(
    place: LakePlace, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = join()
    bring(one)
    for key in keys(one):
        casework.tick(one, [key], who="Ada", now=NOW)
    before, listed = one.tried(checking.sums), one.rows("SELECT list(response_key ORDER BY rowid) FROM responses")
    files = _files(place)
    monkeypatch.setattr(upkeep, "WORTH_IT", 5)
    monkeypatch.setattr(upkeep, "LOOK_EVERY", 0.1)
    other = join()
    seen = one.version("cases"), one.version("responses")
    assert soon(lambda: _files(place) > files, 60)
    other.close()
    assert one.tried(checking.sums) == before
    assert one.rows("SELECT list(response_key ORDER BY rowid) FROM responses") == listed
    assert (one.version("cases"), one.version("responses")) == seen
    assert checking.check(one) == []


def test_what_was_goes_after_some_days_and_so_do_files_of_killed_writers(
    place: LakePlace, join: Join, postgres: lakes.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = join()
    for name in "ab":
        bring(one, name)
    imports.undo(one, one.rows("SELECT min(import_id) FROM imports")[0][0], by="Ada", now=NOW)
    left = Path(place.data) / "main" / "responses" / "ducklake-of-a-killed-writer.parquet"
    shutil.copy(next(Path(place.data).rglob("*.parquet")), left)
    before, engine = one.tried(checking.sums), one._engine
    assert isinstance(engine, Lake)
    engine.tidy()
    assert left.exists()
    assert _commits(postgres, place) > 10
    monkeypatch.setattr(upkeep, "KEPT", timedelta(0))
    engine.tidy()
    assert not left.exists()
    assert _commits(postgres, place) <= 2
    assert one.tried(checking.sums) == before
    assert checking.check(one) == []


def _commits(postgres: lakes.Server, place: LakePlace) -> int:
    with psycopg.connect(postgres.database(place.name.split()[0])) as connection:
        return int((connection.execute("SELECT count(*) FROM ducklake_snapshot").fetchone() or (0,))[0])


def test_an_older_lake_is_copied_and_migrated(postgres: lakes.Server, tmp_path: Path) -> None:
    place = postgres.lake(postgres.new_database(), tmp_path / "lake")
    old = sorted(steps())[:-1]
    Store.open(place, only=old).close()
    copy = place.beside.with_name(f"{place.beside.name}{BEFORE_MIGRATION}")
    try:
        with closing(Store.open(place)) as store:
            bring(store)
            assert checking.check(store) == []
        with closing(duckdb.connect(str(copy), read_only=True)) as kept:
            assert kept.execute("SELECT number FROM schema_number ORDER BY 1").fetchall() == [(n,) for n in old]
        Store.open(place).close()
        assert not copy.exists()
    finally:
        copy.unlink(missing_ok=True)


@pytest.mark.parametrize("told", ["text", "environment"])
def test_a_password_lets_in_and_is_told_nobody(
    postgres: lakes.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    name = postgres.new_database()
    postgres.let_in_with_password("ada", "geheim")
    where = f"ducklake:postgres:{postgres.database(name).replace('user=nps', 'user=ada')}"
    if told == "text":
        wrong, right = f"{where} password=falsch", f"{where} password=geheim"
    else:
        wrong = right = where
        monkeypatch.setenv("PGPASSWORD", "falsch")
    with pytest.raises(StoreError, match="cannot be reached") as refused:
        Store.open(a_place(wrong, str(tmp_path / "lake")))
    assert "falsch" not in str(refused.value)
    if told == "environment":
        monkeypatch.setenv("PGPASSWORD", "geheim")
    with closing(Store.open(a_place(right, str(tmp_path / "lake")))) as store:
        bring(store)
        assert store.rows("SELECT count(*) FROM responses") == [(40,)]


def _files(place: LakePlace) -> int:
    return len(list(Path(place.data).rglob("*.parquet")))


def test_the_lake_goes_on_with_a_connection_of_its_own_after_a_failure_of_the_old_one(join: Join) -> None:
    one = join()
    bring(one)
    engine = one._engine
    assert isinstance(engine, Lake)
    engine._open_anew(engine._connection)
    assert one.rows("SELECT count(*) FROM responses") == [(40,)]


def test_rows_that_are_updated_as_they_come_in_have_places_of_their_own(join: Join) -> None:
    store = join()
    decided.decide(store, {"derived": (Derivation("Weekday", "weekday"),)}, who="Ada", now=NOW)
    derived.keep(store)
    for name in "ab":
        bring(store, name)
    assert store.rows("SELECT min(rowid), max(rowid), count(DISTINCT rowid), count(der_weekday) FROM responses") == [
        (0, 79, 80, 80)
    ]
    assert checking.check(store) == []
    person = queries.summary(store, Selection(unit="person"))
    assert person.tally.n == store.rows("SELECT count(DISTINCT person_id) FROM responses WHERE score IS NOT NULL")[0][0]


@pytest.mark.parametrize("sql", ["FROM read_csv('/etc/hosts')", "COPY responses TO '/tmp/out.csv'", "INSTALL spatial"])
def test_sql_reaches_no_other_file(join: Join, sql: str) -> None:
    store = join()
    with pytest.raises(Exception, match=r"disabled|Permission|cannot be|locked"):
        store.rows(sql)


def test_the_place_of_the_data_is_said_once_and_must_be_right(postgres: lakes.Server, tmp_path: Path) -> None:
    empty = postgres.lake(postgres.new_database())
    with pytest.raises(Refused, match="Say with NPS_DATA where its data shall lie"):
        Store.open(empty)
    there = postgres.new_lake(tmp_path / "lake")
    with pytest.raises(Refused, match=r"has its data in .*/lake/\. NPS_DATA says"):
        Store.open(a_place(str(there), str(tmp_path / "elsewhere")))
