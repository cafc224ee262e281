"""A large table of text cells, held small: a column of few values as codes, any other compressed piece by piece.

It is read like an Arrow table of strings, by columns, rows or pieces; what is read is unpacked for as long as it is
looked at.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps.store import PIECE

ROWS = PIECE  # of a piece
MOST_CODES = 32_767
T = TypeVar("T")
AHEAD = 2  # pieces that wait to be packed
_SMALL, _CODE = pa.int8(), pa.int16()
_SMALLEST = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=1), use_threads=False)
_READ = pa.ipc.IpcReadOptions(use_threads=False)


@dataclass(frozen=True, eq=False)
class _Column:
    """Pieces of ROWS cells, the last perhaps of fewer: codes, or packed text. `rows` cells from `begin` on are meant.

    `values` are what the codes stand for.
    """

    pieces: Sequence[pa.Array | pa.Buffer]
    values: pa.Array
    begin: int
    rows: int

    def parts(self) -> Iterator[pa.Array]:
        """The cells piece by piece, as strings or coded."""
        return map(self.part, self.places)

    @property
    def places(self) -> range:
        """Of the pieces that hold them."""
        return range(self.begin // ROWS, -(-(self.begin + self.rows) // ROWS))

    def part(self, place: int) -> pa.Array:
        """What one piece holds of them."""
        first = max(self.begin - place * ROWS, 0)
        return self._piece(place).slice(first, self.begin + self.rows - place * ROWS - first)

    def _piece(self, place: int) -> pa.Array:
        found = self.pieces[place]
        if isinstance(found, pa.Buffer):
            return pa.ipc.open_stream(found, options=_READ).read_next_batch().column(0)
        return pa.DictionaryArray.from_arrays(found.cast(_CODE), self.values)

    @property
    def coded(self) -> bool:
        return not any(isinstance(piece, pa.Buffer) for piece in self.pieces)


class Packed:
    """String columns of one length, cells never null."""

    def __init__(self, columns: dict[str, _Column], rows: int) -> None:
        self._columns, self._rows = columns, rows

    def __len__(self) -> int:
        return self._rows

    @property
    def column_names(self) -> list[str]:
        return [*self._columns]

    @property
    def num_columns(self) -> int:
        return len(self._columns)

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """A column, unpacked."""
        return pa.chunked_array(self.parts(name), pa.string())

    def column(self, place: int) -> pa.ChunkedArray:
        return self[self.column_names[place]]

    def coded(self, name: str) -> pa.ChunkedArray:
        """A column as codes with their values where it has few, which is many times faster to look through."""
        column = self._columns[name]
        return pa.chunked_array(column.parts(), pa.dictionary(_CODE, pa.string())) if column.coded else self[name]

    def parts(self, name: str) -> Iterator[pa.Array]:
        """A column piece by piece."""
        return map(_text, self._columns[name].parts())

    def each(self, name: str, look: Callable[[pa.Array], T]) -> Iterator[T]:
        """What is seen in each piece of a column, in their order; as many are looked at together as there are cores."""
        column = self._columns[name]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from pool.map(lambda place: look(_text(column.part(place))), column.places)

    def some(self, name: str, look: Callable[[pa.Array], bool]) -> bool:
        """Whether that is seen in any cell of a column."""
        coded = self._columns[name].coded
        return look(different(self.coded(name))) if coded else any(self.each(name, look))

    def slice(self, begin: int, rows: int | None = None) -> "Packed":
        """The rows from one on, nothing unpacked."""
        begin = min(begin, self._rows)
        count = self._rows - begin if rows is None else min(rows, self._rows - begin)
        return Packed({n: replace(c, begin=c.begin + begin, rows=count) for n, c in self._columns.items()}, count)

    def select(self, names: Sequence[str]) -> "Packed":
        return Packed({name: self._columns[name] for name in names}, self._rows)

    def rename_columns(self, names: Sequence[str]) -> "Packed":
        return Packed(dict(zip(names, self._columns.values(), strict=True)), self._rows)

    def append_column(self, name: str, cells: pa.Array | pa.ChunkedArray) -> "Packed":
        return Packed({**self._columns, name: _column(cells)}, self._rows)

    def set_column(self, _place: int, name: str, cells: pa.Array | pa.ChunkedArray) -> "Packed":
        """The table with other cells in the column of that name."""
        return Packed({**self._columns, name: _column(cells)}, self._rows)

    def take(self, places: Any) -> pa.Table:
        """These rows, unpacked."""
        wanted = np.asarray(places, dtype=np.int64)
        order = np.argsort(wanted, kind="stable")
        back = pa.array(np.argsort(order, kind="stable"))
        ends = np.searchsorted(wanted[order], np.arange(ROWS, self._rows + ROWS, ROWS))
        begins = np.concatenate(([0], ends[:-1]))
        here = [(at, order[one:other]) for at, (one, other) in enumerate(zip(begins, ends, strict=True)) if one < other]

        def taken(name: str) -> pa.Array:
            found = [_text(self._rows_at(name, at).take(pa.array(wanted[rows] - at * ROWS))) for at, rows in here]
            return pa.concat_arrays(found).take(back) if found else pa.array([], pa.string())

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return pa.table([*pool.map(taken, self._columns)], names=self.column_names)

    def _rows_at(self, name: str, place: int) -> pa.Array:
        """The cells at ROWS * place and the ROWS - 1 after it, as one array."""
        parts = [*self.slice(place * ROWS, ROWS)._columns[name].parts()]
        return parts[0] if len(parts) == 1 else pa.concat_arrays([_text(part) for part in parts])

    def filter(self, keep: pa.Array | pa.ChunkedArray) -> "Packed":
        """The rows that are to be kept, packed anew."""
        with Packing(self.column_names) as packing:
            for begin in range(0, self._rows, ROWS):
                packing.add(self.slice(begin, ROWS)._table(coded=True).filter(keep.slice(begin, ROWS)))
        return packing.packed()

    def _table(self, *, coded: bool) -> pa.Table:
        return pa.table({name: self.coded(name) if coded else self[name] for name in self._columns})

    def whole(self) -> pa.Table:
        """All of it, unpacked."""
        return self._table(coded=False)

    def to_pylist(self) -> list[dict[str, str]]:
        """The rows, each by column."""
        rows: list[dict[str, str]] = self.whole().to_pylist()
        return rows

    def reader(self) -> pa.RecordBatchReader:
        """All of it, unpacked piece by piece."""
        schema = pa.schema([(name, pa.string()) for name in self._columns])
        pieces = (self.slice(begin, ROWS).whole() for begin in range(0, self._rows, ROWS))
        return pa.RecordBatchReader.from_batches(schema, (batch for piece in pieces for batch in piece.to_batches()))


Cells: TypeAlias = pa.Table | Packed


class Packing:
    """Rows on their way into a packed table, in a thread beside the one that reads them.

    A `with` of it ends with all of them packed; those of an error are thrown away.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._pieces: dict[str, list[pa.Array | pa.Buffer]] = {name: [] for name in names}
        self._codes: dict[str, dict[str, int]] = {name: {} for name in names}
        self._waiting: list[pa.Table] = []
        self._count = self._rows = 0
        self._pool = ThreadPoolExecutor(1, "packing")
        self._under_way: list[Future[None]] = []

    def __enter__(self) -> "Packing":
        return self

    def __exit__(self, kind: object, _error: object, _trace: object) -> None:
        if kind is None and self._count:
            self._send(self._count)
        self._pool.shutdown(cancel_futures=kind is not None)
        if kind is None:
            for done in self._under_way:
                done.result()

    def add(self, rows: pa.Table) -> None:
        """Rows of string columns, coded or not, in the order of the names."""
        self._waiting.append(rows)
        self._count += len(rows)
        while self._count >= ROWS:
            self._send(ROWS)

    def packed(self) -> Packed:
        """The table, once the `with` has ended."""
        values = {name: pa.array(codes, pa.string()) for name, codes in self._codes.items()}
        columns = {name: _Column(pieces, values[name], 0, self._rows) for name, pieces in self._pieces.items()}
        return Packed(columns, self._rows)

    def _send(self, rows: int) -> None:
        table = pa.concat_tables(self._waiting)
        self._waiting, self._count = [table.slice(rows)], self._count - rows
        self._rows += rows
        if len(self._under_way) >= AHEAD:
            self._under_way.pop(0).result()
        self._under_way.append(self._pool.submit(self._pack, table.slice(0, rows)))

    def _pack(self, table: pa.Table) -> None:
        for name, column in zip(self._pieces, table.columns, strict=True):
            cells = column.combine_chunks()
            codes = self._coded(name, cells) if pa.types.is_dictionary(cells.type) else None
            self._pieces[name].append(_packed(_text(cells)) if codes is None else codes)

    def _coded(self, name: str, cells: pa.DictionaryArray) -> pa.Array | None:
        """The codes of cells; None where the column has too many different ones."""
        known, values = self._codes[name], cells.dictionary.to_pylist()
        if len(known) + len(values) > MOST_CODES and len(known.keys() | values) > MOST_CODES:
            return None
        codes = [known.setdefault(value, len(known)) for value in values]
        small = max(codes, default=0) <= 127
        return pa.array(codes, _SMALL if small else _CODE).take(cells.indices)


def _packed(cells: pa.Array) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    batch = pa.record_batch([cells], names=["cells"])
    with pa.ipc.new_stream(sink, batch.schema, options=_SMALLEST) as stream:
        stream.write_batch(batch)
    return pa.py_buffer(sink.getvalue().to_pybytes())  # just as large as it has to be


def _column(cells: pa.Array | pa.ChunkedArray) -> _Column:
    pieces = [cells.slice(begin, ROWS) for begin in range(0, len(cells), ROWS)]
    arrays = [piece.combine_chunks() if isinstance(piece, pa.ChunkedArray) else piece for piece in pieces]
    return _Column([*map(_packed, arrays)], pa.array([], pa.string()), 0, len(cells))


def _text(cells: pa.Array) -> pa.Array:
    return cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells


def coded(table: Cells, name: str) -> pa.ChunkedArray:
    """A column, as codes with their values where the table is packed and the column has few."""
    return table.coded(name) if isinstance(table, Packed) else table[name]


def parts(table: Cells, name: str) -> Iterable[pa.Array]:
    """A column in parts, none of which is held for longer than it is looked at."""
    found: Iterable[pa.Array] = table.parts(name) if isinstance(table, Packed) else table[name].chunks
    return found


def each(table: Cells, name: str, look: Callable[[pa.Array], T]) -> Iterator[T]:
    """What is seen in each part of a column, in their order."""
    return table.each(name, look) if isinstance(table, Packed) else map(look, table[name].chunks)


def some(table: Cells, name: str, look: Callable[[pa.Array], bool]) -> bool:
    """Whether that is seen in any cell of a column."""
    return table.some(name, look) if isinstance(table, Packed) else any(map(look, table[name].chunks))


def unpacked(table: Cells) -> pa.Table:
    """The rows as an Arrow table."""
    return table.whole() if isinstance(table, Packed) else table


def readable(table: Cells) -> pa.Table | pa.RecordBatchReader:
    """The rows as SQL can read them, once."""
    return table.reader() if isinstance(table, Packed) else table


def different(cells: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Cells that stand for all of a column: the different ones where it is coded."""
    return pc.unique(cells).dictionary_decode() if pa.types.is_dictionary(cells.type) else cells
