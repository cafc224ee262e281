"""The days of the reporting zone, by plain Python with zoneinfo as the judge: periods, weeks, months and quarters."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nps import daily, queries
from nps.decided import decide
from nps.score import Tally
from nps.selection import UNITS, Grain, Period, Selection, Unit
from nps.store import Store
from nps.zones import shifts

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "America/Santiago",
    "UTC",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
GRAINS: tuple[Grain, ...] = ("week", "month", "quarter")
Answer = tuple[str, datetime, int | None, str]


def invented() -> list[Answer]:
    """Answers around the shifts of all zones and the ends of their years, days alone among them."""
    choose = random.Random(4)
    places = [shift.at for zone in ZONES for shift in shifts(zone) if shift.at.year in (2023, 2024, 2025)]
    places += [datetime(year, 1, 1) for year in (2023, 2024, 2025, 2026)]
    found = []
    for number in range(1500):
        moment = choose.choice(places) + timedelta(minutes=choose.randrange(-1800, 1800))
        moment += timedelta(microseconds=1) * (moment == datetime.combine(moment, datetime.min.time()))
        if choose.random() < 0.2:
            moment = datetime.combine(moment, datetime.min.time())
        score = None if choose.random() < 0.1 else choose.randrange(11)
        found.append((f"k{number}", moment, score, f"p{choose.randrange(300)}"))
    return found


ANSWERS = invented()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.open(tmp_path_factory.mktemp("days") / "nps.duckdb")
    columns = ("response_key", "answered_at", "score", "email")
    table = pa.Table.from_pylist([dict(zip(columns, answer, strict=True)) for answer in ANSWERS])

    def work(tx: object) -> None:
        tx.register("incoming", table)  # type: ignore[attr-defined]
        tx.execute(  # type: ignore[attr-defined]
            """
            INSERT INTO responses BY NAME SELECT *, 'nps' AS metric, 'S' AS survey,
                person_id(email, NULL, response_key) AS person_id,
                account_id(NULL, email, NULL, response_key) AS account_id
            FROM incoming
            """
        )

    store.transact(work, touches=("responses",))
    yield store
    store.close()


@pytest.fixture(params=[daily.MOST_COUNTS, 0], ids=["counts", "rows"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts per day answer, and then none are kept."""
    monkeypatch.setattr(daily, "MOST_COUNTS", request.param)


def there(moment: datetime, zone: str) -> datetime:
    """What the judge says that the clocks showed."""
    if moment.time() == datetime.min.time():
        return moment
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def first_of(day: date, grain: Grain) -> date:
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1, month=day.month if grain == "month" else (day.month - 1) // 3 * 3 + 1)


def within(period: Period, zone: str) -> list[Answer]:
    def inside(day: date) -> bool:
        return (period.start is None or day >= period.start) and (period.end is None or day < period.end)

    return [answer for answer in ANSWERS if inside(there(answer[1], zone).date())]


def votes(answers: list[Answer], unit: Unit) -> list[Answer]:
    """All, or the latest score of each person: of equal seconds the one that came last."""
    if unit == "response":
        return answers
    scored = [answer for answer in answers if answer[2] is not None]
    latest = {answer[3]: answer for answer in sorted(scored, key=lambda each: each[1].replace(microsecond=0))}
    return list(latest.values())


def tally(answers: list[Answer]) -> Tally:
    bands = Counter("b" if s is None else "p" if s >= 9 else "n" if s >= 7 else "d" for _, _, s, _ in answers)
    return Tally(bands["p"], bands["n"], bands["d"], bands["b"])


days = st.builds(
    lambda start, n: start + timedelta(days=n),
    st.sampled_from([date(2023, 3, 20), date(2024, 9, 20), date(2024, 12, 25)]),
    st.integers(0, 400),
)
periods = st.builds(lambda a, b: Period(min(a, b), max(a, b) + timedelta(days=1)), days, days) | st.just(Period())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(zone=st.sampled_from(ZONES), period=periods, unit=st.sampled_from(UNITS), grain=st.sampled_from(GRAINS))
@pytest.mark.usefixtures("either_way")
def test_periods_and_trends_count_the_days_of_the_zone(
    world: Store, zone: str, period: Period, unit: Unit, grain: Grain
) -> None:
    decide(world, {"zone": zone}, who="Ada", now=datetime(2026, 1, 1))
    selection = Selection(period=period, unit=unit)
    chosen = within(period, zone)
    voting = votes(chosen, unit)
    found = queries.summary(world, selection)
    assert found.tally == tally(voting)
    periods_of = defaultdict[date, list[Answer]](list)
    for answer in chosen:
        periods_of[first_of(there(answer[1], zone).date(), grain)].append(answer)
    judged = {start: tally(votes(answers, unit)) for start, answers in periods_of.items()}
    trend = {point.start: point.tally for point in queries.trend(world, selection, grain)}
    assert trend == {start: each for start, each in judged.items() if each.n or each.blanks}


@settings(max_examples=40, deadline=None)
@given(zone=st.sampled_from(ZONES), period=periods, size=st.integers(1, 30))
def test_lists_are_in_order_whatever_the_zone(world: Store, zone: str, period: Period, size: int) -> None:
    decide(world, {"zone": zone}, who="Ada", now=datetime(2026, 1, 1))
    chosen = sorted(within(period, zone), key=lambda each: each[0])
    newest_first = sorted(chosen, key=lambda each: each[1], reverse=True)
    unhappiest = sorted(newest_first, key=lambda each: 99 if each[2] is None else each[2])
    listed = queries.responses(world, Selection(period), limit=size, offset=size)
    assert [each.answered_at for each in listed] == [each[1] for each in unhappiest[size : 2 * size]]
    detractors = [each[1] for each in newest_first if each[2] is not None and each[2] <= 6]
    newest = queries.newest_detractors(world, Selection(period), limit=size)
    assert [each.answered_at for each in newest] == detractors[:size]


@pytest.mark.parametrize("zone", ZONES)
def test_the_extent_is_told_in_the_zone(world: Store, zone: str) -> None:
    decide(world, {"zone": zone}, who="Ada", now=datetime(2026, 1, 1))
    found, clocks = queries.extent(world), [there(answer[1], zone) for answer in ANSWERS]
    assert (found.n, found.first, found.last) == (len(ANSWERS), min(clocks), max(clocks))


def test_an_answer_at_the_turn_of_the_year_changes_its_year_with_the_zone(store: Store) -> None:
    store.transact(
        lambda tx: tx.execute(
            """
            INSERT INTO responses BY NAME
            SELECT 'a' AS response_key, TIMESTAMP '2024-12-31 23:30:00' AS answered_at, 9 AS score, 'nps' AS metric
            UNION ALL BY NAME
            SELECT 'b' AS response_key, TIMESTAMP '2024-12-31 00:00:00' AS answered_at, 0 AS score, 'nps' AS metric
            """
        ),
        touches=("responses",),
    )

    def months() -> dict[date, int]:
        return {point.start: point.tally.n for point in queries.trend(store, Selection(), "month")}

    assert months() == {date(2024, 12, 1): 2}
    decide(store, {"zone": "Europe/Berlin"}, who="Ada", now=datetime(2026, 1, 1))
    assert months() == {date(2024, 12, 1): 1, date(2025, 1, 1): 1}
    decide(store, {"zone": "America/New_York"}, who="Ada", now=datetime(2026, 1, 1))
    assert months() == {date(2024, 12, 1): 2}
