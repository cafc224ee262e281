"""One comment after the other: which are to be read, which one is open, and what was done last.

Which comments are read is pinned, so that nothing moves under the reader's hands; the keys of the reasons stay too.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import streamlit as st

from nps import ui
from nps.clock import now
from nps.codebook.book import Book
from nps.comments import questions
from nps.comments.questions import Asked
from nps.errors import NpsError
from nps.reasons import readings
from nps.reasons.readings import Suggestion
from nps.selection import Selection
from nps.store import the_store

Mode = Literal["unread", "all", "again"]

MODES: dict[Mode, str] = {"unread": "Not read yet", "all": "All", "again": "Second reading"}
VIEW, READ = "comments_as", "Read"
PINNED = 100  # comments at once
SLOTS = 9  # reasons with a key of their own
_READING, _MODE = "reading", "reading_which"


@dataclass
class Reading:
    """What this browser reads: `keys` of responses from `offset` of `total` on, and the place of the one that is open.

    `drawn_for`: the selection, what is asked for, and the mode. `slots`: the codes that have keys. `chosen`: the codes
    that the reader gives the open comment; None: those it has already, or those suggested. `done`: the numbers of the
    readings that were made here, with their responses. `busy` is held while one is written.
    """

    drawn_for: Any = None
    keys: tuple[str, ...] = ()
    offset: int = 0
    total: int = 0
    place: int = 0
    slots: tuple[str, ...] = ()
    chosen: tuple[str, ...] | None = None
    done: list[tuple[int, str]] = field(default_factory=list)
    told: str = ""
    busy: threading.RLock = field(default_factory=threading.RLock)

    @property
    def key(self) -> str | None:
        """The response whose comment is open."""
        return self.keys[self.place] if self.place < len(self.keys) else None


def reading() -> Reading:
    """What this session reads."""
    return st.session_state.setdefault(_READING, Reading())  # type: ignore[no-any-return]


def mode() -> Mode:
    """Draw the choice which of the comments found are read."""
    words: Callable[[Any], str] = MODES.__getitem__
    chosen = st.radio(
        "Which",
        list(MODES),
        format_func=words,
        key=_MODE,
        horizontal=True,
        help="Second reading: comments that others have read and you have not, without what they found and what is "
        "suggested, so that it can be said whether people agree.",
    )
    return next(known for known in MODES if known == chosen)


def settle(selection: Selection, asked: Asked, which: Mode, who: str | None) -> Reading:
    """Pin the comments to be read where what is asked for changed, or those pinned are through."""
    here = reading()
    with here.busy:
        wanted = (selection, asked, which, who if which == "again" else None)
        if here.drawn_for != wanted:
            here.drawn_for, here.offset, here.keys = wanted, 0, ()
            _pin(here, selection, asked, which, who)
        elif here.keys and here.place >= len(here.keys):
            here.offset = here.offset + len(here.keys) if which == "all" else 0
            _pin(here, selection, asked, which, who)
    return here


def _pin(here: Reading, selection: Selection, asked: Asked, which: Mode, who: str | None) -> None:
    todo = replace(asked, unread=which == "unread", again=(who or "") if which == "again" else None)
    found = ui.fetch(questions.found, selection, todo, limit=PINNED, offset=here.offset)
    here.keys, here.total = tuple(row.key for row in found.rows), found.total
    here.place, here.chosen = 0, None
    here.slots = ui.ask(questions.frequent, most=SLOTS)


def open_at(selection: Selection, asked: Asked, keys: Sequence[str], place: int, *, offset: int, total: int) -> None:
    """Open one comment of a page of the list, which begins at `offset` of `total`."""
    st.session_state[VIEW], st.session_state[_MODE] = READ, "all"
    here = reading()
    here.drawn_for, here.keys, here.place, here.chosen = (selection, asked, "all", None), tuple(keys), place, None
    here.offset, here.total, here.told = offset, total, ""
    here.slots = ui.ask(questions.frequent, most=SLOTS)


def turn(step: int) -> None:
    """To the next or the comment before; nothing is written."""
    here = reading()
    here.place, here.chosen, here.told = max(0, here.place + step), None, ""


def start(book: Book, past: Sequence[readings.Reading], offered: Sequence[Suggestion]) -> tuple[str, ...]:
    """The codes that a comment has before its reader changes them: those it was given, or those suggested."""
    if not past:
        return tuple(each.code for each in offered)
    codes = dict.fromkeys(map(book.read, past[-1].codes))
    return tuple(code for code in codes if code in book.codes and book.codes[code].offered)


def slots(here: Reading, start: Sequence[str]) -> tuple[str, ...]:
    """The codes that have keys: the most frequent ones, of which the last make room for those of the open comment."""
    new = [code for code in start if code not in here.slots]
    return (*here.slots[: max(0, SLOTS - len(new))], *new[:SLOTS])


def chosen(here: Reading, start: Sequence[str]) -> tuple[str, ...]:
    """The codes that are to be kept, the primary one first; `start` until the reader chose otherwise."""
    return tuple(start) if here.chosen is None else here.chosen


def toggle(key: str, code: str, start: Sequence[str]) -> None:
    """Give the comment of response `key` a code, or take it away, while it is open."""
    here = reading()
    with here.busy:
        if here.key == key:
            given = chosen(here, start)
            here.chosen = tuple(each for each in given if each != code) if code in given else (*given, code)


def keep(key: str, start: Sequence[str], offered: Sequence[Suggestion], seen: int | None, who: str) -> None:
    """Write the codes that are chosen now, and go on; who types faster than the page is drawn loses nothing."""
    here = reading()
    if codes := chosen(here, start):
        _write(here, key, codes, offered, seen=seen, who=who)
    else:
        here.told = "Choose a reason first, or press D where there is none."


def decline(key: str, offered: Sequence[Suggestion], seen: int | None, who: str) -> None:
    """Write that the comment gives no reason, and go on."""
    _write(reading(), key, (), offered, seen=seen, who=who)


def _write(
    here: Reading, key: str, codes: Sequence[str], offered: Sequence[Suggestion], *, seen: int | None, who: str
) -> None:
    """Write what was found in the open comment; a second press for one that is open no more does nothing."""
    with here.busy:
        if here.key != key:
            return
        try:
            number = readings.read(the_store(), key, codes, offered=offered, seen=seen, who=who, now=now())
        except NpsError as error:
            here.told, here.chosen = str(error), None
            return
        here.done.append((number, key))
        here.place, here.chosen, here.told = here.place + 1, None, ""


def undo(who: str) -> None:
    """Take back the last reading that was made here, and open its comment again."""
    here = reading()
    with here.busy:
        if not here.done:
            return
        number, key = here.done.pop()
        try:
            readings.undo(the_store(), number, who=who, now=now())
        except NpsError as error:
            here.told = str(error)
            return
        if key not in here.keys:
            here.keys = (key, *here.keys)
        here.place, here.chosen, here.told = here.keys.index(key), None, "Took back what you found in this comment."
