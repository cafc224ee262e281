"""One file from its bytes into the store without a person at a screen, and what became of it in lines of text."""

from collections.abc import Iterable
from typing import Any

from nps import importing, imports, remembered, sanity
from nps.clock import now
from nps.store import Store


def bring_in(store: Store, name: str, data: bytes, *, by: str, **said: Any) -> tuple[imports.Landed, importing.Mapping]:
    """Import a file: its columns as said, as remembered, or as guessed; what was said is remembered.

    What looks wrong is told among the remarks and kept on the import. Raises Refused, or Ambiguous where only a person
    can answer.
    """
    grid = importing.read(name, data)
    guess = remembered.guess(store, grid, **said)
    if guess.open:
        raise guess.open[0]
    understood = importing.answers(grid, guess.mapping)
    doubts = sanity.warnings(store, understood)
    landed = imports.land(
        store, understood, file=name, by=by, now=now(), remarks=(*guess.remarks, *doubts), warnings=doubts
    )
    if any(value is not None for value in said.values()):
        remembered.keep(store, grid, guess.mapping, by=by, now=now())
    return landed, understood.mapping


def lines(path: object, landed: imports.Landed) -> Iterable[str]:
    """What became of a file, for a terminal or a report."""
    tally = landed.tally
    nps = "no score" if tally.nps is None else f"NPS {tally.nps:.1f}"
    yield (
        f"{path}: {landed.rows} rows = {landed.accepted} accepted + {landed.blank} blank + "
        f"{landed.duplicate} duplicate + {landed.rejected} rejected; {nps} (import {landed.import_id})"
    )
    for remark in landed.remarks:
        yield f"  {remark}"
    for reject in landed.rejects:
        yield f"  line {reject.line}, {reject.column} “{reject.value}”: {reject.reason}"
