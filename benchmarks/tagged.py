"""Real comments that were read and tagged by hand, kept apart from the comments themselves.

The tags stand in tests/suggesting/tags: file, column, number of the row as it is read, the beginning of a hash of the
comment, and the codes, the primary one first. `retail` has codes of the retail codebook, the others of the other one.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from nps.codebook.book import Book
from nps.codebook.shipped import FIRST, shipped
from nps.importing import read

TAGS = Path(__file__).resolve().parent.parent / "tests" / "suggesting" / "tags"
LANGUAGES = {"retail": "fr", "spanish": "es", "portuguese": "pt"}  # of the files, where it is not English


@dataclass(frozen=True)
class Tagged:
    """A comment and the codes that a reader found in it, the primary one first."""

    source: str
    comment: str
    codes: tuple[str, ...]

    @property
    def book(self) -> Book:
        return shipped()["Retail" if self.source == "retail" else FIRST]

    @property
    def language(self) -> str:
        return LANGUAGES.get(self.source, "en")


def tagged(exports: Path) -> tuple[Tagged, ...]:
    """All tagged comments, their text from the folder of real exports. A comment that is not as it was is left out."""
    return tuple(_all(exports))


def _all(exports: Path) -> Iterator[Tagged]:
    for path in sorted(TAGS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        wanted: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in rows:
            wanted[row["file"]].append(row)
        for name, its in wanted.items():
            columns = _columns(exports / name)
            for row in its:
                comment = columns[row["column"]][int(row["row"]) - 1] or ""
                if sha256(comment.encode()).hexdigest().startswith(row["hash"]):
                    yield Tagged(path.stem, comment, tuple(row["codes"].split()))


@cache
def _columns(path: Path) -> dict[str, list[str | None]]:
    table = read(path.name, path.read_bytes()).table
    return {name: table[name].to_pylist() for name in table.column_names}
