"""Telling words as a sentence; they are data, for `st.text`."""

from collections.abc import Sequence

from nps.clock import counted
from nps.score import FEWEST_SHOWN
from nps.words.telling import Said, Telling


def told(found: Sequence[Telling], own: Said, others: Said) -> str:
    """The words with in how many comments they are, or that none tells the two apart."""
    if not own.n:
        return "Words: nobody here wrote a comment."
    read = f"of {own.n:,} comments here and {others.n:,} of the rest"
    if own.n < own.of_all or others.n < others.of_all:
        read += f", by lot from {own.of_all:,} and {others.of_all:,}"
    if not found:
        return f"Words: none of at least {FEWEST_SHOWN} people tells this group from the rest ({read})."
    first, *more = (_word(each, own, others) for each in found)
    return f"Words they use more than the rest ({read}): {'; '.join((first, *more))}."


def _word(each: Telling, own: Said, others: Said) -> str:
    shares = (
        f"{100 * part / whole:.0f}\N{NO-BREAK SPACE}%"
        for part, whole in ((each.comments, own.n), (each.others, others.n))
    )
    here, there = shares
    return f"{each.word} in {counted(each.comments, 'comment')}, {here} against {there}"
