"""Segments that no file brings: each is made of what is known of a response, by a rule that a lead chose.

A derivation is data, one of the settings. Here is what it may be and what its values are called; `nps.derived` writes
the values beside the responses.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Literal, get_args

from nps.errors import Refused

Kind = Literal["weekday", "turn", "comment", "months", "stage", "bands"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PREFIX = "der_"  # of the columns; those of files start otherwise
LONGEST_NAME = 60
MOST = 20
MOST_EDGES = 20
LONGEST_STAGE = 1_000  # days
EDGES: Mapping[Kind, tuple[float, ...]] = {"comment": (50, 200), "months": (3, 6, 12, 24), "stage": (90, 90)}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TURNS = ("First answer", "Repeat answer")
BEFORE = "Before that day"
STAGES = ("Before the contract", "Onboarding", "Under contract", "Renewal near", "After the renewal date")
# The order of values that neither their letters nor their numbers tell.
NO_COMMENT = "No comment"
ORDER = (BEFORE, NO_COMMENT, *WEEKDAYS, *TURNS, *STAGES)

# Where a number or a day comes from: a column of the responses, or what context tells of account or person.
COLUMN, ACCOUNT, PERSON = "column", "account", "person"
REVENUE, RENEWAL = "account:revenue", "account:renewal_on"
FACT = re.compile(r"(column|account|person):(.+)", re.DOTALL)


@dataclass(frozen=True)
class Derivation:
    """A derived segment. Raises Refused for what cannot be meant.

    `source` is the number of bands, or the day from which months and stages count; `until` the day of renewal. `edges`
    are where a band ends and the next one begins, ascending; for stages how many days onboarding lasts, and how many
    before a renewal it is near.
    """

    name: str
    kind: Kind
    source: str = ""
    until: str = ""
    edges: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not self.name.strip() or len(self.name) > LONGEST_NAME:
            raise Refused(f"A derived segment needs a name of at most {LONGEST_NAME} characters.")
        if self.kind not in KINDS:
            raise Refused(f"“{self.kind}” is no rule for a segment. There are: {', '.join(KINDS)}.")
        needs = {"months": [self.source], "bands": [self.source], "stage": [self.source or self.until]}
        if not all(needs.get(self.kind, [])):
            raise Refused(f"“{self.name}” needs a column, or a fact of the customers, that it is made of.")
        for origin in (self.source, self.until):
            if origin and not FACT.fullmatch(origin):
                raise Refused(f"“{origin}” is not where a number or a day can come from.")
        _check_edges(self.name, self.kind, self.edges)

    @property
    def column(self) -> str:
        """Its column in the responses."""
        return PREFIX + (re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_")[:40] or "column")

    @property
    def bands(self) -> tuple[str, ...]:
        """The names of its bands in their order: below the first edge, between edges, from the last one on."""
        if self.kind == "comment":
            return _whole(1, self.edges, "character")
        return _whole(0, self.edges, "month") if self.kind == "months" else _ranges(self.edges)


def check(derived: Sequence[Derivation]) -> None:
    """Raise Refused where two segments cannot stand beside each other, or there are too many."""
    if len(derived) > MOST:
        raise Refused(f"There are {MOST} derived segments already, as many as there can be. Take one back first.")
    columns = [each.column for each in derived]
    if twice := next((each for each in derived if columns.count(each.column) > 1), None):
        raise Refused(f"There are two derived segments called “{twice.name}”, or nearly so. Give one another name.")


def edges_of(text: str) -> tuple[float, ...]:
    """Edges as people write them: 1000 5000 20000, with semicolons or spaces between them, ascending.

    Raises Refused with what is no number.
    """
    found = []
    for word in text.replace(";", " ").split():
        try:
            found.append(float(word.replace(",", "")))
        except ValueError:
            raise Refused(
                f"“{word[:40]}” is not a number. Write where bands end, ascending, for example 1000 5000 20000."
            ) from None
    return tuple(sorted(set(found)))


def rounded(cuts: Sequence[float]) -> tuple[float, ...]:
    """Cuts as people would write them: to as few digits as keep them apart, at least two."""
    known = sorted(set(cuts))
    for digits in range(2, 17):
        told = [float(f"{cut:.{digits}g}") for cut in known]
        if len(set(told)) == len(known) and all(
            math.isclose(a, b, rel_tol=0.02) for a, b in zip(told, known, strict=True)
        ):
            return tuple(told)
    return tuple(known)


def to_json(derived: Sequence[Derivation]) -> list[dict[str, Any]]:
    """Derivations as JSON knows them."""
    return [asdict(each) | {"edges": list(each.edges)} for each in derived]


def from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[Derivation, ...]:
    """Derivations as `to_json` wrote them."""
    return tuple(Derivation(**{**row, "edges": tuple(row["edges"])}) for row in rows)


def _check_edges(name: str, kind: Kind, edges: Sequence[float]) -> None:
    if kind not in ("bands", *EDGES):
        if edges:
            raise Refused(f"“{name}” is not cut into bands.")
        return
    if not edges or len(edges) > MOST_EDGES or not all(map(math.isfinite, edges)):
        raise Refused(f"“{name}” needs 1 to {MOST_EDGES} numbers where bands end, for example 1000 5000 20000.")
    if kind == "stage":
        if len(edges) != 2 or not all(0 <= days <= LONGEST_STAGE and days == int(days) for days in edges):
            raise Refused(f"Onboarding and the time before a renewal are 0 to {LONGEST_STAGE:,} days.")
        return
    if any(low >= high for low, high in pairwise(edges)):
        raise Refused(f"The bands of “{name}” need ascending numbers, none twice.")
    least = {"comment": 2, "months": 1}.get(kind)
    if least is not None and (edges[0] < least or any(edge != int(edge) for edge in edges)):
        raise Refused(f"The bands of “{name}” end at whole numbers from {least} on.")


def _whole(first: int, edges: Sequence[float], unit: str) -> tuple[str, ...]:
    starts = [first, *map(int, edges)]
    told = [
        f"{low:,} {unit}{'' if low == 1 else 's'}" if high - low == 1 else f"{low:,} to {high - 1:,} {unit}s"
        for low, high in pairwise(starts)
    ]
    return (*told, f"{starts[-1]:,} {unit}s or more")


def _ranges(edges: Sequence[float]) -> tuple[str, ...]:
    told = [f"{int(edge):,}" if edge == int(edge) and abs(edge) < 1e15 else f"{edge:,}" for edge in edges]
    between = [f"{low} to under {high}" for low, high in pairwise(told)]
    return (f"under {told[0]}", *between, f"{told[-1]} or more") if told else ()
