"""Wide format, one column per year or wave, to one row per answer: the period becomes a segment, and a date.

A file is wide when the headers of several columns differ in nothing but a period and their values are scores:
"NPS 2023" and "NPS 2024", "Q1 2024 score" and "Q2 2024 score", "Wave 1 NPS" and "Wave 2 NPS".
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from nps.clock import counted
from nps.importing.known import Known
from nps.importing.packed import coded
from nps.importing.reading import Grid, unique
from nps.importing.scores import spread
from nps.importing.words import BAND, DATES, OTHER_METRIC, RECOMMEND, SCORE, plain

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEAR = r"(?:19|20)\d\d"
GAP = r"[\s_./-]*"
# Best first: "Q1 2024" is a quarter, not the year in it.
PERIODS = (
    re.compile(rf"(?<![^\W_])Q(?P<quarter>[1-4]){GAP}(?P<year>{YEAR})(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<year>{YEAR}){GAP}Q(?P<quarter>[1-4])(?![^\W_])", re.IGNORECASE),
    re.compile(rf"(?<![^\W_])H(?P<half>[12]){GAP}(?P<year>{YEAR})(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<year>{YEAR}){GAP}H(?P<half>[12])(?![^\W_])", re.IGNORECASE),
    re.compile(rf"(?<![^\W_])(?P<name>{'|'.join(MONTHS)})[a-z]*\.?{GAP}(?P<year>{YEAR})(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<year>{YEAR})[-_/.](?P<month>0[1-9]|1[0-2])(?![\d])"),
    re.compile(rf"(?<![^\W_])(?P<wave>(?:wave|round|welle|vague|ronde){GAP}\d{{1,3}})(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<year>{YEAR})(?!\d)"),
)
WRITTEN = 0.9  # of the values in each column of the score must be scores


@dataclass(frozen=True, order=True)
class Period:
    """What a header says about time: its first day, "" for a wave that has no date, and its name."""

    begins: str
    name: str


@dataclass(frozen=True)
class Series:
    """The columns that hold the same thing for several periods, and the header that they share."""

    name: str
    columns: dict[Period, str]


def turned(grid: Grid) -> Grid:
    """The grid with one row per answer, when it has one column per period; else the grid."""
    every = _series(grid.header)
    scores = [one for one in every if _is_score(grid, one)]
    if not scores or any(_is_date(name) for name in grid.header):
        return grid
    periods = sorted({period for one in scores for period in one.columns})
    series = [one for one in every if one in scores or set(one.columns) <= set(periods)]
    taken = {column for one in series for column in one.columns.values()}
    kept = [name for name in grid.header if name not in taken]
    dated = all(period.begins for period in periods)
    told = ("Period", *(("Period begins",) if dated else ()))
    header = unique((*kept, *told, *(one.name for one in series)))
    tables = [_of_period(grid, kept, series, period, dated=dated) for period in periods]
    table = pa.concat_tables(tables).rename_columns(list(header)).combine_chunks()
    remark = (
        f"{counted(len(grid.table), 'row')} with a column for each period turned into {counted(len(table), 'answer')}, "
        f"one for each of {', '.join(period.name for period in periods)}"
        + ("; the first day of the period is taken as the date." if dated else ", without dates.")
    )
    roles = {"date": header[len(kept) + 1]} if dated else {}
    return replace(
        grid,
        header=header,
        table=table,
        lines=pa.concat_arrays([grid.lines] * len(periods)),
        remarks=(*grid.remarks, remark),
        known=Known("one column per period", roles, grid.known.rules, turned=True, segments=(header[len(kept)],)),
    )


def period_of(header: str) -> tuple[Period, str] | None:
    """The one period that a header names, and the header without it; None when it names none or several."""
    for pattern in PERIODS:
        found = list(pattern.finditer(header))
        if len(found) == 1:
            return _period(found[0]), _without(header, found[0])
        if found:
            return None
    return None


def _without(header: str, found: re.Match[str]) -> str:
    rest = f"{header[: found.start()]} {header[found.end() :]}"
    return re.sub(r"\(\s*\)|\[\s*\]", "", " ".join(rest.split())).strip(" _-–:,/.")


def _period(found: re.Match[str]) -> Period:
    part = found.groupdict()
    if wave := part.get("wave"):
        word, number = re.findall(r"[^\W\d_]+|\d+", wave)
        return Period("", f"{word.capitalize()} {int(number)}")
    year, month = part["year"], 1
    name = year
    if part.get("quarter"):
        month, name = 3 * int(part["quarter"]) - 2, f"{year} Q{part['quarter']}"
    elif part.get("half"):
        month, name = 6 * int(part["half"]) - 5, f"{year} H{part['half']}"
    elif part.get("name") or part.get("month"):
        month = MONTHS.index(part["name"].lower()) + 1 if part.get("name") else int(part["month"])
        name = f"{year}-{month:02d}"
    return Period(f"{year}-{month:02d}-01", name)


def _is_date(header: str) -> bool:
    """Whether a column says when each row was answered: then its questions are about periods, not asked in them."""
    return any(pattern.search(plain(header)) for pattern in DATES[:2])


def _series(header: Sequence[str]) -> list[Series]:
    """The columns whose headers differ in nothing but the period, in the order of the file."""
    found: dict[str, dict[Period, str]] = defaultdict(dict)
    names: dict[str, str] = {}
    twice = set()
    for column in header:
        if (told := period_of(column)) is None:
            continue
        period, rest = told
        stem = plain(rest)
        names.setdefault(stem, rest)
        if period in found[stem]:
            twice.add(stem)
        found[stem][period] = column
    return [
        Series(names[stem], columns)
        for stem, columns in found.items()
        if stem and len(columns) > 1 and stem not in twice
    ]


def _is_score(grid: Grid, series: Series) -> bool:
    """Whether a series asks for a recommendation, or is called a score, and holds nothing else."""
    name = plain(series.name)
    asks = RECOMMEND.search(name) or (SCORE.search(name) and not OTHER_METRIC.search(name))
    if not asks or BAND.search(name):
        return False
    held = [spread(coded(grid.table, column)) for column in series.columns.values()]
    return any(one.filled for one in held) and all(one.valid >= WRITTEN for one in held if one.filled)


def _of_period(grid: Grid, kept: Sequence[str], series: Sequence[Series], period: Period, *, dated: bool) -> pa.Table:
    """All rows of the grid with what they say about one period."""
    rows = len(grid.table)
    blank = pa.chunked_array([pa.repeat("", rows)])
    told = [pa.repeat(period.name, rows), *([pa.repeat(period.begins, rows)] if dated else [])]
    values = [grid.table[one.columns[period]] if period in one.columns else blank for one in series]
    cells = [*(grid.table[name] for name in kept), *told, *values]
    return pa.table(cells, names=[f"c{place}" for place in range(len(cells))])
