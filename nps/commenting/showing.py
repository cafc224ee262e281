"""A comment on the page: every character as it was written, with what was looked for marked.

Comments are hostile until shown otherwise. What Markdown would read is escaped by `ui.literal`, and the marks are put
in afterwards, for signs that no comment keeps.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from nps import ui, when
from nps.codebook.book import Book
from nps.comments.search import Term, places, terms
from nps.errors import Refused
from nps.reasons.readings import Suggestion
from nps.rows import Response, Segment

OPEN, CLOSE = "\ue000", "\ue001"
SHORT = 220  # characters up to which a comment that is read by itself is set in large letters
MOST_SHOWN = 900  # characters of a comment in the list
BEFORE = 150  # of those, before the first word that was looked for


def marked(text: str, wanted: Iterable[Term]) -> str:
    """A comment as Markdown that shows its characters and marks what is wanted; its lines stay lines."""
    text = text.replace(OPEN, "").replace(CLOSE, "")
    pieces, at = list[str](), 0
    for start, end in places(text, wanted):
        found = re.sub(r"[\r\n]+", f"{CLOSE}\n{OPEN}", text[start:end])
        pieces += (text[at:start], OPEN, found, CLOSE)
        at = end
    lines = [ui.literal(line) for line in re.split(r"[\r\n]+", "".join(pieces) + text[at:])]
    shown = "  \n".join(line for line in lines if line)
    return shown.replace(OPEN, ":orange-background[").replace(CLOSE, "]")


def in_list(row: Response, wanted: Sequence[Term], segments: Sequence[Segment]) -> None:
    """Score, comment, and who wrote it when."""
    with st.container(horizontal=True, vertical_alignment="top"):
        score(row)
        with st.container():
            st.markdown(marked(shortened(row.comment or "", wanted), wanted))
            st.caption(ui.literal(about(row, segments)))


def by_itself(comment: str, wanted: Sequence[Term]) -> None:
    """One comment, large where it is short."""
    text = marked(comment, wanted)
    if len(comment) <= SHORT and "\n" not in text:
        st.header(text, anchor=False)
    else:
        st.markdown(text)


def score(row: Response) -> None:
    """The score; those of detractors stand out, who have a case."""
    st.badge("–" if row.score is None else str(row.score), color="orange" if row.state else "gray")


def about(row: Response, segments: Sequence[Segment]) -> str:
    """When it was answered, by whom, of which segments, and how far the follow-up is."""
    told = [
        f"{segment.label}: {value}"
        for segment, value in zip(segments, row.segments, strict=True)
        if value and segment.kind == "choice"
    ]
    case = f"follow-up {row.state}" if row.state else None
    parts = (when.told_answered(row.answered_at), row.name or row.email, row.account, *told, case)
    return " · ".join(part for part in parts if part)


def shortened(comment: str, wanted: Sequence[Term]) -> str:
    """A long comment around the first thing that was looked for."""
    if len(comment) <= MOST_SHOWN:
        return comment
    found = places(comment, wanted)
    start = max(0, found[0][0] - BEFORE) if found else 0
    end = start + MOST_SHOWN
    return ("… " if start else "") + comment[start:end] + (" …" if end < len(comment) else "")


def words_of(suggestions: Iterable[Suggestion]) -> tuple[Term, ...]:
    """The words that caused suggestions, to be marked."""
    found: dict[Term, None] = {}
    for word in (word for each in suggestions for word in each.words):
        try:
            found |= dict.fromkeys(terms('"' + word.replace('"', " ") + '"'))
        except Refused:
            continue
    return tuple(found)


def why(book: Book, suggestion: Suggestion) -> str:
    """A suggestion with what caused it: Price (“expensive”, “costs”; by the phrases of the codebook)."""
    words = ", ".join(f"“{word}”" for word in suggestion.words)
    sure = "" if suggestion.certainty is None else f", {min(99, 100 * suggestion.certainty):.0f} % sure"
    by = "by phrases" if suggestion.source == "rule" else f"learned{sure}"
    return f"{book.label(suggestion.code)} ({'; '.join(part for part in (words, by) if part)})"


def found(book: Book, reasons: tuple[tuple[str, ...], str] | None, names: Mapping[str, str]) -> str:
    """The reasons that count for an answer, and who found them."""
    if reasons is None:
        return "Nobody read it yet."
    codes, by = reasons
    labels = ", ".join(book.label(book.read(code)) for code in codes) or "read, and no reason"
    return f"{labels} ({names[by]})"
