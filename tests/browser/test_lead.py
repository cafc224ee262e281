"""A lead's journey: narrow down, choose a point, share the link; the numbers always say what they are about."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.hands import choose, give_name, go_to, pick, said, sentence
from tests.browser.visitor import settled, visit

POINTS = ".st-key-trend_chart .scatterlayer .points path"
BARS = ".st-key-bars .barlayer .point path"
AREAS = ".st-key-areas .barlayer .point"
CELLS = ".st-key-cells .scatterlayer .points path"


def _answers(page: Page) -> int:
    return int(sentence(page).inner_text().split()[0].replace(",", ""))


def _view(page: Page) -> list[str]:
    """What the page says, apart from how long ago the last import was."""
    settled(page)
    texts = page.get_by_test_id("stMain").locator(
        "h1, h2, h3, [data-testid=stText], [data-testid=stMetricValue], [data-testid=stMetricDelta]"
    )
    return [re.sub(r"last import .*", "last import", text) for text in texts.all_inner_texts()]


def test_the_sentence_and_the_numbers_follow_a_filter(page: Page) -> None:
    visit(page)
    expect(sentence(page)).to_contain_text("2,482 answers · 1 Nov 2025 to 31 Oct 2026 · all surveys")
    choose(page, "Region", "EMEA")
    expect(sentence(page)).to_contain_text("1,137 answers · 1 Nov 2025 to 31 Oct 2026 · all surveys · Region: EMEA")
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text("1,137")
    expect(page).to_have_url(re.compile(r"[?&]seg_region=EMEA"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Clear filters").click()
    expect(sentence(page)).to_contain_text("2,482 answers")
    expect(page).not_to_have_url(re.compile("seg_region"))


def test_a_point_of_the_trend_is_chosen_by_a_click_and_by_the_select_box(page: Page) -> None:
    visit(page, "/trends")
    expect(page.locator(POINTS)).to_have_count(15)  # twelve months and three levels
    pick(page, page.locator(POINTS).nth(4))
    expect(page.get_by_role("heading", name="Responses of Mar 2026")).to_be_visible()
    expect(page).to_have_url(re.compile(r"point=Mar\+2026"))
    expect(page.get_by_label("Responses of", exact=True)).to_have_value("Mar 2026")
    choose(page, "Responses of", "Jun 2026")
    expect(page.get_by_role("heading", name="Responses of Jun 2026")).to_be_visible()
    pick(page, page.locator(POINTS).nth(4))
    expect(page.get_by_role("heading", name="Responses of Mar 2026")).to_be_visible()
    choose(page, "Responses of", "all periods")
    expect(page.get_by_role("heading", name="Responses", exact=True)).to_be_visible()


def test_a_bar_and_a_cell_choose_the_people(page: Page) -> None:
    visit(page, "/segments")
    expect(page.locator(BARS)).to_have_count(4)
    pick(page, page.locator(BARS).last)
    expect(said(page, "Plan: Starter")).to_be_visible()
    expect(page.get_by_label("People in", exact=True)).to_have_value("Starter")
    pick(page, page.locator(CELLS).first)
    expect(page).to_have_url(re.compile(r"value=\w+&other=\w+"))
    expect(said(page, re.compile("Plan: .* · Region: "))).to_be_visible()
    choose(page, "Map", "Areas of all segments")
    area = page.locator(AREAS).filter(has_text="Planner")
    pick(page, area.locator("path"))
    expect(said(page, "Product: Planner")).to_be_visible()
    expect(page.get_by_label("People in", exact=True)).to_have_value("Planner")


def test_a_copied_link_shows_the_same_view_to_somebody_else(page: Page, open_page: Callable[[], Page]) -> None:
    visit(page, "/trends")
    choose(page, "Region", "EMEA")
    page.keyboard.press("Escape")
    choose(page, "Journey stage", "Onboarding")
    page.keyboard.press("Escape")
    choose(page, "Period", "All time")
    choose(page, "One vote is", "latest per account")
    page.get_by_test_id("stMain").get_by_text("Quarter", exact=True).click()
    expect(page).to_have_url(re.compile("grain=Quarter"))
    choose(page, "Responses of", "Q1 2026")
    expect(page.get_by_role("heading", name="Responses of Q1 2026")).to_be_visible()
    expect(page).to_have_url(re.compile("point=Q1"))
    other = open_page()
    visit(other, page.url)
    assert _view(other) == _view(page)
    expect(sentence(other)).to_contain_text("all time · all surveys · ")
    for part in ("Journey stage: Onboarding", "Region: EMEA", "latest per account"):
        expect(sentence(other)).to_contain_text(part)


def test_custom_dates_are_part_of_the_link(page: Page, open_page: Callable[[], Page]) -> None:
    visit(page)
    choose(page, "Period", "Custom dates")
    page.get_by_role("group", name="From", exact=True).get_by_role("spinbutton").first.click()
    page.keyboard.type("20260113")
    page.keyboard.press("Escape")
    expect(sentence(page)).to_contain_text("13 Jan 2026 to 31 Oct 2026")
    other = open_page()
    visit(other, page.url)
    expect(sentence(other)).to_contain_text("13 Jan 2026 to 31 Oct 2026")
    assert _answers(other) == _answers(page)


def test_navigation_back_and_reload_keep_the_filters(page: Page) -> None:
    visit(page)
    choose(page, "Region", "EMEA")
    page.keyboard.press("Escape")
    choose(page, "Period", "Last 6 months")
    expect(sentence(page)).to_contain_text("613 answers · 3 May 2026 to 31 Oct 2026 · all surveys · Region: EMEA")
    for title in ("Trends", "Segments", "Follow-ups", "Imports", "Overview"):
        go_to(page, title)
        expect(page).to_have_url(re.compile(r"period=Last\+6\+months&seg_region=EMEA"))
        if title != "Imports":
            expect(sentence(page)).to_contain_text("3 May 2026 to 31 Oct 2026 · all surveys · Region: EMEA")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imports")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Follow-ups")
    expect(sentence(page)).to_contain_text("Region: EMEA")
    page.reload()
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Follow-ups")
    expect(sentence(page)).to_contain_text("3 May 2026 to 31 Oct 2026 · all surveys · Region: EMEA")


def test_the_story_of_the_sample_is_found_by_following_the_banner(page: Page) -> None:
    visit(page)
    expect(said(page, "Something broke early in 2026: see Trends and Hotspots")).to_be_visible()
    go_to(page, "Trends")
    pick(page, page.locator(POINTS).nth(4))
    expect(page.get_by_role("heading", name="Responses of Mar 2026")).to_be_visible()
    go_to(page, "Hotspots")
    group = "Region: EMEA × Journey stage: Onboarding"
    expect(page.get_by_role("heading", name=group, exact=True)).to_be_visible()
    choose(page, "People of", group)
    expect(page.get_by_role("heading", name=f"Responses: {group}")).to_be_visible()
    go_to(page, "Segments")
    choose(page, "Segment", "Region")
    choose(page, "Crossed with", "Journey stage")
    expect(page.locator(BARS)).to_have_count(4)
    labels = page.locator(".st-key-bars .ytick text")
    expect(labels.last).to_contain_text("EMEA")
    expect(labels.last).to_contain_text("costs")


def test_a_filter_is_in_the_link_even_right_after_others_came_and_went(page: Page) -> None:
    visit(page)
    for _ in range(3):
        choose(page, "Period", "Custom dates")
        choose(page, "One vote is", "latest per person")
        expect(page).to_have_url(re.compile(r"unit=latest\+per\+person"))
        choose(page, "Period", "Last 6 months")
        choose(page, "One vote is", "every response")
        expect(page).not_to_have_url(re.compile("unit="))


def test_a_lead_opens_a_finding_keeps_it_under_watch_and_ends_that(page: Page) -> None:
    visit(page, "/hotspots?period=Custom+dates&from=2026-01-01&to=2026-05-31")
    page.get_by_text("Since when, worse or better, revenue, words").first.click()
    expect(said(page, "It lies below the rest since 28 Jan 2026")).to_be_visible()
    expect(said(page, "setup in 21 comments")).to_be_visible()
    page.get_by_text("Keep a finding under watch").click()
    give_name(page, "Ada Osei")
    page.get_by_label("Note", exact=True).fill("Fixed with release 7.1")
    page.get_by_role("button", name="Keep it under watch").click()
    expect(said(page, "Gone. NPS 38")).to_be_visible()
    page.reload()
    settled(page)
    expect(said(page, "Fixed with release 7.1")).to_be_visible()
    page.get_by_role("button", name="End this watch").click()
    expect(said(page, "No group is under watch")).to_be_visible()
    page.get_by_text("Ended: 1").click()
    page.get_by_role("button", name="Take it up again").click()
    expect(said(page, "Gone. NPS 38")).to_be_visible()
