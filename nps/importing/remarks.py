"""What a person should know about values that go in all the same: each kind counted, with an example."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps.clock import counted
from nps.importing.columns import EMAIL, cleaned
from nps.importing.dates import SKIPPED, THERE, TWICE
from nps.importing.packed import each
from nps.importing.reading import Grid
from nps.importing.sheet import shortened
from nps.importing.words import BANDS, NPS_GROUP, is_blank
from nps.store import scratch

ZONES = timedelta(hours=14)  # a time without its zone may be that far ahead
FUTURE = "In the future"
LOOKED_AT = 1_000  # rows that tell whether a column holds the vendor's bands


def odd_dates(grid: Grid, column: str, dated: pa.Table, at: datetime) -> Iterator[str]:
    """Dates that can be read, but lie in the future or are none."""
    moment = dated["moment"]
    newest = pc.max(moment).as_py()
    if newest and newest > at + ZONES:
        ahead = pc.sum(pc.greater(moment, pa.scalar(at + ZONES, moment.type))).as_py()
        yield f'{FUTURE}: {counted(ahead, "date")} in "{column}", the last on {newest:%Y-%m-%d}.'
    undated = pc.and_(pc.is_null(moment), pc.is_null(dated["reason"]))
    if pc.any(undated).as_py():
        given = cleaned(grid.table[column].filter(undated))
        if anonymous := len(given) - given.null_count:
            yield (
                f'No date: {counted(anonymous, "cell")} of "{column}" with 1 January 1980, which LimeSurvey '
                "writes for anonymous answers."
            )


def local_times(column: str, dated: pa.Table, zone: str) -> Iterator[str]:
    """What was made of times without an offset, where that is not UTC."""
    counts = {kind: pc.sum(pc.equal(dated["clock"], kind)).as_py() or 0 for kind in (THERE, TWICE, SKIPPED)}
    if total := sum(counts.values()):
        told = f'Times without an offset: {total:,} in "{column}", taken as those of {zone}.'
        if counts[TWICE]:
            told += f" {counts[TWICE]:,} came twice when the clocks went back: the first of the two is meant."
        if counts[SKIPPED]:
            told += f" {counts[SKIPPED]:,} never came when the clocks went forward: moved forward."
        yield told


def odd_addresses(grid: Grid, column: str) -> Iterator[str]:
    """Cells of the e-mail column that cannot be addresses."""
    address = rf"^\s*(?:{EMAIL.pattern})?\s*$"
    # Most are right: only the others are looked at more closely.
    right = [*each(grid.table, column, lambda part: pc.match_substring_regex(part, address))]
    others = np.flatnonzero(~pa.chunked_array(right, pa.bool_()).to_numpy())
    given, lines = cleaned(grid.table.select([column]).take(others)[column]), grid.lines.take(pa.array(others))
    if count := len(given) - given.null_count:
        first = pc.index(pc.is_valid(given), True).as_py()
        yield (
            f'No e-mail address: {counted(count, "value")} in "{column}", the first in line '
            f'{lines[first]} ("{shortened(given[first].as_py())}").'
        )


def odd_bands(grid: Grid, column: str, score: pa.Array) -> Iterator[str]:
    """Columns in which the vendor wrote the band beside the score, and wrote another one than the score's."""
    for name in grid.header:
        group = NPS_GROUP.match(name)
        if name == column or (group and not column.startswith(group["question"])) or not _holds_bands(grid, name):
            continue
        with scratch(bands=True) as con:
            con.register("labelled", pa.table({"line": grid.lines, "label": grid.table[name], "score": score}))
            con.register("bands", pa.table({"label": list(BANDS), "band": list(BANDS.values())}))
            [[count, line, label, example]] = con.execute(
                """
                SELECT count(*), min(line), arg_min(trim(labelled.label), line), arg_min(score, line)
                FROM labelled JOIN bands ON lower(trim(labelled.label)) = bands.label
                WHERE band <> CASE WHEN is_promoter(score) THEN 'promoter' WHEN is_passive(score) THEN 'passive'
                    WHEN is_detractor(score) THEN 'detractor' END
                """
            ).fetchall()
        if count:
            yield (
                f'"{name}" disagrees with the scores in {counted(count, "row")}, first in line {line}: '
                f'"{label}" beside {example}. The scores count.'
            )


def _holds_bands(grid: Grid, name: str) -> bool:
    """Whether the first cells that say something are all names of bands."""
    first = pc.unique(grid.table.slice(0, LOOKED_AT)[name]).to_pylist()
    told = {cell.strip().casefold() for cell in first if not is_blank(cell)}
    return bool(told) and told <= BANDS.keys()
