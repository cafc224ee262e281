"""What questions about customers answer with: frozen rows, all times in UTC without a zone."""

from dataclasses import dataclass
from datetime import date, datetime

from nps.cases import Case, Promise
from nps.rows import CaseEvent


@dataclass(frozen=True)
class Context:
    """A file about customers: rows = matched + unmatched.

    A row is `matched` where it leads to somebody who answered a survey, or to the account of somebody who did;
    `customers` are all those. Both follow the responses: an import may match rows that were not before.
    """

    context_id: str
    file: str
    kind: str
    source: str
    why: str
    brought_at: datetime
    brought_by: str
    rows: int
    matched: int
    unmatched: int
    customers: int
    undone_at: datetime | None


@dataclass(frozen=True)
class Unmatched:
    """A row of a file that leads to nobody who answered: its line, what it says whose it is, and why."""

    line: int
    key: str | None
    reason: str


@dataclass(frozen=True)
class Answer:
    """What a customer answered. `band`: None where it is blank or no NPS; `before`: the band of the one before."""

    key: str
    answered_at: datetime | None
    metric: str
    score: int | None
    band: str | None
    survey: str
    comment: str | None
    before: str | None = None

    @property
    def moved(self) -> bool:
        """Whether it lies in another band than the answer before."""
        return None not in (self.band, self.before) and self.band != self.before


@dataclass(frozen=True)
class Happening:
    """Something that happened with a customer, or with the account (`own` False): a ticket, a note, a goal ...

    `replies` are the comments on a ticket; `figures` are those of usage or support, by their header.
    """

    kind: str
    source: str
    happened_at: datetime | None
    title: str | None
    text: str | None
    status: str | None
    who: str | None
    tags: str | None
    own: bool
    figures: tuple[tuple[str, str], ...] = ()
    replies: tuple["Happening", ...] = ()


@dataclass(frozen=True)
class Colleague:
    """Somebody else of the same account: the latest score, its band, and how many there are."""

    person_id: int
    name: str | None
    email: str | None
    score: int
    band: str
    answered_at: datetime | None
    n: int


@dataclass(frozen=True)
class Followed:
    """The follow-up of one of the answers, with all that happened in it."""

    key: str
    case: Case
    events: tuple[CaseEvent, ...]


@dataclass(frozen=True)
class Customer:
    """All that is known of one customer. Facts are by their header, of the newest file that has them."""

    person_id: int
    name: str | None
    email: str | None
    phone: str | None
    role: str | None
    opted_out: bool
    account: str | None
    revenue: float | None
    renewal_on: date | None
    owner: str | None
    facts: tuple[tuple[str, str], ...]
    account_facts: tuple[tuple[str, str], ...]
    answers: tuple[Answer, ...]
    happened: tuple[Happening, ...]
    colleagues: tuple[Colleague, ...]
    cases: tuple[Followed, ...]

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What was promised and not settled yet, the first due first."""
        every = (promise for one in self.cases for promise in one.case.promises if promise.kept is None)
        return tuple(sorted(every, key=lambda promise: promise.due))

    @property
    def called(self) -> str:
        """The best there is to call them by."""
        return self.name or self.email or "Somebody without a name"


@dataclass(frozen=True)
class Found:
    """A customer that a search found."""

    person_id: int
    name: str | None
    email: str | None
    account: str | None
    n: int
