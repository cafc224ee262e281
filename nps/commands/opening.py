"""What the commands share: the store they open, the files they read, and in whose name they act."""

import argparse
import getpass
from collections.abc import Iterator, Sequence
from pathlib import Path

from nps import clocks, derived
from nps.clock import now
from nps.errors import Refused
from nps.store import Store, location


def open_store(options: argparse.Namespace, *, new: bool = False) -> Store:
    """The store that was named; only a `new` one may be missing."""
    path = options.store or location()
    if not new and not path.exists():
        raise Refused(f"There is no store at {path}. Import a file first, or name the store with --store or NPS_STORE.")
    store = Store.open(path)
    if not new:  # an import asks for no due time
        clocks.keep(store, now=now())
    derived.keep(store)
    return store


def files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files themselves, and those that lie in the folders among them, by name."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
        if not inside:
            raise Refused(f"There is no file in the folder {path}.")
        yield from inside


def read(path: Path) -> bytes:
    """The bytes of a file. Raises Refused where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}. Check the name and who may read it.") from error


def user() -> str:
    """Who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"
