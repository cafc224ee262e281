"""Cells to moments in UTC: many ways of writing a date, day or month first by evidence, and what does not exist.

All of it is SQL over one Arrow column, so that a million cells take a fraction of a second.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from nps.importing.iso import ANONYMOUS, Iso, all_iso, iso
from nps.importing.words import NOTHING
from nps.store import scratch
from nps.zones import FIRST_YEAR, LAST_YEAR, is_day_sql, moment_sql

NO_SUCH_DATE = "date does not exist"
NO_DATE = "not a date that can be read"
NO_YEAR = "the year cannot be right"
DECISIVE = 0.95  # of the dates that fit one order only, this share settles the order

# What a cell was: a day alone, a time without an offset, or a moment that needs no zone.
DAY, TIME_THERE, MOMENT = "day", "time", "moment"
# How a time without an offset was placed: as it stands, the first of the two there were, or moved forward.
THERE, TWICE, SKIPPED = 1, 2, 3
MANY = 10  # moments that are all midnight in UTC are days; a few may be chance

# Text is read in two steps: the date up to its year, then what follows it.
PLAIN = r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?"
YEAR_FIRST = r"^(\d{4})[-/.] ?(\d{1,2})[-/.] ?(\d{1,2})\.?($|[T ,].*)$"
YEAR_LAST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})($|[T ,].*)$"
NUMBERS = r"^(\d{1,2})[-/.](\d{1,2})"
DIGIT_TIME = r"^([T ]?(\d{2})(\d{2})(\d{2})|)()()()$"
COMPACT = r"^(\d{4})(\d{2})(\d{2})($|[T ]?\d{6}$)"
WEEKDAY = r"(?:\pL{2,}\.?,?\s+)?"
DAY_NAME = (
    rf"^{WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]*(?:(?:de|of)\s+)?(\pL{{3,}})\.?,?[\s-]+(?:de\s+)?"
    r"(\d{4}|\d{2})($|[T ,].*)$"
)
NAME_DAY = rf"^{WEEKDAY}(\pL{{3,}})\.?[\s-]+(\d{{1,2}})(?:st|nd|rd|th)?,?[\s-]+(\d{{4}})($|[T ,].*)$"
TIME = (
    r"^([T ,]*(?:(?:at|kl\.?|klo|um|om|à|às|alle|a las|-)\s+)?"
    r"(?:(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,6})\d*)?)?(?:\s*Uhr)?\s*([AaPp])?\.?\s?(?:[Mm]\.?)?)?"
    r"\s*(?:UTC|GMT|Z)?\s*([+-]\d{1,2}(?::?\d{2})?)?(?:\s*\(.*\))?\s*)$"
)
# By their first three letters, in English, German, French, Spanish, Portuguese, Italian, Dutch and the languages of
# Scandinavia, then Polish, Turkish and Russian.
MONTHS = (
    "jan ene gen sty oca янв",
    "feb fév fev lut şub фев",
    "mar mär mrz maa mrt мар",
    "apr avr abr kwi nis апр",
    "may mai mag mei maj май мая",
    "jun jui giu cze haz июн",
    "jul lug lip tem июл",
    "aug aoû aou ago sie ağu авг",
    "sep set wrz eyl сен",
    "oct okt out ott paź eki окт",
    "nov lis kas ноя",
    "dec dez dic déc des gru ara дек",
)
MONTH_ROOM = 32


@dataclass(frozen=True)
class DateShapes:
    """How the dates of a column are written, in numbers of cells.

    `readable` cells look like a date, whatever it is; `digits` are bare numbers (Unix time, Excel days).
    `dayfirst` and `monthfirst` count the dates that exist in that order only, `either` those that would be two
    different days. Where they leave the order open, `beside` is the order that the rest of the file tells (True:
    day first), and `evidence` says how.
    """

    blank: int
    readable: int
    digits: int
    other: int
    dayfirst: int = 0
    monthfirst: int = 0
    either: int = 0
    example: str = ""
    beside: bool | None = None
    evidence: str = ""

    @property
    def filled(self) -> int:
        return self.readable + self.digits + self.other

    def order(self) -> bool | None:
        """True: day first; False: month first; None: nothing tells, or the cells contradict each other."""
        told = self.dayfirst + self.monthfirst
        if told == 0:
            return self.beside
        if max(self.dayfirst, self.monthfirst) < DECISIVE * told:
            return None
        return self.dayfirst > self.monthfirst

    @property
    def ambiguous(self) -> bool:
        """Whether the order of day and month matters and cannot be told."""
        return self.order() is None and self.either + self.dayfirst + self.monthfirst > 0

    def reason(self) -> str:
        """The evidence in words."""
        told = self.order()
        if self.ambiguous and self.dayfirst:
            return f"{self.dayfirst:,} dates only exist day first, {self.monthfirst:,} only month first"
        if told is None:
            return "no date could mean two different days" if not self.either else "every day and month is 12 or less"
        first = "day" if told else "month"
        if self.evidence:
            return f"{first} first: {self.evidence}"
        most, least = sorted((self.dayfirst, self.monthfirst), reverse=True)
        against = f" ({least:,} against it)" if least else ""
        return f"{first} first: {most:,} dates exist in no other order{against}"


def shapes(column: pa.ChunkedArray | Iso) -> DateShapes:
    """How the dates of a column are written, over all its cells."""
    read = column if isinstance(column, Iso) else all_iso(map(iso, column.chunks))
    if read is not None:
        blank = read.moment.null_count
        return DateShapes(blank=blank, readable=len(read.moment) - blank, digits=0, other=0)
    with scratch() as con:
        con.register("cells", pa.table({"v": column}))
        found = con.execute(
            f"""
            SELECT shape, part.a, part.b, count(*), any_value(t) FROM (
                SELECT shape, t, CASE WHEN shape = 'year last'
                    THEN regexp_extract(t, '{NUMBERS}', ['a', 'b']) END AS part
                FROM ({_SHAPED}))
            GROUP BY ALL
            """
        ).fetchall()
    count = Counter[str]()
    example = ""
    for shape, first, second, rows, cell in found:
        count[shape] += rows
        if shape == "year last":
            count[_only(int(first or 0), int(second or 0))] += rows
        if shape == "other":
            example = cell
    digits = sum(count[shape] for shape in DIGITS)
    readable = count.total() - digits - count["blank"] - count["other"]
    readable -= sum(count[order] for order in ("dayfirst", "monthfirst", "either", "same"))
    return DateShapes(
        blank=count["blank"],
        readable=readable,
        digits=digits,
        other=count["other"],
        dayfirst=count["dayfirst"],
        monthfirst=count["monthfirst"],
        either=count["either"],
        example=example,
    )


def moments(column: pa.ChunkedArray | Iso, *, dayfirst: bool, zone: str = "UTC") -> pa.Table:
    """What the cells of a column say, row by row: `moment` in UTC (null where blank or wrong), `reason` why it is none.

    `clock` tells how a time without an offset was placed in the zone: THERE, TWICE or SKIPPED; 0 for all else. A day
    alone is its midnight, exactly; so is every cell where all times are midnight. LimeSurvey's date for anonymous
    answers is none, like a blank.
    """
    read = column if isinstance(column, Iso) else all_iso(map(iso, column.chunks))
    with scratch() as con:
        if read is not None:
            con.register("iso", pa.table({"moment": read.moment, "day": read.day}))
            con.execute(_ISO_READ)
        else:
            con.register("cells", pa.table({"v": column}))
            # Made as a table first: a result that is fetched directly is computed by one thread only.
            con.execute(f"CREATE TABLE read AS {_MOMENTS[dayfirst]}")
        [(times_are_days, moments_are_days, *years)] = con.execute(_READ).fetchall()
        placed = _placed(zone, years, times_are_days=times_are_days, moments_are_days=moments_are_days)
        if read is not None and zone == "UTC":  # then one thread is enough, and the table would take much memory
            return con.execute(placed).to_arrow_table()
        con.execute(f"CREATE TABLE moments AS {placed}")
        return con.execute("FROM moments").to_arrow_table()


def _placed(zone: str, years: Sequence[int], *, times_are_days: bool, moments_are_days: bool) -> str:
    """SQL for moments in UTC of what was read, from the first to the last of `years`."""
    first, second = (moment_sql("moment", zone, years=years, second=second) for second in (False, True))
    clock, placed = "0", "moment"
    if first != "moment" and not times_are_days:
        clock = f"""CASE WHEN kind <> '{TIME_THERE}' OR moment IS NULL THEN 0 WHEN {second} > {first} THEN {TWICE}
            WHEN {second} < {first} THEN {SKIPPED} ELSE {THERE} END"""
        placed = f"CASE WHEN kind = '{TIME_THERE}' THEN {first} ELSE moment END"
    days = [DAY, *([TIME_THERE] if times_are_days else []), *([MOMENT] if moments_are_days else [])]
    whole = " OR ".join(f"kind = '{kind}'" for kind in days)
    return f"""
        SELECT CASE WHEN NOT ({whole}) AND {is_day_sql("placed")} THEN placed + INTERVAL 1 MICROSECOND ELSE placed END
            AS moment, reason, clock::UTINYINT AS clock
        FROM (SELECT {placed} AS placed, kind, reason, {clock} AS clock FROM read)"""


def _only(first: int, second: int) -> str:
    """Which order two numbers of a date allow: the one, the other, either (and they differ), or it is all the same."""
    if first > 12 >= second:
        return "dayfirst"
    if second > 12 >= first:
        return "monthfirst"
    return "same" if first == second or first > 12 else "either"


DIGITS = ("seconds", "milliseconds", "compact", "serial")
# Some programs put no-break spaces into dates, and those of East Asia name year, month and day, and morning or
# afternoon before the hour; only text that is not ASCII can hold either.
_TEXT = r"""CASE WHEN strlen(v) = length(v) THEN trim(v)
    ELSE trim(
        regexp_replace(regexp_replace(regexp_replace(
            replace(replace(v, chr(160), ' '), chr(8239), ' '),
            '^\s*(\d{4})(?:[年/-]|\. ?) ?(\d{1,2})(?:[月/-]|\. ?) ?(\d{1,2})(?:日|\.)?', '\1-\2-\3'),
            '(?:上午|午前|오전) ?([\d:]*)', ' \1 AM'), '(?:下午|午後|오후) ?([\d:]*)', ' \1 PM')) END"""
_SHAPED = rf"""
    SELECT t, CASE
        WHEN regexp_full_match(t, '{PLAIN}') THEN 'plain'
        WHEN strlen(t) < 8 AND regexp_full_match(t, '{NOTHING}') THEN 'blank'
        WHEN regexp_matches(t, '^\d{{4}}[-/.] ?\d') THEN 'year first'
        WHEN regexp_matches(t, '^\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d') THEN 'year last'
        WHEN regexp_full_match(t, '\d{{10}}(?:\.\d+)?') THEN 'seconds'
        WHEN regexp_full_match(t, '\d{{13}}') THEN 'milliseconds'
        WHEN regexp_full_match(t, '\d{{5}}(?:\.\d+)?') THEN 'serial'
        WHEN regexp_matches(t, '{COMPACT}') THEN 'compact'
        WHEN regexp_matches(t, '{DAY_NAME}') THEN 'day and name'
        WHEN regexp_matches(t, '{NAME_DAY}') THEN 'name and day'
        ELSE 'other' END AS shape
    FROM (SELECT {_TEXT} AS t FROM cells)"""
_ALL_MONTHS = "".join(names.ljust(MONTH_ROOM) for names in MONTHS)
# Where a name stands in the text of all names tells its month; French June and July need a fourth letter.
_MONTH = f"""CASE WHEN starts_with(lower(part.m), 'juil') THEN '7'
    WHEN strpos('{_ALL_MONTHS}', left(lower(part.m), 3)) > 0
    THEN CAST((strpos('{_ALL_MONTHS}', left(lower(part.m), 3)) - 1) // {MONTH_ROOM} + 1 AS VARCHAR)
    ELSE part.m END"""
_ISO_READ = f"""CREATE VIEW read AS
    SELECT moment, NULL::VARCHAR AS reason, CASE WHEN day THEN '{DAY}' ELSE '{TIME_THERE}' END AS kind FROM iso"""
_CHECKED = f"""SELECT CASE WHEN year(moment) BETWEEN {FIRST_YEAR} AND {LAST_YEAR} AND moment <> TIMESTAMP '{ANONYMOUS}'
    THEN moment END AS moment, CASE
    WHEN shape = 'blank' OR year(moment) BETWEEN {FIRST_YEAR} AND {LAST_YEAR} THEN NULL
    WHEN moment IS NOT NULL THEN '{NO_YEAR}'
    WHEN formed THEN '{NO_SUCH_DATE}'
    ELSE '{NO_DATE}' END AS reason, kind"""
_READ = f"""
    SELECT coalesce(bool_and({is_day_sql("moment")}) FILTER (kind = '{TIME_THERE}'), true),
        coalesce(bool_and({is_day_sql("moment")}) FILTER (kind = '{MOMENT}'), true)
            AND count(moment) FILTER (kind = '{MOMENT}') >= {MANY},
        coalesce(min(year(moment)), {FIRST_YEAR}), coalesce(max(year(moment)), {LAST_YEAR})
    FROM read"""


def _moments(dayfirst: bool) -> str:
    """SQL for moments, with day and month in this order where both are numbers."""
    day_month = "['d', 'm', 'y', 'rest']" if dayfirst else "['m', 'd', 'y', 'rest']"
    return rf"""
    WITH parted AS (
        SELECT t, shape, CASE shape
            WHEN 'year last' THEN regexp_extract(t, '{YEAR_LAST}', {day_month})
            WHEN 'year first' THEN regexp_extract(t, '{YEAR_FIRST}', ['y', 'm', 'd', 'rest'])
            WHEN 'day and name' THEN regexp_extract(t, '{DAY_NAME}', ['d', 'm', 'y', 'rest'])
            WHEN 'name and day' THEN regexp_extract(t, '{NAME_DAY}', ['m', 'd', 'y', 'rest'])
            WHEN 'compact' THEN regexp_extract(t, '{COMPACT}', ['y', 'm', 'd', 'rest'])
            END AS part
        FROM ({_SHAPED})),
    timed AS (
        SELECT t, shape, part, CASE
            WHEN shape = 'compact' THEN regexp_extract(part.rest, '{DIGIT_TIME}', {_CLOCK})
            WHEN part.y <> '' THEN regexp_extract(part.rest, '{TIME}', {_CLOCK})
            END AS clock
        FROM parted),
    placed AS (
        SELECT t, shape, (shape = 'plain' OR part.y <> '' AND clock.whole = part.rest) AS formed, CASE shape
            WHEN 'plain' THEN try_cast(t AS TIMESTAMP)
            WHEN 'seconds' THEN make_timestamp(CAST(round(try_cast(t AS DOUBLE) * 1000000) AS BIGINT))
            WHEN 'milliseconds' THEN make_timestamp(try_cast(t AS BIGINT) * 1000)
            WHEN 'serial' THEN TIMESTAMP '1899-12-30' + to_seconds(round(try_cast(t AS DOUBLE) * 86400))
            ELSE CASE WHEN formed THEN try_cast({_ISO} AS TIMESTAMP) - {_OFFSET} END
            END AS moment, CASE
            WHEN shape IN ('seconds', 'milliseconds') THEN '{MOMENT}'
            WHEN shape = 'serial' AND t NOT LIKE '%.%' OR shape = 'plain' AND strlen(t) = 10 THEN '{DAY}'
            WHEN shape IN ('serial', 'plain') THEN '{TIME_THERE}'
            WHEN clock.h = '' THEN '{DAY}'
            WHEN clock.zone <> '' OR regexp_matches(clock.whole, 'UTC|GMT|Z') THEN '{MOMENT}'
            ELSE '{TIME_THERE}' END AS kind
        FROM timed)
    {_CHECKED}
    FROM placed"""


_CLOCK = "['whole', 'h', 'mi', 's', 'f', 'ap', 'zone']"
_HOUR = """CASE WHEN clock.ap = '' OR try_cast(clock.h AS INTEGER) > 12 THEN clock.h
    ELSE CAST(try_cast(clock.h AS INTEGER) % 12 + CASE WHEN lower(clock.ap) = 'p' THEN 12 ELSE 0 END AS VARCHAR) END"""
_ISO = f"""concat(
    CASE WHEN strlen(part.y) = 4 THEN part.y WHEN part.y >= '70' THEN '19' || part.y ELSE '20' || part.y END,
    '-', CASE WHEN shape IN ('day and name', 'name and day') THEN {_MONTH} ELSE part.m END, '-', part.d,
    CASE WHEN clock.h = '' THEN '' ELSE concat(' ', {_HOUR}, ':', clock.mi, ':',
        CASE WHEN clock.s = '' THEN '00' ELSE clock.s END,
        CASE WHEN clock.f = '' THEN '' ELSE '.' || clock.f END) END)"""
# Minutes east of Greenwich, from +4, +04, +0430 or +04:30.
_OFFSET = r"""to_minutes(CASE WHEN clock.zone = '' THEN 0 ELSE
    (CASE WHEN clock.zone LIKE '-%' THEN -1 ELSE 1 END) * (
        60 * try_cast(regexp_extract(clock.zone, '^.(\d{1,2}?)(?::?(\d{2}))?$', 1) AS INTEGER)
        + coalesce(try_cast(regexp_extract(clock.zone, '^.(\d{1,2}?)(?::?(\d{2}))?$', 2) AS INTEGER), 0)) END)"""
_MOMENTS = {order: _moments(order) for order in (True, False)}
