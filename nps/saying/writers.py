"""How an agent signs: where answers go, and a direct line; written once, by name."""

from datetime import datetime

from nps.errors import Refused
from nps.saying.known import LONGEST, Writer, one_line
from nps.saying.mail import address
from nps.store import Store
from nps.topics import reads


@reads("writers")
def writer(store: Store, name: str) -> Writer:
    """How somebody signs; the name alone where nothing was written."""
    rows = store.rows(
        "SELECT address, direct_line FROM writers WHERE name = $name ORDER BY written_at DESC LIMIT 1", {"name": name}
    )
    return Writer(name, *rows[0]) if rows else Writer(name)


def write(store: Store, writer: Writer, *, now: datetime) -> None:
    """Keep how somebody signs. Raises Refused for an address that is none."""
    if not writer.name.strip():
        raise Refused("Say who you are first.")
    row = {
        "name": writer.name,
        "address": address(writer.address) if writer.address.strip() else "",
        "line": one_line(writer.direct_line, LONGEST),
        "now": now,
    }
    store.transact(
        lambda tx: tx.execute("INSERT INTO writers VALUES ($name, $address, $line, $now)", row), touches=("writers",)
    )
