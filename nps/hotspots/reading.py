"""What the search reads: the values of each segment that are looked at, and scored answers as codes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from nps.hotspots.choosing import fewest_together
from nps.hotspots.counting import Answers, Counted, Group, wanted_of
from nps.queries import by_segment
from nps.score import FEWEST_COMPARED
from nps.selected import composed
from nps.selection import NOT_GIVEN, Filters, Selection
from nps.store import Store, quoted

GROUPED = 100_000  # combinations up to which DuckDB counts the answers that are alike, instead of handing over each
BAND = "CASE WHEN detractor THEN 0 WHEN passive THEN 1 ELSE 2 END"


@dataclass(frozen=True)
class Known:
    """A segment with the values that are looked at, in order, and how many values it has in all.

    `cut`: others are frequent enough too, but there are too many.
    """

    column: str
    names: tuple[str, ...]
    every: int
    cut: bool = False

    @property
    def values(self) -> tuple[str | None, ...]:
        """The values by code; the last is all others, where there are any."""
        return (*self.names, *([None] if self.every > len(self.names) else []))


def known_of(store: Store, selection: Selection, columns: Sequence[str], *, support: int | None) -> tuple[Known, ...]:
    """The segments with a value that is frequent enough to be looked at, and these values.

    They are those of all answers, whatever the period and survey, so that each window looks at the same values; of too
    many, the most frequent with the selection's filters. What names each answer, as an id does, has none.
    """
    fewest = min(support or FEWEST_COMPARED, FEWEST_COMPARED)
    known = _known(store, store.version("responses"), (), tuple(columns), fewest)
    if selection.filters and any(each.cut for each in known):
        return _known(store, store.version("responses"), selection.filters, tuple(columns), fewest)
    return known


@lru_cache(maxsize=4)
def _known(store: Store, _version: int, filters: Filters, columns: Sequence[str], fewest: int) -> tuple[Known, ...]:
    found: dict[str, tuple[list[str], int]] = {}
    for column in columns:
        given = [(value.tally.n, value.value) for value in by_segment(store, Selection(filters=filters), column)]
        names = [name for n, name in sorted(given, key=lambda each: (-each[0], each[1])) if n >= fewest]
        every = sum(n > 0 for n, _ in given)
        if names and every > 1:
            found[column] = names, every
    most = fewest_together([len(names) + (every > len(names)) for names, every in found.values()])
    return tuple(
        Known(column, tuple(sorted(names[:most])), every, len(names) > most) for column, (names, every) in found.items()
    )


def answers_of(store: Store, selection: Selection, known: Sequence[Known]) -> Answers:
    """The selected answers by the values that are looked at."""
    cells = np.prod([len(each.values) for each in known], dtype=np.float64)
    names = {each.column: each.names for each in known}
    return coded_answers(coded(store, selection, names, grouped=bool(cells <= GROUPED)), known)


def coded_answers(table: pa.Table, known: Sequence[Known]) -> Answers:
    """What `coded` gave of some segments."""
    codes = tuple(table.column(f"code_{number}").to_numpy() for number in range(len(known)))
    values = tuple(each.values for each in known)
    return Answers(
        tuple(each.column for each in known), values, codes, table.column("band").to_numpy(), weights_of(table)
    )


def shared(store: Store, selection: Selection, counted: Counted, groups: Sequence[Group]) -> Answers:
    """The selected answers grouped by the values that some combinations have, as `Answers.among` does."""
    wanted = wanted_of(groups)
    names = {
        counted.columns[column]: [counted.values[column][code] for code in codes] for column, codes in wanted.items()
    }
    table = coded(store, selection, names, grouped=True)
    codes = {
        column: np.array([*of_column, -1], dtype=np.int16)[table.column(f"code_{number}").to_numpy()]
        for number, (column, of_column) in enumerate(wanted.items())
    }
    return Answers.by(counted.columns, counted.values, codes, table.column("band").to_numpy(), weights_of(table))


def coded(
    store: Store,
    selection: Selection,
    names: Mapping[str, Sequence[str | None]],
    *,
    grouped: bool,
    also: Sequence[str] = (),
    where: str = "true",
    bound: Mapping[str, Any] | None = None,
) -> pa.Table:
    """Scored answers: `band`, and for segment number k which of its `names` in `code_k`, those beyond them all others.

    With `grouped` those that are alike are one row that stands for `n`. `also` are more columns as SQL.
    """
    aliases: dict[str, Any] = {f"value_{number}": column for number, column in enumerate(names)}
    sql, of_selection = composed(store, selection, **aliases)
    codes = [
        f"(coalesce(list_position($names_{number}, coalesce(value_{number}, $not_given)), $beyond_{number}) - 1)"
        f"::UTINYINT AS code_{number}"
        for number in range(len(names))
    ]
    params: dict[str, Any] = {"not_given": NOT_GIVEN} if names else {}
    params |= {f"names_{number}": list(each) for number, each in enumerate(names.values())}
    params |= {f"beyond_{number}": len(each) + 1 for number, each in enumerate(names.values())}
    chosen = ", ".join([*codes, *also, f"({BAND})::TINYINT AS band", *(["count(*) AS n"] if grouped else [])])
    question = f"SELECT {chosen} FROM selected WHERE NOT blank AND {where}{' GROUP BY ALL' if grouped else ''}"  # noqa: S608
    return pa.Table.from_batches(store.batches(sql + question, of_selection | params | dict(bound or {})))


def weights_of(table: pa.Table) -> NDArray[np.int64]:
    """How many answers each row stands for."""
    if "n" in table.column_names:
        weights: NDArray[np.int64] = table.column("n").to_numpy().astype(np.int64)
        return weights
    return np.broadcast_to(np.int64(1), table.num_rows)


def fingerprint_sql(columns: Sequence[str]) -> str:
    """SQL for a number that is another one when the scores or these columns of some responses are others."""
    return f"sum(hash({', '.join(['survey', 'score', *map(quoted, columns)])}))"
