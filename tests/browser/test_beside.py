"""A selection is saved on one page and put beside a group on another."""

import re

from playwright.sync_api import Page, expect

from tests.browser.hands import choose, go_to
from tests.browser.visitor import settled, visit


def test_a_selection_is_saved_in_the_sidebar_and_compared(page: Page) -> None:
    visit(page, "/trends?seg_region=EMEA&period=Last+90+days")
    page.get_by_role("button", name="Saved selections").click()
    page.get_by_label("Name of this selection").fill("EMEA lately")
    page.get_by_role("button", name="Save this selection").click()
    expect(page.get_by_role("link", name="EMEA lately")).to_have_attribute("href", re.compile("seg_region=EMEA"))
    page.keyboard.press("Escape")
    go_to(page, "Side by side")
    choose(page, "One side", "Saved: EMEA lately")
    choose(page, "The other side", "What the sidebar selects")
    settled(page)
    expect(page.get_by_role("heading", name="EMEA lately and The selection do not differ detectably")).to_be_visible()
    expect(page).to_have_url(re.compile("one_side=Saved"))
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Delete")).to_be_visible()
