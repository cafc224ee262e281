"""Weeks, months and quarters: which one a day belongs to, and what days add up to in each."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from nps.rows import PeriodTally
from nps.score import Tally
from nps.selection import Grain


def first_day(day: date, grain: Grain) -> date:
    """The first day of the week, month or quarter of a day."""
    if grain == "week":
        return day - timedelta(day.weekday())
    return day.replace(day=1, month=day.month if grain == "month" else 3 * ((day.month - 1) // 3) + 1)


def per(days: Sequence[PeriodTally], grain: Grain) -> tuple[PeriodTally, ...]:
    """What days add up to per week, month or quarter."""
    held: dict[date, Tally] = defaultdict(Tally)
    for day in days:
        held[first_day(day.start, grain)] += day.tally
    return tuple(PeriodTally(start, tally) for start, tally in sorted(held.items()))
