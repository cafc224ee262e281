"""One customer: what was answered, what happened, who else there is, and what was promised."""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from nps import cases, queries
from nps.context.asking import statement
from nps.context.rows import Answer, Colleague, Customer, Followed, Found, Happening
from nps.store import Store
from nps.topics import reads

MOST_HAPPENED = 300
MOST_COLLEAGUES = 20
LARGEST_ID = 2**64 - 1
ANSWERED = ("response_key", "answered_at", "metric", "score", "band", "survey", "comment")
FIGURES = ("usage", "support")


def person_of(text: str | None) -> int | None:
    """The person that an address names, or None where it names none."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= 20
    return number if is_number and text and (number := int(text)) <= LARGEST_ID else None


@reads("responses", "context")
def find(store: Store, text: str, *, limit: int) -> tuple[Found, ...]:
    """Customers who answered and whose name, address, id or account holds a text, in capitals or not."""
    return tuple(Found(*row) for row in store.rows(statement("find"), {"text": text, "limit": limit}))


@reads("responses")
def person_who_answered(store: Store, response_key: str) -> int | None:
    """Whose a response is; None where it is gone."""
    found = store.rows(statement("person_who_answered"), {"response_key": response_key})
    return int(found[0][0]) if found else None


@reads("responses", "context", "cases")
def customer(store: Store, person_id: int) -> Customer | None:
    """All that is known of a customer; None for somebody who never answered."""
    answered = store.records(statement("answered"), {"person_id": person_id})
    if not answered:
        return None
    last = answered[-1]
    known = store.rows(statement("known"), {"person_id": person_id, "account_id": last["account_id"]})[0]
    person_key, name, email, phone, role, opted_out, facts = known[:7]
    account_key, account, revenue, renewal_on, owner, account_facts = known[7:]
    keys = {"person_key": person_key, "account_key": account_key, "limit": MOST_HAPPENED}
    named = sorted({row["account_id"] for row in answered if row["account"]})
    whose = {"person_id": person_id, "account_key": account_key, "account_ids": named, "limit": MOST_COLLEAGUES}
    return Customer(
        person_id=person_id,
        name=name or _latest(answered, "name"),
        email=email or _latest(answered, "email"),
        phone=phone,
        role=role,
        opted_out=bool(opted_out),
        account=account or _latest(answered, "account"),
        revenue=revenue,
        renewal_on=renewal_on,
        owner=owner,
        facts=_facts(facts),
        account_facts=_facts(account_facts),
        answers=_answers(answered),
        happened=_happened(store.records(statement("happened"), keys)) if person_key or account_key else (),
        colleagues=tuple(Colleague(*row) for row in store.rows(statement("colleagues"), whose)),
        cases=tuple(_followed(store, [row["response_key"] for row in answered])),
    )


def _latest(rows: Sequence[dict[str, Any]], column: str) -> str | None:
    return next((row[column] for row in reversed(rows) if row[column]), None)


def _facts(text: str | None) -> tuple[tuple[str, str], ...]:
    """Facts of several files as one: of each header the newest. What is not so is no news."""
    merged: dict[str, str] = {}
    for one in json.loads(text) if text else ():
        merged |= one
    return tuple((name, value) for name, value in merged.items() if value.casefold() != "false")


def _answers(rows: Sequence[dict[str, Any]]) -> tuple[Answer, ...]:
    found: list[Answer] = []
    before = None
    for row in rows:
        key, at, metric, score, band, survey, comment = (row[name] for name in ANSWERED)
        found.append(Answer(key, at, metric, score, band, survey, comment, before))
        before = band or before
    return tuple(found)


def _happened(rows: Sequence[dict[str, Any]]) -> tuple[Happening, ...]:
    """What happened, with comments below their tickets, oldest first there; of figures the newest of each kind."""
    columns = ("kind", "source", "happened_at", "title", "text", "status", "who", "tags", "own")
    made = [(row, Happening(*(row[name] for name in columns))) for row in rows]
    tickets = {(row["source"], row["id"]) for row in rows if row["kind"] == "ticket"}
    below = [pair for pair in reversed(made) if pair[0]["kind"] == "comment" and _ticket(pair[0]) in tickets]
    replies = {
        ticket: tuple(one for _, one in pairs)
        for ticket, pairs in groupby(sorted(below, key=lambda p: _ticket(p[0])), key=lambda pair: _ticket(pair[0]))
    }
    found = []
    for row, one in made:
        if row["kind"] == "comment" and _ticket(row) in tickets:
            continue
        figures = _facts(f"[{row['facts']}]") if row["kind"] in FIGURES and row["facts"] else ()
        mine = replies.get((row["source"], row["id"]), ()) if row["kind"] == "ticket" else ()
        found.append(Happening(**{**vars(one), "figures": figures, "replies": mine}))
    return tuple(found)


def _ticket(row: dict[str, Any]) -> tuple[str, str]:
    return row["source"] or "", row["ticket_ref"] or ""


def _followed(store: Store, keys: Sequence[str]) -> list[Followed]:
    """The follow-ups of answers that have any, the newest answer first."""
    found = ((key, queries.case_events(store, key)) for key in reversed(keys))
    return [Followed(key, cases.fold(events), events) for key, events in found if events]
