"""The clocks of zones, by Python's zoneinfo as the judge: in SQL and in Python, around every shift and year's end."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps.store import scratch
from nps.zones import answered, answered_sql, day_began, day_of, is_day, moment_sql, on_clock, shifts

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Santiago"),
    *("Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Kiritimati", "Africa/Monrovia"),
)
FIRST, LAST = datetime(1970, 1, 2), datetime(2100, 12, 30)
SECOND = timedelta(seconds=1)


def near(zone: str) -> st.SearchStrategy[datetime]:
    """Moments in UTC, most of them within hours of a shift of the zone or of a year's end there."""
    year_ends = [datetime(year, 1, 1) for year in range(1971, 2100)]
    places = [*(shift.at for shift in shifts(zone)), *year_ends]
    close = st.builds(
        lambda place, seconds: place + timedelta(seconds=seconds),
        st.sampled_from(places),
        st.integers(-50_400, 50_400) | st.sampled_from([-3601, -3600, -1, 0, 1, 1800, 3599, 3600]),
    )
    return (close | st.datetimes(FIRST, LAST)).filter(lambda moment: FIRST <= moment <= LAST)


@st.composite
def moments_somewhere(draw: st.DrawFn) -> tuple[str, list[datetime]]:
    zone = draw(st.sampled_from(ZONES))
    return zone, draw(st.lists(near(zone), min_size=1, max_size=40))


def in_sql(expression: str, moments: list[datetime]) -> list[datetime]:
    with scratch() as con:
        con.execute(
            "CREATE TABLE t AS SELECT unnest($m::TIMESTAMP[]) AS m, generate_subscripts($m, 1) AS n", {"m": moments}
        )
        return [row[0] for row in con.execute(f"SELECT {expression} FROM t ORDER BY n").fetchall()]


@settings(max_examples=25)
@given(moments_somewhere())
def test_clocks_show_what_python_s_zones_say(drawn: tuple[str, list[datetime]]) -> None:
    zone, moments = drawn
    place = ZoneInfo(zone)
    midnight = datetime.min.time()
    judged = [
        m if m.time() == midnight else m.replace(tzinfo=UTC).astimezone(place).replace(tzinfo=None) for m in moments
    ]
    assert in_sql(answered_sql("m", zone), moments) == judged
    years = min(moments).year, max(moments).year
    assert in_sql(answered_sql("m", zone, years=years), moments) == judged
    assert [answered(m, zone) for m in moments] == judged
    assert [day_of(m, zone) for m in moments] == [m.date() for m in judged]


@settings(max_examples=25)
@given(moments_somewhere())
def test_times_of_a_place_are_the_moments_that_python_takes_them_for(drawn: tuple[str, list[datetime]]) -> None:
    """Python's fold=0 is the first of two, and a skipped time moved forward."""
    zone, moments = drawn
    place = ZoneInfo(zone)
    shown = [on_clock(moment, zone) for moment in moments]
    # Skipped ones too, which no clock ever showed.
    shown += [shift.early + (shift.late - shift.early) / 2 for shift in shifts(zone)[:20]]
    judged = [time.replace(tzinfo=place, fold=0).astimezone(UTC).replace(tzinfo=None) for time in shown]
    assert in_sql(moment_sql("m", zone), shown) == judged


@pytest.mark.parametrize("zone", ZONES)
def test_every_shift_is_found_to_the_second_and_none_is_made_up(zone: str) -> None:
    place, moment = ZoneInfo(zone), datetime(1970, 1, 1, tzinfo=UTC)
    for shift in shifts(zone):
        at = shift.at.replace(tzinfo=UTC)
        assert (at - SECOND).astimezone(place).utcoffset() == shift.before
        assert at.astimezone(place).utcoffset() == shift.after != shift.before
    offsets = set()
    while moment.year < 2101:
        offsets.add(moment.astimezone(place).utcoffset())
        moment += timedelta(days=5)
    found = {offset for shift in shifts(zone) for offset in (shift.before, shift.after)}
    assert offsets == found or (not found and len(offsets) == 1)


def test_the_hour_that_comes_twice_and_the_one_that_never_does() -> None:
    berlin = {shift.at.isoformat(): shift for shift in shifts("Europe/Berlin")}
    autumn, spring = berlin["2025-10-26T01:00:00"], berlin["2025-03-30T01:00:00"]
    assert (autumn.skips, autumn.early, autumn.late) == (False, datetime(2025, 10, 26, 2), datetime(2025, 10, 26, 3))
    assert (spring.skips, spring.early, spring.late) == (True, datetime(2025, 3, 30, 2), datetime(2025, 3, 30, 3))
    times = [datetime(2025, 10, 26, 2, 30), datetime(2025, 3, 30, 2, 30), datetime(2025, 7, 1, 12)]
    found = in_sql(moment_sql("m", "Europe/Berlin"), times)
    assert found == [datetime(2025, 10, 26, 0, 30), datetime(2025, 3, 30, 1, 30), datetime(2025, 7, 1, 10)]
    assert on_clock(found[1], "Europe/Berlin") == datetime(2025, 3, 30, 3, 30)


@settings(max_examples=40)
@given(st.data(), st.sampled_from((*ZONES, "America/St_Johns", "America/Havana")))
def test_a_day_begins_with_the_first_moment_that_clocks_show_it(data: st.DataObject, zone: str) -> None:
    moment = data.draw(near(zone)).replace(microsecond=0)
    day, place = moment.date(), ZoneInfo(zone)

    def shown(moment: datetime) -> date:
        return moment.replace(tzinfo=UTC).astimezone(place).date()

    around = [datetime(day.year, day.month, day.day) + timedelta(minutes=minute) for minute in range(-900, 900, 15)]
    began = day_began(day, zone)
    if began is None:
        found = [shown(moment) >= day for moment in around]
        assert found != sorted(found), "the days are in order, so there is a first moment"
    else:
        assert shown(began) >= day > shown(began - SECOND)
        assert all((shown(moment) >= day) == (moment >= began) for moment in around)


def test_where_clocks_went_back_past_midnight_a_day_begins_twice() -> None:
    """Newfoundland changed its clocks a minute past midnight; Santiago skips midnights, Samoa skipped a day."""
    assert day_began(date(2009, 11, 1), "America/St_Johns") is None
    assert day_began(date(2024, 9, 8), "America/Santiago") == datetime(2024, 9, 8, 4)
    assert day_began(date(2011, 12, 30), "Pacific/Apia") == datetime(2011, 12, 30, 10)
    assert day_began(date(2011, 12, 31), "Pacific/Apia") == datetime(2011, 12, 30, 10)
    assert day_began(date.min, "Asia/Kolkata") == datetime(1, 1, 1)
    assert day_began(date.max, "Asia/Kolkata").date() == date.max  # type: ignore[union-attr]


@settings(max_examples=20)
@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)), st.sampled_from(ZONES))
def test_a_day_alone_is_that_day_everywhere(day: date, zone: str) -> None:
    kept = datetime(day.year, day.month, day.day)
    assert is_day(kept)
    assert not is_day(kept + timedelta(microseconds=1))
    assert day_of(kept, zone) == day
    assert in_sql(answered_sql("m", zone), [kept]) == [kept]


def test_where_clocks_show_utc_a_question_reads_the_column_itself() -> None:
    assert answered_sql("answered_at", "UTC") == answered_sql("answered_at", "Etc/UTC") == "answered_at"
    assert moment_sql("t", "UTC") == "t"
    assert answered_sql("answered_at", "Africa/Abidjan", years=(2020, 2025)) == "answered_at"


def test_an_empty_moment_stays_empty() -> None:
    with scratch() as con:
        for expression in (answered_sql("m", "Asia/Kolkata"), moment_sql("m", "Europe/Berlin")):
            assert con.execute(f"SELECT {expression} FROM (SELECT NULL::TIMESTAMP AS m)").fetchall() == [(None,)]
