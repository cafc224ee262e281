"""Every figure of the team's page against plain Python over the same invented follow-ups."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from nps import acts, casework, clocks
from nps.cases import OVER, STATES
from nps.errors import Refused
from nps.selection import Period, Selection
from nps.store import Store, Transaction
from nps.team import assigning, questions
from nps.team.counts import AtRisk, Heard, Load, Stuck
from nps.team.figures import Share
from nps.team.rules import Rules
from tests.listing import add_columns

START = datetime(2026, 1, 5)
NOW = datetime(2026, 5, 20, 11, 7)
TODAY = NOW.date()
IMPORTED = {"i1": START + timedelta(days=60), "i2": START + timedelta(days=100, hours=9)}
EVER = Selection()
BANDS = {"detractor": range(7), "passive": range(7, 9), "promoter": range(9, 11)}


@dataclass(frozen=True)
class Given:
    """One response and its case, as they went in."""

    response_key: str
    import_id: str
    survey: str
    answered_at: datetime | None
    score: int | None
    email: str | None
    account: str
    seg_plan: str | None
    state: str
    owner: str | None
    first_contact_at: datetime | None
    state_since: datetime | None
    snoozed_until: date | None
    promise_due: date | None
    promises_broken: int
    promises_kept: int

    @property
    def since(self) -> datetime:
        return self.answered_at or IMPORTED[self.import_id]

    @property
    def detractor(self) -> bool:
        return self.score is not None and self.score <= 6

    @property
    def late(self) -> bool:
        """Overdue when it was uploaded, and not contacted before."""
        uploaded = IMPORTED[self.import_id]
        return self.due < uploaded and not (self.first_contact_at and self.first_contact_at < uploaded)

    @property
    def due(self) -> datetime:
        assert self.score is not None
        if self.score <= 6:
            due = self.since + timedelta(hours=24 if self.score <= 3 else 48)
            renewal = RENEWALS.get(key_of(self.account) or "")
            near = renewal is not None and 0 <= (renewal - self.since.date()).days <= 90
            return min(due, after_hours(self.since, 8)) if near else due
        return after_days(self.since, 5) if self.score <= 8 else self.since + timedelta(days=7)

    @property
    def within_reach(self) -> bool:
        if self.first_contact_at:
            return True
        return self.state not in ("not contactable", "duplicate") and self.email is not None


def after_days(start: datetime, days: int) -> datetime:
    """The close of the n-th working day that opens at or after the start, from 9 to 17 in UTC."""
    day = start.date()
    while days:
        opens = datetime(day.year, day.month, day.day, 9)
        if day.weekday() < 5 and opens >= start:
            days -= 1
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, 17) - timedelta(days=1)


def after_hours(start: datetime, hours: int) -> datetime:
    """When so many working hours have passed."""
    left, day = timedelta(hours=hours), start.date()
    while True:
        opens = datetime(day.year, day.month, day.day, 9)
        began = max(start, opens)
        if day.weekday() < 5 and began < opens + timedelta(hours=8):
            if began + left <= opens + timedelta(hours=8):
                return began + left
            left -= opens + timedelta(hours=8) - began
        day += timedelta(days=1)


def minutes_between(start: datetime, end: datetime) -> int:
    """Working minutes, day by day."""
    total, day = 0.0, start.date()
    while day <= end.date():
        opens = datetime(day.year, day.month, day.day, 9)
        if day.weekday() < 5:
            total += max(0.0, (min(end, opens + timedelta(hours=8)) - max(start, opens)).total_seconds())
        day += timedelta(days=1)
    return round(total / 60)


def invented(n: int) -> list[Given]:
    choose, rows = random.Random(7), []
    for number in range(n):
        answered = START + timedelta(minutes=30 * choose.randrange(48 * 130))
        given = choose.choices([None, *range(11)], [2, 3, 2, 2, 2, 2, 3, 4, 3, 3, 2, 2])[0]
        worked = choose.random() < 0.6
        contact = answered + timedelta(minutes=30 * choose.randrange(1, 48 * 20)) if worked else None
        contact = contact if contact and contact < NOW else None
        state = choose.choice(STATES[1:]) if contact else choose.choice(["open"] * 6 + ["duplicate", "not contactable"])
        rows.append(
            Given(
                response_key=f"key {number:04}",
                import_id=choose.choice(list(IMPORTED)),
                survey=choose.choice(["Relationship", "Support"]),
                answered_at=None if choose.random() < 0.05 else answered,
                score=given,
                email=None if choose.random() < 0.1 else f"p{choose.randrange(n // 4)}@example.com",
                account=f"account {choose.randrange(60)}",
                seg_plan=choose.choice(["Team", "Free", None]),
                state=state,
                owner=choose.choice(["Ada", "Ben", "'; DROP TABLE cases; --", None]),
                first_contact_at=contact,
                state_since=contact and min(NOW, contact + timedelta(hours=choose.randrange(900))),
                snoozed_until=choose.choice([None, None, TODAY, TODAY + timedelta(days=3)]),
                promise_due=choose.choice([None, None, TODAY - timedelta(days=1), TODAY]),
                promises_broken=choose.choice([0, 0, 1]),
                promises_kept=choose.choice([0, 0, 2]),
            )
        )
    return rows


REVENUES: dict[str, float | None] = {
    f"account {number}": None if number % 7 == 0 else 1000.0 * number for number in range(50)
} | {"never heard of": 5_000.0}
RENEWALS = {account: TODAY + timedelta(days=9 * number - 30) for number, account in enumerate(REVENUES)}
OWNERS = {"account 3": "Ola", "account 4": "Ola"}


def put(store: Store, rows: Sequence[Given]) -> None:
    add_columns(store, {"seg_plan": ("Plan", "choice")})
    accounts = [
        {
            "account_key": name,
            "account": name,
            "revenue": revenue,
            "renewal_on": RENEWALS[name],
            "owner": OWNERS.get(name),
        }
        for name, revenue in REVENUES.items()
    ]

    def work(tx: Transaction) -> None:
        tx.register("incoming", pa.Table.from_pylist([row.__dict__ | {"metric": "nps"} for row in rows]))
        tx.register("incoming_accounts", pa.Table.from_pylist(accounts))
        columns = "response_key, import_id, survey, metric, answered_at, score, email, account, seg_plan"
        tx.execute(f"INSERT INTO responses BY NAME SELECT {columns} FROM incoming")
        tx.execute(
            "UPDATE responses SET person_id = person_id(email, customer, response_key), "
            "account_id = account_id(account, email, customer, response_key)"
        )
        tx.execute(
            "INSERT INTO cases BY NAME SELECT response_key, 1 AS version, state, owner, first_contact_at, "
            "first_contact_at AS contacted_at, state_since, snoozed_until, promise_due, promises_broken, promises_kept "
            "FROM incoming WHERE owner IS NOT NULL OR state <> 'open'"
        )
        tx.execute("INSERT INTO accounts BY NAME SELECT * FROM incoming_accounts")
        # Two numbers of one account: it counts once.
        tx.execute(
            "INSERT INTO account_links SELECT DISTINCT account_id, account_key, true FROM responses JOIN accounts "
            "ON responses.account IN (accounts.account, accounts.account || '0') QUALIFY "
            "row_number() OVER (PARTITION BY account_id ORDER BY accounts.account = responses.account DESC) = 1"
        )
        for import_id, at in IMPORTED.items():
            tx.execute(
                "INSERT INTO imports BY NAME SELECT $id AS import_id, $at::TIMESTAMP AS imported_at, false AS sample",
                {"id": import_id, "at": at},
            )

    store.transact(work, touches=("responses", "cases"))
    clocks.keep(store, now=NOW)


class World:
    """A store and what is in it. No dataclass, so that a failure does not print it all."""

    def __init__(self, store: Store, rows: list[Given]) -> None:
        self.store, self.rows = store, rows
        # A case that was never touched is open, and nobody's.
        self.scored = [row for row in rows if row.score is not None]

    def of(self, band: str) -> list[Given]:
        return [row for row in self.scored if row.score in BANDS[band]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    store = Store.open(tmp_path_factory.mktemp("team") / "nps.duckdb")
    rows = invented(900)
    rows = [row if row.owner or row.state != "open" else untouched(row) for row in rows]
    put(store, rows)
    yield World(store, rows)
    store.close()


def untouched(row: Given) -> Given:
    nothing = dict.fromkeys(("first_contact_at", "state_since", "snoozed_until", "promise_due"))
    return Given(**{**row.__dict__, **nothing, "promises_broken": 0, "promises_kept": 0})


def test_the_loop_by_week_counts_whom_one_can_contact(world: World) -> None:
    found = questions.weeks(world.store, EVER)
    weeks = defaultdict[date, Share](Share)
    for row in world.of("detractor"):
        if row.answered_at and row.within_reach:
            start = row.answered_at.date() - timedelta(days=row.answered_at.weekday())
            weeks[start] += Share(row.first_contact_at is not None, 1)
    assert [(week.start, week.contacted) for week in found] == sorted(weeks.items())
    apart = sum(n for _, n in questions.beyond_reach(world.store, EVER))
    assert apart == sum(not row.within_reach for row in world.of("detractor"))


def test_waits_are_working_time_and_end_with_the_contact_or_go_on(world: World) -> None:
    found = questions.waited(world.store, EVER, now=NOW)
    expected: tuple[Counter[tuple[float, bool]], ...] = (Counter(), Counter())
    for row in world.of("detractor"):
        if row.within_reach:
            start = IMPORTED[row.import_id] if row.late else row.since
            end = row.first_contact_at or (NOW if row.state == "open" else row.state_since or NOW)
            minutes = minutes_between(start, max(start, end))
            expected[row.late][minutes / 60, row.first_contact_at is not None] += 1
    for rows, counts in zip((found.in_time, found.born_overdue), expected, strict=True):
        told = Counter({(row.time, True): row.contacted for row in rows if row.contacted})
        told.update({(row.time, False): row.waiting for row in rows if row.waiting})
        assert told == counts


@pytest.mark.parametrize("band", BANDS)
def test_open_ones_that_are_due_are_missed(world: World, band: str) -> None:
    met, late = Share(), Share()
    for row in world.of(band):
        if row.due <= NOW and row.within_reach:
            one = Share(row.first_contact_at is not None and row.first_contact_at <= row.due, 1)
            met, late = (met, late + one) if row.late else (met + one, late)
    found = questions.in_time(world.store, EVER, band, now=NOW)
    assert (found.met, found.born_overdue) == (met, late)


@pytest.mark.parametrize("column", [None, "seg_plan"])
def test_the_next_answer_of_a_person_is_found_and_the_contact_lies_before_it(world: World, column: str | None) -> None:
    expected = Counter[tuple[Any, ...]]()
    for row in world.of("detractor"):
        if row.answered_at is None or row.email is None or row.state == "duplicate":
            continue
        later = [
            other
            for other in world.scored
            if (other.email, other.survey) == (row.email, row.survey)
            and other.answered_at is not None
            and other.answered_at > row.answered_at
        ]
        following = min(later, key=lambda other: other.answered_at or NOW, default=None)
        at = following.answered_at if following else None
        contacted = row.first_contact_at is not None and (at is None or row.first_contact_at < at)
        days = (at.date() - row.answered_at.date()).days if at else None
        gap = next((name for limit, name in GAPS if days is not None and days < limit), None)
        value = row.seg_plan if column else None
        expected[contacted, row.score, value, gap, following.score if following else None] += 1
    found = questions.again(world.store, EVER, column)
    assert {(r.contacted, r.first_score, r.value, r.gap, r.next_score): r.n for r in found} == expected
    assert len({gap for *_, gap, _ in expected}) > 2


GAPS = ((45, "under 45 days"), (135, "45 to 134 days"), (270, "135 to 269 days"), (10_000, "270 days and more"))


def test_revenue_counts_each_account_once(world: World) -> None:
    keys = {row.account: key_of(row.account) for row in world.rows}
    unhappy = {keys[row.account] or row.account for row in world.of("detractor") if row.state not in OVER}
    known = [account for account in unhappy if REVENUES.get(account) is not None]
    ahead = {account: (RENEWALS[account] - TODAY).days for account in known}
    assert questions.revenue_at_risk(world.store, EVER, today=TODAY) == AtRisk(
        len(unhappy),
        len(known),
        total(known),
        total(account for account in known if 0 <= ahead[account] <= 90),
        total(account for account in known if 91 <= ahead[account] <= 180),
    )
    recent = [
        row for row in world.scored if row.answered_at and timedelta() <= NOW - row.answered_at < timedelta(days=90)
    ]
    heard = {keys[row.account] for row in recent if keys[row.account] and REVENUES[keys[row.account] or ""] is not None}
    everyone = [account for account, revenue in REVENUES.items() if revenue is not None]
    assert questions.revenue_heard(world.store, now=NOW) == Heard(
        len(heard), len(everyone), total(heard), total(everyone)
    )


def key_of(account: str) -> str | None:
    """The known account that a name of a response leads to."""
    other = account.removesuffix("0")
    return account if account in REVENUES else other if other in REVENUES else None


def total(accounts: Any) -> float:
    return float(sum(REVENUES[account] or 0 for account in accounts))


@pytest.mark.parametrize("band", BANDS)
def test_the_load_of_each_owner(world: World, band: str) -> None:
    loads = defaultdict[str | None, Counter[str]](Counter)
    for row in world.of(band):
        unfinished, waits = row.state not in OVER, row.state == "open"
        if not (unfinished or row.promise_due or row.promises_broken or row.promises_kept):
            continue
        here, overdue = loads[row.owner], row.due <= NOW
        born = row.due < IMPORTED[row.import_id]
        here["unfinished"] += unfinished
        here["overdue"] += waits and overdue and not born
        here["born_overdue"] += waits and overdue and born
        here["due_soon"] += waits and NOW < row.due <= NOW + timedelta(hours=24)
        here["unresolved"] += unfinished and not waits and after_days(row.since, 10) <= NOW
        here["asleep"] += unfinished and row.snoozed_until is not None and row.snoozed_until > TODAY
        here["promises_late"] += row.promise_due is not None and row.promise_due < TODAY
        here["promises_broken"] += row.promises_broken
        here["promises_kept"] += row.promises_kept
    found = questions.load(world.store, EVER, band, now=NOW, today=TODAY)
    assert set(found) == {Load(owner, **{name: counts[name] for name in NAMES}) for owner, counts in loads.items()}
    assert found[-1].owner is None


NAMES = (
    "unfinished",
    "overdue",
    "born_overdue",
    "due_soon",
    "unresolved",
    "asleep",
    "promises_late",
    "promises_broken",
    "promises_kept",
)


def test_days_in_a_state_count_from_when_it_came_into_it(world: World) -> None:
    expected = Counter(
        (row.state, max(0, (NOW - (row.state_since or row.since)).days))
        for row in world.of("detractor")
        if row.state not in OVER
    )
    assert set(questions.stuck(world.store, EVER, "detractor", now=NOW)) == {
        Stuck(state, days, n) for (state, days), n in expected.items()
    }


def test_a_selection_narrows_every_figure(world: World) -> None:
    some = Selection.of(period=Period(date(2026, 2, 1), date(2026, 3, 1)), filters={"seg_plan": ["Team"]})
    within = [
        row
        for row in world.of("detractor")
        if row.seg_plan == "Team" and row.answered_at and date(2026, 2, 1) <= row.answered_at.date() < date(2026, 3, 1)
    ]
    assert within
    contacted = sum((week.contacted for week in questions.weeks(world.store, some)), Share())
    assert contacted.n == sum(row.within_reach for row in within)
    assert sum(row.n for row in questions.stuck(world.store, some, "detractor", now=NOW)) == sum(
        row.state not in OVER for row in within
    )
    loads = questions.load(world.store, some, "detractor", now=NOW, today=TODAY)
    assert sum(load.unfinished for load in loads) == sum(row.state not in OVER for row in within)


def test_cases_are_assigned_by_rules_in_one_act_and_taken_back_in_one(tmp_path: Any) -> None:
    store = Store.open(tmp_path / "nps.duckdb")
    rows = [row if row.owner or row.state in OVER else untouched(replace(row, state="open")) for row in invented(300)]
    put(store, rows)
    free = {row.response_key: row for row in rows if row.detractor and row.owner is None and row.state not in OVER}
    rules = Rules(account_owner=True, column="seg_plan", owners=(("Team", "Tom"),), in_turn=("Ida", "Ivo"))
    assert assigning.decide(store, rules, who="Lea", now=NOW)
    assert not assigning.decide(store, rules, who="Lea", now=NOW)
    assert questions.rules(store).who == "Lea"

    planned = assigning.plan(store, EVER, "detractor", now=NOW)
    assert planned.keys() == free.keys()
    for key, owner in planned.items():
        ours = OWNERS.get(key_of(free[key].account) or "")
        assert owner == (ours or "Tom") if ours or free[key].seg_plan == "Team" else owner in ("Ida", "Ivo")
    taken, *_ = planned
    casework.do(store, taken, acts.assign("Quick Quinn"), who="Quinn", now=NOW)
    done = assigning.by_rules(store, planned, who="Lea", now=NOW)
    assert set(done.done) == set(free) - {taken}
    assert done.conflicts == (f"{taken} was taken in the meantime.",)
    assert assigning.plan(store, EVER, "detractor", now=NOW) == {}
    assert set(questions.owned(store, EVER, "detractor", "Tom", limit=999)) == {
        key for key, owner in planned.items() if owner == "Tom" and key != taken
    }
    assert done.act_id
    casework.undo_act(store, done.act_id, who="Lea", now=NOW)
    assert set(assigning.plan(store, EVER, "detractor", now=NOW)) == set(free) - {taken}
    store.close()


def test_nothing_to_assign_and_nobody_who_decides_are_said(store: Store) -> None:
    with pytest.raises(Refused, match="nothing to assign"):
        assigning.assign(store, {}, who="Lea", now=NOW)
    with pytest.raises(Refused, match="who you are"):
        assigning.decide(store, Rules(account_owner=True), who=" ", now=NOW)
    assert questions.rules(store).rules == Rules()
