"""What a table about customers is and whose each row is: by its tool, else by its words and what stands in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nps.context.shapes import ALWAYS, CREATED, KINDS, SOURCES, UPDATED, Columns, bare, named, recognised
from nps.errors import Refused
from nps.importing import words
from nps.importing.columns import Column, sample
from nps.importing.reading import Grid

Key = Literal["email", "customer", "account", "domain"]
KEYS: dict[Key, str] = {
    "email": "an e-mail address",
    "customer": "a customer id",
    "account": "an account",
    "domain": "a domain",
}
EMAIL = re.compile(r"[^@]*?[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+>?")  # with or without a name before it
DOMAIN = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/.*)?", re.IGNORECASE)
DOMAINS = re.compile(r"^(?:(?:company|account|e ?mail|web) )?domain(?: name)?$|^web ?site(?: url)?$|^homepage$")
FIRST_NAME = re.compile(r"^(?:first ?name|given name|vorname|prenom)$")
FIGURES = {
    "usage": re.compile(r"\blogins?\b|active users|\bsessions?\b|adoption|api calls|\bseats?\b|\busage\b"),
    "support": re.compile(r"(?:support|open) tickets|escalation|(?:resolution|response) hours|tickets last"),
}
# What makes a row something that happened, best first: the column that names it.
HAPPENED: dict[str, re.Pattern[str]] = {
    "goal": re.compile(r"^(?:goals?|objectives?|success criteria|desired outcome)$"),
    "article": re.compile(r"^(?:help )?articles?(?: title| read| name)?$"),
    "ticket": re.compile(r"^(?:ticket )?subject$|^ticket title$"),
    "conversation": re.compile(r"^(?:conversations?|messages?|transcript|chat)$"),
    "note": re.compile(r"^(?:(?:agent|call|meeting|csm) )?notes?(?: text| body)?$"),
}
# Of an account; a row about a person may tell it too.
DEAL: Columns = {role: ALWAYS["account"][role] for role in ("revenue", "renewal_on", "owner")}
DETAIL: Columns = {
    "id": ("id", "ticket id", "conversation id", "note id"),
    "text": ("description", "body", "details", "detail", "text", "content"),
    "status": ("status", "state", "progress"),
    "who": ("author", "agent", "who", "written by", "by", "owner", "assignee"),
    "happened_at": (
        *CREATED,
        "happened at",
        "read at",
        "viewed at",
        "set on",
        "set at",
        "opened at",
        "time",
        "timestamp",
    ),
    "updated_at": UPDATED,
}


@dataclass(frozen=True)
class Understood:
    """What a file was taken for: the kind of its rows, the tool, the columns by role, and why."""

    kind: str
    source: str
    columns: Mapping[str, str]
    why: str


def understand(grid: Grid, *, key: str | None = None) -> Understood:
    """What the rows of a file are, and which columns tell whose they are; `key` is a column that a person named.

    Raises Refused where no column tells that, or there is no column of that name.
    """
    if key is None and (found := recognised(grid.header)):
        shape, columns = found
        columns |= _names(grid.header, shape.kind)
        needs = " and ".join(f"“{name}”" for name in grid.header if bare(name) in shape.needs)
        return Understood(
            shape.kind,
            shape.source,
            columns,
            f"{SOURCES[shape.source]} {KINDS[shape.kind]}, told by the columns {needs}",
        )
    known = {column.name: column for column in sample(grid)}
    keys = _keys(tuple(known.values()))
    if key is not None:
        name = _column(grid, key)
        keys = {**{role: col for role, col in keys.items() if col != name}, **_named_key(known[name])}
        keys = {role: col for role, col in keys.items() if col == name or role in ("account", "domain")}
    if not keys:
        raise Refused(
            f"{grid.name} has no column that tells whose each row is: an e-mail address, a customer id, an account or "
            f"a domain. Name it with --key. Its columns are: {', '.join(grid.header)}."
        )
    return _guessed(grid, keys)


def _column(grid: Grid, wanted: str) -> str:
    for name in grid.header:
        if wanted.strip().casefold() == name.casefold():
            return name
    raise Refused(f"{grid.name} has no column “{wanted}”. Choose one of: {', '.join(grid.header)}.")


def _keys(columns: Sequence[Column]) -> dict[Key, str]:
    """The columns that tell whose a row is, by what they hold."""
    found: dict[Key, str] = {}
    mails = sorted((c for c in columns if c.share(EMAIL) >= 0.5), key=lambda c: not words.EMAIL.search(c.plain))
    if mails:
        found["email"] = mails[0].name
    patterns: dict[Key, tuple[re.Pattern[str], ...]] = {
        "account": (words.ACCOUNT_IDS, words.ACCOUNTS[0]),
        "customer": words.CUSTOMER_IDS,
        "domain": (DOMAINS,),
    }
    for role, best in patterns.items():
        named_so = (c.name for pattern in best for c in columns if pattern.search(c.plain) and c.filled)
        if name := next(named_so, None):
            found[role] = name
    own = next((c.name for c in columns if words.RESPONSE_IDS[-1].search(c.plain) and c.filled), None)
    if not found and own:
        found["customer"] = own
    return found


def _named_key(column: Column) -> dict[Key, str]:
    """What a column that a person named holds."""
    if column.share(EMAIL) >= 0.5 or words.EMAIL.search(column.plain):
        return {"email": column.name}
    if DOMAINS.search(column.plain) or column.share(DOMAIN) >= 0.5:
        return {"domain": column.name}
    accounts = (words.ACCOUNT_IDS, *words.ACCOUNTS)
    if any(pattern.search(column.plain) for pattern in accounts):
        return {"account": column.name}
    return {"customer": column.name}


def _guessed(grid: Grid, keys: Mapping[Key, str]) -> Understood:
    kind, told = _kind(grid, keys)
    if kind in ALWAYS and kind != "ticket":
        always = {role: names for role, names in ALWAYS[kind].items() if role not in ("id", "email", "customer")}
        columns = named(grid.header, {**DEAL, **always}) | _names(grid.header, kind)
    elif kind in FIGURES:
        columns = {}
    else:
        columns = named(grid.header, DETAIL)
        columns["title" if kind != "note" else "text"] = told
        columns |= _dated(grid) if "happened_at" not in columns else {}
    columns |= _of(kind, keys, columns)
    whose = " and ".join(f"{KEYS[role]} in “{name}”" for role, name in keys.items() if name in columns.values())
    by = f", told by “{told}”" if told else ""
    return Understood(kind, "", columns, f"{KINDS[kind]}{by}; the customer by {whose}")


def _of(kind: str, keys: Mapping[Key, str], columns: Mapping[str, str]) -> dict[str, str]:
    """The keys as the table of rows holds them: an account's id beside its name is the account's own."""
    found: dict[str, str] = {
        role: name for role, name in keys.items() if kind != "account" or role in ("account", "domain")
    }
    name = columns.get("account")
    if kind == "account" and name and "account" in found and found["account"] != name:
        found |= {"id": found["account"], "account": name}
    return found


def _names(header: Sequence[str], kind: str) -> dict[str, str]:
    """First and last name, where there is no column for both."""
    parts: Columns = {
        "first_name": ("first name", "firstname", "given name"),
        "last_name": ("last name", "lastname", "surname"),
    }
    return named(header, parts) if kind == "person" else {}


def _kind(grid: Grid, keys: Mapping[Key, str]) -> tuple[str, str]:
    """The kind of the rows of a file of no known tool, and the column that tells it."""
    header = {bare(name): name for name in grid.header}
    personal = (FIRST_NAME, words.NAMES[0], re.compile(r"\bphone\b"))
    about = any(pattern.search(name) for pattern in personal for name in header) and not _dated(grid)
    for kind, pattern in HAPPENED.items():
        found = next((name for name in header if pattern.search(name) and header[name] not in keys.values()), None)
        if found and not (kind == "note" and about):
            return kind, header[found]
    if "email" in keys or "customer" in keys:
        return "person", ""
    deals = named(grid.header, DEAL)
    for kind, pattern in FIGURES.items():
        if not deals and (found := next((name for name in header if pattern.search(name)), None)):
            return kind, header[found]
    return "account", ""


def _dated(grid: Grid) -> dict[str, str]:
    """The column that says when, by the words that dates go by."""
    for pattern in words.DATES:
        for name in grid.header:
            if pattern.search(bare(name)) and not words.NOT_ANSWERED_AT.search(bare(name)):
                return {"happened_at": name}
    return {}
