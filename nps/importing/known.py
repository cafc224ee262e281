"""Vendors known by their headers: which column is which role, and which rows are no answers.

A vendor is an entry of `VENDORS`: the headers that it is known by, its columns by role, and its row rules. How well
each is known (a file, code, documentation, an API alone) stands in the page about importing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.packed import Cells
from nps.importing.rules import LastOfSeveral, LeftOut, LocalTime, OneKind, Partial, Rule, column_of
from nps.importing.scores import spread
from nps.importing.sheet import filled
from nps.importing.words import KIND, plain

Patterns = str | tuple[str, ...]


@dataclass(frozen=True)
class Vendor:
    """One kind of export; every pattern is matched against a whole plain header.

    `needs` are the columns that tell it from all others, `roles` give the patterns of a role's column, best first;
    `decoys` are columns that look like the comment and are not; `key` is set where each answer has a row of its own,
    and is the column that the answers of one response have in common.
    """

    name: str
    needs: tuple[str, ...]
    roles: Mapping[str, Patterns] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    decoys: str = ""
    key: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class Known:
    """What is known of a file's columns before any guess.

    `label` says why ("Delighted export"), `roles` and `decoys` name columns of the header; `turned` says that the rows
    are no longer those of the file, as with long format; `segments` are taken whatever they hold; the rest is the
    vendor's.
    """

    label: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    decoys: frozenset[str] = frozenset()
    key: str = ""
    refusal: str = ""
    turned: bool = False
    segments: tuple[str, ...] = ()


NOTHING_KNOWN = Known()
TRUE, FALSE = "true|t|yes|y|1", "false|f|no|n|0"
# Qualtrics numbers its kinds of responses when exported as numbers: previews, tests, spam and mixtures of them.
NO_RESPONSE = "(?:.* )?(?:preview|test|spam)(?: .*)?|1|2|8|9|12|17|40"
FORM_TIME = (
    "timestamp|zeitstempel|marca temporal|horodateur|carimbo de data hora|informazioni cronologiche|tijdstempel|"
    "tidsstempel|tidsstampel|sygnatura czasowa|タイムスタンプ|отметка времени"
)
QUALTRICS = (
    Partial("finished", FALSE),
    LeftOut("status|response type", NO_RESPONSE, "a preview, test or spam response, as Status says"),
)

VENDORS = (
    Vendor(
        "Qualtrics",
        needs=("start date", "recorded date", "response id"),
        roles={
            "date": ("recorded date", "end date"),
            "id": "response id",
            "email": "recipient email",
            "customer": "external (?:data )?reference",
        },
        rules=QUALTRICS,
    ),
    Vendor(
        "Qualtrics (legacy)",
        needs=("response id", "response set", "end date"),
        roles={
            "date": "end date",
            "id": "response id",
            "email": "email address",
            "customer": "external data reference",
        },
        rules=QUALTRICS,
    ),
    Vendor(
        "Survicate",
        needs=("date time utc", "response uuid", "respondent uuid"),
        roles={"date": "date time utc", "id": "response uuid", "email": "email", "customer": "respondent uuid"},
    ),
    Vendor(
        "SurveyMonkey",
        needs=("respondent id", "collector id"),
        roles={
            "date": ("end date", "date created", "start date"),
            "id": "respondent id",
            "email": "email address",
        },
    ),
    Vendor(
        "Formbricks",
        needs=("response id", "timestamp", "finished", "survey id|user id|formbricks id internal"),
        roles={
            "date": "timestamp",
            "id": "response id",
            "email": ("person email", "email", "verified email"),
            "customer": "user id",
        },
        rules=(Partial("finished", FALSE),),
    ),
    Vendor(
        "LimeSurvey",
        needs=("id", "submitdate|submit date", "lastpage|last page|startlanguage|start language"),
        roles={"date": "submitdate|submit date", "id": "id", "customer": "token"},
        rules=(Partial("submitdate|submit date", "|n/a"),),
    ),
    Vendor(
        "LimeSurvey",
        needs=("response id", "date submitted", "last page|start language"),
        roles={"date": "date submitted", "id": "response id"},
        rules=(Partial("date submitted", "|n/a"),),
    ),
    Vendor(
        "Alchemer",
        needs=("response id", "time started|start ?date", "contact id|session ?id", "legacy comments|referer"),
        roles={"date": ("date submitted", "end ?date", "time started|start ?date"), "id": "response id"},
        rules=(
            LocalTime(
                "date submitted|end ?date|time started|start ?date",
                "America/New_York",
                names=(("EST", "-05:00"), ("EDT", "-04:00")),
            ),
        ),
        decoys="(?:legacy )?comments",
    ),
    Vendor(
        "Indico",
        needs=("submitter", "submission date"),
        roles={"date": "submission date", "email": "submitter email", "name": "submitter"},
    ),
    Vendor(
        "Typeform",
        needs=("start date utc", "submit date utc"),
        roles={"date": "submit date utc", "customer": ("user id", "network id")},
    ),
    Vendor(
        "AskNicely",
        needs=("response id", "answer", "responded", "person id|contact id"),
        roles={
            "score": "answer",
            "date": "responded",
            "comment": "comment",
            "id": "response id",
            "email": "email",
            "name": "name",
            "customer": ("person id", "contact id"),
        },
        rules=(OneKind("question type"),),
    ),
    Vendor(
        "Delighted",
        needs=("id", "survey type", "score", "permalink|person|created at"),
        roles={
            "score": "score",
            "date": "created at",
            "comment": "comment",
            "id": "id",
            "email": ("person email", "email"),
            "customer": "person",
        },
        rules=(OneKind("survey type"),),
    ),
    Vendor(
        "Wootric",
        needs=("id", "score", "text", "end user id"),
        roles={
            "score": "score",
            "date": "created at",
            "comment": "text",
            "id": "id",
            "email": ("email", "end user email"),
            "customer": "end user id",
        },
        rules=(
            LeftOut("excluded from calculations", TRUE, "excluded from calculations, as the export says"),
            Partial("completed", FALSE),
        ),
    ),
    Vendor(
        "Zendesk NPS",
        needs=("rating", "rated at", "delivered at"),
        roles={
            "score": "rating",
            "date": "rated at",
            "comment": "comment",
            "id": "id",
            "email": "user email",
            "name": "user name",
            "customer": "user id",
        },
    ),
    Vendor(
        "HubSpot",
        needs=("hs value", "hs submission timestamp"),
        roles={
            "score": "hs value",
            "date": "hs submission timestamp",
            "comment": "hs content",
            "id": "hs object id",
        },
        rules=(OneKind("hs survey type"),),
    ),
    Vendor(
        "PostHog",
        needs=(r"(?:properties )?survey response\b.*", "distinct id", "timestamp"),
        roles={
            "score": r"(?:properties )?survey response\b.*",
            "date": "timestamp",
            "comment": r"(?:properties )?survey response\b.*",
            "id": "(?:properties )?survey submission id",
            "customer": "distinct id",
        },
        rules=(
            LeftOut("event", "survey sent|", "an event other than an answer", unless=True),
            LastOfSeveral("(?:properties )?survey submission id", "timestamp"),
            Partial("(?:properties )?survey partially completed", TRUE),
        ),
    ),
    Vendor(
        "Thanx",
        needs=("nps feedback uid", "rating"),
        roles={
            "score": "rating",
            "date": "rated at",
            "comment": "review",
            "id": "nps feedback uid",
            "customer": "user id",
        },
    ),
    Vendor(
        "Medallia (Agent Connect)",
        needs=("request id", "star rating", "response received at"),
        roles={
            "score": "star rating",
            "date": "response received at",
            "id": "request id",
            "name": "customer name",
        },
        decoys="comments",
        refusal="rates from 1 to 5 stars, and NPS needs 0-10: bring it in as CSAT if you want that (--metric csat).",
    ),
    Vendor(
        "Medallia",
        needs=("likelihood recommend h", "survey id h"),
        roles={"score": "likelihood recommend h", "date": "response date h", "id": "survey id h"},
    ),
    Vendor(
        "RateNL",
        needs=("result id", "result date", "confirm status"),
        roles={"date": "result date", "id": "result id"},
        rules=(
            LeftOut("confirm status", "2(?:[.,]0)?", "not valid: ConfirmStatus is 2"),
            LeftOut("result ignored when", r"(?:n/?a|null|none|-)?", "ignored: ResultIgnoredWhen is set", unless=True),
        ),
        key="result id",
    ),
)
# Known by where the time stands and by questions beside it, not by columns of its own.
GOOGLE_FORMS = Vendor("Google Forms", needs=(FORM_TIME,), roles={"date": FORM_TIME})


def recognised(header: Sequence[str], table: Cells) -> Known:
    """What is known of a table under a header; nothing, when no vendor is recognised."""
    names = [plain(name) for name in header]
    vendor = next((one for one in VENDORS if _has(names, one.needs)), None)
    if vendor is None and re.fullmatch(FORM_TIME, names[0]) and any(_is_question(name) for name in header[1:]):
        vendor = GOOGLE_FORMS
    if vendor is None:
        return Known(rules=_kinds(header, table))
    return Known(
        label=f"{vendor.name} export",
        roles=_roles(vendor, header, table),
        rules=vendor.rules or _kinds(header, table),
        decoys=frozenset(name for name in header if vendor.decoys and re.fullmatch(vendor.decoys, plain(name))),
        key=column_of(header, vendor.key) or "" if vendor.key else "",
        refusal=vendor.refusal,
    )


def _has(names: Sequence[str], needs: Sequence[str]) -> bool:
    return all(any(re.fullmatch(pattern, name) for name in names) for pattern in needs)


def _is_question(name: str) -> bool:
    return name.rstrip().endswith("?") or len(name.split()) >= 4


def _kinds(header: Sequence[str], table: Cells) -> tuple[Rule, ...]:
    """The rule for a column that names kinds of surveys, NPS among others."""
    for name in header:
        if KIND.search(plain(name)):
            kinds = {cell.strip().casefold() for cell in pc.unique(table[name]).to_pylist()} - {""}
            if len(kinds) > 1 and any("nps" in kind for kind in kinds):
                return (OneKind(re.escape(plain(name))),)
    return ()


def _roles(vendor: Vendor, header: Sequence[str], table: Cells) -> dict[str, str]:
    """The column of each role: the best pattern's first column that holds anything and no other role has taken."""
    found: dict[str, str] = {}
    for role, patterns in vendor.roles.items():
        for pattern in (patterns,) if isinstance(patterns, str) else patterns:
            fitting = [
                name
                for name in header
                if name not in found.values() and re.fullmatch(pattern, plain(name)) and filled(table[name])
            ]
            # Where several columns could be it, as with numbered questions, the values tell score and comment apart.
            wanted = [name for name in fitting if len(fitting) == 1 or _is_score(table[name]) == (role == "score")]
            if wanted:
                found[role] = wanted[0]
                break
    return found


def _is_score(cells: pa.ChunkedArray) -> bool:
    return spread(cells).valid >= 0.5
