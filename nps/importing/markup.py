"""Tables in HTML and in XML spreadsheets, which many tools save as .xls, to a sheet."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from nps.errors import Refused
from nps.importing.edges import passed_over, titles
from nps.importing.encodings import MARKUP
from nps.importing.sheet import Sheet, ragged_of, table_of

# Read piece by piece, each ending at the next bracket: no text makes that slow, and no entity of a document counts.
PIECE = re.compile(
    r"<(?P<end>/?)(?P<name>[a-z][\w:.-]*+)(?P<rest>[^<>]*+)>|<!\[CDATA\[[^<>\]]*+\]\]>|<[^<>]*+>|[^<]+|<", re.IGNORECASE
)
TABLES, ROWS, CELLS = ("table", "worksheet"), ("tr", "row"), ("td", "th", "cell")
BREAKS, UNSHOWN = ("br", "p", "div", "li"), ("script", "style", "comment")
SPAN = re.compile(r"(?:colspan|mergeacross)\s*=\s*[\"']?(\d{1,3})", re.IGNORECASE)
INDEX = re.compile(
    r"(?:^|\s)(?:ss:)?index\s*=\s*[\"'](\d{1,5})", re.IGNORECASE
)  # of the column, where empty cells are not written
MOST_COLUMNS = 16_384
SEARCHED = 10  # rows in which the header is looked for


def is_markup(text: bytes) -> bool:
    """Whether a text is HTML or XML."""
    return MARKUP.match(text[:400]) is not None


def sheet(name: str, text: bytes) -> Sheet:
    """The table with most cells. Raises Refused where none has two columns and a row below its header."""
    table = max(_tables(text.decode("utf-8")), key=lambda rows: sum(map(len, rows)), default=[])
    lines, rows = [], []
    for line, row in enumerate(table, start=1):
        if any(map(str.strip, row)):
            lines.append(line)
            rows.append(row)
    if len(rows) < 2 or max(map(len, rows)) < 2:
        raise Refused(
            f"{name} looks like a web page or XML, not like a table: save the export as CSV or XLSX and try again."
        )
    above = titles(rows[:SEARCHED])
    width = max(map(len, rows[above:]))
    header, *body = ([*row, *[""] * (width - len(row))] for row in rows[above:])
    remarks = ("Read from the table of a web page or of an XML spreadsheet.", *passed_over(rows[:above]))
    return Sheet(tuple(header), table_of(body, width), pa.array(lines[above + 1 :], pa.int64()), ragged_of([]), remarks)


@dataclass
class _Table:
    """A table while it is read; `spans` is how many columns its last cell takes."""

    rows: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None
    spans: int = 1

    def row(self) -> None:
        self.close()
        self.rows.append([])

    def open(self, attributes: str) -> None:
        self.close()
        if not self.rows:
            self.rows.append([])
        index, span = INDEX.search(attributes), SPAN.search(attributes)
        missing = min(int(index.group(1)), MOST_COLUMNS) - 1 - len(self.rows[-1]) if index else 0
        self.rows[-1] += [""] * missing
        more = int(span.group(1)) if span else 1
        self.cell, self.spans = [], more + 1 if span and "merge" in span.group().lower() else max(1, more)

    def close(self) -> None:
        if self.cell is not None:
            text = "\n".join(" ".join(line.split()) for line in "".join(self.cell).split("\0")).strip()
            if len(self.rows[-1]) < MOST_COLUMNS:
                self.rows[-1] += [text, *[""] * (self.spans - 1)]
            self.cell = None


def _tables(text: str) -> Iterator[list[list[str]]]:
    """The rows of each table, tables within a cell included."""
    opened: list[_Table] = []
    unshown = ""
    for piece in PIECE.finditer(_without_comments(text)):
        name = (piece["name"] or "").lower().rpartition(":")[2]
        if unshown or name in UNSHOWN:
            unshown = "" if piece["end"] and name == unshown else unshown or ("" if piece["end"] else name)
        elif name in TABLES and not (opened and name == "table" and not opened[-1].rows):
            if not piece["end"]:
                opened.append(_Table())
            elif opened:
                opened[-1].close()
                yield opened.pop().rows
        elif opened:
            _read(opened[-1], name, piece)
    for table in opened:
        table.close()
        yield table.rows


def _read(table: _Table, name: str, piece: re.Match[str]) -> None:
    if name in ROWS:
        table.close() if piece["end"] else table.row()
    elif name in CELLS:
        table.close() if piece["end"] else table.open(piece["rest"])
    elif table.cell is not None:
        if name in BREAKS:
            table.cell.append("\0")
        elif piece.group().startswith("<![CDATA["):
            table.cell.append(piece.group()[9:-3])
        elif not name and not piece.group().startswith("<!"):
            table.cell.append(html.unescape(piece.group()))


def _without_comments(text: str) -> str:
    parts = []
    start = 0
    while (begin := text.find("<!--", start)) >= 0:
        parts.append(text[start:begin])
        end = text.find("-->", begin)
        start = len(text) if end < 0 else end + 3
    return "".join((*parts, text[start:]))
