"""What the map asks the store: the groups that may be seen, of two segments crossed or of each of some."""

from nps import queries
from nps.crossing.cells import Map, crossed, listed
from nps.selection import Selection
from nps.store import Store
from nps.topics import reads


@reads("responses")
def pairs(store: Store, selection: Selection, column: str, other: str) -> Map:
    """Every pair of values of two segments."""
    return crossed(queries.by_two_segments(store, selection.without(column).without(other), column, other))


@reads("responses")
def values(store: Store, selection: Selection, columns: tuple[str, ...]) -> Map:
    """Every value of some segments, each as a view of it sees the selection."""
    return listed((column, queries.by_segment(store, selection.without(column), column)) for column in columns)
