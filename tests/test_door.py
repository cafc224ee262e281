"""Commands while the dashboard runs: the process that has the store does them, with the same words and exit codes."""

import json
import re
import shutil
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from nps import backups
from nps.checking import check
from nps.decided import decide
from nps.store import Store
from tests.served import Server, served, start
from tests.test_backups import ROOT, bring

Ran = tuple[int, str, str]


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store.open(tmp_path_factory.mktemp("door") / "nps.duckdb")
    bring(store, "a")
    store.close()
    return store.path


@pytest.fixture
def running(filled_file: Path, tmp_path: Path) -> Iterator[Server]:
    """A dashboard whose store has one import."""
    with served(tmp_path, store=Path(shutil.copy(filled_file, tmp_path / "nps.duckdb"))) as server:
        yield server


def run(store: Path, *arguments: str, folder: Path) -> Ran:
    """A command as somebody types it in that folder."""
    line = [sys.executable, "-m", "nps", *arguments, "--store", str(store)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    ran = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def post(server: Server, body: bytes, secret: str | None) -> tuple[int, str]:
    headers = {} if secret is None else {"X-NPS-Secret": secret}
    request = urllib.request.Request(f"{server.url}/command", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def door_of(server: Server) -> Path:
    return server.store.with_name("nps.duckdb.door")


COMMANDS = (
    ("summary", "--by", "Plan", "--json"),
    ("summary", "--from", "no day"),
    ("summary", "--where", "Mood=good"),
    ("cases", "--json"),
    ("compare", "--before", "2026-01-01..2026-02-01", "--after", "2026-03-01..2026-05-31", "--by", "Plan"),
    ("hotspots", "--json"),
    ("import", "new.csv", "missing.csv", "folder"),
    ("import", "new.csv", "--json"),
    ("context", "people.csv"),
    ("undo", "no such import"),
    ("export", "out.csv"),
    ("export", "out.txt"),
    ("export", "--all", "whole"),
    ("export", "--all", "whole"),
    ("import", "--all", "whole"),
    ("import", "--all", "folder"),
    ("import", "--all", "whole", "folder"),
    ("check",),
    ("summary", "--sideways"),
)


def test_every_command_says_the_same_as_without_the_dashboard(
    running: Server, filled_file: Path, tmp_path: Path
) -> None:
    folders = {}
    for name in ("with", "without"):
        folders[name] = tmp_path / name
        (folders[name] / "folder").mkdir(parents=True)
        (folders[name] / "new.csv").write_text("Date,Score,Plan\n2026-05-06,9,Team\n2026-05-07,11,Free\n", "utf-8")
        (folders[name] / "folder" / "more.csv").write_text("Date,Score\n2026-05-08,3\n", "utf-8")
        (folders[name] / "people.csv").write_text("E-mail,Account,Revenue\nw1@example.com,Acme,1000\n", "utf-8")
    alone = Path(shutil.copy(filled_file, tmp_path / "alone.duckdb"))
    for command in COMMANDS:
        here = run(running.store, *command, folder=folders["with"])
        there = run(alone, *command, folder=folders["without"])
        assert here[0] == there[0], (command, here, there)
        assert _without_ids(here) == _without_ids(there), command
    assert (folders["with"] / "out.csv").read_bytes()[:200] == (folders["without"] / "out.csv").read_bytes()[:200]
    code, told, _ = run(running.store, "backup", "kept", folder=folders["with"])
    assert code == 0
    [made] = backups.made(folders["with"] / "kept")
    assert told.startswith(f"kept/{made[1].name}: ")
    copy = Store.open(made[1])
    assert check(copy) == []
    assert copy.rows("SELECT count(*) FROM responses") == [(202,)]
    copy.close()


def test_a_running_dashboard_with_the_sample_takes_in_all_of_another_store(filled_file: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copy(filled_file, tmp_path / "alone.duckdb"))
    assert run(alone, "export", "--all", "whole", folder=tmp_path)[0] == 0
    with served(tmp_path) as server:
        code, told, said = run(server.store, "import", "--all", "whole", folder=tmp_path)
        assert (code, said) == (0, "")
        assert re.fullmatch(r"whole: [\d,]+ rows in \d+ tables, as they were on .* UTC, compared and checked\.\n", told)
        here = run(server.store, "summary", "--by", "Plan", "--json", folder=tmp_path)
        assert run(server.store, "check", folder=tmp_path)[0] == 0
    assert here == run(alone, "summary", "--by", "Plan", "--json", folder=tmp_path)


def _without_ids(ran: Ran) -> list[str]:
    """What was printed; a running dashboard keeps a row or two more, about suggestions."""
    without = [re.sub(r"\b20\d{6}-\d{6}-[0-9a-f]{6}\b", "ID", text) for text in ran[1:]]
    return [
        re.sub(r"[\d,]+ rows in \d+ tables", "rows", text.replace("alone.duckdb", "nps.duckdb")) for text in without
    ]


def test_due_times_follow_the_settings_there_too(filled_file: Path, tmp_path: Path) -> None:
    """Nobody has opened a page since the dashboard started."""
    path = Path(shutil.copy(filled_file, tmp_path / "nps.duckdb"))
    store = Store.open(path)
    decide(store, {"first_contact": (1,) * 7}, who="Ada", now=datetime(2026, 5, 4))
    store.close()
    alone = Path(shutil.copy(path, tmp_path / "alone.duckdb"))
    with served(tmp_path, store=path) as server:
        here = run(server.store, "cases", "--json", folder=tmp_path)
    assert here == run(alone, "cases", "--json", folder=tmp_path)


def test_nobody_without_the_secret_is_let_in(running: Server) -> None:
    door = door_of(running)
    assert stat.S_IMODE(door.stat().st_mode) == 0o600
    secret = json.loads(door.read_text("utf-8"))["secret"]
    assert len(secret) > 40
    body = json.dumps({"argv": ["summary"], "folder": "/"}).encode()
    for wrong in (None, "", secret[:-1], secret + "x", "ü"):
        assert post(running, body, wrong)[0] == 403
    assert post(running, body, secret)[0] == 200
    for nonsense in (b"", b"{}", b"[]", b"\xff", b'{"argv": 3, "folder": 4}'):
        assert post(running, nonsense, secret)[0] == 400
    assert post(running, b" " * 200_000, secret)[0] == 413
    assert secret not in running.log.read_text("utf-8")


def test_a_restore_waits_for_the_dashboard_to_stop(running: Server, tmp_path: Path) -> None:
    assert run(running.store, "backup", str(tmp_path / "kept"), folder=tmp_path)[0] == 0
    [(_, made)] = backups.made(tmp_path / "kept")
    code, told, said = run(running.store, "restore", str(made), folder=tmp_path)
    assert (code, told) == (1, "")
    assert "is in use by another process" in said
    secret = json.loads(door_of(running).read_text("utf-8"))["secret"]
    body = json.dumps({"argv": ["restore", str(made), "--store", str(running.store)], "folder": "/"}).encode()
    told = json.loads(post(running, body, secret)[1])
    assert told == {"code": 1, "out": "", "err": "This needs the store to itself. Stop the dashboard first.\n"}


def test_commands_at_once_do_not_mix_what_they_say(running: Server) -> None:
    secret = json.loads(door_of(running).read_text("utf-8"))["secret"]
    argvs = [["summary", "--where", f"Plan={plan}"] for plan in ("Team", "Free")] + [["check"], ["cases", "--json"]]
    bodies = [json.dumps({"argv": argv, "folder": "/"}).encode() for argv in argvs]
    alone = [post(running, body, secret) for body in bodies]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda body: post(running, body, secret), bodies * 6))
    assert together == alone * 6


def test_the_door_closes_with_the_dashboard_and_a_forgotten_one_does_no_harm(filled_file: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(filled_file, tmp_path / "nps.duckdb"))
    server = start(tmp_path, store=store)
    door = door_of(server)
    try:
        assert door.exists()
        server.stop()
        assert not door.exists()
    finally:
        server.kill()
    server = start(tmp_path, store=store)
    try:
        server.kill()
        assert door.exists()
        assert run(store, "summary", folder=tmp_path)[0] == 0
        holder = Store.open(store)
        code, _, said = run(store, "summary", folder=tmp_path)
        holder.close()
        assert code == 1
        assert "is in use by another process" in said
    finally:
        server.kill()
