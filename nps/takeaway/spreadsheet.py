"""A table as an XLSX file: numbers as numbers, text that never acts, and a sheet that says what it is about."""

import io
import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from nps.exporting import Table
from nps.importing.repaired import DANGEROUS
from nps.takeaway.definitions import Told

LONGEST_TEXT = 32_767  # characters that a cell holds
MOST_ROWS = 1_048_575  # below the header
FIRST_YEAR = 1900  # of the times that a spreadsheet knows
EXACT = 2**53  # whole numbers beyond it would be rounded
WIDEST = 60
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def to_xlsx(table: Table, about: Told) -> bytes:
    """A workbook of two sheets: the table, with its header in sight and a filter on it, and what it is about.

    Text is written as text. What starts like a formula is marked as text for whoever edits the cell, too; no apostrophe
    becomes part of it. Rows beyond what a sheet holds are left out, and the second sheet says so.
    """
    header, rows = table
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {**SAFE, "in_memory": True})
    sheet = _Sheet(book, "Table")
    sheet.line(0, header, bold=True)
    for number, row in enumerate(rows[:MOST_ROWS], start=1):
        sheet.line(number, row)
    sheet.sheet.freeze_panes(1, 0)
    sheet.sheet.autofilter(0, 0, min(len(rows), MOST_ROWS), max(len(header) - 1, 0))
    for column, name in enumerate(header):
        longest = max((len(str(row[column])) for row in rows[:200]), default=0)
        sheet.sheet.set_column(column, column, min(WIDEST, max(len(name), longest) + 2))
    notes = _Sheet(book, "About")
    notes.sheet.set_column(0, 0, 22)
    notes.sheet.set_column(1, 1, 110)
    if len(rows) > MOST_ROWS:
        about = (("Left out", f"{len(rows) - MOST_ROWS:,} rows more than a sheet holds"), *about)
    for number, told in enumerate(about):
        notes.line(number, told)
    book.close()
    return file.getvalue()


class _Sheet:
    def __init__(self, book: Any, name: str) -> None:
        self.sheet = book.add_worksheet(name)
        self.bold = book.add_format({"bold": True, "quote_prefix": True})
        self.quoted = book.add_format({"quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def line(self, row: int, cells: Sequence[Any], *, bold: bool = False) -> None:
        for column, cell in enumerate(cells):
            if bold:
                self.sheet.write_string(row, column, str(cell)[:LONGEST_TEXT], self.bold)
            else:
                self._cell(row, column, cell)

    def _cell(self, row: int, column: int, cell: Any) -> None:
        match cell:
            case None:
                return
            case bool():
                self.sheet.write_boolean(row, column, cell)
            case float() if not math.isfinite(cell):
                return
            case int() | float() if abs(cell) <= EXACT:
                self.sheet.write_number(row, column, cell)
            case datetime(tzinfo=None) if cell.year >= FIRST_YEAR:
                self.sheet.write_datetime(row, column, cell, self.moment)
            case date() if not isinstance(cell, datetime) and cell.year >= FIRST_YEAR:
                self.sheet.write_datetime(row, column, cell, self.day)
            case _:
                text = str(cell)[:LONGEST_TEXT]
                self.sheet.write_string(row, column, text, self.quoted if text.startswith(DANGEROUS) else None)
