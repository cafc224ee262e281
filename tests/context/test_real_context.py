"""What real tools wrote about customers: every file is known for what it is, and leads to those who answered."""

from pathlib import Path

import pytest

from nps import context
from nps.clock import now
from nps.store import Store
from tests.pages.opening import bring_in

# File, tool, kind, rows; then, with the answers below and all files in: matched rows and customers.
FILES = (
    ("ChurnGuard-amplitude_usage.csv", "", "usage", 150, 2, 3),
    ("ChurnGuard-salesforce_accounts.csv", "", "account", 150, 2, 3),
    ("ChurnGuard-zendesk_tickets.csv", "", "support", 150, 2, 3),
    ("fivetran_hubspot/company_data.csv", "hubspot", "account", 24, 1, 1),
    ("fivetran_hubspot/contact_data.csv", "hubspot", "person", 22, 1, 1),
    ("fivetran_intercom/company_history_data.csv", "intercom", "account", 9, 0, 0),
    ("fivetran_intercom/contact_history_data.csv", "intercom", "person", 9, 1, 1),
    ("fivetran_intercom/conversation_history_data.csv", "intercom", "conversation", 9, 9, 1),
    ("fivetran_salesforce/sf_account_data.csv", "salesforce", "account", 10, 1, 1),
    ("fivetran_salesforce/sf_contact_data.csv", "salesforce", "person", 4, 1, 1),
    ("fivetran_zendesk/organization_data.csv", "zendesk", "account", 10, 0, 0),
    ("fivetran_zendesk/ticket_comment_data.csv", "zendesk", "comment", 20, 0, 0),
    ("fivetran_zendesk/ticket_data.csv", "zendesk", "ticket", 10, 2, 2),
    ("fivetran_zendesk/ticket_tag_data.csv", "zendesk", "tag", 10, 0, 0),
    ("fivetran_zendesk/user_data.csv", "zendesk", "person", 10, 10, 1),
)
ANSWERS = """id,date,score,email,customer id,account
1,2026-01-01,3,Hi@Google.com,,
2,2026-01-01,2,example@email.com,,
3,2026-01-01,2,,396331237134,
4,2026-01-01,6,,5f7295ca37f0d717d37dfddb,
5,2026-01-01,1,,,ACC-00001
6,2026-01-01,9,,,Red Peak
7,2026-01-01,9,,,blue bridge
8,2026-01-01,4,,fcb67ef339b691956cc85fa12be6490c,
9,2026-01-01,4,,XgyqsB0TWiMCtrwGLrqt0g==,
10,2026-01-01,7,,,Seinfeld
11,2026-01-01,7,,,2182162682
"""


@pytest.fixture
def folder(exports: Path) -> Path:
    if not (exports / "customer-context").is_dir():
        pytest.skip("there are no real files about customers beside the real exports")
    return exports / "customer-context"


def test_every_real_file_is_known_and_leads_to_those_who_answered(store: Store, folder: Path) -> None:
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.csv")} == {name for name, *_ in FILES}
    for name, *_ in FILES:
        rows = context.read(Path(name).name, (folder / name).read_bytes())
        context.bring_in(store, rows, by="Ada", now=now())
    bring_in(store, "answers.csv", ANSWERS)
    found = {one.file: one for one in context.contexts(store)}
    assert [
        (name, one.source, one.kind, one.rows, one.matched, one.customers)
        for name, one in ((name, found[Path(name).name]) for name, *_ in FILES)
    ] == list(FILES)
    assert store.rows(
        """SELECT DISTINCT k.account, k.revenue, k.renewal_on::VARCHAR, k.owner
        FROM answers JOIN known_accounts k USING (account_id) WHERE k.renewal_on IS NOT NULL ORDER BY 1"""
    ) == [
        ("Blue Bridge", 44350.0, "2026-02-26", "Jessica Miller"),
        ("Red Peak", 853657.0, "2026-04-06", "Sarah Garcia"),
    ]
    # Nine versions of three conversations are three conversations.
    assert store.rows("SELECT count(*), count(DISTINCT id) FROM interactions WHERE kind = 'conversation'")[0][0] == 2
    assert store.rows("SELECT count(*) FROM answers") == [(11,)]
