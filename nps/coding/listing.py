"""The reasons of the codebook with what they mean and how many answers have them."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from nps import downloads, ui
from nps.clock import counted
from nps.codebook import changing
from nps.codebook.book import Book, Code
from nps.coding import tables
from nps.reasons import recoding
from nps.reasons.recoding import NONE

# The counts, and what each is of.
COUNTS = {
    "Answers": "All answers that have the reason now",
    "People": "Found by people in the comment",
    "Files": "Brought by the file, where nobody read the comment",
    "Trusted": "Suggested, and trusted by the measured precision; where neither people nor files say otherwise",
    "Suggested": "Comments that nobody read yet for which it is suggested",
}
HEADER = ("Group", "Reason", *COUNTS, "Meaning", "Phrases")


def reasons() -> None:
    """The reasons that can be given, group by group, and apart those that are offered no more."""
    book = ui.ask(changing.book)
    st.text(
        f"“{book.name}”: {counted(len(book.offered), 'reason')} in {counted(len(book.groups), 'group')}. An answer may "
        "have several. The counts are of all answers, whatever the sidebar selects."
    )
    rows = [*_rows(book, book.offered), *_empty_groups(book)]
    _table(rows, key="codebook_table", alt="The reasons that can be given")
    downloads.download("Download as CSV", HEADER, lambda: rows, file="codebook.csv", key="codebook_csv")
    gone = [code for code in book.codes.values() if not code.offered]
    if gone:
        with st.expander(f"Offered no more: {len(gone)}", key="codebook_gone", on_change="rerun") as place:
            if place.open:
                st.text("A retired reason keeps its answers; those of a merged one count for the other.")
                named = [(*row, _state(book, code)) for row, code in zip(_rows(book, gone), gone, strict=True)]
                _table(named, key="codebook_old", alt="Reasons that are offered no more", more=("State",))


def _rows(book: Book, codes: Sequence[Code]) -> list[tuple[Any, ...]]:
    found, waiting = ui.ask(recoding.counts), ui.ask(recoding.waiting)
    rows = []
    for code in codes:
        own = found.get(code.code, NONE)
        phrases = "; ".join(f"{language}: {', '.join(words)}" for language, words in code.words.items())
        counts = (own.n, own.person, own.file, own.suggestion, waiting.get(code.code, 0))
        rows.append((book.label(code.group), code.label, *counts, code.meaning, phrases))
    return rows


def _empty_groups(book: Book) -> list[tuple[Any, ...]]:
    used = {code.group for code in book.codes.values()}
    empty = ("no reason yet", None, None, None, None, None, "", "")
    return [(label, *empty) for group, label in book.groups.items() if group not in used]


def _state(book: Book, code: Code) -> str:
    return f"merged into {book.label(code.into)}" if code.into else "retired"


def _table(rows: Sequence[Sequence[Any]], *, key: str, alt: str, more: Sequence[str] = ()) -> None:
    columns = {
        **{name: tables.number(says=says) for name, says in COUNTS.items()},
        "Group": st.column_config.TextColumn(width=150),
        "Reason": st.column_config.TextColumn(width=190),
        "Meaning": st.column_config.TextColumn(width="medium"),
        "Phrases": st.column_config.TextColumn(width="medium"),
    }
    tables.table((*HEADER, *more), rows, key=key, alt=alt, columns=columns)
