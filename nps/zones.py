"""What the clocks of a zone show: as SQL over many moments, and as Python over one.

The store keeps moments in UTC. A day alone is kept as its midnight, exactly, and is the same day in every zone; a
moment that falls on a midnight of UTC is therefore kept a microsecond later. SQL is made of the shifts of a zone, since
asking DuckDB's ICU for each row takes twenty times as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1970, 2100  # of the moments that are taken from files
DAY_US = 86_400_000_000  # a day in microseconds
DAY_BITS = (DAY_US & -DAY_US) - 1


@dataclass(frozen=True)
class Shift:
    """From `at` (UTC) on the clocks of a zone are ahead of UTC by `after` instead of `before`."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def skips(self) -> bool:
        """Whether clocks jump forward, so that times between `early` and `late` are never shown; else shown twice."""
        return self.after > self.before

    @property
    def early(self) -> datetime:
        return self.at + min(self.before, self.after)

    @property
    def late(self) -> datetime:
        return self.at + max(self.before, self.after)


@cache
def shifts(zone: str) -> tuple[Shift, ...]:
    """All shifts of a zone from FIRST_YEAR to LAST_YEAR, in order."""
    place, found = ZoneInfo(zone), list[Shift]()
    moment, end, day = _new_year(FIRST_YEAR), _new_year(LAST_YEAR + 1), timedelta(1)
    before = _ahead(moment, place)
    while moment < end:
        after = _ahead(moment + day, place)
        if after != before:
            found.append(Shift(_first(moment, moment + day, place), before, after))
        moment, before = moment + day, after
    return tuple(found)


def _first(low: datetime, high: datetime, place: ZoneInfo) -> datetime:
    """The second between two moments from which on the clocks are as far ahead as at the later one."""
    before = _ahead(low, place)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // timedelta(seconds=2) * timedelta(seconds=1)
        low, high = (middle, high) if _ahead(middle, place) == before else (low, middle)
    return high


def _ahead(moment: datetime, place: ZoneInfo) -> timedelta:
    return moment.replace(tzinfo=UTC).astimezone(place).utcoffset() or timedelta()


def _new_year(year: int) -> datetime:
    return datetime.combine(date(year, 1, 1), time.min)


def on_clock(moment: datetime, zone: str) -> datetime:
    """What the clocks of a zone show at a moment in UTC."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def answered(moment: datetime, zone: str) -> datetime:
    """What the clocks of a zone showed when somebody answered; a day alone is its midnight everywhere."""
    return moment if is_day(moment) else on_clock(moment, zone)


def is_day(moment: datetime) -> bool:
    """Whether an answer's moment is a day alone, its time unknown."""
    return moment.time() == time.min


def day_of(moment: datetime, zone: str) -> date:
    """The day in a zone on which somebody answered."""
    return answered(moment, zone).date()


def named(column: str, zone: str) -> str:
    """The name of a column of times that leaves the store, with their zone."""
    return f"{column} ({zone})"


def day_began(day: date, zone: str) -> datetime | None:
    """The moment (UTC) from which on the clocks of a zone showed that day; its midnight may have been skipped.

    None where they showed it, went back into the day before and showed it again.
    """
    midnight = datetime.combine(day, time.min)
    if not FIRST_YEAR <= day.year <= LAST_YEAR + 1:
        return midnight  # nobody answered then, and the calendar may end there
    first, second = (_shown(midnight, zone, fold=fold) for fold in (0, 1))
    shift = first != second and next((shift for shift in shifts(zone) if shift.early < midnight < shift.late), None)
    if shift:
        return shift.at if shift.skips else None
    return first


def day_first_began(day: date, zone: str) -> datetime:
    """The same, and the first time where the clocks showed that midnight twice."""
    return day_began(day, zone) or _shown(datetime.combine(day, time.min), zone, fold=0)


def _shown(there: datetime, zone: str, *, fold: int) -> datetime:
    """The moment (UTC) at which the clocks of a zone showed a time, the first or the second."""
    return there - (there.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() or timedelta())


def answered_sql(column: str, zone: str, *, years: Sequence[int] = (FIRST_YEAR, LAST_YEAR)) -> str:
    """SQL for what `answered` says of a column of moments between the first and the last of `years`."""
    ahead, found = _within(zone, years)
    if not any(ahead):
        return column
    steps = _ahead_sql(column, [shift.at for shift in found], ahead)
    return f"make_timestamp(epoch_us({column}) + CASE WHEN {is_day_sql(column)} THEN 0 ELSE {steps} END)"


def on_clock_sql(column: str, zone: str) -> str:
    """SQL for what `on_clock` says of a column of moments."""
    ahead, found = _within(zone, (FIRST_YEAR, LAST_YEAR))
    if not any(ahead):
        return column
    return f"make_timestamp(epoch_us({column}) + {_ahead_sql(column, [shift.at for shift in found], ahead)})"


def is_day_sql(column: str) -> str:
    """SQL for what `is_day` says. The last bits of a midnight are zero, which is much faster to see than to divide."""
    return f"epoch_us({column}) & {DAY_BITS} = 0 AND epoch_us({column}) % {DAY_US} = 0"


def moment_sql(column: str, zone: str, *, years: Sequence[int] = (FIRST_YEAR, LAST_YEAR), second: bool = False) -> str:
    """SQL for the moments in UTC at which the clocks of a zone showed the times of a column, of these years.

    Of a time that was shown twice the first is meant; one that was skipped is moved forward by what was skipped. With
    `second` the second is meant, and what was skipped is moved back.
    """
    ahead, found = _within(zone, years)
    if not any(ahead):
        return column
    ends = [shift.early if second else shift.late for shift in found]
    return f"make_timestamp(epoch_us({column}) - {_ahead_sql(column, ends, ahead)})"


def _within(zone: str, years: Sequence[int]) -> tuple[list[timedelta], list[Shift]]:
    """The shifts of a zone from the first to the last of `years`, and how far its clocks are ahead between them."""
    first, last = _new_year(years[0]) - timedelta(days=2), _new_year(years[-1] + 1) + timedelta(days=2)
    found = [shift for shift in shifts(zone) if first <= shift.at <= last]
    return [_ahead(first, ZoneInfo(zone)), *(shift.after for shift in found)], found


def _ahead_sql(column: str, ends: Sequence[datetime], ahead: Sequence[timedelta]) -> str:
    """How many microseconds clocks are ahead of UTC: `ahead[i]` before `ends[i]`, the last one after all of them.

    Halves of halves: of the hundreds of shifts each row is compared with a few.
    """
    if not ends:
        return str(ahead[0] // timedelta(microseconds=1))
    middle = len(ends) // 2
    before = _ahead_sql(column, ends[:middle], ahead[: middle + 1])
    after = _ahead_sql(column, ends[middle + 1 :], ahead[middle + 1 :])
    return f"CASE WHEN {column} < TIMESTAMP '{ends[middle]}' THEN {before} ELSE {after} END"
