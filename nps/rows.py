"""What questions answer with: frozen rows. Times are UTC without a zone, days those of the reporting zone."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from nps.score import Tally


@dataclass(frozen=True)
class Summary:
    """What a selection adds up to; `undated` counts the rows without a date."""

    tally: Tally
    undated: int


@dataclass(frozen=True)
class ScoreCount:
    score: int
    band: str
    n: int


@dataclass(frozen=True)
class PeriodTally:
    """The tally of the period that starts on `start`."""

    start: date
    tally: Tally


@dataclass(frozen=True)
class ValueTally:
    value: str
    tally: Tally


@dataclass(frozen=True)
class CellTally:
    value: str
    other: str
    tally: Tally


@dataclass(frozen=True)
class Satisfaction:
    """CSAT or CES on one scale: how many of the scored are satisfied."""

    satisfied: int
    n: int

    @property
    def share(self) -> float | None:
        """Satisfied in percent, or None where nobody gave a score."""
        return 100 * self.satisfied / self.n if self.n else None


@dataclass(frozen=True)
class Response:
    """One response with what people need to see of it. `segments` follow the order of the listed segments.

    `state` is the state of its case, or None where it needs no follow-up.
    """

    key: str
    score: int | None
    answered_at: datetime | None
    comment: str | None
    name: str | None
    email: str | None
    account: str | None
    survey: str
    segments: tuple[str | None, ...]
    state: str | None
    contacted_at: datetime | None
    contacted_by: str | None


@dataclass(frozen=True)
class Followup(Response):
    """A scored response and its case: `version` counts its events, `due_at` is when the first contact is due.

    `born_overdue`: it was overdue already when it was uploaded. `weights`: severity, revenue, renewal and recency, of
    which each is 1 where nothing is known but for severity.
    """

    owner: str | None
    version: int
    note: str | None
    waiting_since: datetime
    due_at: datetime
    born_overdue: bool
    person_id: int
    account_id: int
    attempts: int
    waiting_on: str | None
    snoozed_until: date | None
    snooze_reason: str | None
    promise_due: date | None
    outcome: str | None
    root_cause: str | None
    resolution: str | None
    duplicate_of: str | None
    phone: str | None
    opted_out: bool
    revenue: float | None
    renewal_on: date | None
    account_owner: str | None
    weights: tuple[float, float, float, float]

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Followup":
        """A row as questions answer it: its lists made immutable."""
        return cls(*(*row[:8], tuple(row[8]), *row[9:-1], tuple(row[-1])))

    @property
    def urgency(self) -> float:
        """What the list is ordered by: the product of the weights."""
        return math.prod(self.weights)


@dataclass(frozen=True)
class Standing:
    """How a case stands: the fields of Followup that work on it changes."""

    key: str
    state: str
    contacted_at: datetime | None
    contacted_by: str | None
    owner: str | None
    version: int
    note: str | None
    attempts: int
    waiting_on: str | None
    snoozed_until: date | None
    snooze_reason: str | None
    promise_due: date | None
    outcome: str | None
    root_cause: str | None
    resolution: str | None
    duplicate_of: str | None


def as_they_stand(rows: Iterable[Followup], cases: Iterable[Standing]) -> tuple[Followup, ...]:
    """The follow-ups with their cases as they stand now; one that nothing happened to is open."""
    now = {case.key: {name: value for name, value in case.__dict__.items() if name != "key"} for case in cases}
    return tuple(replace(row, **now.get(row.key, {})) for row in rows)


@dataclass(frozen=True)
class Sibling:
    """Another follow-up of the same customer or of somebody else of the account."""

    key: str
    score: int
    answered_at: datetime | None
    name: str | None
    email: str | None
    state: str
    outcome: str | None
    same_person: bool
    detractor: bool


@dataclass(frozen=True)
class Followups:
    """How many follow-ups there are, how many more a search finds in other states, and the keys of a page in order."""

    total: int
    others: int
    keys: tuple[str, ...]


Band = Literal["detractor", "passive", "promoter"]


@dataclass(frozen=True)
class Queues:
    """How many unfinished follow-ups are in each queue; `asleep_overdue` of those asleep are past their due time."""

    mine: int
    team: int
    unassigned: int
    overdue: int
    resolution: int
    promises: int
    asleep: int
    silent: int
    unreachable: int
    asleep_overdue: int


QUEUES = ("mine", "team", "unassigned", "overdue", "resolution", "promises", "asleep", "silent", "unreachable")
ORDERS = ("urgency", "due", "account", "newest")


@dataclass(frozen=True)
class Wanted:
    """Which follow-ups to list. Empty `states`: any; `owner` "": nobody's, None: anybody's.

    `queue` is one of QUEUES, empty, or "all" that is not finished; `order` one of ORDERS. `me` and `team` are who asks
    and who works with them, `today` the day it is in the reporting zone: what sleeps until a later day is left out, but
    for its own queue, a search, and where `asleep` says so.
    """

    states: tuple[str, ...] = ()
    owner: str | None = None
    lowest: int = 0
    highest: int = 10
    text: str = ""
    band: Band = "detractor"
    queue: str = ""
    order: str = "urgency"
    me: str | None = None
    team: tuple[str, ...] = ()
    today: date | None = None
    asleep: bool = False


@dataclass(frozen=True)
class Urgency:
    """Open follow-ups by when the first contact is due; `born_overdue` were so when they were uploaded."""

    overdue: int
    born_overdue: int
    due_today: int
    later: int


@dataclass(frozen=True)
class CaseEvent:
    """One thing that happened to a case. `details` is JSON; events of one act on several cases share its `act_id`."""

    event_id: str
    response_key: str
    version: int
    happened_at: datetime
    who: str
    kind: str
    value: str | None
    details: str | None = None
    act_id: str | None = None


@dataclass(frozen=True)
class Survey:
    name: str
    metric: str
    n: int


@dataclass(frozen=True)
class Extent:
    """What the store holds: NPS rows, what the clocks of the reporting zone showed at their first and last answer, the
    newest import, whether sample data is in.
    """

    n: int
    first: datetime | None
    last: datetime | None
    imported_at: datetime | None
    sample: bool


@dataclass(frozen=True)
class Segment:
    """A named attribute of responses; `kind` is choice, number or date."""

    column: str
    label: str
    kind: str


@dataclass(frozen=True)
class Import:
    """One file brought in: rows = accepted + blank + duplicate + changed + rejected. Times are UTC.

    Of `updated` changed rows the answer was replaced. `vanished` counts the ids that a full export lacked.
    """

    import_id: str
    file: str
    survey: str
    metric: str
    imported_at: datetime
    imported_by: str
    rows: int
    accepted: int
    blank: int
    duplicate: int
    changed: int
    rejected: int
    remarks: str
    sample: bool
    undone_at: datetime | None
    undone_by: str | None
    updated: int
    vanished: int
    warnings: str  # what looked wrong and was imported all the same, one a line


@dataclass(frozen=True)
class Origin:
    """How the file of an import was read: its header, and whether days stand first (None: it made no difference)."""

    header: tuple[str, ...]
    dayfirst: bool | None


@dataclass(frozen=True)
class Reject:
    """A row that did not go in, and why; `cells` are all its cells."""

    line: int
    column: str
    value: str
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A cell in which a file differs from a known response; `column` is its header in the file."""

    line: int
    response_id: str
    column: str
    before: str | None
    after: str | None
    applied: bool


@dataclass(frozen=True)
class Telling:
    """The responses on which a text is tried out, each with why it was picked; of all `n`, how many have no name ..."""

    rows: tuple[tuple[str, Response], ...] = ()
    n: int = 0
    name: int = 0
    account: int = 0
    comment: int = 0
    email: int = 0
