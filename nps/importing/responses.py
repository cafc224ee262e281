"""The rows of a grid that are responses, typed piece by piece: a large file is never held twice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.packed import Cells

AT_ONCE = 500_000  # rows, where nobody says how many

Columns = Mapping[str, pa.ChunkedArray | pa.Array]


@dataclass(frozen=True)
class Maker:
    """How some columns are made of a part of the cells."""

    names: tuple[str, ...]
    made: Callable[[Cells], Columns]


@dataclass(frozen=True, eq=False)
class Responses:
    """A table whose columns are `known`, or made of the `cells` when they are asked for.

    `known` has a row for each of the cells, `kept` says which of these rows are in the table (None: all of them).
    `told_apart` says that each has an id that no other has; where it is not known, it is false.
    """

    cells: Cells
    known: pa.Table
    makers: tuple[Maker, ...] = ()
    kept: pa.Array | None = None
    told_apart: bool = False

    @classmethod
    def of(cls, table: pa.Table) -> "Responses":
        """A table that is there already."""
        return cls(table, table)

    def __len__(self) -> int:
        return len(self.known) if self.kept is None else int(pc.sum(self.kept).as_py() or 0)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.known.column_names, *(name for maker in self.makers for name in maker.names))

    def pieces(self, rows: int = AT_ONCE, *, names: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The table, or these columns of it, in pieces of at most so many rows; at least one, perhaps an empty one."""
        names = self.names if names is None else names
        for begin in range(0, max(len(self.known), 1), rows):
            yield self._piece(begin, rows, names)

    def table(self, names: Sequence[str] | None = None) -> pa.Table:
        """All of it, or these columns."""
        return pa.concat_tables(self.pieces(names=names))

    def _piece(self, begin: int, rows: int, names: Sequence[str]) -> pa.Table:
        known, cells = self.known.slice(begin, rows), self.cells.slice(begin, rows)
        columns: dict[str, pa.ChunkedArray | pa.Array] = {name: known[name] for name in known.column_names}
        for maker in self.makers:
            if not set(names).isdisjoint(maker.names):
                columns |= maker.made(cells)
        piece = pa.table({name: columns[name] for name in names})
        return piece if self.kept is None else piece.filter(self.kept.slice(begin, rows))
