"""What people found in comments: appended, taken back by a later row, never changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pyarrow as pa

from nps.codebook import changing
from nps.codebook.book import counting
from nps.errors import Refused
from nps.store import Store, Transaction
from nps.topics import reads

Source = Literal["rule", "model"]

MOST_CODES = 8  # of one comment

# Those that stand: neither taken back, nor of a step of the codebook that was.
STANDING = """
SELECT number, response_key, codes, offered, offered_by, step, read_at, read_by
FROM readings
WHERE codes IS NOT NULL
    AND number NOT IN (SELECT undoes FROM readings WHERE undoes IS NOT NULL)
    AND (step IS NULL OR step IN (SELECT unnest($steps)))
"""
_APPEND = """
INSERT INTO readings
SELECT coalesce(max(number), 0) + 1, $key, $codes, $offered, $offered_by, NULL, $undoes, $now, $who FROM readings
"""


@dataclass(frozen=True)
class Suggestion:
    """A code that rules or the model suggest for a comment, and the words of it that caused it."""

    code: str
    source: Source
    certainty: float | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What somebody found in a comment; `codes` as they were given, the primary one first, empty where it has none.

    `offered`: code and source of what was suggested meanwhile. `step`: of the codebook, where that made it.
    """

    number: int
    key: str
    codes: tuple[str, ...]
    offered: tuple[tuple[str, Source], ...]
    step: int | None
    at: datetime
    by: str


def standing_steps(store: Store | Transaction) -> dict[str, list[int]]:
    """The parameter of STANDING: the steps of the codebook that count."""
    return {"steps": [step.number for step in counting(changing.steps(store))]}


def read(
    store: Store,
    key: str,
    codes: Sequence[str],
    *,
    offered: Iterable[Suggestion] = (),
    seen: int | None,
    who: str,
    now: datetime,
) -> int:
    """Write what somebody found in the comment of response `key`, the primary reason first; return the row's number.

    `seen` is the number of the latest reading that the person saw, None where there was none. Raises Refused where
    another one came meanwhile, or a code is not offered.
    """
    offered = tuple(offered)

    def work(tx: Transaction) -> int:
        book = changing.book(tx)
        known = {code.code for code in book.offered}
        before = _latest(tx, key)
        if unknown := next((code for code in codes if code not in known), None):
            raise Refused(f"The reason “{book.label(unknown)}” is in use no more. Choose another one.")
        if len(codes) > MOST_CODES or len(set(codes)) < len(codes):
            raise Refused(f"A comment has at most {MOST_CODES} reasons, each once.")
        if not tx.rows("SELECT 1 FROM responses WHERE response_key = $key LIMIT 1", {"key": key}):
            raise Refused("That answer is no longer in the store: somebody took its import back.")
        if before is not None and before.number != seen:
            found = ", ".join(book.label(book.read(code)) for code in before.codes) or "no reason"
            raise Refused(f"{before.by} read this comment meanwhile and found: {found}. Look at it again.")
        return _append(tx, key, list(codes), offered, None, who=who, now=now)

    return store.transact(work, touches=("readings",))


@dataclass(frozen=True)
class PastReading:
    """What somebody found in a comment elsewhere, and when (UTC)."""

    key: str
    codes: tuple[str, ...]
    at: datetime
    by: str


def record_past(store: Store, past: Sequence[PastReading]) -> int:
    """Write readings that were made elsewhere, in their order, with the time and the name they had; return how many."""
    rows = pa.table(
        {
            "place": range(len(past)),
            "key": [each.key for each in past],
            "codes": [list(each.codes) for each in past],
            "read_at": [each.at for each in past],
            "read_by": [each.by for each in past],
        }
    )

    def work(tx: Transaction) -> int:
        tx.register("past", rows)
        return tx.execute(
            "INSERT INTO readings SELECT (SELECT coalesce(max(number), 0) FROM readings) + 1 + place, "
            "key, codes, [], [], NULL, NULL, read_at, read_by FROM past ORDER BY place"
        )

    return store.transact(work, touches=("readings",))


def undo(store: Store, number: int, *, who: str, now: datetime) -> None:
    """Take a reading back; what was found before it counts again. Raises Refused where that was done already."""

    def work(tx: Transaction) -> None:
        rows = tx.rows(
            f"SELECT response_key, step FROM ({STANDING}) WHERE number = $number",  # noqa: S608
            {"number": number, **standing_steps(tx)},
        )
        if not rows:
            raise Refused("That was taken back already.")
        [(key, step)] = rows
        if step is not None:
            raise Refused("A step of the codebook found that. Take back the step instead.")
        _append(tx, key, None, (), number, who=who, now=now)

    store.transact(work, touches=("readings",))


@reads("readings", "codebook")
def readings_of(store: Store, key: str) -> tuple[Reading, ...]:
    """What people found in one comment, the first first."""
    return _of(store, key)


@reads("readings", "codebook")
def decided(store: Store | Transaction) -> Mapping[tuple[str, Source], tuple[int, int]]:
    """Of each code that was suggested and by what: how often a person kept it, of how many decisions.

    A person decides on a suggestion by reading the comment; each reading of the same person counts once, the last one.
    """
    question = f"""
    WITH standing AS ({STANDING}),
    last AS (SELECT response_key, read_by, max(number) AS number FROM standing WHERE step IS NULL GROUP BY ALL),
    each AS (SELECT codes, unnest(offered) AS code, unnest(offered_by) AS source FROM standing JOIN last USING (number))
    SELECT code, source, count_if(list_contains(codes, code)), count(*) FROM each GROUP BY ALL
    """  # noqa: S608
    found: dict[tuple[str, Source], tuple[int, int]] = {}
    book = changing.book(store)
    for code, source, kept, n in store.rows(question, standing_steps(store)):
        so_far = found.get((book.read(code), source), (0, 0))
        found[book.read(code), source] = so_far[0] + kept, so_far[1] + n
    return found


def _latest(tx: Transaction, key: str) -> Reading | None:
    return next(reversed(_of(tx, key)), None)


def _of(store: Store | Transaction, key: str) -> tuple[Reading, ...]:
    rows = store.rows(
        f"FROM ({STANDING}) WHERE response_key = $key ORDER BY number",
        {"key": key, **standing_steps(store)},
    )
    return tuple(
        Reading(number, of, tuple(codes), tuple(zip(offered or (), by or (), strict=True)), step, at, who)
        for number, of, codes, offered, by, step, at, who in rows
    )


def _append(
    tx: Transaction,
    key: str,
    codes: list[str] | None,
    offered: tuple[Suggestion, ...],
    undoes: int | None,
    *,
    who: str,
    now: datetime,
) -> int:
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who read it.")
    values = {
        "key": key,
        "codes": codes,
        "offered": [each.code for each in offered],
        "offered_by": [each.source for each in offered],
        "undoes": undoes,
        "now": now,
        "who": who.strip(),
    }
    tx.execute(_APPEND, values)
    [[number]] = tx.rows("SELECT max(number) FROM readings")
    return int(number)
