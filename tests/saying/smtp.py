"""A real mail server on loopback, which refuses, drops or hesitates as it is told."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 OK queued"


@dataclass
class MailServer:
    """What arrived, and the answers to come: each list is used up, first first, and then all is well.

    An answer "drop" closes the connection instead, "take and drop" after the mail was taken.
    """

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    at_recipient: list[str] = field(default_factory=list)
    at_text: list[str] = field(default_factory=list)
    silent_after_the_text: bool = False

    async def handle_RCPT(  # noqa: N802 # as aiosmtpd calls it
        self, server: SMTP, _session: Session, envelope: Envelope, to: str, _options: list[str]
    ) -> str:
        answer = self.at_recipient.pop(0) if self.at_recipient else ""
        if answer == "drop":
            _drop(server)
        if answer:
            return answer
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.at_text.pop(0) if self.at_text else TAKEN
        if answer in (TAKEN, "take and drop"):
            self.taken.append(envelope)
        if "drop" in answer:
            _drop(server)
        while self.silent_after_the_text and server.transport and not server.transport.is_closing():
            await asyncio.sleep(0.02)
        return answer

    def texts(self) -> list[bytes]:
        return [bytes(envelope.original_content or b"") for envelope in self.taken]


def _drop(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """A mail server for the length of a `with`."""
    handler = MailServer()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        handler.port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port, **options)
    controller.start()
    try:
        yield handler
    finally:
        with suppress(ConnectionError):
            controller.stop()
