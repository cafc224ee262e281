"""Files about customers into the store, and out of it again: all of a file, or nothing of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from nps import rollups
from nps.clock import counted
from nps.context import asking
from nps.context.linking import relink
from nps.context.reading import Rows
from nps.context.rows import Context, Unmatched
from nps.derived import derive
from nps.errors import Refused
from nps.store import Store, Transaction

TOUCHED = ("responses", "context")  # links are made of both


def bring_in(store: Store, rows: Rows, *, by: str, now: datetime) -> Context:
    """Keep the rows of a file beside the responses, which stay as they are; return what became of them.

    A later file with the same ids replaces what an earlier one said.
    """
    context_id = f"{now:%Y%m%d-%H%M%S}-{uuid4().hex[:6]}"

    def work(tx: Transaction) -> None:
        tx.register("incoming", rows.table)
        tx.execute("INSERT INTO context_rows BY NAME SELECT $id AS context_id, * FROM incoming", {"id": context_id})
        tx.execute(
            "INSERT INTO contexts VALUES ($id, $file, $kind, $source, $why, $now, $by, $rows, NULL, NULL)",
            {
                "id": context_id,
                "file": rows.name,
                "kind": rows.understood.kind,
                "source": rows.understood.source,
                "why": rows.understood.why,
                "now": now,
                "by": by,
                "rows": len(rows.table),
            },
        )
        relink(tx)
        derive(tx)
        rollups.keep(tx)

    store.transact(work, touches=TOUCHED)
    return found(store, context_id)


def found(store: Store, context_id: str) -> Context:
    """One file that was brought in, and whom its rows lead to now."""
    for context in asking.contexts(store):
        if context.context_id == context_id:
            return context
    raise Refused(f"There is no file about customers “{context_id}”. The page Customer context lists them all.")


def take_back(store: Store, context_id: str, *, by: str, now: datetime) -> None:
    """Take a file back with all that it told; the responses stay as they are.

    Raises Refused where there is no such file, or it was taken back before.
    """

    def work(tx: Transaction) -> None:
        told = tx.rows("SELECT file, undone_at FROM contexts WHERE context_id = $id", {"id": context_id})
        if not told:
            raise Refused(f"There is no file about customers “{context_id}”. The page Customer context lists them all.")
        if told[0][1]:
            raise Refused(f"{told[0][0]} was taken back already, on {told[0][1]:%Y-%m-%d}.")
        tx.execute(
            "UPDATE contexts SET undone_at = $now, undone_by = $by WHERE context_id = $id",
            {"id": context_id, "now": now, "by": by},
        )
        relink(tx)
        derive(tx)
        rollups.keep(tx)

    store.transact(work, touches=TOUCHED)


def lines(path: object, context: Context, unmatched: Sequence[Unmatched]) -> Iterable[str]:
    """What became of a file, for a terminal."""
    yield (
        f"{path}: {counted(context.rows, 'row')} = {context.matched:,} matched + {context.unmatched:,} unmatched; "
        f"{counted(context.customers, 'customer')} (context {context.context_id})"
    )
    yield f"  Taken for {context.why}."
    for row in unmatched:
        yield f"  line {row.line}, {row.key or 'no key'}: {row.reason}"
