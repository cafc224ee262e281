"""The outbox: every mail that was to be sent, and what became of it. One key is one mail, on the wire at most once.

queued -> sending -> sent | failed | unknown, and back to queued where the server asked to try later. A mail is claimed
before it goes on the wire and settled after, each in a transaction; one that was claimed and never settled is
`unknown`, and a person says whether it arrived.
"""

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from nps import acts, casework
from nps.decided import clock_of
from nps.errors import Conflict, Refused
from nps.saying import optout
from nps.saying.mail import Mail, address, checked
from nps.saying.templates import FAVOURS, Template
from nps.saying.wire import Handed
from nps.store import Row, Store, Transaction
from nps.topics import reads

State = Literal["queued", "sending", "sent", "failed", "unknown"]

GRACE = timedelta(seconds=10)  # in which a mail can be taken back
LATER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240))  # between tries


@dataclass(frozen=True)
class Order:
    """A mail that somebody wants sent for a case. `bulk`: by itself, not by an agent."""

    response_key: str
    person_id: int | None
    template: Template
    to: str
    subject: str
    body: str
    sender_name: str
    reply_to: str = ""
    bulk: bool = False

    @property
    def key(self) -> str:
        """Which mail it is: the same template in the same version goes to a case once."""
        return key_of(self.response_key, self.template)


@dataclass(frozen=True)
class Posted:
    """A mail of the outbox as it stands; times are UTC. `said`: by the server, or why it was not sent."""

    mail_key: str
    response_key: str
    person_id: int | None
    template: str
    version: int
    ask: str
    bulk: bool
    recipient: str
    subject: str
    body: str
    sender_name: str
    reply_to: str
    state: State
    attempts: int
    said: str | None
    queued_at: datetime
    queued_by: str
    next_try_at: datetime | None
    claimed_at: datetime | None
    settled_at: datetime | None

    def mail(self, sender: str) -> Mail:
        """What goes on the wire."""
        return Mail(
            self.mail_key, sender, self.sender_name, self.recipient, self.subject, self.body, self.reply_to, self.bulk
        )


_COLUMNS = ", ".join(field.name for field in fields(Posted))
_SELECT = f"SELECT {_COLUMNS} FROM outbox"  # noqa: S608
_INSERT = f"INSERT INTO outbox ({_COLUMNS}) VALUES ({', '.join(f'${field.name}' for field in fields(Posted))})"  # noqa: S608


def key_of(response_key: str, template: Template) -> str:
    """The key of the mail that a template, in its version, makes for a case."""
    parts = "\x1f".join((response_key, template.name, str(template.version)))
    return hashlib.sha256(parts.encode()).hexdigest()


def put(store: Store, order: Order, *, who: str, now: datetime, ask_every: timedelta) -> str:
    """Put a mail into the outbox, to go out in a moment, and return its key.

    Raises Conflict where this mail is there already, and Refused where it cannot or must not be sent: no usable
    address, somebody who wants no mail, or a favour asked of the same person within `ask_every`.
    """
    return store.transact(lambda tx: add(tx, order, who=who, now=now, ask_every=ask_every), touches=("outbox",))


def add(tx: Transaction, order: Order, *, who: str, now: datetime, ask_every: timedelta) -> str:
    """The same within a transaction that touches the outbox."""
    if not who.strip():
        raise Refused("Say who you are first: a mail has a person who sends it.")
    subject, body = checked(order.subject, order.body)
    recipient = address(order.to)
    if objection := optout.objection(tx, recipient, order.person_id):
        raise Refused(f"{objection} Call instead, or leave it.")
    if order.template.ask and (asked := _asked(tx, order, recipient, since=now - ask_every)):
        at, _ = clock_of(tx, asked[1])
        raise Refused(
            f"{recipient} was asked for {FAVOURS[asked[0]]} on {at:%-d %b %Y}. "
            f"One person is asked once in {ask_every.days} days; ask again from {at + ask_every:%-d %b %Y}."
        )
    before = tx.rows(f"{_SELECT} WHERE mail_key = $key", {"key": order.key})
    if before and (there := _posted(before[0])).state != "failed":
        raise Conflict(f"{_standing(tx, there)} Nothing was sent.")
    tx.execute("DELETE FROM outbox WHERE mail_key = $key", {"key": order.key})
    waits = timedelta() if order.bulk else GRACE
    tx.execute(
        _INSERT,
        {
            "mail_key": order.key,
            "response_key": order.response_key,
            "person_id": order.person_id,
            "template": order.template.name,
            "version": order.template.version,
            "ask": order.template.ask,
            "bulk": order.bulk,
            "recipient": recipient,
            "subject": subject,
            "body": body,
            "sender_name": order.sender_name,
            "reply_to": address(order.reply_to) if order.reply_to else "",
            "state": "queued",
            "attempts": 0,
            "said": None,
            "queued_at": now,
            "queued_by": who.strip(),
            "next_try_at": now + waits,
            "claimed_at": None,
            "settled_at": None,
        },
    )
    return order.key


def claim(store: Store, *, now: datetime) -> Posted | None:
    """Take the next mail that is due and mark it as on its way; None where none is.

    Whoever opted out since it was queued is left alone.
    """
    if not store.rows("SELECT 1 FROM outbox WHERE state = 'queued' AND next_try_at <= $now LIMIT 1", {"now": now}):
        return None

    def work(tx: Transaction) -> Posted | None:
        while due := tx.rows(
            f"{_SELECT} WHERE state = 'queued' AND next_try_at <= $now ORDER BY bulk, next_try_at, mail_key LIMIT 1",
            {"now": now},
        ):
            mail = _posted(due[0])
            objection = optout.objection(tx, mail.recipient, mail.person_id)
            if objection is None:
                tx.execute(
                    "UPDATE outbox SET state = 'sending', claimed_at = $now, attempts = attempts + 1 "
                    "WHERE mail_key = $key",
                    {"now": now, "key": mail.mail_key},
                )
                return mail
            _settle(tx, mail.mail_key, "failed", objection, now=now)
        return None

    return store.transact(work, touches=("outbox",))


def settle(store: Store, mail: Posted, handed: Handed, *, now: datetime) -> State:
    """Write down what became of a claimed mail; one that was sent is recorded on its case in the same transaction."""

    def work(tx: Transaction) -> State:
        [[attempts]] = tx.rows("SELECT attempts FROM outbox WHERE mail_key = $key", {"key": mail.mail_key})
        if handed.result == "temporary" and attempts <= len(LATER):
            tx.execute(
                "UPDATE outbox SET state = 'queued', said = $said, next_try_at = $later WHERE mail_key = $key",
                {"said": handed.said, "later": now + LATER[attempts - 1], "key": mail.mail_key},
            )
            return "queued"
        state: State = "failed" if handed.result in ("temporary", "permanent") else handed.result  # type: ignore[assignment]
        _settle(tx, mail.mail_key, state, handed.said, now=now)
        if state == "sent":
            _record(tx, mail, now=now)
        return state

    return store.transact(work, touches=("outbox", "cases"))


def recover(store: Store, *, now: datetime) -> int:
    """What was claimed and never settled, by a process that ended, is unknown. Return how many mails that is."""
    if not store.rows("SELECT 1 FROM outbox WHERE state = 'sending' LIMIT 1"):
        return 0
    return store.transact(
        lambda tx: tx.execute(
            "UPDATE outbox SET state = 'unknown', settled_at = $now, "
            "said = 'The dashboard stopped while this mail was on its way.' WHERE state = 'sending'",
            {"now": now},
        ),
        touches=("outbox",),
    )


def take_back(store: Store, mail_key: str, *, who: str, now: datetime) -> None:
    """Stop a mail that has not gone out. Raises Conflict where it is on its way or settled."""

    def work(tx: Transaction) -> None:
        mail = _one(tx, mail_key)
        if mail.state != "queued":
            raise Conflict(_standing(tx, mail))
        _settle(tx, mail_key, "failed", f"{who} took it back.", now=now)

    store.transact(work, touches=("outbox",))


def say_whether(store: Store, mail_key: str, *, arrived: bool, who: str, now: datetime) -> None:
    """Settle a mail of which nobody knew whether it arrived, after somebody looked."""

    def work(tx: Transaction) -> None:
        mail = _one(tx, mail_key)
        if mail.state != "unknown":
            raise Conflict(_standing(tx, mail))
        found = "arrived" if arrived else "did not arrive"
        _settle(tx, mail_key, "sent" if arrived else "failed", f"{who} looked: it {found}.", now=now)
        if arrived:
            _record(tx, mail, now=mail.claimed_at or now)

    store.transact(work, touches=("outbox", "cases"))


def sent_by_hand(store: Store, order: Order, *, who: str, now: datetime, ask_every: timedelta) -> None:
    """Record a mail that an agent sent from a mail client of their own. Raises what `put` raises."""

    def work(tx: Transaction) -> None:
        key = add(tx, order, who=who, now=now, ask_every=ask_every)
        _settle(tx, key, "sent", "Sent from the mail client.", now=now)
        _record(tx, _one(tx, key), now=now)

    store.transact(work, touches=("outbox", "cases"))


@reads("outbox")
def of_case(store: Store, response_key: str) -> tuple[Posted, ...]:
    """The mails of a case, the newest first."""
    rows = store.rows(f"{_SELECT} WHERE response_key = $key ORDER BY queued_at DESC", {"key": response_key})
    return tuple(map(_posted, rows))


@reads("outbox")
def unsettled(store: Store, *, limit: int) -> tuple[Posted, ...]:
    """The mails that a person has to look after: unknown ones, and failed ones of agents; the newest first."""
    rows = store.rows(
        f"{_SELECT} WHERE state = 'unknown' OR (state = 'failed' AND NOT bulk) "
        "ORDER BY state = 'unknown' DESC, settled_at DESC LIMIT $limit",
        {"limit": limit},
    )
    return tuple(map(_posted, rows))


@reads("outbox")
def states(store: Store) -> dict[str, int]:
    """How many mails are in each state."""
    return dict(store.rows("SELECT state, count(*) FROM outbox GROUP BY state"))


def _standing(tx: Transaction, mail: Posted) -> str:
    """Where a mail stands, in words."""
    words = {
        "queued": "waits to be sent",
        "sending": "is on its way",
        "sent": "was sent",
        "failed": "was not sent",
        "unknown": "may have been sent: look before you send it again",
    }
    at, zone = clock_of(tx, mail.settled_at or mail.queued_at)
    return f"This mail to {mail.recipient} {words[mail.state]} ({mail.queued_by}, {at:%-d %b %Y, %H:%M} {zone})."


def _record(tx: Transaction, mail: Posted, *, now: datetime) -> None:
    """Write on the case that the mail was sent; a mail of an agent is a contact too."""
    act = acts.sent(mail.subject, to=mail.recipient, template=mail.template, version=str(mail.version), ask=mail.ask)
    casework.add(tx, mail.response_key, [act], contact=not mail.bulk, who=mail.queued_by, now=now)


def _asked(tx: Transaction, order: Order, recipient: str, *, since: datetime) -> Row | None:
    rows = tx.rows(
        """
        SELECT ask, queued_at FROM outbox
        WHERE ask <> '' AND state <> 'failed' AND queued_at > $since AND mail_key <> $key
            AND (person_id = $person_id OR recipient = $recipient)
        ORDER BY queued_at DESC LIMIT 1
        """,
        {"since": since, "person_id": order.person_id, "recipient": recipient, "key": order.key},
    )
    return rows[0] if rows else None


def _settle(tx: Transaction, mail_key: str, state: State, said: str, *, now: datetime) -> None:
    tx.execute(
        "UPDATE outbox SET state = $state, said = $said, settled_at = $now, next_try_at = NULL WHERE mail_key = $key",
        {"state": state, "said": said, "now": now, "key": mail_key},
    )


def _one(tx: Transaction, mail_key: str) -> Posted:
    rows = tx.rows(f"{_SELECT} WHERE mail_key = $key", {"key": mail_key})
    if not rows:
        raise Refused("This mail is not in the outbox any more. Look at the case again.")
    return _posted(rows[0])


def _posted(row: tuple[Any, ...]) -> Posted:
    return Posted(*row)
