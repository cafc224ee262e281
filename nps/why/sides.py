"""What is compared with what: two selections, and the words for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from nps.selection import Period, Selection


@dataclass(frozen=True)
class Sides:
    """Two groups of answers, the one that is looked at and the one it is compared with, and their names.

    `over_time`: the same kind of answers in two periods. Else two groups of one period.
    """

    before: Selection
    after: Selection
    name_before: str
    name_after: str
    over_time: bool

    @property
    def overlapping(self) -> bool:
        """Whether the same answers may count on both sides: then no interval holds."""
        return self.over_time and self.before.period.overlaps(self.after.period)


def in_time(selection: Selection, earlier: Period) -> Sides:
    """The selection now and in an earlier period."""
    return Sides(selection.during(earlier), selection, earlier.sentence(), selection.period.sentence(), over_time=True)


def in_groups(selection: Selection, column: str, value: str, others: Sequence[str], name: str) -> Sides:
    """The answers of one value of a segment, and those of other values, which `name` names."""
    return Sides(selection.only(column, *others), selection.only(column, value), name, value, over_time=False)
