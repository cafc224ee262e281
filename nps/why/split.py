"""A difference of two scores in parts that add up to it: who answered (mix), and what they said (rate).

The symmetric split of E. M. Kitagawa ("Components of a Difference Between Two Rates", Journal of the American
Statistical Association, 1955). Points are on the scale of NPS, -200 to +200. Formulas are in docs/method.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from nps.rows import ValueTally
from nps.score import FEWEST_SHOWN, Tally

FEW = f"(fewer than {FEWEST_SHOWN} answers)"


@dataclass(frozen=True)
class Effect:
    """Points of a difference: `mix` since the shares of the answers differ, `rate` since the scores do."""

    mix: float
    rate: float

    @property
    def points(self) -> float:
        return self.mix + self.rate

    def __sub__(self, other: "Effect") -> "Effect":
        return Effect(self.mix - other.mix, self.rate - other.rate)


@dataclass(frozen=True)
class Part:
    """What one value of a segment adds to the difference, by the shares of promoters and of detractors."""

    value: str
    before: Tally
    after: Tally
    promoters: Effect
    detractors: Effect

    @property
    def nps(self) -> Effect:
        return self.promoters - self.detractors


@dataclass(frozen=True)
class Split:
    """All parts of a difference; those with an answer on either side, in the order in which they were counted."""

    before: Tally
    after: Tally
    parts: tuple[Part, ...]

    @property
    def nps(self) -> Effect:
        """What the parts add up to, each kind apart."""
        return Effect(fsum(part.nps.mix for part in self.parts), fsum(part.nps.rate for part in self.parts))


def split(before: Sequence[ValueTally], after: Sequence[ValueTally]) -> Split | None:
    """Part the difference of the two sides by the values of a segment; None where nobody gave a score on one of them.

    A value without answers on one side is taken to have the same scores there as on the other: all of its part is mix.
    """
    then, now = _by_value(before), _by_value(after)
    all_then, all_now = sum(then.values(), Tally()), sum(now.values(), Tally())
    if not all_then.n or not all_now.n:
        return None
    values = [
        value for value in dict.fromkeys((*then, *now)) if then.get(value, Tally()).n or now.get(value, Tally()).n
    ]
    parts = tuple(
        _part(value, then.get(value, Tally()), now.get(value, Tally()), all_then, all_now) for value in values
    )
    return Split(all_then, all_now, parts)


def folded(before: Sequence[ValueTally], after: Sequence[ValueTally]) -> tuple[list[ValueTally], list[ValueTally]]:
    """The same counts with the values of one to four answers on a side put together as FEW.

    The next smallest go with them until nobody's answers can be found by subtracting the others: until FEW is of
    several values, and of none or at least five answers on either side.
    """
    then, now = _by_value(before), _by_value(after)
    scored = {value: _smaller(then.get(value, Tally()), now.get(value, Tally())) for value in (*then, *now)}
    smallest = sorted((value for value, n in scored.items() if n), key=scored.__getitem__)
    few = [v for v in smallest if _is_few(then.get(v, Tally())) or _is_few(now.get(v, Tally()))]
    if not few:
        return list(before), list(after)
    for value in [v for v in smallest if v not in few]:
        sides = [sum((side.get(v, Tally()) for v in few), Tally()) for side in (then, now)]
        if len(few) > 1 and not any(map(_is_few, sides)):
            break
        few.append(value)
    return _with_few(then, few), _with_few(now, few)


def _by_value(rows: Sequence[ValueTally]) -> dict[str, Tally]:
    return {row.value: row.tally for row in rows}


def _part(value: str, then: Tally, now: Tally, all_then: Tally, all_now: Tally) -> Part:
    """The part of one value; everything in points of NPS."""
    shares = then.n / all_then.n, now.n / all_now.n

    def effect(count_then: int, count_now: int, total_then: int, total_now: int) -> Effect:
        rate_then = count_then / then.n if then.n else count_now / now.n
        rate_now = count_now / now.n if now.n else count_then / then.n
        average = (total_then / all_then.n + total_now / all_now.n) / 2
        mix = (shares[1] - shares[0]) * ((rate_then + rate_now) / 2 - average)
        return Effect(100 * mix, 100 * (shares[0] + shares[1]) / 2 * (rate_now - rate_then))

    return Part(
        value,
        then,
        now,
        effect(then.promoters, now.promoters, all_then.promoters, all_now.promoters),
        effect(then.detractors, now.detractors, all_then.detractors, all_now.detractors),
    )


def _is_few(tally: Tally) -> bool:
    return 0 < tally.n < FEWEST_SHOWN


def _smaller(then: Tally, now: Tally) -> int:
    """How small a value is: its fewer answers, where it has any."""
    return min((n for n in (then.n, now.n) if n), default=0)


def _with_few(tallies: Mapping[str, Tally], few: Sequence[str]) -> list[ValueTally]:
    kept = [ValueTally(value, tally) for value, tally in tallies.items() if value not in few]
    return [*kept, ValueTally(FEW, sum((tallies.get(value, Tally()) for value in few), Tally()))]
