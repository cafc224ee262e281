"""Steps of the codebook in the store: done with who and when, taken back, and what each would do to what is tagged."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nps.codebook.book import Action, Book, Step, folded
from nps.codebook.shipped import FIRST, shipped
from nps.errors import Refused
from nps.store import Store, Transaction
from nps.topics import reads

_ROWS = "SELECT number, action, details, done_at, done_by FROM codebook_steps ORDER BY number"
_APPEND = """
INSERT INTO codebook_steps
SELECT coalesce(max(number), 0) + 1, $action, $details, $now, $who FROM codebook_steps
"""


@reads("codebook")
def steps(store: Store | Transaction) -> tuple[Step, ...]:
    """All that was done to the codebook, in its order."""
    return tuple(
        Step(number, action, json.loads(details), at, by) for number, action, details, at, by in store.rows(_ROWS)
    )


@reads("codebook")
def book(store: Store | Transaction) -> Book:
    """The codebook as it stands."""
    return folded(steps(store), shipped(), FIRST)


def do(store: Store, action: Action, details: Mapping[str, Any], *, seen: int, who: str, now: datetime) -> int:
    """Do one step and return its number.

    `seen` is the version of the codebook that the person saw. Raises Refused where somebody changed it meanwhile, or
    where the step cannot be done.
    """

    def work(tx: Transaction) -> int:
        return append(tx, action, details, seen=seen, who=who, now=now)

    return store.transact(work, touches=("codebook",))


def append(tx: Transaction, action: Action, details: Mapping[str, Any], *, seen: int, who: str, now: datetime) -> int:
    """Write one step in a transaction; the codebook that it leads to is a sound one. Returns its number."""
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who changed the codebook.")
    before = steps(tx)
    number = 1 + max((step.number for step in before), default=0)
    if seen != number - 1:
        raise Refused("Somebody else changed the codebook meanwhile. Nothing was changed; look at it again.")
    step = Step(number, action, json.loads(json.dumps(dict(details))), now, who.strip())
    folded((*before, step), shipped(), FIRST)
    tx.execute(
        _APPEND,
        {"action": action, "details": json.dumps(step.details, ensure_ascii=False), "now": now, "who": step.done_by},
    )
    return number


def undo(store: Store, number: int, *, seen: int, who: str, now: datetime) -> int:
    """Take one step back, and what it did to tags with it. Raises Refused where later steps build on it."""

    def work(tx: Transaction) -> int:
        if not undoable(steps(tx), number):
            raise Refused("That step cannot be taken back: it was already, or a later one builds on it.")
        return append(tx, "undone", {"step": number}, seen=seen, who=who, now=now)

    return store.transact(work, touches=("codebook", "readings"))


def undoable(done: Sequence[Step], number: int) -> bool:
    """Whether a step stands and the codebook is a sound one without it."""
    undone = {step.details["step"] for step in done if step.action == "undone"}
    step = next((step for step in done if step.number == number), None)
    if step is None or step.action == "undone" or number in undone:
        return False
    try:
        folded([other for other in done if other.number != number], shipped(), FIRST)
    except Refused:
        return False
    return True
