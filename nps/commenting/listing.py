"""The comments that were found, a page at a time, and all of them as files, without what is personal."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from nps import downloads, ui, when
from nps.codebook import changing
from nps.commenting import reading, showing
from nps.comments import questions
from nps.comments.masking import masked
from nps.comments.questions import Asked, Found
from nps.rows import Response
from nps.selection import Selection

PAGE_SIZE = 20
MOST_DOWNLOADED = 50_000
FOUND_BY = {"person": "read", "file": "from the file", "suggestion": "suggested, and trusted"}
HEADER = ("Score", "Comment", "Reasons", "Answered", "Survey", "Follow-up", "Contacted by")
WHOSE = ("Customer", "E-mail", "Account")


def page_of(frame: ui.Frame, asked: Asked) -> tuple[Found, int]:
    """A page of the list, and its number, from 1."""
    number = max(1, int(st.session_state.get("comments_page") or 1))
    found = ui.ask(questions.found, frame.selection, asked, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    if number > 1 and not found.rows:  # other filters, with fewer pages
        return ui.ask(questions.found, frame.selection, asked, limit=PAGE_SIZE), 1
    return found, number


def progress(frame: ui.Frame) -> str:
    """How far the reading of the selection has come."""
    far = ui.ask(questions.progress, frame.selection)
    return f"{far.read:,} of {far.comments:,} comments in this selection are read."


def show(frame: ui.Frame, asked: Asked, found: Found, number: int) -> None:
    """The page, with each comment's reasons and the way to read it by itself."""
    if not found.total:
        st.text("No comment is found. Take a word away, or choose a longer period in the sidebar.")
        return
    book = ui.ask(changing.book)
    keys = tuple(row.key for row in found.rows)
    known = ui.ask(questions.reasons, keys)
    for place, row in enumerate(found.rows):
        with st.container(border=True, key=f"comment_{place}"):
            showing.in_list(row, asked.terms, frame.segments)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(ui.literal(showing.found(book, known.get(row.key), FOUND_BY)), width="stretch")
                st.button(
                    "Read",
                    icon=":material/open_in_full:",
                    key=f"open_{place}_{number}",
                    type="tertiary",
                    on_click=reading.open_at,
                    args=[frame.selection, asked, keys, place],
                    kwargs={"offset": (number - 1) * PAGE_SIZE, "total": found.total},
                )
    pages = -(-found.total // PAGE_SIZE)
    if pages > 1:
        st.pagination(pages, key="comments_page")
    _files(frame, asked)


def _files(frame: ui.Frame, asked: Asked) -> None:
    """All that was found, as files."""
    open_ = st.toggle(
        "With names, addresses and numbers",
        key="unmasked",
        help="Without it e-mail addresses, phone numbers, links with more than a site and names are hidden in the "
        "comments, and nobody's name stands beside them.",
    )
    labels = [segment.label for segment in frame.segments]
    header = [*HEADER, *labels, *(WHOSE if open_ else ())]
    downloads.download(
        "Download as CSV",
        [when.named(name) if name == "Answered" else name for name in header],
        lambda: rows(frame.selection, asked, unmasked=open_),
        file="comments.csv",
        key="comments_csv",
    )


def rows(selection: Selection, asked: Asked, *, unmasked: bool) -> Sequence[Sequence[Any]]:
    """What was found as cells under HEADER, the segments and, unmasked, WHOSE."""
    found = ui.fetch(questions.found, selection, asked, limit=MOST_DOWNLOADED)
    book, staff = ui.fetch(changing.book), ui.fetch(questions.staff)
    known = ui.fetch(questions.reasons, tuple(row.key for row in found.rows))

    def cells(row: Response) -> list[Any]:
        comment = row.comment or ""
        codes, _ = known.get(row.key, ((), ""))
        whose = (row.name or "", row.email or "", row.account or "") if unmasked else ()
        return [
            row.score,
            comment if unmasked else masked(comment, staff, own=row.name),
            ", ".join(book.label(book.read(code)) for code in codes),
            when.answered(row.answered_at),
            row.survey,
            row.state or "",
            (row.contacted_by or "") if unmasked else "",
            *(value or "" for value in row.segments),
            *whose,
        ]

    return [cells(row) for row in found.rows]
