"""What happened on a day (a release, a price change, an outage): kept for good, and taken back by a later row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nps.errors import Refused
from nps.importing import read
from nps.selection import day as day_of
from nps.store import Store, Transaction

KINDS = ("release", "price change", "outage", "other")
LONGEST = 80
MOST_IN_A_FILE = 1_000
DAY_HEADERS, LABEL_HEADERS, KIND_HEADERS = ("day", "date", "when"), ("what", "label", "name", "event"), ("kind", "type")

_APPEND = """
INSERT INTO marks
SELECT coalesce(max(number), 0) + 1, $day, $kind, $label, $takes_back, $now, $who FROM marks
"""
_STANDING = """
SELECT number, day, label FROM marks
WHERE label IS NOT NULL AND number NOT IN (SELECT takes_back FROM marks WHERE takes_back IS NOT NULL)
"""


@dataclass(frozen=True)
class Happened:
    """Something that happened on a day of the reporting zone. Raises Refused where it is not said what."""

    day: date
    kind: str
    label: str

    def __post_init__(self) -> None:
        if not self.label.strip():
            raise Refused("Say what happened, in a few words, for example “Release 7.2”.")
        if len(self.label) > LONGEST:
            raise Refused(f"“{self.label[:20]}…” is too long: say it in at most {LONGEST} characters.")
        if self.kind not in KINDS:
            raise Refused(f"“{self.kind}” is no kind of event. Choose one of: {', '.join(KINDS)}.")


@dataclass(frozen=True)
class Mark:
    """What happened, as it was written down: `said_at` (UTC) and by whom."""

    number: int
    day: date
    kind: str
    label: str
    said_at: datetime
    said_by: str


def add(store: Store, new: Sequence[Happened], *, who: str, now: datetime) -> int:
    """Keep what happened, but for what stands there already with that day and label; return how many were new."""
    _check_name(who)

    def work(tx: Transaction) -> int:
        known = {(day, label) for _, day, label in tx.rows(_STANDING)}
        wanted = {(one.day, one.label.strip()): one for one in new}
        fresh = [one for key, one in wanted.items() if key not in known]
        for one in fresh:
            _append(tx, who, now, day=one.day, kind=one.kind, label=one.label.strip())
        return len(fresh)

    return store.transact(work, touches=("marks",))


def take_back(store: Store, number: int, *, who: str, now: datetime) -> None:
    """Take a mark back. Raises Refused where it is gone already."""
    _check_name(who)

    def work(tx: Transaction) -> None:
        if number not in {row[0] for row in tx.rows(_STANDING)}:
            raise Refused("Somebody took that mark back already. Nothing was changed.")
        _append(tx, who, now, takes_back=number)

    store.transact(work, touches=("marks",))


def _append(
    tx: Transaction,
    who: str,
    now: datetime,
    *,
    day: date | None = None,
    kind: str | None = None,
    label: str | None = None,
    takes_back: int | None = None,
) -> None:
    row = {"day": day, "kind": kind, "label": label, "takes_back": takes_back, "now": now, "who": who.strip()}
    tx.execute(_APPEND, row)


def _check_name(who: str) -> None:
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who wrote it.")


def from_file(name: str, data: bytes) -> tuple[Happened, ...]:
    """The marks of a table with columns day and what, and kind if it likes.

    Raises Refused, with the line, where one of them cannot be read; none of them counts then.
    """
    grid = read(name, data)
    named = {header.strip().casefold(): header for header in grid.header}
    days, labels, kinds = (
        next((named[header] for header in headers if header in named), None)
        for headers in (DAY_HEADERS, LABEL_HEADERS, KIND_HEADERS)
    )
    if days is None or labels is None:
        raise Refused(f"{name} needs the columns day and what; it has: {', '.join(grid.header)}.")
    if len(grid.ragged):
        raise Refused(f"{name}, line {grid.ragged['line'][0]}: it has more or fewer cells than the header. Mend it.")
    if len(grid.table) > MOST_IN_A_FILE:
        raise Refused(f"{name} has {len(grid.table):,} rows; at most {MOST_IN_A_FILE:,} marks come in one file.")
    columns = [grid.table[column].to_pylist() if column else [""] * len(grid.table) for column in (days, labels, kinds)]
    found = []
    for line, day, label, kind in zip(grid.lines.to_pylist(), *columns, strict=True):
        try:
            found.append(Happened(day_of(day.strip().removesuffix(" 00:00:00")), _kind(kind), label.strip()))
        except Refused as problem:
            raise Refused(f"{name}, line {line}: {problem}") from None
    return tuple(found)


def _kind(written: str) -> str:
    return written.strip().casefold() or "other"
