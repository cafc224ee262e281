"""All of a store carried over into another one: every table with every row and column, of one moment, and compared."""

from nps import checking
from nps.clock import counted
from nps.errors import Refused, StoreError
from nps.store import Row, Store, Transaction, quoted
from nps.topics import TOPICS

_SAMPLE_SINCE = "coalesce((SELECT min(imported_at) FROM imports WHERE sample), '-infinity')"
_OWN = {
    "import": "imports WHERE NOT sample OR undone_at IS NOT NULL",
    "case step": f"case_events WHERE happened_at >= {_SAMPLE_SINCE}",  # the sample's were long before
    "reading": f"readings WHERE read_at >= {_SAMPLE_SINCE}",
    "mark": "marks WHERE said_by NOT IN (SELECT imported_by FROM imports WHERE sample)",
    "customer file": "contexts",
    "setting": "settings",
    "assignment rule": "assignment_rules",
    "codebook step": "codebook_steps",
    "reason value": "code_values",
    "kept selection": "kept",
    "remembered file": "mappings",
    "opt-out": "opt_outs",
    "mail": "outbox",
    "template": "sayings",
    "watched hotspot": "watched",
    "writer": "writers",
}


def carry(tx: Transaction, into: Store) -> dict[str, Row]:
    """Put all that the transaction's store holds into one that holds nothing of anybody's own; return its sums.

    What the other one holds, the sample or what the program made, goes. Rows keep their order: a response's place among
    those of one second says which is the latest. Raises Refused where somebody worked in the other store, StoreError
    where the two would not hold the same; then nothing of it is kept.
    """
    held = checking.sums(tx)
    into.tried(lambda other: _free(other, into))
    into.widen(checking.columns(tx, "responses"))

    def work(other: Transaction) -> None:
        _free(other, into)
        if held.keys() != checking.sums(other).keys():
            raise StoreError(f"The store {into.name} has other tables. Use the same program for both.")
        for name in held:
            other.execute(f"DELETE FROM {quoted(name)}")  # noqa: S608
            other.pour(f"INSERT INTO {quoted(name)} BY NAME", tx.reader(in_order(name)))
            if checking.sum_of(other, name, checking.columns(tx, name)) != held[name]:
                raise StoreError(f"The store {into.name} did not take in {name} as it is. Check the disk.")

    into.transact(work, touches=TOPICS)
    into.narrow(checking.columns(tx, "responses"))
    return held


def _free(tx: Transaction, store: Store) -> None:
    """Raise Refused where people did anything in a store that is to be filled."""
    found = {what: tx.rows(f"SELECT count(*) FROM {where}")[0][0] for what, where in _OWN.items()}  # noqa: S608
    if own := ", ".join(counted(n, what) for what, n in found.items() if n):
        raise Refused(f"The store {store.name} holds work of somebody: {own}. Name a new store with --store.")


def in_order(table: str) -> str:
    """The statement for all rows of a table, in the order in which they were written."""
    return f"SELECT * FROM {quoted(table)} ORDER BY rowid"  # noqa: S608
