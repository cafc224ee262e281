"""The playbook: what to do, per score and reason, and which of its steps were done."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from nps.errors import Refused
from nps.places import ROOT
from nps.saying import versions
from nps.saying.templates import LONGEST_TITLE, NAME, SCORES
from nps.store import Store
from nps.topics import reads

DEFAULTS = ROOT / "data" / "playbook.toml"
MOST_STEPS = 20
LONGEST_STEP = 200  # characters: as many as a case keeps of a ticked step
LONGEST_ADVICE = 500


@dataclass(frozen=True)
class Play:
    """What to do for some scores, and for some reasons only where `reasons` are given. Raises Refused for what is none.

    `steps` are ticked off on a case by their text.
    """

    name: str
    title: str
    scores: tuple[int, ...] = SCORES
    reasons: tuple[str, ...] = ()
    contact: str = ""
    apologise: str = ""
    compensate: str = ""
    also: str = ""
    steps: tuple[str, ...] = ()
    retired: bool = False
    version: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        """Refuse a play without a name, scores or anything to do."""
        if not NAME.fullmatch(self.name):
            raise Refused(f"“{self.name[:40]}” cannot name a play. Write small letters, digits and hyphens.")
        if not self.title.strip() or len(self.title) > LONGEST_TITLE:
            raise Refused(f"The play needs a title of at most {LONGEST_TITLE} characters.")
        if not self.scores or not set(self.scores) <= set(SCORES):
            raise Refused("A play is for at least one score from 0 to 10.")
        if any(len(text) > LONGEST_ADVICE for text in (self.contact, self.apologise, self.compensate, self.also)):
            raise Refused(f"Advice has at most {LONGEST_ADVICE} characters. Shorten it; what is to be done is a step.")
        if len(self.steps) > MOST_STEPS:
            raise Refused(f"A play has at most {MOST_STEPS} steps; this one has {len(self.steps)}.")
        for number, step in enumerate(self.steps, start=1):
            if not step.strip() or len(step) > LONGEST_STEP:
                raise Refused(f"Step {number} needs a text of at most {LONGEST_STEP} characters.")
        if len(set(self.steps)) < len(self.steps):
            raise Refused(
                "Two steps are the same, and could not be told apart when they are ticked. Word one otherwise."
            )

    def advice(self) -> tuple[tuple[str, str], ...]:
        """What it advises, in words: a heading and a text each."""
        said = (
            ("Contact", self.contact),
            ("Apologise", self.apologise),
            ("Compensate", self.compensate),
            ("Also", self.also),
        )
        return tuple((heading, text) for heading, text in said if text)


@cache
def defaults() -> Mapping[str, Play]:
    """The plays of the file, by name."""
    rows = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))["play"]
    return {row["name"]: _play(row) for row in rows}


@reads("sayings")
def every(store: Store) -> tuple[Play, ...]:
    """All plays as they stand, those of the file first, retired ones too."""
    return tuple(versions.standing(store, "play", defaults(), _play))


def save(store: Store, play: Play, *, who: str, now: datetime) -> int:
    """Keep a play as a new version of the one that was edited (`play.version`), and return its number."""
    content = {key: value for key, value in asdict(play).items() if key not in ("name", "version")}
    return versions.save(store, "play", play.name, content, seen=play.version, who=who, now=now)


def of_version(version: versions.Version) -> Play:
    """The play as a saved version has it."""
    if version.content is None:
        return replace(defaults()[version.name], version=version.number)
    return _play({**version.content, "name": version.name}, version=version.number)


def plays_for(plays: Iterable[Play], score: int, reasons: Collection[str] = ()) -> tuple[Play, ...]:
    """The plays for a score and the reasons given: those of the score first, then those of its reasons."""
    given = {reason.casefold() for reason in reasons}
    fits = (
        play
        for play in plays
        if score in play.scores
        and not play.retired
        and (not play.reasons or given & {reason.casefold() for reason in play.reasons})
    )
    return tuple(sorted(fits, key=lambda play: bool(play.reasons)))


def steps(plays: Iterable[Play]) -> tuple[str, ...]:
    """The steps of some plays in their order, each once."""
    return tuple(dict.fromkeys(step for play in plays for step in play.steps))


def _play(row: Mapping[str, Any], *, version: int = 0) -> Play:
    """A play of the file or of the store."""
    return Play(**versions.fitted(Play, row), version=version)
