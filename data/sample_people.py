"""The invented customers behind the sample: when people answer, which firms there are, and who works in them.

Everything is drawn with `Dice`, so that one seed always gives the same customers. The names come from
data/sample/names.toml.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise
from math import exp
from random import Random
from statistics import NormalDist
from typing import Any, TypeVar

FIRST, LAST = date(2024, 11, 1), date(2026, 10, 31)
DAYS = (LAST - FIRST).days + 1
WEEKDAYS = (100, 118, 117, 112, 88, 13, 11)
AUGUST = 8
REST = 60  # days between two surveys to one person

ACCOUNTS = 425
LEAST, MOST = 6_000, 900_000  # revenue of an account
PLANS = {18_000: "Starter", 42_000: "Team", 120_000: "Business"}  # revenue below; above all: Enterprise
CONTACTS = {1: 2, 2: 3, 3: 5, 4: 8, 5: 12, 6: 15, 7: 21, 8: 34}
PRODUCTS = {"Planner": 34, "Insights": 28, "Connect": 20, "Flow": 18}
LETTERS = str.maketrans("øłđ\u0131", "oldi") | {ord("ß"): "ss", ord("æ"): "ae", ord("'"): ""}
T = TypeVar("T")


@dataclass(frozen=True)
class Account:
    """A customer firm; revenue in whole euros a year; `mood` (mean 0, variance 1) colours all its scores."""

    name: str
    host: str
    region: str
    plan: str
    owner: str
    revenue: int
    renewal: date
    mood: float


@dataclass(frozen=True)
class Contact:
    """A person at an account who is asked; `mood` as for the account."""

    account: Account
    name: str
    email: str
    language: str
    product: str
    mood: float


class Dice:
    """Draws built on `Random.random` alone, the only stream that Python promises to keep between versions."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random

    def chance(self, share: float) -> bool:
        return self.random() < share

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.random() * len(options))]

    def weighted(self, weights: Mapping[T, int]) -> T:
        steps = list(accumulate(weights.values()))
        return list(weights)[bisect_right(steps, int(self.random() * steps[-1]))]

    def shuffled(self, options: Iterable[T]) -> list[T]:
        return sorted(options, key=lambda _: self.random())

    def normal(self) -> float:
        return NormalDist().inv_cdf(self.random())


class Calendar:
    """The days on which people answer: slowly more, fewer at weekends, in August and at New Year."""

    def __init__(self) -> None:
        self.steps = list(accumulate(self._weight(FIRST + timedelta(n), n) for n in range(DAYS)))

    @staticmethod
    def _weight(day: date, n: int) -> int:
        holidays = (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 2)
        season = 35 if holidays else 82 if day.month == AUGUST else 100
        return WEEKDAYS[day.weekday()] * season * (1000 + 350 * n // DAYS)

    def day(self, dice: Dice) -> date:
        return FIRST + timedelta(bisect_right(self.steps, int(dice.random() * self.steps[-1])))

    def days(self, dice: Dice, count: int) -> list[date]:
        """`count` days in order, at least REST days apart, as nobody is asked more often."""
        while True:
            days = sorted(self.day(dice) for _ in range(count))
            if all((later - earlier).days >= REST for earlier, later in pairwise(days)):
                return days


def latin(text: str) -> str:
    """`text` in the letters of an e-mail address: lower case, no accents, hyphens for all between words."""
    plain = text.lower().translate(LETTERS)
    bare = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def accounts(dice: Dice, names: Mapping[str, Any]) -> Iterator[Account]:
    """The customer firms, each name and each host once."""
    used: set[str] = set()
    shares = {region: facts["share"] for region, facts in names["regions"].items()}
    while len(used) < ACCOUNTS:
        region = dice.weighted(shares)
        facts = names["regions"][region]
        parts = names["firms"]["parts"][dice.weighted(facts["parts"])]
        root = dice.pick(parts["first"]) + dice.pick(parts["second"])
        revenue = round(exp(10.75 + 1.05 * dice.normal()), -2)
        if root in used or not LEAST <= revenue <= MOST:
            continue
        used.add(root)
        firm = f"{root} {dice.pick(names['firms']['sectors'])}"
        # Plans follow revenue loosely: a discount or an old contract moves some of them.
        felt = revenue * exp(0.3 * dice.normal())
        yield Account(
            name=f"{firm} {dice.pick(facts['endings'])}" if dice.chance(0.4) else firm,
            host=f"{latin(firm)}.example.{dice.weighted({'com': 70, 'org': 12, 'net': 18})}",
            region=region,
            plan=next((plan for limit, plan in PLANS.items() if felt < limit), "Enterprise"),
            owner=dice.weighted(facts["owners"]),
            revenue=int(revenue),
            renewal=LAST + timedelta(1 + int(dice.random() * 365)),
            mood=dice.normal(),
        )


def contacts(dice: Dice, account: Account, names: Mapping[str, Any]) -> Iterator[Contact]:
    """The people of `account` who are asked, each with an address of their own."""
    addresses: set[str] = set()
    products = [dice.weighted(PRODUCTS), dice.weighted(PRODUCTS)]
    wanted = dice.weighted(CONTACTS)
    while len(addresses) < wanted:
        culture = names["cultures"][dice.weighted(names["regions"][account.region]["cultures"])]
        if "full" in culture:
            name, local = dice.pick(culture["full"])
        else:
            first, last = dice.pick(culture["first"]), dice.pick(culture["last"])
            name, local = f"{first} {last}", f"{latin(first)}.{latin(last)}"
        if local not in addresses:
            addresses.add(local)
            yield Contact(
                account=account,
                name=name,
                email=f"{local}@{account.host}",
                language=culture.get("language", ""),
                product=dice.pick(products),
                mood=dice.normal(),
            )
