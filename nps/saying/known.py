"""What is known of one customer and of who writes, as values for the fields of a text.

Data is cleaned on its way in: one line, no control or formatting characters, and of a bounded length.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

LONGEST = 80  # characters of a name
LONGEST_QUOTE = 240
TITLES = {"dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "herr", "frau", "madame", "monsieur", "m", "mme"}


class Customer(Protocol):
    """What a row tells of a customer."""

    @property
    def name(self) -> str | None: ...
    @property
    def account(self) -> str | None: ...
    @property
    def comment(self) -> str | None: ...
    @property
    def survey(self) -> str: ...
    @property
    def answered_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Writer:
    """Who writes: a name, the address that answers go to ("": the sender's), and a direct line."""

    name: str
    address: str = ""
    direct_line: str = ""


def values(customer: Customer, writer: Writer) -> dict[str, str]:
    """The values of the fields that are known; the others are absent."""
    quote = quoted(customer.comment)
    found = {
        "first_name": first_name(customer.name),
        "name": one_line(customer.name, LONGEST),
        "account": one_line(customer.account, LONGEST),
        "quote": quote,
        "you_wrote": f"You wrote: {quote}" if quote else "",
        "survey": one_line(customer.survey, LONGEST),
        "month": f"{customer.answered_at:%B %Y}" if customer.answered_at else "",
        "agent": one_line(writer.name, LONGEST),
        "agent_first_name": first_name(writer.name),
        "direct_line": one_line(writer.direct_line, LONGEST),
    }
    return {field: value for field, value in found.items() if value}


def one_line(text: str | None, longest: int) -> str:
    """Text on one line without what cannot be seen, cut between words where it is too long."""
    line = " ".join(_shown(text or "").split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut).rstrip(" ,;:-") + "…"


def many_lines(text: str) -> str:
    """A text as it may be sent: line feeds alone, no other control or formatting characters, no edge of white space."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = "\n".join(_shown(line).rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", clean).strip()


def quoted(comment: str | None) -> str:
    """The customer's words in quotation marks; their own marks become single ones."""
    words = one_line(comment, LONGEST_QUOTE).translate(str.maketrans('“”„"', "''''"))
    return f"“{words}”" if words else ""


def first_name(name: str | None) -> str:
    """The first name of a name, or "" where it cannot be told: an initial, an address, a number."""
    line = one_line(name, LONGEST)
    if "@" in line or any(char.isdigit() for char in line):
        return ""
    if line.count(",") == 1:  # Osei, Ada
        line = " ".join(reversed(line.split(",")))
    words = [word for word in line.split() if word.strip(".").lower() not in TITLES]
    first = words[0] if words else ""
    if len(first.strip(".")) < 2 or first.endswith(".") or not all(char.isalpha() or char in "-'’" for char in first):
        return ""
    return first.capitalize() if len(first) > 2 and (first.isupper() or first.islower()) else first


def _shown(text: str) -> str:
    """Text without controls, formatting, private and half characters; every kind of white space is a space."""
    return "".join(
        " " if char.isspace() else char for char in text if char.isspace() or unicodedata.category(char)[0] != "C"
    )
