"""What stands in each column of a grid, from a sample of its rows: to tell names, groups, numbers and texts apart."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.packed import parts
from nps.importing.reading import Grid
from nps.importing.scores import read_score
from nps.importing.words import BLANK_SPELLINGS, NOTHING, is_blank, plain
from nps.store import scratch

SAMPLE_ROWS = 20_000
SAMPLE_CELLS = 1_000_000
NUMBER = re.compile(r"[-+]?[\d\s.,']*\d%?")
# The look of a date, not its meaning: `dates` says what can be read and what exists.
DATE = re.compile(
    r"(?:\d{4}[-/.年] ?\d{1,2}[-/.月] ?\d{1,2}[日.]?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)|"
    r"(?:\w{2,9}\.?,? )?\d{1,2}(?:st|nd|rd|th|\.)?[ -]?(?:de )?[^\W\d]{3,10}\.?,?[ -](?:de )?(?:\d{4}|\d\d)|"
    r"(?:\w{2,9}\.?,? )?[^\W\d]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?:[T ,].*)?"
)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Column:
    """One column of a sample: `values` counts its trimmed cells that are not blank, `rows` counts all its cells."""

    place: int
    name: str
    plain: str
    rows: int
    values: Counter[str]

    @property
    def filled(self) -> int:
        return self.values.total()

    @property
    def distinct(self) -> int:
        return len(self.values)

    def share(self, pattern: re.Pattern[str]) -> float:
        """The share of filled cells that fit a pattern."""
        return sum(count for value, count in self.values.items() if pattern.fullmatch(value)) / max(self.filled, 1)

    def whole_share(self) -> float:
        """The share of filled cells that read as whole numbers."""
        whole = sum(
            count for value, count in self.values.items() if isinstance(read_score(value, -(10**6), 10**6), int)
        )
        return whole / max(self.filled, 1)

    def median_length(self) -> float:
        return median(len(value) for value in self.values) if self.values else 0.0

    def mean_words(self) -> float:
        """How many words the different values have on average: free text has several."""
        return sum(len(value.split()) for value in self.values) / max(self.distinct, 1)


def sample(grid: Grid) -> tuple[Column, ...]:
    """Every column of the grid, over all rows of a small file and evenly spread rows of a large one."""
    size = min(SAMPLE_ROWS, max(500, SAMPLE_CELLS // len(grid.header)))
    table = grid.table
    if len(table) > size:
        table = table.take(np.linspace(0, len(table) - 1, size).astype(np.int64))
    return tuple(
        Column(place, name, plain(name), len(table), _filled(table.column(place).to_pylist()))
        for place, name in enumerate(grid.header)
    )


def repeats(grid: Grid, name: str) -> bool:
    """Whether any value of that column that says something stands in two rows. Looked for once per grid."""
    known = _repeats.setdefault(grid, {})
    if name not in known:
        known[name] = _repeats_anew(lambda: parts(grid.table, name))
    return known[name]


_repeats: WeakKeyDictionary[Grid, dict[str, bool]] = WeakKeyDictionary()


def _repeats_anew(cells: Callable[[], Iterable[pa.Array]]) -> bool:
    with scratch() as con:
        con.register("cells", _reader(cells()))
        hashed = np.sort(con.execute("SELECT hash(v) AS h FROM cells").fetchnumpy()["h"])
        if (hashed[1:] != hashed[:-1]).all():
            return False  # many times faster than to compare the cells, and certain
        con.register("cells", _reader(cells()))
        found = con.execute(
            f"""SELECT count(DISTINCT trim(v)) < count(*) FROM cells
            WHERE NOT (strlen(v) < 8 AND regexp_full_match(trim(v), '{NOTHING}'))"""
        ).fetchall()
        return bool(found[0][0])


def _reader(parts: Iterable[pa.Array]) -> pa.RecordBatchReader:
    """Cells as a table with the column v."""
    schema = pa.schema([("v", pa.string())])
    return pa.RecordBatchReader.from_batches(schema, (pa.record_batch([part], schema=schema) for part in parts))


def cleaned(cells: pa.ChunkedArray, *, spare: tuple[str, ...] = ()) -> pa.ChunkedArray:
    """Cells without outer spaces, null where they say nothing; the words to `spare` are kept."""
    if pa.types.is_dictionary(cells.type):
        values = [
            cleaned(pa.chunked_array([chunk.dictionary]), spare=spare).combine_chunks() for chunk in cells.chunks[:1]
        ]
        return pa.chunked_array([values[0].take(chunk.indices) for chunk in cells.chunks], pa.string())
    trimmed = pc.utf8_trim_whitespace(cells)
    words = [word for word in BLANK_SPELLINGS if word.lower() not in spare]
    return pc.if_else(pc.is_in(trimmed, value_set=pa.array(words)), None, trimmed)


def _filled(cells: Sequence[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for cell, count in Counter(cells).items():
        if not is_blank(cell):
            counts[cell.strip()] += count
    return counts
