"""Counts per day against plain Python with zoneinfo: days of the reporting zone, clock changes and new years."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nps.decided import decide
from nps.moves import questions
from nps.score import Tally
from nps.selection import Period, Selection, Unit
from nps.store import Store
from tests.pages.opening import bring_in

CHANGES = [datetime(2025, 3, 30, 1), datetime(2025, 10, 26, 1), datetime(2024, 12, 31, 23), datetime(2025, 12, 31, 23)]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("unit", ["response", "person"])
def test_days_are_those_of_the_zone_and_a_person_has_one_vote_on_each(store: Store, zone: str, unit: Unit) -> None:
    choose = random.Random(3)
    rows = [
        (
            choose.choice(CHANGES) + timedelta(minutes=choose.randrange(-1500, 1500)),
            choose.randrange(11),
            choose.randrange(20),
        )
        for _ in range(400)
    ]
    rows = list({row[0]: row for row in rows}.values())
    lines = "".join(f"{at:%Y-%m-%dT%H:%M:%S}Z,{score},p{who}@example.org\n" for at, score, who in rows)
    bring_in(store, "a.csv", "answered at,score,email\n" + lines, score="score", date="answered at")
    decide(store, {"zone": zone}, who="Ada", now=datetime(2026, 1, 1))
    place, latest = ZoneInfo(zone), dict[tuple[date, object], int]()
    for at, score, who in sorted(rows):
        day = at.replace(tzinfo=UTC).astimezone(place).date()
        latest[day, who if unit == "person" else at] = score
    judged: dict[date, Tally] = defaultdict(Tally)
    for (day, _), score in latest.items():
        judged[day] += Tally(int(score >= 9), int(score in (7, 8)), int(score <= 6))
    found = questions.days(store, Selection(unit=unit))
    assert {each.start: each.tally for each in found} == judged
    span = Period(date(2025, 3, 30), date(2025, 10, 26))
    assert {each.start for each in questions.days(store, Selection(span, unit=unit))} == {
        day for day in judged if date(2025, 3, 30) <= day < date(2025, 10, 26)
    }
