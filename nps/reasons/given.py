"""Which reasons count for each response, as SQL.

What a person found last counts before everything else. Without it count the reasons that came with the file, and those
suggestions whose measured precision the lead trusts.
"""

from collections.abc import Mapping
from typing import Any

from nps.codebook import changing
from nps.decided import settings_in
from nps.reasons.readings import STANDING, Source, decided, standing_steps
from nps.score import FEWEST_COMPARED
from nps.store import Store, Transaction, quoted
from nps.topics import reads

Suggested = tuple[str, Source]  # a code, and what suggests it
Decisions = Mapping[Suggested, tuple[int, int]]  # how often people kept it, of how many decisions

_VALUES = """
SELECT column_name, value, arg_max_null(code, number)
FROM code_values JOIN segments USING (column_name)
GROUP BY position, column_name, value ORDER BY position, column_name, value
"""


@reads("codebook", "readings")
def trusted(store: Store | Transaction) -> tuple[Suggested, ...]:
    """The codes, with what suggests them, whose suggestions count as found: as precise as the lead asks for.

    Precision is the share that people kept, of at least 30 decisions. Empty while no lead said from which on.
    """
    bar = settings_in(store).suggestions_count_from
    return () if bar is None else trusted_from(decided(store), bar)


def trusted_from(decisions: Decisions, bar: float) -> tuple[Suggested, ...]:
    """What is trusted where suggestions count from a precision on."""
    return tuple(
        sorted(pair for pair, (kept, n) in decisions.items() if n >= FEWEST_COMPARED and 100 * kept >= bar * n)
    )


def given(store: Store | Transaction) -> tuple[str, dict[str, Any]]:
    """SQL for `response_key, codes, found_by` of the responses that have reasons or were read, with its parameters.

    `codes` as they were given (nps.codebook.book.Book.read says what they count for today), the primary one first,
    empty where a person found none; `found_by` is person, file, or suggestion.
    """
    parts, bound = [_people()], dict[str, Any](standing_steps(store))
    if brought := values(store):
        sql, more = _brought(brought)
        parts.append(sql)
        bound |= more
    if known := trusted(store):
        parts.append(_suggested())
        book = changing.book(store)
        offered = {code.code: book.kept_as(code.code) for code in book.offered}
        pairs = [(raw, source) for code, source in known for raw in offered.get(code, (code,))]
        bound |= {"trusted": [f"{source} {code}" for code, source in pairs]}
    if len(parts) == 1:
        return f"SELECT response_key, codes, found_by FROM ({parts[0]})", bound  # noqa: S608
    union = "\nUNION ALL\n".join(parts)
    # Of several the first: a person before a file, a file before a suggestion.
    best = "arg_min(codes, rank) AS codes, arg_min(found_by, rank) AS found_by"
    return f"SELECT response_key, {best} FROM ({union}) GROUP BY response_key", bound  # noqa: S608


def values(store: Store | Transaction) -> Mapping[str, Mapping[str, str]]:
    """Which code each value stands for, by column: of the columns that are segments still, in their order."""
    found: dict[str, dict[str, str]] = {}
    for column, value, code in store.rows(_VALUES):
        if code is not None:
            found.setdefault(column, {})[value] = code
    return found


def _people() -> str:
    last = "arg_max(codes, number) AS codes, 'person' AS found_by, 0 AS rank"
    return f"SELECT response_key, {last} FROM ({STANDING}) GROUP BY response_key"  # noqa: S608


def _brought(brought: Mapping[str, Mapping[str, str]]) -> tuple[str, dict[str, Any]]:
    """The codes that a file's own values stand for; the columns in their order, each code once."""
    found, bound = [], dict[str, Any]()
    for place, (column, codes) in enumerate(brought.items()):
        bound |= {f"values_{place}": list(codes), f"codes_{place}": list(codes.values())}
        found.append(f"$codes_{place}[list_position($values_{place}, {quoted(column)})]")
    every = f"SELECT response_key, [{', '.join(found)}] AS every FROM responses"  # noqa: S608
    once = "list_filter(every, lambda code, place: code IS NOT NULL AND list_position(every, code) = place)"
    sql = f"SELECT response_key, {once} AS codes, 'file' AS found_by, 1 AS rank FROM ({every}) WHERE len(codes) > 0"  # noqa: S608
    return sql, bound


def _suggested() -> str:
    return (
        "SELECT response_key, list(code ORDER BY certainty DESC NULLS LAST, code) AS codes, "
        "'suggestion' AS found_by, 2 AS rank FROM ("
        "SELECT response_key, code, max(certainty) AS certainty FROM suggestions "
        "WHERE list_contains($trusted, source || ' ' || code) GROUP BY ALL) GROUP BY response_key"
    )
