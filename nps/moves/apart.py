"""How long a group has been below (or above) all others, and whether that gets worse: from the days of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from nps.moves import levels
from nps.moves.around import tally
from nps.moves.levels import Level, Levels, Step
from nps.rows import PeriodTally
from nps.score import FEWEST_COMPARED, Change, Tally, contrast
from nps.selection import Period

Side = Literal["low", "high"]


@dataclass(frozen=True)
class Beside:
    """A level of the group, and what all others scored in the same days."""

    level: Level
    others: Tally

    def lies(self, side: Side) -> bool:
        """Whether the group lies reliably on that side of the others in these days."""
        return self.level.tally.change_from(self.others).direction == ("down" if side == "low" else "up")


@dataclass(frozen=True)
class Since:
    """The levels of a group beside all others, in order of time, and the steps between them, one fewer.

    `lying` is how many of the newest levels lie reliably on the side that was asked for, without a gap.
    """

    levels: tuple[Beside, ...] = ()
    steps: tuple[Step, ...] = ()
    lying: int = 0


@dataclass(frozen=True)
class Halves:
    """How far a group lies from all others in the earlier and the later half of some days; `middle` begins the later.

    Each half has the tallies of the group and of the others. `change` is the later difference less the earlier one.
    """

    middle: date
    earlier: tuple[Tally, Tally]
    later: tuple[Tally, Tally]

    @property
    def enough(self) -> bool:
        return min(tally.n for tally in (*self.earlier, *self.later)) >= FEWEST_COMPARED

    @property
    def change(self) -> Change:
        return contrast(self.later, self.earlier)


@dataclass(frozen=True)
class Apart:
    """Since when a group lies apart, and its halves; None where no answer has a day."""

    since: Since
    halves: Halves | None


def apart(own: Sequence[PeriodTally], everything: Sequence[PeriodTally], side: Side) -> Apart:
    """What the days of a group tell beside those of everything that it is a part of."""
    return Apart(since(levels.found(own), everything, side), halves(own, everything))


def since(found: Levels, everything: Sequence[PeriodTally], side: Side) -> Since:
    """The levels of a group, each beside what the others scored in its days."""
    beside = tuple(Beside(level, tally(everything, level.period) - level.tally) for level in found.levels)
    lying = next((count for count, each in enumerate(reversed(beside)) if not each.lies(side)), len(beside))
    return Since(beside, found.steps, lying)


def halves(own: Sequence[PeriodTally], everything: Sequence[PeriodTally]) -> Halves | None:
    """The days of everything in two halves of one length, the later one longer by a day where they are odd."""
    if not everything:
        return None
    first, end = everything[0].start, everything[-1].start + timedelta(1)
    middle = first + timedelta((end - first).days // 2)
    earlier, later = (
        (tally(own, period), tally(everything, period) - tally(own, period))
        for period in (Period(first, middle), Period(middle, end))
    )
    return Halves(middle, earlier, later)
