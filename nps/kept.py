"""Selections that somebody gave a name: an address's query, kept for good; renamed, deleted and restored by later rows.

A named period stays one: “Last 90 days” means the days before the newest answer, whenever it is looked at.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nps.errors import Refused
from nps.selection import PERIOD_DAYS, PERIOD_WORDS, Period, Selection
from nps.store import Store, Transaction
from nps.topics import reads

LONGEST = 80
OWN = ("period", "from", "to", "survey", "unit")  # what is no segment
Query = dict[str, list[str]]

_ROWS = "SELECT kept_id, name, query, kept_at, kept_by FROM kept ORDER BY number"
_APPEND = """
INSERT INTO kept SELECT coalesce(max(number), 0) + 1, $kept_id, $name, $query, $now, $who FROM kept
"""


@dataclass(frozen=True)
class Kept:
    """A selection with a name: who last changed it, and when (UTC). `gone`: it was deleted, and can be restored."""

    kept_id: int
    name: str
    query: Query
    at: datetime
    by: str
    gone: bool = False

    def selection(self, *, newest: date | None, columns: Sequence[str]) -> Selection:
        """What it selects now, of the segments that there are."""
        named = next((name for name, words in PERIOD_WORDS.items() if [words] == self.query.get("period")), None)
        selection = Selection.from_query(self.query, columns=columns)
        return selection.during(Period.latest(named, newest=newest)) if named in PERIOD_DAYS else selection

    def missing(self, columns: Sequence[str]) -> tuple[str, ...]:
        """The segments' columns that it filters by and that are no more."""
        return tuple(column for column in self.query if column not in (*OWN, *columns))


def query_of(selection: Selection, period: str) -> Query:
    """The query of an address that shows a selection, with its period by name where that is one."""
    query = selection.to_query()
    if period in PERIOD_DAYS:
        query = {name: values for name, values in query.items() if name not in ("from", "to")}
        query["period"] = [PERIOD_WORDS[period]]
    return query


@reads("kept")
def kept(store: Store) -> tuple[Kept, ...]:
    """The selections that stand, by name."""
    return tuple(sorted((one for one in _all(store) if not one.gone), key=lambda one: one.name.casefold()))


def save(store: Store, name: str, query: Query, *, who: str, now: datetime) -> int:
    """Keep a selection under a new name, and return its id. Raises Refused where the name is none, or taken."""

    def work(tx: Transaction) -> int:
        every = _all(tx)
        new = 1 + max((one.kept_id for one in every), default=0)
        _append(tx, new, _free(name, every), query, who=who, now=now)
        return new

    return store.transact(work, touches=("kept",))


def rename(store: Store, kept_id: int, name: str, *, who: str, now: datetime) -> None:
    """Give a selection another name."""

    def work(tx: Transaction) -> None:
        every = _all(tx)
        one = _one(every, kept_id, gone=False)
        others = [other for other in every if other.kept_id != kept_id]
        _append(tx, kept_id, _free(name, others), one.query, who=who, now=now)

    store.transact(work, touches=("kept",))


def delete(store: Store, kept_id: int, *, who: str, now: datetime) -> None:
    """Delete a selection; its name is free, and it can be restored."""

    def work(tx: Transaction) -> None:
        _append(tx, kept_id, _one(_all(tx), kept_id, gone=False).name, None, who=who, now=now)

    store.transact(work, touches=("kept",))


def restore(store: Store, kept_id: int, *, who: str, now: datetime) -> None:
    """Undo a deletion."""

    def work(tx: Transaction) -> None:
        every = _all(tx)
        one = _one(every, kept_id, gone=True)
        _append(tx, kept_id, _free(one.name, every), one.query, who=who, now=now)

    store.transact(work, touches=("kept",))


def _all(source: Store | Transaction) -> list[Kept]:
    """Each selection as its last row has it; one that was deleted as the row before."""
    found: dict[int, Kept] = {}
    for kept_id, name, query, at, by in source.rows(_ROWS):
        last = json.loads(query) if query else found[kept_id].query
        found[kept_id] = Kept(kept_id, name, last, at, by, gone=query is None)
    return list(found.values())


def _one(every: Sequence[Kept], kept_id: int, *, gone: bool) -> Kept:
    found = next((one for one in every if one.kept_id == kept_id), None)
    if found is None or found.gone != gone:
        raise Refused("Somebody else changed that selection meanwhile. Nothing was changed; look at the list again.")
    return found


def _free(name: str, others: Sequence[Kept]) -> str:
    """A name without spaces around it that no standing selection has."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise Refused(f"A selection needs a name of at most {LONGEST} characters, for example EMEA on Starter.")
    if any(one.name.casefold() == name.casefold() for one in others if not one.gone):
        raise Refused(f"There is a selection called “{name}” already. Give this one another name.")
    return name


def _append(
    tx: Transaction, kept_id: int, name: str, query: Mapping[str, list[str]] | None, *, who: str, now: datetime
) -> None:
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who changed it.")
    told = None if query is None else json.dumps(dict(query), ensure_ascii=False)
    tx.execute(_APPEND, {"kept_id": kept_id, "name": name, "query": told, "now": now, "who": who.strip()})
