"""Texts with merge fields: `{first_name|there}` is a field and what stands in its place where nothing is known.

A text is taken apart once and put together once: what was merged in is never read again, whatever marks it has.
`{{` and `}}` are braces.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nps.errors import Refused

FIELDS = {
    "first_name": "the customer's first name",
    "name": "the customer's name",
    "account": "the account or company",
    "quote": "the customer's words, in quotation marks",
    "you_wrote": "a sentence with the customer's words: You wrote: “…”",
    "survey": "the survey that was answered",
    "month": "the month of the answer: March 2026",
    "agent": "who writes",
    "agent_first_name": "the first name of who writes",
    "direct_line": "where the writer is reached",
    "next_step": "what happens next",
    "by_when": "by when it happens",
    "question": "one open question",
    "detail": "what went wrong, in the writer's words",
}
NEVER = ("score", "nps", "rating", "band")
WRITTEN = ("detail", "next_step", "by_when", "question")  # by the agent, for this customer

_MARKS = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"[a-z][a-z_]*")


@dataclass(frozen=True)
class Slot:
    """A field of a text; `fallback` None: without a value the text cannot be sent."""

    field: str
    fallback: str | None


@dataclass(frozen=True)
class Merged:
    """A text with its fields filled in; `missing` are the fields without value and fallback, shown as [field]."""

    text: str
    missing: tuple[str, ...]


def parts(text: str) -> Iterator[str | Slot]:
    """A text taken apart. Raises Refused for a brace without its twin and a field that is not known."""
    at = 0
    for found in _MARKS.finditer(text):
        yield text[at : found.start()]
        at = found.end()
        mark = found.group()
        if mark in ("{{", "}}"):
            yield mark[0]
        elif found.group(1) is None:
            raise Refused(
                f"The brace in “{_around(text, found.start())}” has no twin. "
                "Write {field|fallback}, or {{ and }} for braces."
            )
        else:
            yield _slot(found.group(1))
    yield text[at:]


def slots(text: str) -> tuple[Slot, ...]:
    """The fields of a text in their order. Raises Refused as `parts` does."""
    return tuple(part for part in parts(text) if isinstance(part, Slot))


def merge(text: str, values: Mapping[str, str]) -> Merged:
    """Put the values where their fields stand; an empty value counts as none."""
    out, missing = [], dict[str, None]()
    for part in parts(text):
        if isinstance(part, str):
            out.append(part)
        elif value := values.get(part.field):
            out.append(value)
        elif part.fallback is not None:
            out.append(part.fallback)
        else:
            out.append(f"[{part.field}]")
            missing[part.field] = None
    return Merged("".join(out), tuple(missing))


def _slot(inside: str) -> Slot:
    name, bar, fallback = inside.partition("|")
    name = name.strip()
    if name in NEVER:
        raise Refused(f"The field {{{name}}} is not offered: the score is never mentioned to a customer. Leave it out.")
    if name not in FIELDS or not _NAME.fullmatch(name):
        raise Refused(f"There is no field {{{name[:40]}}}. The fields are {', '.join(FIELDS)}.")
    return Slot(name, fallback.strip() if bar else None)


def _around(text: str, at: int) -> str:
    return " ".join(text[max(0, at - 15) : at + 15].split())
