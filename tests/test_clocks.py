"""Working time against a walk minute by minute over the wall clock, and due times in the store against both."""

from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nps import clocks, decided
from nps.__main__ import main
from nps.clocks.working import HOUR, SECOND
from nps.errors import Refused
from nps.settings import NINE_TO_FIVE, Holiday, Hours, Settings
from nps.store import Store, Transaction
from tests.pages.opening import bring_in

MINUTE = timedelta(minutes=1)
DAYS = 12
WEEK = ((time(9), time(17)),) * 5 + (None, None)
NIGHTS = ((time(22), time(6)),) * 7
Shifts = tuple[tuple[time, time] | None, ...]
# Daylight saving in the night and at noon of working hours, by half an hour, and a day that a country left out.
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "America/Santiago": (date(2026, 4, 5), date(2026, 9, 6)),
    "Asia/Kolkata": (date(2026, 1, 1),),
    "Pacific/Apia": (date(2011, 12, 30),),
    "UTC": (date(2024, 2, 29),),
}
times = st.sampled_from([time(hour, minute) for hour in range(24) for minute in (0, 30)])
shifts = st.none() | st.tuples(times, times)
places = st.sampled_from([(zone, day) for zone, days in CHANGES.items() for day in days])


def shift(at: datetime, hours: Shifts, holidays: set[date], zone: ZoneInfo) -> date | None:
    """The day to which a minute (UTC) of working time belongs; None: nobody works."""
    wall = at.replace(tzinfo=UTC).astimezone(zone)
    today, yesterday = wall.date(), wall.date() - timedelta(days=1)
    for day in (yesterday, today):
        if day in holidays or not (opening := hours[day.weekday()]):
            continue
        start, end = opening
        evening = day == today and start <= wall.time() and (wall.time() < end or end <= start)
        if evening or (day == yesterday and end <= start and wall.time() < end):
            return day
    return None


@settings(max_examples=60)
@given(
    place=places,
    hours=st.tuples(*[shifts] * 7).filter(any) | st.sampled_from([WEEK, NIGHTS]),
    off=st.sets(st.integers(0, DAYS), max_size=4),
    begins=st.integers(0, 5 * 24 * 60),
    lasts=st.integers(0, 6 * 24 * 60),
    worth=st.integers(1, 20),
    days=st.integers(1, 4),
)
@example(
    place=("Europe/Berlin", date(2026, 3, 29)),
    hours=((time(2, 30), time(10)),) * 7,
    off=set(),
    begins=0,
    lasts=8000,
    worth=8,
    days=3,
)
@example(
    place=("Europe/Berlin", date(2026, 10, 25)),
    hours=((time(2, 30), time(10)),) * 7,
    off=set(),
    begins=0,
    lasts=8000,
    worth=8,
    days=3,
)
@example(
    place=("America/New_York", date(2026, 11, 1)), hours=NIGHTS, off={3, 4}, begins=4000, lasts=900, worth=8, days=2
)
@example(place=("Pacific/Apia", date(2011, 12, 30)), hours=WEEK, off=set(), begins=0, lasts=7000, worth=16, days=4)
def test_working_time_is_what_a_walk_minute_by_minute_finds(
    *, place: tuple[str, date], hours: Shifts, off: set[int], begins: int, lasts: int, worth: int, days: int
) -> None:
    zone, first = ZoneInfo(place[0]), place[1] - timedelta(days=4)
    holidays = {first + timedelta(days=number) for number in off}
    # Far longer than what is asked: else a calendar that ends soon leaves days without an answer.
    reach = clocks.calendar(hours, holidays, zone, first - timedelta(days=9), first + timedelta(days=60))
    start = datetime.combine(first, time()) + begins * MINUTE
    end = start + lasts * MINUTE
    walked = [start + number * MINUTE for number in range(DAYS * 24 * 60)]
    worked = [(at, day) for at in walked if (day := shift(at, hours, holidays, zone))]

    assert reach.between(start, end) == sum(at < end for at, _ in worked) * 60 * SECOND
    if len(worked) >= worth * 60:
        assert reach.after_hours(start, worth).item() == worked[worth * 60 - 1][0] + MINUTE
    before = shift(start - MINUTE, hours, holidays, zone)
    whole = [day for day in dict.fromkeys(day for _, day in worked) if day != before]
    if len(whole) > days:  # one more: the last may go on after the walk
        assert reach.after_days(start, days).item() == max(at for at, day in worked if day == whole[days - 1]) + MINUTE


def test_a_working_day_counts_where_it_is_whole() -> None:
    week = clocks.calendar(WEEK, [date(2026, 5, 14)], ZoneInfo("UTC"), date(2026, 5, 1), date(2026, 6, 30))
    starts = ["2026-05-13T08:00", "2026-05-13T09:00", "2026-05-13T09:01", "2026-05-16T12:00"]
    due = week.after_days(np.array(starts, dtype="datetime64[us]"), 2)
    # Thursday the 14th is a holiday, Saturday is closed.
    assert [str(at)[:16] for at in due] == [
        "2026-05-15T17:00",
        "2026-05-15T17:00",
        "2026-05-18T17:00",
        "2026-05-19T17:00",
    ]
    assert str(week.after_hours(datetime(2026, 5, 13, 16), 8))[:16] == "2026-05-15T16:00"
    assert week.between(datetime(2026, 5, 13, 16), datetime(2026, 5, 15, 10)) == 2 * HOUR


def test_beyond_its_last_day_a_calendar_gives_no_answer() -> None:
    week = clocks.calendar(WEEK, [], ZoneInfo("UTC"), date(2026, 5, 4), date(2026, 5, 8))
    assert np.isnat(week.after_hours(datetime(2026, 5, 8, 16), 8))
    assert np.isnat(week.after_days(datetime(2026, 5, 8, 16), 1))


def test_a_calendar_without_a_working_day_is_refused_in_words() -> None:
    every = [date(2026, 5, 4) + timedelta(days=number) for number in range(7)]
    with pytest.raises(Refused, match=r"no working day from 2026-05-04 to 2026-05-10.*Open at least one day"):
        clocks.calendar(WEEK, every, ZoneInfo("UTC"), every[0], every[-1])


BERLIN = Settings(
    zone="Europe/Berlin",
    business_hours=(NINE_TO_FIVE,) * 4 + (Hours(time(8), time(12, 30)), None, None),
    holidays=(Holiday(date(2026, 4, 3), "Good Friday"), Holiday(date(2026, 4, 6), "Easter Monday")),
    first_contact=(4, 4, 24, 24, 48, 48, 72),
    resolution=4,
)


def moments() -> list[datetime]:
    """Three weeks around daylight saving and a long weekend: each edge, and a microsecond beside it."""
    midnights = [datetime(2026, 3, 20) + timedelta(days=number) for number in range(24)]
    edges = [day + timedelta(hours=hour) for day in midnights for hour in (0, 6, 7, 8, 10.5, 11.5, 15, 16, 23)]
    return [at + timedelta(microseconds=step) for at in edges for step in (-1, 0, 1)]


@pytest.mark.parametrize("given", [Settings(), BERLIN], ids=["default", "Berlin"])
def test_the_store_knows_for_every_start_what_the_calendar_knows(store: Store, given: Settings) -> None:
    decide(store, given)
    days = clocks.calendar_of(given, date(2020, 1, 1), date(2030, 12, 31))
    rows = store.rows(
        "SELECT since, due_in_working_hours(since, from_at, working, urgent_due_at), passive_due_at, "
        "resolution_due_at, worked_before(since, from_at, working, worked) "
        "FROM (SELECT unnest($moments::TIMESTAMP[]) AS since) "
        "LEFT JOIN working_time ON since::DATE = day AND since > from_at AND since <= until_at ORDER BY since",
        {"moments": moments()},
    )
    assert [row[0] for row in rows] == sorted(moments())
    for since, urgent, passive, resolution, _ in rows:
        assert urgent == days.after_hours(since, given.urgent_contact).item(), since
        assert passive == days.after_days(since, given.passives_contact).item(), since
        assert resolution == days.after_days(since, given.resolution).item(), since
    for (since, *_, before), (until, *_, after) in pairwise(rows):
        assert round((after - before) * SECOND) == days.between(since, until), since


def decide(store: Store, wanted: Settings) -> None:
    now, standing = datetime(2026, 4, 1), decided.settings(store)
    changed = {name: value for name, value in vars(wanted).items() if value != getattr(standing, name)}
    decided.decide(store, changed, who="Ada", now=now)
    clocks.keep(store, now=now)


def test_the_followups_are_due_by_the_settings_of_the_day(store: Store) -> None:
    bring_in(store, "a.csv", "Id,Score,Date\na,0,2026-04-01 10:00\nb,2,2026-04-01 10:00\nc,6,2026-04-04 10:00\n")
    # Before the settings were ever kept calendar days stand in: ten working days are two weeks.
    assert due(store) == {
        0: (datetime(2026, 4, 2, 10), datetime(2026, 4, 15, 10)),
        2: (datetime(2026, 4, 2, 10), datetime(2026, 4, 15, 10)),
        6: (datetime(2026, 4, 6, 10), datetime(2026, 4, 18, 10)),
    }
    decide(store, Settings())
    assert due(store)[0] == (datetime(2026, 4, 2, 10), datetime(2026, 4, 15, 17))
    decide(store, BERLIN)
    # Wednesday noon in Berlin, then Thursday, Tuesday, Wednesday, Thursday until 17:00 there.
    assert due(store) == {
        0: (datetime(2026, 4, 1, 14), datetime(2026, 4, 9, 15)),
        2: (datetime(2026, 4, 2, 10), datetime(2026, 4, 9, 15)),
        6: (datetime(2026, 4, 7, 10), datetime(2026, 4, 10, 10, 30)),
    }


def test_hours_over_midnight_are_worked_by_the_settings(store: Store) -> None:
    """A night shift from Friday 22:00 to Saturday 06:00 alone: eight hours after Thursday are the end of it."""
    bring_in(store, "a.csv", "Id,Score,Date\na,8,2026-04-02 10:00\nb,0,2026-04-04 01:00\n")
    nights = (*(None,) * 4, Hours(time(22), time(6)), None, None)
    decide(store, Settings(business_hours=nights, passives_contact=1, resolution=2))
    saturday = datetime(2026, 4, 4, 6)
    assert due(store)[8] == (saturday, saturday + timedelta(days=7))
    # The shift that has begun is no whole day any more.
    assert due(store)[0][1] == saturday + timedelta(days=14)


FAR = ("Pacific/Kiritimati", "America/Los_Angeles", "Pacific/Apia", "America/Santiago", "America/St_Johns")


@pytest.mark.parametrize("zone", FAR)
def test_the_clock_of_a_day_alone_starts_when_that_day_began_in_the_zone(store: Store, zone: str) -> None:
    """Through daylight saving, a midnight that was skipped or shown twice, and a day that never was (Apia)."""
    days = [date(2011, 11, 5) + timedelta(number) for number in range(4)]
    days += [date(2011, 12, 29) + timedelta(number) for number in range(3)]
    days += [date(2024, 9, 7) + timedelta(number) for number in range(3)]
    scores = (0, 5, 8, 9)
    lines = [f"{day}/{score},{score},{day}\n" for day in days for score in scores]
    # Its first answer is a time that falls on a midnight, not a day.
    bring_in(store, "days.csv", "Id,Score,Date\n" + "".join(lines))
    bring_in(store, "times.csv", "Id,Score,Date\nt,0,2024-09-07T00:00:00Z\nu,9,2024-09-07T12:00:00Z\n")
    given = Settings(zone=zone)
    decide(store, given)
    found = {key: row for key, *row in store.rows("SELECT response_id, due_at, resolution_due_at FROM followups")}
    working = clocks.calendar_of(given, date(2011, 1, 1), date(2025, 12, 31))
    for day in days:
        since = first_minute(day, ZoneInfo(zone))
        passive, resolution = (working.after_days(since, count).item() for count in (5, 10))
        due = [since + timedelta(hours=24), since + timedelta(hours=48), passive, since + timedelta(days=7)]
        assert [found[f"{day}/{score}"] for score in scores] == [[at, resolution] for at in due], day
    assert found["t"][0] == datetime(2024, 9, 8, 0, 0, 0, 1)
    assert store.rows("SELECT DISTINCT waiting_day FROM followups WHERE answered_at = '2024-09-08'") == [(days[-2],)]


def first_minute(day: date, zone: ZoneInfo) -> datetime:
    """The first minute (UTC) in which clocks show a day, or a later one where they skipped it, by trying each."""
    at = datetime.combine(day, time()) - timedelta(hours=26)
    while at.replace(tzinfo=UTC).astimezone(zone).date() < day:
        at += timedelta(minutes=1)
    return at


def test_the_days_of_an_older_store_begin_anew(store: Store) -> None:
    """A store whose clocks were made before days had a beginning gets them when it is opened again."""
    decide(store, Settings(zone="Asia/Kolkata"))
    store.transact(lambda tx: tx.execute("DROP TABLE day_starts"))
    store.transact(lambda tx: tx.execute("DELETE FROM schema_number WHERE number = 12"))
    store.close()
    with closing(Store.open(store.path)) as again:
        clocks.keep(again, now=datetime(2026, 4, 1))
        began = "SELECT began_at FROM day_starts WHERE day = '2026-04-02'"
        assert again.rows(began) == [(datetime(2026, 4, 1, 18, 30),)]


def test_an_urgent_account_is_never_due_later_than_another(store: Store) -> None:
    bring_in(
        store,
        "a.csv",
        "Id,Score,Date,Account\na,0,2026-04-01 10:00,Rich\nb,6,2026-04-01 10:00,Renewing\nc,5,2026-04-01 10:00,Later\n"
        "d,6,2026-04-03 15:00,Rich\ne,0,2026-04-03 15:00,Rich\n",
    )
    told = {"Rich": (50_000.0, None), "Renewing": (10.0, date(2026, 6, 30)), "Later": (49_999.0, date(2026, 7, 1))}

    def know(tx: Transaction) -> None:
        for account, (revenue, renewal) in told.items():
            tx.execute(
                "INSERT INTO accounts (account_key, account, revenue, renewal_on) VALUES ($a, $a, $revenue, $renewal)",
                {"a": account, "revenue": revenue, "renewal": renewal},
            )
            tx.execute(
                "INSERT INTO account_links SELECT DISTINCT account_id, account, true FROM responses WHERE account = $a",
                {"a": account},
            )

    store.transact(know, touches=("responses",))
    decide(store, Settings(high_revenue=50_000))
    assert dict(store.rows("SELECT response_id, due_at FROM followups")) == {
        "a": datetime(2026, 4, 2, 10),  # eight business hours end at the same time of the next day
        "b": datetime(2026, 4, 2, 10),  # 90 days before its renewal
        "c": datetime(2026, 4, 3, 10),
        "d": datetime(2026, 4, 5, 15),  # Friday afternoon: eight business hours would end on Monday
        "e": datetime(2026, 4, 4, 15),
    }


def due(store: Store) -> dict[int, tuple[Any, Any]]:
    rows = store.rows("SELECT score, due_at, resolution_due_at FROM followups")
    return {score: (first, resolution) for score, first, resolution in rows}


def test_clocks_are_written_once_for_the_same_settings(store: Store) -> None:
    decide(store, Settings())
    version = store.version("cases")
    clocks.keep(store, now=datetime(2026, 11, 1))
    assert store.version("cases") == version
    decide(store, replace(Settings(), resolution=3))
    clocks.keep(store, now=datetime(2027, 1, 1))  # another year: the table reaches further
    assert store.version("cases") == version + 2
    [[first, last, rows]] = store.rows("SELECT min(day), max(day), count(*) FROM working_time")
    assert (first, last) == (date(2000, 1, 1), date(2032, 12, 31))
    [[days]] = store.rows("SELECT count(DISTINCT day) FROM working_time")
    assert rows == days + 2 * Counter(each.weekday() < 5 for each in span(first, last))[True]


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def test_a_command_finds_the_due_times_of_the_settings(store: Store) -> None:
    decided.decide(store, {"resolution": 2}, who="Ada", now=datetime(2026, 4, 1))
    store.close()
    assert main(["summary", "--store", str(store.path)]) == 0
    with closing(Store.open(store.path)) as again:
        assert again.rows("SELECT resolution, count(*) > 20000 FROM clock_rules, working_time GROUP BY ALL") == [
            (2, True)
        ]


def test_a_new_store_has_the_rules_of_the_default_settings(store: Store) -> None:
    names = ["first_contact", "urgent_contact", "high_revenue", "renewal_days", "passives_contact"]
    names += ["promoters_contact", "resolution"]
    [row] = store.records("SELECT * FROM clock_rules")
    expected = {name: getattr(Settings(), name) for name in names} | {"first_contact": list(Settings().first_contact)}
    assert {name: row[name] for name in names} == expected
