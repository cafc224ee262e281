"""Where a store lies: in one file, or in a lake that many machines share."""

import hashlib
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from nps.errors import Refused

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = ROOT / "data" / "nps.duckdb"
LAKE = "ducklake:postgres:"
EXAMPLE = f"{LAKE}host=db.example.com dbname=nps user=nps"


@dataclass(frozen=True)
class LakePlace:
    """A lake: its catalog in a PostgreSQL database, and its data as Parquet in a folder or under s3://bucket/prefix.

    `catalog` is what libpq connects with, without the password, which nobody gets to see; `data` is empty where the
    catalog itself shall say.
    """

    catalog: str
    data: str = ""
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """What people call it."""
        told = conninfo_to_dict(self.catalog)
        return f"{told.get('dbname') or told.get('user') or 'nps'} at {told.get('host') or 'this machine'}"

    @property
    def beside(self) -> Path:
        """Where this machine keeps what it can make anew: files whose names begin with this one."""
        return ROOT / "data" / f"lake-{hashlib.sha256(self.catalog.encode()).hexdigest()[:12]}"

    def __str__(self) -> str:
        return f"{LAKE}{self.catalog}"


Place = Path | LakePlace


def place(text: str, data: str | None = None) -> Place:
    """The place that a text names: a file, or `ducklake:postgres:` and what libpq connects with.

    `data` is where the data of a lake are; NPS_DATA if not given. Raises Refused where it cannot be understood.
    """
    if not text.startswith("ducklake:"):
        return Path(text)
    if not text.startswith(LAKE):
        raise Refused(f"“{text.split('=', maxsplit=1)[0]}” is no lake that can be opened. Say {EXAMPLE}")
    try:
        told = conninfo_to_dict(text.removeprefix(LAKE))
    except ProgrammingError as error:
        raise Refused(f"What follows {LAKE} is not how to reach a PostgreSQL database. Say {EXAMPLE}") from error
    password = str(told.pop("password", "") or "")
    return LakePlace(
        make_conninfo("", **told), _data(os.environ.get("NPS_DATA", "") if data is None else data), password
    )


_place = cache(place)  # a page asks for its store two hundred times


def location() -> Place:
    """Where the store lies: NPS_STORE, else data/nps.duckdb."""
    return _place(os.environ.get("NPS_STORE") or str(DEFAULT), os.environ.get("NPS_DATA", ""))


def _data(text: str) -> str:
    """A folder or a prefix on S3 that ends with a slash."""
    if not text:
        return ""
    if text.startswith("s3://"):
        return f"{text.rstrip('/')}/"
    if "://" in text:
        raise Refused(f"NPS_DATA is “{text}”. Name a folder, or s3://bucket/prefix.")
    return f"{Path(text).absolute()}/"
