"""Which combinations still stand out without the answers of the others, and which of these explains each other one."""

from collections.abc import Callable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import combinations
from typing import Protocol, TypeVar


class Standing(Protocol):
    """A combination that stands out: its values, more of which make a part of it, and how clear it is."""

    @property
    def parts(self) -> frozenset[tuple[int, int]]: ...

    @property
    def z(self) -> float: ...


Cell = TypeVar("Cell", bound=Standing)


def unexplained(
    cells: Sequence[Cell], stands_out: Callable[[Cell, Sequence[Cell]], bool], shared: Callable[[Cell, Cell], int]
) -> list[tuple[Cell, list[Cell]]]:
    """Those that stand out without the answers of the others, each with its shadows.

    `cells` come with the surest first. They are looked at in that order, but none before the combinations within it: a
    part that is worse than the whole may be all that is wrong with it. At last each is tried without all the others,
    for a surer one may be known by then. A shadow is explained by the one with which it has most answers in common.
    """
    kept: list[Cell] = []
    shadows: list[Cell] = []
    for each in in_turn(cells):
        (kept if stands_out(each, kept) else shadows).append(each)
    for each in sorted(kept, key=lambda one: abs(one.z)):
        if not stands_out(each, [one for one in kept if one != each and not each.parts > one.parts]):
            kept.remove(each)
            shadows.append(each)
    explained: list[tuple[Cell, list[Cell]]] = [(each, []) for each in kept]
    for each in shadows:
        most = max(explained, key=lambda pair: shared(each, pair[0]))
        most[1].append(each)
    return explained


def in_turn(cells: Sequence[Cell]) -> Iterator[Cell]:
    """All of them: always the first that has no combination within it left."""
    parts = [each.parts for each in cells]
    number = {each: place for place, each in enumerate(parts)}
    wholes = [
        [
            number[whole]
            for count in range(1, len(each))
            for whole in map(frozenset, combinations(each, count))
            if whole in number
        ]
        for each in parts
    ]
    left = [0] * len(parts)
    for each in wholes:
        for whole in each:
            left[whole] += 1
    ready = [place for place, count in enumerate(left) if not count]
    heapify(ready)
    while ready:
        place = heappop(ready)
        yield cells[place]
        for whole in wholes[place]:
            left[whole] -= 1
            if not left[whole]:
                heappush(ready, whole)
