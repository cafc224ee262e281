"""The settings: the one reporting zone, the hours of business, and within what time customers are contacted.

A setting is one field of Settings, with its default; nothing here is stored. Values that cannot be meant are refused.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from nps import derivations
from nps.derivations import WEEKDAYS, Derivation
from nps.errors import Refused

LONGEST_HOLIDAY = 100
MOST_HOLIDAYS = 2000


@dataclass(frozen=True)
class Hours:
    """Open from `start` up to, not including, `end`, in the reporting zone.

    An end that is not after the start is on the next day: the hours belong to the day on which they begin.
    """

    start: time
    end: time

    def __str__(self) -> str:
        """In words: 22:00–06:00 of the next day."""
        return f"{self.start:%H:%M}–{self.end:%H:%M}" + (" of the next day" if self.end <= self.start else "")


@dataclass(frozen=True, order=True)
class Holiday:
    """A day without business hours, and what it is called."""

    day: date
    name: str


NINE_TO_FIVE = Hours(time(9), time(17))
# What is counted: field -> (what it is called in a sentence, its unit, the least and the most that can be meant).
COUNTED = {
    "urgent_contact": ("The first contact of important accounts", "business hours", 1, 1000),
    "renewal_days": ("The days before a renewal", "days", 0, 1000),
    "passives_contact": ("The contact of passives", "business days", 1, 365),
    "promoters_contact": ("The contact of promoters", "days", 1, 365),
    "resolution": ("The resolution", "business days", 1, 365),
    "no_reply_after": ("The attempts before “no reply”", "attempts", 1, 100),
}
LONGEST_WAIT = 8760  # hours: a year


@dataclass(frozen=True)
class Settings:
    """All settings, each with its default. Raises Refused for what cannot be meant.

    `business_hours` start with Monday; None: closed. `first_contact` is hours by a detractor's score, 0 to 6.
    `urgent_contact` (business hours) holds instead where the account's revenue is at least `high_revenue` (None: it
    does not matter) or its renewal lies within `renewal_days`. `passives_contact` and `resolution` are business days,
    `promoters_contact` days, `no_reply_after` attempts. `teams` are names of teams with their members' names,
    `derived` segments that no file brings. `suggestions_count_from` is the precision, in percent, from which
    on a suggested reason counts as found (None: never).
    """

    zone: str = "UTC"
    business_hours: tuple[Hours | None, ...] = (NINE_TO_FIVE,) * 5 + (None,) * 2
    holidays: tuple[Holiday, ...] = ()
    first_contact: tuple[int, ...] = (24,) * 4 + (48,) * 3
    urgent_contact: int = 8
    high_revenue: float | None = None
    renewal_days: int = 90
    passives_contact: int = 5
    promoters_contact: int = 7
    resolution: int = 10
    no_reply_after: int = 3
    teams: tuple[tuple[str, tuple[str, ...]], ...] = ()
    derived: tuple[Derivation, ...] = ()
    suggestions_count_from: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.zone not in zones():
            raise Refused(f"“{self.zone}” is not a time zone. Write one like Europe/Berlin, or UTC.")
        if len(self.business_hours) != len(WEEKDAYS):
            raise Refused("Business hours are given for seven days, Monday to Sunday.")
        if not any(self.business_hours):
            raise Refused("Every day is closed, so nothing would ever fall due. Open at least one day of the week.")
        if self.suggestions_count_from is not None and not 50 <= self.suggestions_count_from <= 100:
            raise Refused("Suggestions may count from 50 to 100 % precision on, or never.")
        _check_holidays(self.holidays)
        _check_teams(self.teams)
        derivations.check(self.derived)
        if len(self.first_contact) != 7:
            raise Refused("The first contact needs hours for each score from 0 to 6.")
        for score, hours in enumerate(self.first_contact):
            _check(f"The first contact of score {score}", "hours", hours, 1, LONGEST_WAIT)
        if self.high_revenue is not None and not (math.isfinite(self.high_revenue) and self.high_revenue > 0):
            raise Refused("A high revenue is a number above 0, or nothing where revenue does not matter.")
        for name, (what, unit, least, most) in COUNTED.items():
            _check(what, unit, getattr(self, name), least, most)

    @property
    def timezone(self) -> ZoneInfo:
        """The reporting zone, to reckon with."""
        return ZoneInfo(self.zone)


@cache
def zones() -> frozenset[str]:
    """The names of all time zones, as the IANA database has them."""
    return frozenset(available_timezones())


def _check(what: str, unit: str, count: int, least: int, most: int) -> None:
    if not least <= count <= most:
        raise Refused(f"{what} cannot be {count:,} {unit}. Choose {least:,} to {most:,}.")


def _check_teams(teams: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    names = [name for name, _ in teams]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Refused(f"There are two teams called “{twice}”. Put their members into one.")
    for name, members in teams:
        if not name.strip() or not members or not all(member.strip() for member in members):
            raise Refused("A team has a name and members, each with a name: EMEA: Ada Osei, Ben Birch.")


def _check_holidays(holidays: tuple[Holiday, ...]) -> None:
    if len(holidays) > MOST_HOLIDAYS:
        raise Refused(
            f"{len(holidays):,} holidays are more than the {MOST_HOLIDAYS:,} that are kept. Leave out old ones."
        )
    for holiday in holidays:
        if not holiday.name.strip() or len(holiday.name) > LONGEST_HOLIDAY:
            raise Refused(f"The holiday on {holiday.day} needs a name of at most {LONGEST_HOLIDAY} characters.")


def holidays(text: str) -> tuple[Holiday, ...]:
    """The holidays of a text with one a line, a day and a name: 2026-12-25 Christmas; in order, none twice.

    Between them stand spaces, tabs, commas or semicolons; without a name it is called a holiday. Raises Refused with
    the line that is none.
    """
    found = set()
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        words = line.replace("\t", " ").replace(",", " ").replace(";", " ").replace('"', " ").split()
        if words:
            found.add(Holiday(_day(words[0], number), " ".join(words[1:]) or "Holiday"))
    return tuple(sorted(found))


def _day(text: str, number: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            f"Line {number} of the holidays starts with “{text[:40]}”, which is not a day. "
            "Write year-month-day and a name, for example 2026-12-25 Christmas."
        ) from None


def as_text(holidays: tuple[Holiday, ...]) -> str:
    """Holidays as `holidays` reads them."""
    return "".join(f"{holiday.day} {holiday.name}\n" for holiday in holidays)


def teams(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The teams of a text with one a line, a name and its members: EMEA: Ada Osei, Ben Birch; nobody twice in one.

    Raises Refused with the line that is none.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, _, rest = line.partition(":")
        members = tuple(dict.fromkeys(" ".join(member.split()) for member in rest.split(",") if member.strip()))
        if not name.strip() or not members:
            raise Refused(
                f"Line {number} of the teams, “{line.strip()[:40]}”, is no team with members. "
                "Write a name, a colon and the members, for example EMEA: Ada Osei, Ben Birch."
            )
        found.append((" ".join(name.split()), members))
    return tuple(found)


def teams_as_text(teams: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """Teams as `teams` reads them."""
    return "".join(f"{name}: {', '.join(members)}\n" for name, members in teams)


def to_json(name: str, value: Any) -> Any:
    """The value of a setting as JSON knows it."""
    if name == "business_hours":
        return [hours and [f"{hours.start:%H:%M}", f"{hours.end:%H:%M}"] for hours in value]
    if name == "holidays":
        return [[holiday.day.isoformat(), holiday.name] for holiday in value]
    if name == "derived":
        return derivations.to_json(value)
    return list(value) if isinstance(value, tuple) else value


def from_json(name: str, value: Any) -> Any:
    """The value of a setting as `to_json` wrote it."""
    read = _READ.get(name)
    return read(value) if read else value


_READ: Mapping[str, Callable[[Any], Any]] = {
    "business_hours": lambda days: tuple(day and Hours(*map(time.fromisoformat, day)) for day in days),
    "holidays": lambda rows: tuple(Holiday(date.fromisoformat(day), name) for day, name in rows),
    "first_contact": tuple,
    "teams": lambda rows: tuple((name, tuple(members)) for name, members in rows),
    "derived": derivations.from_json,
}

NAMES = tuple(field.name for field in fields(Settings))
