"""`python -m nps cases` by its exit codes and output, against the rows as they were written."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nps import acts, casework
from nps.clock import now
from nps.store import Store
from tests.pages.opening import bring_in

ROOT = Path(__file__).resolve().parent.parent
TODAY = now().date()


def run(store: Path, *options: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "nps", "cases", "--store", str(store), *options]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def listed(store: Path, *options: str) -> list[dict[str, Any]]:
    done = run(store, "--json", *options)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["total"] == len(answer["cases"])
    found: list[dict[str, Any]] = answer["cases"]
    return found


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    """Ten answers, one of each score to 9; some of the cases are worked on."""
    path = tmp_path / "nps.duckdb"
    store = Store.open(path)
    rows = "".join(f"{score},{TODAY - timedelta(days=score)},r{score},c{score}\n" for score in range(10))
    bring_in(store, "a.csv", "nps,date,response id,comment\n" + rows, score="nps", date="date", id="response id")
    key: dict[int, str] = dict(store.rows("SELECT score, response_key FROM responses"))
    casework.tick(store, [key[0], key[3]], who="Ada", now=now())
    casework.do(store, key[1], acts.assign("Ben"), who="Ada", now=now())
    casework.do(store, key[2], acts.move("not contactable"), who="Ada", now=now())
    casework.do(store, key[4], acts.snooze(TODAY + timedelta(3), "away", today=TODAY), who="Ada", now=now())
    store.close()
    return path


def test_all_that_is_not_finished_the_most_urgent_first(worked: Path) -> None:
    found = listed(worked)
    weight = {score: (7 - score) / (1 + score / 30) for score in (0, 1, 3, 4, 5, 6)}
    assert [row["score"] for row in found] == sorted(weight, key=lambda score: -weight[score])
    assert [row["urgency"] for row in found] == pytest.approx(sorted(weight.values(), reverse=True))
    assert {row["score"]: row["state"] for row in found if row["state"] != "open"} == {0: "contacted", 3: "contacted"}


@pytest.mark.parametrize(
    ("options", "scores"),
    [
        (("--state", "contacted"), {0, 3}),
        (("--state", "not contactable"), {2}),
        (("--state", "open", "--state", "contacted"), {0, 1, 3, 4, 5, 6}),
        (("--owner", "Ben"), {1}),
        (("--owner", ""), {4, 5, 6}),
        (("--overdue",), {1, 4, 5, 6}),  # asleep or not: the clock goes on
        (("--overdue", "--owner", "Ada"), set()),
        (("--band", "passive"), {7, 8}),
        (("--from", (TODAY - timedelta(days=1)).isoformat()), {0, 1}),
    ],
)
def test_a_list_is_narrowed(worked: Path, options: tuple[str, ...], scores: set[int]) -> None:
    assert {row["score"] for row in listed(worked, *options)} == scores


def test_without_json_each_case_is_a_line(worked: Path) -> None:
    lines = run(worked, "--owner", "Ben").stdout.splitlines()
    assert lines[-1] == "1 follow-up."
    assert "Ben  c1" in lines[0]


def test_an_unknown_state_and_a_missing_store_are_refused(tmp_path: Path, worked: Path) -> None:
    wrong = run(worked, "--state", "happy")
    assert wrong.returncode == 2
    assert "not contactable" in wrong.stderr
    missing = run(tmp_path / "none.duckdb")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "There is no store at" in missing.stderr
