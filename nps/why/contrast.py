"""Which groups moved apart from the others between two sides, corrected for how many were looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import NormalDist

from nps.rows import ValueTally
from nps.score import FEWEST_COMPARED
from nps.why.split import Part, Split, split

Both = tuple[Sequence[ValueTally], Sequence[ValueTally]]
Columns = tuple[str, ...]
SURE = 0.05
MOST_OF_IT = 0.8
SUMMED = ("share", "points", "adjusted", "variance", "n_before", "n_after")


@dataclass(frozen=True)
class Apart:
    """How one value of a segment, or pair of values of two, moved beside all others of it.

    `points`: how much of its part by rate is more than if it had moved like the others. `p_value` is corrected for the
    number of groups that were looked at. `leads`: it moved further than the others did.
    """

    columns: Columns
    value: str
    points: float
    p_value: float
    leads: bool

    @property
    def sure(self) -> bool:
        return self.p_value < SURE


@dataclass(frozen=True)
class Scan:
    """What moved apart: sure ones that lead first, by their points, then the others. `groups` were looked at.

    A pair of values that makes at least four fifths of what the first of its segments makes stands before it.
    """

    found: tuple[Apart, ...]
    groups: int

    def columns(self) -> Columns | None:
        """The segments that explain most; None where there are no two groups to compare."""
        return self.found[0].columns if self.found else None


def scan(counts: Mapping[Columns, Both]) -> Scan:
    """Look at all values of all segments, by their columns; those with fewer than 30 answers on a side are left out.

    A group is one where its score moved otherwise than those of the other values of its segment, each weighted by its
    mean share, so that no change of shares looks like one of scores. p is multiplied by the number of groups
    (Bonferroni: it holds however segments overlap).
    """
    tested = [
        (columns, move, others)
        for columns, both in counts.items()
        if (found := split(*both))
        for move, others in _moves(found)
    ]
    moved = [_apart(columns, move, others, len(tested)) for columns, move, others in tested]
    moved.sort(key=lambda each: (not each.sure, not each.leads, -abs(each.points) if each.sure else each.p_value))
    return Scan(tuple(_narrowest_first(moved)), len(moved))


def _narrowest_first(moved: Sequence[Apart]) -> list[Apart]:
    """In front a pair that makes most of what the first one makes, if it is one of its segment's: it says more."""
    for each in moved[1:] if moved and moved[0].sure else []:
        inside = set(moved[0].columns) < set(each.columns)
        if inside and each.sure and each.points / moved[0].points >= MOST_OF_IT:
            return [each, *(other for other in moved if other is not each)]
    return list(moved)


@dataclass(frozen=True)
class Move:
    """How far the scores of some values moved, weighted by their mean shares: sums over them, additive.

    `points` of NPS; `adjusted` and `variance` are those of the mean vote with three answers more; `n` on either side.
    """

    value: str = ""
    share: float = 0.0
    points: float = 0.0
    adjusted: float = 0.0
    variance: float = 0.0
    n_before: float = 0
    n_after: float = 0

    @property
    def enough(self) -> bool:
        return min(self.n_before, self.n_after) >= FEWEST_COMPARED


def _moves(found: Split) -> Iterator[tuple[Move, Move]]:
    """Each value with enough answers, and all others that have answers on both sides, where they have enough."""
    moves = [_move(part, found) for part in found.parts if part.before.n and part.after.n]
    every = {name: fsum(getattr(move, name) for move in moves) for name in SUMMED}
    for move in moves:
        others = Move(**{name: total - getattr(move, name) for name, total in every.items()})
        if move.enough and others.enough:
            yield move, others


def _move(part: Part, found: Split) -> Move:
    share = (part.before.n / found.before.n + part.after.n / found.after.n) / 2
    (now, v1), (then, v2) = part.after.adjusted(), part.before.adjusted()
    return Move(
        part.value, share, part.nps.rate, share * (now - then), share**2 * (v1 + v2), part.before.n, part.after.n
    )


def _apart(columns: Columns, move: Move, others: Move, tests: int) -> Apart:
    difference = move.adjusted / move.share - others.adjusted / others.share
    z = difference / sqrt(move.variance / move.share**2 + others.variance / others.share**2)
    own, rest = move.points / move.share, others.points / others.share
    p_value = min(1.0, 2 * tests * NormalDist().cdf(-abs(z)))
    return Apart(columns, move.value, move.share * (own - rest), p_value, abs(own) >= abs(rest))
