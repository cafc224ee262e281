"""From which measured precision on suggested reasons count as found: the lead's bar, and what each would add."""

import streamlit as st

from nps import decided, ui
from nps.clock import now
from nps.codebook import changing
from nps.coding import tables
from nps.errors import NpsError
from nps.reasons import trusting
from nps.reasons.trusting import Measured
from nps.score import FEWEST_COMPARED
from nps.store import the_store
from nps.team.figures import Share

BARS = (95.0, 90.0, 85.0, 80.0, 75.0, 70.0, 60.0, 50.0)
NEVER = "never"
SOURCES = {"rule": "rules", "model": "the model"}
BAR_HEADER = ("From", "Trusted", "Answers it adds")
HEADER = ("Reason", "Suggested by", "Decisions", "Kept", "Precision", "Low", "High", "Would add", "Counts")


def bar(who: str | None) -> None:
    """The bar as it stands, and what would count from which one on."""
    st.header("When suggestions count", anchor=False)
    standing = ui.settings().suggestions_count_from
    st.text(
        "A suggestion counts nowhere until a lead says from which precision on. Precision is the share that people "
        f"kept of what was on their screen, of {FEWEST_COMPARED} decisions or more. People and files come before it."
    )
    precisions = tuple(sorted({*BARS, *([standing] if standing else [])}, reverse=True))
    found = {each.precision: each for each in ui.ask(trusting.bars, precisions)}
    lines = [(f"{each.precision:g} %", each.trusted, each.adds) for each in found.values()]
    counts = dict.fromkeys(BAR_HEADER[1:], tables.number())
    tables.table(BAR_HEADER, lines, key="codebook_bars", alt="What would count from which precision on", columns=counts)
    options = [NEVER, *(f"{precision:g} %" for precision in precisions)]
    index = 1 + precisions.index(standing) if standing else 0
    key = f"codebook_bar_{the_store().version('settings')}"
    with st.form(key, border=True):
        chosen = st.selectbox("Suggested reasons count from", options, index=index, key=f"{key}_value", width=280)
        saved = st.form_submit_button("Save", icon=":material/check:", disabled=who is None)
    if saved and who:
        _save(None if chosen == NEVER else float(chosen.removesuffix(" %")), who)


def precision() -> None:
    """Each reason and what suggests it, with what was measured of it."""
    st.header("Measured precision", anchor=False)
    every = ui.ask(trusting.measured)
    if not every:
        st.text("Nothing was suggested yet.")
        return
    standing = ui.settings().suggestions_count_from
    book = ui.ask(changing.book)
    rows = [(book.label(one.code), SOURCES[one.source], *_cells(one, standing)) for one in every]
    percent = dict.fromkeys(("Precision", "Low", "High"), tables.number("%.0f %%"))
    counts = dict.fromkeys(("Decisions", "Kept", "Would add"), tables.number())
    alt = "Measured precision of suggested reasons"
    tables.table(HEADER, rows, key="codebook_precision", alt=alt, columns=percent | counts)


def _cells(one: Measured, standing: float | None) -> tuple[object, ...]:
    share = Share(one.kept, one.n)
    interval = share.interval()
    few = one.n < FEWEST_COMPARED
    counts = standing is not None and not few and 100 * one.kept >= standing * one.n
    low, high = (100 * interval.low, 100 * interval.high) if interval else (None, None)
    said = "too few decisions" if few else "yes" if counts else "no"
    return one.n, one.kept, 100 * one.kept / one.n if one.n else None, low, high, one.adds, said


def _save(wanted: float | None, who: str) -> None:
    try:
        decided.decide(the_store(), {"suggestions_count_from": wanted}, who=who, now=now())
    except NpsError as error:
        ui.trouble(str(error))
        return
    st.rerun()
