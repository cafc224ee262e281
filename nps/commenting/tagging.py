"""The comment that is open, with its reasons as buttons with keys: a second for each comment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import streamlit as st

from nps import ui, when
from nps.codebook import changing
from nps.codebook.book import LANGUAGES, Book
from nps.commenting import listing, showing
from nps.commenting.reading import Mode, Reading, chosen, decline, keep, reading, slots, start, toggle, turn, undo
from nps.comments import questions
from nps.comments.masking import masked
from nps.comments.questions import Asked
from nps.reasons.readings import MOST_CODES, Suggestion, readings_of
from nps.reasons.readings import Reading as Read
from nps.rows import Response
from nps.suggesting import keeping
from nps.suggesting.language import language

_ANOTHER = "another_reason"
KEYS = (
    "1 to 9 give a reason or take it away, the first is the primary one; A finds any other by typing; Y keeps what is "
    "chosen and goes on, D keeps that there is no reason; U takes back; J and K turn without writing."
)


@dataclass(frozen=True)
class Opened:
    """The open comment: its response, what people found in it, and what is suggested; `blind`: as if nobody had."""

    row: Response
    book: Book
    past: tuple[Read, ...]
    offered: tuple[Suggestion, ...]
    blind: bool

    @property
    def start(self) -> tuple[str, ...]:
        """The codes that it has before the reader changes them."""
        return start(self.book, () if self.blind else self.past, self.offered)


def place_of(frame: ui.Frame, here: Reading) -> None:
    """Which of the comments is open, and how far the reading of the selection has come."""
    place = f"Comment {here.offset + here.place + 1:,} of {here.total:,} here. " if here.key else ""
    st.text(place + listing.progress(frame))


def show(frame: ui.Frame, asked: Asked, which: Mode, who: str | None) -> None:
    """The open comment of `reading`, and what can be done to it."""
    here = reading()
    with st.container(key="reading_told"):
        if here.told:
            st.text(here.told)
    row = next(iter(ui.ask(questions.by_keys, here.keys)[here.place : here.place + 1]), None)
    if row is None:
        _nothing(here, which, who)
        return
    if st.session_state.get(_ANOTHER) != row.key:
        _close()
    blind = which == "again"
    past = ui.ask(readings_of, row.key)
    offered = () if blind else ui.ask(keeping.suggested, here.keys).get(row.key, ())
    it = Opened(row, ui.ask(changing.book), past, offered, blind)
    with st.container(border=True, key="reading_view"):
        _comment(it, asked, frame)
        if not blind:
            st.caption(ui.literal(_so_far(it)))
        if who is not None:
            _reasons(here, it)
            _acts(here, it, who)
        else:
            _turn(here)
        _quote(row, frame)
    _another(it)


def _nothing(here: Reading, which: Mode, who: str | None) -> None:
    told = {
        "unread": "Each comment that is found here is read.",
        "all": "No comment is found here.",
        "again": "There is no comment here that others have read and you have not.",
    }
    st.text(told[which])
    if here.done and who is not None:
        button("Undo", "U", "undo", undo, who, icon="undo")


def _comment(it: Opened, asked: Asked, frame: ui.Frame) -> None:
    """The comment, with who wrote it when."""
    comment, guess = it.row.comment or "", language(it.row.comment or "")
    about = showing.about(it.row, frame.segments)
    with st.container(horizontal=True, vertical_alignment="center"):
        showing.score(it.row)
        with st.container():
            st.caption(ui.literal(f"{about} · {LANGUAGES.get(guess, guess)}" if guess else about))
    showing.by_itself(comment, (*asked.terms, *showing.words_of(it.offered)))


def _so_far(it: Opened) -> str:
    """What people found in it, else what counts for it, and what is suggested."""
    if it.past:
        last = it.past[-1]
        labels = ", ".join(it.book.label(it.book.read(code)) for code in last.codes) or "no reason"
        parts = [f"{last.by} found {labels}, {when.told(last.at)}."]
    else:
        parts = [showing.found(it.book, ui.ask(questions.reasons, (it.row.key,)).get(it.row.key), listing.FOUND_BY)]
    if it.offered:
        parts.append(f"Suggested: {', '.join(showing.why(it.book, each) for each in it.offered)}.")
    return " ".join(parts)


def _reasons(here: Reading, it: Opened) -> None:
    """The reasons with keys, and those without one that were chosen."""
    keyed, given = slots(here, it.start), chosen(here, it.start)
    with st.container(horizontal=True, gap="xsmall", key="reading_reasons"):
        for number, code in enumerate((*keyed, *(code for code in given if code not in keyed)), start=1):
            icon = "star" if given[:1] == (code,) else "check" if code in given else None
            st.button(
                ui.literal(it.book.label(code)),
                icon=icon and f":material/{icon}:",
                key=f"tag_{_stamp(it.row.key)}_{number}",
                type="primary" if code in given else "secondary",
                shortcut=str(number) if number <= len(keyed) and not st.session_state.get(_ANOTHER) else None,
                help=ui.literal(it.book.codes[code].meaning) or None,
                disabled=code not in given and len(given) >= MOST_CODES,
                on_click=toggle,
                args=[it.row.key, code, it.start],
            )
    st.text(_told(it.book, given))


def _told(book: Book, given: Sequence[str]) -> str:
    if not given:
        return "No reason is chosen."
    first, *others = (book.label(code) for code in given)
    return f"Primary: {first}." + (f" Also: {', '.join(others)}." if others else "")


def _acts(here: Reading, it: Opened, who: str) -> None:
    key, stamp = it.row.key, _stamp(it.row.key)
    args = (it.offered, it.past[-1].number if it.past else None, who)
    with st.container(horizontal=True, gap="xsmall"):
        button("Keep", "Y", f"keep_{stamp}", keep, key, it.start, *args, icon="check", main=True)
        button("No reason", "D", f"none_{stamp}", decline, key, *args, icon="block")
        button("Another reason", "A", "another", _open_another, key, icon="search")
        button("Undo", "U", "undo", undo, who, icon="undo", disabled=not here.done)
        _turn(here)
    st.caption(KEYS)


def _turn(here: Reading) -> None:
    button("Previous", "K", "previous", turn, -1, icon="arrow_upward", disabled=here.place == 0)
    button("Next", "J", "next", turn, 1, icon="arrow_downward")


def button(
    label: str,
    shortcut: str,
    key: str,
    act: Callable[..., None],
    *args: Any,
    icon: str,
    disabled: bool = False,
    main: bool = False,
) -> None:
    """An act with its key, which is for typing while a dialog is open."""
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"reading_{key}",
        shortcut=None if st.session_state.get(_ANOTHER) else shortcut,
        type="primary" if main else "secondary",
        disabled=disabled,
        on_click=act,
        args=args,
    )


def _open_another(key: str) -> None:
    st.session_state[_ANOTHER] = key


def _another(it: Opened) -> None:
    """All reasons, to be found by typing."""
    if st.session_state.get(_ANOTHER) == it.row.key:
        st.dialog("Another reason", on_dismiss=_close)(_choose)(it)


def _choose(it: Opened) -> None:
    if st.session_state.get(_ANOTHER) != it.row.key:
        st.rerun()
    st.html(f'<script src="{ui.FOCUS_SCRIPT}"></script>', unsafe_allow_javascript=True)
    st.selectbox(
        "Reason",
        [code.code for code in it.book.offered],
        index=None,
        format_func=it.book.full_label,
        placeholder="Type a part of its name",
        key=f"any_{_stamp(it.row.key)}",
        on_change=_chosen,
        args=[it],
    )


def _chosen(it: Opened) -> None:
    code = st.session_state.get(f"any_{_stamp(it.row.key)}")
    if code and code not in chosen(reading(), it.start):
        toggle(it.row.key, code, it.start)
    _close()


def _close() -> None:
    st.session_state[_ANOTHER] = None


def _quote(row: Response, frame: ui.Frame) -> None:
    """The comment to be copied, with and without what is personal."""
    with st.popover("Quote", icon=":material/format_quote:"):
        label, value = next(
            ((segment.label, value) for segment, value in zip(frame.segments, row.segments, strict=True) if value),
            ("", ""),
        )
        somebody = f"a customer ({label}: {value})" if value else "a customer"
        behind = f"score {'none' if row.score is None else row.score}, {when.told_answered(row.answered_at)}"
        hidden = masked(row.comment or "", ui.ask(questions.staff), own=row.name)
        for title, text, whose in (
            ("Without names", hidden, somebody),
            ("As it was written", row.comment or "", row.name or row.email or somebody),
        ):
            st.caption(title)
            st.code(f"“{text}”\n{whose}, {behind}", language=None, wrap_lines=True)


def _stamp(key: str) -> str:
    """What tells the widgets of one comment from those of another: a press that comes late is for what was pressed."""
    return f"{crc32(key.encode()):08x}"
