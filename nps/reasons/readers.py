"""Who read comments, and what two people found in those that both read."""

from dataclasses import dataclass

from nps.codebook import changing
from nps.reasons.agreement import Both
from nps.reasons.readings import STANDING, standing_steps
from nps.store import Store
from nps.topics import reads

# What each person found last; what steps of the codebook made of it is no finding of theirs.
_LAST = f"""
SELECT response_key, read_by, arg_max(codes, number) AS codes
FROM ({STANDING}) WHERE step IS NULL GROUP BY response_key, read_by
"""  # noqa: S608
_TOGETHER = f"""
SELECT one.read_by, other.read_by, count(*)
FROM ({_LAST}) AS one JOIN ({_LAST}) AS other USING (response_key) SEMI JOIN responses USING (response_key)
WHERE one.read_by < other.read_by
GROUP BY ALL ORDER BY count(*) DESC, one.read_by, other.read_by
"""  # noqa: S608
_BOTH = f"""
SELECT response_key, coalesce(comment, ''), one.codes, other.codes, name
FROM ({_LAST}) AS one JOIN ({_LAST}) AS other USING (response_key) JOIN responses USING (response_key)
WHERE one.read_by = $one AND other.read_by = $other
ORDER BY response_key
"""  # noqa: S608


@dataclass(frozen=True)
class Pair:
    """Two people, and how many comments both read."""

    one: str
    other: str
    n: int


@reads("responses", "readings", "codebook")
def pairs(store: Store) -> tuple[Pair, ...]:
    """Everybody with everybody who read some of the same comments; those with the most first."""
    return tuple(Pair(*row) for row in store.rows(_TOGETHER, standing_steps(store)))


@reads("responses", "readings", "codebook")
def read_by_both(store: Store, one: str, other: str) -> tuple[Both, ...]:
    """The comments that two people read, with what each found last, as codes count today."""
    book = changing.book(store)

    def today(codes: list[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(book.read, codes)))

    rows = store.rows(_BOTH, {"one": one, "other": other, **standing_steps(store)})
    return tuple(Both(key, comment, today(first), today(second), name) for key, comment, first, second, name in rows)
