"""Contributions in words; labels of reasons are data, for `st.text` or `ui.literal`."""

from nps.codebook.book import Book
from nps.reasons.contribution import NONE, OTHERS, Contribution, Contributions, Difference
from nps.reasons.questions import Unread
from nps.score import FEWEST_COMPARED

LEAST = 0.05  # points; less reads 0.0


def label(book: Book, code: str) -> str:
    """What people call a row."""
    return {NONE: "No reason given", OTHERS: "Other reasons"}.get(code) or book.label(code)


def points(value: float) -> str:
    """Points with their sign and one decimal: +1.2, −0.4, 0.0."""
    return f"{value:+.1f}".replace("-", "−") if abs(value) >= LEAST else "0.0"


def told(row: Contribution) -> str:
    """Points on balance with their interval and n: −4.2 (−5.9 to −2.5; n = 214)."""
    return f"{points(row.points)} ({points(row.interval.low)} to {points(row.interval.high)}; n = {row.n:,})"


def heading(found: Contributions, book: Book) -> str:
    """Which reason costs most, through its detractors, and which brings most on balance."""
    named = [row for row in found.rows if row.code not in (NONE, OTHERS)]
    costs = max(named, key=lambda row: row.cost, default=None)
    if costs is None or costs.n < FEWEST_COMPARED:
        return "Too few answers have a reason yet"
    text = f"{label(book, costs.code)} costs most: {costs.cost:.1f} points"
    brings = max((row for row in named if row.interval.low > 0), key=lambda row: row.points, default=None)
    return text + (f"; {label(book, brings.code)} brings most: {brings.points:.1f} on balance" if brings else "")


def adds_up(found: Contributions, unread: Unread) -> str:
    """That the rows are the NPS, and why answers have no reason."""
    none = found.of(NONE)
    if found.total.nps is None or none is None:
        return "Nobody gave a score here."
    text = f"All rows add up to the NPS, {points(found.total.nps).lstrip('+')}."
    if none.n:
        whys = (
            (unread.silent, "wrote no comment"),
            (unread.unread, "wrote one that nobody read yet"),
            (unread.read, "wrote one that was read and gives none"),
        )
        text += f" {none.n:,} of {found.total.n:,} answers have no reason: "
        text += ", ".join(f"{n:,} {why}" for n, why in whys if n) + "."
    return text


def differs(found: Difference) -> str:
    """The points between two groups with their interval: −4.2 (−5.9 to −2.5)."""
    text = points(found.points)
    if found.interval is None:
        return text
    return f"{text} ({points(found.interval.low)} to {points(found.interval.high)})"


def apart(found: tuple[Difference, ...], names: tuple[str, str], book: Book) -> str:
    """Which reasons surely lie between two groups; names are data."""
    sure = [each for each in found if each.sure and each.code not in (NONE, OTHERS)]
    if not sure:
        return "No reason surely costs or brings one of the two more than the other."
    told = "; ".join(f"{label(book, each.code)} {differs(each)}" for each in sure)
    return f"Points that reasons put between {names[0]} and {names[1]}, of those that chance does not explain: {told}."
