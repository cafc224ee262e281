"""How many points of the NPS each reason costs or brings; pure.

A vote is 1 of a promoter, 0 of a passive, -1 of a detractor, and the NPS is 100 times the mean vote. An answer with k
reasons gives each of them a k-th of its vote, one without gives it to NONE. So the contributions of all rows, 100 times
the sum of their shares over all n answers, add up to the NPS exactly. They are summed as fractions.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from typing import Literal

from nps.codebook.book import Book
from nps.ranking import too_small
from nps.score import Interval, Tally

NONE = "none"  # no reason given, or found yet
OTHERS = "others"  # reasons of too few answers to be shown by themselves, or beyond those that fit
Level = Literal["reason", "group"]


@dataclass(frozen=True)
class Given:
    """So many answers have these codes, as they were given; none where nobody found one."""

    codes: tuple[str, ...]
    tally: Tally


@dataclass(frozen=True)
class Contribution:
    """What a reason, a group of them or NONE adds to the NPS: `points`, and their 95 % interval.

    They are what its promoters bring less what its detractors cost. `tally` counts each answer that has it once,
    whatever else it has. `only`: how many of these have nothing else.
    """

    code: str
    tally: Tally
    only: int
    brought: float
    cost: float
    points: float
    interval: Interval

    @property
    def n(self) -> int:
        return self.tally.n


@dataclass(frozen=True)
class Contributions:
    """The rows, what costs most on balance first, OTHERS and NONE last; they add up to the NPS of `total`."""

    total: Tally
    rows: tuple[Contribution, ...]

    def of(self, code: str) -> Contribution | None:
        return next((row for row in self.rows if row.code == code), None)


def contributions(
    counts: Iterable[Given], book: Book, level: Level = "reason", *, apart: Collection[str] | None = None
) -> Contributions:
    """What each reason (or group) contributes, codes read as they stand in the codebook today.

    With `apart` only these have rows of their own, and all others are OTHERS together.
    """
    given = [(_rows(each.codes, book, level, apart), each.tally) for each in counts]
    total = sum((tally for _, tally in given), Tally())
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    brought: defaultdict[str, Fraction] = defaultdict(Fraction)
    cost: defaultdict[str, Fraction] = defaultdict(Fraction)
    squares: defaultdict[str, Fraction] = defaultdict(Fraction)
    alone: defaultdict[str, int] = defaultdict(int)
    for shares, tally in given:
        for code, share in shares.items():
            tallies[code] += tally
            brought[code] += share * tally.promoters
            cost[code] += share * tally.detractors
            squares[code] += share**2 * (tally.promoters + tally.detractors)
            alone[code] += tally.n if len(shares) == 1 else 0
    tallies[NONE] += Tally()  # a row of its own, also where everything has a reason
    rows = [
        Contribution(code, tally, alone[code], *_points(brought[code], cost[code], squares[code], total.n))
        for code, tally in tallies.items()
        if tally.n or code == NONE
    ]
    rows.sort(key=lambda row: (row.code == NONE, row.code == OTHERS, row.points, row.code))
    return Contributions(total, tuple(rows) if total.n else ())


def shown(found: Contributions) -> tuple[str, ...]:
    """The reasons that have answers enough to be shown by themselves, what costs most first."""
    by_size = sorted((row for row in found.rows if row.code != NONE), key=lambda row: row.n)
    small = {row.code for row in by_size[: too_small([row.n for row in by_size])]}
    return tuple(row.code for row in found.rows if row.code not in (NONE, *small))


@dataclass(frozen=True)
class Difference:
    """How many points a reason puts between two groups, the first less the second, with its 95 % interval.

    `sure`: chance does not explain it, for all that were looked at together (Bonferroni). Of groups that share answers
    neither can be told. All differences add up to that of the two scores.
    """

    code: str
    one: Contribution
    other: Contribution
    points: float
    interval: Interval | None
    sure: bool


def differences(one: Contributions, other: Contributions, *, independent: bool = True) -> tuple[Difference, ...]:
    """What each row puts between two groups, the largest first; both have the same rows of their own."""
    nothing = Contribution("", Tally(), 0, 0.0, 0.0, 0.0, Interval(0.0, 0.0))
    codes = tuple(dict.fromkeys(row.code for side in (one, other) for row in side.rows))
    further = NormalDist().inv_cdf(1 - 0.025 / max(1, len(codes))) / NormalDist().inv_cdf(0.975)
    found = []
    for code in codes:
        first, second = (side.of(code) or nothing for side in (one, other))
        apart = first.points - second.points
        half = sqrt(sum(((row.interval.high - row.interval.low) / 2) ** 2 for row in (first, second)))
        interval = Interval(apart - half, apart + half) if independent else None
        sure = independent and abs(apart) > further * half
        found.append(Difference(code, first, second, apart, interval, sure))
    return tuple(sorted(found, key=lambda each: (-abs(each.points), each.code)))


def _rows(codes: Sequence[str], book: Book, level: Level, apart: Collection[str] | None) -> dict[str, Fraction]:
    """Which rows an answer with such codes is shared among, and its share of each."""
    found = tuple(dict.fromkeys(book.read(code) for code in codes))
    if not found:
        return {NONE: Fraction(1)}
    shares: defaultdict[str, Fraction] = defaultdict(Fraction)
    for code in found:
        row = code if level == "reason" else book.group(code)
        shares[row if apart is None or row in apart else OTHERS] += Fraction(1, len(found))
    return shares


def _points(
    brought: Fraction, cost: Fraction, squares: Fraction, n: int, level: float = 0.95
) -> tuple[float, float, float, Interval]:
    """Points brought, lost and on balance, and the interval: that of the NPS (see `Tally.interval`) for shared votes.

    Three quarters of a whole vote are added at each end: a row that has all votes has the interval of the NPS.
    """
    if not n:
        return 0.0, 0.0, 0.0, Interval(0.0, 0.0)
    more = n + 3
    centre = float(brought - cost) / more
    variance = ((float(squares) + 1.5) / more - centre**2) / more
    half = NormalDist().inv_cdf(0.5 + level / 2) * sqrt(variance)
    interval = Interval(100 * max(-1.0, centre - half), 100 * min(1.0, centre + half))
    return float(100 * brought / n), float(100 * cost / n), float(100 * (brought - cost) / n), interval
