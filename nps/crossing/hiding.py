"""Which pairs of values must not be seen, so that no group of few answers is found by subtraction.

The totals of rows and columns stand beside the map. So a hidden pair is only hidden where the row and the column of it
hide others too: each lies on a loop of hidden pairs, which can pass answers around without changing any total.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from nps.ranking import rank
from nps.rows import CellTally, ValueTally
from nps.score import FEWEST_SHOWN, Tally

Pair = tuple[str, str]
Line = tuple[int, str]  # 0 and a value of the first segment, or 1 and one of the second


def hidden(cells: Sequence[CellTally]) -> frozenset[Pair]:
    """The pairs with scores that must not be seen.

    Those under 5 answers, those of values that are hidden themselves, and in each row and column the smallest others
    until what is hidden there is two pairs and 5 answers or more, and none of them can be found from the totals.
    """
    sizes = {(cell.value, cell.other): cell.tally.n for cell in cells if cell.tally.n}
    alone = {(side, value) for side in (0, 1) for value in _hidden_values(cells, side)}
    found = {pair for pair, n in sizes.items() if n < FEWEST_SHOWN or alone & set(_lines(pair))}
    lines: dict[Line, list[Pair]] = defaultdict(list)
    for pair in sorted(sizes, key=lambda pair: (sizes[pair], pair)):
        for line in _lines(pair):
            lines[line].append(pair)
    full = set[Line]()
    while (open_line := _open_line(lines, found, sizes, full)) is not None:
        if more := _next(lines[open_line], lines, found):
            found.add(more)
        else:
            full.add(open_line)
    return frozenset(found)


def _open_line(
    lines: Mapping[Line, Sequence[Pair]], found: set[Pair], sizes: Mapping[Pair, int], full: set[Line]
) -> Line | None:
    """A row or column in which more has to be hidden; None where nothing can be found, or all is hidden there."""
    for line, pairs in lines.items():
        if line not in full and _tells(pairs, found, sizes):
            return line
    return next((line for pair in _bridges(found) for line in _lines(pair) if line not in full), None)


def _next(pairs: Sequence[Pair], lines: Mapping[Line, Sequence[Pair]], found: set[Pair]) -> Pair | None:
    """The pair of a line to be hidden next: the smallest of those that close a loop, else the smallest."""
    shown = [pair for pair in pairs if pair not in found]
    closing = (pair for pair in shown if all(any(one in found for one in lines[line]) for line in _lines(pair)))
    return next(closing, shown[0] if shown else None)


def _lines(pair: Pair) -> tuple[Line, Line]:
    return (0, pair[0]), (1, pair[1])


def _hidden_values(cells: Sequence[CellTally], side: int) -> set[str]:
    """The values of a segment that its ranking hides."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for cell in cells:
        tallies[(cell.value, cell.other)[side]] += cell.tally
    shown = rank([ValueTally(value, tally) for value, tally in tallies.items()]).shown
    return tallies.keys() - {row.value for row in shown}


def _tells(pairs: Iterable[Pair], found: set[Pair], sizes: Mapping[Pair, int]) -> bool:
    """Whether the total of a line tells what it hides: one pair alone, or several that are few together."""
    inside = [sizes[pair] for pair in pairs if pair in found]
    return len(inside) == 1 or 0 < sum(inside) < FEWEST_SHOWN


def _bridges(found: Iterable[Pair]) -> list[Pair]:
    """The pairs that lie on no loop: without one of them, its row and its column do not hang together (Tarjan 1974)."""
    near: dict[Line, list[tuple[Line, Pair]]] = defaultdict(list)
    for pair in found:
        row, column = _lines(pair)
        near[row].append((column, pair))
        near[column].append((row, pair))
    met: dict[Line, int] = {}
    lowest: dict[Line, int] = {}
    bridges: list[Pair] = []
    for start in near:
        if start in met:
            continue
        met[start] = lowest[start] = len(met)
        path: list[tuple[Line, Pair | None, int]] = [(start, None, 0)]
        while path:
            line, by, place = path.pop()
            if place < len(near[line]):
                path.append((line, by, place + 1))
                other, pair = near[line][place]
                if other not in met:
                    met[other] = lowest[other] = len(met)
                    path.append((other, pair, 0))
                elif pair != by:
                    lowest[line] = min(lowest[line], met[other])
            elif by is not None and path:
                before = path[-1][0]
                lowest[before] = min(lowest[before], lowest[line])
                if lowest[line] > met[before]:
                    bridges.append(by)
    return bridges
