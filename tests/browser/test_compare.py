"""A lead asks why: a bar leads to the people of it, these open as follow-ups, and Back takes the choice back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.hands import choose, pick, said
from tests.browser.visitor import settled, visit

BARS = ".st-key-waterfall .barlayer .point path"
BROKEN = "/compare?period=Custom+dates&from=2026-01-15&to=2026-04-15"


def test_a_bar_leads_to_its_people_and_they_open_as_followups(page: Page) -> None:
    visit(page, f"{BROKEN}&split=Region")
    expect(page.get_by_role("heading", name=re.compile("NPS fell from 35"))).to_be_visible()
    expect(page.locator(BARS)).to_have_count(8)
    pick(page, page.locator(BARS).nth(4))  # the largest part by rate
    expect(page).to_have_url(re.compile("part=EMEA"))
    expect(page.get_by_role("heading", name="EMEA: 15 Jan 2026 to 15 Apr 2026")).to_be_visible()
    settled(page)
    with page.expect_popup() as opening:
        page.get_by_role("link", name="Open as follow-ups").last.click()
    expect(opening.value.get_by_role("heading", level=1)).to_have_text("Follow-ups")
    expect(said(opening.value, "16 Oct 2025 to 14 Jan 2026 · all surveys · Region: EMEA")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="EMEA: 15 Jan 2026 to 15 Apr 2026")).to_have_count(0)
    expect(page.get_by_role("heading", name="Who changed band")).to_be_visible()
    choose(page, "Compared with", "A target")
    page.get_by_label("Target", exact=True).fill("50")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("33 below the target of 50"))).to_be_visible()
    expect(page).to_have_url(re.compile("target=50"))
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("33 below the target of 50"))).to_be_visible()
