"""A grid and a mapping to answers: typed responses, and every row that is none, with its line and reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from weakref import WeakKeyDictionary

import pyarrow as pa
import pyarrow.compute as pc

from nps.clock import now
from nps.errors import Refused
from nps.importing import mapping as mapped
from nps.importing import roles
from nps.importing.choices import choices, counted_values, known, yes_or_no
from nps.importing.columns import cleaned, repeats
from nps.importing.dates import moments
from nps.importing.mapping import Mapping
from nps.importing.misfits import fitted
from nps.importing.order import ordered, read_dates
from nps.importing.packed import Cells, coded, each, readable
from nps.importing.reading import Grid
from nps.importing.rejects import rejects
from nps.importing.remarks import local_times, odd_addresses, odd_bands, odd_dates
from nps.importing.responses import Columns, Maker, Responses
from nps.importing.scales import NO_ZERO, scale_of, scale_question, turned_round
from nps.importing.scores import METRICS, SCALES, Spread, scores, spread
from nps.importing.sheet import columns
from nps.importing.sifting import sifted
from nps.importing.words import LAST_NAME, NAMES, REGIONS, UTC_NAMED, plain
from nps.store import scratch

MOST_REGIONS = 1_000
LISTED = 10  # with fewer answers than that, each wrong one is listed instead of refusing the file


@dataclass(frozen=True)
class Answers:
    """The responses and rejects of one file; `rows == len(responses) + len(rejects)`.

    `responses`: line (unique), response_id, answered_at (UTC; null where the file has none), score (null = blank),
    comment, customer, name, email (lower case), account, content (hash of all cells of the row; null where every row
    has an id), and `segment:<header>` for each segment. `rejects`: line, column, value, reason, cells; by line.
    `mapping` has `scale` and `dayfirst` as decided.
    """

    responses: Responses
    rejects: pa.Table
    header: tuple[str, ...]
    mapping: Mapping
    rows: int
    remarks: tuple[str, ...]

    @cached_property
    def table(self) -> pa.Table:
        """All responses at once."""
        return self.responses.table()


_latest: WeakKeyDictionary[Grid, tuple[tuple[Mapping, str], Answers]] = WeakKeyDictionary()


def answers(grid: Grid, mapping: Mapping, *, at: datetime | None = None, zone: str = "UTC") -> Answers:
    """Read every row of the grid as the mapping says; what lies after `at` (UTC, now if not given) is the future.

    Times without an offset are those of `zone`, or of UTC where the column's name says so.

    Done once for the mapping and zone that a grid was last read with: a page shows what would become of a file, and
    then the import needs the same. Raises Refused for a column that is not there, a scale that the metric does not
    have, and a score or date column without one usable value; Ambiguous for a 1-5 or 1-7 scale and for an order of day
    and month that cannot be told.
    """
    if at is not None:
        return _understood(grid, mapping, at, zone)
    latest = _latest.get(grid)
    if latest is None or latest[0] != (mapping, zone):
        latest = _latest[grid] = (mapping, zone), _understood(grid, mapping, now(), zone)
    return latest[1]


def _understood(grid: Grid, mapping: Mapping, at: datetime, zone: str) -> Answers:
    _check(grid, mapping)
    grid = sifted(fitted(grid, mapping), metric=mapping.metric)
    remarks: list[str] = [*grid.remarks]
    held = spread(coded(grid.table, mapping.score))
    mapping = _scaled(grid, mapping, held, remarks)
    mapping = _identified(grid, mapping, remarks)
    scale = mapping.scale or "0-10"
    low, high = SCALES[scale]
    score, score_fault = scores(coded(grid.table, mapping.score), low, high)
    if mapping.reverse:
        remarks.append(turned_round(mapping.score, metric=mapping.metric, scale=scale))
        score = pc.subtract(pa.scalar(low + high, score.type), score)
    if held.filled >= LISTED and pc.sum(pc.is_valid(score)).as_py() == 0:
        raise Refused(
            f'No value of "{mapping.score}" in {grid.name} is a whole number from {low} to {high} (the first: '
            f'"{held.example or held.lowest}"): choose another score column (--score).'
        )
    mapping, dated = _dated(grid, mapping, zone)
    remarks += _odd(grid, mapping, score, dated, at=at, zone=zone)
    faults = {mapping.score: score_fault, mapping.date: dated["reason"].combine_chunks()}
    wrong = pc.coalesce(*faults.values())
    kept = None if wrong.null_count == len(wrong) else pc.is_null(wrong)
    responses = _typed(grid, mapping, score, dated["moment"], kept)
    parted = [column for column in mapping.segments if f"segment:{column}" not in responses.names]
    if parted:
        remarks.append(
            f"Several choices in a cell of {roles.names(parted)}: each frequent choice is a segment with Yes and No."
        )
    rejected = pa.concat_tables([rejects(grid, faults.items()), grid.ragged]).sort_by("line")
    return Answers(responses, rejected, grid.header, mapping, len(responses) + len(rejected), tuple(remarks))


def _check(grid: Grid, mapping: Mapping) -> None:
    """Raise Refused when the mapping does not fit the grid."""
    named = (mapping.score, mapping.date, mapping.comment, mapping.id, mapping.email, mapping.name)
    for column in (*named, mapping.account, mapping.customer, *mapping.segments):
        if column is not None and column not in grid.header:
            raise Refused(f'{grid.name} has no column "{column}". Its columns: {roles.names(grid.header)}.')
    if mapping.metric not in METRICS:
        raise Refused(f"There is no metric {mapping.metric!r}; choose one of {', '.join(METRICS)}.")
    if mapping.scale is not None and mapping.scale not in METRICS[mapping.metric]:
        raise Refused(
            f"{mapping.metric.upper()} is counted on {' or '.join(METRICS[mapping.metric])}, not on {mapping.scale}: "
            "choose another scale (--scale), or another metric (--metric)."
        )
    if mapping.reverse and mapping.metric == "nps":
        raise Refused("An NPS question has no other direction: 10 is the best answer. Leave --reverse out.")


def _scaled(grid: Grid, mapping: Mapping, held: Spread, remarks: list[str]) -> Mapping:
    """The mapping with its scale: as said, or as the values show. Raises Ambiguous for a smaller scale."""
    if mapping.scale is not None:
        return mapping
    question = scale_question(grid.name, mapping.score, held, metric=mapping.metric)
    if question is not None:
        raise question
    if mapping.metric != "nps":
        return replace(mapping, scale=scale_of(held, mapping.metric))
    if not held.without_zero():
        return replace(mapping, scale="0-10")
    remarks.append(NO_ZERO)
    return replace(mapping, scale="1-10")


def _identified(grid: Grid, mapping: Mapping, remarks: list[str]) -> Mapping:
    """The mapping with an id column that repeats moved to where it belongs: the customer."""
    if mapping.id is None or not repeats(grid, mapping.id):
        return mapping
    remarks.append(mapped.repeated_id(mapping.id))
    return replace(mapping, id=None, customer=mapping.customer or mapping.id)


def _dated(grid: Grid, mapping: Mapping, zone: str) -> tuple[Mapping, pa.Table]:
    """The mapping with its order of day and month, and the moment of each row or the reason why it has none."""
    column = mapping.date
    if column is None:
        empty = {
            "moment": pa.nulls(len(grid.table), pa.timestamp("us")),
            "reason": pa.nulls(len(grid.table), pa.string()),
            "clock": pa.nulls(len(grid.table), pa.uint8()),
        }
        return mapping, pa.table({name: pa.chunked_array([column]) for name, column in empty.items()})
    if mapping.dayfirst is None:
        shaped = ordered(grid, column)
        if shaped.ambiguous:
            raise mapped.date_order(grid.name, column, shaped)
        mapping = replace(mapping, dayfirst=shaped.order())
    in_utc = UTC_NAMED.search(plain(column))
    cells = read_dates(grid, column, keep=False)
    found = moments(cells, dayfirst=bool(mapping.dayfirst), zone="UTC" if in_utc else zone)
    if found["reason"].null_count == 0 and len(found) >= LISTED:
        first = grid.table.slice(0, 1)[column][0].as_py()
        raise Refused(
            f'No value of "{column}" in {grid.name} can be read as a date (the first: "{first}"): '
            "choose another date column (--date)."
        )
    return mapping, found


def _odd(grid: Grid, mapping: Mapping, score: pa.Array, dated: pa.Table, *, at: datetime, zone: str) -> Iterator[str]:
    """What a person should know about the values that were read."""
    if mapping.metric == "nps":
        yield from odd_bands(grid, mapping.score, score)
    if mapping.date is not None:
        yield from odd_dates(grid, mapping.date, dated, at)
        yield from local_times(mapping.date, dated, zone)
    if mapping.email is not None:
        yield from odd_addresses(grid, mapping.email)


def _typed(grid: Grid, mapping: Mapping, score: pa.Array, moment: pa.ChunkedArray, kept: pa.Array | None) -> Responses:
    """The rows of the grid as responses, in their order."""
    settled = {"line": _told_apart(grid), "answered_at": moment, "score": score}
    makers = [
        Maker(("response_id",), lambda cells: {"response_id": _text(cells, mapping.id)}),
        Maker(("content",), lambda cells: {"content": pa.nulls(len(cells), pa.string())}),
        Maker(("comment",), lambda cells: {"comment": _text(cells, mapping.comment)}),
        Maker(("customer", "email"), lambda cells: _addressed(cells, mapping)),
        Maker(("name",), lambda cells: {"name": _person(cells, mapping)}),
        Maker(("account",), lambda cells: {"account": _text(cells, mapping.account)}),
        *(_segment(grid, column) for column in mapping.segments),
    ]
    every, plain = _ids(grid, mapping.id)
    if not every:
        settled["content"] = hashes(grid.table)
        del makers[1]
    told_apart = every and plain and not repeats(grid, str(mapping.id))
    return Responses(grid.table, pa.table(settled), _without_repeats(makers), kept, told_apart)


def _ids(grid: Grid, column: str | None) -> tuple[bool, bool]:
    """Whether every row has an id, and whether all cells say theirs as it is."""
    if column is None:
        return False, False

    def look(part: pa.Array) -> tuple[bool, bool]:
        ids = cleaned(part)
        return not ids.null_count, bool(pc.all(pc.equal(ids, part)).as_py())

    found = [*each(grid.table, column, look)]
    return all(every for every, _ in found), all(plain for _, plain in found)


def _without_repeats(makers: Sequence[Maker]) -> tuple[Maker, ...]:
    """Of several columns of one name the last."""
    last = {name: maker for maker in makers for name in maker.names}
    own = ((maker, tuple(name for name in maker.names if last[name] is maker)) for maker in makers)
    return tuple(replace(maker, names=names) for maker, names in own if names)


def _text(cells: Cells, column: str | None) -> pa.ChunkedArray | pa.Array:
    return pa.nulls(len(cells), pa.string()) if column is None else cleaned(coded(cells, column))


def _addressed(cells: Cells, mapping: Mapping) -> Columns:
    """Who answered: an address, and what is an address is in place of an id where there is none."""
    email = pc.utf8_lower(_text(cells, mapping.email))
    email = pc.if_else(pc.match_substring(email, "@"), email, None)
    return {"email": email, "customer": pc.coalesce(_text(cells, mapping.customer), email)}


def _told_apart(grid: Grid) -> pa.Array:
    """The line of each row; its number instead, where one line of the file became several rows."""
    repeated = grid.known.turned and pc.count_distinct(grid.lines).as_py() < len(grid.lines)
    return pa.array(range(1, len(grid.lines) + 1), pa.int64()) if repeated else grid.lines


def _segment(grid: Grid, column: str) -> Maker:
    """A column as a segment; where its cells join several choices, each choice as one."""
    values = counted_values(coded(grid.table, column))
    several = known(values, grid.ticked[column]) if column in grid.ticked else choices(values)
    if several is not None:
        names = tuple(f"segment:{column}: {choice}" for choice in several.names)
        ticked = several
        return Maker(
            names,
            lambda cells: {
                f"segment:{column}: {choice}": told for choice, told in yes_or_no(coded(cells, column), ticked)
            },
        )
    # With other regions beside it, "NA" is North America.
    regions = len(values) < MOST_REGIONS and not REGIONS.isdisjoint(value.lower() for value in values)
    spare = ("na",) if regions else ()
    name = f"segment:{column}"
    return Maker((name,), lambda cells: {name: cleaned(coded(cells, column), spare=spare)})


def hashes(table: Cells) -> pa.ChunkedArray:
    """A hash of all cells of each row, 32 hexadecimal digits, the same on every machine and in every process."""
    neutral = columns(table.num_columns)
    with scratch() as con:
        con.register("cells", readable(table.rename_columns(neutral)))
        # Made as a table first: a result that is fetched directly is computed by one thread only.
        con.execute(
            f"CREATE TABLE hashes AS SELECT md5(concat_ws(chr(31), {', '.join(neutral)})) AS content FROM cells"
        )
        return con.execute("FROM hashes").to_arrow_table()["content"]


def _person(cells: Cells, mapping: Mapping) -> pa.ChunkedArray | pa.Array:
    """The person's name; where it is a first name and the file has last names beside it, both."""
    name = _text(cells, mapping.name)
    if mapping.name is None or not NAMES[1].search(plain(mapping.name)):
        return name
    last = next((column for column in cells.column_names if LAST_NAME.search(plain(column))), None)
    if last is None:
        return name
    # Not null_handling="skip": pyarrow 26 then drops rows in which both are null.
    both = (pc.fill_null(part, "") for part in (name, cleaned(cells[last])))
    whole = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*both, " "))
    return pc.if_else(pc.equal(whole, ""), None, whole)
