"""Long work beside the pages: it says how far it is, can be cancelled, and goes on while people turn pages."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import Generic, TypeVar

from nps.errors import NpsError

Progress = Callable[[float, str], None]
T = TypeVar("T")
GOOD_BYE = 5.0  # seconds that work in the background is waited for at the end

_pool = ThreadPoolExecutor(4, "job")


def unsaid(_share: float, _text: str) -> None:
    """The progress of a work that nobody waits for."""


@contextmanager
def in_background(name: str, work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Do a work in a thread for the length of a `with`; it is given what is set when it shall stop."""
    stopping = threading.Event()
    # What does not stop in time keeps nobody from stopping.
    thread = threading.Thread(target=work, args=(stopping,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(GOOD_BYE)


class Cancelled(NpsError):
    """The work was stopped by the person who began it."""


class Job(Generic[T]):
    """A work in a thread of its own. It is given a function that takes its progress: the share done, and in words.

    `share` is from 0 to 1, `text` what is being done. A work that is cancelled ends with `Cancelled` at its next word
    about its progress; what it has not finished must then undo itself, as a transaction does.
    """

    def __init__(self, work: Callable[[Progress], T], pool: ThreadPoolExecutor = _pool) -> None:
        self.share, self.text = 0.0, "Waiting for other files"
        self._began = monotonic()
        self._cancelled = threading.Event()
        self._done = threading.Event()
        self._future = pool.submit(work, self._progress)
        self._future.add_done_callback(lambda _: self._done.set())

    def _progress(self, share: float, text: str) -> None:
        if self._cancelled.is_set():
            raise Cancelled("Cancelled. Nothing of it went in.")
        self.share, self.text = min(max(share, self.share), 1.0), text

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def finished(self) -> bool:
        return self._done.is_set()

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at the pace so far; None while too little is done to tell."""
        spent = monotonic() - self._began
        return spent / self.share * (1 - self.share) if self.share >= 0.05 and spent >= 1 else None

    def wait(self, seconds: float) -> bool:
        """Wait for the end, but no longer than that; whether it came."""
        return self._done.wait(seconds)

    def result(self) -> T:
        """What the work returned, or raises what it raised; waits for the end."""
        return self._future.result()
