"""Whether a store is sound: what is wrong is said, and a damaged file is noticed or harmless."""

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from nps import acts, backups, casework, derived
from nps.checking import check
from nps.decided import decide
from nps.derivations import Derivation
from nps.reasons import recoding
from nps.reasons.readings import Suggestion, read, undo
from nps.store import Store
from tests.test_backups import ROOT, bring, keys

NOW = datetime.fromisoformat("2026-05-04 07:00")


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[Store]:
    """A store with two imports, one taken back, and cases with a history."""
    store = Store.open(tmp_path / "nps.duckdb")
    bring(store, "a")
    bring(store, "b", rows=300)
    casework.tick(store, keys(store)[:30], who="Ada", now=NOW)
    casework.do(store, keys(store)[2], acts.note("called"), who="Bo", now=NOW)
    casework.untick(store, keys(store)[:5], who="Ada", now=NOW)
    first = read(store, keys(store)[0], ["product.speed"], seen=None, who="Ada", now=NOW)
    read(store, keys(store)[1], [], offered=[Suggestion("product.ease", "rule")], seen=None, who="Ada", now=NOW)
    split = {"code": "product.speed", "into": [{"code": "product.new", "label": "New", "words": {"en": ["the"]}}]}
    recoding.do(store, "split", split, seen=0, who="Ada", now=NOW)
    recoding.undo(store, 1, seen=1, who="Ada", now=NOW)
    recoding.do(store, "retire", {"code": "product.speed"}, seen=2, who="Ada", now=NOW)
    undo(store, first, who="Ada", now=NOW)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE imports SET accepted = accepted - 1 WHERE file = 'a.csv'", "1 import(s) whose rows are not accepted"),
        ("DELETE FROM rejects WHERE line > 0", "2 import(s) have another number of rejected rows"),
        ("DELETE FROM responses WHERE response_key LIKE '%a-7'", "1 import(s) have another number of responses"),
        ("DELETE FROM imports WHERE file = 'b.csv'", "300 response(s) belong to an import that is not there"),
        ("UPDATE responses SET response_key = 'one' WHERE score = 0", "1 key(s) stand for several responses: one."),
        ("UPDATE responses SET score = 44 WHERE response_key LIKE '%a-7'", "1 response(s) have a score outside"),
        (
            "UPDATE responses SET email = 'x@y.z' WHERE response_key LIKE '%a-7'",
            "1 response(s) count for another person",
        ),
        ("INSERT INTO segments VALUES ('Gone', 'seg_gone', 'choice', 99)", "1 segment(s) are listed without a column"),
        ("UPDATE case_events SET event_id = 'same' WHERE version = 1", "1 event(s) of cases have the same id"),
        ("DELETE FROM case_events WHERE version = 1", "case(s) are there without any event"),
        ("DELETE FROM case_events WHERE version = 1", "are not numbered 1, 2, 3"),
        (
            "UPDATE case_events SET kind = 'moved', value = 'closed' WHERE version = 1",
            "could not follow those before it",
        ),
        ("UPDATE cases SET state = 'resolved' WHERE version = 1", "case(s) are not what their events add up to"),
        ("DELETE FROM cases WHERE version = 2", "case(s) are not what their events add up to"),
    ],
)
def test_what_does_not_add_up_is_said(sound: Store, damage: str, told: str) -> None:
    assert check(sound) == []
    sound.transact(lambda tx: tx.execute(damage))
    faults = check(sound)
    assert any(told in fault.what for fault in faults), faults
    assert all(fault.mend for fault in faults)


CODED = ("codebook_steps", "readings", "code_values")


def test_what_is_wrong_with_reasons_is_said(sound: Store) -> None:
    damages = (
        (
            "UPDATE codebook_steps SET number = 1 WHERE number = 3",
            "1 number(s) of steps of the codebook stand for several",
        ),
        ("UPDATE codebook_steps SET details = '{}' WHERE number = 3", "The steps of the codebook do not add up: "),
        ("UPDATE codebook_steps SET action = 'odd' WHERE number = 3", "The steps of the codebook do not add up: "),
        ("DELETE FROM codebook_steps WHERE number = 1", "1 step(s) of the codebook take back none that is there: 2."),
        ("UPDATE readings SET number = 1", "1 number(s) of readings of comments stand for several rows: 1."),
        ("DELETE FROM readings WHERE number = 1", "1 reading(s) of comments take back none before them: "),
        ("UPDATE readings SET undoes = 9 WHERE undoes = 1", "1 reading(s) of comments take back none before them: "),
        ("UPDATE readings SET offered_by = []", "1 reading(s) of comments do not say what suggested each"),
        (
            "UPDATE readings SET codes = ['no.such'] WHERE number = 2",
            "1 reason(s) of answers are in no codebook: no.such.",
        ),
        (
            "INSERT INTO code_values VALUES (1, 'seg_x', 'a', 'no.such', now()::TIMESTAMP, 'Ada')",
            "1 reason(s) of answers are in no codebook: no.such.",
        ),
    )
    for table in CODED:
        sound.transact(lambda tx, table=table: tx.execute(f"CREATE TABLE kept_{table} AS FROM {table}"))  # type: ignore[misc]
    assert check(sound) == []
    for damage, told in damages:
        sound.transact(lambda tx, damage=damage: tx.execute(damage))  # type: ignore[misc]
        faults = check(sound)
        assert any(told in fault.what for fault in faults), (damage, faults)
        for table in CODED:
            sound.transact(lambda tx, table=table: tx.execute(f"DELETE FROM {table}"))  # type: ignore[misc]
            sound.transact(lambda tx, table=table: tx.execute(f"INSERT INTO {table} FROM kept_{table}"))  # type: ignore[misc]
    assert check(sound) == []


def test_a_derived_segment_that_is_not_what_its_rule_gives_is_said(sound: Store) -> None:
    decide(sound, {"derived": (Derivation("Weekday", "weekday"),)}, who="Ada", now=NOW)
    derived.keep(sound)
    assert check(sound) == []
    sound.transact(
        lambda tx: tx.execute("UPDATE responses SET der_weekday = 'Doomsday' WHERE response_key LIKE '%a-7'")
    )
    fault, _counts = check(sound)
    assert fault.what.startswith("1 response(s) have another value of a derived segment than its rule gives: ")


def noticed_or_harmless(path: Path, seed: int) -> bool:
    """Flip some bytes of a copy of a store; whether the command noticed. What it calls sound holds the same."""
    dice = random.Random(seed)
    copy = path.with_name(f"flipped-{seed}.duckdb")
    data = bytearray(path.read_bytes())
    for _ in range(dice.choice((1, 1, 4, 64))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    copy.write_bytes(data)
    line = [sys.executable, "-m", "nps", "check", "--store", str(copy)]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode in {0, 1}, (seed, ran)
    assert "Traceback" not in ran.stderr, (seed, ran.stderr)
    if ran.returncode == 0:
        assert backups.sums_of(copy) == backups.sums_of(path), seed
    else:
        assert (ran.stdout or ran.stderr).strip(), seed
    copy.unlink()
    return ran.returncode == 1


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_a_damaged_file_is_noticed_or_harmless(sound: Store, seed: int) -> None:
    sound.close()
    noticed_or_harmless(sound.path, seed)


@pytest.mark.soak
def test_two_hundred_damaged_files_are_noticed_or_harmless(sound: Store) -> None:
    sound.close()
    noticed = [noticed_or_harmless(sound.path, seed) for seed in range(200)]
    assert sum(noticed) > 20
    print(f"{sum(noticed)} of {len(noticed)} were noticed, the others harmless")


def test_the_commands_say_what_they_did(sound: Store, tmp_path: Path) -> None:
    sound.close()

    def run(*arguments: str) -> tuple[int, str, str]:
        line = [sys.executable, "-m", "nps", *arguments, "--store", str(sound.path)]
        ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        return ran.returncode, ran.stdout, ran.stderr

    code, told, _ = run("check")
    assert (code, told) == (0, "Sound: 500 responses, 30 cases with a history, every value read.\n")
    folder = tmp_path / "kept"
    code, told, _ = run("backup", str(folder), "--keep", "1")
    [path] = folder.iterdir()
    assert code == 0
    assert told.startswith(f"{path}: ")
    assert told.endswith("compared with the store.\n")
    shutil.copy(sound.path, tmp_path / "as it was.duckdb")
    store = Store.open(sound.path)
    store.transact(lambda tx: tx.execute("UPDATE cases SET state = 'resolved' WHERE version = 1"))
    store.close()
    code, told, _ = run("check")
    assert code == 1
    assert told.endswith("Put a backup in its place: python -m nps restore FILE.\n")
    code, told, _ = run("restore", str(path))
    assert (code, told.splitlines()[0]) == (0, f"{sound.path} is what {path.name} holds, checked.")
    assert run("check")[0] == 0
    assert run("backup", str(folder), "--keep", "0")[0] == 2
    assert run("restore", str(tmp_path / "none.duckdb"))[0] == 1
