"""What the commands share: the store they open, the files they read, and in whose name they act."""

import argparse
import getpass
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO

from nps import clocks, derived
from nps.clock import now
from nps.errors import Refused
from nps.places import Place, location, place
from nps.store import Store

_lent: ContextVar[Store | None] = ContextVar("lent", default=None)


@contextmanager
def opened(options: argparse.Namespace, *, new: bool = False) -> Iterator[Store]:
    """The store that was named, for the length of a `with`; only a `new` one may be missing."""
    path, lent = named(options), _lent.get()
    if not lent and not new and isinstance(path, Path) and not path.exists():
        raise Refused(f"There is no store at {path}. Import a file first, or name the store with --store or NPS_STORE.")
    store = lent or Store.open(path)
    try:
        if not new:  # an import asks for no due time
            clocks.keep(store, now=now())
        derived.keep(store)
        yield store
    finally:
        if store is not lent:
            store.close()


def named(options: argparse.Namespace) -> Place:
    """Where the store of a command lies."""
    where: Place = options.store or location()
    return where


def named_place(text: str) -> Place:
    """The place that was written as an option."""
    try:
        return place(text)
    except Refused as error:
        raise argparse.ArgumentTypeError(str(error)) from error


@contextmanager
def lent(store: Store) -> Iterator[None]:
    """Have the commands of this thread work on a store that is open, and stays so."""
    token = _lent.set(store)
    try:
        yield
    finally:
        _lent.reset(token)


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


@contextmanager
def read(path: Path) -> Iterator[bytes | BinaryIO]:
    """A file for the length of a `with`: open, or its bytes where one cannot go back in it.

    Raises Refused where it cannot be read.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            data = file if file.seekable() else file.read()
        except OSError as error:
            raise Refused(f"it cannot be read: {error.strerror}. Check the name and who may read it.") from error
        yield data


def user() -> str:
    """Who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"
