"""What is asked of the store about comments: those that have some words, who read how many, and whose names to hide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from nps import queries
from nps.codebook import changing
from nps.comments.search import Term, condition, terms
from nps.decided import settings
from nps.reasons.given import given
from nps.reasons.questions import having
from nps.reasons.readings import STANDING, standing_steps
from nps.rows import Response
from nps.selected import composed
from nps.selection import Selection
from nps.store import Store
from nps.topics import reads

SQL = Path(__file__).resolve().parent / "sql"
Order = Literal["newest", "best", "lot"]

UNREAD, SUGGESTED, NOTHING = "unread", "suggested", "nothing"  # beside codes, groups and NONE
ORDERS: Mapping[Order, str] = {
    "newest": "answered_at DESC NULLS LAST, place DESC",
    "best": "weight DESC, answered_at DESC NULLS LAST, place DESC",
    "lot": "hash(place)",
}
TYPICAL_LENGTH = 120  # characters of a comment


@dataclass(frozen=True)
class Asked:
    """Which comments of a selection: with the words of `text`; of these bands (none: any), "blank" without a score.

    `reason` is a code, the code of a group, NONE (read or not), UNREAD, SUGGESTED (and unread), NOTHING (a person read
    it and found none) or "" for any; `followed` whether somebody contacted the customer; `again` the reader who is to
    read again what others have read. The order "lot" is one by chance, always the same.
    """

    text: str = ""
    bands: tuple[str, ...] = ()
    reason: str = ""
    followed: bool | None = None
    unread: bool = False
    again: str | None = None
    order: Order = "newest"

    @property
    def terms(self) -> tuple[Term, ...]:
        """The words and phrases."""
        return terms(self.text)


@dataclass(frozen=True)
class Found:
    """How many comments there are, and those of a page in their order."""

    total: int
    rows: tuple[Response, ...]


@dataclass(frozen=True)
class Progress:
    """How many comments a selection has, and of how many of them a person said the reasons."""

    comments: int
    read: int


@reads("responses", "cases", "readings", "suggestions", "codebook")
def found(store: Store, selection: Selection, asked: Asked, *, limit: int, offset: int = 0) -> Found:
    """A page of the comments that are wanted. Raises Refused for a search that is too much."""
    only, bound = _only(store, asked)
    sql, more = composed(store, selection, only=only)
    weight, order = _weight(asked.terms) if asked.order == "best" else "0", ORDERS[asked.order]
    # The wide columns are read for the page alone.
    narrow = f"SELECT place, answered_at, {weight} AS weight FROM selected"  # noqa: S608
    page = f"FROM found ORDER BY {order} LIMIT $limit OFFSET $offset"
    question = f"{sql}, found AS MATERIALIZED ({narrow}), page AS MATERIALIZED ({page})\n{_file('found')}"
    rows = store.rows(f"{question} ORDER BY {order}", more | bound | {"limit": limit, "offset": offset})
    return Found(rows[0][0], tuple(queries.response(row[1:-2]) for row in rows if row[1] is not None))


@reads("responses", "cases")
def by_keys(store: Store, keys: Sequence[str]) -> tuple[Response, ...]:
    """The responses of these keys in their order, without those that are gone."""
    sql, bound = composed(store, Selection())
    rows = store.rows(f"{sql}{_file('by_keys')}", bound | {"keys": list(keys)})
    known = {row[0]: queries.response(row) for row in rows}
    return tuple(known[key] for key in keys if key in known)


@reads("responses", "readings", "suggestions", "codebook")
def reasons(store: Store, keys: Sequence[str]) -> Mapping[str, tuple[tuple[str, ...], str]]:
    """The codes that count for some responses, by key, and what found them: person, file or suggestion."""
    sql, bound = given(store)
    question = f"SELECT response_key, codes, found_by FROM ({sql}) WHERE response_key IN (SELECT unnest($keys))"  # noqa: S608
    return {key: (tuple(codes), by) for key, codes, by in store.rows(question, bound | {"keys": list(keys)})}


@reads("responses", "readings", "codebook")
def progress(store: Store, selection: Selection) -> Progress:
    """How far the reading of a selection has come."""
    sql, bound = composed(store, selection, only="comment <> ''")
    question = (
        f"SELECT count(*), count(*) FILTER (response_key IN (SELECT response_key FROM ({STANDING}))) FROM selected"  # noqa: S608
    )
    return Progress(*store.rows(sql + question, bound | standing_steps(store))[0])


@reads("readings", "codebook")
def frequent(store: Store, *, most: int) -> tuple[str, ...]:
    """The offered codes that people give most, then the others in the order of the codebook."""
    book = changing.book(store)
    rows = store.rows(
        f"SELECT code, count(*) FROM (SELECT unnest(codes) AS code FROM ({STANDING})) GROUP BY code",  # noqa: S608
        standing_steps(store),
    )
    counts: dict[str, int] = {}
    for code, n in rows:
        counts[book.read(code)] = counts.get(book.read(code), 0) + n
    return tuple(sorted((code.code for code in book.offered), key=lambda code: -counts.get(code, 0))[:most])


@reads("cases", "writers", "context")
def staff(store: Store) -> tuple[str, ...]:
    """Names of those who work here, as far as the store knows them: owners, writers, visitors, members of teams."""
    members = [member for _, team in settings(store).teams for member in team]
    return tuple(row[0] for row in store.rows(_file("staff"), {"members": members}))


def _only(store: Store, asked: Asked) -> tuple[str, dict[str, Any]]:
    """The condition in SQL, with its parameters, that a response's comment is wanted."""
    words, bound = condition(asked.terms)
    clauses = ["comment <> ''", words]
    if asked.bands:
        clauses.append(f"({' OR '.join(column for column in _BANDS if column in asked.bands)})")
    if asked.followed is not None:
        contacted = "response_key IN (SELECT response_key FROM cases WHERE contacted_at IS NOT NULL)"
        clauses.append(contacted if asked.followed else f"NOT {contacted}")
    if asked.unread or asked.reason in (UNREAD, SUGGESTED):
        clauses.append(f"response_key NOT IN (SELECT response_key FROM ({STANDING}))")  # noqa: S608
        bound |= standing_steps(store)
    if asked.reason == SUGGESTED:
        clauses.append("response_key IN (SELECT response_key FROM suggestions)")
    elif asked.reason == NOTHING:
        sql, more = given(store)
        clauses.append(f"response_key IN (SELECT response_key FROM ({sql}) WHERE len(codes) = 0)")  # noqa: S608
        bound |= more
    elif asked.reason not in ("", UNREAD):
        sql, more = having(store, asked.reason)
        clauses.append(sql)
        bound |= more
    if asked.again is not None:
        clauses.append(f"response_key IN (SELECT response_key FROM ({STANDING}) WHERE step IS NULL)")  # noqa: S608
        clauses.append(f"response_key NOT IN (SELECT response_key FROM ({STANDING}) WHERE read_by = $again)")  # noqa: S608
        bound |= {"again": asked.again, **standing_steps(store)}
    return " AND ".join(clauses), bound


_BANDS = ("detractor", "passive", "promoter", "blank")


def _weight(wanted: Sequence[Term]) -> str:
    """How much a comment is about the terms, as BM25 weighs each: often, in few words. All of them are in it."""
    length = f"0.3 + 0.9 * length(comment) / {TYPICAL_LENGTH}"
    parts = []
    for place, term in enumerate(wanted):
        if not term.absent:
            often = f"len(regexp_extract_all(comment, $term_{place}))"
            parts.append(f"{often} / ({often} + {length})")
    return " + ".join(parts) or "0"


@cache
def _file(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
