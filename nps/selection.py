"""Which responses a page talks about: one value that is a URL, SQL parameters and a sentence.

Periods are half-open ranges of days in the reporting zone. A selection never holds data, only names and values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, get_args

from nps.errors import Refused

NOT_GIVEN = "(not given)"

Grain = Literal["week", "month", "quarter"]
Unit = Literal["response", "person", "account"]
UNITS: tuple[Unit, ...] = get_args(Unit)
UNIT_WORDS: dict[Unit, str] = {
    "response": "every response",
    "person": "latest per person",
    "account": "latest per account",
}

PERIOD_DAYS = {"30d": 30, "90d": 90, "6m": 182, "12m": 365}
PERIOD_WORDS = {
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "6m": "Last 6 months",
    "12m": "Last 12 months",
    "all": "All time",
    "custom": "Custom dates",
}

Filters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Period:
    """Days from `start` up to, not including, `end`; either may be open."""

    start: date | None = None
    end: date | None = None

    @classmethod
    def latest(cls, name: str, *, newest: date | None) -> "Period":
        """The named period that ends with the newest answer, so that an old export still shows something."""
        if newest is None or name not in PERIOD_DAYS:
            return cls()
        end = min(newest, date.max - timedelta(days=1)) + timedelta(days=1)
        return cls(end - timedelta(days=PERIOD_DAYS[name]), end)

    @classmethod
    def through(cls, first: date | None, last: date | None) -> "Period":
        """The days from the first to the last, both included. Raises Refused where the last lies before the first."""
        if first and last and last < first:
            raise Refused(
                f"The period ends on {in_words(last)}, before it starts on {in_words(first)}. Swap the two days."
            )
        return cls(first, last + timedelta(days=1) if last and last < date.max else None)

    @property
    def days(self) -> int | None:
        return (self.end - self.start).days if self.start and self.end else None

    def before(self) -> "Period | None":
        """The period of the same length that ends where this one starts; None where there is none."""
        if not self.start or not self.end or self.end - self.start > self.start - date.min:
            return None
        return Period(self.start - (self.end - self.start), self.start)

    def a_year_before(self) -> "Period | None":
        """The same days of the year before, 29 February as 1 March; None for a period that is open or too early."""
        if not self.start or not self.end or self.start.year == date.min.year:
            return None
        return Period(_a_year_before(self.start), _a_year_before(self.end))

    def overlaps(self, other: "Period") -> bool:
        """Whether some day lies in both periods."""
        both = self.within(other)
        return both.start is None or both.end is None or both.start < both.end

    @classmethod
    def starting(cls, start: date, grain: Grain) -> "Period":
        """The week, month or quarter that starts on that day."""
        if grain == "week":
            return cls(start, start + timedelta(days=7))
        months = start.year * 12 + start.month - 1 + (1 if grain == "month" else 3)
        return cls(start, date(months // 12, months % 12 + 1, 1))

    def within(self, other: "Period") -> "Period":
        """The days that both periods have."""
        starts = [day for day in (self.start, other.start) if day]
        ends = [day for day in (self.end, other.end) if day]
        return Period(max(starts, default=None), min(ends, default=None))

    def sentence(self) -> str:
        last = self.end - timedelta(days=1) if self.end else None
        if self.start and last:
            return f"{in_words(self.start)} to {in_words(last)}"
        if self.start:
            return f"since {in_words(self.start)}"
        return f"until {in_words(last)}" if last else "all time"


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 3, 1)


def in_words(day: date) -> str:
    """A day as people read it: 3 Nov 2025."""
    return f"{day.day} {day:%b %Y}"


@dataclass(frozen=True)
class Selection:
    """A period, a survey (None: all), a unit, and for some segments the values to keep.

    `filters` are pairs of a segment's column and its values, sorted, so that equal selections are equal values.
    """

    period: Period = Period()
    survey: str | None = None
    unit: Unit = "response"
    filters: Filters = ()

    @classmethod
    def of(
        cls,
        *,
        period: Period | None = None,
        survey: str | None = None,
        unit: Unit = "response",
        filters: Mapping[str, Sequence[str]] | None = None,
    ) -> "Selection":
        kept = tuple(sorted((c, tuple(sorted(set(v)))) for c, v in (filters or {}).items() if v))
        return cls(period or Period(), survey or None, unit, kept)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for column, _ in self.filters)

    def only(self, column: str, *values: str) -> "Selection":
        """This selection with one segment narrowed to the given values."""
        filters = {**dict(self.filters), column: values}
        return Selection.of(period=self.period, survey=self.survey, unit=self.unit, filters=filters)

    def inside(self, group: Sequence[tuple[str, str]]) -> "Selection":
        """This selection narrowed to the answers that have these values of these segments."""
        return Selection.of(
            period=self.period,
            survey=self.survey,
            unit=self.unit,
            filters={**dict(self.filters), **{column: (value,) for column, value in group}},
        )

    def without(self, column: str) -> "Selection":
        """This selection as a view of that segment sees it: its own filter left out."""
        return replace(self, filters=tuple(pair for pair in self.filters if pair[0] != column))

    def during(self, period: Period) -> "Selection":
        return replace(self, period=period)

    def before(self) -> "Selection | None":
        """The same responses in the period before, or None where there is no such period."""
        earlier = self.period.before()
        return self.during(earlier) if earlier else None

    def to_query(self) -> dict[str, list[str]]:
        """The parameters of a URL that `from_query` reads back to an equal selection, in the words of the sidebar."""
        query: dict[str, list[str]] = {}
        query["period"] = [PERIOD_WORDS["custom" if self.period != Period() else "all"]]
        if self.period.start:
            query["from"] = [self.period.start.isoformat()]
        if self.period.end:
            query["to"] = [(self.period.end - timedelta(days=1)).isoformat()]
        if self.survey:
            query["survey"] = [self.survey]
        if self.unit != "response":
            query["unit"] = [UNIT_WORDS[self.unit]]
        return query | {column: list(values) for column, values in self.filters}

    @classmethod
    def from_query(cls, query: Mapping[str, Sequence[str]], *, columns: Sequence[str] = ()) -> "Selection":
        """Read a URL's parameters; what it does not know falls back to the default.

        `columns` are the segments that exist. Raises Refused where a date is not one, or they are in the wrong order.
        """
        first = {key: values[0] for key, values in query.items() if values}
        unit: Unit = next((known for known in UNITS if UNIT_WORDS[known] == first.get("unit")), "response")
        return cls.of(
            period=Period.through(*(day(first[name]) if name in first else None for name in ("from", "to"))),
            survey=first.get("survey"),
            unit=unit,
            filters={column: query[column] for column in columns if column in query},
        )

    def sentence(self, labels: Mapping[str, str]) -> str:
        """What is selected, in words; `labels` are the names of the segments by column."""
        parts = [self.period.sentence(), self.survey or "all surveys"]
        for column, values in self.filters:
            parts.append(f"{labels.get(column, column)}: {' or '.join(values)}")
        if self.unit != "response":
            parts.append(UNIT_WORDS[self.unit])
        return " · ".join(parts)


def day(text: str) -> date:
    """A day written as 2025-11-03. Raises Refused for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"“{text}” is not a day. Write it as year-month-day, for example 2025-11-03.") from None
