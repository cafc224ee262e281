"""Working time: how much of it lies between two moments, and when so much of it has passed.

The wall clock decides: a moment is working time where the clocks of the zone show hours of business of a day that is no
holiday. So an hour that daylight saving skips is not worked, and one that it repeats is worked twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from nps.errors import Refused

Whole = NDArray[np.int64]
Moments = NDArray[np.datetime64]
Given = Moments | np.datetime64 | datetime

SECOND = 1_000_000  # microseconds, in which all is reckoned
HOUR = 3600 * SECOND
DAY = 24 * HOUR
NEVER = np.datetime64("NaT", "us").astype(np.int64)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Spans of working time in order, none touching another's inside, as microseconds since 1970 in UTC.

    `before` is the working time before each span, `day` the number of its working day, from 1; a day that daylight
    saving divides has two spans of one number. Moments go in as UTC without a zone, one or many, and come out as
    datetime64; NaT where the calendar does not reach.
    """

    opens: Whole
    closes: Whole
    before: Whole
    day: Whole

    def worked(self, at: Given) -> Whole:
        """The working time before a moment, since the calendar begins."""
        moment = _micro(at)
        span = np.searchsorted(self.opens, moment, side="right") - 1
        return np.where(span < 0, 0, self.before[span] + np.minimum(moment, self.closes[span]) - self.opens[span])

    def between(self, start: Given, end: Given) -> Whole:
        """The working time from start to end."""
        return self.worked(end) - self.worked(start)

    def after_hours(self, start: Given, hours: float) -> Moments:
        """When that many working hours have passed since the start."""
        return _moments(self.reached(self.worked(start) + round(hours * HOUR)))

    def after_days(self, start: Given, days: int) -> Moments:
        """When that many whole working days have passed: the close of the last of those that open after the start.

        A day counts from the start on only where it is whole: what comes in on Wednesday before opening has Wednesday
        as its first day, what comes in later has Thursday.
        """
        span = np.searchsorted(self.opens, _micro(start), side="left") - 1
        return _moments(self.closed(np.where(span < 0, 0, self.day[span]) + days))

    def reached(self, worked: Whole, *, passed: bool = False) -> Whole:
        """When so much working time has been worked: first, or with `passed` last, before more is worked."""
        total = self.before[-1] + self.closes[-1] - self.opens[-1]
        span = np.searchsorted(self.before, worked, side="right" if passed else "left") - 1
        within = worked < total if passed else worked <= total
        return np.where(within, self.opens[span] + worked - self.before[span], NEVER)

    def closed(self, day: Whole) -> Whole:
        """When the working day of that number ends."""
        span = np.searchsorted(self.day, day, side="right") - 1
        return np.where(day <= self.day[-1], self.closes[span], NEVER)


def calendar(
    hours: Sequence[tuple[time, time] | None], holidays: Collection[date], zone: tzinfo, first: date, last: date
) -> Calendar:
    """The working time of the days from first to last, both included, by the wall clock of a zone.

    `hours` are start and end by weekday, Monday first, None where it is closed; an end that is not after its start lies
    on the next day, and belongs to the day on which it began. Raises Refused where not one day is a working day.
    """
    spans = _by_the_wall(hours, holidays, first, last)
    if not len(spans):
        raise Refused(
            f"There is no working day from {first} to {last}, so nothing would ever fall due. "
            "Open at least one day of the week in the settings, and look whether the holidays leave one."
        )
    opens, closes, day = _in_utc(spans, zone, first, last)
    return Calendar(opens, closes, np.cumsum(closes - opens) - (closes - opens), day)


def _by_the_wall(
    hours: Sequence[tuple[time, time] | None], holidays: Collection[date], first: date, last: date
) -> Whole:
    """Start, end and number of each working day as the wall clock shows them; what overlaps is counted once."""
    free, spans, until = set(holidays), list[tuple[int, int, int]](), -(2**62)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        opening = hours[(ordinal - 1) % 7]
        if opening is None or date.fromordinal(ordinal) in free:
            continue
        midnight = (ordinal - date(1970, 1, 1).toordinal()) * DAY
        start, end = (midnight + _of_day(at) for at in opening)
        start, end = max(start, until), end if end > start else end + DAY
        if start < end:
            spans.append((start, end, len(spans) + 1))
            until = end
    return np.array(spans, dtype=np.int64).reshape(-1, 3)


def _in_utc(spans: Whole, zone: tzinfo, first: date, last: date) -> tuple[Whole, Whole, Whole]:
    """Opening, close and number of the spans in UTC: between two changes of the clocks, both run alike."""
    found = []
    for begins, ends, offset in _offsets(zone, first, last):
        opens = np.maximum(spans[:, 0] - offset, begins)
        closes = np.minimum(spans[:, 1] - offset, ends)
        kept = opens < closes
        found.append(np.stack([opens[kept], closes[kept], spans[kept, 2]]))
    opens, closes, day = np.concatenate(found, axis=1)
    return opens, closes, _numbered(day)


def _numbered(day: Whole) -> Whole:
    """The days counted anew, without those that the clocks skipped whole."""
    order = np.unique(day, return_inverse=True)[1]
    return (order + 1).astype(np.int64)


def _offsets(zone: tzinfo, first: date, last: date) -> list[tuple[int, int, int]]:
    """The stretches of one offset from UTC: from, to and the offset."""
    midnight = datetime.combine(first, time(), UTC) - timedelta(days=2)
    end = datetime.combine(last, time(), UTC) + timedelta(days=4)
    found, began, offset = [], midnight, _offset(zone, midnight)
    while midnight < end:
        following = midnight + timedelta(days=1)
        if _offset(zone, following) != offset:
            change = _change(zone, midnight, following)
            found.append((_since_1970(began), _since_1970(change), offset))
            began, offset = change, _offset(zone, following)
        midnight = following
    return [*found, (_since_1970(began), _since_1970(end), offset)]


def _change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """The second at which the offset changes."""
    was = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        before, after = (middle, after) if _offset(zone, middle) == was else (before, middle)
    return after


def _offset(zone: tzinfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return (offset or timedelta()) // timedelta(microseconds=1)


def _since_1970(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _of_day(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * SECOND + at.microsecond


def _micro(at: Given) -> Whole:
    return np.asarray(at, dtype="datetime64[us]").astype(np.int64)


def _moments(micro: Whole) -> Moments:
    return np.asarray(micro, dtype=np.int64).view("datetime64[us]")
