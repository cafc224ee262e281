"""What the search asks the store: the selected scores with their segment values, as numbers that count fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from nps.hotspots.choosing import choose
from nps.hotspots.counting import Answers, Counted, Counts
from nps.hotspots.finding import SIZE, Direction, Search, search, support_of
from nps.hotspots.months import window
from nps.hotspots.reading import answers_of, known_of
from nps.rows import Segment
from nps.selection import Selection
from nps.store import Store
from nps.topics import reads


@dataclass(frozen=True)
class Looked:
    """A search and what it looked at.

    `columns` are the segments whose values were combined. `same` are pairs of a segment that was left out and the one
    that says the same, `left_out` those that tell least about the score where there are too many; `folded` says how
    many values of a segment were taken together, since each has few answers.
    """

    search: Search
    n: int
    columns: tuple[str, ...]
    same: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    folded: tuple[tuple[str, int], ...]


@reads("responses")
def hotspots(
    store: Store,
    selection: Selection,
    segments: Sequence[Segment],
    *,
    direction: Direction = "low",
    support: int | None = None,
    size: float = SIZE,
) -> Looked:
    """The combinations of segment values that stand out in the selection."""
    columns = tuple(segment.column for segment in segments if segment.kind == "choice")
    versions = store.version("responses"), store.version("settings")
    looked_at = _looked_at(store, versions, selection, columns, support)
    [counted] = looked_at.counted
    found = search(counted, direction=direction, support=support, size=size)
    return Looked(
        found,
        int(counted.table(()).sum()),
        counted.columns,
        looked_at.same,
        looked_at.left_out,
        looked_at.folded,
    )


def forget() -> None:
    """Ask for all answers anew."""
    _looked_at.cache_clear()


@dataclass(frozen=True)
class LookedAt:
    """The counts of one or several selections that a search takes, and what was left out of them, as in Looked."""

    counted: tuple[Counted, ...]
    same: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    folded: tuple[tuple[str, int], ...]


@lru_cache(maxsize=2)
def _looked_at(
    store: Store, _versions: tuple[int, int], selection: Selection, columns: tuple[str, ...], support: int | None
) -> LookedAt:
    """The counts of a selection as the search takes them, both ways."""
    return look_at(store, (selection,), columns, support)


def look_at(store: Store, selections: Sequence[Selection], columns: Sequence[str], support: int | None) -> LookedAt:
    """The counts of selections that differ in their period, by the values that are looked at in all together."""
    known = known_of(store, selections[0], columns, support=support)
    sources = [window(store, each, known) or answers_of(store, each, known) for each in selections]
    fewest = support or support_of(min(int(source.table(()).sum()) for source in sources))

    parts = [each.part() if isinstance(each, Answers) else each for each in sources]
    chosen = choose(partial(_together, sources), sources[0].values, fewest=fewest, some=partial(_together, parts))
    folded = [source.folded(chosen.columns, chosen.into, chosen.values) for source in sources]
    counted = tuple(each.counted() if isinstance(each, Answers) else each for each in folded)
    names, looked_at = sources[0].columns, [len(values) - (None in values) for values in chosen.values]
    every = [known[column].every for column in chosen.columns]
    return LookedAt(
        counted,
        tuple((names[one], names[other]) for one, other in chosen.same),
        tuple(names[one] for one in chosen.left_out),
        tuple(
            (names[column], of_all - n)
            for column, of_all, n in zip(chosen.columns, every, looked_at, strict=True)
            if of_all > n
        ),
    )


def _together(sources: Sequence[Answers | Counted], columns: tuple[int, ...]) -> Counts:
    """The counts by some columns of several selections."""
    return sum((source.table(columns) for source in sources[1:]), sources[0].table(columns))
