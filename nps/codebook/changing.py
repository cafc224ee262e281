"""Steps of the codebook in the store: done with who and when, and taken back.

nps/reasons/recoding.py does them, with what they do to what people found in comments.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nps.codebook.book import Action, Book, Step, builds_on, counting, folded
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


def append(tx: Transaction, action: Action, details: Mapping[str, Any], *, seen: int, who: str, now: datetime) -> int:
    """Write one step in a transaction; the codebook that it leads to is a sound one. Returns its number."""
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who changed the codebook.")
    before = steps(tx)
    number = 1 + max((step.number for step in before), default=0)
    if seen != number - 1:
        raise Refused(f"{before[-1].done_by} changed the codebook meanwhile. Nothing was changed; look at it again.")
    step = Step(number, action, json.loads(json.dumps(dict(details))), now, who.strip())
    folded((*before, step), shipped(), FIRST)
    tx.execute(
        _APPEND,
        {"action": action, "details": json.dumps(step.details, ensure_ascii=False), "now": now, "who": step.done_by},
    )
    return number


def stays(done: Sequence[Step], number: int) -> str | None:
    """Why a step cannot be taken back; None where it can."""
    standing = {step.number for step in counting(done)}
    if number not in standing:
        return "That was taken back already."
    later = builds_on(done, number, shipped(), FIRST)
    return f"Step {later.number} builds on it: take that back first." if later else None
