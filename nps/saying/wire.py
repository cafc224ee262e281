"""The mail server: which one it is, and one attempt to hand it one mail.

Whatever goes wrong before the text was handed over is temporary or permanent, as the server says. Once the text is on
its way and no answer came back, nobody can know whether it arrived: that is `unknown`, and never tried again by itself.
"""

import os
import smtplib
import socket
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal
from urllib.parse import unquote, urlsplit

from nps.errors import Refused
from nps.saying.known import one_line
from nps.saying.mail import address

PATIENCE = 20.0  # seconds for one answer of the server
HERE = ("localhost", "127.0.0.1", "::1")
URL = "NPS_SMTP_URL"
SENDER = "NPS_MAIL_FROM"
SHAPE = "smtp://user:password@host:587 or smtps://user:password@host:465"

Result = Literal["sent", "temporary", "permanent", "unknown"]


@dataclass(frozen=True)
class Server:
    """A mail server. `secure`: TLS from the first byte; else it is begun where the server offers it."""

    host: str
    port: int
    sender: str
    secure: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Handed:
    """What became of one attempt, and what the server said."""

    result: Result
    said: str


def server() -> Server | None:
    """The mail server of the environment; None where none is set. Raises Refused for settings that cannot be used.

    The text of the setting is never repeated: it holds a password.
    """
    text = os.environ.get(URL, "").strip()
    if not text:
        return None
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise Refused(f"{URL} cannot be read. Write it as {SHAPE}.") from None
    if url.scheme not in ("smtp", "smtps") or not url.hostname or url.path.strip("/") or url.query:
        raise Refused(f"{URL} cannot be read. Write it as {SHAPE}.")
    sender = os.environ.get(SENDER, "").strip()
    if not sender:
        raise Refused(f"{SENDER} is missing: the address that mail is sent from, for example care@example.com.")
    secure = url.scheme == "smtps"
    user, password = unquote(url.username or ""), unquote(url.password or "")
    return Server(url.hostname, port or (465 if secure else 587), address(sender), secure, user, password)


def hand_over(to: Server, message: EmailMessage) -> Handed:
    """Try once to hand a mail to the server."""
    on_its_way = False
    try:
        # Not the context manager of smtplib, whose good-bye may raise after the mail was taken.
        with closing(_connected(to)) as smtp:
            _expect(smtp.mail(to.sender))
            _expect(smtp.rcpt(message["To"].addresses[0].addr_spec))
            _expect(smtp.docmd("DATA"))
            on_its_way = True
            smtp.send(_as_data(message))
            handed = _after_the_text(*smtp.getreply())
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            return handed
    except (smtplib.SMTPException, OSError) as error:
        if on_its_way:
            return Handed("unknown", f"No answer came after the text was on its way ({_why(error)}).")
        # A refused password is mended in the settings, and the mail then goes out.
        refused = isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600
        lasting = refused and not isinstance(error, smtplib.SMTPAuthenticationError)
        return Handed("permanent" if lasting else "temporary", _why(error))


def _after_the_text(code: int, said: bytes) -> Handed:
    results: dict[int, Result] = {2: "sent", 4: "temporary", 5: "permanent"}
    return Handed(results.get(code // 100, "unknown"), _said(code, said))


def _connected(to: Server) -> smtplib.SMTP:
    """A connection that is greeted, encrypted where that is offered, and signed in where a user is set."""
    context = ssl.create_default_context()
    name = _own_name()
    if to.secure:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, name, timeout=PATIENCE, context=context)
    else:
        smtp = smtplib.SMTP(to.host, to.port, name, timeout=PATIENCE)
    try:
        smtp.ehlo_or_helo_if_needed()
        if not to.secure and smtp.has_extn("starttls"):
            _expect(smtp.starttls(context=context))
            smtp.ehlo()
        elif not to.secure and to.user and to.host not in HERE:
            raise smtplib.SMTPException("the server offers no encryption, so the password was not sent")
        if to.user:
            smtp.login(to.user, to.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _own_name() -> str:
    """What we call ourselves: smtplib would ask the network for it, which may take seconds."""
    name = socket.gethostname()
    return name if name.isascii() and name.replace("-", "").replace(".", "").isalnum() else "localhost"


def _as_data(message: EmailMessage) -> bytes:
    """The bytes of a mail as DATA takes them: lines that begin with a dot have two, and one dot ends it."""
    lines = message.as_bytes().split(b"\r\n")
    while lines and not lines[-1]:
        lines.pop()
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"


def _expect(reply: tuple[int, bytes]) -> None:
    code, said = reply
    if not 200 <= code < 400:
        raise smtplib.SMTPResponseException(code, said)


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return one_line(f"{type(error).__name__}: {error}", 200)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {one_line(text, 200)}"
