"""From which measured precision on suggestions count, and what would count then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nps.codebook import changing
from nps.reasons.given import Suggested, given, trusted_from
from nps.reasons.readings import Source, decided
from nps.store import Store
from nps.topics import reads


@dataclass(frozen=True)
class Measured:
    """A code and what suggests it: how often people kept it, of how many decisions.

    `adds`: how many responses it is suggested for that have no reason from people or files, and were not read.
    """

    code: str
    source: Source
    kept: int
    n: int
    adds: int


@dataclass(frozen=True)
class Bar:
    """What counts where suggestions count from a precision (percent) on: so many pairs, and responses they add."""

    precision: float
    trusted: int
    adds: int


@reads("responses", "codebook", "readings", "suggestions")
def measured(store: Store) -> tuple[Measured, ...]:
    """All codes that are or were suggested, with what suggests them; the most decided on first."""
    decisions, adds = decided(store), dict[Suggested, int]()
    for pairs, n in _open(store).items():
        for pair in pairs:
            adds[pair] = adds.get(pair, 0) + n
    every = [Measured(*pair, *decisions.get(pair, (0, 0)), adds.get(pair, 0)) for pair in {*decisions, *adds}]
    return tuple(sorted(every, key=lambda each: (-each.n, -each.adds, each.code, each.source)))


@reads("responses", "codebook", "readings", "suggestions")
def bars(store: Store, precisions: Sequence[float]) -> tuple[Bar, ...]:
    """What each of several precisions would add, if suggestions counted from it on."""
    decisions, waiting = decided(store), _open(store)
    found = []
    for precision in precisions:
        known = frozenset(trusted_from(decisions, precision))
        found.append(Bar(precision, len(known), sum(n for pairs, n in waiting.items() if pairs & known)))
    return tuple(found)


def _open(store: Store) -> Mapping[frozenset[Suggested], int]:
    """How many responses without a reason from people or files have just these suggestions."""
    sql, bound = given(store)
    question = f"""
    WITH taken AS (SELECT response_key FROM ({sql}) WHERE found_by <> 'suggestion'),
    each AS (SELECT response_key, list_sort(list(DISTINCT source || ' ' || code)) AS pairs
             FROM suggestions SEMI JOIN responses USING (response_key) ANTI JOIN taken USING (response_key)
             GROUP BY response_key)
    SELECT pairs, count(*) FROM each GROUP BY pairs
    """  # noqa: S608
    book, found = changing.book(store), dict[frozenset[Suggested], int]()
    for pairs, n in store.rows(question, bound):
        told = (pair.partition(" ") for pair in pairs)
        read = frozenset((book.read(code), source) for source, _, code in told)
        found[read] = found.get(read, 0) + n
    return found
