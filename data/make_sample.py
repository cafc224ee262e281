"""Write the sample: two years of NPS, CSAT and CES exports of an invented business software company.

`python data/make_sample.py [FOLDER]` writes nps, csat, ces, followups and readings.csv into FOLDER (data/sample
if none is named), the same bytes on every run and every version of Python. The words come from data/sample/*.toml.

The story to be found: a release on 13 January 2026 breaks onboarding in EMEA; a fix on 7 April helps, and by
July all is well. Beside it stand a weakness that never goes away (Starter in LATAM) and a bright spot
(Enterprise in APAC from July 2025, when it gets a team of its own).
"""

import csv
import re
import sys
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import NormalDist
from typing import Any

# Run as a script, this file has its own folder on the path, not the project's.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data.sample_people import FIRST, LAST, Account, Calendar, Contact, Dice, accounts, contacts
from data.sample_readings import READINGS, REASONS, readings

HERE = Path(__file__).resolve().parent / "sample"
RELEASE, FIX, OVER = date(2026, 1, 13), date(2026, 4, 7), date(2026, 7, 1)
TEAM_IN_ASIA = date(2025, 7, 1)
SEED = 720  # chosen among many, so that chance neither hides the story nor tells others

CHANNELS = {"E-mail": 48, "In-app": 28, "Link": 15, "Call": 9}
RENEWING = 75  # days before the renewal date
ANSWERS = {1: 64, 2: 14, 3: 12, 4: 10}
HOURS = {8: 6, 9: 13, 10: 16, 11: 13, 12: 6, 13: 9, 14: 13, 15: 12, 16: 9, 17: 5, 18: 2, 20: 2, 22: 1}

# Shares per score of an average customer, in thousandths; how many standard deviations a trait moves one.
SCORES: dict[str, tuple[int, Sequence[int]]] = {
    "nps": (0, (17, 9, 14, 19, 23, 46, 62, 114, 190, 238, 268)),
    "csat": (1, (50, 45, 95, 330, 480)),
    "ces": (1, (25, 40, 70, 100, 215, 310, 240)),
}
SHIFT = (
    {"Starter": -0.08, "Team": 0.0, "Business": 0.03, "Enterprise": 0.07}
    | {"North America": 0.05, "EMEA": 0.0, "APAC": 0.0, "LATAM": -0.05}
    | {"Onboarding": 0.02, "Adoption": -0.02, "Value realised": 0.05, "Renewal": -0.08, "Expansion": 0.08}
    | {"E-mail": 0.0, "In-app": -0.04, "Link": -0.02, "Call": 0.12}
)
DEPTH = {"nps": 1.65, "csat": 0.55, "ces": 0.9}
LAG = {"nps": 5, "csat": 3, "ces": 0}  # days until a bad start shows: setup hurts first, loyalty goes later
STEADY = {"nps": 0.62, "csat": 0.25, "ces": 0.25}  # share of a score that is the person, not the day
MOODS = {"nps": (6, 8), "csat": (2, 3), "ces": (3, 4)}  # highest score in the tone of a detractor, a passive
WRITES = {"detractor": 0.62, "passive": 0.38, "promoter": 0.45}

# The share of detractors that agents had contacted, by how many days before the last one they answered.
HEARD = {60: 0.96, 30: 0.88, 14: 0.6, 0: 0.2}
NOTES = (
    "Called, talked it through; sends us a list of what is missing.",
    "Left a message and wrote an e-mail.",
    "Apologised and explained the fix. Wants to see it hold for a month.",
    "Spoke to the admin: training booked for two colleagues.",
    "Handed to product with screenshots; promised an answer by Friday.",
    "Was glad that somebody called. Nothing more to do.",
    "Expected a feature we do not plan; said so plainly.",
)

ANSWER = ("Response ID", "Responded at", "Score", "Comment", "Name", "Email")
SEGMENTS = ("Account", "Plan", "Region", "Product", "Journey stage", "Channel", "Account owner")
FOLLOWUPS = ("Response ID", "Contacted at", "Contacted by", "Note")
HEADER = (*ANSWER, *SEGMENTS, "Account revenue", "Renewal date")


@dataclass(frozen=True)
class Request:
    """One survey sent to one person; `at` in UTC, `answered` False where no score came back."""

    at: datetime
    survey: str
    contact: Contact
    stage: str
    channel: str
    answered: bool


def chapter(account: Account, stage: str, day: date) -> str:
    """Where in the planted story an answer lies: broken, mending, recovered, or "" outside it."""
    if account.region != "EMEA" or stage != "Onboarding" or day < RELEASE:
        return ""
    return "broken" if day < FIX else "mending" if day < OVER else "recovered"


class Sender:
    """Decides who is asked what and when; `offsets` are hours from UTC by region."""

    def __init__(self, dice: Dice, people: Sequence[Contact], offsets: Mapping[str, int]) -> None:
        self.dice, self.people, self.offsets, self.calendar = dice, people, offsets, Calendar()

    def nps(self) -> Iterator[Request]:
        sent = 0
        for person in self.people:
            days = self.calendar.days(self.dice, self.dice.weighted(ANSWERS))
            for turn, day in enumerate(days):
                newcomer = 0.58 if len(days) == 1 else 0.42 if turn == 0 else 0.2
                yield self._ask("nps", person, day, self._stage(person, day, newcomer=newcomer))
                sent += 1
        for _ in range(sent * 8 // 92):
            person, day = self.dice.pick(self.people), self.calendar.day(self.dice)
            yield self._ask("nps", person, day, self._stage(person, day, newcomer=0.4), answered=False)

    def csat(self, count: int) -> Iterator[Request]:
        """Surveys after a support ticket; the bad release brings more tickets."""
        while count:
            person, day = self.dice.pick(self.people), self.calendar.day(self.dice)
            stage = self._stage(person, day, newcomer=0.35)
            if chapter(person.account, stage, day) == "broken" or self.dice.chance(0.6):
                yield self._ask("csat", person, day, stage, answered=self.dice.chance(0.94))
                count -= 1

    def ces(self, count: int) -> Iterator[Request]:
        for _ in range(count):
            person, day = self.dice.pick(self.people), self.calendar.day(self.dice)
            yield self._ask("ces", person, day, "Onboarding", answered=self.dice.chance(0.94))

    def _stage(self, person: Contact, day: date, *, newcomer: float) -> str:
        # Whoever is hit by the bad release stays in onboarding for longer.
        stuck = 0.16 if chapter(person.account, "Onboarding", day) == "broken" else 0.0
        if self.dice.chance(newcomer + stuck):
            return "Onboarding"
        if (person.account.renewal - day).days % 365 < RENEWING:
            return "Renewal"
        return self.dice.weighted({"Adoption": 46, "Value realised": 34, "Expansion": 20})

    def _ask(self, survey: str, person: Contact, day: date, stage: str, *, answered: bool = True) -> Request:
        hour, second = self.dice.weighted(HOURS), int(self.dice.random() * 3600)
        at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) + timedelta(seconds=second)
        at -= timedelta(hours=self.offsets[person.account.region])
        at += timedelta((at.date() < FIRST) - (at.date() > LAST))
        return Request(at, survey, person, stage, self.dice.weighted(CHANNELS), answered)


def severity(request: Request) -> float:
    """How hard the bad release weighs on an answer, 0 to 1."""
    day = request.at.date()
    now = chapter(request.contact.account, request.stage, day)
    if now == "mending":
        return 0.6 - 0.45 * (day - FIX).days / (OVER - FIX).days
    since = (day - RELEASE).days - LAG[request.survey]
    return min(1.0, 0.5 + since / 14) if now == "broken" and since >= 0 else 0.0


def score(dice: Dice, request: Request) -> int:
    """A score on the survey's scale: the person, the account and the day, moved by segments and story."""
    account, steady = request.contact.account, STEADY[request.survey]
    latent = (0.9 * steady) ** 0.5 * request.contact.mood + (0.1 * steady) ** 0.5 * account.mood
    latent += (1 - steady) ** 0.5 * dice.normal() - DEPTH[request.survey] * severity(request)
    for trait in (account.plan, account.region, request.stage, request.channel):
        latent += SHIFT[trait]
    if (account.region, account.plan) == ("LATAM", "Starter"):
        latent -= 0.3
    if (account.region, account.plan) == ("APAC", "Enterprise") and request.at.date() >= TEAM_IN_ASIA:
        latent += 0.55
    lowest, shares = SCORES[request.survey]
    cuts = list(accumulate(shares))[:-1]
    return lowest + bisect_right(cuts, 1000 * NormalDist().cdf(latent))


class Writer:
    """Composes comments; every list is dealt like a deck of cards, so that neighbours differ."""

    def __init__(self, dice: Dice, phrases: Mapping[str, Any]) -> None:
        self.dice, self.phrases = dice, phrases
        self.decks: dict[tuple[str, ...], list[str]] = {}
        self.about: list[str] = []  # the subjects of the comment that is being written

    def deal(self, *path: str) -> str:
        self.about += [path[-1]] if path[-1] in REASONS else []
        if not self.decks.get(path):
            cards: Any = self.phrases
            for step in path:
                cards = cards[step]
            self.decks[path] = self.dice.shuffled(cards)
        return self.decks[path].pop()

    def comment(self, request: Request, value: int) -> str:
        """What the customer writes beside the score `value`, or ""; `about` tells its subjects."""
        self.about = []
        mood = ("detractor", "passive", "promoter")[bisect_left(MOODS[request.survey], value)]
        if not self.dice.chance(WRITES[mood]):
            return ""
        if request.survey == "nps" and self.dice.chance(0.018):
            return self.deal("odd", mood)
        if request.survey == "nps" and request.contact.language and self.dice.chance(0.22):
            return self._foreign(request, mood)
        tone = self.dice.weighted(self.phrases["tones"])
        text = self._fill(self.deal("frames", tone, mood), request, mood)
        text = re.sub(r"(?:^|[.!?]\s+|\n(?:- )?)[a-z]", lambda start: start[0].upper(), text)
        if tone == "curt" and self.dice.chance(0.15):
            return text.lower()
        return self._slip(text) if self.dice.chance(0.06) else text

    def _foreign(self, request: Request, mood: str) -> str:
        language = ("languages", request.contact.language)
        now = chapter(request.contact.account, request.stage, request.at.date())
        if now in ("broken", "mending") and mood != "promoter":
            return self.deal(*language, "story", now)
        text = f"{self.deal(*language, mood, 'first')} {self.deal(*language, mood, 'second')}"
        return text.replace("{product}", request.contact.product)

    def _fill(self, frame: str, request: Request, mood: str) -> str:
        subjects = iter(self._subjects(request))
        topic = self._topic(request, mood)

        def clause(slot: re.Match[str]) -> str:
            nonlocal topic
            if slot[1] == "product":
                return request.contact.product
            path: tuple[str, ...] = (slot[1], next(subjects))
            if topic and topic[0] == slot[1]:
                path, topic = topic[1:], ()
            return self.deal(*path)

        return re.sub(r"\{(\w+)\}", clause, frame)

    def _subjects(self, request: Request) -> list[str]:
        """What the comment is about, the main thing first."""
        general = self.phrases["subjects"][request.survey]
        if request.survey != "nps":
            return [general[0], *self.dice.shuffled(general[1:])]
        product = request.contact.product
        main = self.dice.weighted({request.stage: 45, product: 27, self.dice.pick(general): 28})
        others = [subject for subject in (request.stage, product, *general) if subject != main]
        return [main, *self.dice.shuffled(others)]

    def _topic(self, request: Request, mood: str) -> tuple[str, ...]:
        """The kind of clause that a special circumstance takes over, and the deck it is dealt from; or ()."""
        account, day = request.contact.account, request.at.date()
        now = chapter(account, request.stage, day)
        if now in ("broken", "mending") and mood != "promoter" and self.dice.chance(0.88):
            return ("complaint", "story", "milder" if (now, mood) == ("broken", "passive") else now)
        if now in ("broken", "recovered") and mood == "promoter" and self.dice.chance(0.5):
            return ("praise", "story", "despite" if now == "broken" else now)
        if (account.region, account.plan) == ("LATAM", "Starter") and self.dice.chance(0.6):
            return ("complaint", "complaint", "dim")
        served = (account.region, account.plan) == ("APAC", "Enterprise") and day >= TEAM_IN_ASIA
        return ("praise", "praise", "bright") if served and self.dice.chance(0.6) else ()

    def _slip(self, text: str) -> str:
        """`text` with two neighbouring letters inside a word swapped, as typed in a hurry."""
        inner = [n for n in range(1, len(text) - 1) if text[n - 1 : n + 2].isalpha()]
        at = self.dice.pick(inner)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def rows(
    requests: Iterable[Request], dice: Dice, writer: Writer, about: dict[str, list[str]]
) -> Iterator[tuple[str, ...]]:
    """The lines of one export in order of time, cells as text; notes what each comment is `about`."""
    ordered = sorted(requests, key=lambda request: (request.at, request.contact.email))
    for number, request in enumerate(ordered, 10_001):
        person, account = request.contact, request.contact.account
        value = score(dice, request) if request.answered else None
        comment = "" if value is None else writer.comment(request, value)
        about[f"{request.survey}-{number}"] = writer.about if comment else []
        yield (
            f"{request.survey}-{number}",
            request.at.strftime("%Y-%m-%d %H:%M:%S"),
            "" if value is None else str(value),
            comment,
            *(person.name, person.email, account.name, account.plan, account.region, person.product),
            *(request.stage, request.channel, account.owner),
            str(account.revenue),
            account.renewal.isoformat(),
        )


def followups(answers: Iterable[Sequence[str]], dice: Dice) -> Iterator[tuple[str, ...]]:
    """Whom the agents had contacted by the last day, when, who did, and what came of it."""
    for answer in answers:
        if answer[2] not in {str(low) for low in range(7)}:
            continue
        at = datetime.fromisoformat(answer[1]).replace(tzinfo=UTC)
        done = at + timedelta(hours=1 + 60 * dice.random() ** 2)
        heard = next(share for days, share in HEARD.items() if (LAST - at.date()).days >= days)
        note = dice.pick(NOTES) if dice.chance(0.4) else ""
        if dice.chance(heard) and done.date() <= LAST:
            yield (answer[0], done.strftime("%Y-%m-%d %H:%M:%S"), answer[HEADER.index("Account owner")], note)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    names = tomllib.loads((HERE / "names.toml").read_text(encoding="utf-8"))
    phrases = tomllib.loads((HERE / "phrases.toml").read_text(encoding="utf-8"))
    # Streams of their own, so that a new phrase changes no score and a new score no person.
    crowd, post, scores, words, heard, readers = (Dice(SEED + n) for n in range(6))
    firms = list(accounts(crowd, names))
    people = [person for firm in firms for person in contacts(crowd, firm, names)]
    offsets = {region: facts["hours_from_utc"] for region, facts in names["regions"].items()}
    sender, writer = Sender(post, people, offsets), Writer(words, phrases)
    for survey, requests in (("nps", sender.nps()), ("csat", sender.csat(650)), ("ces", sender.ces(1_300))):
        about: dict[str, list[str]] = {}
        lines = list(rows(requests, scores, writer, about))
        _write(folder / f"{survey}.csv", HEADER, lines)
        if survey == "nps":
            _write(folder / "followups.csv", FOLLOWUPS, followups(lines, heard))
            _write(
                folder / "readings.csv", READINGS, readings(lines, about, readers, owner=HEADER.index("Account owner"))
            )


def _write(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file, lineterminator="\n")
        sheet.writerow(header)
        sheet.writerows(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
