"""What pages and commands ask about reasons; each is good until something that it reads changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from nps import queries
from nps.codebook import changing
from nps.reasons.contribution import NONE, Contributions, Given, Level, contributions, shown
from nps.reasons.given import given
from nps.rows import Response
from nps.score import Tally
from nps.selected import composed
from nps.selection import NOT_GIVEN, Grain, Selection
from nps.store import Row, Store
from nps.topics import reads

SQL = Path(__file__).resolve().parent / "sql"

Part = TypeVar("Part")

_COMMENTS = "SELECT count(*), count(comment) FROM selected"


@dataclass(frozen=True)
class Unread:
    """Why answers have no reason: no comment, a comment that nobody read yet, or one that was read and gives none."""

    silent: int
    unread: int
    read: int


@reads("responses", "readings", "suggestions", "codebook")
def reasons(
    store: Store,
    selection: Selection,
    level: Level = "reason",
    *,
    fold: bool = False,
    apart: tuple[str, ...] | None = None,
) -> Contributions:
    """What each reason contributes to the NPS of a selection; with `fold` those of few answers are OTHERS.

    `apart` as in `contributions`.
    """
    total = queries.summary(store, selection).tally
    counts = _given(_ask(store, "counts", selection), {None: total}).get(None, [])
    book = changing.book(store)
    found = contributions(counts, book, level, apart=apart)
    return contributions(counts, book, level, apart=shown(found)) if fold else found


@reads("responses", "readings", "suggestions", "codebook")
def over_time(
    store: Store, selection: Selection, grain: Grain, level: Level, apart: tuple[str, ...] | None = None
) -> Mapping[date, Contributions]:
    """The same for each period of the answers that have a date, in order; `apart` as in `contributions`."""
    rows = _ask(store, "counts", selection, part="date_trunc($grain, answered_there)::DATE", per=grain, grain=grain)
    totals = {each.start: each.tally for each in queries.trend(store, selection, grain)}
    return _contributed(store, _given(rows, totals), level, apart)


@reads("responses", "readings", "suggestions", "codebook")
def by_value(
    store: Store, selection: Selection, column: str, level: Level, apart: tuple[str, ...] | None = None
) -> Mapping[str, Contributions]:
    """The same for each value of a segment."""
    rows = _ask(store, "counts", selection, part="coalesce(value, $not_given)", value=column, not_given=NOT_GIVEN)
    totals = {each.value: each.tally for each in queries.by_segment(store, selection, column)}
    return _contributed(store, _given(rows, totals), level, apart)


@reads("responses", "readings", "suggestions", "codebook")
def unread(store: Store, selection: Selection) -> Unread:
    """Why the answers without a reason have none."""
    sql, bound = composed(store, selection, only="NOT blank")
    [[n, told]] = store.rows(f"{sql}{_COMMENTS}", bound)
    [[having_some, found_none, of_told]] = _ask(store, "unread", selection)
    return Unread(n - told - (having_some + found_none - of_told), told - of_told, found_none)


@reads("responses", "readings", "suggestions", "codebook", "cases")
def people(store: Store, selection: Selection, code: str, *, limit: int, offset: int = 0) -> tuple[Response, ...]:
    """The answers that have a reason, one of a group, or NONE, the unhappiest first."""
    only, bound = having(store, code)
    return queries.responses(store, selection, limit=limit, offset=offset, only=f"NOT blank AND {only}", bound=bound)


def having(store: Store, code: str) -> tuple[str, dict[str, Any]]:
    """The condition in SQL, with its parameters, that a response has a reason, one of a group, or NONE."""
    sql, bound = given(store)
    if code == NONE:
        return f"response_key NOT IN (SELECT response_key FROM ({sql}) WHERE len(codes) > 0)", bound  # noqa: S608
    book = changing.book(store)
    wanted = [code] if code not in book.groups else [one.code for one in book.codes.values() if one.group == code]
    kept = list(dict.fromkeys(raw for one in wanted for raw in book.kept_as(one)))
    condition = f"response_key IN (SELECT response_key FROM ({sql}) WHERE list_has_any(codes, $wanted_codes))"  # noqa: S608
    return condition, bound | {"wanted_codes": kept}


def _given(rows: Iterable[Row], totals: Mapping[Part, Tally]) -> dict[Part, list[Given]]:
    """The counts by codes of each part, with those of the answers that have none: what is left of its total."""
    found = {part: [] for part, tally in totals.items() if tally.n}  # type: dict[Part, list[Given]]
    left = {part: replace(totals[part], blanks=0) for part in found}
    for part, codes, *votes in rows:
        if part in found:
            found[part].append(Given(tuple(codes), Tally(*votes)))
            left[part] -= Tally(*votes)
    return {part: [*counts, Given((), left[part])] for part, counts in found.items()}


def _contributed(
    store: Store, parts: Mapping[Part, list[Given]], level: Level, apart: tuple[str, ...] | None
) -> dict[Part, Contributions]:
    book = changing.book(store)
    return {part: contributions(counts, book, level, apart=apart) for part, counts in parts.items()}


def _ask(
    store: Store,
    name: str,
    selection: Selection,
    *,
    part: str = "NULL",
    per: Grain | None = None,
    value: str | None = None,
    **params: Any,
) -> list[Row]:
    """A file of sql/, reading the scored answers that were read or have reasons as `parted`: with the part each is of.

    `value` is the column that is called so in `part`.
    """
    segment = {} if value is None else {"value": value}
    sql, bound = composed(store, selection, metric="nps", source="answers", per=per, only="NOT blank", **segment)
    reasons_sql, more = given(store)
    parted = f"SELECT *, {part} AS part FROM selected JOIN given USING (response_key)"  # noqa: S608
    question = f"{sql}, given AS ({reasons_sql}), parted AS NOT MATERIALIZED ({parted})\n"
    return store.rows(question + _file(name), bound | more | params)


@cache
def _file(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
