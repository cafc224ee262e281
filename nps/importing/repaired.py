"""Rejected rows on their way out and back in: what would mend each, and how a mended file is known again.

A download of rejected rows has NOTES before the file's own columns. A file that comes back with them is read without
them; the last one names the import that the rows belong to.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.dates import NO_SUCH_DATE
from nps.importing.packed import unpacked
from nps.importing.scores import NOT_NUMBER, NOT_WHOLE
from nps.importing.sheet import RAGGED, Sheet, columns
from nps.zones import FIRST_YEAR, LAST_YEAR

NOTES = ("Line", "Column", "Value", "Reason", "Suggested repair", "Import")
# What a spreadsheet would take for a formula; see nps/exporting.py.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
INERT = f"^'([{re.escape(''.join(DANGEROUS))}])"

NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
WHOLE = re.compile(r"(?<![\d.,-])\d{1,2}(?![\d.,])")
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
DATE = re.compile(r"(\d{4}|\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{1,2})")
TOP, NEARLY_TOP, MONTHS = 10, 12, 12


def suggestion(value: str, reason: str, *, dayfirst: bool | None) -> str:
    """What would mend a rejected cell, as far as it can be told; a question mark where it is only likely."""
    if reason == NOT_WHOLE:
        return _beside(value)
    if reason == NOT_NUMBER:
        return _in_text(value)
    if reason.startswith("outside "):
        return _inside(value)
    if reason == NO_SUCH_DATE:
        return _last_day(value, dayfirst=dayfirst)
    return ""


def _beside(value: str) -> str:
    """7.5 -> 7 or 8."""
    found = NUMBER.fullmatch(value.strip())
    if not found:
        return ""
    low = int(float(found.group().replace(",", ".")) // 1)
    return f"{low} or {low + 1}" if 0 <= low < TOP else ""


def _in_text(value: str) -> str:
    """The score that a text holds: "nine" -> 9?, "8-9" -> 8 or 9."""
    words = re.findall(r"[^\W\d_]+", value.casefold())
    found = [score for score, word in enumerate(WORDS) if word in words]
    found += [int(number) for number in WHOLE.findall(value.replace("-", " ")) if int(number) <= TOP]
    distinct = sorted(set(found))
    if len(distinct) == 2 and distinct[0] + 1 == distinct[1]:
        return f"{distinct[0]} or {distinct[1]}"
    return f"{distinct[0]}?" if len(distinct) == 1 else ""


def _inside(value: str) -> str:
    """A score just beyond the scale, on a scale to 100, or a sign too many; 99 and others can mean anything."""
    found = NUMBER.match(value.strip())
    if not found:
        return ""
    score = float(found.group().replace(",", "."))
    if TOP < score <= NEARLY_TOP:
        return f"{TOP}?"
    if TOP < score <= 10 * TOP and score % 10 == 0:
        return f"{score / 10:.0f}?"
    return f"{-score:.0f}?" if -TOP <= score < 0 and score % 1 == 0 else ""


def _last_day(value: str, *, dayfirst: bool | None) -> str:
    """A day beyond the end of its month -> the last one; a month beyond twelve -> day and month the other way round."""
    found = DATE.search(value)
    if not found:
        return ""
    first, mark, middle, last = found.groups()
    places = [first, middle, last]
    if dayfirst is None:
        dayfirst = int(middle) <= MONTHS
    year, month, day = (0, 1, 2) if len(first) == 4 else (2, 1, 0) if dayfirst else (2, 0, 1)
    if int(places[month]) > MONTHS:
        places[month], places[day] = places[day], places[month]
    end = _days(places[year], places[month])
    if int(places[day]) > end:
        places[day] = str(end)
    if not end or places == [first, middle, last]:
        return ""
    return f"{value[: found.start()]}{mark.join(places)}{value[found.end() :]}?"


def _days(year: str, month: str) -> int:
    """How many days that month has; 0 where there is no such month or the year cannot be right."""
    full = int(year) + (2000 if len(year) < 4 else 0)
    return monthrange(full, int(month))[1] if 1 <= int(month) <= MONTHS and FIRST_YEAR <= full <= LAST_YEAR else 0


def filled_up(cells: Sequence[str], width: int) -> list[str]:
    """The cells of a rejected row, filled up to the width of the header."""
    return [*cells, *[""] * (width - len(cells))]


def without_notes(found: Sheet) -> tuple[Sheet, str | None]:
    """A mended file without the notes of the download, and the import that its rows belong to.

    The import is "" where none or several are named, None where the file is no such download.
    """
    names = [name.strip().casefold() for name in found.header[: len(NOTES)]]
    known = [name.casefold() for name in NOTES]
    width = next((width for width in (len(NOTES), len(NOTES) - 1) if names[:width] == known[:width]), 0)
    if not width or len(found.header) == width:
        return found, None
    named = set(pc.unique(found.table.column(width - 1)).to_pylist()) - {""} if width == len(NOTES) else set()
    cells = [pc.replace_substring_regex(cell, INERT, r"\1") for cell in unpacked(found.table).columns[width:]]
    ragged = pa.Table.from_pylist(
        [{**row, "cells": row["cells"][width:]} for row in found.ragged.to_pylist()], schema=RAGGED
    )
    mended = replace(
        found,
        header=found.header[width:],
        table=pa.table(cells, names=columns(len(cells))),
        ragged=ragged,
        remarks=(*found.remarks, "Rejected rows that come back: the notes before their own columns are left out."),
    )
    return mended, named.pop() if len(named) == 1 else ""
