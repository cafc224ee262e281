"""What the questions about the team answer with: frozen rows of counts, all times in UTC without a zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from nps.team.figures import Share, Waited


@dataclass(frozen=True)
class Week:
    """Of the detractors who answered in the week that starts on `start`: the share that was contacted."""

    start: date
    contacted: Share


@dataclass(frozen=True)
class Waits:
    """Working hours to the first contact: from the answer, and apart, from the upload, of those born overdue."""

    in_time: tuple[Waited, ...]
    born_overdue: tuple[Waited, ...]


@dataclass(frozen=True)
class InTime:
    """The share of first contacts that were in time, of all that are due by now; apart those born overdue."""

    met: Share
    born_overdue: Share


@dataclass(frozen=True)
class AtRisk:
    """Accounts with an unfinished detractor, how many of them have a known revenue, and its sum.

    `soon` is what is renewed within 90 days, `later` within 91 to 180.
    """

    accounts: int
    known: int
    revenue: float
    soon: float
    later: float


@dataclass(frozen=True)
class Heard:
    """Accounts of known revenue that answered in the last 90 days, all of them, and the revenue of both."""

    heard: int
    accounts: int
    revenue_heard: float
    revenue: float


@dataclass(frozen=True)
class Load:
    """What one owner (None: nobody) has to do.

    First contacts are `overdue`, `born_overdue` or `due_soon` (within 24 hours); `unresolved` are past the day of their
    resolution, `asleep` those that were put off. `promises_late` are past their day and not settled.
    """

    owner: str | None
    unfinished: int
    overdue: int
    born_overdue: int
    due_soon: int
    unresolved: int
    asleep: int
    promises_late: int
    promises_broken: int
    promises_kept: int


@dataclass(frozen=True)
class Stuck:
    """How many cases have been in a state for so many days."""

    state: str
    days: int
    n: int


@dataclass(frozen=True)
class Unassigned:
    """A case that nobody owns: its account's number and owner, and the values of its segments by column."""

    key: str
    account: int
    account_owner: str | None
    values: Mapping[str, str | None]
