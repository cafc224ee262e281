"""What the search asks the store: the selected scores with their segment values, as numbers that count fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from nps.hotspots.choosing import choose
from nps.hotspots.counting import Answers, Counted
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
    found = search(looked_at.counted, direction=direction, support=support, size=size)
    return Looked(
        found,
        int(looked_at.counted.table(()).sum()),
        looked_at.counted.columns,
        looked_at.same,
        looked_at.left_out,
        looked_at.folded,
    )


def forget() -> None:
    """Ask for all answers anew."""
    _looked_at.cache_clear()


@dataclass(frozen=True)
class _LookedAt:
    counted: Counted
    same: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    folded: tuple[tuple[str, int], ...]


@lru_cache(maxsize=2)
def _looked_at(
    store: Store, _versions: tuple[int, int], selection: Selection, columns: tuple[str, ...], support: int | None
) -> _LookedAt:
    """The counts of a selection as the search takes them, both ways."""
    known = known_of(store, selection, columns, support=support)
    kept = window(store, selection, known)
    source = kept or answers_of(store, selection, known)
    fewest = support or support_of(int(source.table(()).sum()))
    chosen = choose(source.table, source.values, fewest=fewest)
    folded = source.folded(chosen.columns, chosen.into, chosen.values)
    counted = folded.counted() if isinstance(folded, Answers) else folded
    looked_at = [len(values) - (None in values) for values in chosen.values]
    every = [known[column].every for column in chosen.columns]
    return _LookedAt(
        counted,
        tuple((source.columns[one], source.columns[other]) for one, other in chosen.same),
        tuple(source.columns[one] for one in chosen.left_out),
        tuple(
            (column, of_all - n)
            for column, of_all, n in zip(counted.columns, every, looked_at, strict=True)
            if of_all > n
        ),
    )
