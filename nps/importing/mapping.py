"""Which column means what: what a person said first, then the words of the headers and the values below them."""

import re
from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nps.errors import Ambiguous, Refused
from nps.importing import roles
from nps.importing.columns import Column, repeats, sample
from nps.importing.dates import DateShapes
from nps.importing.order import ordered
from nps.importing.packed import coded
from nps.importing.reading import Grid
from nps.importing.roles import Found
from nps.importing.scales import NO_ZERO, direction_question, reversed_by_words, scale_of, scale_question
from nps.importing.scores import METRICS, SCALES, Spread, counted_as, spread
from nps.importing.segments import segments
from nps.importing.sifting import sifted


@dataclass(frozen=True)
class Mapping:
    """Which column means what; every column is an entry of the grid's header.

    `id` is the response's own id, `customer` the person's (it may repeat). `metric` is "nps", "csat" or "ces",
    and `reverse` says that 1 is its good end. `scale` and `dayfirst` are None while the values decide.
    """

    score: str
    date: str | None = None
    comment: str | None = None
    id: str | None = None
    email: str | None = None
    name: str | None = None
    account: str | None = None
    customer: str | None = None
    segments: tuple[str, ...] = ()
    survey: str = "NPS"
    metric: str = "nps"
    scale: str | None = None
    dayfirst: bool | None = None
    reverse: bool = False


@dataclass(frozen=True)
class Guess:
    """A mapping, the reason for each role in it, and what only a person can answer (`open`, empty = ready)."""

    mapping: Mapping
    reasons: ReadOnly[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    open: tuple[Ambiguous, ...] = ()


def guess(
    grid: Grid,
    *,
    score: str | None = None,
    date: str | None = None,
    comment: str | None = None,
    id: str | None = None,  # noqa: A002 - the role's name, as everywhere
    email: str | None = None,
    name: str | None = None,
    account: str | None = None,
    survey: str | None = None,
    scale: str | None = None,
    dayfirst: bool | None = None,
    metric: str | None = None,
    reverse: bool | None = None,
) -> Guess:
    """Map the columns of a grid; what a person said wins over every guess.

    A column is named without regard to case and outer spaces; a beginning that only one column has is enough.
    Raises Refused for a column that is not there, an unknown scale, and when no column looks like a score.
    """
    metric = metric or "nps"
    if metric not in METRICS:
        raise Refused(f"There is no metric {metric!r}; choose one of {', '.join(METRICS)}.")
    if scale is not None and scale not in SCALES:
        raise Refused(f"There is no scale {scale!r}; choose one of {', '.join(SCALES)}.")
    said = {"score": score, "date": date, "comment": comment, "id": id, "email": email, "name": name}
    named = {
        role: find_column(grid, text, option=role)
        for role, text in {**said, "account": account}.items()
        if text is not None
    }
    whole, grid = grid, sifted(grid, metric=metric)
    if grid.known.refusal and score is None and metric == "nps":
        raise Refused(f"{grid.name} is a {grid.known.label}, which {grid.known.refusal}")
    found = _Roles(grid, named)
    found.remarks.extend(grid.remarks[len(whole.remarks) :])
    held = found.score(metric)
    counted_on = found.scale(held, scale, metric)
    reverse = found.direction(metric, counted_on) if reverse is None else reverse
    shaped = found.date()
    if shaped is not None and dayfirst is None and shaped.ambiguous:
        found.open.append(date_order(grid.name, found.names["date"], shaped))
    found.people()
    mapping = Mapping(
        **found.names,
        segments=grid.known.segments
        + segments(grid, found.unused(), account=found.names.get("account") or found.names.get("customer")),
        survey=(survey or "").strip() or counted_as(metric, counted_on).upper(),
        metric=metric,
        scale=scale,
        dayfirst=dayfirst,
        reverse=reverse,
    )
    return Guess(mapping, found.reasons, tuple(found.remarks), tuple(found.open))


def guesses(grid: Grid, *, scores: Sequence[str] = (), survey: str | None = None, **said: Any) -> tuple[Guess, ...]:
    """A guess for each of several score questions, each a survey of its own, named after what tells it apart.

    With one question or none it is what `guess` makes of the file.
    """
    columns = [*dict.fromkeys(find_column(grid, score, option="score") for score in scores)]
    if len(columns) < 2:
        return (guess(grid, score=columns[0] if columns else None, survey=survey, **said),)
    first = guess(grid, score=columns[0], survey=survey, **said)
    names = [f"{first.mapping.survey}: {part}" for part in told_apart(columns)]
    return tuple(guess(grid, score=column, survey=name, **said) for column, name in zip(columns, names, strict=True))


def told_apart(questions: Sequence[str]) -> list[str]:
    """The words in which questions differ: "R" and "Python" of two that ask whether you would recommend each."""
    parts = [question.split() for question in questions]
    while all(parts) and len({part[0].casefold() for part in parts}) == 1:
        parts = [part[1:] for part in parts]
    while all(parts) and len({part[-1].casefold() for part in parts}) == 1:
        parts = [part[:-1] for part in parts]
    names = [" ".join(part).strip(" ?!.:,;") for part in parts]
    if not all(names) or len(set(names)) < len(names):
        return [" ".join(question.split()) for question in questions]
    return names


def find_column(grid: Grid, text: str, *, option: str) -> str:
    """The column a person means; raises Refused when there is none, Ambiguous when the beginning fits several."""
    spelt = " ".join(text.split())
    wanted = spelt.casefold()
    every = {name: " ".join(name.split()).casefold() for name in grid.header}
    as_spelt = [name for name in grid.header if " ".join(name.split()) == spelt]
    exact = [name for name, known in every.items() if known == wanted]
    begun = [name for name, known in every.items() if wanted and known.startswith(wanted)]
    # "Q1" means "Q1: How likely ...", although "Q10: ..." begins alike.
    whole = [name for name in begun if not re.match(r"\w", every[name][len(wanted) :])]
    for choices in (as_spelt, exact, whole, begun):
        if len(choices) == 1:
            return choices[0]
    if begun:
        raise Ambiguous(
            f'Several columns of {grid.name} begin with "{text}": {roles.names(begun)}; write more of the name.',
            question=option,
            candidates=tuple(begun),
        )
    raise Refused(
        f'{grid.name} has no column "{text}" (given for the {option}). Its columns: {roles.names(grid.header)}.'
    )


def date_order(name: str, column: str, shaped: DateShapes) -> Ambiguous:
    """What to ask when day and month cannot be told apart."""
    return Ambiguous(
        f'The dates in "{column}" of {name} can be read day first or month first ({shaped.reason()}): '
        "say which (--dayfirst or --monthfirst).",
        question="date order",
        candidates=("dayfirst", "monthfirst"),
    )


class _Roles:
    """The roles found so far, why, and what is left to ask."""

    def __init__(self, grid: Grid, named: dict[str, str]) -> None:
        self.grid = grid
        self.columns = sample(grid)
        told = {role: column for role, column in grid.known.roles.items() if column not in named.values()}
        self.names = told | named
        self.reasons = dict.fromkeys(told, grid.known.label) | dict.fromkeys(named, "chosen by you")
        self.remarks: list[str] = []
        self.open: list[Ambiguous] = []

    def free(self) -> Sequence[Column]:
        """The columns that have no role yet and may have one: choices that were ticked have none."""
        return [column for column in self.unused() if column.name not in self.grid.ticked]

    def unused(self) -> Sequence[Column]:
        """The columns that have no role yet."""
        taken = {*self.names.values(), *self.grid.known.segments}
        return [column for column in self.columns if column.name not in taken]

    def take(self, role: str, found: Found | None) -> None:
        if found is not None and role not in self.names:
            self.names[role] = found.column.name
            self.reasons[role] = found.why

    def score(self, metric: str) -> Spread:
        """Settle the score; where several could be it, the first stands in and the question is kept."""
        if "score" not in self.names:
            try:
                found, held = roles.score(self.grid, self.free(), metric=metric)
            except Ambiguous as question:
                self.open.append(question)
                self.names["score"] = question.candidates[0]
                self.reasons["score"] = "the first of several that could be it"
                return spread(coded(self.grid.table, question.candidates[0]))
            self.take("score", found)
            return held
        return spread(coded(self.grid.table, self.names["score"]))

    def scale(self, held: Spread, said: str | None, metric: str) -> str:
        """The scale as said, or as the values show it; where they leave it open, the question is kept."""
        if said is not None:
            return said
        question = scale_question(self.grid.name, self.names["score"], held, metric=metric)
        if question is not None and not self.open:
            self.open.append(question)
        if metric == "nps" and held.without_zero():
            self.remarks.append(NO_ZERO)
        return scale_of(held, metric) or METRICS[metric][0]

    def direction(self, metric: str, scale: str) -> bool:
        """Whether 1 is the good end, as the file says; where it says nothing, the question is kept."""
        if metric == "nps" or self.open:
            return False
        column = self.names["score"]
        told = reversed_by_words(column, self.grid.table[column], scale=scale)
        if told is None:
            self.open.append(direction_question(self.grid.name, column, metric=metric, scale=scale))
        return bool(told)

    def date(self) -> DateShapes | None:
        """Settle the date, with the evidence about its order."""
        self.take("date", roles.date(self.free()) if "date" not in self.names else None)
        if "date" not in self.names:
            unread = roles.unread_date(self.free())
            if unread is not None:
                self.remarks.append(
                    f'"{unread.name}" is not taken as the date: its values, such as "{next(iter(unread.values))}", '
                    "are no dates that can be read."
                )
            return None
        shaped = ordered(self.grid, self.names["date"])
        if shaped.either or shaped.dayfirst or shaped.monthfirst:
            self.reasons["date"] += f"; {shaped.reason()}"
        return shaped

    def people(self) -> None:
        """Settle who answered, what they wrote, and the response's own id."""
        self.take("email", roles.email(self.free()))
        self._ids()
        self.take("account", roles.account(self.free()))
        self.take("name", roles.person(self.free()))
        score = next((column for column in self.columns if column.name == self.names["score"]), None)
        free = [column for column in self.free() if column.name not in self.grid.known.decoys]
        self.take("comment", roles.comment(free, score))

    def _ids(self) -> None:
        given = next((column for column in self.columns if column.name == self.names.get("id")), None)
        if given is not None and repeats(self.grid, given.name):
            self.names["customer"] = self.names.pop("id")
            self.reasons["customer"] = self.reasons.pop("id")
            self.remarks.append(repeated_id(given.name))
        elif given is None:
            self.take("id", roles.response_id(self.grid, self.free()))
        if "customer" in self.names:
            return
        person = roles.customer(self.grid, self.free())
        self.take("customer", person)
        if person is not None and "id" not in self.names and roles.is_named_like_a_response(person.column):
            self.remarks.append(repeated_id(person.column.name))


def repeated_id(column: str) -> str:
    """What to say when an id column names people, not responses."""
    return f"\"{column}\" has values in several rows, so it is taken as the customer's id, not the response's."
