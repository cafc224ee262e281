"""The bundled sample: it can be made again byte for byte, it parses, and the story told in its script is in it.

All figures are counted here in plain Python from the CSV files as they stand.
"""

import csv
import os
import re
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from math import sqrt
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "sample"
SCALES = {"nps": range(11), "csat": range(1, 6), "ces": range(1, 8)}
COLUMNS = [
    *("Response ID", "Responded at", "Score", "Comment", "Name", "Email", "Account", "Plan", "Region"),
    *("Product", "Journey stage", "Channel", "Account owner", "Account revenue", "Renewal date"),
]
VALUES = {
    "Plan": {"Starter", "Team", "Business", "Enterprise"},
    "Region": {"North America", "EMEA", "APAC", "LATAM"},
    "Product": {"Planner", "Insights", "Connect", "Flow"},
    "Journey stage": {"Onboarding", "Adoption", "Value realised", "Renewal", "Expansion"},
    "Channel": {"E-mail", "In-app", "Link", "Call"},
}
ADDRESS = re.compile(r"[a-z0-9.-]+@[a-z0-9-]+\.example\.(com|org|net)")
FILES = ["ces.csv", "csat.csv", "followups.csv", "nps.csv", "readings.csv"]
RELEASE, FIX = "2026-01-13", "2026-04-07"

Row = dict[str, str]


def _rows(survey: str, folder: Path = SAMPLE) -> list[Row]:
    with (folder / f"{survey}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _scores(rows: list[Row]) -> list[int]:
    return [int(row["Score"]) for row in rows if row["Score"]]


def _nps(scores: list[int]) -> float:
    return 100 * (sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)) / len(scores)


def _error(scores: list[int]) -> float:
    """The standard error of `_nps` in points, with the adjusted Wald's three extra answers."""
    n = len(scores) + 3
    up = (sum(score >= 9 for score in scores) + 0.75) / n
    down = (sum(score <= 6 for score in scores) + 0.75) / n
    return 100 * sqrt((up + down - (up - down) ** 2) / n)


def _certainty(before: list[int], after: list[int]) -> float:
    """The change from `before` to `after` in standard errors."""
    return (_nps(after) - _nps(before)) / sqrt(_error(before) ** 2 + _error(after) ** 2)


def _quarter(row: Row) -> str:
    return f"{row['Responded at'][:4]} Q{(int(row['Responded at'][5:7]) + 2) // 3}"


def _hit(row: Row) -> bool:
    return row["Region"] == "EMEA" and row["Journey stage"] == "Onboarding"


def _by_quarter(holds: Callable[[Row], bool] = lambda _: True) -> dict[str, list[int]]:
    """NPS scores per quarter of the answered rows that `holds` keeps."""
    scores = defaultdict(list)
    for row in _rows("nps"):
        if row["Score"] and holds(row):
            scores[_quarter(row)].append(int(row["Score"]))
    return dict(scores)


def _all() -> Iterator[tuple[str, Row]]:
    for survey in SCALES:
        for row in _rows(survey):
            yield survey, row


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_the_script_makes_the_kept_files_again_byte_for_byte(tmp_path: Path, seed: str) -> None:
    script = ROOT / "data" / "make_sample.py"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, script, tmp_path], check=True, cwd=tmp_path, env=environment, timeout=60)
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (SAMPLE / made.name).read_bytes(), made.name


@pytest.mark.parametrize("survey", SCALES)
def test_every_row_parses(survey: str) -> None:
    rows = _rows(survey)
    assert list(rows[0]) == COLUMNS
    for row in rows:
        assert list(row) == COLUMNS
        assert None not in row.values()
        at = datetime.strptime(row["Responded at"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        assert date(2024, 11, 1) <= at.date() <= date(2026, 10, 31)
        assert row["Score"] == "" or int(row["Score"]) in SCALES[survey]
        assert row["Score"] or not row["Comment"], "who did not answer wrote nothing"
        assert 6_000 <= int(row["Account revenue"]) <= 900_000
        assert date(2026, 11, 1) <= date.fromisoformat(row["Renewal date"]) <= date(2027, 10, 31)
        assert all(row[name] in values for name, values in VALUES.items())
        assert all(row[name] == row[name].strip() != "" for name in {*COLUMNS} - {"Score", "Comment"})


def test_rows_stand_in_order_of_time() -> None:
    for survey in SCALES:
        times = [row["Responded at"] for row in _rows(survey)]
        assert times == sorted(times)


def test_every_response_has_an_id_of_its_own() -> None:
    ids = [row["Response ID"] for _, row in _all()]
    assert len(set(ids)) == len(ids)


def test_there_are_about_seven_thousand_rows_and_a_twelfth_of_the_nps_ones_are_blank() -> None:
    rows = {survey: _rows(survey) for survey in SCALES}
    assert 4_800 <= len(rows["nps"]) <= 5_200
    assert len(rows["csat"]) == 650
    assert len(rows["ces"]) == 1_300
    assert 0.07 <= sum(not row["Score"] for row in rows["nps"]) / len(rows["nps"]) <= 0.09
    assert all(any(not row["Score"] for row in rows[survey]) for survey in SCALES)
    assert {row["Journey stage"] for row in rows["ces"]} == {"Onboarding"}


def test_every_address_lies_under_an_example_domain_and_belongs_to_one_person() -> None:
    people = defaultdict(set)
    for _, row in _all():
        assert ADDRESS.fullmatch(row["Email"]), row["Email"]
        people[row["Email"]].add((row["Name"], row["Account"]))
    assert all(len(names) == 1 for names in people.values())
    assert sum(not name.isascii() for names in people.values() for name, _ in names) > 300


def test_an_account_keeps_its_facts_and_has_one_to_eight_contacts() -> None:
    constant = ("Plan", "Region", "Account owner", "Account revenue", "Renewal date")
    facts, contacts = defaultdict(set), defaultdict(set)
    for _, row in _all():
        facts[row["Account"]].add(tuple(row[name] for name in constant))
        contacts[row["Account"]].add(row["Email"])
    assert 400 <= len(facts) <= 440
    assert all(len(kinds) == 1 for kinds in facts.values())
    assert {len(emails) for emails in contacts.values()} == set(range(1, 9))
    renewals = [next(iter(kinds))[-1] for kinds in facts.values()]
    assert 60 <= sum(renewal <= "2027-01-29" for renewal in renewals) <= 150
    assert len({row["Account owner"] for _, row in _all()}) == 8


def test_a_third_of_the_people_answer_again_and_score_alike() -> None:
    answers = defaultdict(list)
    for row in _rows("nps"):
        if row["Score"]:
            answers[row["Email"]].append(int(row["Score"]))
    assert max(map(len, answers.values())) == 4
    assert 0.3 <= sum(len(scores) > 1 for scores in answers.values()) / len(answers) <= 0.4
    first, second = zip(*(pair for scores in answers.values() for pair in pairwise(scores)), strict=True)
    assert 0.4 <= statistics.correlation(first, second) <= 0.6


def test_people_answer_on_working_days_and_slowly_more_of_them() -> None:
    rows = [row for row in _rows("nps") if row["Score"]]
    weekdays = Counter(date.fromisoformat(row["Responded at"][:10]).weekday() for row in rows)
    assert weekdays[5] + weekdays[6] < 0.15 * len(rows)
    years = Counter(row["Responded at"] < "2025-11-01" for row in rows)
    assert 1.03 < years[False] / years[True] < 1.5


def test_comments_are_varied_and_a_few_look_dangerous() -> None:
    rows = [row for row in _rows("nps") if row["Score"]]
    comments = [row["Comment"] for row in rows if row["Comment"]]
    assert 0.4 <= len(comments) / len(rows) <= 0.5
    assert max(Counter(comments).values()) <= 4
    assert len({sentence for text in comments for sentence in re.split(r"(?<=[.!?])\s+", text)}) > 1_500
    assert all(len(set(comments[n : n + 20])) >= 19 for n in range(len(comments) - 20))
    assert not [text for text in comments if re.search(r"\{(praise|complaint|product)\}", text)]
    for sign in ("<b>", "<script>", "![", "*stars*", "\n"):
        assert any(sign in text for text in comments), sign
    assert any(text.startswith("=SUM(") for text in comments)


def test_the_total_is_about_thirty_and_calm_but_for_the_story() -> None:
    quarters = _by_quarter()
    assert 28 <= _nps([score for scores in quarters.values() for score in scores]) <= 33
    calm = [_nps(scores) for quarter, scores in quarters.items() if quarter not in ("2026 Q1", "2026 Q2")]
    assert min(calm) > 28
    assert max(calm) < 40


def test_the_bad_release_shows_in_the_total() -> None:
    quarters = _by_quarter()
    assert _nps(quarters["2025 Q4"]) - _nps(quarters["2026 Q1"]) > 10
    assert _certainty(quarters["2025 Q4"], quarters["2026 Q1"]) < -3
    assert _certainty(quarters["2026 Q1"], quarters["2026 Q2"]) > 1.96
    assert min(quarters, key=lambda quarter: _nps(quarters[quarter])) == "2026 Q1"


def test_onboarding_in_emea_falls_in_the_first_quarter_and_recovers_by_the_third() -> None:
    cell = _by_quarter(_hit)
    assert all(20 < _nps(scores) < 45 for quarter, scores in cell.items() if quarter < "2026 Q1")
    assert -60 < _nps(cell["2026 Q1"]) < -40
    assert -25 < _nps(cell["2026 Q2"]) < 15
    assert _nps(cell["2026 Q3"]) > 20
    assert _nps(cell["2026 Q4"]) > 20
    assert _certainty(cell["2025 Q4"], cell["2026 Q1"]) < -5


def test_nobody_else_notices_the_bad_release() -> None:
    others = _by_quarter(lambda row: not _hit(row))
    assert abs(_certainty(others["2025 Q4"], others["2026 Q1"])) < 1.96


def test_the_cell_is_the_coldest_of_the_heat_map_of_that_quarter() -> None:
    cells = defaultdict(list)
    for row in _rows("nps"):
        if row["Score"] and _quarter(row) == "2026 Q1":
            cells[row["Journey stage"], row["Region"]].append(int(row["Score"]))
    shown = {cell: _nps(scores) for cell, scores in cells.items() if len(scores) >= 5}
    coldest, next_coldest = sorted(shown, key=lambda cell: shown[cell])[:2]
    assert coldest == ("Onboarding", "EMEA")
    assert shown[next_coldest] - shown[coldest] > 30


def test_satisfaction_with_support_and_ease_of_setup_fall_with_it() -> None:
    for survey, good, least in (("csat", 4, 0.1), ("ces", 5, 0.15)):
        rows = [row for row in _rows(survey) if row["Score"] and _hit(row)]
        bad = [int(row["Score"]) >= good for row in rows if RELEASE <= row["Responded at"] < FIX]
        other = [int(row["Score"]) >= good for row in rows if not RELEASE <= row["Responded at"] < FIX]
        assert len(bad) >= 15
        assert statistics.mean(other) - statistics.mean(bad) > least, survey


def test_starter_in_latin_america_is_always_weak_and_enterprise_in_asia_brightens() -> None:
    latin = [row for row in _rows("nps") if row["Region"] == "LATAM"]
    weak = _scores([row for row in latin if row["Plan"] == "Starter"])
    assert _certainty(_scores([row for row in latin if row["Plan"] != "Starter"]), weak) < -1.96
    large = [row for row in _rows("nps") if (row["Region"], row["Plan"]) == ("APAC", "Enterprise")]
    alone = _scores([row for row in large if row["Responded at"] < "2025-07-01"])
    attended = _scores([row for row in large if row["Responded at"] >= "2025-07-01"])
    assert _certainty(alone, attended) > 1.96
