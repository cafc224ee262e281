"""The counts of every combination by month and survey, kept: they answer a window of months without reading responses.

`window` is all that others call. A window that begins or ends within a month reads the responses of those days alone.
The counts are sums over months in 32 bits, so that a window is one subtraction: 12 bytes for each combination and month
that has answers, for all surveys together and for each one. They lie beside the store, in a file that is read page by
page as it is needed, so a question reads what it is about and memory stays free; a restart finds them there. Where they
would take more than MOST_BYTES, where answers are few or segments many, and for any other selection, the answers
themselves are counted.

They are never taken on trust. With each new version of the responses every month of each survey is reduced to its
number of answers and a sum of hashes over what is counted, which takes a fraction of the time; months that differ are
counted anew. So whatever happened (an import, one taken back, a change applied, a backup put in place, another zone of
reporting), they are those of the responses as they are. Values that are looked at for the first time begin all anew.
"""

import json
import logging
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from nps.decided import settings
from nps.hotspots.choosing import MOST_COLUMNS
from nps.hotspots.counting import BANDS, Counted, Counts, Layout
from nps.hotspots.overlaps import shared_in_months
from nps.hotspots.reading import Known, answers_of, coded, coded_answers, fingerprint_sql
from nps.hotspots.windows import MONTH, UNDATED, bounds, first_of, number_of, split
from nps.queries import summary
from nps.selected import composed
from nps.selection import Period, Selection
from nps.store import Store

MOST_BYTES = 512_000_000
FEWEST_KEPT = 200_000  # answers below which counting them takes less time than a page needs anyhow
STRETCH = 4_000_000  # answers that are counted in one go: about 100 MB
FORM = 1  # of the file; another one is not read

Block = tuple[int, str]  # a month, counted from the year 0, or UNDATED, and a survey
Print = tuple[int, str]  # how many answers, and the sum of their hashes

log = logging.getLogger(__name__)
_building = Lock()


@dataclass(frozen=True)
class Months:
    """The kept counts: `sums[s, m]` are those of the survey number s before month number m, bands by combinations.

    Survey 0 is all of them together; answers without a date come before the first month.
    """

    known: tuple[Known, ...]
    zone: str
    prints: Mapping[Block, Print]
    sums: NDArray[np.uint32]

    @property
    def months(self) -> list[int]:
        return _months(self.prints)

    @property
    def surveys(self) -> list[str]:
        return _surveys(self.prints)

    def counts(self, period: Period, survey: str | None) -> Counts:
        """The counts of a period that begins and ends with months, of a survey or all."""
        first, last = bounds(period)
        start = bisect_left(self.months, UNDATED if first is None else first)
        end = len(self.months) if last is None else max(start, bisect_left(self.months, last))
        if survey and survey not in self.surveys:
            end = start
        number = self.surveys.index(survey) + 1 if survey in self.surveys and len(self.surveys) > 1 else 0
        counts: Counts = (self.sums[number, end] - self.sums[number, start]).astype(np.int64).reshape(BANDS, -1)
        return counts


def window(store: Store, selection: Selection, known: tuple[Known, ...]) -> Counted | None:
    """The counts of a selection that is nothing but a window of a month or more, and perhaps a survey; else None."""
    parts = split(selection.period)
    if parts is None or selection.filters or selection.unit != "response":
        return None
    kept = months_of(store, known)
    if kept is None:
        return None
    counts = kept.counts(parts[0], selection.survey)
    for days in parts[1]:
        if days.start and number_of(days.start) in kept.months:
            counts = counts + answers_of(store, selection.during(days), known).counted().flat
    columns, values = tuple(each.column for each in known), tuple(each.values for each in known)
    return Counted(columns, values, counts, partial(shared_in_months, store, selection))


def months_of(store: Store, known: tuple[Known, ...]) -> Months | None:
    """The kept counts of these segments as the responses are now, or None where they are not worth it."""
    with _building:  # whoever asks for what another one is counting waits for it
        return _as_they_are(store, store.version("responses"), settings(store).zone, known)


@lru_cache(maxsize=2)
def _as_they_are(store: Store, _version: int, zone: str, known: tuple[Known, ...]) -> Months | None:
    answers = summary(store, Selection()).tally.n
    if answers < FEWEST_KEPT or not 0 < len(known) <= MOST_COLUMNS:
        return None
    prints = _printed(store, known)
    surveys, cells = _surveys(prints), _cells(known)
    size = 4 * BANDS * cells * (len(_months(prints)) + 1) * (1 + len(surveys) * (len(surveys) > 1))
    if size > MOST_BYTES or max((n for n, _ in prints.values()), default=0) >= 2**32:
        return None
    before = _read(store.path, known, zone)
    if before and dict(before.prints) == prints:
        return before
    found = _counted(store, known, zone, prints, before)
    return _kept(store.path, found)


def _printed(store: Store, known: Sequence[Known]) -> dict[Block, Print]:
    """How many answers each month of each survey has, and a number that tells whether they are others."""
    sql, bound = composed(store, Selection())
    rows = store.rows(
        sql + f"SELECT {MONTH}, survey, count(*), "  # noqa: S608
        f"{fingerprint_sql([each.column for each in known])}::VARCHAR FROM selected WHERE NOT blank GROUP BY ALL",
        bound,
    )
    return {(month, survey or ""): (n, told) for month, survey, n, told in sorted(rows, key=str)}


def _counted(
    store: Store, known: tuple[Known, ...], zone: str, prints: dict[Block, Print], before: Months | None
) -> Months:
    """All counts: those of months that are as they were are taken from before, the others are counted."""
    months, surveys = _months(prints), _surveys(prints)
    sums = np.zeros((1 + len(surveys) * (len(surveys) > 1), len(months) + 1, BANDS * _cells(known)), dtype=np.uint32)
    found = Months(known, zone, prints, sums)
    new = {block for block in prints if not before or before.prints.get(block) != prints[block]}
    for block in prints.keys() - new:
        assert before is not None, "what is not new was there before"
        _add(found, block, _block(before, block))
    for first, last in _stretches(sorted({month for month, _ in new}), prints):
        for block, flat in _blocks(store, known, first, last, surveys):
            if block in new:
                _add(found, block, flat.astype(np.uint32).ravel())
    np.cumsum(sums, axis=1, out=sums)
    return found


def _add(found: Months, block: Block, counts: NDArray[np.uint32]) -> None:
    month, survey = found.months.index(block[0]) + 1, found.surveys.index(block[1]) + 1
    found.sums[0, month] += counts
    if len(found.sums) > 1:
        found.sums[survey, month] += counts


def _block(kept: Months, block: Block) -> NDArray[np.uint32]:
    """The counts of one month of a survey."""
    month = kept.months.index(block[0])
    sums = kept.sums[kept.surveys.index(block[1]) + 1 if len(kept.sums) > 1 else 0]
    counts: NDArray[np.uint32] = sums[month + 1] - sums[month]
    return counts


def _stretches(months: Sequence[int], prints: Mapping[Block, Print]) -> list[tuple[int, int]]:
    """First and last of neighbouring months that have about as many answers together as are counted in one go."""
    found: list[tuple[int, int]] = []
    n = 0
    for month in months:
        own = sum(count for (its_month, _), (count, _) in prints.items() if its_month == month)
        if not found or n + own > STRETCH or found[-1][0] == UNDATED:
            found, n = [*found, (month, month)], 0
        found[-1], n = (found[-1][0], month), n + own
    return found


def _blocks(
    store: Store, known: Sequence[Known], first: int, last: int, surveys: Sequence[str]
) -> Iterator[tuple[Block, Counts]]:
    """The counts of each month of each survey from the first to the last month."""
    dated = first != UNDATED
    table = coded(
        store,
        Selection(period=Period(first_of(first), first_of(last + 1)) if dated else Period()),
        {each.column: each.names for each in known},
        grouped=False,
        also=(f"{MONTH} AS month", "list_position($surveys, coalesce(survey, ''))::INTEGER - 1 AS survey_number"),
        where="true" if dated else "answered_at IS NULL",
        bound={"surveys": list(surveys)},
    )
    place = (table.column("month").to_numpy() - first) * len(surveys) + table.column("survey_number").to_numpy()
    order = np.argsort(place.astype(np.uint16), kind="stable")
    place, answers = place[order], coded_answers(table, known)
    answers = replace(answers, codes=tuple(codes[order] for codes in answers.codes), bands=answers.bands[order])
    for one in np.unique(place).tolist():
        rows = slice(*np.searchsorted(place, [one, one + 1]))
        codes = tuple(codes[rows] for codes in answers.codes)
        block = replace(answers, codes=codes, bands=answers.bands[rows], weights=answers.weights[rows])
        yield (first + one // len(surveys), surveys[one % len(surveys)]), block.counted().flat


def _months(prints: Mapping[Block, Print]) -> list[int]:
    return sorted({month for month, _ in prints})


def _surveys(prints: Mapping[Block, Print]) -> list[str]:
    return sorted({survey for _, survey in prints})


def _cells(known: Sequence[Known]) -> int:
    return Layout.of(tuple(len(each.values) for each in known)).firsts[None]


def _read(store: Path, known: tuple[Known, ...], zone: str) -> Months | None:
    """What lies beside the store, if it is of these values and months."""
    try:
        told = json.loads(_about(store).read_text(encoding="utf-8"))
        if (
            told["form"] != FORM
            or told["zone"] != zone
            or told["known"] != json.loads(json.dumps([*map(asdict, known)]))
        ):
            return None
        prints = {(month, survey): (n, hashes) for month, survey, n, hashes in told["prints"]}
        return Months(known, zone, prints, np.load(store.parent / told["file"], mmap_mode="r"))
    except (OSError, ValueError, KeyError) as error:
        log.info("no kept counts of hotspots: %s", error)
        return None


def _kept(store: Path, found: Months) -> Months:
    """The counts as they lie beside the store then, or as they are where there is no room."""
    name = f"{store.name}.hotspots-{uuid4().hex[:8]}.npy"
    prints = [(*block, *told) for block, told in found.prints.items()]
    told = {"form": FORM, "zone": found.zone, "known": [*map(asdict, found.known)], "prints": prints, "file": name}
    begun = _about(store).with_suffix(".begun")
    try:
        np.save(store.parent / name, found.sums)
        begun.write_text(json.dumps(told), encoding="utf-8")
        begun.replace(_about(store))
        for other in store.parent.glob(f"{store.name}.hotspots-*.npy"):
            if other.name != name:
                other.unlink()
    except OSError as error:
        log.info("the counts of hotspots cannot be kept: %s", error)
        return found
    return _read(store, found.known, found.zone) or found


def _about(store: Path) -> Path:
    return store.with_name(f"{store.name}.hotspots.json")
