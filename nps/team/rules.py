"""Who gets which case: by the owner of the account, by the value of a segment, else in turn."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from nps.errors import Refused
from nps.team.counts import Unassigned

LONGEST_NAME = 100
MOST_NAMES = 500


@dataclass(frozen=True)
class Rules:
    """The rules in the order in which they are tried; the first that gives an owner counts.

    `account_owner`: who looks after the account. `column` and `owners`: a segment, and pairs of its value and a name;
    without pairs the value is the name. `in_turn`: the names that share what is left. Raises Refused for what cannot be
    meant.
    """

    account_owner: bool = False
    column: str | None = None
    owners: tuple[tuple[str, str], ...] = ()
    in_turn: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that are none, and values or names that stand there twice."""
        names = [*self.in_turn, *(name for _, name in self.owners)]
        if len(names) > MOST_NAMES:
            raise Refused(f"{len(names):,} names are more than the {MOST_NAMES} that are kept. Leave some out.")
        for name in names:
            if not name.strip() or len(name) > LONGEST_NAME:
                raise Refused(f"A name has 1 to {LONGEST_NAME} characters; one of these has {len(name.strip()):,}.")
        for what, listed in (("value", [value for value, _ in self.owners]), ("name in turn", list(self.in_turn))):
            twice = [each for each, n in Counter(listed).items() if n > 1]
            if twice:
                raise Refused(f"The {what} “{twice[0]}” stands there twice. Leave one out.")

    @property
    def none(self) -> bool:
        """Whether there is no rule that could give an owner."""
        return not (self.account_owner or self.column or self.in_turn)


@dataclass(frozen=True)
class Decided:
    """The rules that count, when (UTC) and by whom they were decided; None where nobody did yet."""

    rules: Rules
    at: datetime | None
    who: str | None


def owners(cases: Sequence[Unassigned], rules: Rules, load: Mapping[str, int]) -> dict[str, str]:
    """The owner of each case by its key; a case that no rule fits is left out.

    In turn goes by accounts, so that one account has one contact: whoever has the least to do (`load`: unfinished
    cases by name) begins, and nobody gets a second account before everybody has one.
    """
    turn = sorted(rules.in_turn, key=lambda name: load.get(name, 0))
    of_account, found = dict[int, str](), dict[str, str]()
    for case in cases:
        owner = case.account_owner if rules.account_owner else None
        owner = owner or _by_segment(case, rules)
        if owner is None and turn:
            owner = of_account.setdefault(case.account, turn[len(of_account) % len(turn)])
        if owner:
            found[case.key] = owner
    return found


def _by_segment(case: Unassigned, rules: Rules) -> str | None:
    value = case.values.get(rules.column) if rules.column else None
    return dict(rules.owners).get(value) if value and rules.owners else value


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """The values and names of a text, a pair a line: Enterprise = Ada Osei. Raises Refused with a line that is none."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        value, equals, name = (part.strip() for part in line.rpartition("="))
        if line.strip() and not (equals and value and name):
            raise Refused(f"Line {number} is “{line.strip()[:60]}”. Write a value and a name: Enterprise = Ada Osei.")
        if line.strip():
            found.append((value, name))
    return tuple(found)


def as_text(owners: Sequence[tuple[str, str]]) -> str:
    """Pairs as `pairs` reads them."""
    return "".join(f"{value} = {name}\n" for value, name in owners)


def to_json(rules: Rules) -> str:
    """The rules as the store keeps them."""
    return json.dumps(asdict(rules), ensure_ascii=False)


def from_json(text: str) -> Rules:
    """The rules as `to_json` wrote them."""
    read = json.loads(text)
    pairs = tuple((value, name) for value, name in read["owners"])
    return Rules(read["account_owner"], read["column"], pairs, tuple(read["in_turn"]))
