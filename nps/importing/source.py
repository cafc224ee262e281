"""What a file is known again by, so that the very same bytes need not be read twice."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from nps.importing.mapping import Mapping
from nps.importing.reading import Grid


@dataclass(frozen=True)
class Source:
    """The SHA-256 of a file's bytes, and a hash of all else that decides what it says; None: known by nothing."""

    sha256: str | None = None
    read_as: str | None = None

    @classmethod
    def of(cls, grid: Grid, mapping: Mapping, *, zone: str = "UTC") -> "Source":
        how = [_edition(), grid.name, grid.header, grid.rows, asdict(mapping), zone]
        return cls(grid.sha256, hashlib.sha256(json.dumps(how).encode()).hexdigest())


@cache
def _edition() -> str:
    """A hash of the code that reads files: a later version may read the same bytes otherwise."""
    code = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in code)).hexdigest()
