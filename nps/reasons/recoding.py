"""Steps of the codebook with what they do to what was found in comments: tried, done, and taken back."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from nps.clock import counted
from nps.codebook import changing
from nps.codebook.book import Action, folded, plain
from nps.codebook.shipped import FIRST, shipped
from nps.errors import Refused
from nps.reasons.given import given
from nps.reasons.readings import STANDING, standing_steps
from nps.store import Row, Store, Transaction
from nps.topics import reads

_MOVED = pa.schema([("place", pa.int64()), ("response_key", pa.string()), ("codes", pa.list_(pa.string()))])
_MOVE = """
INSERT INTO readings
SELECT (SELECT coalesce(max(number), 0) FROM readings) + place, response_key, codes, [], [], $step, NULL, $now, $who
FROM moved
"""


@dataclass(frozen=True)
class Counts:
    """How many responses have a reason: found by people, brought by files, suggested and trusted."""

    person: int = 0
    file: int = 0
    suggestion: int = 0

    @property
    def n(self) -> int:
        """All of them; a response counts once."""
        return self.person + self.file + self.suggestion


NONE = Counts()


@dataclass(frozen=True)
class Effect:
    """What a step does: how many responses have each code before it and after it.

    `both`: how many have both of the codes that a merge joins.
    """

    before: Mapping[str, Counts]
    after: Mapping[str, Counts]
    both: int = 0


@reads("responses", "codebook", "readings", "suggestions")
def counts(store: Store | Transaction) -> Mapping[str, Counts]:
    """How many responses have each code, as it counts today; those that none has are not in it."""
    return _counted(_together(store))


@reads("responses", "codebook", "readings", "suggestions")
def waiting(store: Store) -> Mapping[str, int]:
    """For how many comments that nobody read a code is suggested."""
    book = changing.book(store)
    question = f"""
    SELECT code, count(DISTINCT response_key) FROM (
        SELECT response_key, coalesce($now_as[list_position($kept_as, code)], code) AS code FROM suggestions
    ) SEMI JOIN responses USING (response_key)
    WHERE response_key NOT IN (SELECT response_key FROM ({STANDING})) GROUP BY code
    """  # noqa: S608
    kept_as = list(book.codes)
    bound = {"kept_as": kept_as, "now_as": [book.read(code) for code in kept_as], **standing_steps(store)}
    return dict(store.rows(question, bound))


def tried(store: Store, action: Action, details: Mapping[str, Any], *, who: str, now: datetime) -> Effect:
    """What a step would do, found by doing it in a transaction that is not kept. Raises Refused where it cannot be."""

    def work(tx: Transaction) -> Effect:
        before = _together(tx)
        joined = {details["code"], details["into"]} if action == "merge" else None
        _done(tx, action, details, seen=changing.book(tx).version, who=who, now=now)
        both = sum(n for codes, _, n in before if joined and joined <= codes)
        return Effect(_counted(before), counts(tx), both)

    return store.tried(work)


def do(store: Store, action: Action, details: Mapping[str, Any], *, seen: int, who: str, now: datetime) -> int:
    """Do one step, `undone` among them, and return its number.

    `seen` is the version of the codebook that the person saw. Raises Refused where somebody changed it meanwhile, or
    where the step cannot be done.
    """

    def work(tx: Transaction) -> int:
        return _done(tx, action, details, seen=seen, who=who, now=now)

    return store.transact(work, touches=("codebook", "readings"))


def undo(store: Store, number: int, *, seen: int, who: str, now: datetime) -> int:
    """Take one step back, and what it did to readings with it. Raises Refused where it has to stay."""
    return do(store, "undone", {"step": number}, seen=seen, who=who, now=now)


@reads("codebook", "readings")
def stays(store: Store | Transaction, number: int) -> str | None:
    """Why a step cannot be taken back; None where it can."""
    done = changing.steps(store)
    if why := changing.stays(done, number):
        return why
    book = changing.book(store)
    without = folded([step for step in done if step.number != number], shipped(), FIRST)
    lost = [code for code in book.codes if code not in without.codes]
    question = f"""
    SELECT unnest(list_intersect(codes, $lost)) AS code FROM ({STANDING}) WHERE step IS DISTINCT FROM $number
    UNION ALL
    SELECT arg_max_null(code, number) AS code FROM code_values GROUP BY column_name, value
    """  # noqa: S608
    asked = f"SELECT code, count(*) FROM ({question}) WHERE list_contains($lost, code) GROUP BY code ORDER BY ALL"  # noqa: S608
    used = store.rows(asked, {"lost": lost, "number": number, **standing_steps(store)}) if lost else []
    if not used:
        return None
    [(code, n), *_] = used
    return f"“{book.label(code)}” was given {counted(n, 'time')} since: merge it into another reason, or retire it."


def has(phrases: Sequence[str]) -> Callable[[str], bool]:
    """Whether a text has one of these phrases as whole words, whatever their case and accents; * is any ending."""
    if not phrases:
        return lambda _text: False
    any_of = "|".join(re.escape(plain(phrase)).replace(r"\*", r"\w*") for phrase in phrases)
    found = re.compile(rf"(?<!\w)(?:{any_of})(?!\w)")
    return lambda text: found.search(plain(text)) is not None


def _done(tx: Transaction, action: Action, details: Mapping[str, Any], *, seen: int, who: str, now: datetime) -> int:
    if action == "undone":
        if why := stays(tx, details["step"]):
            raise Refused(why)
        return changing.append(tx, action, details, seen=seen, who=who, now=now)
    number = changing.append(tx, action, details, seen=seen, who=who, now=now)
    if action == "split":
        _move(tx, details, number, who=who, now=now)
    return number


def _move(tx: Transaction, details: Mapping[str, Any], step: int, *, who: str, now: datetime) -> None:
    """Write readings for the comments with a phrase of a new code: that one in place of the one that is split."""
    old = changing.book(tx).kept_as(details["code"])
    parts = [(part["code"], has(_phrases(part.get("words", {})))) for part in details["into"]]
    question = f"""
    SELECT response_key, codes, comment
    FROM (SELECT response_key, arg_max(codes, number) AS codes FROM ({STANDING}) GROUP BY response_key)
    JOIN responses USING (response_key)
    WHERE list_has_any(codes, $old) AND comment IS NOT NULL ORDER BY response_key
    """  # noqa: S608
    moved = list[Row]()
    for key, codes, comment in tx.rows(question, {"old": list(old), **standing_steps(tx)}):
        if new := [code for code, found in parts if found(comment)]:
            instead = dict.fromkeys(one for code in codes for one in (new if code in old else [code]))
            moved.append((len(moved) + 1, key, list(instead)))
    rows = [dict(zip(_MOVED.names, row, strict=True)) for row in moved]
    tx.register("moved", pa.Table.from_pylist(rows, schema=_MOVED))
    tx.execute(_MOVE, {"step": step, "now": now, "who": who.strip()})


def _phrases(words: Mapping[str, Sequence[str]]) -> list[str]:
    return [phrase for phrases in words.values() for phrase in phrases]


def _together(source: Store | Transaction) -> list[tuple[frozenset[str], str, int]]:
    """How many responses have just these codes, as they count today, and who found them."""
    sql, bound = given(source)
    question = f"""
    SELECT codes, found_by, count(*) FROM ({sql}) SEMI JOIN responses USING (response_key) GROUP BY ALL
    """  # noqa: S608
    book = changing.book(source)
    return [(frozenset(map(book.read, codes)), by, n) for codes, by, n in source.rows(question, bound)]


def _counted(together: Iterable[tuple[frozenset[str], str, int]]) -> dict[str, Counts]:
    found: dict[str, Counter[str]] = {}
    for codes, by, n in together:
        for code in codes:
            found.setdefault(code, Counter())[by] += n
    return {code: Counts(**by) for code, by in found.items()}
