"""The files of known tools, told by their headers: what each row is, and which column means what.

A header is compared plainly (lower case, single spaces), without the "property" that some connectors put before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from nps.importing.words import plain

KINDS = {
    "person": "people",
    "account": "accounts",
    "ticket": "tickets",
    "comment": "comments on tickets",
    "tag": "tags of tickets",
    "conversation": "conversations",
    "note": "notes",
    "goal": "goals",
    "article": "articles read",
    "usage": "figures of usage",
    "support": "figures of support",
}
SOURCES = {"zendesk": "Zendesk", "hubspot": "HubSpot", "salesforce": "Salesforce", "intercom": "Intercom"}
Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Shape:
    """Rows of one kind from one tool: known where all columns of `needs` are there.

    `columns` names for each column of the table of rows those of the file, the best first.
    """

    source: str
    kind: str
    needs: tuple[str, ...]
    columns: Columns = field(default_factory=lambda: MappingProxyType({}))


CREATED = ("created at", "created", "created date", "createdate", "create date", "date")
UPDATED = ("updated at", "system modstamp", "last modified date", "lastmodifieddate", "updated", "last modified")
# What is called the same in most tools; a shape's own columns come first.
ALWAYS: Mapping[str, Columns] = {
    "person": {
        "id": ("id", "record id", "contact id", "user id"),
        "email": ("email", "email address", "e mail", "work email"),
        "customer": ("external id", "customer id", "user id"),
        "name": ("name", "full name", "contact name"),
        "phone": ("phone", "phone number", "mobile phone", "mobile phone number", "mobilephone"),
        "role": ("title", "job title", "jobtitle", "custom job title", "role"),
        "opted_out": (
            *("has opted out of email", "unsubscribed from emails", "email opt out", "opted out", "opt out"),
            *("unsubscribed", "unsubscribed from all email", "hs email optout", "do not contact", "do not email"),
        ),
        "updated_at": UPDATED,
    },
    "account": {
        "id": ("id", "record id", "account id"),
        "account": ("name", "account name", "company name", "company"),
        "customer": ("external id", "company id", "account number"),
        "domain": ("domain", "company domain name", "domain names", "website", "website url"),
        "revenue": (
            *("arr", "arr value", "annual recurring revenue", "mrr", "annual revenue", "annualrevenue", "revenue"),
            *("contract value", "acv", "monthly spend"),
        ),
        "renewal_on": ("renewal date", "renewal on", "renewal", "renews on", "contract end date", "contract end"),
        "owner": ("account owner", "company owner", "owner", "owner name", "csm", "account manager"),
        "updated_at": UPDATED,
    },
    "ticket": {
        "id": ("id", "ticket id", "case number"),
        "title": ("subject", "title"),
        "text": ("description", "body"),
        "status": ("status", "state"),
        "happened_at": (*CREATED, "requested", "opened date", "date time opened"),
        "updated_at": UPDATED,
        "who": ("assignee", "case owner", "owner"),
    },
}
CONTACT: Columns = {"account_ref": ("associatedcompanyid", "associated company ids", "account id", "company id")}
SHAPES = (
    Shape(
        "zendesk",
        "comment",
        ("ticket id", "body"),
        {
            "id": ("id",),
            "ticket_ref": ("ticket id",),
            "person_ref": ("user id", "author id"),
            "text": ("plain body", "body"),
            "status": ("public",),
            "happened_at": CREATED,
        },
    ),
    Shape("zendesk", "tag", ("ticket id", "tag"), {"ticket_ref": ("ticket id",), "title": ("tag",)}),
    Shape(
        "zendesk",
        "ticket",
        ("requester id", "subject"),
        {"person_ref": ("requester id",), "account_ref": ("organization id",)},
    ),
    Shape("zendesk", "ticket", ("requester email", "subject"), {"email": ("requester email",)}),
    Shape("zendesk", "account", ("id", "name", "shared tickets")),
    Shape("zendesk", "person", ("id", "email", "role", "organization id"), {"account_ref": ("organization id",)}),
    Shape("intercom", "person", ("id", "email", "unsubscribed from emails"), CONTACT),
    Shape("intercom", "account", ("id", "company id", "monthly spend")),
    Shape(
        "intercom",
        "conversation",
        ("id", "source author id"),
        {
            "id": ("id",),
            "person_ref": ("source author id",),
            "title": ("source subject", "title"),
            "text": ("source body",),
            "status": ("state",),
            "happened_at": CREATED,
            "updated_at": UPDATED,
        },
    ),
    Shape("salesforce", "ticket", ("case number", "contact id"), {"person_ref": ("contact id",), **CONTACT}),
    Shape("salesforce", "person", ("id", "account id", "last name", "email"), CONTACT),
    Shape("salesforce", "person", ("contact id", "last name", "email"), {**CONTACT, "account": ("account name",)}),
    Shape("salesforce", "account", ("id", "name", "owner id", "type")),
    Shape("salesforce", "account", ("id", "name", "billing city")),
    Shape("salesforce", "account", ("account id", "account name", "account owner")),
    Shape("hubspot", "person", ("id", "email", "firstname"), {**CONTACT, "account": ("company",)}),
    Shape(
        "hubspot",
        "person",
        ("record id", "email", "first name"),
        {**CONTACT, "account": ("associated company", "company name", "company")},
    ),
    Shape("hubspot", "account", ("id", "name", "createdate")),
    Shape("hubspot", "account", ("record id", "company name")),
)


def bare(header: str) -> str:
    """A header as shapes name it."""
    return plain(header).removeprefix("property ")


def named(header: Sequence[str], columns: Columns) -> dict[str, str]:
    """For each role the first of its columns that the file has, as the file writes it."""
    have: dict[str, str] = {}
    for name in header:
        have.setdefault(bare(name), name)
    found = {role: next((have[name] for name in names if name in have), None) for role, names in columns.items()}
    return {role: name for role, name in found.items() if name is not None}


def recognised(header: Sequence[str]) -> tuple[Shape, dict[str, str]] | None:
    """The shape of a file and its columns by role; None for a file of no known tool."""
    have = {bare(name) for name in header}
    for shape in SHAPES:
        if have.issuperset(shape.needs):
            return shape, named(header, {**ALWAYS.get(shape.kind, {}), **shape.columns})
    return None
