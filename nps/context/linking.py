"""From the rows of files about customers to people, accounts and the responses they lead to.

Everything is made anew from the rows of the files that stand, so it does not matter in which order files came, and
whether before or after the responses. The responses themselves are only read.
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
MADE = ("context_leads", "people", "accounts", "interactions", "person_links", "account_links")


def relink(tx: Transaction) -> None:
    """Make people, accounts, interactions and their links anew, within a write that touches the responses.

    Without any file there is nothing to do.
    """
    [[files, left]] = tx.rows(
        "SELECT (SELECT count(*) FROM contexts WHERE undone_at IS NULL), (SELECT count(*) FROM context_leads)"
    )
    if files or left:
        tx.register("public_mail", pa.table({"domain": list(PUBLIC_MAIL)}))
        tx.execute(_statements())


@cache
def _statements() -> str:
    return (Path(__file__).resolve().parent / "linking.sql").read_text(encoding="utf-8")
