"""The first request after a start is a link that somebody shared."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import visit
from tests.served import Server, served


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that nobody has visited yet."""
    with served(tmp_path) as fresh:
        yield fresh


def test_a_shared_link_opens_its_page_inside_the_navigation(page: Page) -> None:
    visit(page, "/imports")
    expect(page.get_by_role("heading", level=1)).to_have_text("Imports")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_role("link", name="Overview", exact=True)).to_be_visible()
    expect(sidebar.get_by_label("Period", exact=True)).to_be_visible()
