"""Which groups moved apart from the others between two sides, corrected for how many were looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from nps.rows import ValueTally
from nps.score import FEWEST_COMPARED, Tally
from nps.why.split import Part, split

Both = tuple[Sequence[ValueTally], Sequence[ValueTally]]
Columns = tuple[str, ...]
SURE = 0.05
MOST_OF_IT = 0.8


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

    A group is one where its score moved otherwise than that of all other values of its segment: variances of the four
    adjusted scores added, p times the number of groups (Bonferroni: it holds however segments overlap).
    """
    tested = [
        (columns, part, rest)
        for columns, both in counts.items()
        if (found := split(*both))
        for part in found.parts
        if _compared(part, rest := (found.before - part.before, found.after - part.after))
    ]
    moved = [_apart(columns, part, rest, len(tested)) for columns, part, rest in tested]
    moved.sort(key=lambda each: (not each.sure, not each.leads, -abs(each.points) if each.sure else each.p_value))
    return Scan(tuple(_narrowest_first(moved)), len(moved))


def _narrowest_first(moved: Sequence[Apart]) -> list[Apart]:
    """In front a pair that makes most of what the first one makes, if it is one of its segment's: it says more."""
    for each in moved[1:] if moved and moved[0].sure else []:
        inside = set(moved[0].columns) < set(each.columns)
        if inside and each.sure and each.points / moved[0].points >= MOST_OF_IT:
            return [each, *(other for other in moved if other is not each)]
    return list(moved)


def _compared(part: Part, rest: tuple[Tally, Tally]) -> bool:
    return min(tally.n for tally in (part.before, part.after, *rest)) >= FEWEST_COMPARED


def _apart(columns: Columns, part: Part, rest: tuple[Tally, Tally], tests: int) -> Apart:
    (now, v1), (then, v2), (others_now, v3), (others_then, v4) = (
        tally.adjusted() for tally in (part.after, part.before, rest[1], rest[0])
    )
    z = ((now - then) - (others_now - others_then)) / sqrt(v1 + v2 + v3 + v4)
    own, others = part.after.change_from(part.before).points, rest[1].change_from(rest[0]).points
    assert own is not None
    assert others is not None
    share = (part.before.n / (part.before + rest[0]).n + part.after.n / (part.after + rest[1]).n) / 2
    p_value = min(1.0, 2 * tests * NormalDist().cdf(-abs(z)))
    return Apart(columns, part.value, share * (own - others), p_value, abs(own) >= abs(others))
