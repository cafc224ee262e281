"""`python -m nps compare` by its exit codes and output, against the formula over the file's own rows."""

import csv
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from math import erfc, isclose, sqrt
from pathlib import Path
from typing import Any

import pytest

from nps.start import SAMPLE, fill_with_sample
from nps.store import Store

ROOT = Path(__file__).resolve().parent.parent
BEFORE, AFTER = "2025-10-01..2025-12-31", "2026-02-01..2026-04-30"

Ran = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def compare(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Ran]:
    """Run `python -m nps compare ...` on the sample."""
    path = tmp_path_factory.mktemp("compare") / "nps.duckdb"
    store = Store.open(path)
    fill_with_sample(store)
    store.close()

    def run(*arguments: str) -> Ran:
        line = [sys.executable, "-m", "nps", "compare", "--store", str(path), *arguments]
        return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    return run


def votes(period: str, segment: str, **kept: str) -> dict[str, list[int]]:
    """Votes of 1, 0 and -1 by the value of a segment, of the sample's rows within a period."""
    first, last = (date.fromisoformat(day) for day in period.split(".."))
    found: dict[str, list[int]] = defaultdict(list)
    seen = set()
    with (SAMPLE / "nps.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            try:
                day = date.fromisoformat(row["Responded at"][:10])
            except ValueError:
                continue
            if not row["Score"].isdigit() or int(row["Score"]) > 10 or row["Response ID"] in seen:
                continue
            seen.add(row["Response ID"])
            if first <= day <= last and all(row[name] == value for name, value in kept.items()):
                found[row[segment] or "(not given)"].append((int(row["Score"]) >= 9) - (int(row["Score"]) <= 6))
    return found


def adjusted(all_votes: list[int]) -> tuple[Fraction, Fraction]:
    """Centre and variance with three quarters of a promoter and of a detractor among three more answers."""
    n = len(all_votes) + 3
    up, down = ((all_votes.count(vote) + Fraction(3, 4)) / n for vote in (1, -1))
    return up - down, (up + down - (up - down) ** 2) / n


def mean(all_votes: list[int]) -> Fraction:
    return Fraction(100 * sum(all_votes), len(all_votes))


@pytest.mark.parametrize(("segment", "kept"), [("Region", {}), ("Account owner", {"Plan": "Team"})])
def test_the_parts_are_those_of_the_file(compare: Callable[..., Ran], segment: str, kept: dict[str, str]) -> None:
    where = [text for name, value in kept.items() for text in ("--where", f"{name}={value}")]
    ran = compare("--before", BEFORE, "--after", AFTER, "--by", segment.lower(), *where, "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    told = json.loads(ran.stdout)
    assert list(told) == ["before", "after", "change", "low", "high", "p", "mix", "rate", "parts"]
    then, now = (votes(period, segment, **kept) for period in (BEFORE, AFTER))
    all_then, all_now = ([vote for each in side.values() for vote in each] for side in (then, now))
    for side, expected in ((told["before"], all_then), (told["after"], all_now)):
        assert list(side) == ["n", "promoters", "passives", "detractors", "nps", "low", "high"]
        assert [side[name] for name in ("promoters", "passives", "detractors")] == [
            expected.count(vote) for vote in (1, 0, -1)
        ]
        assert isclose(side["nps"], mean(expected), abs_tol=1e-12)
    assert isclose(told["change"], mean(all_now) - mean(all_then), abs_tol=1e-9)
    (centre_then, variance_then), (centre_now, variance_now) = adjusted(all_then), adjusted(all_now)
    error = sqrt(variance_then + variance_now)
    difference = float(centre_now - centre_then)
    assert isclose(told["low"], 100 * (difference - 1.959963984540054 * error), abs_tol=1e-9)
    assert isclose(told["high"], 100 * (difference + 1.959963984540054 * error), abs_tol=1e-9)
    assert isclose(told["p"], erfc(abs(difference) / error / sqrt(2)), abs_tol=1e-12)
    assert {part["value"] for part in told["parts"]} == {*then, *now}
    for part in told["parts"]:
        a, b = then.get(part["value"], []), now.get(part["value"], [])
        shares = Fraction(len(a), len(all_then)), Fraction(len(b), len(all_now))
        rates = mean(a or b), mean(b or a)
        overall = (mean(all_then) + mean(all_now)) / 2
        assert isclose(part["mix"], (shares[1] - shares[0]) * (sum(rates) / 2 - overall), abs_tol=1e-9)
        assert isclose(part["rate"], sum(shares) / 2 * (rates[1] - rates[0]), abs_tol=1e-9)
    for kind in ("mix", "rate"):
        assert isclose(told[kind], sum(part[kind] for part in told["parts"]), abs_tol=1e-9)
    assert isclose(told["mix"] + told["rate"], told["change"], abs_tol=1e-9)


def test_without_json_it_reads_as_text_and_the_largest_part_comes_first(compare: Callable[..., Ran]) -> None:
    ran = compare("--before", BEFORE, "--after", AFTER, "--by", "seg_region")
    assert ran.returncode == 0
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("before: NPS ")
    assert lines[1].startswith("after: NPS ")
    assert lines[2].startswith("change: -")
    assert lines[4].startswith("EMEA: mix ")


def test_an_empty_period_has_no_change_and_says_so(compare: Callable[..., Ran]) -> None:
    ran = compare("--before", "2001-01-01..2001-12-31", "--after", AFTER, "--by", "Region", "--json")
    assert ran.returncode == 0
    assert ran.stderr == "Nobody gave a score in the period before, 1 Jan 2001 to 31 Dec 2001: there is no change.\n"
    told: dict[str, Any] = json.loads(ran.stdout)
    assert (told["before"]["n"], told["before"]["nps"], told["before"]["low"]) == (0, None, None)
    assert told["after"]["n"] > 0
    assert [told[name] for name in ("change", "low", "high", "p", "mix", "rate", "parts")] == [None] * 6 + [[]]


def test_periods_that_share_days_are_warned_about(compare: Callable[..., Ran]) -> None:
    shared = compare("--before", "2026-01-01..2026-01-31", "--after", "2026-01-31..2026-02-28", "--by", "Plan")
    assert shared.returncode == 0
    assert "The two periods share days" in shared.stderr
    apart = compare("--before", "2026-01-01..2026-01-31", "--after", "2026-02-01..2026-02-28", "--by", "Plan")
    assert (apart.returncode, apart.stderr) == (0, "")


@pytest.mark.parametrize(
    ("before", "by", "where", "sentence"),
    [
        ("2026-02-30..2026-03-01", "Plan", "Region=EMEA", "“2026-02-30” is not a day."),
        ("2026-02-01", "Plan", "Region=EMEA", "“2026-02-01” is not a period."),
        ("2026-03-01..2026-02-01", "Plan", "Region=EMEA", "The period ends on 1 Feb 2026, before it starts"),
        ("2026-02-01..2026-03-01", "Colour", "Region=EMEA", "There is no segment “Colour”. Choose one of: Plan,"),
        ("2026-02-01..2026-03-01", "Plan", "Colour=red", "There is no segment “Colour”."),
        ("2026-02-01..2026-03-01", "Plan", "EMEA", "“EMEA” is not a filter."),
    ],
)
def test_what_cannot_be_read_is_wrong_usage(
    compare: Callable[..., Ran], before: str, by: str, where: str, sentence: str
) -> None:
    ran = compare("--before", before, "--after", AFTER, "--by", by, "--where", where)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert sentence in ran.stderr
