"""The manifest of an archive: what was written, when, by whom, and how to know that it is still the same."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nps.errors import Refused

NAME = "manifest.json"
FORM = 1  # of the manifest; another one is not read
LONGEST = 50_000_000  # bytes of a manifest


@dataclass(frozen=True)
class Table:
    """One table: its file, how many rows, the DuckDB type of each column, the file's hash, and checking's sum of it."""

    name: str
    file: str
    rows: int
    columns: Mapping[str, str]
    sha256: str
    sum: str | None  # a whole number of up to 128 bits, which JSON's readers elsewhere would round; None without rows


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. `steps` are the changes of the schema that its tables have seen, `written_at` is UTC."""

    schema: int
    steps: tuple[int, ...]
    duckdb: str
    written_at: datetime
    written_by: str
    tables: tuple[Table, ...]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def json(self) -> str:
        told = {"form": FORM, **asdict(self), "written_at": f"{self.written_at.isoformat()}Z"}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def read(folder: Path) -> Manifest:
    """The manifest in a folder. Raises Refused where there is none, or it is none of ours."""
    path = folder / NAME
    try:
        with path.open("rb") as file:
            text = file.read(LONGEST)
    except FileNotFoundError as error:
        raise Refused(
            f"There is no {NAME} in {folder}, so no finished export is there. Name a folder that `export --all` wrote."
        ) from error
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}. Check the name and who may read it.") from error
    try:
        told = json.loads(text)
        if told["form"] != FORM:
            raise ValueError(f"form {told['form']}")
        return _of(told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(f"{path} is not as `export --all` writes it ({type(error).__name__}: {error}).") from error


def _of(told: Mapping[str, Any]) -> Manifest:
    tables = tuple(_table(each) for each in told["tables"])
    for each in ("name", "file"):
        if len({getattr(table, each) for table in tables}) < len(tables):
            raise ValueError(f"two tables of one {each}")
    steps = tuple(_whole(number) for number in told["steps"])
    at = datetime.fromisoformat(told["written_at"]).replace(tzinfo=None)
    return Manifest(_whole(told["schema"]), steps, _text(told["duckdb"]), at, _text(told["written_by"]), tables)


def _table(told: Mapping[str, Any]) -> Table:
    columns = {_text(name): _text(kind) for name, kind in told["columns"].items()}
    total = None if told["sum"] is None else str(int(_text(told["sum"])))
    return Table(_text(told["name"]), _file(told["file"]), _whole(told["rows"]), columns, _text(told["sha256"]), total)


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError(f"{told!r} is no text")
    return told


def _whole(told: Any) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or told < 0:
        raise TypeError(f"{told!r} is no whole number")
    return told


def _file(told: Any) -> str:
    """The name of a file in the same folder, and nothing that leads out of it."""
    name = _text(told)
    if name in ("", ".", "..") or any(each in name for each in ("/", "\\", "\0")):
        raise ValueError(f"“{name}” is not the name of a file in the folder")
    return name
