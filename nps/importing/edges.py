"""What stands around the responses of an export and is none: titles above the header, the header again, a footer."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.packed import Cells, coded
from nps.importing.records import fits
from nps.importing.sheet import Sheet, shortened
from nps.importing.vendors import header_rows

Row = Sequence[str]

MOST_TITLES = 5
MOST_FOOTERS = 12
LISTED = 3
LOOKED_AT = 1_000  # rows at once, from the last up
ONE_QUESTION = {"response", "open-ended response"}
# A number, date or time, perhaps with what it stands for: in a column of these, only the header is something else.
VALUE = re.compile(r"[-+]?\d[\d.,:/ TZ+-]*(?:[ap]m)?(?:\s*[(\-–].*)?", re.IGNORECASE | re.DOTALL)
FOOTER = re.compile(
    r"(?:grand |sub)?totals?\b.*\brecords?\b|grand totals?\b|confidential information\b|copyright\b|©|"
    r"(?:report )?(?:generated|exported|created) (?:by|on|at|from)\b|end of (?:the )?(?:report|file|export)\b",
    re.IGNORECASE,
)

SUMMARY = re.compile(
    r"(?:grand |sub)?totals?|averages?|avg\.?|means?|median|sum|count|nps(?: score)?|net promoter score|"
    r"summe|gesamt|durchschnitt|mittelwert|moyenne|promedio|media|média|somme|totale|suma|gemiddelde",
    re.IGNORECASE,
)
COMPARED = 200  # rows before a summary that show what a row of the table has


def titles(rows: Sequence[Row]) -> int:
    """How many of the first rows are titles above the header; 0 unless a header further down is certain.

    It is where the first row fits nothing below it, or fills one cell of several, and further down a row without any
    number stands above rows of its width that have numbers or dates in one of its columns.
    """
    width = max(map(len, rows), default=0)
    if width < 2 or _is_question(rows, width):
        return 0
    fitting = sum(fits(list(row), list(rows[0])) is not None for row in rows[1:])
    if _filled(rows[0]) > 1 and 2 * fitting >= len(rows) - 1:
        return 0
    for place in range(1, min(MOST_TITLES + 1, len(rows) - 1)):
        highest = max(map(_filled, rows[:place]))
        if highest < _filled(rows[place]) and _heads(rows[place], rows[place + 1 :]):
            return place
    return 0


def passed_over(rows: Sequence[Row]) -> tuple[str, ...]:
    """The remark about titles; none when there were none."""
    if not rows:
        return ()
    told = _quoted(" ".join(cell for cell in row if cell.strip()) for row in rows)
    return (f"Above the header, and passed over: {told}.",)


def without_repeats(found: Sheet, heads: Sequence[Row]) -> Sheet:
    """Leave out rows that say the header once more, as exports do that were put into one file."""
    again: set[int] = set()
    for head in heads:
        # The longest name is hardly a value of its column: few rows are left to be looked at as a whole.
        place = max(range(len(head)), key=lambda column: len(head[column].strip()))
        same = pc.equal(coded(found.table, found.table.column_names[place]), head[place])
        # Looking first is worth it: to pick rows out of a large table costs as much as a third of reading it.
        if head[place].strip() and pc.any(same).as_py():
            places = np.flatnonzero(same.to_numpy())
            rows = found.table.take(pa.array(places)).to_pylist()
            again.update(int(at) for at, row in zip(places, rows, strict=True) if tuple(row.values()) == tuple(head))
    if not again:
        return found
    first = found.lines[min(again)].as_py()
    told = "1 row repeats the header and was" if len(again) == 1 else f"{len(again):,} rows repeat the header and were"
    return _without(found, again, f"{told} left out (the first in line {first:,}).")


def without_empty(found: Sheet) -> Sheet:
    """Leave out the last rows while no cell of them says anything: spreadsheet programs write them below a table.

    In a table of one or two columns such a row may be a survey that nobody answered.
    """
    if len(found.header) < 3:
        return found
    end, ragged_end = len(found.table), len(found.ragged)
    below: list[dict[str, str]] = []
    while end or ragged_end:
        line = found.lines[end - 1].as_py() if end else 0
        if ragged_end and found.ragged["line"][ragged_end - 1].as_py() > line:
            if any(map(str.strip, found.ragged["cells"][ragged_end - 1].as_py())):
                break
            ragged_end -= 1
        else:
            below = below or found.table.slice(max(0, end - LOOKED_AT), min(end, LOOKED_AT)).to_pylist()
            if any(map(str.strip, below.pop().values())):
                break
            end -= 1
    count = len(found.table) - end + len(found.ragged) - ragged_end
    if not count:
        return found
    told = "1 empty row" if count == 1 else f"{count:,} empty rows"
    return replace(
        found,
        table=found.table.slice(0, end),
        lines=found.lines.slice(0, end),
        ragged=found.ragged.slice(0, ragged_end),
        remarks=(*found.remarks, f"Below the responses, and left out: {told}."),
    )


def without_footer(found: Sheet) -> Sheet:
    """Leave out the last rows where they are a footer: one cell a row, with the words that reports end in."""
    begin = max(0, len(found.table) - MOST_FOOTERS)
    tail = [
        (line, list(row.values()), place, True)
        for place, (line, row) in enumerate(
            zip(found.lines[begin:].to_pylist(), found.table.slice(begin).to_pylist(), strict=True), start=begin
        )
    ]
    begin = max(0, len(found.ragged) - MOST_FOOTERS)
    tail += [
        (row["line"], row["cells"], place, False)
        for place, row in enumerate(found.ragged.slice(begin).to_pylist(), start=begin)
    ]
    tail.sort(reverse=True)
    count = 0
    for place, (_, cells, _, fitting) in enumerate(tail[:MOST_FOOTERS]):
        closes = FOOTER.match(cells[0].strip()) and (_filled(cells) == 1 or cells[0].lower().startswith("grand total"))
        if closes or (fitting and _sums_up(cells, found.table, footer=place + 1)):
            count = place + 1
        elif fitting or _filled(cells) > 1:
            break
    if not count:
        return found
    # The name of the report may begin the footer: alone in its line, below an empty one.
    if len(tail) > count + 1 and _is_name(tail[count], below=tail[count + 1][0], above=tail[count - 1][0]):
        count += 1
    footer = tail[:count]
    ragged = found.ragged.filter(_others(len(found.ragged), {at for _, _, at, fitting in footer if not fitting}))
    told = _quoted(_first(cells) for _, cells, _, _ in reversed(footer))
    remark = f"Below the responses, and left out as a footer: {told}."
    return _without(replace(found, ragged=ragged), {at for _, _, at, fitting in footer if fitting}, remark)


def _sums_up(cells: Row, table: Cells, *, footer: int) -> bool:
    """Whether a row is a total or an average: its first cell says so, and it lacks what every row above it has."""
    if not SUMMARY.fullmatch(_first(cells).strip().rstrip(":")):
        return False
    end = max(0, len(table) - footer)
    above = [list(row.values()) for row in table.slice(max(0, end - COMPARED), min(end, COMPARED)).to_pylist()]
    if len(above) < 2:
        return False
    always = [column for column in range(len(cells)) if all(row[column].strip() for row in above)]
    place = cells.index(_first(cells))
    values = sum(VALUE.fullmatch(row[place].strip()) is not None for row in above)
    return any(not cells[column].strip() for column in always) or values > len(above) / 2


def _first(cells: Row) -> str:
    """The first cell that says anything."""
    return next((cell for cell in cells if cell.strip()), "")


def _is_name(row: tuple[int, list[str], int, bool], *, below: int, above: int) -> bool:
    line, cells, _, fitting = row
    return not fitting and len(cells) == 1 and line == above - 1 and below < line - 1 and not VALUE.fullmatch(cells[0])


def _heads(header: Row, below: Sequence[Row]) -> bool:
    """Whether a row is certainly the header of the rows below it."""
    names = [cell for cell in header if cell.strip()]
    if len(names) < 2 or any(VALUE.fullmatch(name.strip()) for name in names):
        return False
    rows = [fitted for row in below if _filled(row) > 1 and (fitted := fits(list(row), list(header)))]
    if len(rows) < 0.8 * sum(_filled(row) > 1 for row in below):
        return False
    columns = ([cell.strip() for cell in column if cell.strip()] for column in zip(*rows, strict=True))
    return any(
        cells and sum(VALUE.fullmatch(cell) is not None for cell in cells) >= 0.8 * len(cells) for cells in columns
    )


def _is_question(rows: Sequence[Row], width: int) -> bool:
    """Whether the first row is that of a vendor that writes several header rows, so none of them is a title."""
    first, *below = ([*row, *[""] * (width - len(row))] for row in rows[:3])
    if _filled(first) == 1:
        # One question over several columns says what is below it; a title does not.
        return bool(below) and len(rows[0]) == len(rows[1]) and below[0][0].strip().lower() in ONE_QUESTION
    return header_rows(first, below) is not None


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _quoted(texts: Iterable[str]) -> str:
    """The first few texts as a person would cite them."""
    every = [f"“{shortened(' '.join(text.split()))}”" for text in texts]
    return ", ".join(every[:LISTED]) + (f" and {len(every) - LISTED} more" if len(every) > LISTED else "")


def _others(count: int, places: set[int]) -> pa.Array:
    keep = np.ones(count, dtype=bool)
    keep[list(places)] = False
    return pa.array(keep)


def _without(found: Sheet, places: set[int], remark: str) -> Sheet:
    keep = _others(len(found.table), places)
    return replace(
        found,
        table=found.table.filter(keep),
        lines=found.lines.filter(keep),
        remarks=(*found.remarks, remark),
    )
