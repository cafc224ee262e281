"""The postman: hands the mails of the outbox to the mail server, one after the other, while the dashboard runs.

A process that ends at any moment leaves a mail queued, or claimed and then unknown to the next start; none goes twice.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from time import monotonic

from nps.clock import counted, now
from nps.errors import NpsError, Refused
from nps.jobs import in_background
from nps.saying import outbox, thanks, wire
from nps.saying.mail import message
from nps.store import Store, the_store

EVERY = 2.0  # seconds between two looks
THANK_EVERY = 60.0  # seconds between two looks at whom to thank

log = logging.getLogger(__name__)


@contextmanager
def on_duty() -> Iterator[None]:
    """Look after the outbox for the length of a `with`."""
    # A server that does not answer keeps nobody from stopping: a mail that was claimed then is unknown, not lost.
    with in_background("postman", partial(_rounds, the_store)):
        yield


def round_of(
    store: Store, *, clock: Callable[[], datetime], stopping: threading.Event | None = None, thank: bool = True
) -> int:
    """Queue the thank-yous that are due (with `thank`) and hand over every mail that is; return how many were sent.

    Without a mail server nothing is done. Raises Refused where its settings cannot be used.
    """
    server = wire.server()
    if server is None:
        return 0
    if thank:
        thanks.queue(store, now=clock())
    sent = 0
    while not (stopping and stopping.is_set()) and (mail := outbox.claim(store, now=clock())):
        try:
            ready = message(mail.mail(server.sender), at=clock())
        except Refused as error:
            handed = wire.Handed("permanent", str(error))
        else:
            handed = wire.hand_over(server, ready)
        state = outbox.settle(store, mail, handed, now=clock())
        log.info("a mail of the template %s: %s (%s)", mail.template, state, handed.said)
        sent += state == "sent"
    return sent


def _rounds(store: Callable[[], Store], stopping: threading.Event) -> None:
    thanked, told = -THANK_EVERY, ""
    while not stopping.wait(EVERY):
        thank = monotonic() - thanked >= THANK_EVERY
        try:
            # There is one postman: what is on its way between two rounds was left there by a failure.
            if left := outbox.recover(store(), now=now()):
                log.warning("%s may have been sent: look before they are sent again", counted(left, "mail"))
            round_of(store(), clock=now, stopping=stopping, thank=thank)
            told = ""
        except NpsError as error:
            if str(error) != told:
                log.warning("the outbox waits: %s", error)
            told = str(error)
        if thank:
            thanked = monotonic()
