"""What the page asks about comments that no reason covers, and about what comes up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from nps.codebook import changing
from nps.reasons.given import given
from nps.score import FEWEST_SHOWN, Tally
from nps.selected import composed
from nps.selection import Period, Selection
from nps.store import Row, Store
from nps.themes.finding import Comment, Theme, themes
from nps.themes.rising import Rise, rising
from nps.topics import reads
from nps.words.questions import said

MOST_READ = 8_000  # comments, by lot
MOST_HEARD = 5_000  # comments of each period whose words are counted, by lot
LATE_DAYS = 90
Said = tuple[Literal["reason", "word"], str]

# Comments that came with a score, and those of them that no reason covers.
_TOLD = "SELECT * FROM selected LEFT JOIN given USING (response_key) WHERE NOT blank AND trim(comment) <> ''"
_SPAN = "SELECT min(answered_there)::DATE, max(answered_there)::DATE FROM selected"
_UNCOVERED = "coalesce(len(list_filter(codes, lambda code: NOT list_contains($covers_nothing, code))), 0) = 0"


@dataclass(frozen=True)
class Found:
    """The themes of comments that no reason covers: `read` of `uncovered` were looked at, of `told` comments in all."""

    themes: tuple["Shown", ...]
    read: int
    uncovered: int
    told: int


@dataclass(frozen=True)
class Shown:
    """A theme: its words, typical comments word for word, and how those who wrote such comments score.

    `rise`: it is in a larger share of the late comments without a reason than of the early ones; None where not surely.
    """

    words: tuple[str, ...]
    quotes: tuple[str, ...]
    tally: Tally
    rise: Rise[int] | None


@dataclass(frozen=True)
class Periods:
    """The last days of a selection, and what lies before them in it."""

    late: Period
    early: Period


@reads("responses", "readings", "suggestions", "codebook")
def uncovered(store: Store, selection: Selection) -> Found:
    """Themes of the comments that have no reason, or none but “Another reason”."""
    sql, bound = composed(store, selection)
    reasons_sql, more = given(store)
    bound |= more | {"covers_nothing": _covers_nothing(store)}
    before = f"{sql}, given AS ({reasons_sql}), told AS NOT MATERIALIZED ({_TOLD})\n"
    [[of_all, left]] = store.rows(f"{before}SELECT count(*), count(*) FILTER (WHERE {_UNCOVERED}) FROM told", bound)  # noqa: S608
    votes = "SELECT comment, person_id, promoter, passive, detractor, answered_there::DATE FROM told"
    by_lot = "ORDER BY hash(response_key), response_key LIMIT $most"
    rows = store.rows(f"{before}{votes} WHERE {_UNCOVERED} {by_lot}", bound | {"most": MOST_READ})
    found = themes([Comment(text, person) for text, person, *_ in rows])
    rises = _rises(found, [row[-1] for row in rows], periods(store, selection))
    shown = tuple(_shown(theme, rows, rises.get(place)) for place, theme in enumerate(found))
    return Found(shown, len(rows), left, of_all)


@reads("responses")
def periods(store: Store, selection: Selection) -> Periods | None:
    """The last 90 days of a selection that have answers, and those before; None where one of the two has none."""
    sql, bound = composed(store, selection, only="NOT blank AND answered_at IS NOT NULL")
    [[first, newest]] = store.rows(f"{sql}{_SPAN}", bound)
    begin = newest and newest - timedelta(LATE_DAYS - 1)
    if begin is None or first >= begin:
        return None
    return Periods(Period(begin, newest + timedelta(1)), Period(first, begin))


@reads("responses", "readings", "suggestions", "codebook")
def coming_up(store: Store, selection: Selection) -> tuple[Rise[Said], ...]:
    """Reasons and words that are in a larger share of the late comments than of the early ones, reasons first."""
    parts = periods(store, selection)
    if parts is None:
        return ()
    late, early = selection.during(parts.late), selection.during(parts.early)
    (n_late, reasons_late), (n_early, reasons_early) = _reasons(store, late), _reasons(store, early)
    reasons: dict[Said, tuple[int, int]] = {
        ("reason", code): (n, reasons_early.get(code, 0)) for code, n in reasons_late.items()
    }
    words_late, words_early = (said(store, part, most=MOST_HEARD) for part in (late, early))
    words: dict[Said, tuple[int, int]] = {
        ("word", word): (n, words_early.words.get(word, (0, 0))[0])
        for word, (n, people) in words_late.words.items()
        if people >= FEWEST_SHOWN
    }
    return (*rising(reasons, n_late, n_early), *rising(words, words_late.n, words_early.n))


def _shown(theme: Theme, rows: Sequence[Row], rise: Rise[int] | None) -> Shown:
    votes = (rows[place][2:5] for place in theme.members)
    tally = Tally(*(sum(each) for each in zip(*votes, strict=True)))
    return Shown(theme.words, tuple(rows[place][0] for place in theme.quotes), tally, rise)


def _rises(found: Sequence[Theme], days: Sequence[date | None], parts: Periods | None) -> dict[int, Rise[int]]:
    """The themes, by place, that come up, among comments of these days."""
    if parts is None or parts.late.start is None:
        return {}
    late = [day >= parts.late.start if day else None for day in days]
    counts = {
        place: (
            sum(late[member] is True for member in theme.members),
            sum(late[member] is False for member in theme.members),
        )
        for place, theme in enumerate(found)
    }
    return {rise.name: rise for rise in rising(counts, late.count(True), late.count(False))}


def _covers_nothing(store: Store) -> list[str]:
    """The codes that say only that there is another reason."""
    return [code for code in changing.book(store).codes if code.endswith(".other")]


def _reasons(store: Store, selection: Selection) -> tuple[int, dict[str, int]]:
    """How many comments have reasons or were read, and how many of them have each."""
    sql, bound = composed(store, selection)
    reasons_sql, more = given(store)
    question = f"{sql}, given AS ({reasons_sql}), told AS ({_TOLD})\n"
    counted = "SELECT codes, count(*) FROM told WHERE found_by IS NOT NULL GROUP BY codes"
    rows = store.rows(question + counted, bound | more)
    book, counts = changing.book(store), dict[str, int]()
    for codes, n in rows:
        for code in dict.fromkeys(book.read(code) for code in codes):
            counts[code] = counts.get(code, 0) + n
    return sum(n for _, n in rows), counts
