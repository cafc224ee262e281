"""Whose turn it is to draw: one script at a time, while others wait for the store or for a file.

Python runs one thread at a time. Scripts that draw at once make each other slower than one after the other, for every
short wait of one hands the interpreter to another that keeps it: 140 people then wait for seconds, not for tenths.
A turn is given in the order of asking. Whoever waits for something else, or works long, steps aside meanwhile; nobody
may wait for a lock while having the turn, since its owner could be waiting for the turn.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_free = threading.Semaphore(1)
_mine = threading.local()


@contextmanager
def turn() -> Iterator[None]:
    """Wait for the turn and have it for the length of a `with`."""
    _free.acquire()
    _mine.held = True
    try:
        yield
    finally:
        _mine.held = False
        _free.release()


@contextmanager
def aside() -> Iterator[None]:
    """Let others have the turn meanwhile, then wait for it again; without a turn, or aside already, nothing happens."""
    if not getattr(_mine, "held", False):
        yield
        return
    _mine.held = False
    _free.release()
    try:
        yield
    finally:
        _free.acquire()
        _mine.held = True
