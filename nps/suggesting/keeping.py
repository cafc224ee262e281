"""The suggestions that the store keeps: asked for by pages, and made anew in the background when something changed.

They are made anew when comments or the codebook are others than when they were made, and when people read so many
comments since that the model can learn from them. The store says of what they were made, so that nothing is made anew
after a restart.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from time import monotonic

import pyarrow as pa

from nps.clock import now as this_moment
from nps.codebook import changing
from nps.codebook.book import Book
from nps.errors import NpsError
from nps.jobs import in_background
from nps.reasons.readings import STANDING, Suggestion, standing_steps
from nps.store import Store, Transaction
from nps.suggesting.making import made
from nps.suggesting.model import MOST_TAGGED
from nps.topics import Topic, reads

MOST = 3  # suggestions for one comment
EVERY = 2.0  # seconds between two looks
AGAIN = 60.0  # seconds until it is tried again where it failed: a process that takes minutes may have come to nothing
SETTLED = 10.0  # seconds after the start, before the first one
FORM = 1  # of what is suggested; made anew where the store has another one
FEWEST_NEW, SHARE_NEW = 10, 0.05  # readings since, of those before, from which on it is learnt anew
WATCHED: tuple[Topic, ...] = ("responses", "codebook", "readings")

_OF = """
SELECT response_key, code, source, certainty, words FROM suggestions
WHERE response_key IN (SELECT unnest($keys))
ORDER BY response_key, certainty DESC NULLS LAST, len(words) DESC, code
"""
_COMMENTS = "SELECT response_key, comment FROM responses WHERE trim(comment) <> ''"
_PRINT = f"SELECT count(*) || ' ' || coalesce(sum(hash(response_key, comment)), 0) FROM ({_COMMENTS})"  # noqa: S608
_TAGGED = f"""
SELECT comment, last.codes FROM responses
JOIN (SELECT response_key, arg_max(codes, number) AS codes, max(number) AS number
    FROM ({STANDING}) GROUP BY response_key) AS last USING (response_key)
WHERE trim(comment) <> '' ORDER BY last.number DESC LIMIT {MOST_TAGGED}
"""  # noqa: S608

log = logging.getLogger(__name__)


@reads("suggestions", "codebook")
def suggested(store: Store, keys: Sequence[str]) -> Mapping[str, tuple[Suggestion, ...]]:
    """What is suggested for some responses by key, the best first, each code once; none for those not in it.

    A code is the one that it counts for today; those that are offered no more are left out.
    """
    book = changing.book(store)
    offered = {code.code for code in book.offered}
    found: dict[str, dict[str, Suggestion]] = {}
    for key, kept_as, source, certainty, words in store.rows(_OF, {"keys": list(keys)}):
        code = book.read(kept_as)
        own = found.setdefault(key, {})
        if code in offered and code not in own and len(own) < MOST:
            own[code] = Suggestion(code, source, certainty, tuple(words or ()))
    return {key: tuple(own.values()) for key, own in found.items() if own}


@dataclass(frozen=True)
class _Of:
    """What suggestions are made of: prints of comments and codebook, and the number of the last reading."""

    comments: str
    codebook: str
    readings: int

    def good_for(self, now: "_Of") -> bool:
        """Whether suggestions that were made of this are good enough now."""
        new = abs(now.readings - self.readings)
        few = new < max(FEWEST_NEW, SHARE_NEW * self.readings)
        return (self.comments, self.codebook) == (now.comments, now.codebook) and few


@contextmanager
def kept_ready(store: Callable[[], Store], *, after: float = SETTLED) -> Iterator[None]:
    """Keep the suggestions up to date for the length of a `with`, from so many seconds after its beginning on."""
    with in_background("suggestions", partial(_rounds, store, after)):
        yield


def _rounds(store: Callable[[], Store], after: float, stopping: threading.Event) -> None:
    seen: tuple[int, ...] | None = None
    told = ""
    stopping.wait(after)
    while not stopping.wait(EVERY):
        try:
            versions = tuple(store().version(topic) for topic in WATCHED)
            if versions == seen:
                continue
            began = monotonic()
            refresh(store(), now=this_moment(), stopping=stopping)
            seen, told = versions, ""
            stopping.wait(monotonic() - began)  # others have as long a time
        except NpsError as error:
            if str(error) != told:
                log.warning("%s", error)
            told = str(error)
            stopping.wait(AGAIN)


def refresh(store: Store, *, now: datetime, stopping: threading.Event | None = None) -> bool:
    """Make the suggestions anew where they are not good enough any more; whether they were made.

    Takes seconds, and minutes for a million comments.
    """
    book = changing.book(store)
    of = _of(store, book)
    before = store.rows("SELECT comments, codebook, readings FROM suggestions_made")
    if before and _Of(*before[0]).good_for(of):
        return False
    tagged = store.rows(_TAGGED, standing_steps(store))
    found = made(book, tagged, store.batches(_COMMENTS), stopping)
    if found is None:
        return False
    store.transact(partial(_keep, found=found, of=of, now=now), touches=("suggestions",))
    return True


def _of(store: Store, book: Book) -> _Of:
    comments = _printed(store, store.version("responses"))
    [[readings]] = store.rows("SELECT coalesce(max(number), 0) FROM readings")
    codes = [(code.code, book.read(code.code), code.offered, dict(code.words)) for code in book.codes.values()]
    return _Of(comments, sha256(json.dumps([FORM, codes]).encode()).hexdigest(), readings)


@lru_cache(maxsize=4)
def _printed(store: Store, _version: int) -> str:
    [[comments]] = store.rows(_PRINT)
    return str(comments)


def _keep(tx: Transaction, *, found: pa.Table, of: _Of, now: datetime) -> None:
    tx.execute("DELETE FROM suggestions")
    tx.execute("DELETE FROM suggestions_made")
    tx.register("found", found)
    tx.execute("INSERT INTO suggestions SELECT response_key, code, source, certainty, words FROM found")
    tx.execute(
        "INSERT INTO suggestions_made VALUES ($comments, $codebook, $readings, $now)",
        {"comments": of.comments, "codebook": of.codebook, "readings": of.readings, "now": now},
    )
