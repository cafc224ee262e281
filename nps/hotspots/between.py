"""What the search for what changed asks the store: the counts of two periods, by the same values."""

from collections.abc import Sequence
from dataclasses import dataclass

from nps.hotspots.changed import Moves, search
from nps.hotspots.finding import SIZE
from nps.hotspots.questions import look_at
from nps.rows import Segment
from nps.selection import Period, Selection
from nps.store import Store
from nps.topics import reads


@dataclass(frozen=True)
class Compared:
    """A search in two periods and what it looked at, as in Looked; `n` answers in each."""

    moves: Moves
    n: tuple[int, int]
    columns: tuple[str, ...]
    same: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    folded: tuple[tuple[str, int], ...]


@reads("responses")
def moved(
    store: Store,
    selection: Selection,
    earlier: Period,
    segments: Sequence[Segment],
    *,
    support: int | None = None,
    size: float = SIZE,
) -> Compared:
    """The combinations of segment values that moved more than the rest since an earlier period."""
    columns = tuple(segment.column for segment in segments if segment.kind == "choice")
    looked_at = look_at(store, (selection.during(earlier), selection), columns, support)
    before, now = looked_at.counted
    n = int(before.table(()).sum()), int(now.table(()).sum())
    found = search(before, now, support=support, size=size)
    return Compared(found, n, now.columns, looked_at.same, looked_at.left_out, looked_at.folded)
