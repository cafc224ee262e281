"""What comes up, in sentences; words and labels are data, for `st.text`."""

from nps.codebook.book import Book
from nps.themes.questions import LATE_DAYS, Said
from nps.themes.rising import Rise


def told(rise: Rise[Said], book: Book) -> str:
    """One thing that is said more often than before, with its counts and the interval of the ratio."""
    kind, name = rise.name
    what = f"The reason {book.label(name)}" if kind == "reason" else f"The word “{name}”"
    return (
        f"{what} is in {rise.late:,} of {rise.n_late:,} comments, before in {rise.early:,} of {rise.n_early:,}: "
        f"{rise.ratio:.1f} times as often ({rise.low:.1f} to {rise.high:.1f})."
    )


def covered(read: int, uncovered: int, told: int) -> str:
    """How many comments no reason covers, and how many of them were looked at."""
    text = f"{uncovered:,} of {told:,} comments have no reason of the codebook."
    return text + (f" {read:,} of them, by lot, were looked at." if read < uncovered else "")


def comes_up(rise: Rise[int]) -> str:
    """How much more often a theme is in the late comments without a reason than in the early ones."""
    return (
        f"Comes up: in {rise.late:,} of the {rise.n_late:,} of the last {LATE_DAYS} days, before in {rise.early:,} of "
        f"{rise.n_early:,}: {rise.ratio:.1f} times as often ({rise.low:.1f} to {rise.high:.1f})."
    )
