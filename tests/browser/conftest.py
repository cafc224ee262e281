"""A server of one's own, a real Chromium, and pages in it that fail the test when the console reports an error.

Parametrize `colour_scheme` ("light", "dark") or `viewport` ((width, height) in CSS pixels) to change the defaults.
"""

import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.visitor import Faults
from tests.pages.opening import filled, suggested
from tests.served import Server, served

FOLDER = Path(__file__).resolve().parent
SCREENSHOTS = FOLDER.parent.parent / "test-results"
PATIENCE_MS = 20_000

Scheme = Literal["light", "dark"]
failed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder `browser`."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure, so that its pages are photographed before they close."""
    report = yield
    item.stash[failed] = item.stash.get(failed, False) or report.failed
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.MISSING)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store filled with the sample and what is suggested for its comments, to be copied."""
    return suggested(filled(tmp_path_factory.mktemp("sample") / "nps.duckdb"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sample_file: Path) -> Iterator[Server]:
    """A dashboard with a store of its own, filled with the sample, for the tests of one module."""
    folder = tmp_path_factory.mktemp("server")
    with served(folder, store=Path(shutil.copy(sample_file, folder / "nps.duckdb"))) as running:
        yield running


@pytest.fixture
def colour_scheme() -> Scheme:
    """The scheme that the system of the visitor prefers."""
    return "light"


@pytest.fixture
def viewport() -> tuple[int, int]:
    """Width and height of the window in CSS pixels."""
    return 1280, 900


@pytest.fixture
def open_page(
    browser: Browser,
    server: Server,
    colour_scheme: Scheme,
    viewport: tuple[int, int],
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[], Page]]:
    """A function that opens a blank page as one more person: a browser session of its own."""
    faults = Faults(server.url.removeprefix("http://"))
    contexts: list[BrowserContext] = []

    def open_one() -> Page:
        width, height = viewport
        context = browser.new_context(
            base_url=server.url,
            color_scheme=colour_scheme,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        return page

    yield open_one
    if request.node.stash.get(failed, False):
        _photograph(contexts, name=request.node.name)
    for context in contexts:
        context.close()
    assert not faults.seen, "\n".join(faults.seen)


@pytest.fixture
def page(open_page: Callable[[], Page]) -> Page:
    """A blank page as one person; `visit(page, "/imports")` opens the dashboard."""
    return open_page()


def _photograph(contexts: list[BrowserContext], *, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    for person, context in enumerate(contexts, start=1):
        for page in context.pages:
            page.screenshot(path=SCREENSHOTS / f"{re.sub(r'[^A-Za-z0-9_-]+', '-', name)}-{person}.png")
