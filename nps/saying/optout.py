"""Who wants no mail: addresses that were told, and people whose context says so. Nothing is sent to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nps.decided import clock_of
from nps.errors import Refused
from nps.saying.known import one_line
from nps.saying.mail import address
from nps.store import Store, Transaction
from nps.topics import reads

MOST = 200_000  # addresses at once
_PIECES = re.compile(r"[\s,;<>\"]+")


@dataclass(frozen=True)
class Unwanted:
    """An address that wants no mail, since when (UTC), and who wrote that down."""

    address: str
    at: datetime
    who: str


@dataclass(frozen=True)
class Listed:
    """The addresses of a text, and the pieces with an @ in them that are none."""

    addresses: tuple[str, ...]
    not_read: tuple[str, ...]


def read(text: str) -> Listed:
    """The addresses of a text or a CSV file, each once; words without an @ are passed over."""
    found, not_read = dict[str, None](), []
    for piece in _PIECES.split(text):
        if "@" in piece:
            try:
                found[address(piece)] = None
            except Refused:
                not_read.append(one_line(piece, 80))
    return Listed(tuple(found), tuple(not_read))


@reads("opt_outs")
def unwanted(store: Store, *, limit: int) -> tuple[Unwanted, ...]:
    """Addresses that want no mail, the newest first."""
    rows = store.rows(
        "SELECT address, told_at, told_by FROM unwanted ORDER BY told_at DESC, address LIMIT $limit", {"limit": limit}
    )
    return tuple(Unwanted(*row) for row in rows)


@reads("opt_outs")
def count(store: Store) -> int:
    """How many addresses want no mail."""
    return int(store.rows("SELECT count(*) FROM unwanted")[0][0])


def write(store: Store, addresses: Sequence[str], *, opted_out: bool, who: str, now: datetime) -> int:
    """Write down that addresses want no mail, or want it again; return for how many that was new."""
    if not who.strip():
        raise Refused("Say who you are first, so that colleagues see who wrote it down.")
    if not addresses:
        raise Refused("There is no e-mail address in it. Paste one a line, or a CSV file with a column of them.")
    if len(addresses) > MOST:
        raise Refused(f"{len(addresses):,} addresses at once are too many; {MOST:,} fit. Split the list.")

    def work(tx: Transaction) -> int:
        return tx.execute(
            """
            INSERT INTO opt_outs
            SELECT address, $opted_out, $now, $who,
                (SELECT coalesce(max(number), 0) FROM opt_outs) + row_number() OVER (ORDER BY address)
            FROM (SELECT DISTINCT unnest($addresses) AS address)
            WHERE (address IN (SELECT address FROM unwanted)) <> $opted_out
            """,
            {"addresses": list(addresses), "opted_out": opted_out, "now": now, "who": who.strip()},
        )

    return store.transact(work, touches=("opt_outs",))


@reads("opt_outs", "context")
def objection(source: Store | Transaction, recipient: str, person_id: int | None) -> str | None:
    """Why nothing is sent to an address, in words; None where nobody objected."""
    rows = source.rows("SELECT told_at, told_by FROM unwanted WHERE address = $address", {"address": recipient.lower()})
    if rows:
        at, who = rows[0]
        day, _ = clock_of(source, at)
        return f"{recipient} wants no mail: {who} wrote that down on {day:%-d %b %Y}."
    if source.rows("SELECT 1 FROM known_people WHERE person_id = $id AND opted_out", {"id": person_id}):
        return f"{recipient} wants no mail: the customer's data says so."
    return None
