"""Settings: what stands where nobody decided, what is refused in a sentence, and values that survive being written."""

import json
import re
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.derivations import Derivation
from nps.errors import Refused
from nps.settings import (
    COUNTED,
    NAMES,
    Holiday,
    Hours,
    Settings,
    as_text,
    from_json,
    holidays,
    teams,
    teams_as_text,
    to_json,
)
from tests.conftest import ROOT


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    minutes = draw(st.lists(st.integers(0, 1439), min_size=2, max_size=2))
    start, end = (time(minute // 60, minute % 60) for minute in minutes)
    return Hours(start, end)


weeks = st.lists(st.none() | hours(), min_size=7, max_size=7).map(tuple).filter(any)
names = st.lists(st.text("abcÄß😀'-", min_size=1, max_size=8), min_size=1, max_size=3).map(" ".join)
free_days = st.lists(st.builds(Holiday, st.dates(date(1990, 1, 1), date(2100, 1, 1)), names), max_size=5)
known = st.builds(
    Settings,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Pacific/Auckland"]),
    business_hours=weeks,
    holidays=free_days.map(lambda days: tuple(sorted(set(days)))),
    first_contact=st.lists(st.integers(1, 8760), min_size=7, max_size=7).map(tuple),
    teams=st.dictionaries(names, st.lists(names, min_size=1, max_size=3, unique=True).map(tuple), max_size=3).map(
        lambda teams: tuple(teams.items())
    ),
    derived=st.lists(
        st.sampled_from(
            [
                Derivation("Weekday", "weekday"),
                Derivation("Größe 😀", "bands", "column:seg_größe", edges=(0.5, 1e6)),
                Derivation("Stage", "stage", "account:Signed: up", "account:renewal_on", edges=(90, 30)),
            ]
        ),
        unique=True,
    ).map(tuple),
    high_revenue=st.none() | st.floats(0.01, 1e12),
    **{name: st.integers(least, most) for name, (_, _, least, most) in COUNTED.items()},
)


def test_where_nobody_decided_the_product_s_own_times_hold() -> None:
    standing = Settings()
    assert standing.zone == "UTC"
    assert [day and (day.start.hour, day.end.hour) for day in standing.business_hours] == [(9, 17)] * 5 + [None, None]
    assert standing.holidays == ()
    assert dict(enumerate(standing.first_contact)) == {0: 24, 1: 24, 2: 24, 3: 24, 4: 48, 5: 48, 6: 48}
    assert (standing.urgent_contact, standing.high_revenue, standing.renewal_days) == (8, None, 90)
    assert (standing.passives_contact, standing.promoters_contact, standing.resolution) == (5, 7, 10)
    assert standing.no_reply_after == 3


def test_every_setting_has_its_row_in_the_documentation() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z_]+)` \|", text, flags=re.MULTILINE) == list(NAMES)


@given(known)
def test_every_setting_comes_back_from_its_json(settings: Settings) -> None:
    written = json.dumps({name: to_json(name, getattr(settings, name)) for name in NAMES})
    assert Settings(**{name: from_json(name, value) for name, value in json.loads(written).items()}) == settings


@given(known)
def test_holidays_come_back_from_their_text(settings: Settings) -> None:
    assert holidays(as_text(settings.holidays)) == settings.holidays


@given(known)
def test_teams_come_back_from_their_text(settings: Settings) -> None:
    assert teams(teams_as_text(settings.teams)) == settings.teams


@pytest.mark.parametrize("line", ["EMEA", "EMEA:", ": Ada", "EMEA: , ,"])
def test_a_line_that_is_no_team_is_named(line: str) -> None:
    with pytest.raises(Refused, match=f"Line 3 of the teams, “{line}”, is no team with members"):
        teams(f"North:  Ada   Osei,Ben,, Ada Osei\n\n{line}")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"zone": "Berlin"}, "“Berlin” is not a time zone. Write one like Europe/Berlin, or UTC."),
        ({"zone": "../../etc/passwd"}, "not a time zone"),
        ({"zone": ""}, "not a time zone"),
        ({"business_hours": (None,) * 7}, "Every day is closed"),
        ({"business_hours": (Hours(time(9), time(17)),) * 5}, "seven days"),
        ({"first_contact": (24, 24)}, "each score from 0 to 6"),
        ({"first_contact": (24, 24, 0, 24, 48, 48, 48)}, "The first contact of score 2 cannot be 0 hours"),
        (
            {"urgent_contact": 0},
            "The first contact of important accounts cannot be 0 business hours. Choose 1 to 1,000.",
        ),
        ({"renewal_days": -1}, "-1 days"),
        ({"no_reply_after": 101}, "cannot be 101 attempts. Choose 1 to 100."),
        ({"high_revenue": 0.0}, "above 0"),
        ({"high_revenue": float("nan")}, "above 0"),
        ({"teams": (("North", ("Ada",)), ("North", ("Bo",)))}, "There are two teams called “North”."),
        ({"teams": (("North", ()),)}, "A team has a name and members"),
        ({"holidays": (Holiday(date(2026, 12, 25), " "),)}, "The holiday on 2026-12-25 needs a name"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(values: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as refused:
        replace(Settings(), **values)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-25 Christmas Day\n2026-01-01 New Year\n",
        "\ufeff2026-12-25,Christmas Day\r\n\r\n2026-01-01;New Year\r\n2026-12-25\tChristmas Day",
        '"2026-01-01","New Year"\n"2026-12-25","Christmas Day"',
    ],
)
def test_holidays_are_read_as_people_write_lists(text: str) -> None:
    assert holidays(text) == (Holiday(date(2026, 1, 1), "New Year"), Holiday(date(2026, 12, 25), "Christmas Day"))


def test_a_holiday_without_a_name_is_called_one() -> None:
    assert holidays("2026-05-01") == (Holiday(date(2026, 5, 1), "Holiday"),)
    assert holidays(" \n\n") == ()


def test_a_line_that_is_no_day_is_named() -> None:
    with pytest.raises(Refused, match=r"Line 2 of the holidays starts with “25\.12\.2026”, which is not a day"):
        holidays("2026-01-01 New Year\n25.12.2026 Christmas")


def test_too_many_holidays_are_refused() -> None:
    first = date(2026, 1, 1)
    with pytest.raises(Refused, match="2,001 holidays are more than the 2,000"):
        Settings(holidays=tuple(Holiday(first + timedelta(n), "Day") for n in range(2001)))
