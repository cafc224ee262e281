"""What a person does with a mouse and reads with their eyes: choose, pick in a chart, tick in the list."""

import re
from collections.abc import Callable
from math import ceil

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.visitor import settled, visit

ROW, TICK_WIDTH = 35 / 16, 105  # the height of a row and of the header in rem; the width of the first column in pixels
MOST_STOPS = 150  # on the way to an element by Tab


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of the select box or multiselect of that label."""
    unfold(page, label)
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def unfold(page: Page, which: str | Locator) -> None:
    """Open the list of a select box, of that label or this very one."""
    settled(page)
    box = page.get_by_label(which, exact=True) if isinstance(which, str) else which
    box.scroll_into_view_if_needed()
    box.click()
    if box.get_attribute("aria-expanded") != "true":  # a list that opened while the page scrolled closes at once
        box.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()


def open_case(page: Page) -> Locator:
    """Open the first case of the list and return its box."""
    unfold(page, "Open a case")
    page.get_by_role("option").nth(1).click()
    box = page.locator(".st-key-case_view")
    expect(box).to_be_visible()
    settled(page)
    return box


def go_to(page: Page, title: str) -> None:
    """Follow the link in the sidebar's navigation."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    settled(page)


def upload(page: Page, name: str, text: str | bytes) -> Locator:
    """Give a file to the uploader; return the box that shows what was understood of it."""
    data = text if isinstance(text, bytes) else text.encode()
    page.locator("input[type=file]").first.set_input_files(FilePayload(name=name, mimeType="text/csv", buffer=data))
    box = page.locator("[class*=st-key-file_]").filter(has_text=name)
    expect(box).to_be_visible()
    settled(page)
    return box


def bring_in(page: Page) -> Locator:
    """Bring the file in; return the box that says what happened."""
    page.get_by_role("button", name="Import 1 file").click()
    box = page.locator("[class*=st-key-landed_]")
    expect(box).to_be_visible()
    settled(page)
    return box


def pick(page: Page, mark: Locator) -> None:
    """Click a point, a bar or a cell of a chart in its middle, where a layer that catches the mouse lies above it."""
    expect(mark).to_be_visible()
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def said(page: Page, words: str | re.Pattern[str]) -> Locator:
    """The text on the page that holds these words."""
    return page.get_by_test_id("stMain").get_by_test_id("stText").filter(has_text=words)


def sentence(page: Page) -> Locator:
    """The line under the title: how many, which period, which filters, how fresh."""
    return said(page, re.compile(r"^[\d,]+ (answers?|follow-ups?) · ")).first


def told(page: Page) -> Locator:
    """What the last act on a case did."""
    return page.locator(".st-key-told").get_by_test_id("stText")


def tick_row(page: Page, row: int) -> None:
    """Click the tick of a row of the list, from 0."""
    grid = page.get_by_test_id("stMain").get_by_test_id("stDataFrame").locator("canvas").first
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box
    height = ceil(ROW * float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")))
    page.mouse.click(box["x"] + TICK_WIDTH / 2, box["y"] + height * (row + 1.5))


def cell(page: Page, row: int, column: int) -> Locator:
    """A cell of the list, as a screen reader finds it behind the canvas."""
    return page.get_by_test_id("stMain").locator(f"#glide-cell-{column}-{row}")


def give_name(page: Page, name: str) -> None:
    """Answer the question who one is."""
    page.get_by_label("Your name", exact=True).fill(name)
    page.get_by_role("button", name="Save my name").click()
    expect(page.locator(".st-key-ask_name")).to_have_count(0)
    settled(page)


def as_agent(open_page: Callable[[], Page], name: str, path: str = "/followups") -> Page:
    """A new browser in which somebody of that name works on the follow-ups."""
    page = open_page()
    visit(page, path)
    give_name(page, name)
    return page


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the element has the focus."""
    settled(page)
    expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by {MOST_STOPS} presses of Tab")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Tab to an element and press a key there."""
    tab_to(page, target)
    page.keyboard.press(key)
