"""Which values of a segment are shown, and in which order: small groups are hidden, costly ones come first."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from nps.derivations import ORDER
from nps.rows import ValueTally
from nps.score import FEWEST_SHOWN, Tally

NUMBER = re.compile(r"((?:(?<!\w)-)?\d[\d,]*(?:\.\d+)?)")
UNDER = "under "  # what a lowest band begins with


@dataclass(frozen=True)
class Ranking:
    """The values of a segment by how many points each costs the total, the costliest first.

    `hidden` counts the groups that are too small to show, `total` is the tally of all groups.
    """

    shown: tuple[ValueTally, ...]
    hidden: int
    total: Tally


def rank(rows: Sequence[ValueTally]) -> Ranking:
    """Order the values of a segment and hide those that are too small."""
    total = reduce(add, (row.tally for row in rows), Tally())
    scored = sorted((row for row in rows if row.tally.n), key=lambda row: row.tally.n)
    hidden = too_small([row.tally.n for row in scored])
    shown = sorted(scored[hidden:], key=lambda row: (-(row.tally.cost_to(total) or 0.0), row.value))
    return Ranking(tuple(shown), hidden, total)


def too_small(sizes: Sequence[int]) -> int:
    """How many of these groups, the smallest first, are hidden: those under 5 answers.

    Where only one would be hidden, or several with fewer than 5 together, the next smallest are too: else they could
    be found by subtraction.
    """
    hidden = sum(size < FEWEST_SHOWN for size in sizes)
    while 0 < hidden < len(sizes) and (hidden == 1 or sum(sizes[:hidden]) < FEWEST_SHOWN):
        hidden += 1
    return hidden


def in_order(values: Iterable[str]) -> list[str]:
    """Values as people count: 2 before 10, what is under 3 before what begins there, Tuesday after Monday."""
    return sorted(values, key=_counted)


def _counted(value: str) -> tuple[object, ...]:
    if value in ORDER:
        return (0, ORDER.index(value))
    parts = NUMBER.split(value.removeprefix(UNDER))
    # Text and numbers take turns, text first: places of one kind alone are compared.
    known = tuple(float(part.replace(",", "")) if place % 2 else part for place, part in enumerate(parts))
    return (1, known, value)
