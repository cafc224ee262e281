"""Is the store sound: what has to add up in it does, whatever happened to the file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nps import derived, rollups
from nps.cases import Case, explained, fold
from nps.codebook import changing
from nps.codebook.book import counting
from nps.errors import Refused
from nps.rows import CaseEvent
from nps.store import TABLES, Row, Store, Transaction, quoted

NAMED = 3  # examples in a sentence
MEND = "Put a backup in its place: python -m nps restore FILE."


@dataclass(frozen=True)
class Fault:
    """What is wrong with a store, and how to mend it."""

    what: str
    mend: str = MEND


_CHECKS: Sequence[tuple[str, str, str]] = (
    (
        "{n} import(s) whose rows are not accepted, blank, duplicate, changed and rejected ones together: {some}.",
        MEND,
        "SELECT import_id FROM imports WHERE rows <> accepted + blank + duplicate + changed + rejected",
    ),
    (
        "{n} import(s) have another number of rejected rows than they say: {some}.",
        MEND,
        """
        SELECT import_id FROM imports
        LEFT JOIN (SELECT import_id, count(*) AS found FROM rejects GROUP BY import_id) USING (import_id)
        WHERE rejected <> coalesce(found, 0)
        """,
    ),
    (
        "{n} import(s) have another number of responses than they say: {some}.",
        MEND,
        """
        SELECT import_id FROM imports
        LEFT JOIN (SELECT import_id, count(*) AS found FROM responses GROUP BY import_id) USING (import_id)
        WHERE CASE WHEN undone_at IS NULL THEN accepted + blank ELSE 0 END <> coalesce(found, 0)
        """,
    ),
    (
        "{n} response(s) belong to an import that is not there: {some}.",
        MEND,
        "SELECT response_key FROM responses WHERE import_id NOT IN (SELECT import_id FROM imports)",
    ),
    (
        "{n} key(s) stand for several responses: {some}.",
        MEND,
        "SELECT response_key FROM responses GROUP BY response_key HAVING count(*) > 1",
    ),
    (
        "{n} response(s) have a place that tells nothing: {some}.",
        MEND,
        "SELECT response_key FROM responses WHERE rowid > 4294967295 OR rowid IN "
        "(SELECT rowid FROM responses GROUP BY rowid HAVING count(*) > 1)",
    ),
    (
        "{n} response(s) have a score outside of 0 to 10: {some}.",
        MEND,
        "SELECT response_key FROM responses WHERE score > 10",
    ),
    (
        "{n} response(s) count for another person or account than their e-mail, customer and account say: {some}.",
        MEND,
        """
        SELECT response_key FROM responses
        WHERE person_id IS DISTINCT FROM person_id(email, customer, response_key)
            OR account_id IS DISTINCT FROM account_id(account, email, customer, response_key)
        """,
    ),
    (
        "{n} segment(s) are listed without a column: {some}.",
        MEND,
        "SELECT label FROM segments WHERE column_name NOT IN (SELECT column_name FROM (DESCRIBE responses))",
    ),
    (
        "{n} event(s) of cases have the same id as another one: {some}.",
        MEND,
        "SELECT event_id FROM case_events GROUP BY event_id HAVING count(*) > 1",
    ),
    (
        "{n} case(s) are there without any event: {some}.",
        "Start the dashboard once more; if it says so again, put a backup in its place.",
        "SELECT response_key FROM cases WHERE response_key NOT IN (SELECT response_key FROM case_events)",
    ),
    *(
        (
            f"{{n}} number(s) of {rows} stand for several rows: {{some}}.",
            MEND,
            f"SELECT number FROM {table} GROUP BY number HAVING count(*) > 1 ORDER BY number",  # noqa: S608
        )
        for table, rows in (
            ("codebook_steps", "steps of the codebook"),
            ("readings", "readings of comments"),
            ("code_values", "values that stand for reasons"),
        )
    ),
    (
        "{n} reading(s) of comments take back none before them: {some}.",
        MEND,
        """
        SELECT later.number FROM readings AS later
        LEFT JOIN readings AS taken ON taken.number = later.undoes AND taken.response_key = later.response_key
        WHERE (later.undoes IS NOT NULL OR later.codes IS NULL)
            AND coalesce(taken.codes IS NULL OR taken.number >= later.number, true)
        ORDER BY later.number
        """,
    ),
    (
        "{n} reading(s) of comments do not say what suggested each of the reasons offered: {some}.",
        MEND,
        "SELECT number FROM readings WHERE coalesce(len(offered), 0) <> coalesce(len(offered_by), 0) ORDER BY number",
    ),
)
_CODES = """
SELECT DISTINCT code FROM (
    SELECT unnest(codes) AS code FROM readings
    WHERE (step IS NULL OR list_contains($steps, step))
        AND number NOT IN (SELECT undoes FROM readings WHERE undoes IS NOT NULL)
    UNION ALL
    SELECT arg_max_null(code, number) FROM code_values GROUP BY column_name, value
)
WHERE code IS NOT NULL AND NOT list_contains($known, code) ORDER BY code
"""


def sums(tx: Transaction) -> dict[str, Row]:
    """How many rows each table has, and a sum over every value in it, whatever the order of rows and columns."""
    return {name: sum_of(tx, name, columns(tx, name)) for (name,) in tx.rows(TABLES)}


def sum_of(tx: Transaction, table: str, of: Iterable[str]) -> Row:
    """How many rows a table has, and a sum over every value in the named columns."""
    row = f"hash({', '.join(map(quoted, sorted(of)))})"
    [found] = tx.rows(f"SELECT count(*), sum({row}) FROM {quoted(table)}")  # noqa: S608
    return found


def columns(tx: Transaction, table: str) -> list[str]:
    """The columns of a table, in their order."""
    return [name for name, _ in types(tx, table)]


def types(tx: Transaction, table: str) -> list[Row]:
    """The columns of a table, in their order, each with its type."""
    return tx.rows(f"SELECT column_name, column_type FROM (DESCRIBE {quoted(table)})")  # noqa: S608


def check(store: Store) -> list[Fault]:
    """What is wrong with the store, of one moment; nothing where it is sound.

    Every value is read, since DuckDB notices damaged blocks only then. Raises StoreDamaged for these.
    """

    def work(tx: Transaction) -> list[Fault]:
        for (name,) in tx.rows(TABLES):
            tx.rows(f"SELECT sum(hash(each)) FROM {quoted(name)} AS each")  # noqa: S608
        return [*_asked(tx), *_histories(tx), *_derived(tx), *_rolled(tx), *_codebook(tx)]

    return store.tried(work)


def _asked(tx: Transaction) -> Iterator[Fault]:
    for what, mend, question in _CHECKS:
        found = [str(row[0]) for row in tx.rows(question)]
        if found:
            yield Fault(_told(what, found), mend)


def _histories(tx: Transaction) -> Iterator[Fault]:
    """Each case is what its events add up to, and each event was possible after those before it."""
    events: dict[str, list[CaseEvent]] = defaultdict(list)
    for row in tx.rows(_EVENTS):
        events[row[1]].append(CaseEvent(*row))
    numbered = [key for key, chain in events.items() if [e.version for e in chain] != list(range(1, len(chain) + 1))]
    if numbered:
        yield Fault(_told("The events of {n} case(s) are not numbered 1, 2, 3 ...: {some}.", numbered))
    unexplained = [key for key, chain in events.items() if not explained(chain)]
    if unexplained:
        yield Fault(_told("{n} case(s) have an event that could not follow those before it: {some}.", unexplained))
    columns = list(Case().row())
    kept = {row[0]: row[1:] for row in tx.rows(f"SELECT response_key, {', '.join(columns)} FROM cases")}  # noqa: S608
    wrong = [key for key, chain in events.items() if kept.get(key) != _row(fold(chain), columns)]
    if wrong:
        yield Fault(_told("{n} case(s) are not what their events add up to: {some}.", wrong))


def _derived(tx: Transaction) -> Iterator[Fault]:
    """The values of derived segments are what their rules give."""
    if wrong := derived.unlike(tx):
        told = _told("{n} response(s) have another value of a derived segment than its rule gives: {some}.", wrong)
        yield Fault(told, "Take the derived segments back on the page Settings, and switch them on again.")


def _rolled(tx: Transaction) -> Iterator[Fault]:
    """The counts that are kept are those of the responses."""
    if wrong := rollups.unlike(tx):
        told = f"The counts that are kept by {', '.join(wrong)} are not those of the responses."
        yield Fault(told, "Count anew: python -m nps check --recount.")


def _codebook(tx: Transaction) -> Iterator[Fault]:
    """The steps add up to a codebook, and the reasons that answers have are in it."""
    try:
        steps, book = changing.steps(tx), changing.book(tx)
    except (Refused, KeyError, TypeError, ValueError) as error:
        yield Fault(f"The steps of the codebook do not add up: {error}")
        return
    numbers = {step.number for step in steps}
    undone = [step for step in steps if step.action == "undone"]
    if wrong := [str(step.number) for step in undone if step.details["step"] not in numbers - {step.number}]:
        yield Fault(_told("{n} step(s) of the codebook take back none that is there: {some}.", wrong))
    standing = [step.number for step in counting(steps)]
    unknown = [code for (code,) in tx.rows(_CODES, {"steps": standing, "known": list(book.codes)})]
    if unknown:
        told = _told("{n} reason(s) of answers are in no codebook: {some}.", unknown)
        yield Fault(
            told, "They count under that name until their comments are read again, or their values say another."
        )


_EVENTS = """
SELECT event_id, response_key, version, happened_at, who, kind, value, details, act_id
FROM case_events ORDER BY response_key, version
"""


def _row(case: Case, columns: Sequence[str]) -> Row:
    values: dict[str, Any] = case.row()
    return tuple(values[column] for column in columns)


def _told(what: str, found: Sequence[str]) -> str:
    some = ", ".join(found[:NAMED]) + (" ..." if len(found) > NAMED else "")
    return what.format(n=f"{len(found):,}", some=some)
