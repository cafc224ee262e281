"""Reasons that files bring: which code a value of a segment stands for, by its name after an import, or by hand."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from nps.clock import counted
from nps.codebook import changing
from nps.codebook.book import Book
from nps.errors import Refused
from nps.importing.words import plain
from nps.store import Store, Transaction, quoted
from nps.topics import reads

MOST_VALUES = 120  # of one field; a column with more holds no reasons
TICKED, UNTICKED = "Yes", "No"  # what a segment holds that is one choice of several
REASON = re.compile(
    r"\b(?:reasons?|tags?|topics?|themes?|categor(?:y|ies)|drivers?|causes?|"
    r"motivos?|razon(?:es)?|temas?|etiquetas?|categorias?|causas?|razao|razoes|assuntos?|"
    r"raisons?|motifs?|sujets?|etiquettes?|grund|grunde|thema|themen|schlagwort\w*|kategorien?|ursachen?|treiber)\b"
)
Place = tuple[str, str]  # a column, and a value in it

_SEGMENTS = "SELECT label, column_name FROM segments ORDER BY position, column_name"
_LATEST = """
SELECT column_name, value, arg_max_null(code, number), max(number) FROM code_values
WHERE column_name IN (SELECT unnest($columns)) GROUP BY column_name, value
"""
_APPEND = """
INSERT INTO code_values SELECT coalesce(max(number), 0) + 1, $column, $value, $code, $now, $who FROM code_values
"""


@dataclass(frozen=True)
class Field:
    """A question of files: its segment, or one for each of its choices, by name. `columns` lead to what each says.

    What it says is None for a segment of single answers: its values say that.
    """

    name: str
    columns: tuple[tuple[str, str | None], ...]

    @property
    def likely(self) -> bool:
        """Whether its name says that it holds reasons."""
        return REASON.search(plain(self.name)) is not None


@dataclass(frozen=True)
class Value:
    """A value of a field: what it says, how many responses have it, and the code it stands for.

    `number`: of the row that says so, even where that says none; 0 where nobody said anything.
    """

    place: Place
    says: str
    n: int
    code: str | None
    number: int


@dataclass(frozen=True)
class Act:
    """What somebody said at once about values of a field: each with its code before and after."""

    rows: tuple[int, ...]
    changes: tuple[tuple[Place, str | None, str | None], ...]
    at: datetime
    by: str


@reads("responses")
def fields(store: Store | Transaction) -> tuple[Field, ...]:
    """The fields that the segments make up, in their order; segments with yes or no for each choice are one."""
    listed = store.rows(_SEGMENTS)
    choices = _choices(store, [(label, column) for label, column in listed if ": " in label])
    found: dict[str, list[tuple[str, str | None]]] = {}
    for label, column in listed:
        question, _, choice = label.partition(": ")
        if column in choices:
            found.setdefault(question, []).append((column, choice))
        else:
            found.setdefault(label, []).append((column, None))
    return tuple(Field(name, tuple(columns)) for name, columns in found.items())


@reads("responses", "readings", "codebook")
def values(store: Store | Transaction, field: Field) -> tuple[Value, ...]:
    """The values of a field, the most frequent first; those of choices that nobody ticked are none."""
    codes = {(column, value): rest for column, value, *rest in store.rows(_LATEST, {"columns": _names(field)})}
    found = list[Value]()
    for column, choice in field.columns:
        for value, n in store.rows(_counted(column), {"most": MOST_VALUES}):
            if choice is None or value == TICKED:
                code, number = codes.get((column, value), (None, 0))
                found.append(Value((column, value), choice or value, n, code, number))
    return tuple(sorted(found, key=lambda each: (-each.n, each.says)))[:MOST_VALUES]


@reads("readings")
def acts(store: Store | Transaction, field: Field) -> tuple[Act, ...]:
    """What was said about the values of a field, the newest first."""
    rows = store.rows(
        "SELECT number, column_name, value, code, done_at, done_by FROM code_values "
        "WHERE column_name IN (SELECT unnest($columns)) ORDER BY number",
        {"columns": _names(field)},
    )
    found, standing = list[Act](), dict[Place, str | None]()
    for (at, by), group in groupby(rows, key=lambda row: (row[4], row[5])):
        said = list(group)
        changes = tuple(((row[1], row[2]), standing.get((row[1], row[2])), row[3]) for row in said)
        found.append(Act(tuple(row[0] for row in said), changes, at, by))
        standing |= {place: code for place, _, code in changes}
    return tuple(reversed(found))


def match(store: Store, labels: Iterable[str], *, by: str, now: datetime) -> tuple[str, ...]:
    """Say for the fields of a file that hold reasons which codes their values name; return what that came to.

    `labels` are those of the file's segments. What was said about a value before, stays.
    """
    wanted = {label.casefold() for label in labels}
    own = [field for field in fields(store) if field.likely and _labels(field) & wanted]
    if not own:
        return ()

    def work(tx: Transaction) -> tuple[str, ...]:
        book = changing.book(tx)
        return tuple(said for field in own if (said := _matched(tx, field, book, by=by, now=now)))

    return store.transact(work, touches=("readings",))


def decide(store: Store, field: Field, codes: Mapping[Place, str | None], *, seen: int, who: str, now: datetime) -> int:
    """Say which codes values of a field stand for, None for none; return for how many that is different.

    `seen` is the number of the newest row about the field that the person saw. Raises Refused where somebody said
    something else meanwhile, or a code is not offered.
    """

    def work(tx: Transaction) -> int:
        _named(who)
        known = {each.place: each for each in values(tx, field)}
        _unchanged(tx, field, seen)
        offered = {code.code for code in changing.book(tx).offered}
        new = {place: code for place, code in codes.items() if place in known and code != known[place].code}
        if unknown := next((code for code in new.values() if code is not None and code not in offered), None):
            raise Refused(f"The reason “{changing.book(tx).label(unknown)}” is in use no more. Choose another one.")
        for place, code in new.items():
            _append(tx, place, code, who=who, now=now)
        return len(new)

    return store.transact(work, touches=("readings",))


def undo(store: Store, field: Field, act: Act, *, who: str, now: datetime) -> None:
    """Let values stand for what they stood for before. Raises Refused where somebody said something since."""

    def work(tx: Transaction) -> None:
        _named(who)
        latest = {(column, value): number for column, value, _, number in tx.rows(_LATEST, {"columns": _names(field)})}
        if any(latest.get(place, 0) not in act.rows for place, *_ in act.changes):
            raise Refused(f"What values of “{field.name}” stand for was changed since. Take that back first.")
        for place, before, after in act.changes:
            if before != after:
                _append(tx, place, before, who=who, now=now)

    store.transact(work, touches=("readings",))


def newest(values: Sequence[Value]) -> int:
    """The number of the newest row about the values of a field."""
    return max((value.number for value in values), default=0)


def _matched(tx: Transaction, field: Field, book: Book, *, by: str, now: datetime) -> str | None:
    """Name the codes of the values that nobody said anything about yet; a sentence where some stand for one."""
    every = values(tx, field)
    new = {each.place: code for each in every if not each.number and (code := book.named(each.says))}
    for place, code in new.items():
        _append(tx, place, code, who=by, now=now)
    standing = len(new) + sum(each.code is not None for each in every)
    if not standing:
        return None
    rest = len(every) - standing
    told = f"{field.name}: {standing:,} of {counted(len(every), 'value')} stand for reasons of the codebook"
    return f"{told}; {rest:,} {'does' if rest == 1 else 'do'} not yet: see the page Codebook." if rest else f"{told}."


def _choices(source: Store | Transaction, listed: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The columns that hold yes or no for one choice of a question with several."""
    questions = [label.partition(": ")[0] for label, _ in listed]
    columns = [column for label, column in listed if questions.count(label.partition(": ")[0]) > 1]
    if not columns:
        return frozenset()
    each = ", ".join(f"bool_and({quoted(column)} IN ($ticked, $unticked))" for column in columns)
    [told] = source.rows(f"SELECT {each} FROM responses", {"ticked": TICKED, "unticked": UNTICKED})  # noqa: S608
    return frozenset(column for column, only in zip(columns, told, strict=True) if only)


def _counted(column: str) -> str:
    value = quoted(column)
    return (
        f"SELECT {value}, count(*) FROM responses WHERE {value} IS NOT NULL GROUP BY ALL "  # noqa: S608
        "ORDER BY count(*) DESC, 1 LIMIT $most"
    )


def _names(field: Field) -> list[str]:
    return [column for column, _ in field.columns]


def _labels(field: Field) -> set[str]:
    """The labels of its segments, in small letters."""
    return {(field.name if choice is None else f"{field.name}: {choice}").casefold() for _, choice in field.columns}


def _unchanged(tx: Transaction, field: Field, seen: int) -> None:
    rows = tx.rows(
        "SELECT done_by FROM code_values WHERE number > $seen AND column_name IN (SELECT unnest($columns)) "
        "ORDER BY number DESC LIMIT 1",
        {"seen": seen, "columns": _names(field)},
    )
    if rows:
        raise Refused(f"{rows[0][0]} said meanwhile what values of “{field.name}” stand for. Look at it again.")


def _named(who: str) -> None:
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who said it.")


def _append(tx: Transaction, place: Place, code: str | None, *, who: str, now: datetime) -> None:
    column, value = place
    tx.execute(_APPEND, {"column": column, "value": value, "code": code, "now": now, "who": who.strip()})
