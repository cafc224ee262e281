"""Backups: a copy of the store made while it is in use, compared with what it was made of, and put back in its place.

A backup is a store by itself, of one moment: no write has to wait for it, and none is half in it.
"""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from nps import carrying, checking, rollups
from nps.clock import now as this_moment
from nps.errors import NpsError, Refused, StoreBusy, StoreError
from nps.jobs import in_background
from nps.store import BEFORE_MIGRATION, Row, Store, Transaction

NAME, ENDING = "nps-%Y-%m-%d-%H%M%S", ".duckdb"
UNFINISHED = ".unfinished"
BEFORE_RESTORE = ".before-restore"
EVERY = timedelta(days=1)
KEPT = 14
LOOK_EVERY = 60.0  # seconds

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backup:
    """A copy of a store: how many rows it has, and in how many tables."""

    path: Path
    tables: int
    rows: int


def back_up(store: Store, folder: Path, *, now: datetime) -> Backup:
    """Copy all of the store as it is at one moment into a new file of the folder, and compare the two.

    Raises Refused where the folder cannot be written, StoreError where the copy is not what it was made of.
    """
    path = folder / f"{now:{NAME}}{ENDING}"
    unfinished = folder / f".{path.name}{UNFINISHED}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove(unfinished)
        if path.exists():
            raise Refused(f"There is a backup {path.name} in {folder} already. Nothing was written.")
        copied = store.tried(lambda tx: _copied(tx, unfinished))
        if sums_of(unfinished) != copied:
            raise StoreError(f"The backup {path.name} is not what the store holds, so it was not kept. Check the disk.")
        unfinished.replace(path)
    except OSError as error:
        raise Refused(f"No backup can be written to {folder}: {error.strerror}. Name another folder.") from error
    finally:
        with suppress(OSError):
            _remove(unfinished)
    return Backup(path, len(copied), sum(rows for rows, _ in copied.values()))


def _copied(tx: Transaction, to: Path) -> dict[str, Row]:
    """Copy every table into a new store; return the sums of what was copied."""
    copy = Store.open(to)
    try:
        return carrying.carry(tx, copy)
    finally:
        copy.close()


def sums_of(path: Path) -> dict[str, Row]:
    """The sums of a store that nobody has open."""
    store = Store.open(path)
    try:
        return store.tried(checking.sums)
    finally:
        store.close()


def restore(backup: Path, to: Path, *, now: datetime) -> Path | None:
    """Put a backup in the place of a store; return where the store that was there lies now, or None without one.

    The backup is opened, brought up to date and checked first, as a copy. Raises StoreBusy where the store is in use,
    Refused or StoreError where the backup cannot be used; then everything stays as it was.
    """
    if not backup.is_file():
        raise Refused(f"There is no backup {backup}. Name one of the files that `backup` wrote.")
    to = to.absolute()
    unfinished = to.with_name(f".{to.name}{UNFINISHED}")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        _free(to)
        shutil.copyfile(backup, unfinished)
        _sound(unfinished, backup)
        before = _put(unfinished, to, now=now)
    except OSError as error:
        raise Refused(f"{to} cannot be written: {error.strerror}. Nothing was changed.") from error
    finally:
        with suppress(OSError):
            _remove(unfinished)
    return before


def _free(path: Path) -> None:
    """Raise StoreBusy where a process uses the store; one that cannot be opened otherwise is why one restores."""
    if path.exists():
        try:
            Store.open(path).close()
        except StoreBusy:
            raise
        except NpsError as error:
            log.info("what is replaced cannot be opened: %s", error)


def _sound(copy: Path, backup: Path) -> None:
    try:
        store = Store.open(copy)
        try:
            rollups.anew(store)
            faults = checking.check(store)
        finally:
            store.close()
    except StoreError as error:
        raise StoreError(str(error).replace(copy.name, backup.name)) from error
    if faults:
        raise Refused(f"The backup {backup.name} is not sound, so nothing was changed: {faults[0].what}")


def _put(copy: Path, to: Path, *, now: datetime) -> Path | None:
    """Move a copy to its place, and what is there aside; where that fails, what was there is there again."""
    before = to.with_name(f"{to.name}{BEFORE_RESTORE}-{now:%Y-%m-%d-%H%M%S}")
    aside = [(own, before.with_name(before.name + ending)) for own, ending in _files(to) if own.exists()]
    done = []
    try:
        for own, there in aside:
            own.replace(there)
            done.append((own, there))
        copy.replace(to)
    except OSError:
        for own, there in done:
            there.replace(own)
        raise
    return before if before.exists() else None


def _files(store: Path) -> list[tuple[Path, str]]:
    """The files of a store, and by what their names end."""
    return [(store.with_name(store.name + ending), ending) for ending in ("", ".wal")]


def _remove(store: Path) -> None:
    for own in (*(path for path, _ in _files(store)), store.with_name(store.name + BEFORE_MIGRATION)):
        own.unlink(missing_ok=True)


def made(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups in a folder, the oldest first."""
    found = []
    for path in folder.glob(f"nps-*{ENDING}") if folder.is_dir() else ():
        with suppress(ValueError):
            found.append((datetime.strptime(path.name, f"{NAME}{ENDING}"), path))  # noqa: DTZ007
    return sorted(found)


def thin_out(folder: Path, kept: int) -> list[Path]:
    """Remove all but the newest backups of a folder; return those that are gone."""
    gone = [path for _, path in made(folder)[: -max(kept, 1)]]
    for path in gone:
        path.unlink()
    return gone


def when_due(store: Store, folder: Path, *, kept: int, now: datetime) -> Backup | None:
    """Make a backup where the newest one is a day old, and remove those beyond the number to keep."""
    there = made(folder)
    if there and now - there[-1][0] < EVERY:
        return None
    backup = back_up(store, folder, now=now)
    thin_out(folder, kept)
    return backup


@contextmanager
def on_schedule(store: Callable[[], Store]) -> Iterator[None]:
    """Back up every day into the folder NPS_BACKUPS, for the length of a `with`; without one nothing is done."""
    folder = os.environ.get("NPS_BACKUPS")
    if not folder:
        yield
        return
    with in_background("backups", partial(_rounds, store, Path(folder))):
        yield


def _rounds(store: Callable[[], Store], folder: Path, stopping: threading.Event) -> None:
    told = ""
    while not stopping.is_set():
        try:
            if backup := when_due(store(), folder, kept=_kept(), now=this_moment()):
                log.info("backed up %d rows to %s", backup.rows, backup.path)
            told = ""
        except (NpsError, OSError) as error:
            if str(error) != told:
                log.error("no backup was made: %s", error)
            told = str(error)
        stopping.wait(LOOK_EVERY)


def _kept() -> int:
    text = os.environ.get("NPS_BACKUPS_KEPT", str(KEPT))
    if not text.isdecimal() or not int(text):
        raise Refused(f"NPS_BACKUPS_KEPT is “{text}”. Say how many backups to keep, for example {KEPT}.")
    return int(text)
