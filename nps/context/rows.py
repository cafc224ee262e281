"""What questions about customers answer with: frozen rows, all times in UTC without a zone."""

from dataclasses import dataclass
from datetime import datetime


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
