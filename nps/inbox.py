"""A folder whose files are imported by themselves: each moves to done/ or failed/ with a report beside it.

The folder is looked at every few seconds, and a file is taken when it has not changed for some. Its columns mean what
is remembered for its header, else what is guessed; where only a person can answer, the file has failed. A process that
ends at any moment leaves a file where it was, and reading it again adds nothing.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from nps import importing, intake
from nps.errors import Ambiguous, Refused, StoreError
from nps.jobs import Cancelled, Progress
from nps.places import ROOT
from nps.store import Store, the_store

EVERY = 2.0  # seconds between two looks
SETTLED = 5.0  # seconds without a change after which a file is complete
DONE, FAILED = "done", "failed"
HIDDEN = (".", "~$")  # the second: what a spreadsheet program keeps beside an open file
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
LONGEST = 120  # bytes of a name that are kept: a number and the report's ending have to fit behind
ANSWER = "Import it once on the page Imports and answer there: the next file with this header then goes in by itself."

Stamp = tuple[int, int]  # size, and time of the last change

log = logging.getLogger(__name__)


def folder() -> Path | None:
    """The folder to watch: NPS_INBOX, which is made where it is missing, else data/inbox/ where that exists."""
    setting = os.environ.get("NPS_INBOX")
    path = Path(setting) if setting else ROOT / "data" / "inbox"
    if setting:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            log.error("The inbox %s cannot be used: %s. Name another folder with NPS_INBOX.", path, error.strerror)
            return None
    return path if path.is_dir() else None


@contextmanager
def watched() -> Iterator[None]:
    """Watch the inbox, if there is one, for the length of a `with`."""
    path = folder()
    if path is None:
        yield
        return
    inbox = Inbox(path)
    thread = threading.Thread(target=inbox.watch, name="inbox")
    thread.start()
    log.info("files dropped into %s are imported", path)
    try:
        yield
    finally:
        inbox.stop()
        thread.join()


class Inbox:
    """One watched folder."""

    def __init__(self, path: Path, store: Callable[[], Store] = the_store, *, settled: float = SETTLED) -> None:
        self._path, self._store, self._settled = path, store, settled
        self._seen: dict[str, tuple[Stamp, float]] = {}  # by name: how it looked, and since when
        self._left: dict[str, Stamp] = {}  # what could not be moved away
        self._stopping = threading.Event()

    def watch(self) -> None:
        """Look at the folder again and again until `stop`."""
        while not self._stopping.wait(EVERY):
            try:
                self.look(at=monotonic())
            except OSError as error:
                log.warning("the inbox %s cannot be read now: %s", self._path, error.strerror)

    def stop(self) -> None:
        """End watching; an import under way is taken back, and its file stays for the next start."""
        self._stopping.set()

    def look(self, *, at: float) -> None:
        """Import what has not changed for long enough; `at` is a moment in seconds.

        Raises OSError for a folder that is gone.
        """
        there = dict(sorted(self._files()))
        self._seen = {name: seen for name, seen in self._seen.items() if name in there}
        self._left = {name: stamp for name, stamp in self._left.items() if there.get(name) == stamp}
        for name, stamp in there.items():
            known, since = self._seen.setdefault(name, (stamp, at))
            if known != stamp:
                self._seen[name] = stamp, at
            elif at - since >= self._settled and name not in self._left and not self._stopping.is_set():
                self._take(name, stamp, at=at)

    def _files(self) -> Iterator[tuple[str, Stamp]]:
        """Regular files right in the folder, but hidden ones and downloads under way."""
        with os.scandir(self._path) as entries:
            for entry in entries:
                if entry.name.startswith(HIDDEN) or entry.name.lower().endswith(UNFINISHED):
                    continue
                if entry.is_file(follow_symlinks=False):
                    found = entry.stat(follow_symlinks=False)
                    yield entry.name, (found.st_size, found.st_mtime_ns)

    def _take(self, name: str, stamp: Stamp, *, at: float) -> None:
        """Import one file and move it away; whatever goes wrong with it is told and leaves the next one alone."""
        shown = name.encode("utf-8", "replace").decode()
        with ThreadPoolExecutor(1, "inbox") as pool:
            work = pool.submit(self._bring_in, name, shown)
        failed = work.exception()
        if isinstance(failed, StoreError | Cancelled):
            log.warning("%s waits in the inbox: %s", shown, failed)
            self._seen[name] = stamp, at
            return
        try:
            self._move(name, shown, DONE if failed is None else FAILED, _report(shown, work))
        except OSError as error:
            log.error("%s cannot be moved out of the inbox: %s. Move it away yourself.", shown, error.strerror)
            self._left[name] = stamp

    def _bring_in(self, name: str, shown: str) -> list[str]:
        def step(_share: float, _text: str) -> None:
            if self._stopping.is_set():
                raise Cancelled("The dashboard stops.")

        try:
            data = (self._path / name).open("rb")
        except OSError as error:
            raise Refused(f"it cannot be read: {error.strerror}. Check who may read it.") from error
        with data:
            return self._all_of(importing.files(shown, data), step)

    def _all_of(self, files: Sequence[tuple[str, bytes | BinaryIO]], step: Progress) -> list[str]:
        """Import the one file, or the several that an archive held, and tell what became of each."""
        told: list[str] = []
        failed: list[str] = []
        for file, inside in files:
            try:
                landed = intake.bring_in(self._store(), file, inside, by="the inbox", progress=step)
            except Refused as error:
                if len(files) == 1:
                    raise
                failed.append(_refusal(file, error))
            else:
                told += [line for one, _ in landed for line in intake.lines(file, one)]
        if failed:
            raise Refused("not all of its files went in.\n" + "\n".join((*failed, *told)))
        return told

    def _move(self, name: str, shown: str, where: str, report: str) -> None:
        """Put the report into the folder first, so that nobody finds the file without it."""
        target = self._path / where
        target.mkdir(exist_ok=True)
        moved = _free(target, shown)
        moved.with_name(f"{moved.name}.txt").write_text(report, encoding="utf-8")
        (self._path / name).rename(moved)


def _report(shown: str, work: "Future[list[str]]") -> str:
    """What became of a file: as the command line says it."""
    failed = work.exception()
    if failed is None:
        return "".join(f"{line}\n" for line in work.result())
    if isinstance(failed, Refused):
        log.warning("%s was not imported: %s", shown, failed)
        return f"{_refusal(shown, failed)}\n"
    log.error("%s was not imported", shown, exc_info=failed)
    return f"{shown}: a fault of the program ({type(failed).__name__}); nothing of it went in. The log says more.\n"


def _refusal(name: str, error: Refused) -> str:
    return f"{name}: {error}" + (f"\n{ANSWER}" if isinstance(error, Ambiguous) else "")


def _free(target: Path, name: str) -> Path:
    """A place for a file where neither it nor its report overwrites anything: a second report.csv is report (2).csv."""
    stem, ending = _cut(Path(name).stem), _cut(Path(name).suffix)
    number = 1
    while True:
        path = target / (f"{stem}{ending}" if number == 1 else f"{stem} ({number}){ending}")
        if not path.exists() and not path.with_name(f"{path.name}.txt").exists():
            return path
        number += 1


def _cut(text: str) -> str:
    return text.encode()[:LONGEST].decode(errors="ignore")
