"""Which of the remaining columns describe a group of responses, so that the groups can be compared."""

from collections.abc import Iterable

import pyarrow as pa

from nps.importing import words
from nps.importing.choices import Choices, choices, known
from nps.importing.columns import DATE, EMAIL, NUMBER, SAMPLE_ROWS, Column
from nps.importing.reading import Grid

MOST_VALUES = 60
MOST_NAMED_VALUES = 120
MOST_TICKED = 40  # choices of all columns together: each becomes a segment of its own
LONGEST = 40
LONGEST_OF_FEW, FEW = 120, 12  # an answer to choose may be a sentence
SMALL = 20


def segments(grid: Grid, columns: Iterable[Column], *, account: str | None) -> tuple[str, ...]:
    """The columns that are segments, in the file's order.

    A segment has few, short, repeating values; or it is an attribute of the account: revenue, a renewal date; or its
    cells join choices that were ticked, as long as all of these are not too many.
    """
    found, ticked = [], 0
    for column in columns:
        if several := _choices(grid, column) if _may_be_shown(column) else None:
            ticked += len(several.names)
            if ticked <= MOST_TICKED:
                found.append(column.name)
        elif _is_group(column) or _is_attribute(grid, column, account):
            found.append(column.name)
    return tuple(found)


def _choices(grid: Grid, column: Column) -> Choices | None:
    names = grid.ticked.get(column.name)
    return choices(column.values) if names is None else known(column.values, names)


def _is_group(column: Column) -> bool:
    if not _may_be_shown(column) or column.share(DATE) > 0.5 or _is_another_score(column):
        return False
    chosen = column.distinct <= min(FEW, column.filled // 5) and not _asks_for_text(column)
    longest = LONGEST_OF_FEW if chosen else LONGEST
    if column.median_length() > longest or words.BANDS.keys() >= {value.casefold() for value in column.values}:
        return False
    named = words.GROUP.search(column.plain) is not None
    if column.filled < SMALL:
        return column.mean_words() <= 5 and (named or 2 <= column.distinct < column.filled)
    if named and column.distinct <= min(MOST_NAMED_VALUES, column.filled // 4):
        return True
    return 2 <= column.distinct <= min(MOST_VALUES, column.filled // 2)


def _is_another_score(column: Column) -> bool:
    """A second recommend question is a survey of its own."""
    return bool(words.RECOMMEND.search(column.plain)) and column.whole_share() >= 0.9


def _asks_for_text(column: Column) -> bool:
    return any(pattern.search(column.plain) for pattern in (*words.COMMENTS, words.FREE_TEXT))


def _is_attribute(grid: Grid, column: Column, account: str | None) -> bool:
    if not _may_be_shown(column) or column.share(DATE) + column.share(NUMBER) < 0.9:
        return False
    if words.ATTRIBUTE.search(column.plain):
        return True
    return account is not None and account != column.name and _constant_within(grid, column, account)


def _may_be_shown(column: Column) -> bool:
    """Nothing that names a person, a machine or a row."""
    if not column.filled or words.PERSONAL.search(column.plain) or words.EMAIL.search(column.plain):
        return False
    if column.plain.split()[-1:] in (["id"], ["uuid"], ["uid"], ["guid"]) or words.BAND.search(column.plain):
        return False
    return column.share(EMAIL) < 0.1


def _constant_within(grid: Grid, column: Column, account: str) -> bool:
    """Whether each account has one value, in enough accounts with several rows for that to mean something."""
    first = grid.table.slice(0, SAMPLE_ROWS)
    pairs = pa.table({"account": first[account], "value": first.column(column.place)})
    found = pairs.group_by("account").aggregate([("value", "count_distinct"), ("value", "count")])
    several = [
        distinct
        for distinct, count in zip(
            found["value_count_distinct"].to_pylist(), found["value_count"].to_pylist(), strict=True
        )
        if count > 1
    ]
    return len(several) >= SMALL and max(several) == 1 and column.distinct > 1
