"""Every question against plain Python over the same rows: invented ones with ties, gaps and hostile values."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nps import acts, casework, daily, queries, rollups
from nps.cases import STATES
from nps.errors import Refused
from nps.places import Place
from nps.rows import ORDERS, QUEUES, Band, Followup, Followups, Queues, Response, Telling, Wanted
from nps.score import Tally
from nps.selection import NOT_GIVEN, UNITS, Grain, Period, Selection
from nps.store import Row, Store, Transaction
from tests.listing import add_columns, followed

GRAINS: tuple[Grain, ...] = ("week", "month", "quarter")
START = datetime.fromisoformat("2024-12-23 00:00")
DAYS = 100
NEVER = START - timedelta(days=9_999)  # sorts like no date
NOW = START + timedelta(days=DAYS - 6, hours=7)
TODAY = NOW.date()
BANDS: tuple[Band, ...] = get_args(Band)
HOSTILE = (
    "'; DROP TABLE responses; --",
    '"quoted" and \\back\\slashed',
    "100 %_ $metric ? {x}",
    "=1+1",
    "<b>bold</b> *stars*",
    "tab\tline\nend\x1f\x7f",
    "Zürich 中文 🙂",
)
PLANS = ("Free", "Team", NOT_GIVEN, *HOSTILE, None, None)
REGIONS = ("EU", "US", "APAC", None)
SURVEYS = ("Relationship", "After support", HOSTILE[0])
LABELS = {"seg_plan": "Plan", "seg_region": HOSTILE[1]}


@dataclass(frozen=True)
class Given:
    """One row as it went in."""

    response_key: str
    import_id: str
    survey: str
    metric: str
    answered_at: datetime | None
    score: int | None
    comment: str | None
    customer: str | None
    name: str | None
    email: str | None
    account: str | None
    seg_plan: str | None
    seg_region: str | None

    @property
    def voters(self) -> dict[str, str]:
        person = self.email or self.customer or self.response_key
        return {"response": self.response_key, "person": person, "account": self.account or person}


IMPORTED = {"i1": START + timedelta(days=40), "i2": START + timedelta(days=90, hours=3)}


def invented(seed: int, n: int) -> list[Given]:
    choose = random.Random(seed)
    rows = []
    for number in range(n):
        person = choose.randrange(n // 3)
        moment = START + timedelta(hours=6 * choose.randrange(4 * DAYS))  # coarse, so that many answers tie
        rows.append(
            Given(
                response_key=f"key {number:05}",
                import_id=choose.choice(list(IMPORTED)),
                survey=choose.choice(SURVEYS),
                metric=choose.choices(["nps", "csat", "ces"], [8, 1, 1])[0],
                answered_at=None if choose.random() < 0.06 else moment,
                score=None
                if choose.random() < 0.1
                else choose.choices(range(11), [3, 1, 1, 1, 1, 2, 2, 4, 5, 6, 6])[0],
                comment=choose.choice([None, "Too slow", "slow, but GOOD", "Ärger", *HOSTILE]),
                customer=f"c{person}" if choose.random() < 0.7 else None,
                name=choose.choice([None, "Ada Ash", "Ben Birch"]),
                email=f"p{person}@example.com" if choose.random() < 0.6 else None,
                account=f"account {person % 40}" if choose.random() < 0.8 else None,
                seg_plan=choose.choice(PLANS),
                seg_region=choose.choice(REGIONS),
            )
        )
    choose.shuffle(rows)
    return rows


def put(store: Store, rows: Sequence[Given]) -> None:
    add_columns(store, {column: (label, "choice") for column, label in LABELS.items()})
    table = pa.Table.from_pylist([row.__dict__ for row in rows])

    def work(tx: Transaction) -> None:
        tx.register("incoming", table)
        tx.execute("INSERT INTO responses BY NAME SELECT * FROM incoming")
        tx.execute(
            """
            UPDATE responses SET person_id = person_id(email, customer, response_key),
                account_id = account_id(account, email, customer, response_key)
            """
        )
        for import_id, at in IMPORTED.items():
            size = sum(row.import_id == import_id for row in rows)
            tx.execute(
                """
                INSERT INTO imports BY NAME SELECT $id AS import_id, $id || '.csv' AS file, 'Relationship' AS survey,
                    'nps' AS metric, $at::TIMESTAMP AS imported_at, 'Ada' AS imported_by, $size AS rows,
                    $size AS accepted, 0 AS blank, 0 AS duplicate, 0 AS rejected, '' AS remarks, false AS sample
                """,
                {"id": import_id, "at": at, "size": size},
            )

    store.transact(work, touches=("responses",))


def work_on_some_cases(store: Store, rows: Sequence[Given], seed: int) -> None:
    choose = random.Random(seed)
    unhappy = [row.response_key for row in rows if row.metric == "nps" and row.score is not None and row.score <= 6]
    casework.tick(store, choose.sample(unhappy, 50), who="Ada", now=NOW)
    for key in choose.sample(unhappy, 40):
        casework.do(store, key, acts.note(choose.choice(HOSTILE)), who="Ben", now=NOW)
    for key in choose.sample(unhappy, 40):
        version = len(queries.case_events(store, key))
        casework.do(store, key, acts.assign(choose.choice(["Chris", HOSTILE[0]])), who="Ben", now=NOW, seen=version)
    casework.untick(store, choose.sample(unhappy, 100), who="Ben", now=NOW)
    for key in choose.sample(unhappy, 40):
        until = TODAY + timedelta(days=choose.randrange(1, 5))
        casework.do(store, key, acts.snooze(until, "on holiday", today=TODAY), who="Ben", now=NOW)
    for key in choose.sample(unhappy, 40):
        due = TODAY + timedelta(days=choose.randrange(0, 5))
        casework.do(store, key, acts.promise("a refund", due, today=TODAY), who="Ben", now=NOW)
    happy = [row.response_key for row in rows if row.metric == "nps" and (row.score or 0) >= 7]
    casework.tick(store, choose.sample(happy, 20), who="Ada", now=NOW)


class World:
    """A store, what is in it, and the state of its cases. No dataclass, so that a failure does not print it all.

    `later`: until when cases sleep, and when the next promise is due.
    """

    def __init__(
        self, place: Place, store: Store, rows: list[Given], cases: Mapping[str, Row], later: Mapping[str, Row]
    ) -> None:
        self.place, self.store, self.rows, self.cases, self.later = place, store, rows, cases, later


@pytest.fixture(
    scope="module",
    params=[(1, daily.MOST_COUNTS, "file"), (2, 0, "file"), (2, 0, "lake")],
    ids=["counts", "rows", "lake"],
)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A store and what is in it: where kept counts answer what they can, without any, and without any in a lake."""
    seed, most, kind = request.param
    where: Place = tmp_path_factory.mktemp("world") / "nps.duckdb"
    if kind == "lake":
        where = request.getfixturevalue("postgres").new_lake(tmp_path_factory.mktemp("lake") / "data")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(daily, "MOST_COUNTS", most)
        for made in invented_world(seed, where):
            if most:
                rollups.anew(made.store)
            yield made


def invented_world(seed: int, place: Place) -> Iterator[World]:
    store = Store.open(place)
    rows = invented(seed, 1_000)
    put(store, rows)
    work_on_some_cases(store, rows, seed)
    cases = store.rows("SELECT response_key, state, contacted_at, contacted_by, owner, version, note FROM cases")
    later = store.rows("SELECT response_key, snoozed_until, promise_due FROM cases")
    states, dates = ({key: tuple(rest) for key, *rest in found} for found in (cases, later))
    yield World(place, store, rows, states, dates)
    store.close()


OPEN: Row = ("open", None, None, None, 0, None)


def starts(row: Given, grain: Grain) -> date | None:
    """The first day of the week, month or quarter in which somebody answered."""
    if row.answered_at is None:
        return None
    day = row.answered_at.date()
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1, month=day.month if grain == "month" else (day.month - 1) // 3 * 3 + 1)


def asked(
    rows: Iterable[Given], selection: Selection, *, metric: str = "nps", grain: Grain | None = None
) -> list[Given]:
    """The selected rows: period and survey first, then one vote each, then the segments' values."""
    period = selection.period
    kept = [
        row
        for row in rows
        if row.metric == metric
        and (selection.survey is None or row.survey == selection.survey)
        and (period.start is None or (row.answered_at is not None and row.answered_at.date() >= period.start))
        and (period.end is None or (row.answered_at is not None and row.answered_at.date() < period.end))
    ]
    if selection.unit != "response":
        votes: dict[Any, Given] = {}
        for row in kept:
            voter = (row.voters[selection.unit], starts(row, grain) if grain else None)
            if row.score is not None and (voter not in votes or newer(row, votes[voter])):
                votes[voter] = row
        kept = list(votes.values())
    return [row for row in kept if all(label(row, column) in values for column, values in selection.filters)]


def newer(row: Given, than: Given) -> bool:
    if row.answered_at == than.answered_at:
        return True  # rows are in the order in which they came
    return than.answered_at is None or (row.answered_at is not None and row.answered_at > than.answered_at)


def label(row: Given, column: str) -> str:
    value = getattr(row, column)
    return NOT_GIVEN if value is None else str(value)


def tally(rows: Iterable[Given]) -> Tally:
    scores = [row.score for row in rows]
    return Tally(
        promoters=sum(score is not None and score in (9, 10) for score in scores),
        passives=sum(score is not None and score in (7, 8) for score in scores),
        detractors=sum(score is not None and score in range(7) for score in scores),
        blanks=scores.count(None),
    )


def grouped(rows: Iterable[Given], key: Callable[[Given], Any]) -> dict[Any, Tally]:
    groups: dict[Any, list[Given]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {value: tally(group) for value, group in groups.items()}


def last(value: str) -> tuple[bool, str]:
    """The order of values: as text, those without one last."""
    return (value == NOT_GIVEN, value)


def as_response(row: Given, case: Row, *, unhappy: bool) -> Response:
    return Response(
        row.response_key,
        row.score,
        row.answered_at,
        row.comment,
        row.name,
        row.email,
        row.account,
        row.survey,
        (row.seg_plan, row.seg_region),
        case[0] if unhappy else None,
        case[1],
        case[2],
    )


def is_unhappy(row: Given) -> bool:
    return row.score is not None and row.score <= 6


def band_of(score: int) -> Band:
    return "detractor" if score <= 6 else "passive" if score <= 8 else "promoter"


def as_followup(row: Given, case: Row, snoozed_until: date | None, promise_due: date | None) -> Followup:
    imported = IMPORTED[row.import_id]
    assert row.score is not None
    since = row.answered_at or imported
    hours = next(hours for highest, hours in ((3, 24), (6, 48), (10, 168)) if row.score <= highest)
    due = since + timedelta(hours=hours)
    weight = {"detractor": 7 - row.score, "passive": 9 - row.score, "promoter": row.score - 8}[band_of(row.score)]
    response = as_response(row, case, unhappy=True)
    return Followup(
        **response.__dict__,
        owner=case[3],
        version=case[4],
        note=case[5],
        waiting_since=since,
        due_at=due,
        born_overdue=due < imported,
        person_id=hashed(row.voters["person"]),
        account_id=hashed(row.voters["account"]),
        attempts=int(case[0] == "contacted"),
        waiting_on=None,
        snoozed_until=snoozed_until,
        snooze_reason="on holiday" if snoozed_until else None,
        promise_due=promise_due,
        outcome=None,
        root_cause=None,
        resolution=None,
        duplicate_of=None,
        phone=None,
        opted_out=False,
        revenue=None,
        renewal_on=None,
        account_owner=None,
        weights=(weight, 1.0, 1.0, 1 / (1 + max((TODAY - since.date()).days, 0) / 30)),
    )


def hashed(text: str) -> int:
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[8:], "little")


def waiting(world: World, selection: Selection, band: Band = "detractor") -> list[Followup]:
    """All follow-ups of a band, the most urgent first. One follows up responses, whatever one vote is."""
    rows = asked(
        world.rows, Selection.of(**{**selection.__dict__, "unit": "response", "filters": dict(selection.filters)})
    )
    found = [
        as_followup(row, world.cases.get(row.response_key, OPEN), *world.later.get(row.response_key, (None, None)))
        for row in rows
        if row.score is not None and band_of(row.score) == band
    ]
    return sorted(found, key=lambda each: (-each.urgency, each.waiting_since, each.key))


moments = st.integers(-5, DAYS + 5).map(lambda days: START.date() + timedelta(days=days))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first, final = draw(st.none() | moments), draw(st.none() | moments)
    return Period.through(min(first, final), max(first, final)) if first and final else Period.through(first, final)


def some(values: Sequence[str | None]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([value or NOT_GIVEN for value in values] + ["no such value"]), max_size=4)


selections = st.builds(
    lambda period, survey, unit, plans, regions: Selection.of(
        period=period, survey=survey, unit=unit, filters={"seg_plan": plans, "seg_region": regions}
    ),
    periods(),
    st.none() | st.sampled_from([*SURVEYS, "no such survey"]),
    st.sampled_from(UNITS),
    some(PLANS),
    some(REGIONS),
)
for_some_selections = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@for_some_selections
@given(selection=selections)
def test_summary_and_distribution(world: World, selection: Selection) -> None:
    rows = asked(world.rows, selection)
    found = queries.summary(world.store, selection)
    assert found.tally == tally(rows)
    assert found.undated == sum(row.answered_at is None for row in rows)
    scores = Counter(row.score for row in rows if row.score is not None)
    bands = {score: "promoter" if score >= 9 else "passive" if score >= 7 else "detractor" for score in range(11)}
    shown = [(each.score, each.band, each.n) for each in queries.distribution(world.store, selection)]
    assert shown == [(score, bands[score], n) for score, n in sorted(scores.items())]


@for_some_selections
@given(selection=selections, grain=st.sampled_from(GRAINS))
def test_trend(world: World, selection: Selection, grain: Grain) -> None:
    groups = grouped(asked(world.rows, selection, grain=grain), lambda row: starts(row, grain))
    groups.pop(None, None)
    found = queries.trend(world.store, selection, grain)
    assert [(point.start, point.tally) for point in found] == sorted(groups.items())


@for_some_selections
@given(selection=selections)
def test_by_one_segment_and_by_two(world: World, selection: Selection) -> None:
    rows = asked(world.rows, selection)
    plans = grouped(rows, lambda row: label(row, "seg_plan"))
    found = queries.by_segment(world.store, selection, "seg_plan")
    assert [(each.value, each.tally) for each in found] == [(value, plans[value]) for value in sorted(plans, key=last)]
    pairs = grouped(rows, lambda row: (label(row, "seg_plan"), label(row, "seg_region")))
    cells = queries.by_two_segments(world.store, selection, "seg_plan", "seg_region")
    assert [((each.value, each.other), each.tally) for each in cells] == [
        (pair, pairs[pair]) for pair in sorted(pairs, key=lambda pair: (last(pair[0]), last(pair[1])))
    ]


@for_some_selections
@given(selection=selections, metric=st.sampled_from(["csat", "ces"]))
def test_satisfaction(world: World, selection: Selection, metric: str) -> None:
    rows = [row for row in asked(world.rows, selection, metric=metric) if row.score is not None]
    enough = 4 if metric == "csat" else 5
    found = queries.satisfaction(world.store, selection, metric)
    satisfied = sum(row.score is not None and row.score >= enough for row in rows)
    assert (found.satisfied, found.n) == (satisfied, len(rows))
    assert found.share == (pytest.approx(100 * satisfied / len(rows)) if rows else None)


@for_some_selections
@given(selection=selections, size=st.integers(1, 40))
def test_responses_come_in_order_page_by_page(world: World, selection: Selection, size: int) -> None:
    def order(row: Given) -> tuple[Any, ...]:
        return (row.score is None, row.score, NEVER - (row.answered_at or NEVER), row.response_key)

    rows = sorted(asked(world.rows, selection), key=order)
    wanted = [
        as_response(row, world.cases.get(row.response_key, OPEN), unhappy=is_unhappy(row)) for row in rows[: 3 * size]
    ]
    pages = [queries.responses(world.store, selection, limit=size, offset=size * page) for page in range(3)]
    assert [each for page in pages for each in page] == wanted


texts = st.sampled_from(
    ["", "slow", "SLOW", "%", "_", "'", "\\", "ada ash", "p1@example", "account 7", "ärger", *HOSTILE]
)
wants = st.builds(
    Wanted,
    states=st.lists(st.sampled_from(["open", "contacted", "closed", HOSTILE[0]]), max_size=2, unique=True).map(tuple),
    owner=st.sampled_from([None, None, "", "Ada", "Chris", HOSTILE[0]]),
    lowest=st.integers(0, 10),
    highest=st.integers(0, 10),
    text=texts,
    band=st.sampled_from(["detractor", "detractor", "passive", "promoter"]),
    queue=st.sampled_from(["", "", *QUEUES]),
    order=st.sampled_from(ORDERS),
    me=st.sampled_from([None, "Ada"]),
    team=st.sampled_from([(), ("Ada", "Chris")]),
    today=st.sampled_from([TODAY, TODAY + timedelta(2)]),
    asleep=st.booleans(),
)


def matches(each: Followup, wanted: Wanted) -> bool:
    fields = (each.comment, each.name, each.email, each.account)
    over = ("resolved", "closed", "no reply", "declined", "not contactable", "duplicate")
    assert wanted.today
    awake = each.snoozed_until is None or each.snoozed_until <= wanted.today
    return (
        each.state in (wanted.states or (set(STATES) - set(over) if wanted.queue else STATES))
        and (wanted.owner is None or (each.owner or "") == wanted.owner)
        and each.score is not None
        and wanted.lowest <= each.score <= wanted.highest
        and any(wanted.text.lower() in field.lower() for field in (*fields, "") if field is not None)
        and (awake or wanted.asleep or wanted.queue == "asleep" or bool(wanted.text))
        and in_queue(each, wanted)
    )


def in_queue(each: Followup, wanted: Wanted) -> bool:
    promised, today = each.promise_due, wanted.today
    assert today
    return {
        "": True,
        "mine": each.owner is not None and each.owner == wanted.me,
        "team": each.owner in wanted.team,
        "unassigned": each.owner is None,
        "overdue": (each.state == "open" and each.due_at <= NOW) or (promised is not None and promised < today),
        "resolution": each.state != "open" and each.waiting_since + timedelta(days=14) <= NOW,  # 10 business days
        "promises": promised is not None,
        "asleep": each.snoozed_until is not None and each.snoozed_until > today,
        "silent": each.comment is None,
        "unreachable": each.email is None,
    }[wanted.queue]


def aged(each: Followup, wanted: Wanted) -> Followup:
    """The same follow-up some days later, a little less urgent."""
    assert wanted.today
    assert each.score is not None
    weight = {"detractor": 7 - each.score, "passive": 9 - each.score, "promoter": each.score - 8}[wanted.band]
    days = max((wanted.today - each.waiting_since.date()).days, 0)
    return replace(each, weights=(weight, 1.0, 1.0, 1 / (1 + days / 30)))


def in_order(rows: list[Followup], order: str) -> list[Followup]:
    top: dict[int, float] = {}
    for row in rows:
        top[row.account_id] = max(top.get(row.account_id, 0.0), row.urgency)
    keys: dict[str, Callable[[Followup], tuple[Any, ...]]] = {
        "urgency": lambda each: (-each.urgency,),
        "due": lambda each: (each.due_at,),
        "newest": lambda each: (NEVER - each.waiting_since,),
        "account": lambda each: (-top[each.account_id], each.account_id, -each.urgency),
    }
    return sorted(rows, key=lambda each: (*keys[order](each), each.waiting_since, each.key))


@for_some_selections
@given(selection=selections, wanted=wants, size=st.integers(1, 30), page=st.integers(0, 2))
def test_followups_in_every_order_and_queue(
    world: World, selection: Selection, wanted: Wanted, size: int, page: int
) -> None:
    rows = [aged(each, wanted) for each in waiting(world, selection, wanted.band) if matches(each, wanted)]
    rows = in_order(rows, wanted.order)
    found = queries.followups(world.store, selection, wanted, now=NOW, limit=size, offset=size * page)
    page_of_rows = tuple(rows[size * page : size * (page + 1)])
    others = 0
    if wanted.text:
        anywhere = replace(wanted, states=STATES)
        others = sum(matches(each, anywhere) for each in waiting(world, selection, wanted.band)) - len(rows)
    assert found == Followups(len(rows), others, tuple(each.key for each in page_of_rows))
    assert wanted.today
    assert followed(world.store, *found.keys, today=wanted.today) == page_of_rows


@for_some_selections
@given(selection=selections, wanted=wants)
def test_queues_hold_as_many_as_they_list(world: World, selection: Selection, wanted: Wanted) -> None:
    """What sleeps is in its own queue alone, and those past their due time are counted there too."""
    plain = Wanted(band=wanted.band, me=wanted.me, team=wanted.team, today=wanted.today)
    rows = waiting(world, selection, wanted.band)
    counts = {queue: sum(matches(each, replace(plain, queue=queue)) for each in rows) for queue in QUEUES}
    asleep = [each for each in rows if matches(each, replace(plain, queue="asleep"))]
    late = sum(in_queue(each, replace(plain, queue="overdue")) for each in asleep)
    found = queries.queues(world.store, selection, wanted, now=NOW)
    assert found == Queues(**counts, asleep_overdue=late)


def test_followups_beyond_the_last_page_still_say_how_many_there_are(world: World) -> None:
    total = sum(matches(each, Wanted(today=TODAY)) for each in waiting(world, Selection()))
    found = queries.followups(world.store, Selection(), Wanted(today=TODAY), now=NOW, limit=50, offset=100_000)
    assert found == Followups(total, 0, ())
    nothing = queries.followups(world.store, Selection.of(survey="none"), Wanted(), now=NOW, limit=50, offset=100)
    assert nothing == Followups(0, 0, ())


@for_some_selections
@given(selection=selections, hours=st.integers(-100, 24 * (DAYS + 10)))
def test_urgency(world: World, selection: Selection, hours: int) -> None:
    now = START + timedelta(hours=hours)
    found = queries.urgency(world.store, selection, now=now)
    open_ones = [each for each in waiting(world, selection) if each.state == "open"]
    overdue = [each for each in open_ones if each.due_at <= now]
    born = [each for each in overdue if each.born_overdue]
    today = [each for each in open_ones if now < each.due_at <= now + timedelta(hours=24)]
    assert (found.overdue, found.born_overdue, found.due_today) == (len(overdue) - len(born), len(born), len(today))
    assert found.later == len(open_ones) - len(overdue) - len(today)


@pytest.mark.parametrize("place", [0, 100, 200])
def test_a_followup_is_overdue_from_the_moment_it_is_due(world: World, place: int) -> None:
    open_ones = sorted((each for each in waiting(world, Selection()) if each.state == "open"), key=lambda e: e.due_at)
    due = open_ones[place].due_at
    for now in (due - timedelta(seconds=1), due, due + timedelta(seconds=1), due - timedelta(hours=24)):
        found = queries.urgency(world.store, Selection(), now=now)
        assert found.overdue + found.born_overdue == sum(each.due_at <= now for each in open_ones)
        assert found.born_overdue == sum(each.due_at <= now and each.born_overdue for each in open_ones)
        assert found.later == sum(each.due_at > now + timedelta(hours=24) for each in open_ones)


@for_some_selections
@given(selection=selections, limit=st.integers(1, 20))
def test_newest_detractors(world: World, selection: Selection, limit: int) -> None:
    rows = waiting(world, selection)
    rows.sort(key=lambda each: (NEVER - (each.answered_at or NEVER), each.key))
    shown = [(each.key, each.state, each.contacted_at, each.contacted_by) for each in rows[:limit]]
    found = queries.newest_detractors(world.store, selection, limit=limit)
    assert [(each.key, each.state, each.contacted_at, each.contacted_by) for each in found] == shown


@for_some_selections
@given(selection=selections, scores=st.sets(st.integers(0, 10), min_size=1))
def test_the_rows_on_which_a_text_is_tried_out(world: World, selection: Selection, scores: set[int]) -> None:
    """The worst of each kind there is, and how many lack what a text may need."""
    rows = [row for row in asked(world.rows, replace(selection, unit="response")) if row.score in scores]
    filled = {name: [text for row in rows if (text := getattr(row, name))] for name in ("name", "account", "comment")}
    kinds = {f"Longest {name}": max(map(len, texts)) for name, texts in filled.items() if texts}
    kinds |= {f"No {name}": 0 for name, texts in filled.items() if len(texts) < len(rows)}
    by_key = {row.response_key: row for row in rows}
    telling = queries.telling_rows(world.store, selection, tuple(scores))
    found = dict(telling.rows)
    assert {row.key for row in found.values()} <= set(by_key)
    for why, length in kinds.items():
        assert len(getattr(found[why], why.split()[1]) or "") == length, why
    assert {why for why in found if why.split()[1] in filled} == set(kinds)
    assert ("No e-mail address" in found) == any(not row.email for row in rows)
    assert ("The latest" in found) == bool(rows)
    if "The latest" in found and (days := [row.answered_at for row in rows if row.answered_at]):
        assert found["The latest"].answered_at == max(days)
    marked = [row for row in rows if row.comment and set(row.comment) & set('{}<>"\n')]
    assert ("Comment with marks" in found) == bool(marked)
    lacks = {name: sum(not getattr(row, name) for row in rows) for name in ("name", "account", "comment", "email")}
    assert telling == Telling(telling.rows, len(rows), **lacks)


@for_some_selections
@given(selection=selections)
def test_groups_add_up_to_the_total_and_choosing_one_shows_its_people(world: World, selection: Selection) -> None:
    """For every unit: a bar says n, and the list behind it has n."""
    seen = selection.without("seg_plan")
    groups = queries.by_segment(world.store, seen, "seg_plan")
    assert sum((each.tally for each in groups), Tally()) == queries.summary(world.store, seen).tally
    for each in groups[:3] + groups[-1:]:
        chosen = seen.only("seg_plan", each.value)
        assert queries.summary(world.store, chosen).tally == each.tally
        rows = queries.responses(world.store, chosen, limit=10_000)
        assert len(rows) == each.tally.n + each.tally.blanks


@for_some_selections
@given(selection=selections, grain=st.sampled_from(GRAINS))
def test_choosing_a_point_of_a_trend_shows_its_people(world: World, selection: Selection, grain: Grain) -> None:
    for point in queries.trend(world.store, selection, grain)[:4]:
        chosen = selection.during(Period.starting(point.start, grain).within(selection.period))
        assert queries.summary(world.store, chosen).tally == point.tally


def test_one_followup_is_found_by_its_key(world: World) -> None:
    for each in waiting(world, Selection())[::40]:
        assert followed(world.store, each.key, today=TODAY) == (each,)


def test_what_needs_no_followup_is_not_found_by_its_key(world: World) -> None:
    blank = next(row.response_key for row in world.rows if row.score is None and row.metric == "nps")
    assert queries.followups_by_key(world.store, (blank, "no such key", HOSTILE[0]), today=TODAY) == ()


@for_some_selections
@given(selection=selections, band=st.sampled_from(BANDS))
def test_the_history_of_a_band_has_every_event_of_its_cases(world: World, selection: Selection, band: Band) -> None:
    keys = {each.key for each in waiting(world, selection, band)}
    every = world.store.rows(
        "SELECT response_key, event_id FROM case_events ORDER BY happened_at, response_key, version"
    )
    found = queries.histories(world.store, selection, band, limit=10_000)
    assert [row[7] for row in found] == [event_id for key, event_id in every if key in keys]


def test_siblings_are_the_follow_ups_of_the_customer_and_of_the_account(world: World) -> None:
    every = [each for band in BANDS for each in waiting(world, Selection(), band)]
    for each in every[::60]:
        same = [one for one in every if one.person_id == each.person_id or one.account_id == each.account_id]
        same.sort(key=lambda one: (NEVER - (one.answered_at or NEVER), one.key))
        found = queries.siblings(world.store, each.person_id, each.account_id)
        assert [(one.key, one.score, one.state, one.same_person, one.detractor) for one in found] == [
            (one.key, one.score, one.state, one.person_id == each.person_id, (one.score or 0) <= 6)
            for one in same[:100]
        ]


def test_what_there_is_at_all(world: World) -> None:
    rows = [row for row in world.rows if row.metric == "nps"]
    dates = [row.answered_at for row in rows if row.answered_at]
    found = queries.extent(world.store)
    assert (found.n, found.first, found.last) == (len(rows), min(dates), max(dates))
    assert (found.imported_at, found.sample) == (max(IMPORTED.values()), False)
    sizes = Counter((row.survey, row.metric) for row in world.rows)
    surveys = queries.surveys(world.store)
    assert {(each.name, each.metric): each.n for each in surveys} == sizes
    assert [each.n for each in surveys] == sorted(sizes.values(), reverse=True)


def test_segments_and_their_values(world: World) -> None:
    found = queries.segments(world.store)
    assert [(each.column, each.label, each.kind) for each in found] == [
        (c, name, "choice") for c, name in LABELS.items()
    ]
    for column in LABELS:
        sizes = Counter(label(row, column) for row in world.rows if row.metric == "nps")
        values = queries.segment_values(world.store, column, limit=100)
        assert values == tuple(sorted(sizes.items(), key=lambda pair: (-pair[1], last(pair[0]))))
        assert queries.segment_values(world.store, column, limit=2) == values[:2]


def test_imports_rejects_owners_and_events(world: World) -> None:
    assert [each.import_id for each in queries.imports(world.store, limit=10)] == ["i2", "i1"]
    assert [each.import_id for each in queries.imports(world.store, limit=1)] == ["i2"]
    assert queries.rejects(world.store, "i1", limit=10) == ()
    owners = sorted({case[3] for case in world.cases.values() if case[3]})
    assert list(queries.owners(world.store)) == owners
    assert HOSTILE[0] in owners
    key = next(iter(world.cases))
    events = queries.case_events(world.store, key)
    assert [event.version for event in events] == list(range(1, world.cases[key][4] + 1))


QUESTIONS: dict[str, Callable[[Store, Selection], Any]] = {
    "summary": queries.summary,
    "distribution": queries.distribution,
    "trend": lambda store, selection: queries.trend(store, selection, "month"),
    "by_segment": lambda store, selection: queries.by_segment(store, selection, "seg_plan"),
    "by_two_segments": lambda s, selection: queries.by_two_segments(s, selection, "seg_plan", "seg_region"),
    "satisfaction": lambda store, selection: queries.satisfaction(store, selection, "csat"),
    "responses": lambda store, selection: queries.responses(store, selection, limit=10),
    "newest_detractors": lambda store, selection: queries.newest_detractors(store, selection, limit=10),
    "followups": lambda store, selection: queries.followups(store, selection, Wanted(), now=NOW, limit=10),
    "followups_by_key": lambda store, _: queries.followups_by_key(store, ("key 00001",), today=TODAY),
    "cases_by_key": lambda store, _: queries.cases_by_key(store, ("key 00001",)),
    "queues": lambda store, selection: queries.queues(store, selection, Wanted(), now=NOW),
    "histories": lambda store, selection: queries.histories(store, selection, "detractor", limit=10_000),
    "siblings": lambda store, _: queries.siblings(store, hashed("c1"), hashed("account 1")),
    "urgency": lambda store, selection: queries.urgency(store, selection, now=NOW),
    "owners": lambda store, _: queries.owners(store),
    "case_events": lambda store, _: queries.case_events(store, "key 00001"),
    "surveys": lambda store, _: queries.surveys(store),
    "extent": lambda store, _: queries.extent(store),
    "segments": lambda store, _: queries.segments(store),
    "segment_values": lambda store, _: queries.segment_values(store, "seg_plan", limit=10),
    "imports": lambda store, _: queries.imports(store, limit=10),
    "rejects": lambda store, _: queries.rejects(store, "i1", limit=10),
    "origin": lambda store, _: queries.origin(store, "i1"),
    "changes": lambda store, _: queries.changes(store, "i1", limit=10),
    "telling_rows": lambda store, selection: queries.telling_rows(store, selection, (0, 9)),
    "vanished": lambda store, _: queries.vanished(store, "i1", limit=10),
}


class Recording(Store):
    """A store that keeps the statements it was asked."""

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        self.asked = (sql, params)
        return super().rows(sql, params)


@pytest.fixture
def recording(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    monkeypatch.setattr(daily, "MOST_COUNTS", 0)
    store = Recording.open(world.place)
    assert isinstance(store, Recording)
    kept = store.tried(rollups.kept)
    store.transact(rollups.forget)
    yield store
    if kept:
        rollups.anew(store)
    store.close()


def test_every_question_is_tried_here() -> None:
    assert set(QUESTIONS) == {path.stem for path in queries.SQL.glob("*.sql")}


def test_every_question_can_be_explained(recording: Recording) -> None:
    for name, ask in QUESTIONS.items():
        ask(recording, Selection.of(unit="person", filters={"seg_plan": ["Free"]}))
        sql, params = recording.asked
        assert sql.endswith((queries.SQL / f"{name}.sql").read_text(encoding="utf-8")), name
        assert recording.rows(f"EXPLAIN {sql}", params), name


def test_counting_reads_no_text_that_it_does_not_need(recording: Recording) -> None:
    for name, unit in product(("summary", "distribution", "trend", "by_segment", "by_two_segments"), UNITS):
        QUESTIONS[name](recording, Selection.of(unit=unit))
        sql, params = recording.asked
        plan = "\n".join(row[1] for row in recording.rows(f"EXPLAIN {sql}", params))
        assert not {word for word in ("comment", "email", "WINDOW") if word in plan}, (name, unit)


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_empty_store_answers_every_question(store: Store, name: str) -> None:
    add_columns(store, {column: (label, "choice") for column, label in LABELS.items()})
    found = QUESTIONS[name](store, Selection())
    if name == "summary":
        assert (found.tally, found.undated) == (Tally(), 0)
    elif name == "extent":
        assert (found.n, found.imported_at, found.sample) == (0, None, False)
    elif name == "followups":
        assert found == Followups(0, 0, ())
    elif name == "urgency":
        assert (found.overdue, found.born_overdue, found.due_today, found.later) == (0, 0, 0, 0)
    elif name == "queues":
        assert found == Queues(*[0] * 10)
    elif name == "telling_rows":
        assert found == Telling()
    elif name == "satisfaction":
        assert (found.n, found.share) == (0, None)
    elif name == "segments":
        assert len(found) == 2
    elif name == "origin":
        assert (found.header, found.dayfirst) == ((), None)
    else:
        assert found == ()


@pytest.mark.parametrize("name", ["summary", "followups", "responses", "newest_detractors"])
@pytest.mark.parametrize("column", ["seg_gone", "response_key", "email", "score", HOSTILE[0], ""])
def test_a_column_that_is_no_segment_is_refused_as_a_filter(world: World, name: str, column: str) -> None:
    with pytest.raises(Refused, match="There is no segment"):
        QUESTIONS[name](world.store, Selection.of(filters={column: ["x"]}))


@pytest.mark.parametrize("column", ["seg_gone", "email", "1; DROP TABLE responses", ""])
def test_a_column_that_is_no_segment_is_refused_as_a_question(world: World, column: str) -> None:
    with pytest.raises(Refused, match="Choose one of: seg_plan, seg_region"):
        queries.by_segment(world.store, Selection(), column)
    with pytest.raises(Refused):
        queries.by_two_segments(world.store, Selection(), "seg_plan", column)
    with pytest.raises(Refused):
        queries.segment_values(world.store, column, limit=5)


def test_a_segment_may_have_any_name(store: Store) -> None:
    column = 'seg_"; DROP TABLE responses; --'
    add_columns(store, {column: (HOSTILE[0], "choice")})
    table = pa.table({"response_key": ["a", "b"], "metric": ["nps", "nps"], "score": [9, 2], column: ["x", None]})

    def work(tx: Transaction) -> None:
        tx.register("incoming", table)
        tx.execute("INSERT INTO responses BY NAME SELECT * FROM incoming")

    store.transact(work, touches=("responses",))
    found = queries.by_segment(store, Selection.of(filters={column: ["x", NOT_GIVEN]}), column)
    assert [(each.value, each.tally) for each in found] == [("x", Tally(1)), (NOT_GIVEN, Tally(0, 0, 1))]
    assert [each.segments for each in queries.responses(store, Selection(), limit=5)] == [(None,), ("x",)]


def test_rejects_come_by_line_with_all_their_cells(store: Store) -> None:
    table = pa.table({"line": [9, 3], "value": ["12", "x"], "cells": [["12", "a,b"], ["x", ""]]})

    def work(tx: Transaction) -> None:
        tx.register("refused", table)
        tx.execute("INSERT INTO rejects SELECT 'i1', line, 'Score', value, 'not a score', cells FROM refused")

    store.transact(work)
    found = queries.rejects(store, "i1", limit=10)
    assert [(each.line, each.value, each.cells) for each in found] == [(3, "x", ("x", "")), (9, "12", ("12", "a,b"))]
    assert len(queries.rejects(store, "i1", limit=1)) == 1
    assert queries.rejects(store, "i2", limit=1) == ()


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_question_says_what_it_reads(name: str) -> None:
    topics: tuple[str, ...] = getattr(queries, name).topics
    sql = (queries.SQL / f"{name}.sql").read_text(encoding="utf-8")
    cases = "cases" in sql or "case_events" in sql or "state" in sql
    assert ("cases" in topics) == cases
    assert set(topics) <= {"responses", "cases", "settings"}
    assert "settings" in topics, "its days are those of the reporting zone"
