"""When something was, as the pages say it: on the clocks of the reporting zone."""

from datetime import date, datetime

from nps import zones
from nps.decided import settings
from nps.selection import in_words
from nps.store import the_store


def zone() -> str:
    """The name of the reporting zone."""
    return settings(the_store()).zone


def clock(moment: datetime) -> datetime:
    """What the clocks show at a moment in UTC."""
    return zones.on_clock(moment, zone())


def answered(moment: datetime | None) -> datetime | None:
    """What they showed when somebody answered; a day alone is its midnight."""
    return moment and zones.answered(moment, zone())


def day(moment: datetime) -> date:
    """The day on which somebody answered."""
    return zones.day_of(moment, zone())


def named(column: str) -> str:
    """The name of a column of times in a download, with their zone."""
    return zones.named(column, zone())


def told(moment: datetime) -> str:
    """A moment in words: 3 Nov 2025, 14:05 Europe/Berlin."""
    there = clock(moment)
    return f"{in_words(there.date())}, {there:%H:%M} {zone()}"


def told_answered(moment: datetime | None) -> str:
    """The same for an answer; a day alone has no time."""
    if moment is None:
        return "no date in the file"
    return in_words(moment.date()) if zones.is_day(moment) else told(moment)
