"""A mail: plain text, from a named person to one address, whatever the data holds.

Names lose every mark that has a meaning in a header; addresses that are not plain are refused. So no line, header or
recipient can come in with data.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from nps.errors import Refused
from nps.saying.known import many_lines, one_line

LONGEST_SUBJECT = 120
LONGEST_BODY = 20_000
LONGEST_LINK = 1_900  # characters of a mailto: link that every mail client takes
# What is plain in every mail system. Python and DuckDB read it alike.
PLAIN = (
    r"[A-Za-z0-9_%+~'&/=-]+(\.[A-Za-z0-9_%+~'&/=-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"
)
WIRE = SMTP.clone(cte_type="7bit")  # not every server takes more
_PLAIN = re.compile(PLAIN)


@dataclass(frozen=True)
class Mail:
    """What goes on the wire. `key` says which mail it is: one key is one mail. `bulk` mail says how to leave."""

    key: str
    sender: str
    sender_name: str
    to: str
    subject: str
    body: str
    reply_to: str = ""
    bulk: bool = False


def address(text: str) -> str:
    """An address that mail can go to, in lower case. Raises Refused for what is none."""
    plain = text.strip()
    if not _PLAIN.fullmatch(plain) or len(plain) > 254 or len(plain.split("@")[0]) > 64:
        raise Refused(f"“{one_line(text, 60)}” is not an e-mail address that mail can go to. Correct it, or call.")
    return plain.lower()


def checked(subject: str, body: str) -> tuple[str, str]:
    """Subject and body as they may be sent. Raises Refused where one is empty or too long."""
    # Python's headers decode an encoded word, line breaks in it too.
    subject, body = one_line(subject.replace("=?", "= ?"), LONGEST_SUBJECT), many_lines(body)
    if not subject or not body:
        raise Refused(f"The {'subject' if not subject else 'text'} is empty. Write it, or choose a template.")
    if len(body) > LONGEST_BODY:
        raise Refused(f"The text has {len(body):,} characters; {LONGEST_BODY:,} fit. Shorten it.")
    return subject, body


def message(mail: Mail, *, at: datetime) -> EmailMessage:
    """The mail as it is sent at a time in UTC. Raises Refused for what cannot be sent: address, subject or text."""
    subject, body = checked(mail.subject, mail.body)
    sender = address(mail.sender)
    made = EmailMessage(policy=WIRE)
    made["From"] = Address(_shown(mail.sender_name), addr_spec=sender)
    made["To"] = Address(addr_spec=address(mail.to))
    made["Subject"] = subject
    made["Date"] = at.replace(tzinfo=UTC)
    if mail.reply_to and address(mail.reply_to) != sender:
        made["Reply-To"] = Address(_shown(mail.sender_name), addr_spec=address(mail.reply_to))
    # One mail has one id, so that a look into the mail server's log tells whether it went out.
    made["Message-ID"] = message_id(mail.key, sender)
    if mail.bulk:
        made["List-Unsubscribe"] = f"<mailto:{address(mail.reply_to or sender)}?subject=unsubscribe>"
        made["Auto-Submitted"] = "auto-generated"
    made.set_content(body, charset="utf-8")
    return made


def message_id(key: str, sender: str) -> str:
    """The id by which mail servers know a mail."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.split('@')[1]}>"


def mailto(to: str, subject: str, body: str) -> str | None:
    """The link that opens the mail client with a draft; None where it would be longer than clients take."""
    subject, body = checked(subject, body)
    link = (
        f"mailto:{quote(address(to), safe='@')}"
        f"?subject={quote(subject, safe='')}&body={quote(body.replace(chr(10), chr(13) + chr(10)), safe='')}"
    )
    return link if len(link) <= LONGEST_LINK else None


def _shown(name: str) -> str:
    """A name for a header: letters, digits and what joins them."""
    kept = "".join(char if char.isalnum() or char in " .-'’" else " " for char in one_line(name, 60))
    return " ".join(kept.split())
