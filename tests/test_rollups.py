"""Counts kept in the store: right after whatever happened, and noticed, told and made anew where they are not."""

import csv
import io
import random
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nps import daily, decided, derived, imports, queries, rollups
from nps.__main__ import main
from nps.checking import check
from nps.derivations import Derivation
from nps.importing import Mapping, answers, read
from nps.imports import Landed
from nps.moves.questions import days
from nps.score import Tally
from nps.selection import Selection
from nps.store import Store
from tests.rolling import assert_rolled

NOW = datetime.fromisoformat("2026-05-04 07:00")
DERIVED = (Derivation("Weekday", "weekday"), Derivation("First or again", "turn"))
PLANS = ("", "Free", "Team", "Team ", "Größe XL")
REGIONS = ("EMEA", "APAC", "")


def land(
    store: Store, rows: list[dict[str, str]], *, survey: str = "S", metric: str = "nps", update: bool = False
) -> Landed:
    """Bring rows in by their column Id; every column that none of the answer is made of is a segment."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    segments = tuple(name for name in rows[0] if name not in ("Id", "Score", "At", "Mail"))
    mapping = Mapping(
        "Score", date="At", id="Id", email="Mail", segments=segments, survey=survey, metric=metric, scale=SCALES[metric]
    )
    told = answers(read("a.csv", text.getvalue().encode()), mapping)
    return imports.land(store, told, file="a.csv", by="Ada", now=NOW, update=update)


SCALES = {"nps": "0-10", "csat": "1-5"}


def invented(dice: random.Random, metric: str) -> list[dict[str, str]]:
    highest = 10 if metric == "nps" else 5
    also = dice.sample([("Plan", PLANS), ("Region", REGIONS), ("Many", range(300))], dice.randrange(4))
    return [
        {
            "Id": str(number),
            "Score": dice.choice(["", *map(str, range(1, highest + 1))]),
            "At": dice.choice(["", "2026-03-29", f"{datetime(2026, 3, 28) + timedelta(minutes=dice.randrange(4000))}"]),
            "Mail": dice.choice(["", "a@x.example", "b@x.example"]),
            **{name: str(dice.choice(values)) for name, values in also},
        }
        for number in dice.sample(range(40), dice.randrange(1, 30))
    ]


def step(store: Store, dice: random.Random, standing: list[str]) -> str:
    """Do something to the store and say what; `standing` are the imports that were not taken back."""
    does = dice.choice(["import", "import", "update", "confirm", "undo", "zone", "derive", "combine"])
    if does in ("import", "update"):
        metric = dice.choice(["nps", "nps", "csat"])
        survey = f"{metric} {dice.randrange(2)}"
        rows = invented(dice, metric)
        standing.append(land(store, rows, survey=survey, metric=metric, update=does == "update").import_id)
    elif does == "confirm" and standing:
        imports.update(store, dice.choice(standing), by="Ada", now=NOW)
    elif does == "undo" and standing:
        imports.undo(store, standing.pop(dice.randrange(len(standing))), by="Ada", now=NOW)
    elif does == "zone":
        zone = dice.choice(["UTC", "Pacific/Auckland", "America/New_York"])
        decided.decide(store, {"zone": zone}, who="Ada", now=NOW)
        rollups.anew(store)
    elif does == "derive":
        chosen = tuple(each for each in DERIVED if dice.random() < 0.6)
        decided.decide(store, {"derived": chosen}, who="Ada", now=NOW)
        derived.keep(store)
    elif does == "combine":
        known = sorted(store.columns())
        rollups.combine(store, tuple(sorted(dice.sample(known, min(len(known), 2)))))
    return does


@given(seed=st.integers(0, 10**9))
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_right_whatever_happened_before(caplog: pytest.LogCaptureFixture, seed: int) -> None:
    caplog.set_level("INFO")
    dice = random.Random(seed)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(rollups, "LOOSE", 20)  # so that they are added up now and then
        patch.setattr(rollups, "WORTH", 0.5)  # and combinations of few responses kept
        store, standing = Store.open(Path(folder) / "nps.duckdb"), list[str]()
        decided.decide(store, {"derived": DERIVED}, who="Ada", now=NOW)
        derived.keep(store)
        for _ in range(12):
            caplog.clear()
            done = step(store, dice, standing)
            assert_rolled(store)
            assert done == "zone" or "counted anew" not in caplog.text
        store.close()


ROWS = [
    {"Id": str(n), "Score": str(n % 11), "At": f"2026-03-{1 + n % 28:02}", "Mail": "", "Plan": PLANS[n % 3]}
    for n in range(200)
]


def tally_of(scores: list[int]) -> Tally:
    bands = [sum(low <= score <= high for score in scores) for low, high in ((9, 10), (7, 8), (0, 6))]
    return Tally(*bands)


def test_after_a_new_start_no_response_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(tmp_path / "nps.duckdb")
    land(store, ROWS)
    team = Selection.of(filters={"seg_plan": ["Team"]})
    expected = tally_of([int(row["Score"]) for row in ROWS if row["Plan"] == "Team"])
    store.close()
    monkeypatch.setattr(daily, "_counted", lambda *_: pytest.fail("responses were read"))
    store = Store.open(tmp_path / "nps.duckdb")
    assert queries.summary(store, team).tally == expected
    assert len(queries.trend(store, Selection(), "week")) == 5
    store.close()


def test_a_combination_that_was_asked_for_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollups, "WORTH", 0.5)
    land(store, [row | {"Region": REGIONS[n % 2]} for n, row in enumerate(ROWS)])
    both = Selection.of(filters={"seg_plan": ["Team"], "seg_region": ["APAC"]})
    before = queries.summary(store, both)
    assert ("seg_plan seg_region",) not in store.rows("SELECT names FROM rolled")
    version = store.version("responses")
    daily.combine(store)
    assert ("seg_plan seg_region",) in store.rows("SELECT names FROM rolled")
    assert store.version("responses") == version
    assert_rolled(store)
    daily.forget()
    monkeypatch.setattr(daily, "_counted", lambda *_: pytest.fail("responses were read"))
    assert queries.summary(store, both) == before


def test_of_many_combinations_the_latest_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollups, "WORTH", 0.1)
    names = [f"Part {n}" for n in range(6)]
    land(store, [row | dict.fromkeys(names, "XL") for row in ROWS])
    pairs = [tuple(sorted(pair)) for pair in combinations(sorted(store.columns()), 2)][: rollups.MOST_COMBINATIONS + 2]
    for pair in pairs:
        rollups.combine(store, pair)
    assert {names for names in store.tried(rollups.kept) if len(names) > 1} == set(pairs[2:])
    assert_rolled(store)


def test_a_segment_of_many_values_is_not_kept_and_answers_are_the_same(store: Store) -> None:
    land(store, [row | {"Desk": f"desk {n}"} for n, row in enumerate(ROWS)])
    assert ("seg_desk",) in store.tried(rollups.kept)
    more = [row | {"Id": f"b{n}", "Desk": f"other {n}"} for n, row in enumerate(ROWS)]
    land(store, more)
    assert ("seg_desk",) not in store.tried(rollups.kept)
    assert_rolled(store)
    assert queries.summary(store, Selection.of(filters={"seg_desk": ["other 9"]})).tally == tally_of([9])


def test_responses_that_nobody_counted_are_noticed_and_counted(store: Store) -> None:
    land(store, ROWS)
    store.transact(lambda tx: tx.execute("DELETE FROM responses WHERE score = 10"), touches=("responses",))
    left = [int(row["Score"]) for row in ROWS if row["Score"] != "10"]
    assert queries.summary(store, Selection()).tally == tally_of(left)
    daily.prepare(store)
    assert_rolled(store)
    assert queries.summary(store, Selection()).tally == tally_of(left)


def test_counts_that_are_wrong_are_told_and_counted_anew(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "nps.duckdb")
    land(store, ROWS)
    assert check(store) == []
    store.transact(lambda tx: tx.execute("UPDATE rollups SET day = day + 1 WHERE names = 'seg_plan' AND score = 3"))
    [fault] = check(store)
    assert fault.what == "The counts that are kept by seg_plan are not those of the responses."
    assert "--recount" in fault.mend
    store.close()
    command = ["check", "--store", str(tmp_path / "nps.duckdb")]
    assert [main(command), main([*command, "--recount"]), main(command)] == [1, 0, 0]
    store = Store.open(tmp_path / "nps.duckdb")
    assert_rolled(store)
    store.close()


def test_an_older_store_is_counted_by_the_first_that_writes(store: Store) -> None:
    land(store, ROWS[:100])
    store.transact(rollups.forget)
    assert queries.summary(store, Selection()).tally.n == 100
    land(store, ROWS)
    assert_rolled(store)


def test_days_are_those_of_the_zone_before_and_after_they_are_counted_anew(store: Store) -> None:
    land(store, [ROWS[9] | {"At": "2026-03-28 20:30:00"}])
    assert [each.start for each in days(store, Selection())] == [date(2026, 3, 28)]
    decided.decide(store, {"zone": "Pacific/Auckland"}, who="Ada", now=NOW)
    assert [each.start for each in days(store, Selection())] == [date(2026, 3, 29)]
    daily.prepare(store)
    assert_rolled(store)
    assert [each.start for each in days(store, Selection())] == [date(2026, 3, 29)]
