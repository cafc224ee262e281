"""Templates: what is said first, for which scores and reasons, and in which version."""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from nps.errors import Refused
from nps.places import ROOT
from nps.saying import versions
from nps.saying.known import many_lines, one_line
from nps.saying.mail import LONGEST_BODY, LONGEST_SUBJECT
from nps.saying.merging import Slot, merge, slots
from nps.store import Store
from nps.topics import reads

DEFAULTS = ROOT / "data" / "templates.toml"
ASKS = ("", "story", "reference", "review")
FAVOURS = {"story": "a story", "reference": "a reference", "review": "a public review"}
LONGEST_TITLE = 100
SCORES = tuple(range(11))
TOLD = re.compile(
    r"\bNPS\b|\b(your|higher|better|good|top) (score|rating)s?\b|\b\d+ (out )?of (10|ten)\b", re.IGNORECASE
)
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Template:
    """A text with merge fields. `ask` is the favour it asks for, "" for none; a `retired` one is not offered.

    `scores` and `reasons` (any where empty) say for whom it is. `version` 0 is the default of the file. Raises Refused
    for a text that cannot be used.
    """

    name: str
    title: str
    subject: str
    body: str
    scores: tuple[int, ...] = SCORES
    reasons: tuple[str, ...] = ()
    ask: str = ""
    retired: bool = False
    version: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be sent: no text, an unknown field, a score that is mentioned."""
        if not NAME.fullmatch(self.name):
            raise Refused(f"“{self.name[:40]}” cannot name a template. Write small letters, digits and hyphens.")
        if not self.title.strip() or len(self.title) > LONGEST_TITLE:
            raise Refused(f"The template needs a title of at most {LONGEST_TITLE} characters.")
        if not self.subject.strip() or "\n" in self.subject or len(self.subject) > LONGEST_SUBJECT:
            raise Refused(f"The template needs a subject of one line, of at most {LONGEST_SUBJECT} characters.")
        if not self.body.strip() or len(self.body) > LONGEST_BODY:
            raise Refused(f"The template needs a text of at most {LONGEST_BODY:,} characters.")
        if self.ask not in ASKS:
            raise Refused(f"“{self.ask}” is no favour to ask for. There are: {', '.join(ASKS[1:])}.")
        if not self.scores or not set(self.scores) <= set(SCORES):
            raise Refused("A template is for at least one score from 0 to 10.")
        if told := TOLD.search(f"{self.subject}\n{self.body}"):
            raise Refused(
                f"The text says “{told.group()}”. A customer's score is never mentioned, and no higher one is asked "
                "for: say it without."
            )
        if self.ask == "review" and self.scores != SCORES:
            raise Refused(
                "A public review is asked for whatever the score: asking only happy customers is against the rules of "
                "review sites. Leave all scores chosen."
            )
        self.slots()

    def slots(self) -> tuple[Slot, ...]:
        """Its fields, subject first."""
        return (*slots(self.subject), *slots(self.body))

    def needs(self) -> tuple[str, ...]:
        """The fields without a fallback: where one of them is not known, nothing is sent."""
        return tuple(dict.fromkeys(slot.field for slot in self.slots() if slot.fallback is None))

    def draft(self, values: Mapping[str, str]) -> "Draft":
        """The template merged with the values of one customer."""
        subject, body = merge(self.subject, values), merge(self.body, values)
        missing = tuple(dict.fromkeys((*subject.missing, *body.missing)))
        return Draft(self, one_line(subject.text, LONGEST_SUBJECT), many_lines(body.text), missing)


@dataclass(frozen=True)
class Draft:
    """A merged template; `missing` names the fields that block it."""

    template: Template
    subject: str
    body: str
    missing: tuple[str, ...]


@cache
def defaults() -> Mapping[str, Template]:
    """The templates of the file, by name."""
    rows = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))["template"]
    return {row["name"]: _template(row) for row in rows}


@reads("sayings")
def every(store: Store) -> tuple[Template, ...]:
    """All templates as they stand, those of the file first, retired ones too."""
    return tuple(versions.standing(store, "template", defaults(), _template))


def named(store: Store, name: str) -> Template:
    """The template of that name as it stands. Raises Refused where there is none."""
    found = next((template for template in every(store) if template.name == name), None)
    if found is None:
        raise Refused(f"There is no template “{name}”. Choose another one.")
    return found


def save(store: Store, template: Template, *, who: str, now: datetime) -> int:
    """Keep a template as a new version of the one that was edited (`template.version`), and return its number."""
    content = {key: value for key, value in asdict(template).items() if key not in ("name", "version")}
    return versions.save(store, "template", template.name, content, seen=template.version, who=who, now=now)


def of_version(version: versions.Version) -> Template:
    """The template as a saved version has it."""
    if version.content is None:
        return replace(defaults()[version.name], version=version.number)
    return _template({**version.content, "name": version.name}, version=version.number)


def fitting(templates: Iterable[Template], score: int, reasons: Collection[str] = ()) -> tuple[Template, ...]:
    """The templates for a score, the best first: those of its reasons, those of few scores, those without an ask."""
    given = {reason.casefold() for reason in reasons}
    fits = [
        template
        for template in templates
        if score in template.scores
        and not template.retired
        and (not template.reasons or given & {reason.casefold() for reason in template.reasons})
    ]
    return tuple(sorted(fits, key=lambda one: (bool(one.ask), not one.reasons, len(one.scores), one.title)))


def _template(row: Mapping[str, Any], *, version: int = 0) -> Template:
    """A template of the file or of the store."""
    values = versions.fitted(Template, row)
    return Template(**{**values, "body": many_lines(values["body"])}, version=version)
