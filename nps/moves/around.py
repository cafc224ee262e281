"""Before and after what happened: the same number of days on each side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nps.moves.marks import Mark
from nps.rows import PeriodTally
from nps.score import Change, Tally
from nps.selection import Period

FEWEST_DAYS = 7
WIDTHS = (14, 28, 56, 91)


@dataclass(frozen=True)
class Sides:
    """Two periods of one length, up to a day and from it on."""

    before: Period
    after: Period


@dataclass(frozen=True)
class Around:
    """What lies on both sides of a mark; `change` is what NPS is after it, less what it was before."""

    mark: Mark
    sides: Sides
    before: Tally
    after: Tally

    @property
    def change(self) -> Change:
        return self.after.change_from(self.before)


def sides(day: date, width: int, *, until: date) -> Sides | None:
    """`width` days on each side of a day, fewer where answers reach only `until` (not included); None under 7 days."""
    length = min(width, (until - day).days, (day - date.min).days)
    if length < FEWEST_DAYS:
        return None
    return Sides(Period(day - timedelta(length), day), Period(day, day + timedelta(length)))


def tally(days: Sequence[PeriodTally], period: Period) -> Tally:
    """What the days of a closed period add up to."""
    assert period.start
    assert period.end
    return sum((day.tally for day in days if period.start <= day.start < period.end), Tally())


def within(marks: Sequence[Mark], period: Period) -> tuple[Mark, ...]:
    """The marks of a period."""
    return tuple(
        mark
        for mark in marks
        if (not period.start or period.start <= mark.day) and (not period.end or mark.day < period.end)
    )
