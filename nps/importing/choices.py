"""Cells that join several ticked choices ("Price, Support"): told from text, and parted into yes or no for each."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.columns import cleaned
from nps.importing.words import is_blank

FEWEST = 20  # filled cells; fewer prove nothing
RARE = 0.02  # of the filled cells: a choice ticked less often is somebody's own words, or says nothing
FEWEST_TICKS = 3
SEVERAL = 0.1  # of the cells hold two choices or more
KNOWN = 0.8  # of all parts are frequent choices: else it is text
WAYS = 1.5  # people combine choices in that many more ways than there are choices; "City, Country" has fewer
MOST = 12  # choices of a column, the most frequent ones
MOST_VALUES = 50_000
# A comma within brackets or a number parts nothing: "Online course (Coursera, edX)", "1,000".
_PARTS = {";": re.compile(r";"), ",": re.compile(r",(?!\d{3}\b)(?![^()]*\))")}


@dataclass(frozen=True)
class Choices:
    """The choices of a column, most frequent first; `follows` names the part that belongs to the one before it."""

    names: tuple[str, ...]
    delimiter: str
    follows: Mapping[str, str]

    def ticked(self, cell: str) -> list[str]:
        """The choices and other parts of a cell."""
        return list(_joined(_parts(cell, self.delimiter), self.follows, self.delimiter))


def choices(values: Mapping[str, int]) -> Choices | None:
    """The choices that a column's cells (with their counts) join, or None where they are single answers or text."""
    if sum(values.values()) < FEWEST or len(values) > MOST_VALUES:
        return None
    written = [delimiter for delimiter in _PARTS if any(delimiter in value for value in values)]
    return next((found for delimiter in written if (found := _of(values, delimiter)) is not None), None)


def known(values: Mapping[str, int], names: Sequence[str]) -> Choices:
    """The choices of a column that is known to join them, without those that nobody chose."""
    ticks: Counter[str] = Counter(dict.fromkeys(names, 0))  # in the file's order where they are as frequent
    for value, count in values.items():
        for part in _parts(value, ";"):
            ticks[part] += count
    chosen = [name for name, count in ticks.most_common() if count] if values else names
    return Choices(tuple(chosen[:MOST]), ";", {})


def _of(values: Mapping[str, int], delimiter: str) -> Choices | None:
    filled = sum(values.values())
    cells = [(_parts(value, delimiter), count) for value, count in values.items()]
    if sum(count for parts, count in cells if len(parts) > 1) < SEVERAL * filled:
        return None
    follows = _inseparable(cells)
    whole = [([*_joined(parts, follows, delimiter)], count) for parts, count in cells]
    ticks: Counter[str] = Counter()
    for parts, count in whole:
        for part in set(parts):
            ticks[part] += count
    names = [name for name, count in ticks.most_common() if count >= max(FEWEST_TICKS, RARE * filled)]
    several = sum(count for parts, count in whole if len(parts) > 1)
    combined = len({frozenset(parts) & frozenset(names) for parts, _ in whole})
    known = sum(ticks[name] for name in names) / ticks.total()
    if len(names) < 2 or several < SEVERAL * filled or known < KNOWN or combined < WAYS * len(names):
        return None
    return Choices(tuple(names[:MOST]), delimiter, follows)


def yes_or_no(cells: pa.ChunkedArray, found: Choices) -> Iterator[tuple[str, pa.ChunkedArray]]:
    """Each choice with Yes or No row by row, null where nothing was answered."""
    coded = cleaned(cells).combine_chunks().dictionary_encode()
    ticked = [frozenset(found.ticked(cell)) for cell in coded.dictionary.to_pylist()]
    for name in found.names:
        answers = pa.array(["Yes" if name in one else "No" for one in ticked], pa.string())
        yield name, pa.chunked_array([answers.take(coded.indices)])


def counted_values(cells: pa.ChunkedArray) -> Counter[str]:
    """How often each cell that says something stands in a column, without its outer spaces; empty for too many."""
    counts = pc.value_counts(cells)
    found: Counter[str] = Counter()
    if len(counts) > MOST_VALUES:
        return found
    for cell, count in zip(counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True):
        if not is_blank(cell):
            found[cell.strip()] += count
    return found


def _parts(cell: str, delimiter: str) -> list[str]:
    return [part for text in _PARTS[delimiter].split(cell) if (part := text.strip())]


def _inseparable(cells: list[tuple[list[str], int]]) -> dict[str, str]:
    """Parts that stand side by side wherever one of them does: a choice with a comma in its words."""
    alone: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for parts, count in cells:
        for part in parts:
            alone[part] += count
        for pair in pairwise(parts):
            pairs[pair] += count
    return {one: other for (one, other), count in pairs.items() if count >= 0.95 * max(alone[one], alone[other])}


def _joined(parts: list[str], follows: Mapping[str, str], delimiter: str) -> Iterator[str]:
    """The parts of a cell, those that belong together as one."""
    whole: list[str] = []
    for part in parts:
        if whole and follows.get(whole[-1]) != part:
            yield f"{delimiter} ".join(whole)
            whole = []
        whole.append(part)
    if whole:
        yield f"{delimiter} ".join(whole)
