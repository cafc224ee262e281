"""What a person's browser does and notices: open a page, wait for it, and whatever went wrong meanwhile."""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, expect

# Whole rules are never switched off: a rule is ignored only inside a part that Streamlit draws and no page can reach.
STREAMLIT_DRAWS = {
    "svg-img-alt": '[data-testid="stMetricChart"]',
    "presentation-role-conflict": '[data-testid="stFileUploaderDropzone"]',
}

# Opened by a deep link, Streamlit first looks for its server below the page's own address.
STREAMLIT_PROBES = ("/_stcore/health", "/_stcore/host-config")

# A colour on its way from one scheme to the other has too little contrast for a moment; a spinner never ends.
JUDGE = """async () => {
    const ending = document.getAnimations().filter(each => isFinite(each.effect.getComputedTiming().endTime));
    await Promise.allSettled(ending.map(each => each.finished));
    return (await axe.run()).violations;
}"""


def visit(page: Page, path: str = "/") -> None:
    """Open a page of the dashboard and wait until its script has run."""
    page.goto(path)
    settled(page)


# What a click or another colour scheme sets off is there two frames later, however busy the machine is.
NEXT_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def settled(page: Page) -> None:
    """Wait until the server has nothing more to draw; a click turns the state to running with the next frame."""
    page.evaluate(NEXT_FRAMES)
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


@dataclass
class Faults:
    """Errors in a browser's console, scripts that failed, and requests that left the dashboard."""

    host: str
    seen: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"script failed: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location["url"]
        if message.type == "error" and not urlsplit(where).path.endswith(STREAMLIT_PROBES):
            self.seen.append(f"console: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.host:
            self.seen.append(f"request to another host: {request.url}")


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page once its colours have stopped moving: rule, where, and the element.

    Leaves out what stands in `STREAMLIT_DRAWS`.
    """
    page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(JUDGE)
    return [
        f"{rule['id']} at {node['target']}: {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
        if not _drawn_by_streamlit(page, rule["id"], node["target"])
    ]


def _drawn_by_streamlit(page: Page, rule: str, target: list[Any]) -> bool:
    part = STREAMLIT_DRAWS.get(rule)
    return part is not None and bool(
        page.evaluate("([part, selector]) => !!document.querySelector(selector)?.closest(part)", [part, target[-1]])
    )


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
