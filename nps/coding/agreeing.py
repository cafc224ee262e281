"""Whether two people find the same reasons in the same comments, and where they do not."""

from collections.abc import Sequence

import streamlit as st

from nps import ui, views
from nps.clock import counted
from nps.codebook import changing
from nps.codebook.book import Book
from nps.coding import tables
from nps.comments.masking import masked
from nps.comments.questions import staff
from nps.reasons import agreement as agreeing
from nps.reasons import readers
from nps.reasons.agreement import Agreement, Both, Kappa
from nps.reasons.readers import Pair
from nps.score import FEWEST_COMPARED


def agreement() -> None:
    """Two people, how far they agree on each reason and on all, and the comments on which they do not."""
    st.header("Agreement", anchor=False)
    pairs = ui.ask(readers.pairs)
    if not pairs:
        st.text(
            "No two people have read the same comment yet. On Comments, a second person can read again what one read."
        )
        return
    names = [f"{pair.one} and {pair.other}: {counted(pair.n, 'comment')}" for pair in pairs]
    pair = pairs[names.index(st.selectbox("Two people", names, key="codebook_pair", width=480))]
    comments = ui.ask(readers.read_by_both, pair.one, pair.other)
    book = ui.ask(changing.book)
    st.text(_told(comments))
    if pair.n < FEWEST_COMPARED:
        st.text(f"Fewer than {FEWEST_COMPARED} comments are too few to say much.")
    _table(pair, comments, book)
    _differences(pair, agreeing.disagreements(comments), book)


def _told(comments: Sequence[Both]) -> str:
    """What holds of all reasons together."""
    every = agreeing.overall(comments)
    parts = [f"{every.same:,} of {counted(every.n, 'comment')} have just the same reasons from both."]
    if every.mean is not None:
        parts.append(f"Kappa is {every.mean:.2f} in the mean of the reasons")
        parts.append(f"and {_kappa(every.primary)} for the primary one." if every.primary.value is not None else "")
    return (
        " ".join(part for part in parts if part) + " It is 0 where people agree as by chance, 1 where they always do."
    )


def _kappa(kappa: Kappa) -> str:
    interval = kappa.interval()
    range_ = f" ({interval.low:.2f} to {interval.high:.2f})" if interval else ""
    return f"{kappa.value:.2f}{range_}"


def _table(pair: Pair, comments: Sequence[Both], book: Book) -> None:
    header = ("Reason", pair.one, pair.other, "Both", "Agreed", "Kappa", "Low", "High")
    columns = (
        {"Both": tables.number()}
        | {"Agreed": tables.number("%.0f %%")}
        | dict.fromkeys(("Kappa", "Low", "High"), tables.number("%.2f"))
    )
    rows = [(book.label(one.code), one.one, one.other, one.both, *_cells(one)) for one in agreeing.by_code(comments)]
    tables.table(header, rows, key="codebook_agreement", alt="Agreement on each reason", columns=columns)


def _cells(one: Agreement) -> tuple[float | None, ...]:
    interval, share = one.kappa.interval(), one.kappa.share
    low, high = (interval.low, interval.high) if interval else (None, None)
    return (None if share is None else 100 * share, one.kappa.value, low, high)


def _differences(pair: Pair, comments: Sequence[Both], book: Book) -> None:
    """The comments with what each found, a page at a time."""
    st.subheader(f"Where they differ: {counted(len(comments), 'comment')}", anchor=False)
    if not comments:
        return
    page = views.pages(len(comments), key="codebook_differences")
    names = ui.ask(staff)
    rows = [
        (masked(both.comment, (*names, both.name or "")), _labels(both.one, book), _labels(both.other, book))
        for both in comments[(page - 1) * views.PAGE_SIZE : page * views.PAGE_SIZE]
    ]
    wide = {"Comment": st.column_config.TextColumn(width="large")}
    header = ("Comment", pair.one, pair.other)
    tables.table(header, rows, key="codebook_different", alt="Comments with different reasons", columns=wide)


def _labels(codes: Sequence[str], book: Book) -> str:
    return ", ".join(map(book.label, codes)) or "no reason"
