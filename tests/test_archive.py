"""All of a store as Parquet files and back: identical, or refused with what is wrong and where."""

import hashlib
import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps import acts, casework, checking, imports
from nps.archive import reading, writing
from nps.decided import decide
from nps.errors import NpsError, Refused, StoreNewer
from nps.start import fill_with_sample
from nps.store import SCHEMA, Store
from tests.test_backups import bring, keys
from tests.worker import invented, otherwise

NOW = datetime.fromisoformat("2026-05-04 07:00")
ORDER = "SELECT list(response_key ORDER BY rowid) FROM responses"


def work(store: Store, seed: int, number: int) -> None:
    """Something that people do, chosen by the dice."""
    dice = random.Random(f"{seed} {number}")
    known = keys(store)
    act = dice.choice(["import", "change", "undo", "tick", "untick", "note", "setting"])
    if act == "import" or not known:
        bring(store, f"{seed}-{number}", rows=dice.choice([0, 1, 60]))
    elif act == "change":
        given = invented(dice.randrange(1, 40), name=f"{seed}", segment='Größe "m" → 中')
        imports.land(store, given, file="b.csv", by="Ada", now=NOW)
        landed = imports.land(store, otherwise(given), file="c.csv", by="Bo", now=NOW)
        imports.update(store, landed.import_id, by="Bo", now=NOW)
    elif act == "undo":
        [import_id] = dice.choice(store.rows("SELECT import_id FROM imports WHERE undone_at IS NULL ORDER BY ALL"))
        imports.undo(store, import_id, by="Bo", now=NOW)
    elif act == "tick":
        casework.tick(store, dice.sample(known, min(5, len(known))), who="Ada", now=NOW)
    elif act == "untick":
        casework.untick(store, known[:3], who="Ada", now=NOW)
    elif act == "note":
        casework.do(store, dice.choice(known), acts.note("\N{GRINNING FACE}\n\t'\"; =1 " * 9), who="Bo", now=NOW)
    else:
        decide(store, {"first_contact": (dice.randrange(1, 99),) * 7}, who="Ada", now=NOW)


@settings(max_examples=4)
@given(seed=st.integers(0, 10**6), steps=st.integers(0, 12))
def test_whatever_people_did_comes_back_the_same(seed: int, steps: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        store = Store.open(folder / "nps.duckdb")
        for number in range(steps):
            work(store, seed, number)
        made = writing.write(store, folder / "whole", by="Ada", now=NOW)
        other = Store.open(folder / "other.duckdb")
        assert reading.bring_in(other, folder / "whole") == made
        held = store.tried(checking.sums)
        assert other.tried(checking.sums) == held
        assert {table.name: (table.rows, table.sum) for table in made.tables} == {
            table: (rows, None if total is None else str(total)) for table, (rows, total) in held.items()
        }
        assert other.rows(ORDER) == store.rows(ORDER)
        assert other.columns() == store.columns()
        assert checking.check(other) == []
        assert not list(folder.glob(".*"))
        bring(other, "life goes on", rows=20)
        assert checking.check(other) == []
        store.close()
        other.close()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with an import and case work, whose archive lies beside it."""
    opened = Store.open(tmp_path_factory.mktemp("source") / "nps.duckdb")
    bring(opened, "a")
    casework.tick(opened, keys(opened)[:20], who="Ada", now=NOW)
    writing.write(opened, opened.path.with_name("whole"), by="Ada", now=NOW)
    yield opened
    opened.close()


@pytest.fixture
def whole(source: Store, tmp_path: Path) -> Path:
    """The archive of that store, to be spoiled."""
    return Path(shutil.copytree(source.path.with_name("whole"), tmp_path / "whole"))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    """A store that is to be filled."""
    opened = Store.open(tmp_path / "other.duckdb")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def spared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that is never filled."""
    opened = Store.open(tmp_path_factory.mktemp("spared") / "spared.duckdb")
    yield opened
    opened.close()


def test_other_programs_can_read_it(whole: Path, source: Store) -> None:
    told = json.loads((whole / "manifest.json").read_text("utf-8"))
    assert (told["written_at"], told["written_by"], told["schema"]) == (
        "2026-05-04T07:00:00Z",
        "Ada",
        told["steps"][-1],
    )
    assert {table["file"] for table in told["tables"]} | {"manifest.json"} == {path.name for path in whole.iterdir()}
    for table in told["tables"]:
        path = whole / table["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == table["sha256"]
        found = pq.read_table(path)
        assert (found.num_rows, found.column_names) == (table["rows"], list(table["columns"]))
        assert source.rows(f"SELECT count(*) FROM {table['name']}") == [(found.num_rows,)]
    scores = pq.read_table(whole / "responses.parquet")["score"].to_pylist()
    assert scores == [row[0] for row in source.rows("SELECT score FROM responses ORDER BY rowid")]


def test_the_sample_gives_way_and_work_does_not(whole: Path, source: Store, other: Store) -> None:
    fill_with_sample(other)
    reading.bring_in(other, whole)
    assert other.tried(checking.sums) == source.tried(checking.sums)
    for _ in range(2):
        with pytest.raises(
            Refused, match=r"other\.duckdb holds work of somebody: 1 import, 20 case steps\. Name a new"
        ):
            reading.bring_in(other, whole)


def test_who_worked_with_the_sample_loses_nothing(whole: Path, other: Store) -> None:
    fill_with_sample(other)
    told = []
    for act in (
        lambda: casework.tick(other, keys(other)[-1:], who="Ingrid Sørensen", now=datetime(2027, 1, 1)),
        lambda: decide(other, {"zone": "Europe/Berlin"}, who="Ada", now=NOW),
        lambda: imports.undo(other, other.rows("SELECT min(import_id) FROM imports")[0][0], by="Ada", now=NOW),
    ):
        act()
        before = other.tried(checking.sums)
        with pytest.raises(Refused) as raised:
            reading.bring_in(other, whole)
        told.append(str(raised.value).split(": ")[1].split(". Name")[0])
        assert other.tried(checking.sums) == before
    assert told == ["1 case step", "1 case step, 1 setting", "1 import, 1 case step, 1 setting"]


def test_an_older_archive_is_brought_up_to_date(
    whole: Path, other: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.close()
    schema = tmp_path / "schema"
    shutil.copytree(SCHEMA, schema)
    (schema / "0901_moods.sql").write_text(
        "ALTER TABLE responses ADD COLUMN mood VARCHAR; UPDATE responses SET mood = 'was ' || score;"
        "CREATE TABLE moods (mood VARCHAR)",
        encoding="utf-8",
    )
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    newer = Store.open(tmp_path / "newer.duckdb")
    reading.bring_in(newer, whole)
    assert newer.rows("SELECT DISTINCT mood = 'was ' || score FROM answers WHERE score IS NOT NULL") == [(True,)]
    assert newer.rows("SELECT max(number), count(*) > 3 FROM schema_number") == [(901, True)]
    writing.write(newer, tmp_path / "again", by="Ada", now=NOW)
    newer.close()
    monkeypatch.setattr("nps.store.SCHEMA", SCHEMA)
    older = Store.open(tmp_path / "older.duckdb")
    with pytest.raises(StoreNewer, match=r"schema 901; this one knows \d+\)\. Update the program"):
        reading.bring_in(older, tmp_path / "again")
    older.close()


def rewritten(whole: Path, change: Callable[[Any], None]) -> None:
    """The manifest changed by somebody."""
    path = whole / "manifest.json"
    told = json.loads(path.read_text("utf-8"))
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")


def of(told: Any, name: str) -> Any:
    return next(table for table in told["tables"] if table["name"] == name)


def forged(whole: Path, data: bytes, table: str = "responses") -> None:
    """Other bytes for a table, and a manifest that vouches for them."""
    (whole / f"{table}.parquet").write_bytes(data)
    rewritten(whole, lambda told: of(told, table).update(sha256=hashlib.sha256(data).hexdigest()))


def one_score_less(whole: Path) -> None:
    path = whole / "responses.parquet"
    table = pq.read_table(path)
    place = table.column_names.index("score")
    scores = [None, *table["score"].to_pylist()[1:]]
    pq.write_table(table.set_column(place, "score", pa.array(scores, pa.uint8())), path)
    forged(whole, path.read_bytes())


def text_for_scores(whole: Path) -> None:
    path = whole / "responses.parquet"
    table = pq.read_table(path)
    place = table.column_names.index("score")
    pq.write_table(table.set_column(place, "score", table["score"].cast(pa.string())), path)
    forged(whole, path.read_bytes())


def no_rows_in_the_middle(whole: Path) -> None:
    """The pages of a column overwritten, with footer and hash as they should be."""
    data = bytearray((whole / "responses.parquet").read_bytes())
    data[200:1200] = b"\xff" * 1000
    forged(whole, bytes(data))


def linked(whole: Path) -> None:
    path = whole / "responses.parquet"
    path.rename(whole.parent / "elsewhere.parquet")
    path.symlink_to(whole.parent / "elsewhere.parquet")


def named(file: str) -> Callable[[Path], None]:
    def spoil(whole: Path) -> None:
        shutil.copy(whole / "responses.parquet", whole.parent / "x.parquet")
        rewritten(whole, lambda told: of(told, "responses").update(file=file.format(folder=whole.parent)))

    return spoil


def written(text: str) -> Callable[[Path], object]:
    return lambda whole: (whole / "manifest.json").write_text(text, encoding="utf-8")


def told(**values: Any) -> Callable[[Path], None]:
    return lambda whole: rewritten(whole, lambda manifest: manifest.update(values))


SPOILED: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no manifest": (lambda whole: (whole / "manifest.json").unlink(), "There is no manifest.json in"),
    "no folder": (shutil.rmtree, "There is no manifest.json in"),
    "a file changed": (
        lambda whole: (whole / "rejects.parquet").write_bytes(b"PAR1"),
        "rejects.parquet is not what manifest.json says",
    ),
    "a file cut": (
        lambda whole: (whole / "responses.parquet").write_bytes((whole / "responses.parquet").read_bytes()[:-90]),
        "responses.parquet is not what manifest.json says",
    ),
    "a file missing": (lambda whole: (whole / "marks.parquet").unlink(), "marks.parquet cannot be read: No such file"),
    "a link": (linked, "responses.parquet cannot be read: Too many levels of symbolic links"),
    "a folder for a file": (
        lambda whole: (whole / "marks.parquet").rename(whole / "x").parent.joinpath("marks.parquet").mkdir(),
        "marks.parquet cannot be read: Is a directory",
    ),
    "a path above": (named("../x.parquet"), "is not the name of a file in the folder"),
    "an absolute path": (named("{folder}/x.parquet"), "is not the name of a file in the folder"),
    "a path of another system": (named("..\\x.parquet"), "is not the name of a file in the folder"),
    "no name": (named(".."), "is not the name of a file in the folder"),
    "truncated and vouched for": (
        lambda whole: forged(whole, (whole / "responses.parquet").read_bytes()[:-90]),
        "responses.parquet is not what manifest.json says",
    ),
    "damaged and vouched for": (no_rows_in_the_middle, "responses.parquet is not what manifest.json says"),
    "one score less, vouched for": (one_score_less, "responses.parquet is not what manifest.json says"),
    "another type, vouched for": (text_for_scores, "responses.parquet has other columns than"),
    "no JSON": (written("{"), "manifest.json is not as `export --all` writes it"),
    "other JSON": (written("[]"), "manifest.json is not as `export --all` writes it"),
    "deep JSON": (written("[" * 200_000), "manifest.json is not as `export --all` writes it"),
    "another form": (told(form=2), "form 2"),
    "no schema": (told(schema="x"), "is no whole number"),
    "no steps": (told(steps=[]), "names steps of the schema that never stood alone"),
    "a step left out": (told(steps=[1, 3]), "names steps of the schema that never stood alone"),
    "an older schema than its tables": (told(steps=[1, 2]), "has other tables than its schema"),
    "no tables": (told(tables=[]), "has other tables than its schema"),
    "a strange table": (
        lambda whole: rewritten(whole, lambda told: of(told, "marks").update(name='x"; DROP TABLE imports; --')),
        "has other tables than its schema",
    ),
    "two of one file": (
        lambda whole: rewritten(whole, lambda told: of(told, "marks").update(file="kept.parquet")),
        "two tables of one file",
    ),
    "a strange column": (
        lambda whole: rewritten(whole, lambda told: of(told, "responses")["columns"].update({'x" INT; --': "VARCHAR"})),
        "responses.parquet has other columns than",
    ),
    "another sum": (
        lambda whole: rewritten(whole, lambda told: of(told, "imports").update(sum="12")),
        "imports.parquet is not what manifest.json says",
    ),
    "more rows": (
        lambda whole: rewritten(whole, lambda told: of(told, "imports").update(rows=7)),
        "imports.parquet is not what manifest.json says",
    ),
}


@pytest.mark.parametrize("how", SPOILED)
def test_what_is_not_as_it_was_written_is_refused_and_nothing_is_changed(whole: Path, spared: Store, how: str) -> None:
    spoil, why = SPOILED[how]
    spoil(whole)
    before = spared.tried(checking.sums)
    with pytest.raises(Refused) as raised:
        reading.bring_in(spared, whole)
    assert why in str(raised.value)
    assert str(raised.value).endswith(".")
    assert spared.tried(checking.sums) == before
    assert [path.name for path in spared.path.parent.iterdir() if path.suffix != ".wal"] == ["spared.duckdb"]


def test_an_archive_that_does_not_add_up_is_refused(store: Store, other: Store, tmp_path: Path) -> None:
    bring(store, "a")
    store.transact(lambda tx: tx.execute("DELETE FROM rejects"))
    writing.write(store, tmp_path / "whole", by="Ada", now=NOW)
    with pytest.raises(
        Refused, match=r"is not sound, so nothing was changed: 1 import\(s\) have another number of rej"
    ):
        reading.bring_in(other, tmp_path / "whole")


def test_another_duckdb_may_sum_otherwise(whole: Path, source: Store, other: Store) -> None:
    """Its hashes of values need not be those of this one; the files' hashes and the numbers of rows still hold."""

    def change(told: Any) -> None:
        told["duckdb"] = "v9.9.9"
        of(told, "imports")["sum"] = "12"

    rewritten(whole, change)
    reading.bring_in(other, whole)
    assert other.tried(checking.sums) == source.tried(checking.sums)


def test_a_folder_that_cannot_take_it_is_named(whole: Path, store: Store, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in whole.iterdir()}
    with pytest.raises(Refused, match=r"The folder .*whole is not empty\. Name a new one"):
        writing.write(store, whole, by="Ada", now=NOW)
    assert {path.name: path.read_bytes() for path in whole.iterdir()} == before
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for place in ("file", "file/deeper"):
        with pytest.raises(Refused, match=r"The export cannot be written to .*file.*: (Not a directory|File exists)"):
            writing.write(store, tmp_path / place, by="Ada", now=NOW)


def test_what_stops_in_the_middle_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    """A name that no file can have: the tables before it are written already."""
    store.transact(lambda tx: tx.execute(f'CREATE TABLE "{"z" * 300}" (n INTEGER)'))
    (tmp_path / "mine").mkdir()
    for place in ("mine", "new"):
        with pytest.raises(NpsError, match="File name too long"):
            writing.write(store, tmp_path / place, by="Ada", now=NOW)
    assert list((tmp_path / "mine").iterdir()) == []
    assert not (tmp_path / "new").exists()


def test_what_a_killed_import_left_goes_with_the_next_one(whole: Path, other: Store) -> None:
    killed, under_way = (other.path.with_name(f".other.duckdb.incoming-{name}") for name in ("killed", "now"))
    for folder in (killed, under_way):
        folder.mkdir()
        (folder / "other.duckdb").write_bytes(b"half of it")
    yesterday = time.time() - reading.LONGEST - 1
    os.utime(killed, (yesterday, yesterday))
    reading.bring_in(other, whole)
    assert not killed.exists()
    assert under_way.exists()
