"""Which comments are looked at: words, and filters beside those of the sidebar; all of it in the URL."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from nps import ui
from nps.codebook import changing
from nps.codebook.book import Book
from nps.comments.questions import NOTHING, ORDERS, SUGGESTED, UNREAD, Asked, Order
from nps.comments.search import LONGEST
from nps.reasons.contribution import NONE

BANDS = {"detractor": "Detractors", "passive": "Passives", "promoter": "Promoters", "blank": "Without a score"}
REASONS = {
    "": "Any reason or none",
    UNREAD: "Not read yet",
    SUGGESTED: "Suggested, not read yet",
    NONE: "No reason given, or not read yet",
    NOTHING: "Read, and gives no reason",
}
FOLLOWED = {"": "Followed up or not", "yes": "Followed up", "no": "Not followed up"}
ORDER_WORDS: dict[Order, str] = {"newest": "Newest", "best": "Best match", "lot": "By lot"}
HOW = 'Words are found at the beginning of words, "phrases" in quotes as they stand; -word: not those with it.'


def wanted() -> Asked:
    """Draw the choices and return what they ask for."""
    book = ui.ask(changing.book)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        text = st.text_input(
            "Search in comments",
            key="words",
            bind="query-params",
            max_chars=LONGEST,
            placeholder='slow "too expensive" -trial',
            help=HOW,
            width=224,
        )
        bands = st.multiselect(
            "Band",
            list(BANDS),
            format_func=_of(BANDS),
            key="bands",
            bind="query-params",
            placeholder="Any",
            width=130,
        )
        reason = st.selectbox(
            "Reason",
            reasons(book),
            format_func=lambda code: label(book, code),
            key="why",
            bind="query-params",
            width=190,
        )
        followed = st.selectbox(
            "Follow-up", list(FOLLOWED), format_func=_of(FOLLOWED), key="followed", bind="query-params", width=158
        )
        order = st.selectbox(
            "Order",
            list(ORDER_WORDS),
            format_func=_of(ORDER_WORDS),
            key="comments_by",
            bind="query-params",
            width=112,
            help="Best match: the words most often, in short comments. By lot: as chance has it, always the same.",
        )
    return Asked(
        text=text,
        bands=tuple(sorted(bands)),
        reason=reason or "",
        followed={"yes": True, "no": False}.get(followed or ""),
        order=next((known for known in ORDERS if known == order), "newest"),
    )


def reasons(book: Book) -> list[str]:
    """What one can filter by: without a reason, groups, and the codes of each."""
    found = list(REASONS)
    for group in book.groups:
        codes = [code.code for code in book.offered if code.group == group]
        found += [group, *codes] if codes else []
    return found


def label(book: Book, code: str) -> str:
    """What a filter by reason is called, here and in the URL."""
    if code in REASONS:
        return REASONS[code]
    return f"{book.label(code)}: all" if code in book.groups else book.full_label(code)


def _of(words: Any) -> Callable[[Any], str]:
    call: Callable[[Any], str] = words.__getitem__
    return call
