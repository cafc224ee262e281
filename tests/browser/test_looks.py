"""Every page in light and dark, wide and on a phone: accessible, nothing sideways, nothing in the console."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.hands import give_name, open_case
from tests.browser.visitor import settled, violations, visit
from tests.pages.opening import PAGES

PATHS = {name: "/" if name == "overview" else f"/{name}" for name in PAGES}
PHONE = (390, 844)


def _unfold(page: Page) -> None:
    """Open what is folded, so that it is judged as well."""
    folded = page.get_by_test_id("stMain").locator("details:not([open]) > summary")
    for left in range(folded.count(), 0, -1):
        folded.first.click()
        expect(folded).to_have_count(left - 1)
        settled(page)  # some are asked what is in them only then, and what is below moves down


def _drawn(page: Page, name: str) -> None:
    """Wait for the charts and lists of a page."""
    for chart in page.get_by_test_id("stPlotlyChart").all():
        expect(chart.locator(".main-svg").first).to_be_visible()
    if name == "followups":
        expect(page.get_by_test_id("data-grid-canvas").first).to_be_visible()


TEXT_COLOUR = "getComputedStyle(document.querySelector('[data-testid=stApp]')).color"
CHOSEN_COLOURS = """[...new Set([...document.querySelectorAll('button[data-selected="true"] p')].map(
    each => getComputedStyle(each).color))]"""


def _nothing_of_ours(page: Page) -> None:
    """Judge the page in light, then in dark; Streamlit follows the system at once."""
    assert violations(page) == []
    background = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    light = page.evaluate(background)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{background} !== '{light}'")
    settled(page)
    assert violations(page) == []
    # axe does not always see through the tint behind what is chosen.
    assert page.evaluate(CHOSEN_COLOURS) in ([], [page.evaluate(TEXT_COLOUR)])
    page.emulate_media(color_scheme="light")


def _headings_in_order(page: Page) -> None:
    headings = page.get_by_test_id("stMain").locator("h1, h2, h3, h4, h5, h6")
    levels: list[int] = headings.evaluate_all("found => found.map(heading => Number(heading.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_of_ours(page: Page, name: str) -> None:
    visit(page, PATHS[name] + "?seg_region=EMEA")
    _drawn(page, name)
    if name == "followups":
        give_name(page, "Ada Osei")
        open_case(page)
    _unfold(page)
    _headings_in_order(page)
    _nothing_of_ours(page)


def test_axe_finds_nothing_of_ours_in_an_upload(page: Page) -> None:
    visit(page, "/imports")
    rows = "nps,other score,when,why\n" + "9,1,2026-09-01,good\n11,4,2026-09-02,bad\n" * 4
    file = FilePayload(name="new.csv", mimeType="text/csv", buffer=rows.encode())
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.get_by_role("button", name="Import 1 file")).to_be_visible()
    settled(page)
    _nothing_of_ours(page)
    page.get_by_role("button", name="Import 1 file").click()
    expect(page.locator("[class*=st-key-landed_]")).to_be_visible()
    settled(page)
    _nothing_of_ours(page)


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_axe_finds_nothing_of_ours_under_the_mouse(page: Page) -> None:
    visit(page, "/followups")
    _drawn(page, "followups")
    for button in (
        page.get_by_test_id("stMain").get_by_role("button").filter(visible=True, has_text=re.compile(r"\w")).all()
    ):
        button.hover()
        assert violations(page) == [], button.inner_text()


@pytest.mark.parametrize("viewport", [PHONE])
@pytest.mark.parametrize("colour_scheme", ["dark"])
def test_axe_finds_nothing_of_ours_on_a_phone(page: Page) -> None:
    for name in ("overview", "followups"):
        visit(page, PATHS[name])
        _drawn(page, name)
        assert violations(page) == [], name


@pytest.mark.parametrize("viewport", [PHONE])
def test_a_phone_never_scrolls_sideways(page: Page) -> None:
    for name in PAGES:
        visit(page, PATHS[name])
        if name == "followups":
            give_name(page, "Ada Osei")
            open_case(page)
        _drawn(page, name)
        _unfold(page)
        widths: dict[str, int] = page.evaluate(
            """() => Object.fromEntries(["html", "[data-testid=stMain]", "[data-testid=stApp]"].map(
                name => [name, document.querySelector(name).scrollWidth]))"""
        )
        assert max(widths.values()) <= PHONE[0], f"{name}: {widths}"


@pytest.mark.parametrize("viewport", [PHONE])
def test_the_filters_are_one_tap_away_on_a_phone(page: Page) -> None:
    visit(page)
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(sidebar.get_by_label("Period", exact=True)).to_be_visible()


def test_axe_is_at_work(page: Page) -> None:
    visit(page, "/imports")
    page.get_by_test_id("stText").first.locator("span").evaluate("text => { text.style.color = '#dddddd'; }")
    assert any("color-contrast" in found for found in violations(page))


def test_the_tab_names_the_page_and_shows_our_icon(page: Page) -> None:
    for name, title in (("trends", "Trends"), ("overview", "Overview")):
        visit(page, PATHS[name])
        expect(page).to_have_title(f"{title} · NPS dashboard")
        expect(page.locator("link[rel~=icon]").first).to_have_attribute("href", re.compile(r"/media/\w+\.png$"))
