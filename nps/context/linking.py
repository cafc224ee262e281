"""From the rows of files about customers to people, accounts and the responses they lead to.

Everything is made anew from the rows of the files that stand, so it does not matter in which order files came, and
whether before or after the responses. What responses change are links alone, and an import those of whom it is about.
The responses themselves are only read.
"""

from functools import cache
from pathlib import Path

import pyarrow as pa

from nps.store import Transaction

# At these many people have an address without having an employer in common.
PUBLIC_MAIL = (
    *("gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.co.jp", "yahoo.fr", "yahoo.de", "ymail.com"),
    *(
        "hotmail.com",
        "hotmail.co.uk",
        "hotmail.fr",
        "hotmail.de",
        "hotmail.it",
        "outlook.com",
        "outlook.de",
        "live.com",
    ),
    *("msn.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.at", "gmx.com", "web.de"),
    *("t-online.de", "freenet.de", "mail.com", "mail.ru", "yandex.ru", "yandex.com", "proton.me", "protonmail.com"),
    *("pm.me", "tutanota.com", "zoho.com", "fastmail.com", "hey.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr"),
    *(
        "laposte.net",
        "libero.it",
        "virgilio.it",
        "tiscali.it",
        "comcast.net",
        "verizon.net",
        "att.net",
        "sbcglobal.net",
    ),
    *("btinternet.com", "sky.com", "bigpond.com", "qq.com", "163.com", "126.com", "sina.com", "naver.com", "daum.net"),
    *(
        "rediffmail.com",
        "uol.com.br",
        "bol.com.br",
        "terra.com.br",
        "seznam.cz",
        "wp.pl",
        "o2.pl",
        "ziggo.nl",
        "kpnmail.nl",
    ),
)
_ALL_PEOPLE = """
CREATE OR REPLACE TEMP TABLE people_anew AS
SELECT person_id FROM responses UNION SELECT person_id FROM person_links
UNION SELECT voter(person_key[6:]) FROM people WHERE person_key LIKE 'mail %'
"""
_ALL_ACCOUNTS = """
CREATE OR REPLACE TEMP TABLE accounts_anew AS
SELECT account_id FROM responses UNION SELECT account_id FROM account_links
"""
_PEOPLE_OF = """
CREATE OR REPLACE TEMP TABLE people_anew AS SELECT DISTINCT person_id FROM responses WHERE import_id = $import_id
"""
# Whoever answers once more may lead all the accounts in whose name they answered elsewhere.
_THEIR_ACCOUNTS = """
CREATE OR REPLACE TEMP TABLE accounts_anew AS
SELECT DISTINCT account_id FROM responses SEMI JOIN people_anew USING (person_id)
"""
_STANDING = """
SELECT (SELECT count(*) FROM contexts WHERE undone_at IS NULL), (SELECT count(*) FROM context_leads),
    (SELECT count(*) FROM person_calls) + (SELECT count(*) FROM account_calls)
"""


def relink(tx: Transaction) -> None:
    """Make people, accounts, interactions and their links anew, within a write that touches the responses.

    Without any file there is nothing to do.
    """
    [[files, left, _]] = tx.rows(_STANDING)
    if files or left:
        tx.register("public_mail", pa.table({"domain": list(PUBLIC_MAIL)}))
        tx.execute(_statements("linking.sql"))
        _link(tx)


def relink_answers(tx: Transaction, import_id: str | None = None) -> None:
    """Make the links anew where responses alone have changed; where an import only added some, those of its rows."""
    [[files, _, called]] = tx.rows(_STANDING)
    if called:
        _link(tx, import_id)
    elif files:  # a store from before calls were kept
        relink(tx)


def _link(tx: Transaction, import_id: str | None = None) -> None:
    if import_id is None:
        tx.execute(_ALL_PEOPLE)
        tx.execute(_ALL_ACCOUNTS)
    else:
        tx.execute(_PEOPLE_OF, {"import_id": import_id})
        tx.execute(_THEIR_ACCOUNTS)
    tx.execute(_statements("links.sql"))


@cache
def _statements(name: str) -> str:
    return (Path(__file__).resolve().parent / name).read_text(encoding="utf-8")
