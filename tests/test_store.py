"""The store on a real file: right answers under threads, whole transactions, and a sentence for every failure."""

import hashlib
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nps import casework
from nps.errors import NpsError, StoreBusy, StoreDamaged, StoreError, StoreFull, StoreNewer
from nps.store import SCHEMA, Store, Transaction, quoted, scratch, the_store
from tests.listing import add_columns

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime.fromisoformat("2025-11-03 12:00")


def put(store: Store, scores: Sequence[int], *, import_id: str = "1") -> None:
    """Land some scores with the plainest statement."""
    table = pa.table({"key": [f"{import_id}-{line}" for line in range(len(scores))], "score": scores})

    def work(tx: Transaction) -> None:
        tx.register("incoming", table)
        tx.execute(
            """
            INSERT INTO responses (response_key, import_id, survey, metric, score)
            SELECT key, $id, 'NPS', 'nps', score FROM incoming
            """,
            {"id": import_id},
        )

    store.transact(work, touches=("responses",))


def count(store: Store, table: str) -> int:
    return int(store.rows(f"SELECT count(*) FROM {quoted(table)}")[0][0])


@contextmanager
def worker(*options: object) -> Iterator[subprocess.Popen[str]]:
    """A second process, ended when the block ends."""
    command = [sys.executable, "-m", "tests.worker", *map(str, options)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_eight_threads_asking_one_store_all_get_their_own_answer(store: Store) -> None:
    put(store, [line % 11 for line in range(11_000)])

    def ask(thread: int) -> list[tuple[int, int]]:
        wrong = []
        for turn in range(100):
            score = (thread + turn) % 11
            [[found, n]] = store.rows(
                "SELECT $score, count(*) FROM responses WHERE score = $score AND length(response_key) > 0",
                {"score": score},
            )
            if (found, n) != (score, 1_000):
                wrong.append((found, n))
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert [wrong for wrong in pool.map(ask, range(8)) if wrong] == []


def test_eight_threads_asking_and_writing_never_see_half_a_commit(store: Store) -> None:
    """Each commit brings ten rows of responses and one event; readers must only ever see such pairs."""
    table = pa.table({"score": list(range(10))})
    torn, done = [], threading.Event()

    def write(thread: int) -> None:
        for turn in range(20):

            def work(tx: Transaction, name: str = f"{thread}-{turn}") -> None:
                tx.register("incoming", table)
                tx.execute("INSERT INTO responses (import_id, score) SELECT $name, score FROM incoming", {"name": name})
                tx.execute("INSERT INTO case_events (event_id) VALUES ($name)", {"name": name})

            store.transact(work, touches=("responses", "cases"))

    def read() -> None:
        while not done.is_set():
            [[rows, events]] = store.rows("SELECT (SELECT count(*) FROM responses), (SELECT count(*) FROM case_events)")
            if rows != 10 * events:
                torn.append((rows, events))

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for writer in [pool.submit(write, thread) for thread in range(4)]:
            writer.result()
        done.set()
        for reader in readers:
            reader.result()
    assert torn == []
    assert (count(store, "responses"), count(store, "case_events")) == (800, 80)


def counter(store: Store) -> None:
    store.transact(lambda tx: tx.execute("CREATE TABLE counter AS SELECT 0 AS n"))


def one_more(tx: Transaction) -> int:
    n = int(tx.rows("SELECT n FROM counter")[0][0]) + 1
    tx.execute("UPDATE counter SET n = $n", {"n": n})
    return n


def test_writers_of_one_topic_lose_no_update(store: Store) -> None:
    counter(store)
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: store.transact(one_more, touches=("cases",)), range(200)))
    assert sorted(seen) == list(range(1, 201))
    assert store.rows("SELECT n FROM counter") == [(200,)]
    assert store.version("cases") == 200


def test_writers_who_say_no_topic_are_run_again_or_told(store: Store) -> None:
    """Without the turn that a topic gives, updates of one row clash: each is kept once or refused, none is lost."""
    counter(store)

    def attempt(_: int) -> bool:
        try:
            store.transact(one_more)
        except StoreBusy:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        kept = sum(pool.map(attempt, range(200)))
    assert store.rows("SELECT n FROM counter") == [(kept,)]
    assert kept


def test_a_write_that_meets_another_one_is_run_again_as_a_whole(store: Store) -> None:
    counter(store)
    runs = []

    def work(tx: Transaction) -> int:
        runs.append(tx.rows("SELECT n FROM counter")[0][0])
        if len(runs) == 1:  # somebody else is quicker, after this one has looked
            store.transact(one_more)
        return one_more(tx)

    assert store.transact(work) == 2
    assert runs == [0, 1]


def test_a_write_that_always_meets_another_one_is_told_and_nothing_is_kept(store: Store) -> None:
    counter(store)
    others = 0

    def work(tx: Transaction) -> None:
        nonlocal others
        tx.execute("INSERT INTO case_events (event_id) VALUES ('never')")
        tx.rows("SELECT n FROM counter")
        store.transact(one_more)
        others += 1
        one_more(tx)

    with pytest.raises(StoreBusy, match="Nothing was written"):
        store.transact(work, touches=("cases",))
    assert store.rows("SELECT n FROM counter") == [(others,)]
    assert count(store, "case_events") == 0
    assert store.version("cases") == 0


def test_nobody_sees_a_write_before_its_commit(store: Store) -> None:
    def work(tx: Transaction) -> tuple[int, int]:
        tx.execute("INSERT INTO case_events (event_id) VALUES ('mine')")
        return int(tx.rows("SELECT count(*) FROM case_events")[0][0]), count(store, "case_events")

    assert store.transact(work) == (1, 0)
    assert count(store, "case_events") == 1


def test_a_reader_is_not_disturbed_by_new_columns(store: Store) -> None:
    put(store, range(11))
    done = threading.Event()

    def read() -> set[int]:
        seen = set()
        while not done.is_set():
            seen.add(len(store.records("SELECT * FROM answers WHERE NOT blank")))
        return seen

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for number in range(20):
            add_columns(store, {f"seg_{number}": (f"Segment {number}", "choice")})
        done.set()
        assert [reader.result() for reader in readers] == [{11}, {11}]
    assert "seg_19" in store.records("SELECT * FROM followups")[0]


def test_two_threads_adding_the_same_columns_add_them_once(store: Store) -> None:
    columns = {f"seg_{number}": (f"Segment {number}", "choice") for number in range(20)}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: add_columns(store, columns), range(4)))
    listed = store.rows("SELECT column_name, position FROM segments ORDER BY position")
    assert listed == [(f"seg_{number}", number + 1) for number in range(20)]


class Stopped(BaseException):
    """What a server raises to end a script in the middle."""


@pytest.mark.parametrize("kind", [ValueError, NpsError, KeyboardInterrupt, Stopped])
def test_what_a_work_raises_undoes_all_it_did(store: Store, kind: type[BaseException]) -> None:
    def work(tx: Transaction) -> None:
        tx.execute("INSERT INTO case_events (event_id) VALUES ('half')")
        tx.execute("CREATE TABLE half (a INTEGER)")
        raise kind("in the middle")

    with pytest.raises(kind, match="in the middle"):
        store.transact(work, touches=("cases",))
    assert count(store, "case_events") == 0
    assert store.rows("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'") == [(0,)]
    store.transact(lambda tx: tx.execute("INSERT INTO case_events (event_id) VALUES ('whole')"))
    assert count(store, "case_events") == 1


def test_a_wrong_statement_undoes_the_right_ones_before_it(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.execute("INSERT INTO case_events (event_id) VALUES ('half')")
        tx.execute("INSERT INTO case_events (no_such_column) VALUES (1)")

    with pytest.raises(duckdb.BinderException):
        store.transact(work)
    assert count(store, "case_events") == 0


def test_a_version_counts_the_commits_that_touched_its_topic(store: Store) -> None:
    assert (store.version("responses"), store.version("cases")) == (0, 0)
    put(store, [1])
    assert (store.version("responses"), store.version("cases")) == (1, 0)
    store.transact(lambda _: None, touches=("responses", "cases"))
    assert (store.version("responses"), store.version("cases")) == (2, 1)
    with pytest.raises(duckdb.Error):
        store.transact(lambda tx: tx.execute("no sql"), touches=("cases",))
    assert store.version("cases") == 1
    add_columns(store, {"seg_plan": ("Plan", "choice")})
    assert store.version("responses") > 2


def test_a_version_is_new_before_the_next_writer_of_its_topic_starts(store: Store) -> None:
    """A cache keyed by the version could else keep the first writer's answer as the second's."""
    seen: Counter[int] = Counter()

    def work(_: Transaction) -> None:
        seen[store.version("cases")] += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.transact(work, touches=("cases",)), range(400)))
    assert seen == Counter(range(400))


def test_reopening_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "nps.duckdb"
    store = Store.open(path)
    add_columns(store, {"seg_plan": ("Plan", "choice")})
    put(store, range(11))
    casework.tick(store, ["1-0"], who="Ada", now=NOW)
    tables = ("responses", "segments", "case_events", "cases", "schema_number")
    before = {table: store.records(f"SELECT * FROM {table} ORDER BY ALL") for table in tables}
    store.close()
    store = Store.open(path)
    assert {table: store.records(f"SELECT * FROM {table} ORDER BY ALL") for table in tables} == before
    assert store.rows("SELECT count(*) FILTER (WHERE promoter), count(seg_plan) FROM answers") == [(2, 0)]
    assert store.version("responses") == 0
    store.close()


def test_a_large_answer_comes_in_batches(store: Store) -> None:
    put(store, [9] * 250_000)
    sizes = [len(batch) for batch in store.batches("SELECT score FROM responses")]
    assert sum(sizes) == 250_000
    assert max(sizes) <= 110_000


def test_a_batch_reader_that_stops_early_leaves_the_store_free(store: Store) -> None:
    put(store, [9] * 250_000)
    batches = store.batches("SELECT score FROM responses")
    next(iter(batches))
    put(store, [1], import_id="2")
    assert count(store, "responses") == 250_001


def test_a_table_is_registered_for_its_transaction_only(store: Store) -> None:
    put(store, [1, 2, 3])
    with pytest.raises(duckdb.CatalogException):
        store.rows("SELECT * FROM incoming")


def test_a_second_process_is_told_that_the_store_is_in_use(tmp_path: Path) -> None:
    path = tmp_path / "nps.duckdb"
    with worker("hold", path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        with pytest.raises(StoreBusy, match=r"nps\.duckdb is in use by another process\. Stop the dashboard"):
            Store.open(path)
        process.communicate("")
    Store.open(path).close()


def test_two_openings_in_one_process_see_the_same_store(tmp_path: Path) -> None:
    first, second = Store.open(tmp_path / "nps.duckdb"), Store.open(tmp_path / "nps.duckdb")
    put(first, [10])
    assert count(second, "responses") == 1
    first.close()
    put(second, [10], import_id="2")
    assert count(second, "responses") == 2
    second.close()


def test_the_store_of_the_process_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPS_STORE", str(tmp_path / "named.duckdb"))
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: the_store(), range(8)))
    assert len({id(store) for store in stores}) == 1
    assert stores[0].path == tmp_path / "named.duckdb"
    stores[0].close()


def broken(path: Path, how: str) -> None:
    """A file at `path` that is no store, or was one."""
    if how in (texts := {"text": b"score,comment\n9,good\n" * 1_000, "a few bytes": b"DUCK", "nothing in it": b""}):
        path.write_bytes(texts[how])
        return
    store = Store.open(path)
    put(store, range(11))
    store.close()
    data = bytearray(path.read_bytes())
    if how == "cut in the header":
        data = data[:8_192]
    elif how == "cut in the data":
        data = data[: len(data) // 2]
    else:
        data[12_288:] = bytes(byte ^ 0xFF for byte in data[12_288:])
    path.write_bytes(data)


@pytest.mark.parametrize(
    "how",
    [
        "text",
        "a few bytes",
        "nothing in it",
        "cut in the header",
        "cut in the data",
        "without its last byte",
        "bits turned",
    ],
)
def test_a_file_that_is_no_store_is_named_and_left_alone(tmp_path: Path, how: str) -> None:
    path = tmp_path / "broken.duckdb"
    broken(path, how)
    data = path.read_bytes()
    with pytest.raises(StoreDamaged, match=r"broken\.duckdb .*Move it away to start afresh, or put a backup"):
        Store.open(path)
    assert path.read_bytes() == data


@pytest.mark.parametrize("table", ["responses", "their_own"])
def test_a_database_of_another_program_is_named_and_left_alone(tmp_path: Path, table: str) -> None:
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE TABLE {table} AS SELECT 42 AS answer")
    with pytest.raises(StoreDamaged, match=r"theirs\.duckdb is not a store of this program"):
        Store.open(path)
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [(table,)]
        assert connection.execute(f"SELECT answer FROM {table}").fetchall() == [(42,)]


def test_a_store_of_a_newer_program_is_refused_and_let_go(tmp_path: Path) -> None:
    path = tmp_path / "nps.duckdb"
    store = Store.open(path)
    store.transact(lambda tx: tx.execute("INSERT INTO schema_number VALUES (999)"))
    store.close()
    with pytest.raises(StoreNewer, match=r"schema 999; this one knows \d+\)\. Update the program, or name another"):
        Store.open(path)
    with duckdb.connect(str(path)) as connection:  # with another configuration: only where nobody holds it any more
        assert connection.execute("SELECT max(number) FROM schema_number").fetchall() == [(999,)]


def checksum(block: bytes | bytearray) -> int:
    """What DuckDB writes before each block of its header."""
    sum_ = 5_381
    for start in range(0, len(block), 8):
        sum_ ^= int.from_bytes(block[start : start + 8], "little") * 0xBF58476D1CE4E5B9 % 2**64
    return sum_


def test_a_file_of_a_newer_duckdb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nps.duckdb"
    Store.open(path).close()
    data = bytearray(path.read_bytes())
    assert data[8:12] == b"DUCK"
    data[12:20] = (9_999).to_bytes(8, "little")
    data[:8] = checksum(data[8:4_096]).to_bytes(8, "little")
    path.write_bytes(data)
    with pytest.raises(StoreNewer, match="newer version of DuckDB"):
        Store.open(path)


@pytest.mark.parametrize("place", ["file/nps.duckdb", "file/deeper/nps.duckdb", "folder"])
def test_a_place_where_no_store_can_be_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match=place) as told:
        Store.open(tmp_path / place)
    assert type(told.value) is StoreError


def test_missing_folders_are_made(tmp_path: Path) -> None:
    Store.open(tmp_path / "a" / "b" / "nps.duckdb").close()
    assert (tmp_path / "a" / "b" / "nps.duckdb").is_file()


@pytest.mark.parametrize("room", [300_000, 1_500_000, 5_000_000])
@pytest.mark.parametrize("kind", ["notes", "responses"])
def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path, kind: str, room: int) -> None:
    path = tmp_path / "nps.duckdb"
    with worker("fill", path, room, kind) as process:
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    lines = told.splitlines()
    done = [int(line.split()[1]) for line in lines if line.startswith("done")]
    [failed] = [line for line in lines if line.startswith("failed")]
    assert failed.startswith(f"failed {StoreFull.__name__} There is no room left on the disk of nps.duckdb.")
    assert f"reads {len(done) - 1 if kind == 'notes' else 0}" in lines

    store = Store.open(path)
    kept = store.rows("SELECT response_key, version FROM case_events ORDER BY ALL")
    assert kept == sorted((f"case {number}", 1) for number in done if kind == "notes" or number == 100_000)
    assert store.rows("SELECT response_key, version FROM cases ORDER BY ALL") == kept
    imported = dict.fromkeys(done[:-1], 5_000) if kind == "responses" else {}
    assert dict(store.rows("SELECT import_id::INTEGER, count(*) FROM responses GROUP BY ALL")) == imported
    store.close()


def test_a_store_on_a_full_disk_can_still_be_read(tmp_path: Path) -> None:
    path = tmp_path / "nps.duckdb"
    store = Store.open(path)
    put(store, range(11))
    store.close()
    with worker("read", path) as process:
        told, _ = process.communicate(timeout=60)
    assert told == "reads 11\n"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('{path}')",
        "SELECT * FROM '{path}'",
        "COPY (SELECT 1) TO '{path}.out'",
        "ATTACH '{path}.duckdb' AS other",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET threads = 64",
        "EXPORT DATABASE '{path}.folder'",
    ],
)
def test_sql_reaches_no_file_and_no_setting(store: Store, tmp_path: Path, statement: str) -> None:
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    sql = statement.format(path=path)
    with pytest.raises(duckdb.Error, match=r"disabled|locked|[Cc]annot"):
        store.rows(sql)
    with scratch() as connection, pytest.raises(duckdb.Error, match=r"disabled|locked|[Cc]annot"):
        connection.execute(sql)
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith("secret")) == ["secret.csv"]


@pytest.mark.parametrize("name", ["plain", 'with "quotes"', "'; DROP TABLE responses; --", "Ünïcode 中", " ", "a\nb"])
def test_a_quoted_name_is_only_a_name(name: str) -> None:
    with scratch() as connection:
        connection.execute(f"CREATE TABLE t ({quoted(name)} INTEGER)")
        assert connection.execute("SELECT * FROM t").description[0][0] == name


def test_a_migration_that_fails_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All numbered files and the views go in together: a start that breaks off there begins anew the next time."""
    schema = tmp_path / "schema"
    schema.mkdir()
    for file in SCHEMA.iterdir():
        (schema / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (schema / "views.sql").write_text("CREATE VIEW answers AS SELECT no_such_column FROM responses", encoding="utf-8")
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    path = tmp_path / "nps.duckdb"
    with pytest.raises(duckdb.BinderException):
        Store.open(path)
    monkeypatch.setattr("nps.store.SCHEMA", SCHEMA)
    store = Store.open(path)
    assert store.rows("SELECT count(*) FROM followups") == [(0,)]
    store.close()


def test_a_later_migration_reaches_an_older_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "nps.duckdb"
    store = Store.open(path)
    put(store, [3])
    newest = int(store.rows("SELECT max(number) FROM schema_number")[0][0])
    store.close()
    schema = tmp_path / "schema"
    schema.mkdir()
    for file in SCHEMA.iterdir():
        (schema / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (schema / f"{newest + 1:04}_moods.sql").write_text(
        "ALTER TABLE responses ADD COLUMN mood VARCHAR", encoding="utf-8"
    )
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    store = Store.open(path)
    assert store.rows("SELECT score, mood, detractor FROM answers") == [(3, None, True)]
    assert store.rows("SELECT max(number) FROM schema_number") == [(newest + 1,)]
    store.close()


def test_a_migration_with_a_lower_number_that_came_later_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people change the schema at the same time, and the later number is released first."""
    path, schema = tmp_path / "nps.duckdb", tmp_path / "schema"
    schema.mkdir()
    for file in SCHEMA.iterdir():
        (schema / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    (schema / "0902_later.sql").write_text("CREATE TABLE later (n INTEGER)", encoding="utf-8")
    Store.open(path).close()
    (schema / "0901_earlier.sql").write_text("CREATE TABLE earlier (n INTEGER)", encoding="utf-8")
    for _ in range(2):
        store = Store.open(path)
        assert store.rows("SELECT count(*) FROM earlier") == [(0,)]
        store.close()


def test_midnights_of_an_older_store_are_times_where_their_import_brought_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, schema = tmp_path / "nps.duckdb", tmp_path / "schema"
    schema.mkdir()
    for file in SCHEMA.iterdir():
        if file.name != "0009_days_alone.sql":
            (schema / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    midnight, noon, tick = datetime(2025, 3, 9), datetime(2025, 3, 9, 12), timedelta(microseconds=1)
    held: dict[str, list[datetime | None]] = {
        "times": [midnight, noon, None],
        "days": [midnight, None, midnight + timedelta(1)],
        "undated": [None],
    }
    rows = [
        {"response_key": f"{import_id}-{line}", "import_id": import_id, "answered_at": moment}
        for import_id, moments in held.items()
        for line, moment in enumerate(moments)
    ]
    older = Store.open(path)

    def work(tx: Transaction) -> None:
        tx.register("incoming", pa.Table.from_pylist(rows))
        tx.execute("INSERT INTO responses BY NAME SELECT * FROM incoming")

    older.transact(work, touches=("responses",))
    older.close()
    monkeypatch.setattr("nps.store.SCHEMA", SCHEMA)
    kept = held | {"times": [midnight + tick, noon, None]}
    for _ in range(2):  # once and for all
        store = Store.open(path)
        found: dict[str, list[datetime | None]] = dict(
            store.rows("SELECT import_id, list(answered_at ORDER BY response_key) FROM responses GROUP BY import_id")
        )
        assert found == kept
        store.close()


@pytest.mark.parametrize("text", ["", "\n", "-- For a view alone.\n", "/* For a view; alone. */"])
def test_a_migration_without_a_statement_makes_the_views_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path, schema = tmp_path / "nps.duckdb", tmp_path / "schema"
    Store.open(path).close()
    schema.mkdir()
    for file in SCHEMA.iterdir():
        (schema / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (schema / "0999_more.sql").write_text(text, encoding="utf-8")
    with (schema / "views.sql").open("a", encoding="utf-8") as views:
        views.write("CREATE OR REPLACE VIEW more AS SELECT 42 AS n;")
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    store = Store.open(path)
    assert store.rows("SELECT n FROM more") == [(42,)]
    store.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text())
def test_the_number_of_a_voter_is_the_half_of_a_hash_that_older_stores_hold(store: Store, text: str) -> None:
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    [found] = store.rows("SELECT voter($t), md5_number_lower($t), person_id($t, 'x', 'y')", {"t": text})
    assert found == (int.from_bytes(digest[8:], "little"),) * 3
