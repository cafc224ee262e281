"""Groups as a map shows them: each with its score drawn towards those of its like, and whether it is large enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from nps.crossing.hiding import hidden
from nps.hotspots.finding import support_of
from nps.hotspots.shrinking import shrunken
from nps.ranking import rank
from nps.rows import CellTally, ValueTally
from nps.score import Tally

Named = tuple[tuple[str, str], Tally]


@dataclass(frozen=True)
class Cell:
    """A group that may be seen: `inner` of the second segment within `outer` of the first, or of the segment `outer`.

    `drawn` is its NPS drawn towards that of the other groups, in points; `tested`: it has as many answers as the search
    for hotspots needs to test a group.
    """

    outer: str
    inner: str
    tally: Tally
    drawn: float
    tested: bool


@dataclass(frozen=True)
class Map:
    """The groups that may be seen, how many others there are, and how many answers a group needs to be tested."""

    cells: tuple[Cell, ...]
    hidden: int
    support: int


def crossed(rows: Sequence[CellTally]) -> Map:
    """Every pair of values of two segments."""
    left_out = hidden(rows)
    scored = [((row.value, row.other), row.tally) for row in rows if row.tally.n]
    return _map([each for each in scored if each[0] not in left_out], len(left_out), _n(scored))


def listed(segments: Iterable[tuple[str, Sequence[ValueTally]]]) -> Map:
    """Every value of some segments, each a name with its values."""
    shown: list[Named] = []
    left_out = most = 0
    for name, rows in segments:
        ranking = rank(rows)
        shown += [((name, row.value), row.tally) for row in ranking.shown]
        left_out, most = left_out + ranking.hidden, max(most, ranking.total.n)
    return _map(shown, left_out, most)


def _n(scored: Iterable[Named]) -> int:
    return sum(tally.n for _, tally in scored)


def _map(shown: Sequence[Named], left_out: int, n: int) -> Map:
    support = support_of(n)
    # Of what is shown alone: else the colours would tell of what is hidden.
    counts = np.array([[tally.detractors, tally.passives, tally.promoters] for _, tally in shown], dtype=np.int64)
    drawn = 100 * shrunken(counts) if shown else ()
    cells = [
        Cell(outer, inner, tally, float(points), tally.n >= support)
        for ((outer, inner), tally), points in zip(shown, drawn, strict=True)
    ]
    return Map(tuple(cells), left_out, support)
