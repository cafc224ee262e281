"""Rules about the rows of a vendor's export: which are no answers, and what a cell of theirs means.

Columns are named by patterns over plain headers, so that one rule fits every spelling of a header.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.packed import Cells
from nps.importing.words import NOTHING, plain
from nps.store import scratch

# What the kinds of survey are called where they stand in one column.
KINDS = {"nps": r"nps|net.?promoter|loyal", "csat": r"csat|satisf", "ces": r"\bces\b|effort"}


@dataclass(frozen=True)
class LeftOut:
    """Rows whose cell is one of `values` (`unless`: is anything else) are no answers."""

    column: str
    values: str
    reason: str
    unless: bool = False


@dataclass(frozen=True)
class OneKind:
    """A column says of each row which kind of survey it answers; rows of other kinds than the metric's are left out."""

    column: str


@dataclass(frozen=True)
class LastOfSeveral:
    """Of the rows with one `key` only the one that is last by `time` (text that sorts by time) counts."""

    key: str
    time: str


@dataclass(frozen=True)
class Partial:
    """Rows with one of `values` were not finished: they count, with or without a score, and are pointed out."""

    column: str
    values: str


@dataclass(frozen=True)
class LocalTime:
    """Times without an offset are those of a place, summer time included."""

    columns: str
    zone: str
    names: tuple[tuple[str, str], ...]  # abbreviations that may follow a time, and their offsets


Rule = LeftOut | OneKind | LastOfSeveral | Partial | LocalTime


def column_of(header: Iterable[str], pattern: str) -> str | None:
    """The first column whose plain header is what the pattern says."""
    return next((name for name in header if re.fullmatch(pattern, plain(name))), None)


def left_out(rule: Rule, table: Cells, metric: str) -> tuple[str, pa.Array] | None:
    """The column that a rule looks at, and for each row why it is no answer (null = it is one)."""
    if isinstance(rule, LeftOut):
        column = column_of(table.column_names, rule.column)
        if column is None:
            return None
        wrong = _fits(table[column], rule.values)
        return column, _because(pc.invert(wrong) if rule.unless else wrong, rule.reason)
    if isinstance(rule, OneKind):
        column = column_of(table.column_names, rule.column)
        if column is None:
            return None
        told = pc.match_substring_regex(table[column], rf"(?i){KINDS[metric]}")
        wrong = pc.invert(pc.or_(told, _fits(table[column], NOTHING.removeprefix("(?i)"))))
        return column, _because(wrong, f"answers another kind of survey, not {metric.upper()}")
    if isinstance(rule, LastOfSeveral):
        return _superseded(rule, table)
    return None


def unfinished(rule: Partial, table: Cells) -> int:
    """How many rows were not finished."""
    column = column_of(table.column_names, rule.column)
    return 0 if column is None else int(pc.sum(_fits(table[column], rule.values)).as_py() or 0)


def with_offsets(rule: LocalTime, table: Cells) -> Cells:
    """The table with its offset from UTC written behind each time of a place; what has one already stays."""
    named = " ".join(
        f"WHEN regexp_matches(t, '\\s{name}$') THEN regexp_replace(t, '\\s{name}$', ' {offset}')"
        for name, offset in rule.names
    )
    for place, name in enumerate(table.column_names):
        if not re.fullmatch(rule.columns, plain(name)):
            continue
        with scratch() as con:
            con.register("cells", pa.table({"v": table[name]}))
            found = con.execute(
                f"""
                SELECT CASE {named}
                    WHEN regexp_full_match(t, '\\d{{4}}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?')
                    THEN concat(t, printf(' %+03d:%02d', minutes // 60, abs(minutes) % 60)) ELSE v END AS v
                FROM (
                    SELECT v, t, date_diff('minute', timezone('UTC', timezone($zone, local)), local) AS minutes
                    FROM (SELECT v, trim(v) AS t, try_cast(trim(v) AS TIMESTAMP) AS local FROM cells))
                """,
                {"zone": rule.zone},
            ).to_arrow_table()["v"]
        table = table.set_column(place, name, found)
    return table


def _fits(cells: pa.ChunkedArray, values: str) -> pa.ChunkedArray:
    return pc.match_substring_regex(pc.utf8_trim_whitespace(cells), rf"(?i)^(?:{values})$")


def _because(wrong: pa.ChunkedArray, reason: str) -> pa.Array:
    told = pc.if_else(wrong, pa.scalar(reason), pa.scalar(None, pa.string()))
    return told.combine_chunks() if isinstance(told, pa.ChunkedArray) else told


def _superseded(rule: LastOfSeveral, table: Cells) -> tuple[str, pa.Array] | None:
    key, time = column_of(table.column_names, rule.key), column_of(table.column_names, rule.time)
    if key is None or time is None:
        return None
    with scratch() as con:
        con.register("cells", pa.table({"key": table[key], "moment": table[time], "row": range(len(table))}))
        later = con.execute(
            f"""
            SELECT NOT regexp_full_match(trim(key), '{NOTHING}')
                AND row_number() OVER (PARTITION BY trim(key) ORDER BY rtrim(moment, 'Z') DESC, row DESC) > 1 AS later
            FROM cells ORDER BY row
            """
        ).to_arrow_table()["later"]
    return key, _because(later, "an earlier event of the same submission: the last one counts")
