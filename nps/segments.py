"""Which column of the responses holds which segment of a file: known again by its label, added where it is new.

A column is added in a transaction of its own and listed in the one that brings its first value, so that an import which
breaks off leaves nothing to see.
"""

import logging
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import pyarrow as pa

from nps.derivations import PREFIX
from nps.importing import Responses
from nps.store import Row, Store, Transaction, quoted

SEGMENT = "segment:"
Columns = dict[str, str]
T = TypeVar("T")

# Derived segments are not for files, whatever they are called.
_LISTED = f"""
SELECT label, column_name FROM segments WHERE NOT starts_with(column_name, '{PREFIX}') ORDER BY position, column_name
"""  # noqa: S608

log = logging.getLogger(__name__)


class _Relisted(Exception):
    """The list of segments changed after the columns of a file were chosen."""


def with_columns(store: Store, responses: Responses, work: Callable[[Transaction, Columns], T]) -> T:
    """Run a work that writes to the columns of the file's segments; those that are missing are added first.

    Columns are added in a transaction of their own. If another import, or one that was taken back, changes the list of
    segments before the work begins, the columns are chosen anew.
    """
    names = _segments(responses.names)
    while True:
        columns = _columns(store.rows(_LISTED), names)
        store.widen(columns.values())

        def checked(tx: Transaction, columns: Columns = columns) -> T:
            if _columns(tx.rows(_LISTED), names) != columns:
                raise _Relisted
            return work(tx, columns)

        try:
            return store.transact(checked, touches=("responses",))
        except _Relisted:
            log.info("the list of segments changed; choosing columns anew")


def labels(responses: Responses) -> tuple[str, ...]:
    """The names of the file's segments."""
    return tuple(name.removeprefix(SEGMENT) for name in _segments(responses.names))


def foreseen(tx: Transaction, responses: Responses) -> Columns:
    """The columns that `with_columns` would choose for the file's segments; those that are missing are not added."""
    return _columns(tx.rows(_LISTED), _segments(responses.names))


def plainly_named(table: pa.Table) -> pa.Table:
    """The table with its segments named segment_0, segment_1 ...: SQL takes `Plan` and `PLAN` for one name."""
    segments = {name: f"segment_{number}" for number, name in enumerate(_segments(table.column_names))}
    return table.rename_columns([segments.get(name, name) for name in table.column_names])


def _segments(names: Sequence[str]) -> list[str]:
    return [name for name in names if name.startswith(SEGMENT)]


def _columns(listed: Sequence[Row], names: Sequence[str]) -> Columns:
    """The column of `responses` for each segment of a file: the listed one of the same label, else a free one.

    `listed` are labels and columns. A label in other upper and lower case is the same, unless the file has both.
    """
    exact: Columns = dict(listed)
    folded = {label.casefold(): column for label, column in reversed(listed)}
    labels = {name: name.removeprefix(SEGMENT) for name in names}
    chosen = {name: exact[label] for name, label in labels.items() if label in exact}
    taken = set(exact.values())
    for name, label in labels.items():
        if name not in chosen:
            column = folded.get(label.casefold())
            chosen[name] = column if column and column not in chosen.values() else _free_column(label, taken)
            taken.add(chosen[name])
    return {name: chosen[name] for name in names}


def list_new(tx: Transaction, columns: Columns, responses: Responses) -> None:
    """List the columns of this file that are not listed yet and hold a value now."""
    listed = {column for _, column in tx.rows(_LISTED)}
    new = {
        column: (name.removeprefix(SEGMENT), _kind(responses, name))
        for name, column in columns.items()
        if column not in listed and _holds_values(tx, column)
    }
    tx.list_segments(new)


def forget_empty(tx: Transaction) -> None:
    """List no segment that has no value any more; its column waits for an import that brings it again."""
    for _, column in tx.rows(_LISTED):
        if not _holds_values(tx, column):
            tx.execute("DELETE FROM segments WHERE column_name = $column", {"column": column})


def _holds_values(tx: Transaction, column: str) -> bool:
    """Whether a column has values, or may get them from a change that is applied or reverted."""
    values = f"SELECT 1 FROM responses WHERE {quoted(column)} IS NOT NULL LIMIT 1"  # noqa: S608
    return bool(tx.rows(values) or tx.rows("SELECT 1 FROM changes WHERE column_name = $c LIMIT 1", {"c": column}))


def _free_column(label: str, taken: set[str]) -> str:
    stem = "seg_" + (re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "column")
    number = 1
    while (column := stem if number == 1 else f"{stem}_{number}") in taken:
        number += 1
    return column


def _kind(responses: Responses, name: str) -> str:
    """Whether a new segment holds dates, numbers (too many different ones to choose from), or choices."""
    values: set[str] = set()
    kinds = {"date": r"\d{4}-\d{2}-\d{2}([ T][\d:.]+Z?)?", "number": r"-?[\d,.]+"}
    for piece in responses.pieces(names=[name]):
        more = {*piece[name].drop_null().unique().to_pylist()} - values
        kinds = {kind: like for kind, like in kinds.items() if all(re.fullmatch(like, value) for value in more)}
        if not kinds:
            return "choice"
        values |= more
    if values and "date" in kinds:
        return "date"
    return "number" if len(values) > 30 else "choice"
