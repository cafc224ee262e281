"""Kept counts: whatever happened to the responses, a search by them is the search of the responses themselves."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nps import decided, imports, queries
from nps.hotspots import months, questions, reading
from nps.hotspots.counting import Answers, wanted_of
from nps.hotspots.questions import Looked
from nps.selection import Period, Selection
from nps.store import Store, Transaction
from tests.pages.opening import bring_in

NOW = datetime(2026, 11, 1, 12)
HEADER = "nps,date,response id,Plan,Region,Product,Team,Ticket"
ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu", "America/Sao_Paulo")


def rows(seed: int, count: int) -> Iterator[str]:
    """Two unhappy pairs in four columns; rare and missing values, an id, days alone, moments, and no date at all."""
    choose = random.Random(seed)
    for number in range(count):
        plan, region = choose.choice(("Free", "Team", "Business", "")), choose.choice(("North", "South", "(not given)"))
        product = choose.choice(("Core", "Flow", "Connect", f"Beta {choose.randrange(9)}"))
        team = choose.choice(("Red", "Blue", "Green"))
        unhappy = (plan, region) == ("Team", "North") or (product, team) == ("Core", "Red")
        score = choose.choice((0, 2, 5, 6, 8)) if unhappy else choose.choice((6, 7, 8, 9, 9, 10, 10, ""))
        moment = datetime(2025, 10, 30) + timedelta(hours=choose.randrange(24 * 160))
        when = choose.choices((f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"{moment:%Y-%m-%d}", ""), (50, 47, 3))[0]
        yield f"{score},{when},r{seed}-{number},{plan},{region},{product},{team},{number}"


@contextmanager
def kept(monkeypatch: pytest.MonkeyPatch, fewest: int) -> Iterator[None]:
    """With counts kept from so many answers on."""
    with monkeypatch.context() as patched:
        patched.setattr(months, "FEWEST_KEPT", fewest)
        months._as_they_are.cache_clear()
        questions.forget()
        yield
    months._as_they_are.cache_clear()
    questions.forget()


def looked(store: Store, selection: Selection) -> Looked:
    return questions.hotspots(store, selection, queries.segments(store))


def known(store: Store) -> tuple[reading.Known, ...]:
    columns = [segment.column for segment in queries.segments(store)]
    return reading.known_of(store, Selection(), columns, support=None)


days = st.dates(date(2025, 9, 1), date(2026, 6, 1))
bounds = st.one_of(st.none(), days, days.map(lambda day: day.replace(day=1)))
periods = st.builds(Period, bounds, bounds).filter(lambda one: one.days is None or one.days > 0)


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes a second, so none is made smaller
)
@given(data=st.data())
def test_kept_counts_find_what_the_responses_tell(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path_factory.mktemp("months") / "nps.duckdb")
    landed = list[str]()
    for step in range(data.draw(st.integers(2, 4))):
        match data.draw(st.sampled_from(("import", "import", "take back", "zone", "edit"))) if landed else "import":
            case "import":
                text = "\n".join((HEADER, *rows(data.draw(st.integers(0, 99)), data.draw(st.integers(60, 900)))))
                survey = data.draw(st.sampled_from(("Spring", "Autumn")))
                bring_in(store, f"{step}.csv", text, score="nps", date="date", id="response id", survey=survey)
                landed.append(queries.imports(store, limit=1)[0].import_id)
            case "take back":
                imports.undo(store, landed.pop(), by="somebody", now=NOW)
            case "zone":
                decided.decide(store, {"zone": data.draw(st.sampled_from(ZONES))}, who="somebody", now=NOW)
            case "edit":
                edit = "UPDATE responses SET score = 1 WHERE rowid % 7 = 0 AND answered_at > TIMESTAMP '2026-01-01'"
                store.transact(partial(Transaction.execute, sql=edit), touches=("responses",))
        for _ in range(2):
            asked = data.draw(st.sampled_from((None, None, "Spring", "Autumn", "none of ours")))
            selection = Selection.of(period=data.draw(periods), survey=asked)
            with kept(monkeypatch, fewest=0):
                by_counts = looked(store, selection)
            with kept(monkeypatch, fewest=10**9):
                assert months.window(store, selection, known(store)) is None
                assert repr(by_counts) == repr(looked(store, selection))
    store.close()


SELECTIONS = [
    Selection(),
    Selection.of(survey="Autumn"),
    Selection.of(period=Period(date(2025, 11, 1), date(2026, 2, 1))),
    Selection.of(period=Period(date(2025, 11, 12), date(2026, 3, 9)), survey="Autumn"),
    Selection.of(period=Period(end=date(2026, 3, 1))),
]


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "nps.duckdb")
    bring_in(store, "answers.csv", "\n".join((HEADER, *rows(1, 4_000))), score="nps", date="date", id="response id")
    yield store
    store.close()


def files(store: Store) -> set[str]:
    return {path.name for path in store.path.parent.glob("*hotspots*.npy")}


@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda one: one.sentence({}))
def test_a_search_of_several_groups_by_counts_is_that_of_the_responses(
    filled: Store, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The groups lie in four columns, which the counts alone do not tell together."""
    text = "\n".join((HEADER, *rows(2, 4_000)))
    bring_in(filled, "later.csv", text, score="nps", date="date", id="response id", survey="Autumn")
    with kept(monkeypatch, fewest=0):
        looked(filled, Selection())
        assert months.window(filled, selection, known(filled))
        by_counts = looked(filled, selection)
    with kept(monkeypatch, fewest=10**9):
        assert repr(looked(filled, selection)) == repr(by_counts)
    found = [set(dict(finding.segments).values()) for finding in by_counts.search.findings]
    assert {"Team", "North"} in found
    assert {"Core", "Red"} in found


@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda one: one.sentence({}))
def test_what_groups_share_is_the_same_by_month(
    filled: Store, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n".join((HEADER, *rows(2, 4_000)))
    bring_in(filled, "later.csv", text, score="nps", date="date", id="response id", survey="Autumn")

    def told(answers: Answers) -> Counter[tuple[int, ...]]:
        """How many answers have the wanted values, another one being -1, and the band."""
        counts = Counter[tuple[int, ...]]()
        codes = [
            np.where(np.isin(answers.codes[column], its), answers.codes[column], -1) for column, its in wanted.items()
        ]
        for *row, n in zip(*codes, answers.bands, answers.weights, strict=True):
            counts[tuple(map(int, row))] += int(n)
        return counts

    with kept(monkeypatch, fewest=0):
        counted = months.window(filled, selection, known(filled))
        assert counted is not None
        for groups in ([((0, 1, 2, 3), (0, 1, 0, 1))], [((0, 1), (1, 0)), ((2, 3), (1, 0)), ((1, 3), (1, 2))]):
            wanted = wanted_of(groups)
            by_month = told(counted.share(counted, groups))
            assert by_month == told(reading.shared(filled, selection, counted, groups))
            assert sum(by_month.values()) == queries.summary(filled, selection).tally.n


def test_a_restart_finds_the_counts_beside_the_store(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept(monkeypatch, fewest=0):
        before = looked(filled, Selection())
        there = files(filled)
        assert len(there) == 1
    filled.close()
    again = Store.open(filled.path)
    with kept(monkeypatch, fewest=0):
        assert looked(again, Selection()) == before
        assert files(again) == there, "they were not counted anew"
        edit = "UPDATE responses SET score = 0 WHERE answered_at > TIMESTAMP '2026-02-15'"
        again.transact(lambda tx: tx.execute(edit), touches=("responses",))
        assert looked(again, Selection()) != before
        assert len(files(again)) == 1
        assert files(again) != there
    again.close()


@pytest.mark.parametrize("damage", ["cut", "gone", "another form", "no JSON"])
def test_damaged_counts_are_made_anew(filled: Store, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept(monkeypatch, fewest=0):
        before = looked(filled, Selection())
        [counts] = filled.path.parent.glob("*hotspots*.npy")
        about = filled.path.with_name("nps.duckdb.hotspots.json")
        match damage:
            case "cut":
                counts.write_bytes(counts.read_bytes()[:500])
            case "gone":
                counts.unlink()
            case "another form":
                about.write_text(about.read_text(encoding="utf-8").replace('"form": ', '"form": 9'), encoding="utf-8")
            case "no JSON":
                about.write_text("{", encoding="utf-8")
    with kept(monkeypatch, fewest=0):
        assert looked(filled, Selection()) == before


def test_counts_that_would_take_too_much_room_are_not_kept(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept(monkeypatch, fewest=0):
        before = looked(filled, Selection())
    monkeypatch.setattr(months, "MOST_BYTES", 1_000)
    with kept(monkeypatch, fewest=0):
        assert months.window(filled, Selection(), known(filled)) is None
        assert looked(filled, Selection()) == before
