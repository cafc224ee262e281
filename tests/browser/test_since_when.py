"""A lead asks since when: a level of the line, its people as follow-ups; what happened, from both sides."""

import re

from playwright.sync_api import Page, expect

from tests.browser.hands import choose, go_to, pick, said
from tests.browser.visitor import settled, visit

LEVELS = ".st-key-trend_chart .scatterlayer .points path"


def _opened(page: Page, link: str, which: int) -> Page:
    """The tab that a link opens."""
    with page.expect_popup() as opened:
        page.get_by_test_id("stMain").get_by_role("link", name=link).nth(which).click()
    return opened.value


def test_a_level_leads_to_its_people_and_the_address_keeps_it(page: Page) -> None:
    visit(page, "/trends?seg_region=EMEA&period=All+time&grain=Quarter")
    expect(said(page, "Since 10 Apr 2026 (between 3 Apr 2026 and 14 Apr 2026)")).to_be_visible()
    expect(page.locator(LEVELS)).to_have_count(12)  # nine quarters, then three levels
    pick(page, page.locator(LEVELS).nth(10))
    heading = page.get_by_role("heading", name="Responses of level of 16 Jan 2026 to 9 Apr 2026")
    expect(heading).to_be_visible()
    expect(page).to_have_url(re.compile(r"point=level\+of\+16\+Jan"))
    settled(page)
    followups = _opened(page, "Open as follow-ups", 0)
    expect(followups.get_by_role("heading", level=1)).to_have_text("Follow-ups")
    expect(said(followups, "16 Jan 2026 to 9 Apr 2026 · all surveys · Region: EMEA")).to_be_visible()
    pick(page, page.locator(LEVELS).nth(3))
    expect(page.get_by_role("heading", name="Responses of Q3 2025")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Responses of Q3 2025")).to_be_visible()


def test_back_leads_to_the_page_as_it_was_left(page: Page) -> None:
    visit(page, "/trends?seg_region=EMEA&period=All+time&grain=Quarter")
    choose(page, "Responses of", "Q3 2025")
    chosen = page.get_by_role("heading", name="Responses of Q3 2025")
    expect(chosen).to_be_visible()
    for title in ("Segments", "Overview"):
        go_to(page, title)
        expect(page).to_have_url(re.compile(r"period=All\+time&seg_region=EMEA$"))
        page.go_back()
        expect(chosen).to_be_visible()
        expect(page.get_by_role("radio", name="Quarter")).to_be_checked()
        expect(page).to_have_url(re.compile(r"grain=Quarter.*point=Q3\+2025|point=2025-07-01"))
        page.go_forward()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.go_back()
        expect(chosen).to_be_visible()


def test_a_mark_leads_to_what_changed_with_its_days(page: Page) -> None:
    visit(page, "/trends?seg_region=EMEA")
    mark = said(page, "13 Jan 2026, release: Release 8: new setup")
    expect(mark).to_contain_text("Difference −38 (−63 to −9)")
    changed = _opened(page, "What changed", -3)
    expect(changed.get_by_role("heading", level=1)).to_have_text("What changed")
    expect(said(changed, "13 Jan 2026 to 9 Feb 2026 · all surveys · Region: EMEA").first).to_be_visible()
