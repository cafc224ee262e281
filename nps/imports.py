"""Landing a file's answers in the store, and taking them back: all of a file, or nothing of it.

A response is known again by its key: the vendor's id within the survey, else a hash of the row's content and which copy
of that content in the file it is. So the same file adds nothing, and identical rows of one file stay.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from urllib.parse import quote
from uuid import uuid4

from nps import segments
from nps.errors import Refused
from nps.importing import Answers
from nps.rows import Reject
from nps.score import Tally
from nps.store import Store, Transaction, quoted

REJECTS_SHOWN = 20
Progress = Callable[[float, str], None]

_KEYED = """
CREATE OR REPLACE TEMP TABLE keyed AS
WITH based AS (
    SELECT
        line,
        CASE WHEN response_id IS NOT NULL THEN concat_ws(' ', 'id', url_encode($survey), url_encode(response_id))
             ELSE concat_ws(' ', 'row', md5(concat_ws(chr(31), $survey, $question, content))) END
        || CASE WHEN score IS NULL THEN ' blank' ELSE '' END AS base
    FROM incoming
),
repeated AS (SELECT base FROM based GROUP BY base HAVING count(*) > 1)
SELECT line, base AS response_key FROM based ANTI JOIN repeated USING (base)
UNION ALL
SELECT line, CASE copy WHEN 1 THEN base ELSE base || ' copy ' || copy END
FROM (
    SELECT line, base, row_number() OVER (PARTITION BY base ORDER BY line) AS copy
    FROM based SEMI JOIN repeated USING (base)
)
"""
_KNOWN = """
CREATE OR REPLACE TEMP TABLE known AS
SELECT
    keyed.line, incoming.response_id, incoming.score,
    incoming.response_id IS NOT NULL AND (
        responses.score IS DISTINCT FROM incoming.score OR responses.comment IS DISTINCT FROM incoming.comment
    ) AS changed
FROM keyed
JOIN responses USING (response_key)
JOIN incoming ON incoming.line = keyed.line
"""
_CHANGED = """
INSERT INTO rejects
SELECT $import_id, line, $column, response_id,
    'this id is in the store already with another score or comment; nothing was changed. '
    || 'If it is another survey, give it a name of its own', []::VARCHAR[]
FROM known WHERE changed
"""
_REJECTED = """
INSERT INTO rejects SELECT $import_id, line, "column", value, reason, cells FROM refused
"""
_IMPORT = """
INSERT INTO imports (import_id, file, survey, metric, imported_at, imported_by, rows, accepted, blank, duplicate,
    rejected, mapping, remarks, sample, header, warnings)
VALUES ($import_id, $file, $survey, $metric, $now, $by, $rows, $accepted, $blank, $duplicate,
    $rejected, $mapping, $remarks, $sample, $header, $warnings)
"""


@dataclass(frozen=True)
class Landed:
    """What became of one file: rows = accepted + blank + duplicate + rejected.

    `tally` (empty for CSAT and CES) and the dates (first and last answer, UTC) are of the rows that went in; `rejects`
    are the first ones.
    """

    import_id: str
    file: str
    rows: int
    accepted: int
    blank: int
    duplicate: int
    rejected: int
    tally: Tally
    first: datetime | None
    last: datetime | None
    rejects: tuple[Reject, ...]
    remarks: tuple[str, ...]


def land(
    store: Store,
    answers: Answers,
    *,
    file: str,
    by: str,
    now: datetime,
    sample: bool = False,
    remarks: Sequence[str] = (),
    warnings: Sequence[str] = (),
    progress: Progress = lambda _share, _text: None,
) -> Landed:
    """Put the answers of one file into the store in one transaction. `file` is a name for people, never a path.

    `remarks` are kept beside those of the answers; `warnings` are what looked wrong and was imported all the same.
    """
    answers = replace(answers, remarks=tuple(dict.fromkeys((*remarks, *answers.remarks))))
    progress(0.5, "Preparing the segments")
    import_id = f"{now:%Y%m%d-%H%M%S}-{uuid4().hex[:6]}"

    def work(tx: Transaction, chosen: segments.Columns) -> Landed:
        progress(0.6, "Looking for rows that are there already")
        tx.register("incoming", segments.plainly_named(answers.table))
        tx.register("refused", answers.rejects)
        tx.execute(_KEYED, {"survey": answers.mapping.survey, "question": answers.mapping.score})
        tx.execute(_KNOWN)
        progress(0.75, "Writing the responses")
        tx.execute(_insert(tuple(chosen.values())), {"import_id": import_id, **_of(answers)})
        segments.list_new(tx, chosen, answers.table)
        tx.execute(_CHANGED, {"import_id": import_id, "column": answers.mapping.id or ""})
        tx.execute(_REJECTED, {"import_id": import_id})
        landed = _count(tx, import_id, file, answers)
        record = {
            name: getattr(landed, name)
            for name in ("import_id", "file", "rows", "accepted", "blank", "duplicate", "rejected")
        }
        mapping = json.dumps(asdict(answers.mapping), ensure_ascii=False)
        told = {"remarks": "\n".join(answers.remarks), "warnings": "\n".join(warnings), "header": list(answers.header)}
        given = {"now": now, "by": by, "mapping": mapping, "sample": sample}
        tx.execute(_IMPORT, {**record, **_of(answers), **told, **given})
        return landed

    landed = segments.with_columns(store, answers.table, work)
    progress(1.0, "Done")
    return landed


def key_of(response_id: str, *, survey: str) -> str:
    """The key of the scored response that has a vendor's id, as `_KEYED` writes it."""
    return f"id {quote(survey, safe='')} {quote(response_id, safe='')}"


def undo(store: Store, import_id: str, *, by: str, now: datetime) -> int:
    """Take back what one import brought and return how many responses that were. Case work on them stays.

    Raises Refused where there is no such import, or it was taken back before.
    """

    def work(tx: Transaction) -> int:
        found = tx.rows("SELECT file, undone_at FROM imports WHERE import_id = $id", {"id": import_id})
        if not found:
            raise Refused(f"There is no import “{import_id}”. The page Imports lists them all.")
        if found[0][1]:
            raise Refused(f"The import of {found[0][0]} was taken back already, on {found[0][1]:%Y-%m-%d}.")
        removed = tx.execute("DELETE FROM responses WHERE import_id = $id", {"id": import_id})
        segments.forget_empty(tx)
        tx.execute(
            "UPDATE imports SET undone_at = $now, undone_by = $by WHERE import_id = $id",
            {"id": import_id, "now": now, "by": by},
        )
        return removed

    return store.transact(work, touches=("responses",))


def remove_sample(store: Store, *, by: str, now: datetime) -> int:
    """Take the sample out, its invented case work too, and return how many responses that were."""

    def work(tx: Transaction) -> int:
        ids = [row[0] for row in tx.rows("SELECT import_id FROM imports WHERE sample AND undone_at IS NULL")]
        of_sample = "IN (SELECT response_key FROM responses WHERE list_contains($ids, import_id))"
        tx.execute(f"DELETE FROM cases WHERE response_key {of_sample}", {"ids": ids})  # noqa: S608
        tx.execute(f"DELETE FROM case_events WHERE response_key {of_sample}", {"ids": ids})  # noqa: S608
        removed = tx.execute("DELETE FROM responses WHERE list_contains($ids, import_id)", {"ids": ids})
        segments.forget_empty(tx)
        tx.execute(
            "UPDATE imports SET undone_at = $now, undone_by = $by WHERE list_contains($ids, import_id)",
            {"ids": ids, "now": now, "by": by},
        )
        return removed

    return store.transact(work, touches=("responses", "cases"))


def _of(answers: Answers) -> dict[str, str]:
    return {"survey": answers.mapping.survey, "metric": answers.mapping.metric}


def _insert(columns: Sequence[str]) -> str:
    """The statement that appends what is new; `columns` are those of the file's segments, in their order."""
    targets = "".join(f", {quoted(column)}" for column in columns)
    sources = "".join(f", segment_{number}" for number in range(len(columns)))
    return f"""
    INSERT INTO responses (response_key, response_id, import_id, survey, metric, answered_at, score, comment,
        customer, name, email, account, person_id, account_id{targets})
    SELECT keyed.response_key, response_id, $import_id, $survey, $metric, answered_at, score, comment,
        customer, name, email, account, person_id(email, customer, keyed.response_key),
        account_id(account, email, customer, keyed.response_key){sources}
    FROM incoming
    JOIN keyed USING (line)
    ANTI JOIN known USING (line)
    ORDER BY line
    """  # noqa: S608


def _count(tx: Transaction, import_id: str, file: str, answers: Answers) -> Landed:
    [[promoters, passives, detractors, accepted, blank, first, last]] = tx.rows(
        """
        SELECT count(*) FILTER (WHERE promoter AND metric = 'nps'), count(*) FILTER (WHERE passive AND metric = 'nps'),
            count(*) FILTER (WHERE detractor AND metric = 'nps'),
            count(*) FILTER (WHERE NOT blank), count(*) FILTER (WHERE blank), min(answered_at), max(answered_at)
        FROM answers WHERE import_id = $import_id
        """,
        {"import_id": import_id},
    )
    [[duplicate, changed]] = tx.rows("SELECT count(*) FILTER (NOT changed), count(*) FILTER (changed) FROM known")
    shown = tx.rows(
        """
        SELECT line, column_name, value, reason, cells FROM rejects
        WHERE import_id = $import_id ORDER BY line LIMIT $n
        """,
        {"import_id": import_id, "n": REJECTS_SHOWN},
    )
    return Landed(
        import_id=import_id,
        file=file,
        rows=answers.rows,
        accepted=accepted,
        blank=blank,
        duplicate=duplicate,
        rejected=len(answers.rejects) + changed,
        tally=Tally(promoters, passives, detractors, blank),
        first=first,
        last=last,
        rejects=tuple(Reject(at, column, value, why, tuple(cells)) for at, column, value, why, cells in shown),
        remarks=answers.remarks,
    )
