"""What a file about customers is taken for, and what its cells mean."""

import json
from datetime import date, datetime
from typing import Any

import pytest

from nps.context.reading import Rows, read
from nps.errors import Ambiguous, Refused

# Tiny invented files in the shapes of the tools; the first filled row is what is asserted.
SHAPES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "users.csv": (
        "zendesk",
        "person",
        "id,email,name,role,organization_id,external_id,updated_at\n"
        "7,Ada@Acme.example,Ada,end-user,70,C-1,2026-01-02 10:00:00\n",
        {"id": "7", "email": "ada@acme.example", "account_ref": "70", "customer": "C-1", "role": "end-user"},
    ),
    "organizations.csv": (
        "zendesk",
        "account",
        "id,name,shared_tickets,domain_names\n70,Acme,FALSE,\"['acme.example']\"\n",
        {"id": "70", "account": "Acme", "domain": "acme.example"},
    ),
    "tickets.csv": (
        "zendesk",
        "ticket",
        "id,requester_id,organization_id,subject,description,status,created_at\n"
        "1,7,70,Slow,Very slow,open,2026-01-02T10:00:00Z\n",
        {"person_ref": "7", "account_ref": "70", "title": "Slow", "happened_at": datetime(2026, 1, 2, 10)},
    ),
    "comments.csv": (
        "zendesk",
        "comment",
        "id,ticket_id,body,public,user_id,created\n5,1,Checked the logs,FALSE,9,2026-01-02 11:00\n",
        {"ticket_ref": "1", "person_ref": "9", "text": "Checked the logs", "status": "internal"},
    ),
    "tags.csv": ("zendesk", "tag", "tag,ticket_id\nvip,1\n", {"title": "vip", "ticket_ref": "1"}),
    "contacts.csv": (
        "hubspot",
        "person",
        "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Associated Company\n"
        "1,Ada,Byron,ada@acme.example,+1 555,Analyst,Acme\n",
        {"name": "Ada Byron", "phone": "+1 555", "role": "Analyst", "account": "Acme"},
    ),
    "companies.csv": (
        "hubspot",
        "account",
        "Record ID,Company name,Company Domain Name,Annual Revenue,Company owner\n"
        '1,Acme,www.Acme.example,"1,200,000",Bo\n',
        {"account": "Acme", "domain": "acme.example", "revenue": 1_200_000.0, "owner": "Bo"},
    ),
    "salesforce_contacts.csv": (
        "salesforce",
        "person",
        "Id,AccountId,LastName,FirstName,Email,HasOptedOutOfEmail,Title\n003,001,Byron,Ada,ada@acme.example,true,CTO\n",
        {"id": "003", "account_ref": "001", "name": "Ada Byron", "opted_out": True, "role": "CTO"},
    ),
    "salesforce_accounts.csv": (
        "salesforce",
        "account",
        "Id,Name,OwnerId,Type,AnnualRevenue,Website\n001,Acme,005,Customer,2500000,https://acme.example/about\n",
        {"id": "001", "revenue": 2_500_000.0, "domain": "acme.example"},
    ),
    "conversations.csv": (
        "intercom",
        "conversation",
        "id,source_author_id,source_body,state,created_at\n1,u1,Where is it?,open,2026-01-02 10:00:00\n",
        {"person_ref": "u1", "text": "Where is it?", "status": "open"},
    ),
    "intercom_contacts.csv": (
        "intercom",
        "person",
        "id,external_id,email,name,unsubscribed_from_emails\nu1,C-1,ada@acme.example,Ada,TRUE\n",
        {"id": "u1", "customer": "C-1", "opted_out": True},
    ),
    "intercom_companies.csv": (
        "intercom",
        "account",
        "id,company_id,name,monthly_spend\nx1,ACME,Acme,1.5k\n",
        {"id": "x1", "customer": "ACME", "revenue": 1500.0},
    ),
    "crm.csv": (
        "",
        "account",
        "account_id,company_name,arr_value,renewal_date,account_owner,tier\n"
        "A-1,Red Peak,853657,2026-04-06,Sarah,Gold\n",
        {"id": "A-1", "account": "Red Peak", "revenue": 853_657.0, "renewal_on": date(2026, 4, 6), "owner": "Sarah"},
    ),
    "usage.csv": ("", "usage", "account_id,weekly_logins,api_calls\nA-1,7,100\n", {"account": "A-1"}),
    "support.csv": ("", "support", "account_id,open_tickets,escalation_count\nA-1,7,1\n", {"account": "A-1"}),
    "goals.csv": (
        "",
        "goal",
        "email,goal,status,set on\nada@acme.example,Halve the reporting time,open,2026-01-02\n",
        {"email": "ada@acme.example", "title": "Halve the reporting time", "status": "open"},
    ),
    "read.csv": (
        "",
        "article",
        "customer_id,article,read at\nC-1,How to export,2026-01-02\n",
        {"customer": "C-1", "title": "How to export", "happened_at": datetime(2026, 1, 2)},
    ),
    "notes.csv": (
        "",
        "note",
        "domain,note,author,date\nacme.example,Wants a call,Bo,2026-01-02\n",
        {"domain": "acme.example", "text": "Wants a call", "who": "Bo"},
    ),
    "people.csv": (
        "",
        "person",
        "E-Mail,Full name,Plan,notes\nAda Byron <ADA@acme.example>,Ada,Team,likes tea\n",
        {"email": "ada@acme.example", "name": "Ada"},
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_is_known_by_its_columns(name: str) -> None:
    source, kind, text, expected = SHAPES[name]
    rows = read(name, text.encode())
    assert (rows.understood.source, rows.understood.kind) == (source, kind)
    [row] = rows.table.to_pylist()
    assert {column: row[column] for column in expected} == expected


def test_what_a_file_was_taken_for_is_said_with_the_columns_that_told_it() -> None:
    assert read("t.csv", SHAPES["tickets.csv"][2].encode()).understood.why == (
        "Zendesk tickets, told by the columns “requester_id” and “subject”"
    )
    assert read("g.csv", SHAPES["goals.csv"][2].encode()).understood.why == (
        "goals, told by “goal”; the customer by an e-mail address in “email”"
    )


def test_all_that_has_no_place_of_its_own_is_kept_as_a_fact() -> None:
    [row] = read("crm.csv", SHAPES["crm.csv"][2].encode()).table.to_pylist()
    assert json.loads(row["facts"]) == {"tier": "Gold"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,200", 1200),
        ("€ 1.200.000,50", 1_200_000.5),
        ("1'000'000", 1e6),
        ("$1.5M", 1.5e6),
        ("12.5", 12.5),
        ("n/k", None),
    ],
)
def test_money_is_read_as_people_write_it(written: str, value: float | None) -> None:
    [row] = read("a.csv", f'account,arr\nAcme,"{written}"\n'.encode()).table.to_pylist()
    assert row["revenue"] == value


def whose(rows: Rows) -> list[dict[str, str]]:
    keys = ("email", "customer", "account", "domain")
    return [{key: row[key] for key in keys if row[key]} for row in rows.table.to_pylist()]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("who", {"email": "ada@acme.example"}),
        ("SHOP", {"customer": "17"}),
        ("web", {"domain": "acme.example"}),
        ("Firma", {"account": "Acme"}),
    ],
)
def test_a_named_column_is_the_key_for_what_it_holds(key: str, expected: dict[str, str]) -> None:
    text = "who,shop,web,Firma,mood\nada@acme.example,17,https://acme.example,Acme,good\n"
    assert whose(read("a.csv", text.encode(), key=key))[0].items() >= expected.items()


def test_a_file_that_tells_nobodys_name_is_refused_with_its_columns() -> None:
    with pytest.raises(Refused, match=r"no column that tells whose each row is.*--key.*colour, size\.$"):
        read("a.csv", b"colour,size\nred,3\n")
    with pytest.raises(Refused, match=r"has no column “hue”\. Choose one of: colour, size\.$"):
        read("a.csv", b"colour,size\nred,3\n", key="hue")


def test_dates_that_can_be_read_both_ways_are_asked_about() -> None:
    text = b"account,renewal date\nAcme,01/02/2026\n"
    with pytest.raises(Ambiguous, match=r"“renewal date”.*--dayfirst or --monthfirst"):
        read("a.csv", text)
    days = [read("a.csv", text, dayfirst=order).table["renewal_on"].to_pylist() for order in (True, False)]
    assert days == [[date(2026, 2, 1)], [date(2026, 1, 2)]]


def test_a_row_that_does_not_fit_the_header_is_kept_with_what_is_wrong() -> None:
    rows = read("a.csv", b"account,arr\nAcme,1\nBolt,2,3,4\n").table.to_pylist()
    assert [(row["line"], row["account"], row["fault"] is None) for row in rows] == [
        (2, "Acme", True),
        (3, None, False),
    ]
