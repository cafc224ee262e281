"""Whether two people find the same reasons in the same comments: Cohen's kappa and shares; pure.

Kappa is the agreement beyond what chance would give with how often each finds it: 0 as by chance, 1 always, below 0
less than by chance (Cohen 1960, Educational and Psychological Measurement 20). Its standard error is that of Fleiss,
Cohen and Everitt 1969 (Psychological Bulletin 72), for large samples.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from nps.score import Interval

Z95 = NormalDist().inv_cdf(0.975)
NO_REASON = ""


@dataclass(frozen=True)
class Both:
    """What two people found in one comment, each the primary reason first; empty where it gives none.

    `name`: of the customer who wrote it, to be hidden in it.
    """

    key: str
    comment: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    name: str | None = None

    @property
    def same(self) -> bool:
        """Whether both found the same reasons, in whatever order."""
        return set(self.one) == set(self.other)


@dataclass(frozen=True)
class Kappa:
    """The agreement of two people on `n` things, of which they agreed on `agreed`.

    `value` is None where chance alone would give full agreement: both say the same of all. `error` is its standard
    error, None where they always agree: the formula gives 0 then, however few the things are.
    """

    n: int
    agreed: int
    value: float | None
    error: float | None

    @property
    def share(self) -> float | None:
        """The share they agreed on, 0 to 1; None of none."""
        return self.agreed / self.n if self.n else None

    def interval(self) -> Interval | None:
        """The 95 % interval, within -1 to 1."""
        if self.value is None or self.error is None:
            return None
        half = Z95 * self.error
        return Interval(max(-1.0, self.value - half), min(1.0, self.value + half))


@dataclass(frozen=True)
class Agreement:
    """How two people agree on whether comments have a code: how often each found it, how often both did."""

    code: str
    one: int
    other: int
    both: int
    kappa: Kappa


@dataclass(frozen=True)
class Overall:
    """How two people agree on all reasons of comments.

    `same`: both found the same ones. `mean`: of the kappas of the codes that have one. `primary`: of the primary
    reasons, where no reason is one of its own.
    """

    n: int
    same: int
    mean: float | None
    primary: Kappa


def kappa(table: Sequence[Sequence[int]]) -> Kappa:
    """Cohen's kappa of a square table: how many things the one puts in each category (row) and the other (column)."""
    counts = np.asarray(table, dtype=float).reshape(len(table), -1 if len(table) else 0)
    n, agreed = int(counts.sum()), int(np.trace(counts))
    if not n:
        return Kappa(0, 0, None, None)
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    chance = float(rows @ columns)
    if 1 - chance < 1e-12:
        return Kappa(n, agreed, None, None)
    value = (float(np.trace(p)) - chance) / (1 - chance)
    if agreed == n:
        return Kappa(n, agreed, value, None)
    on = np.diag(p) @ (1 - (rows + columns) * (1 - value)) ** 2
    squares = p * (columns[:, None] + rows[None, :]) ** 2
    off = (1 - value) ** 2 * (squares.sum() - np.trace(squares))
    variance = (on + off - (value - chance * (1 - value)) ** 2) / (n * (1 - chance) ** 2)
    return Kappa(n, agreed, value, sqrt(max(0.0, float(variance))))


def by_code(comments: Sequence[Both]) -> tuple[Agreement, ...]:
    """The agreement on each code that one of the two found at all; the most found first."""
    codes = {code for each in comments for code in (*each.one, *each.other)}
    return tuple(sorted((_on(code, comments) for code in codes), key=lambda one: (-one.one - one.other, one.code)))


def overall(comments: Sequence[Both]) -> Overall:
    """The agreement on everything."""
    kappas = [each.kappa.value for each in by_code(comments) if each.kappa.value is not None]
    mean = sum(kappas) / len(kappas) if kappas else None
    pairs = [(_primary(each.one), _primary(each.other)) for each in comments]
    codes = sorted({code for pair in pairs for code in pair})
    place = {code: number for number, code in enumerate(codes)}
    table = [[0] * len(codes) for _ in codes]
    for one, other in pairs:
        table[place[one]][place[other]] += 1
    return Overall(len(comments), sum(each.same for each in comments), mean, kappa(table))


def disagreements(comments: Iterable[Both]) -> tuple[Both, ...]:
    """The comments in which they did not find the same reasons."""
    return tuple(each for each in comments if not each.same)


def _on(code: str, comments: Sequence[Both]) -> Agreement:
    one = [code in each.one for each in comments]
    other = [code in each.other for each in comments]
    both = sum(a and b for a, b in zip(one, other, strict=True))
    alone, apart = sum(one) - both, sum(other) - both
    table = ((both, alone), (apart, len(comments) - both - alone - apart))
    return Agreement(code, sum(one), sum(other), both, kappa(table))


def _primary(codes: Sequence[str]) -> str:
    return codes[0] if codes else NO_REASON
