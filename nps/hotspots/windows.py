"""Periods as whole months and the days before and after them."""

from datetime import date, timedelta

from nps.selection import Period

UNDATED = -1
MONTH = f"coalesce(12 * year(answered_there) + month(answered_there) - 1, {UNDATED})::INTEGER"  # as `number_of`


def number_of(day: date) -> int:
    """The month of a day, counted from the year 0."""
    return 12 * day.year + day.month - 1


def first_of(month: int) -> date:
    """The day with which a month begins."""
    return date(month // 12, month % 12 + 1, 1)


def split(period: Period) -> tuple[Period, tuple[Period, ...]] | None:
    """The whole months of a period, and what it has of the months before and after; None where no month is whole."""
    start = period.start and first_of(number_of(period.start - timedelta(days=1)) + 1)
    end = period.end and period.end.replace(day=1)
    if start and end and start >= end:
        return None
    days = (Period(period.start, start), Period(end, period.end))
    return Period(start, end), tuple(each for each in days if each.start and each.end and each.start < each.end)


def bounds(period: Period) -> tuple[int | None, int | None]:
    """The first month of a period and the one after its last, each None where it is open.

    Answers without a date are in the period of all answers alone: with an end, the first month is that of the year 0.
    """
    first = number_of(period.start) if period.start else 0 if period.end else None
    return first, number_of(period.end) if period.end else None
