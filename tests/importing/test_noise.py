"""Any bytes end in rows or in one clear sentence, within limits of time and memory."""

import resource
import time
from pathlib import Path

import pytest

from benchmarks.machine import peak_megabytes
from nps.errors import Ambiguous, Refused
from nps.importing import answers, guess, read
from tests.importing.noise import noisy

# Files that once crashed, each as small as it could be made; most were left behind by the long test below.
CRASHERS = {
    "half a letter in a cell": b'{"nps": 9, "why": "\\ud83d"}\n{"nps": 8, "why": "x"}\n',
    "half a letter in a name": b'[{"n\\ud83dps": 9}]',
    "half a letter in a list of lists": b'[{"nps": 9, "tags": [["\\udc00"]]}, ["\\ud83d"]]',
    "a cell without spaces in an old encoding": b"nps,why\n9,caf\xe9 " + b"12" * 20_000 + b"\n",
}
ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 5  # of processor time in this process, for a file of some kilobytes
MEGABYTES = 300  # on top of what the process held at most before, over all files of a test
APART_SECONDS, APART_MEGABYTES = 10, 600  # in the process that reads a workbook or Parquet
LONGEST = 8_000


def imported(name: str, data: bytes) -> int:
    """Read a file as far as it goes, a person taking the first of all choices; return its rows."""
    grid = read(name, data)
    said: dict[str, str | bool] = {}
    for question in (first := guess(grid)).open:
        if question.question == "date order":
            said["dayfirst"] = question.candidates[0] == "dayfirst"
        elif question.question in ("score", "scale"):
            said[question.question] = question.candidates[0]
    guessed = guess(grid, **said) if said else first  # type: ignore[arg-type]
    found = answers(grid, guessed.mapping)
    assert found.rows == grid.rows == len(found.table) + len(found.rejects)
    assert found.rows >= 1
    return found.rows


def ends_well(name: str, data: bytes) -> bool:
    """Assert that a file ends in rows (True) or in one sentence for a person, in time."""
    begin, apart = time.process_time(), _apart_seconds()
    try:
        imported(name, data)
        went_in = True
    except Refused as refusal:
        said = str(refusal)
        assert said.endswith((".", "?")), said
        assert len(said) < LONGEST, said[:500]
        assert isinstance(refusal, Ambiguous) or name in said, said
        went_in = False
    assert time.process_time() - begin < SECONDS
    assert _apart_seconds() - apart < APART_SECONDS
    return went_in


def _apart_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _apart_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def many_end_well(numbers: range) -> int:
    """Assert it of many damaged files; one that crashes is left in test-results. Return how many went in."""
    before, apart, went_in = peak_megabytes(), _apart_megabytes(), 0
    for number in numbers:
        data = noisy(number)
        try:
            went_in += ends_well("noise.csv", data)
        except BaseException:
            folder = ROOT / "test-results"
            folder.mkdir(exist_ok=True)
            (folder / f"crasher-{number}.bin").write_bytes(data)
            raise
    assert peak_megabytes() - before < MEGABYTES
    # Of all processes that this one ever waited for, browsers too, the largest is known: a larger one came now. Linux
    # counts a process as large as the one that started it, so this one, grown by the tests before, says nothing of it.
    assert _apart_megabytes() <= max(apart, peak_megabytes(), APART_MEGABYTES)
    return went_in


@pytest.mark.parametrize("data", CRASHERS.values(), ids=CRASHERS.keys())
def test_what_once_crashed_ends_in_rows_or_in_a_sentence(data: bytes) -> None:
    ends_well("crasher.csv", data)


def test_some_damaged_files_end_in_rows_or_in_a_sentence() -> None:
    assert 20 < many_end_well(range(100)) < 95


@pytest.mark.soak
def test_ten_thousand_damaged_files_end_in_rows_or_in_a_sentence() -> None:
    assert 2_000 < many_end_well(range(100, 10_100)) < 9_500
