"""What a file says otherwise about responses that are there already: kept as before and after, applied, reverted.

A cell is a column of a response as one import brought it. Its value is what the latest change made of it that was
applied and still stands, else what was brought. So an import that is taken back takes its changes along and nothing
else, whatever came after it.
"""

import json
from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nps import rollups
from nps.clock import counted
from nps.importing import Mapping
from nps.rows import Change
from nps.segments import SEGMENT
from nps.store import Transaction, quoted

NAMED = 5  # of the ids that vanished, in a remark

_APPLIED = "SELECT DISTINCT column_name FROM changes WHERE import_id = $id AND number IS NOT NULL"
_PENDING = "SELECT DISTINCT column_name FROM changes WHERE import_id = $id AND number IS NULL"
_SETTLED = """
CREATE OR REPLACE TEMP TABLE settled AS
WITH touched AS (
    SELECT response_key, brought_by, column_name FROM changes WHERE import_id = $id AND number IS NOT NULL
)
SELECT
    response_key, brought_by, column_name,
    CASE WHEN bool_or(undone_at IS NULL) THEN (arg_max(struct_pack(v := after), number) FILTER (undone_at IS NULL)).v
         ELSE (arg_min(struct_pack(v := before), number)).v END AS value
FROM changes
JOIN touched USING (response_key, brought_by, column_name)
JOIN (SELECT import_id, undone_at FROM imports) USING (import_id)
WHERE number IS NOT NULL
GROUP BY response_key, brought_by, column_name
"""
_VOTERS = """
UPDATE responses SET
    person_id = person_id(email, customer, responses.response_key),
    account_id = account_id(account, email, customer, responses.response_key)
FROM (SELECT DISTINCT response_key, brought_by FROM settled) AS changed
WHERE changed.response_key = responses.response_key AND changed.brought_by = responses.import_id
"""

_VANISHED = """
INSERT INTO vanished
SELECT $import_id, response_id
FROM responses
ANTI JOIN listed USING (response_id)
ANTI JOIN (SELECT trim(unnest(cells)) AS response_id FROM refused) USING (response_id)
WHERE survey = $survey AND response_id IS NOT NULL
ORDER BY responses.rowid
"""


@dataclass(frozen=True)
class Compared:
    """A column of the responses that a file holds too.

    `source` is its column in `met`, `header` in the file; `read_by` are the imports that read it as well, None
    where every import of the survey did.
    """

    column: str
    source: str
    header: str
    read_by: list[str] | None

    def differs(self, number: int) -> str:
        """The condition that a response has another value; what an import did not read was never another value."""
        differs = f"responses.{quoted(self.column)} IS DISTINCT FROM met.{quoted(self.source)}"
        return differs if self.read_by is None else f"({differs} AND list_contains($read_{number}, brought_by))"


def compared(tx: Transaction, mapping: Mapping, segments: ReadOnly[str, str]) -> list[Compared]:
    """The columns in which a row of a known id can differ. `segments`: in the file -> in the responses.

    Score, date and comment are compared with every response, the others where the import that brought it read them
    too: a segment that is known from today on is no change of what was answered before.
    """
    rows = tx.rows(
        "SELECT import_id, mapping FROM imports WHERE survey = $survey AND undone_at IS NULL",
        {"survey": mapping.survey},
    )
    read = {import_id: _columns_read(json.loads(kept or "{}")) for import_id, kept in rows}

    def column(name: str, source: str, header: str, reads: str) -> Compared:
        by = [import_id for import_id, columns in read.items() if reads in columns]
        return Compared(name, source, header, None if len(by) == len(read) else by)

    answer = {"score": mapping.score, "answered_at": mapping.date, "comment": mapping.comment}
    person = {"email": mapping.email, "name": mapping.name, "account": mapping.account}
    customer = mapping.customer or mapping.email
    return [
        *(Compared(name, name, header, None) for name, header in answer.items() if header),
        *(column(name, name, header, name) for name, header in person.items() if header),
        *([column("customer", "customer", customer, "customer")] if customer else []),
        *(
            column(target, f"segment_{number}", name.removeprefix(SEGMENT), name.casefold())
            for number, (name, target) in enumerate(segments.items())
        ),
    ]


def _columns_read(mapping: ReadOnly[str, Any]) -> set[str]:
    roles = {role for role in ("email", "name", "account", "customer") if mapping.get(role)}
    roles |= {"customer"} if "email" in roles else set()
    return roles | {f"{SEGMENT}{header}".casefold() for header in mapping.get("segments", ())}


def find(tx: Transaction, columns: Sequence[Compared]) -> None:
    """Make the table `known` from `met`: the rows whose response is there, and whether they differ."""
    differs = " OR ".join(each.differs(number) for number, each in enumerate(columns))
    tx.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE known AS
        SELECT met.line, responses.response_key, brought_by, met.response_id IS NOT NULL AND ({differs}) AS changed
        FROM met
        JOIN (
            SELECT *, import_id AS brought_by FROM responses WHERE EXISTS (FROM met)
        ) AS responses USING (response_key)
        """,  # noqa: S608
        _read_by(columns),
    )


def keep(tx: Transaction, import_id: str, columns: Sequence[Compared]) -> None:
    """Write down before and after of each cell that differs, none of them applied."""
    if not tx.rows("SELECT 1 FROM known WHERE changed LIMIT 1"):
        return  # else an import without a change would read all responses once more
    cells, params = _differing(columns)
    tx.execute(
        f"INSERT INTO changes SELECT $import_id, *, NULL, NULL, NULL FROM ({cells}) ORDER BY line",  # noqa: S608
        {"import_id": import_id, **params},
    )


def first(tx: Transaction, columns: Sequence[Compared], *, limit: int) -> tuple[Change, ...]:
    """The first cells that differ, none of them written down."""
    cells, params = _differing(columns)
    rows = tx.rows(
        f"""
        SELECT DISTINCT line, response_id, header, before, after, false FROM ({cells})
        ORDER BY line, header LIMIT $limit
        """,  # noqa: S608
        {"limit": limit, **params},
    )
    return tuple(Change(*row) for row in rows)


def _differing(columns: Sequence[Compared]) -> tuple[str, dict[str, Any]]:
    """The question for each cell that differs, with before and after, and its parameters."""
    cells = ", ".join(
        f"""struct_pack(column_name := $column_{number}::VARCHAR, header := $header_{number}::VARCHAR,
            before := responses.{quoted(each.column)}::VARCHAR, after := met.{quoted(each.source)}::VARCHAR,
            differs := {each.differs(number)})"""
        for number, each in enumerate(columns)
    )
    names = {f"column_{number}": each.column for number, each in enumerate(columns)}
    headers = {f"header_{number}": each.header for number, each in enumerate(columns)}
    return (
        f"""
        SELECT line, response_key, brought_by, response_id, column_name, header, before, after
        FROM (
            SELECT line, known.response_key, brought_by, met.response_id, unnest([{cells}], recursive := true)
            FROM (FROM known WHERE changed) AS known
            JOIN responses USING (response_key)
            JOIN met USING (line)
        )
        WHERE differs
        """,  # noqa: S608
        {**names, **headers, **_read_by(columns)},
    )


def _read_by(columns: Sequence[Compared]) -> dict[str, list[str]]:
    return {f"read_{number}": each.read_by for number, each in enumerate(columns) if each.read_by is not None}


def apply(tx: Transaction, import_id: str, *, by: str, now: datetime) -> int:
    """Apply the changes of an import that wait, and return of how many responses.

    A response that has another value by now than the change says it had is left as it is.
    """
    columns = [column for (column,) in tx.rows(_PENDING, {"id": import_id})]
    if not columns:
        return 0
    current = " ".join(
        f"WHEN $column_{number} THEN responses.{quoted(column)}::VARCHAR" for number, column in enumerate(columns)
    )
    tx.execute(
        f"""
        UPDATE changes SET applied_at = $now, applied_by = $by,
            number = (SELECT coalesce(max(number), 0) + 1 FROM changes)
        WHERE import_id = $id AND number IS NULL AND line IN (
            SELECT line FROM changes AS waiting
            JOIN responses ON responses.response_key = waiting.response_key
                AND responses.import_id = waiting.brought_by
            WHERE waiting.import_id = $id AND number IS NULL
            GROUP BY line
            HAVING bool_and(CASE column_name {current} END IS NOT DISTINCT FROM before)
        )
        """,  # noqa: S608
        {"id": import_id, "now": now, "by": by, **{f"column_{n}": column for n, column in enumerate(columns)}},
    )
    return settle(tx, import_id)


def settle(tx: Transaction, import_id: str) -> int:
    """Give each cell that an import changed the value that it has now, and return of how many responses."""
    columns = [column for (column,) in tx.rows(_APPLIED, {"id": import_id})]
    if not columns:
        return 0
    types: dict[str, str] = dict(tx.rows("SELECT column_name, column_type FROM (DESCRIBE responses)"))
    tx.execute(_SETTLED, {"id": import_id})
    with rollups.changing(tx, "(response_key, import_id) IN (SELECT (response_key, brought_by) FROM settled)", {}):
        for column in columns:
            tx.execute(
                f"""
                UPDATE responses SET {quoted(column)} = value::{types[column]} FROM settled
                WHERE settled.column_name = $column
                    AND settled.response_key = responses.response_key AND settled.brought_by = responses.import_id
                """,  # noqa: S608
                {"column": column},
            )
    return tx.execute(_VOTERS)


def missing(tx: Transaction, import_id: str, mapping: Mapping) -> list[str]:
    """List the known ids that a file lacks which holds most of its survey's; return what to say about them."""
    here = {"survey": mapping.survey}
    [[found]] = tx.rows("SELECT count(response_id) FROM met")
    if not found:
        return []
    [[known]] = tx.rows(
        "SELECT count(response_id) FROM responses WHERE survey = $survey AND import_id <> $id",
        {**here, "id": import_id},
    )
    if not known > found > known / 2:
        return []
    vanished = tx.execute(_VANISHED, {"import_id": import_id, **here})
    if not vanished:
        return []
    first = tx.rows("SELECT response_id FROM vanished WHERE import_id = $id LIMIT $n", {"id": import_id, "n": NAMED})
    names = ", ".join(response_id for (response_id,) in first) + (" ..." if vanished > NAMED else "")
    return [
        f"{counted(vanished, 'response')} of the {known:,} that the survey {mapping.survey} holds by an id "
        f"{'is' if vanished == 1 else 'are'} not in this file, which has most of them: {names}. "
        "Nothing was deleted."
    ]
