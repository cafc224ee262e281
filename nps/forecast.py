"""What would become of a file if it were imported now: the counts that landing it would give; nothing is written."""

from dataclasses import dataclass

from nps import changes, imports, segments
from nps.importing import Answers
from nps.rows import Change
from nps.store import Store, Transaction

SHOWN = 10  # of the cells that differ

_COUNTED = """
SELECT
    count(*) FILTER (known.line IS NULL AND score IS NOT NULL), count(*) FILTER (known.line IS NULL AND score IS NULL),
    count(*) FILTER (NOT changed), count(*) FILTER (changed)
FROM listed
LEFT JOIN known USING (line)
"""


@dataclass(frozen=True)
class Forecast:
    """Rows = accepted + blank + duplicate + changed + rejected, as in `imports.Landed`; the first of the `changes`."""

    accepted: int
    blank: int
    duplicate: int
    changed: int
    rejected: int
    changes: tuple[Change, ...]


def forecast(store: Store, answers: Answers) -> Forecast:
    """Lay the answers of a file beside what the store holds at this moment."""

    def work(tx: Transaction) -> Forecast:
        there = {column for (column,) in tx.rows("SELECT column_name FROM (DESCRIBE responses)")}
        compared = changes.compared(tx, answers.mapping, segments.foreseen(tx, answers.responses))
        # A segment that no response can have yet is no change.
        columns = [each for each in compared if each.column in there]
        imports.lay_out(tx, answers, columns)
        [[accepted, blank, duplicate, changed]] = tx.rows(_COUNTED)
        first = changes.first(tx, columns, limit=SHOWN) if changed else ()
        return Forecast(accepted, blank, duplicate, changed, len(answers.rejects), first)

    return store.tried(work)
