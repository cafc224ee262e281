"""Who sits at the browser: a name, asked once and kept until there is a sign-in.

Each browser gets a random cookie with its first page; the store remembers which name goes with it. It says who ticked
what and protects nothing.
"""

import hashlib
import secrets
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nps.errors import Refused
from nps.store import Store, Transaction

COOKIE = "nps_browser"
YEAR = 365 * 86_400
LONGEST_NAME = 60


class BrowserCookie:
    """ASGI middleware that gives a browser without the cookie one of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or COOKIE in SimpleCookie(Headers(scope=scope).get("cookie", "")):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    token = secrets.token_urlsafe(24)
                    headers.append("Set-Cookie", f"{COOKIE}={token}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax")
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def identity(token: str) -> str:
    """The browser as the store knows it: its cookie hashed, so that the store gives no cookie away."""
    return hashlib.sha256(token.encode()).hexdigest()


def name_of(store: Store, browser: str) -> str | None:
    """The name that goes with a browser, or None where nobody said it yet."""
    rows = store.rows("SELECT name FROM visitors WHERE browser = $browser", {"browser": browser})
    return rows[0][0] if rows else None


def checked(name: str) -> str:
    """A name fit to be kept. Raises Refused for an empty or very long one."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"Write your name, in at most {LONGEST_NAME} characters.")
    return name


def keep(store: Store, browser: str, name: str) -> None:
    """Write which name goes with a browser."""

    def work(tx: Transaction) -> None:
        tx.execute("DELETE FROM visitors WHERE browser = $browser", {"browser": browser})
        tx.execute("INSERT INTO visitors VALUES ($browser, $name)", {"browser": browser, "name": name})

    store.transact(work, touches=("visitors",))
