"""One file from its bytes into the store without a person at a screen, and what became of it in lines of text."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from nps import importing, imports, recall, remembered, sanity, segments
from nps.clock import counted, now
from nps.decided import settings
from nps.importing import Grid, Mapping
from nps.jobs import Progress, unsaid
from nps.reasons import brought
from nps.store import Store


def bring_in(
    store: Store,
    name: str,
    data: bytes | BinaryIO,
    *,
    by: str,
    scores: Sequence[str] = (),
    sheet: str | None = None,
    turn: bool | None = None,
    file_as: str | None = None,
    update: bool = False,
    progress: Progress = unsaid,
    **said: Any,
) -> tuple[tuple[imports.Landed, Mapping], ...]:
    """Import a file: its columns as said, as remembered, or as guessed; what was said is remembered.

    Several `scores` are a survey each. `sheet`, `turn` and `file_as` are those of `importing.read`; where the last two
    are not said (None), they are as remembered. What looks wrong is told among the remarks and kept on the import. With
    `update`, changed answers of known ids replace the old ones. Raises Refused, or Ambiguous where only a person can
    answer, before any row goes in.
    """
    grid = recall.read(store, name, data, sheet=sheet, turn=turn, file_as=file_as)
    guesses = recall.guesses(store, grid, scores=scores, **said)
    for question in (question for guess in guesses for question in guess.open):
        raise question
    landed = tuple(
        land(store, grid, guess.mapping, by=by, remarks=guess.remarks, update=update, progress=progress)
        for guess in guesses
    )
    if scores or any(value is not None for value in said.values()) or recall.read_otherwise(store, grid):
        remembered.keep(store, grid, *(guess.mapping for guess in guesses), by=by, now=now())
    return landed


def land(
    store: Store,
    grid: Grid,
    mapping: Mapping,
    *,
    by: str,
    remarks: Sequence[str] = (),
    warnings: Sequence[str] | None = None,
    update: bool = False,
    progress: Progress = unsaid,
) -> tuple[imports.Landed, Mapping]:
    """Land a file whose columns are settled; return the mapping as its values decided it, too.

    `warnings` are what a person has seen and let pass; None: what looks wrong is looked for here and told.
    """
    zone = settings(store).zone
    source = importing.Source.of(grid, mapping, zone=zone)
    known = imports.again(store, source, file=grid.name, by=by, now=now())
    if known:
        return known, mapping
    understood = importing.answers(grid, mapping, zone=zone)
    doubts = sanity.warnings(store, understood) if warnings is None else ()
    landed = imports.land(
        store,
        understood,
        file=grid.name,
        by=by,
        now=now(),
        remarks=(*remarks, *doubts),
        warnings=doubts if warnings is None else warnings,
        update=update,
        source=source,
        progress=progress,
    )
    # In a transaction of its own: it is undone without the import, on the page Codebook.
    reasons = brought.match(store, segments.labels(understood.responses), by=by, now=now())
    return replace(landed, remarks=(*landed.remarks, *reasons)), understood.mapping


def lines(path: object, landed: imports.Landed) -> Iterable[str]:
    """What became of a file, for a terminal or a report."""
    tally = landed.tally
    nps = "no NPS" if tally.nps is None else f"NPS {tally.nps:.1f}"
    yield (
        f"{path}: {landed.rows} rows = {landed.accepted} accepted + {landed.blank} blank + "
        f"{landed.duplicate} duplicate + {landed.changed} changed + {landed.rejected} rejected; {nps} "
        f"(import {landed.import_id})"
    )
    for remark in landed.remarks:
        yield f"  {remark}"
    for reject in landed.rejects:
        yield f"  line {reject.line}, {reject.column} “{reject.value}”: {reject.reason}"
    if landed.changed:
        yield f"  {counted(landed.changed, 'known response')} changed: {_what_became(landed)}"
    for change in landed.changes:
        what = f"{_said(change.before)} → {_said(change.after)}"
        yield f"  line {change.line}, {change.response_id}, {change.column}: {what}"


def _what_became(landed: imports.Landed) -> str:
    if landed.updated:
        return "the new answers replaced the old ones; undo brings the old ones back."
    return "the old answers stay. Import again with --update to replace them, or with --survey if it is another survey."


def _said(value: str | None) -> str:
    return "nothing" if value is None else f"“{value}”"
