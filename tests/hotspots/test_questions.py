"""The search over a store: what it looks at, what it leaves out, and figures that filtering by hand gives too."""

import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from nps import queries
from nps.__main__ import main
from nps.hotspots import wording
from nps.hotspots.questions import hotspots
from nps.selection import NOT_GIVEN, Period, Selection
from nps.store import Store
from tests.pages.opening import bring_in

HEADER = "nps,date,response id,Plan,Region,Country,Product,Ticket"


def rows(count: int = 4_000) -> Iterator[str]:
    """Team in the North is unhappy; Country says the same as Region, Ticket is another one each time."""
    choose = random.Random(3)
    for number in range(count):
        plan, region = choose.choice(("Free", "Team", "Business")), choose.choice(("North", "South", ""))
        product = choose.choice(("Core", "Flow", "Connect", f"Beta {choose.randrange(40)}"))
        unhappy = plan == "Team" and region == "North" and number >= 500
        score = choose.choice((0, 2, 5, 6, 8)) if unhappy else choose.choice((6, 7, 8, 9, 9, 10, 10))
        country = {"North": "Norway", "South": "Spain", "": ""}[region]
        yield f"{score},2026-{1 + number * 12 // count:02d}-10,r{number},{plan},{region},{country},{product},T-{number}"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.open(tmp_path_factory.mktemp("hotspots") / "nps.duckdb")
    bring_in(store, "answers.csv", "\n".join((HEADER, *rows())), score="nps", date="date", id="response id")
    yield store
    store.close()


def test_the_unhappy_pair_is_found_and_can_be_checked_by_hand(store: Store) -> None:
    segments = queries.segments(store)
    looked = hotspots(store, Selection(), segments)
    [finding] = looked.search.findings
    assert dict(finding.segments) == {"seg_plan": "Team", "seg_region": "North"}
    by_hand = Selection.of(filters={column: [value] for column, value in finding.segments})
    assert queries.summary(store, by_hand).tally == finding.tally
    assert queries.summary(store, Selection()).tally == finding.tally + finding.rest
    assert looked.n == finding.tally.n + finding.rest.n


def test_what_was_looked_at_and_what_was_not_is_told(store: Store) -> None:
    looked = hotspots(store, Selection(), queries.segments(store))
    assert set(looked.columns) >= {"seg_plan", "seg_region", "seg_product"}
    assert looked.same == (("seg_country", "seg_region"),)
    assert not {"seg_country", "seg_ticket"} & set(looked.columns), "one says nothing new, the other names each answer"
    folded = dict(looked.folded)
    assert 20 < folded["seg_product"] <= 40
    assert "seg_plan" not in folded


def test_it_looks_at_the_selection(store: Store) -> None:
    segments = queries.segments(store)
    early = Selection.of(period=Period(date(2026, 1, 1), date(2026, 2, 1)))
    assert hotspots(store, early, segments).search.findings == ()
    narrowed = Selection.of(filters={"seg_plan": ["Team"]})
    [finding] = hotspots(store, narrowed, segments).search.findings
    assert finding.segments == (("seg_region", "North"),)
    nobody = hotspots(store, Selection.of(survey="none of ours"), segments)
    assert (nobody.n, nobody.search.tested, nobody.search.findings) == (0, 0, ())
    assert "none was tested" in wording.tested(nobody.search)


def test_a_missing_value_is_a_value(store: Store) -> None:
    answers = hotspots(store, Selection(), queries.segments(store), direction="high")
    assert answers.search.tested
    by_region = queries.by_segment(store, Selection(), "seg_region")
    assert NOT_GIVEN in {row.value for row in by_region}


def finding_of(path: Path, start: str, end: str) -> int:
    """How many of Team in the North gave a score in these days."""
    own = Store.open(path)
    kept = {"seg_plan": ["Team"], "seg_region": ["North"]}
    selection = Selection.of(period=Period(date.fromisoformat(start), date.fromisoformat(end)), filters=kept)
    n = queries.summary(own, selection).tally.n
    own.close()
    return n


def test_the_command_prints_what_was_found(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nps.duckdb"
    own = Store.open(path)
    bring_in(own, "answers.csv", "\n".join((HEADER, *rows())), score="nps", date="date", id="response id")
    own.close()

    def run(*arguments: str) -> str:
        assert main(["hotspots", "--store", str(path), *arguments]) == 0
        return capsys.readouterr().out

    told = json.loads(run("--json"))
    [finding] = told["findings"]
    assert told["tested"] > 10
    assert finding["segments"] == {"Plan": "Team", "Region": "North"}
    assert set(finding) >= {"segments", "n", "nps", "rest_nps", "low", "high", "impact", "p_adjusted"}
    assert finding["low"] < finding["nps"] - finding["rest_nps"] < finding["high"] < 0
    assert 0 <= finding["p_adjusted"] < 0.001
    assert main(["summary", "--store", str(path), "--where", "Plan=Team", "--where", "Region=North", "--json"]) == 0
    by_hand = json.loads(capsys.readouterr().out)
    assert (by_hand["n"], by_hand["nps"]) == (finding["n"], finding["nps"])

    assert "Plan: Team × Region: North: NPS" in run()
    assert json.loads(run("--json", "--from", "2026-01-01", "--to", "2026-01-31"))["findings"] == []
    assert json.loads(run("--json", "--where", "Plan=Team"))["findings"][0]["segments"] == {"Region": "North"}
    assert json.loads(run("--json", "--max", "0"))["findings"] == []
    assert json.loads(run("--json", "--direction", "high"))["tested"] == told["tested"]
    dated = ("--from", "2026-03-01", "--to", "2026-04-30", "--changed")
    moves = json.loads(run("--json", *dated))
    [fell] = moves["findings"]
    assert fell["segments"] == {"Plan": "Team", "Region": "North"}
    assert fell["low"] < fell["further"] < fell["high"] < 0 < fell["impact"]
    assert fell["n"] == finding_of(path, "2026-03-01", "2026-05-01")
    assert fell["n_before"] == finding_of(path, "2025-12-30", "2026-03-01")
    assert json.loads(run("--json", *dated, "--direction", "high"))["findings"] == []
    assert json.loads(run("--json", *dated, "--direction", "low"))["findings"] == [fell]
    assert json.loads(run("--json", *dated, "year")) == {"tested": 0, "findings": []}
    assert "points further down than the rest" in run(*dated)
    assert main(["hotspots", "--store", str(path), "--changed"]) == 1
    assert "--from and --to" in capsys.readouterr().err
    long = ("--from", "2025-01-01", "--to", "2026-04-30", "--changed", "year")
    assert main(["hotspots", "--store", str(path), *long]) == 1
    assert "share days" in capsys.readouterr().err
    assert main(["hotspots", "--store", str(path), "--where", "Nothing=x"]) == 1
    assert "Nothing" in capsys.readouterr().err
