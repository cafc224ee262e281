"""Finding the column of each role: the words of a header propose, the values below it decide."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nps.errors import Ambiguous, Refused
from nps.importing import words
from nps.importing.columns import DATE, EMAIL, NUMBER, Column, repeats
from nps.importing.packed import coded
from nps.importing.reading import Grid
from nps.importing.scores import METRICS, SCALES, Spread, spread, widest
from nps.importing.sheet import shortened

SMALL = 20  # a file with fewer answers is judged by its headers more than by shares
MOST_NAMED = 30
WORDS_OF_A_NAME = 5  # a longer header is a question, and no question asks when it was answered
BARE_DATE = re.compile(r"\d{10}(?:\.\d+)?|\d{13}|\d{8}|\d{5}(?:\.\d+)?")
STAFF = re.compile(r"owner|manager|agent|\bcsm\b|employee|\brep\b|assignee|sender|staff")


@dataclass(frozen=True)
class Found:
    """A column for a role and why it was taken."""

    column: Column
    why: str


def names(header: Sequence[str]) -> str:
    """The columns of a file for a message, long lists cut."""
    shown = ", ".join(f'"{shortened(name.splitlines()[0])}"' for name in header[:MOST_NAMED])
    return shown + (f" and {len(header) - MOST_NAMED} more" if len(header) > MOST_NAMED else "")


def score(grid: Grid, columns: Sequence[Column], *, metric: str = "nps") -> tuple[Found, Spread]:
    """The one column that holds a recommendation score, or the score of another metric.

    Raises Ambiguous when several could be it, Refused when none is, naming the nearest miss and all columns.
    """
    if metric != "nps":
        return _other_score(grid, columns, metric)
    grouped = [match["question"] for column in columns if (match := words.NPS_GROUP.match(column.name))]
    asking = [column for column in columns if _asks(column, grouped)]
    exact = [column for column in columns if words.SCORE_EXACTLY.fullmatch(column.plain)]
    rating = [
        column for column in columns if words.SCORE.search(column.plain) and not words.OTHER_METRIC.search(column.plain)
    ]
    for tier, enough in ((asking, 0.5), (exact, 0.5), (rating, 0.9)):
        spreads = [(column, spread(coded(grid.table, column.name))) for column in tier]
        found = [(column, held) for column, held in spreads if _is_score(held, enough)]
        # A question on another scale is no rival of one on the full scale.
        found = [pair for pair in found if not _other_scale(pair[1])] or found
        if len(found) > 1:
            raise several(grid, [column for column, _ in found])
        if found:
            column, held = found[0]
            return Found(column, why_score(column, held)), held
    raise Refused(
        f"In {grid.name} no column looks like a 0-10 recommendation score{_way_on(columns)}."
        f"{_nearest_miss(grid, [*asking, *exact, *rating])}{_only_bands(columns)} Columns: {names(grid.header)}."
    )


def _other_score(grid: Grid, columns: Sequence[Column], metric: str) -> tuple[Found, Spread]:
    """The one column of a satisfaction or effort score: its header says so, its values lie on the metric's scale."""
    low, high = SCALES[METRICS[metric][0]]
    asking = [column for column in columns if words.OTHERS[metric].search(column.plain)]
    exact = [column for column in columns if words.SCORE_EXACTLY.fullmatch(column.plain)]
    for tier, ends in ((asking, (low, high)), (asking, widest(metric)), (exact, (low, high))):
        spreads = [(column, spread(coded(grid.table, column.name))) for column in tier]
        found = [pair for pair in spreads if pair[1].filled and pair[1].within(*ends) >= 0.9]
        if len(found) > 1:
            raise several(grid, [column for column, _ in found])
        if found:
            column, held = found[0]
            word = words.OTHERS[metric].search(column.plain)
            header = f"header says {word.group()!r}; " if word else ""
            share = held.blank / max(held.blank + held.filled, 1)
            return Found(column, f"{header}all values {held.lowest}-{held.highest}; {share:.0%} blank"), held
    raise Refused(
        f"In {grid.name} no column looks like a {low}-{high} {metric.upper()} score{_way_on(columns)}. "
        f"Columns: {names(grid.header)}."
    )


def _way_on(columns: Sequence[Column]) -> str:
    """What to do where no column looks like a score: choose one, unless none holds a whole number."""
    if any(column.whole_share() for column in columns) or _only_bands(columns):
        return "; choose one (--score)"
    return ", and none holds whole numbers: export the answers with their scores"


def several(grid: Grid, columns: Sequence[Column]) -> Ambiguous:
    """What to ask when several columns could be the score."""
    return Ambiguous(
        f"{grid.name} has several columns that could be the score; choose one (--score): "
        f"{names([column.name for column in columns])}.",
        question="score",
        candidates=tuple(column.name for column in columns),
    )


def _only_bands(columns: Sequence[Column]) -> str:
    """A sentence about a column that has the vendor's bands in place of scores."""
    for column in columns:
        if column.filled and words.BANDS.keys() >= {value.casefold() for value in column.values}:
            return f' "{shortened(column.name)}" holds bands only ({", ".join(column.values)}): export the scores too.'
    return ""


def why_score(column: Column, held: Spread) -> str:
    """Header and values of a score column in words."""
    word = words.RECOMMEND.search(column.plain) or words.SCORE.search(column.plain)
    header = f"header says {word.group().strip()!r}; " if word else ""
    if held.valid == 1:
        values = f"all values {held.lowest}-{held.highest}"
    else:
        values = f"{held.valid:.1%} of its values are whole numbers from 0 to 10"
    return f"{header}{values}; {held.blank / max(held.blank + held.filled, 1):.0%} blank"


def _asks(column: Column, grouped: Sequence[str]) -> bool:
    """Whether the header asks for a recommendation, or a vendor's band column (of `grouped`) says that it does."""
    if words.BAND.search(column.plain):
        return False
    return bool(words.RECOMMEND.search(column.plain)) or any(
        column.name == code or column.name.startswith(f"{code}:") for code in grouped
    )


def _is_score(held: Spread, enough: float) -> bool:
    if held.filled == 0:
        return False
    if held.filled < SMALL:
        # Few values, among them perhaps the very ones that will be rejected.
        return held.whole >= 0.2 * held.filled if enough < 0.9 else held.valid >= 0.5
    return held.valid >= enough


def _other_scale(held: Spread) -> bool:
    return held.smaller_scale() is not None or (held.whole >= SMALL and held.highest <= 1)


def _nearest_miss(grid: Grid, columns: Iterable[Column]) -> str:
    """A sentence about the likeliest column and what is wrong with its values."""
    tried = [(column, spread(coded(grid.table, column.name))) for column in columns]
    tried = [
        (column, held) for column, held in tried if held.valid or (held.filled and words.RECOMMEND.search(column.plain))
    ]
    if not tried:
        return ""
    column, held = max(tried, key=lambda pair: pair[1].valid)
    if held.example:
        wrong = f'its values are not whole numbers ("{shortened(held.example.splitlines()[0])}")'
    else:
        wrong = f"its values go from {held.lowest} to {held.highest}"
    share = f" in {1 - held.valid:.0%} of its rows" if 0.05 < held.valid < 0.9 else ""
    return f' "{shortened(column.name)}" comes closest, but {wrong}{share}.'


def date(columns: Sequence[Column]) -> Found | None:
    """The column that says when a response was given."""
    fitting = [column for column in columns if not words.NOT_ANSWERED_AT.search(column.plain) and column.filled]
    for pattern in words.DATES:
        for column in fitting:
            word = pattern.search(column.plain)
            if word and column.share(DATE) + column.share(BARE_DATE) >= 0.5:
                return Found(column, f"header says {word.group().strip()!r}")
    dated = [column for column in fitting if column.share(DATE) >= 0.9]
    return Found(dated[0], "the only column of dates") if len(dated) == 1 else None


def unread_date(columns: Sequence[Column]) -> Column | None:
    """A column that is named like the date of the answer, but holds nothing that looks like one."""
    return next(
        (
            column
            for pattern in words.DATES[:2]
            for column in columns
            if column.filled
            and pattern.search(column.plain)
            and len(column.plain.split()) <= WORDS_OF_A_NAME
            and not words.NOT_ANSWERED_AT.search(column.plain)
        ),
        None,
    )


def email(columns: Sequence[Column]) -> Found | None:
    """The respondent's address, not that of the staff."""
    fitting = [column for column in columns if column.share(EMAIL) >= 0.5 and not STAFF.search(column.plain)]
    named = [column for column in fitting if words.EMAIL.search(column.plain)]
    if named:
        return Found(named[0], "header says e-mail, and so do the values")
    return Found(fitting[0], "its values are e-mail addresses") if fitting else None


def response_id(grid: Grid, columns: Sequence[Column]) -> Found | None:
    """The response's own id: named like one and never repeated."""
    for pattern in words.RESPONSE_IDS:
        for column in columns:
            if pattern.search(column.plain) and column.filled and not _repeats(grid, column):
                return Found(column, f'header says "{column.name}"; no value repeats')
    for column in columns:
        # Typeform's own token; where it only counts the rows it is no id.
        if column.name == "#" and column.filled and column.whole_share() < 0.5 and not _repeats(grid, column):
            return Found(column, 'header says "#"; no value repeats')
    return None


def customer(grid: Grid, columns: Sequence[Column]) -> Found | None:
    """The person's id: named like one, or named like a response id with values that repeat."""
    for pattern in words.CUSTOMER_IDS:
        for column in columns:
            if pattern.search(column.plain) and column.filled:
                return Found(column, f'header says "{column.name}"')
    for pattern in words.RESPONSE_IDS:
        for column in columns:
            if pattern.search(column.plain) and column.filled and _repeats(grid, column):
                return Found(column, f'header says "{column.name}", but values repeat: a person, not a response')
    return None


def is_named_like_a_response(column: Column) -> bool:
    """Whether a column would be the response's own id if no value of it stood in two rows."""
    return any(pattern.search(column.plain) for pattern in words.RESPONSE_IDS)


def _repeats(grid: Grid, column: Column) -> bool:
    return column.filled > column.distinct or repeats(grid, column.name)


def account(columns: Sequence[Column]) -> Found | None:
    """The firm or household a person belongs to: its name before its id."""
    for pattern in (*words.ACCOUNTS, words.ACCOUNT_IDS):
        for column in columns:
            if pattern.search(column.plain) and column.filled:
                return Found(column, f'header says "{column.name}"')
    return None


def person(columns: Sequence[Column]) -> Found | None:
    """The person's name: whole before first name."""
    for pattern in words.NAMES:
        for column in columns:
            if pattern.search(column.plain) and column.filled and column.share(NUMBER) < 0.5:
                return Found(column, f'header says "{column.name}"')
    return None


def last_name(columns: Sequence[Column], first: Column) -> Column | None:
    """The column of last names beside one of first names."""
    if not words.NAMES[1].search(first.plain):
        return None
    return next((column for column in columns if words.LAST_NAME.search(column.plain)), None)


def comment(columns: Sequence[Column], after: Column | None) -> Found | None:
    """What people wrote about their score: free text, named like it, nearest to the right of the score."""
    place = after.place if after else 0

    def distance(column: Column) -> int:
        return column.place - place if column.place > place else 1000 + place - column.place

    tests: tuple[Callable[[Column], bool], ...] = (_is_written, _is_free, _is_free)
    for pattern, test in zip(words.COMMENTS, tests, strict=True):
        fitting = [column for column in columns if pattern.search(column.plain) and test(column)]
        if fitting:
            nearest = min(fitting, key=distance)
            return Found(nearest, f"header says {pattern.search(nearest.plain).group()!r}; free text")  # type: ignore[union-attr]
    beside = [
        column
        for column in columns
        if column.place == place + 1 and after and column.mean_words() >= 3 and _is_free(column)
    ]
    return Found(beside[0], "free text beside the score") if beside else None


def _is_written(column: Column) -> bool:
    """Text at all: not numbers, and not the same few marks in every row."""
    if not column.filled or column.share(NUMBER) > 0.5:
        return False
    return column.filled < SMALL or column.distinct > 3


def _is_free(column: Column) -> bool:
    """Sentences of people's own: several words, mostly different, no answer that many have ticked."""
    if not _is_written(column) or words.CHOICE.search(column.plain):
        return False
    if column.rows < SMALL:
        return True
    if column.filled < 0.05 * column.rows or column.mean_words() < 2 or column.distinct < 0.3 * column.filled:
        return False
    return column.values.most_common(1)[0][1] <= 0.1 * column.filled
