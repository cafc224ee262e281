"""The table of other companies' scores: small, dated, cited, and to be edited by hand (data/benchmarks.csv)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nps.errors import Refused
from nps.places import ROOT

FILE = ROOT / "data" / "benchmarks.csv"
COLUMNS = ("name", "nps", "low", "high", "year", "population", "survey type", "source", "url")
OPTIONAL = ("low", "high")
FRESH_YEARS = 2  # 24 months from the end of the year


@dataclass(frozen=True)
class Benchmark:
    """A published score in points, its interval where one was published, and where it comes from."""

    name: str
    nps: float
    low: float | None
    high: float | None
    year: int
    population: str
    survey_type: str
    source: str
    url: str

    @property
    def label(self) -> str:
        return f"{self.name}, {self.year}"

    def stale(self, today: date) -> bool:
        """Whether 24 months have gone by since the end of its year."""
        return today.year > self.year + FRESH_YEARS


@dataclass(frozen=True)
class Table:
    """The benchmarks by label, and a sentence for each row that cannot be used."""

    rows: Mapping[str, Benchmark]
    faults: tuple[str, ...]


def read(path: Path) -> Table:
    """Read the table. Raises Refused where there is none, or a column is missing."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            f"{path.name} cannot be read as a table in UTF-8: put it back, or save it as “CSV UTF-8”."
        ) from error
    first = text.partition("\n")[0]
    lines = csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",")
    missing = [name for name in COLUMNS if name not in (lines.fieldnames or ())]
    if missing:
        raise Refused(f"{path.name} lacks the column “{missing[0]}”. Its first line names: {', '.join(COLUMNS)}.")
    rows, faults = dict[str, Benchmark](), list[str]()
    for row in lines:
        where = f"{path.name}, line {lines.line_num}"
        try:
            benchmark = _row({name: (row[name] or "").strip() for name in COLUMNS})
        except Refused as error:
            faults.append(f"{where}: {error} The line is left out.")
            continue
        if benchmark.label in rows:
            faults.append(f"{where}: “{benchmark.label}” is there twice. The first one counts.")
        rows.setdefault(benchmark.label, benchmark)
    return Table(rows, tuple(faults))


def _row(cells: Mapping[str, str]) -> Benchmark:
    for name in COLUMNS:
        if not cells[name] and name not in OPTIONAL:
            raise Refused(f"“{name}” is empty: a benchmark says what it is and where it comes from.")
    low, high = (_points(name, cells[name]) if cells[name] else None for name in OPTIONAL)
    nps = _points("nps", cells["nps"])
    if not (nps if low is None else low) <= nps <= (nps if high is None else high):
        raise Refused(f"{cells['nps']} does not lie between “low” and “high”.")
    if not (cells["year"].isascii() and cells["year"].isdigit() and len(cells["year"]) == 4):
        raise Refused(f"“year” is “{cells['year']}”, not a year such as 2025.")
    if not cells["url"].startswith(("https://", "http://")):
        raise Refused(f"“url” is “{cells['url']}”, not an address that begins with https://.")
    about = (cells[name] for name in COLUMNS[5:])
    return Benchmark(cells["name"], nps, low, high, int(cells["year"]), *about)


def _points(name: str, text: str) -> float:
    try:
        value = float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        value = float("nan")
    if not -100 <= value <= 100:
        raise Refused(f"“{name}” is “{text}”, not a number from -100 to 100.")
    return value
