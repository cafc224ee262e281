"""Counts per day: what a period, a survey and segments' values add up to, whatever the number of responses.

The store keeps counts per day, survey, score and value of each segment (nps/rollups.py). They are read once, and from
then on every period and every value is answered by adding up counts, until responses or the reporting zone change. For
several segments together all responses are counted the first time; from then on the store keeps these counts, too.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache, partial
from math import prod
from time import monotonic
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from nps import rollups
from nps.decided import settings
from nps.errors import NpsError
from nps.jobs import in_background
from nps.rows import PeriodTally
from nps.score import Tally
from nps.selected import composed
from nps.selection import NOT_GIVEN, Period, Selection
from nps.store import Row, Store, Transaction, quoted

MOST_COUNTS = 2_000_000  # for one choice of segments; each takes about 30 bytes
MOST_KEPT = 3 * MOST_COUNTS
EPOCH, UNDATED = date(1970, 1, 1), np.iinfo(np.int32).max
BLANK = 11  # comes after the scores 0 to 10
SCORES = BLANK + 1
EVERY = 1.0  # seconds between two looks

_COUNTED = """
SELECT answered_there::DATE AS day, survey, score, {names} count(*) AS n
FROM selected GROUP BY ALL ORDER BY day NULLS LAST
"""
_BANDS = (
    "SELECT is_promoter(score), is_passive(score), is_detractor(score) FROM range(11) AS scores (score) ORDER BY score"
)

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Rows = slice | NDArray[np.intp]


@dataclass(frozen=True)
class _Named:
    """One of `names` for each count, by its place there."""

    codes: Codes
    names: tuple[str, ...]

    def among(self, wanted: Sequence[str]) -> NDArray[np.bool_]:
        """Which counts have a wanted name."""
        return np.array([name in wanted for name in self.names], dtype=np.bool_)[self.codes]

    def at(self, rows: Rows) -> "_Named":
        return _Named(self.codes[rows], self.names)


@dataclass(frozen=True)
class Counts:
    """How many responses there are of each day, survey, score and combination of segments' values.

    In order of `days` since 1970, those without one last. `scores` have blanks as 11, and `bands` says for each of
    these what it counts for in a tally.
    """

    days: Codes
    scores: Codes
    n: Ints
    surveys: _Named
    segments: dict[str, _Named]
    bands: Ints

    def of(self, selection: Selection) -> "Counts":
        """The counts of a selection."""
        found = self._at(self._span(selection.period))
        kept = np.ones(len(found.n), dtype=np.bool_)
        if selection.survey:
            kept &= found.surveys.among([selection.survey])
        for column, values in selection.filters:
            kept &= found.segments[column].among(values)
        return found if kept.all() else found._at(np.flatnonzero(kept))

    def tally(self) -> Tally:
        """What all of them add up to."""
        return Tally(*(self._by_score @ self.bands).tolist())

    def undated(self) -> int:
        """How many responses have no day."""
        return int(self.n[np.searchsorted(self.days, UNDATED) :].sum())

    def by_score(self) -> tuple[tuple[int, Tally], ...]:
        """Each score that somebody gave, and how many did, as the tally that they are."""
        given: list[list[int]] = (self._by_score[:BLANK, np.newaxis] * self.bands[:BLANK]).tolist()
        return tuple((score, Tally(*tally)) for score, tally in enumerate(given) if any(tally))

    def by_day(self) -> tuple[PeriodTally, ...]:
        """A tally for each day that has rows, in order."""
        dated = self._at(slice(0, int(np.searchsorted(self.days, UNDATED))))
        days, tallies = dated._grouped(dated.days)
        return tuple(
            PeriodTally(EPOCH + timedelta(day), tally) for day, tally in zip(days.tolist(), tallies, strict=True)
        )

    def by_value(self, *columns: str) -> tuple[tuple[tuple[str, ...], Tally], ...]:
        """A tally for each combination of values of some segments that has rows, ordered by them, none given last."""
        named = [self.segments[column] for column in columns]
        sizes = [max(len(each.names), 1) for each in named]
        cells, tallies = self._grouped(np.ravel_multi_index([each.codes for each in named], sizes))
        places = zip(*(part.tolist() for part in np.unravel_index(cells, sizes)), strict=True)
        values = [tuple(each.names[code] for each, code in zip(named, place, strict=True)) for place in places]
        found = list(zip(values, tallies, strict=True))
        return tuple(sorted(found, key=lambda pair: [(value == NOT_GIVEN, value) for value in pair[0]]))

    def unhappiest(self, wanted: int) -> tuple[int, int, date | None] | None:
        """How far the unhappiest so many reach, the newest of each score first; None where not so many gave a score.

        The highest score among them, how many gave a lower one, and the earliest day of those who gave that one; no
        day where some of them have none.
        """
        reached = np.cumsum(self._by_score[:BLANK])
        score = int(np.searchsorted(reached, wanted))
        if score == BLANK:
            return None
        below = int(reached[score] - self._by_score[score])
        return score, below, self._at(np.flatnonzero(self.scores == score))._newest(wanted - below)

    def newest_detractors(self, wanted: int) -> date | None:
        """The earliest day of the newest so many detractors; None where not so many have one."""
        return self._at(np.flatnonzero(self.bands[self.scores, 2]))._newest(wanted)

    @cached_property
    def _by_score(self) -> Ints:
        return np.bincount(self.scores, self.n, SCORES).astype(np.int64)

    def _newest(self, wanted: int) -> date | None:
        dated = int(np.searchsorted(self.days, UNDATED))
        reached = np.cumsum(self.n[:dated][::-1])
        place = int(np.searchsorted(reached, wanted))
        return EPOCH + timedelta(int(self.days[:dated][::-1][place])) if place < dated else None

    def _grouped(self, places: NDArray[Any]) -> tuple[NDArray[Any], list[Tally]]:
        """The places that there are, in order, and the tally of each."""
        found, place = np.unique(places, return_inverse=True)
        table = np.bincount(place * SCORES + self.scores, self.n, len(found) * SCORES).astype(np.int64)
        return found, [Tally(*tally) for tally in (table.reshape(-1, SCORES) @ self.bands).tolist()]

    def _span(self, period: Period) -> slice:
        """Where the days of a period are; one without bounds has those without a day, too."""
        if period == Period():
            return slice(0, len(self.n))
        first = np.searchsorted(self.days, (period.start - EPOCH).days) if period.start else 0
        last = np.searchsorted(self.days, (period.end - EPOCH).days if period.end else UNDATED)
        return slice(int(first), max(int(first), int(last)))

    def _at(self, rows: Rows) -> "Counts":
        segments = {column: named.at(rows) for column, named in self.segments.items()}
        return Counts(self.days[rows], self.scores[rows], self.n[rows], self.surveys.at(rows), segments, self.bands)


_keeping = threading.Condition()
_kept: LRUCache[tuple[Store, int, str, tuple[str, ...]], Counts | None] = LRUCache(
    MOST_KEPT, getsizeof=lambda c: len(c.n) if c else 1
)
_combined: set[tuple[Store, tuple[str, ...]]] = set()  # what was counted from the responses themselves


def counts(store: Store, selection: Selection, *columns: str) -> Counts | None:
    """The counts of a selection, told apart by the values of some more segments.

    None where they cannot answer it: one vote each, a segment that is not listed, or too many combinations.
    """
    segments, version = tuple(sorted({*selection.columns, *columns})), store.version("responses")
    if selection.unit != "response" or not set(segments) <= set(store.columns()):
        return None
    found = _all(store, version, settings(store).zone, segments)
    return found.of(selection) if found else None


def surveys(store: Store) -> tuple[Row, ...] | None:
    """Of each survey and metric: how many responses, and the first and last of their days; None without good counts."""
    return _surveys(store, store.version("responses"), settings(store).zone)


@lru_cache(maxsize=16)
def _surveys(store: Store, _version: int, zone: str) -> tuple[Row, ...] | None:
    return store.tried(lambda tx: tuple(rollups.surveys(tx)) if rollups.good(tx, zone) else None)


@contextmanager
def kept_ready(store: Callable[[], Store]) -> Iterator[None]:
    """Count what most questions need before they are asked, for the length of a `with`: after each import, once."""
    with in_background("counts", partial(_rounds, store)):
        yield


def _rounds(store: Callable[[], Store], stopping: threading.Event) -> None:
    done: tuple[int, str] | None = None
    while not stopping.wait(EVERY):
        with suppress(NpsError):  # the pages say what is wrong with the store
            state = store().version("responses"), settings(store()).zone
            if state != done:
                prepare(store(), stopping)
                done = state
            combine(store())


def prepare(store: Store, stopping: threading.Event | None = None) -> None:
    """Count everything, and by each segment alone, while that takes at most half of the room that there is.

    Where the store keeps no counts that are good, it does from now on. Counts of responses as they were are let go, and
    those of another store. Between two of these people's questions have as long a time.
    """
    zone = settings(store).zone
    if not store.tried(lambda tx: rollups.good(tx, zone)):
        store.transact(rollups.keep, touches=("responses",))
    now = (store, store.version("responses"), settings(store).zone)
    with _keeping:
        for old in [key for key in _kept if key[:3] != now]:
            del _kept[old]
    listed = store.rows("SELECT column_name FROM segments WHERE kind = 'choice' ORDER BY position, column_name")
    for columns in ((), *listed):
        began = monotonic()
        counts(store, Selection(), *columns)
        if _kept.currsize > MOST_KEPT / 2 or (stopping and stopping.wait(monotonic() - began)):
            return


def combine(store: Store) -> None:
    """Have the store keep counts by the combinations of segments that somebody asked for."""
    with _keeping:
        wanted = {key for key in _combined if key[0] is store}
        _combined.difference_update(wanted)
    for _, columns in sorted(wanted, key=lambda key: key[1]):
        rollups.combine(store, columns)


def forget() -> None:
    """Count all responses anew with the next question."""
    with _keeping:
        _kept.clear()


def _few(store: Store, version: int, segments: Sequence[str], most: int | None) -> bool:
    """Whether the counts for these segments are few enough to keep; if that is not sure, they are not.

    So many at `most`, where that is known.
    """
    if _rows(store, version) <= MOST_COUNTS or (most is not None and most <= MOST_COUNTS):
        return True
    if most is not None:
        return False
    days = _distinct(store, version, "answered_at::DATE") * _distinct(store, version, "survey")
    return days * SCORES * prod(_distinct(store, version, quoted(each)) for each in segments) <= MOST_COUNTS


@lru_cache(maxsize=16)
def _rows(store: Store, _version: int) -> int:
    return int(store.rows("SELECT count(*) FROM responses")[0][0])


@lru_cache(maxsize=256)
def _distinct(store: Store, _version: int, what: str) -> int:
    """About how many values there are, none given among them."""
    return int(store.rows(f"SELECT approx_count_distinct({what}) + 1 FROM responses")[0][0])  # noqa: S608


@cached(_kept, key=lambda *key: key, condition=_keeping)
def _all(store: Store, version: int, zone: str, segments: tuple[str, ...]) -> Counts | None:
    """The counts of all responses with a score of 0 to 10, and of blanks: as the store keeps them, else counted now.

    None where they are too many.
    """
    known, most = store.tried(lambda tx: _rolled(tx, zone, segments))
    if known is None and not _few(store, version, segments, most):
        return None
    if known is None and most is not None:
        with _keeping:
            _combined.add((store, segments))
    table = _counted(store, segments) if known is None else known
    bands = [[*map(int, row), 0] for row in store.rows(_BANDS)]
    return Counts(
        pc.fill_null(table["day"].cast(pa.int32()), UNDATED).to_numpy(),
        pc.fill_null(table["score"], BLANK).to_numpy().astype(np.int32),
        table["n"].to_numpy(),
        _named(table["survey"]),
        {column: _named(table[f"value_{number}"]) for number, column in enumerate(segments, start=1)},
        np.array([*bands, [0, 0, 0, 1]], dtype=np.int64),
    )


def _rolled(tx: Transaction, zone: str, segments: tuple[str, ...]) -> tuple[pa.Table | None, int | None]:
    """The counts that the store keeps for these segments, if it does; else how many they are at most, if known."""
    if not rollups.good(tx, zone):
        return None, None
    if segments not in rollups.kept(tx):
        return None, rollups.fewest(tx, segments)
    return rollups.read(tx, segments, "nps").combine_chunks(), None


def _counted(store: Store, segments: Sequence[str]) -> pa.Table:
    names: dict[str, Any] = {f"value_{number}": column for number, column in enumerate(segments, start=1)}
    sql, bound = composed(store, Selection(), **names)
    question = sql + _COUNTED.format(names="".join(f"{name}, " for name in names))
    return pa.Table.from_batches(store.batches(question, bound)).combine_chunks()


def _named(column: pa.ChunkedArray) -> _Named:
    encoded = pc.fill_null(column.cast(pa.string()), NOT_GIVEN).combine_chunks().dictionary_encode()
    return _Named(encoded.indices.to_numpy(zero_copy_only=False), tuple(encoded.dictionary.to_pylist()))
