"""Giving cases to people, many at once: by the rules, or from one owner to another. One act, so one undo."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from nps import acts, casework
from nps.casework import Done
from nps.errors import Refused
from nps.selection import Selection
from nps.store import Store, Transaction
from nps.team import questions
from nps.team.rules import Rules, owners, to_json

MOST_AT_ONCE = 10_000

_APPEND = """
INSERT INTO assignment_rules SELECT coalesce(max(number), 0) + 1, $rules, $now, $who FROM assignment_rules
"""
_TAKEN = "SELECT response_key FROM cases WHERE owner IS NOT NULL AND response_key IN (SELECT unnest($keys))"


def decide(store: Store, rules: Rules, *, who: str, now: datetime) -> bool:
    """Keep other rules, and say whether they are others."""
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who changed the rules.")
    if rules == questions.rules(store).rules:
        return False

    def work(tx: Transaction) -> None:
        tx.execute(_APPEND, {"rules": to_json(rules), "now": now, "who": who.strip()})

    store.transact(work, touches=("cases",))
    return True


def plan(store: Store, selection: Selection, band: str, *, now: datetime) -> dict[str, str]:
    """Who would get which of the cases that nobody owns, by the rules as they stand."""
    cases = questions.unassigned(store, selection, band, limit=MOST_AT_ONCE)
    loads = questions.load(store, selection, band, now=now, today=now.date())
    busy = {load.owner: load.unfinished for load in loads if load.owner}
    return owners(cases, questions.rules(store).rules, busy)


def by_rules(store: Store, planned: Mapping[str, str], *, who: str, now: datetime) -> Done:
    """Give cases as planned, but for those that somebody took in the meantime."""
    taken = {row[0] for row in store.rows(_TAKEN, {"keys": list(planned)})}
    done = assign(store, {key: owner for key, owner in planned.items() if key not in taken}, who=who, now=now)
    return replace(done, conflicts=(*done.conflicts, *(f"{key} was taken in the meantime." for key in sorted(taken))))


def assign(store: Store, todo: Mapping[str, str | None], *, who: str, now: datetime) -> Done:
    """Give each case to its owner, or to nobody (None), in one transaction."""
    if not todo:
        raise Refused("There is nothing to assign: no rule fits a case that nobody owns, or somebody took them all.")
    return casework.do_all(store, {key: acts.assign(owner) for key, owner in todo.items()}, who=who, now=now)
