"""Landing a file's answers in the store, and taking them back: all of a file, or nothing of it.

A response is known again by its key: the vendor's id within the survey, else a hash of the row's content and which copy
of that content in the file it is. So the same file adds nothing, and identical rows of one file stay. A known id with
another answer is a change, which waits until somebody confirms it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from urllib.parse import quote
from uuid import uuid4

from nps import changes, derived, incoming, queries, rollups, segments
from nps.context.linking import relink_answers
from nps.errors import Refused, StoreError
from nps.importing import Answers, Source, counted_as
from nps.jobs import Progress, unsaid
from nps.rows import Change, Reject
from nps.score import Tally
from nps.store import Store, Transaction

SAMPLE = "the sample"  # who brought it in
SHOWN = 20  # of the rejected and of the changed rows, with what became of a file
UNKNOWN = Source()

_REJECTED = """
INSERT INTO rejects SELECT $import_id, line, "column", value, reason, cells FROM refused
"""
_IMPORT = """
INSERT INTO imports (import_id, file, survey, metric, imported_at, imported_by, rows, accepted, blank, duplicate,
    changed, rejected, mapping, remarks, sample, header, warnings, sha256, read_as)
VALUES ($import_id, $file, $survey, $metric, $now, $by, $rows, $accepted, $blank, $duplicate,
    $changed, $rejected, $mapping, $remarks, $sample, $header, $warnings, $sha256, $read_as)
"""
# All rows of the import are in and as it brought them.
_THE_SAME = """
SELECT import_id, rows, rejected, remarks FROM imports
WHERE sha256 = $sha256 AND read_as = $read_as AND undone_at IS NULL AND duplicate = 0 AND changed = 0
    AND import_id NOT IN (SELECT brought_by FROM changes WHERE number IS NOT NULL)
LIMIT 1
"""
_ONCE_MORE = """
INSERT INTO imports
SELECT * REPLACE (
    $import_id AS import_id, $file AS file, $now AS imported_at, $by AS imported_by, false AS sample,
    0 AS accepted, 0 AS blank, rows - rejected AS duplicate
)
FROM imports WHERE import_id = $first
"""
_WORKED = """
SELECT count(*) FROM responses SEMI JOIN case_events USING (response_key) WHERE responses.import_id = $id
"""


@dataclass(frozen=True)
class Landed:
    """What became of one file: rows = accepted + blank + duplicate + changed + rejected.

    `changed` rows have a known id and another answer; of `updated` of them the answer was replaced, the others wait.
    `tally` (empty for CSAT and CES) and the dates (first and last answer, UTC) are of the rows that went in; `rejects`
    and `changes` are the first ones. `vanished` ids are known in the survey and missing from a file that holds most of
    them.
    """

    import_id: str
    file: str
    rows: int
    accepted: int
    blank: int
    duplicate: int
    changed: int
    rejected: int
    updated: int = 0
    vanished: int = 0
    tally: Tally = field(default_factory=Tally)
    first: datetime | None = None
    last: datetime | None = None
    rejects: tuple[Reject, ...] = ()
    changes: tuple[Change, ...] = ()
    remarks: tuple[str, ...] = ()

    def counts(self) -> dict[str, str | int]:
        """The columns of the history that are the same there."""
        names = ("import_id", "file", "rows", "accepted", "blank", "duplicate", "changed", "rejected")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class TakenBack:
    """How many responses left with an import, of how many its changes were reverted, and on how many somebody worked.

    The case work stays: a response that comes in again finds it there.
    """

    responses: int
    reverted: int
    worked: int = 0

    @property
    def about_cases(self) -> str:
        """A sentence about the case work on what left."""
        if not self.worked:
            return "Nobody had worked on any of them."
        return f"The case work on {self.worked:,} of them stays, and is there again when they are."


def again(store: Store, source: Source, *, file: str, by: str, now: datetime) -> Landed | None:
    """Land a file of which every row is in already, known by its bytes alone; None where that is not certain."""
    import_id = _new_id(now)

    def work(tx: Transaction) -> Landed | None:
        found = tx.rows(_THE_SAME, asdict(source))
        if not found:
            return None
        [(first, rows, rejected, remarks)] = found
        tx.execute(
            "INSERT INTO rejects SELECT * REPLACE ($id AS import_id) FROM rejects WHERE import_id = $first",
            {"id": import_id, "first": first},
        )
        tx.execute(_ONCE_MORE, {"import_id": import_id, "file": file, "now": now, "by": by, "first": first})
        return Landed(import_id, file, rows, 0, 0, rows - rejected, 0, rejected, remarks=tuple(remarks.splitlines()))

    landed = store.transact(work, touches=("responses",))
    return landed and _told(store, landed)


def _new_id(now: datetime) -> str:
    return f"{now:%Y%m%d-%H%M%S}-{uuid4().hex[:6]}"


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
    update: bool = False,
    source: Source = UNKNOWN,
    progress: Progress = unsaid,
) -> Landed:
    """Put the answers of one file into the store in one transaction. `file` is a name for people, never a path.

    `remarks` are kept beside those of the answers; `warnings` are what looked wrong and was imported all the same.
    With `update`, changed answers of known ids replace the old ones. By its `source` the very same file is known again.
    A `progress` that raises stops it: nothing is said after the commit.
    """
    answers = replace(answers, remarks=tuple(dict.fromkeys((*remarks, *answers.remarks))))
    import_id = _new_id(now)

    def work(tx: Transaction, chosen: segments.Columns) -> Landed:
        progress(0.5, "Looking for rows that are there already")
        columns = changes.compared(tx, answers.mapping, chosen)
        whose = {"import_id": import_id, **_of(answers)}
        twins = incoming.put_in(tx, answers, tuple(chosen.values()), whose=whose, progress=progress)
        progress(0.9, "Comparing with what is there")
        changes.find(tx, columns)
        said = (*answers.remarks, *_twins(twins), *changes.missing(tx, import_id, answers.mapping))
        changes.keep(tx, import_id, columns)
        segments.list_new(tx, chosen, answers.responses)
        tx.execute(_REJECTED, {"import_id": import_id})
        landed = _count(tx, import_id, file, answers, said)
        if landed.rows != landed.accepted + landed.blank + landed.duplicate + landed.changed + landed.rejected:
            raise StoreError(f"Some rows of {file} did not arrive in the store. Nothing was kept; import it once more.")
        mapping = json.dumps(asdict(answers.mapping), ensure_ascii=False)
        told = {"remarks": "\n".join(said), "warnings": "\n".join(warnings), "header": list(answers.header)}
        given = {"now": now, "by": by, "mapping": mapping, "sample": sample}
        tx.execute(_IMPORT, {**landed.counts(), **_of(answers), **told, **given, **asdict(source)})
        if update and landed.changed:
            landed = replace(landed, updated=changes.apply(tx, import_id, by=by, now=now))
        added = None if landed.updated else import_id
        relink_answers(tx, added)
        derived.derive(tx, added, uncounted=import_id)
        rollups.add(tx, "import_id = $import_id", {"import_id": import_id})
        rollups.keep(tx)
        return landed

    return _told(store, segments.with_columns(store, answers.responses, work))


def lay_out(tx: Transaction, answers: Answers, columns: Sequence[changes.Compared]) -> None:
    """Lay a file's rows beside the responses: the tables of `incoming`, and known by these columns."""
    incoming.meet(tx, answers)
    changes.find(tx, columns)


def _told(store: Store, landed: Landed) -> Landed:
    """What became of a file, with the first of its rejected and changed rows."""
    return replace(
        landed,
        rejects=queries.rejects(store, landed.import_id, limit=SHOWN),
        changes=queries.changes(store, landed.import_id, limit=SHOWN),
    )


def _twins(twins: int) -> list[str]:
    if not twins:
        return []
    return [f"{twins:,} rows are identical to another row of the file; each was kept, as they may be different people."]


def key_of(response_id: str, *, survey: str) -> str:
    """The key of the response that has a vendor's id, as `incoming` writes it."""
    return f"id {quote(survey, safe='')} {quote(response_id, safe='')}"


def update(store: Store, import_id: str, *, by: str, now: datetime) -> int:
    """Apply the changes of an import that wait, and return of how many responses.

    A response that was changed again meanwhile is left as it is. Raises Refused where there is no such import, or it
    was taken back.
    """

    def work(tx: Transaction) -> int:
        _standing(tx, import_id)
        updated = changes.apply(tx, import_id, by=by, now=now)
        segments.forget_empty(tx)
        relink_answers(tx)
        derived.derive(tx)
        rollups.keep(tx)
        return updated

    return store.transact(work, touches=("responses",))


def undo(store: Store, import_id: str, *, by: str, now: datetime) -> TakenBack:
    """Take back what one import brought and what it changed. Case work on the responses stays.

    Raises Refused where there is no such import, or it was taken back before.
    """

    def work(tx: Transaction) -> TakenBack:
        _standing(tx, import_id)
        [[worked]] = tx.rows(_WORKED, {"id": import_id})
        rollups.take(tx, "import_id = $id", {"id": import_id})
        removed = tx.execute("DELETE FROM responses WHERE import_id = $id", {"id": import_id})
        tx.execute(
            "UPDATE imports SET undone_at = $now, undone_by = $by WHERE import_id = $id",
            {"id": import_id, "now": now, "by": by},
        )
        reverted = changes.settle(tx, import_id)
        segments.forget_empty(tx)
        relink_answers(tx)
        derived.derive(tx)
        rollups.keep(tx)
        return TakenBack(removed, reverted, worked)

    return store.transact(work, touches=("responses",))


def _standing(tx: Transaction, import_id: str) -> None:
    """Raise Refused where there is no such import, or it was taken back."""
    found = tx.rows("SELECT file, undone_at FROM imports WHERE import_id = $id", {"id": import_id})
    if not found:
        raise Refused(f"There is no import “{import_id}”. The page Imports lists them all.")
    if found[0][1]:
        raise Refused(f"The import of {found[0][0]} was taken back already, on {found[0][1]:%Y-%m-%d}.")


def remove_sample(store: Store, *, by: str, now: datetime) -> int:
    """Take the sample out, its invented case work, readings and marks too; return how many responses that were."""

    def work(tx: Transaction) -> int:
        ids = [row[0] for row in tx.rows("SELECT import_id FROM imports WHERE sample AND undone_at IS NULL")]
        of_sample = "IN (SELECT response_key FROM responses WHERE list_contains($ids, import_id))"
        tx.execute(f"DELETE FROM cases WHERE response_key {of_sample}", {"ids": ids})  # noqa: S608
        tx.execute(f"DELETE FROM case_events WHERE response_key {of_sample}", {"ids": ids})  # noqa: S608
        tx.execute(f"DELETE FROM readings WHERE response_key {of_sample}", {"ids": ids})  # noqa: S608
        rollups.take(tx, "list_contains($ids, import_id)", {"ids": ids})
        removed = tx.execute("DELETE FROM responses WHERE list_contains($ids, import_id)", {"ids": ids})
        tx.execute("DELETE FROM marks WHERE said_by = $sample", {"sample": SAMPLE})
        segments.forget_empty(tx)
        relink_answers(tx)
        derived.derive(tx)
        rollups.keep(tx)
        tx.execute(
            "UPDATE imports SET undone_at = $now, undone_by = $by WHERE list_contains($ids, import_id)",
            {"ids": ids, "now": now, "by": by},
        )
        return removed

    return store.transact(work, touches=("responses", "cases", "readings", "marks"))


def _of(answers: Answers) -> dict[str, str]:
    mapping = answers.mapping
    return {"survey": mapping.survey, "metric": counted_as(mapping.metric, mapping.scale)}


def _count(tx: Transaction, import_id: str, file: str, answers: Answers, remarks: tuple[str, ...]) -> Landed:
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
    [[vanished]] = tx.rows("SELECT count(*) FROM vanished WHERE import_id = $id", {"id": import_id})
    return Landed(
        import_id=import_id,
        file=file,
        rows=answers.rows,
        accepted=accepted,
        blank=blank,
        duplicate=duplicate,
        changed=changed,
        rejected=len(answers.rejects),
        vanished=vanished,
        tally=Tally(promoters, passives, detractors, blank),
        first=first,
        last=last,
        remarks=remarks,
    )
