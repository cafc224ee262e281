"""The pictures of the README, made anew from the sample: `python -m tests.browser.screenshots [START]...`."""

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.hands import cell, choose, give_name, pick, sentence, tick_row
from tests.browser.visitor import settled, visit
from tests.pages.opening import filled, suggested
from tests.served import served

PICTURES = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"
WIDE, PHONE = (1280, 1000), (390, 844)
LARGEST = 200_000  # bytes
POINTS = ".st-key-trend_chart .scatterlayer .points path"
UPLOAD = (
    "When,How likely are you to recommend our shop?,How likely are you to recommend our app?,Why,Country\n"
    + "".join(
        f"2026-09-{day:02d},{day % 11},{(day * 7) % 11},wrote {day},{'Chile' if day % 3 else 'Kenya'}\n"
        for day in range(1, 29)
    )
)


def _overview(page: Page) -> None:
    visit(page)


def _trends(page: Page) -> None:
    visit(page, "/trends?seg_region=EMEA&period=All+time&grain=Month")
    expect(page.locator(POINTS)).to_have_count(27)  # months, then levels
    pick(page, page.locator(POINTS).nth(16))
    expect(page.get_by_role("heading", name="Responses of Mar 2026")).to_be_visible()


def _compare(page: Page) -> None:
    """The quarter in which something broke beside the one before, and who is behind it."""
    visit(page, "/compare?period=Custom+dates&from=2026-01-15&to=2026-04-15&split=Region&part=EMEA")
    expect(page.get_by_role("heading", name="EMEA: 15 Jan 2026 to 15 Apr 2026")).to_be_visible()


def _measures(page: Page) -> None:
    visit(page, "/measures?period=All+time&measures_segment=Plan")


def _hotspots(page: Page) -> None:
    visit(page, "/hotspots?period=Custom+dates&from=2026-01-01&to=2026-05-31")


def _hotspots_open(page: Page) -> None:
    """A finding that was opened."""
    _hotspots(page)
    page.get_by_text("Since when, worse or better, revenue, words").first.click()
    expect(page.get_by_text("Words they use more")).to_be_visible()


def _hotspots_watched(page: Page) -> None:
    """A finding that somebody keeps under watch."""
    _hotspots(page)
    page.get_by_text("Keep a finding under watch").click()
    give_name(page, "Ada Osei")
    page.get_by_label("Note", exact=True).fill("Asked product for a fix of the import in release 7.1.")
    page.get_by_role("button", name="Keep it under watch").click()
    expect(page.get_by_text("Kept by Ada Osei")).to_be_visible()
    page.get_by_text("Keep a finding under watch").click()


def _hotspots_changed(page: Page) -> None:
    visit(page, "/hotspots?period=Custom+dates&from=2026-01-15&to=2026-04-15&direction=What+changed")


def _reasons(page: Page) -> None:
    visit(page, "/reasons")
    expect(page.locator(".st-key-reason_bars .barlayer .points path")).not_to_have_count(0)


def _reading(page: Page) -> None:
    """A comment that is read, with what is suggested."""
    visit(page, "/comments?comments_as=Read&why=Suggested,+not+read+yet")
    give_name(page, "Ada Osei")
    expect(page.locator(".st-key-reading_view")).to_be_visible()


def _codebook(page: Page) -> None:
    visit(page, "/codebook")
    give_name(page, "Ada Osei")


def _segments(page: Page) -> None:
    visit(page, "/segments?segment=Region&with=Journey+stage&period=Last+12+months")


def _map(page: Page) -> None:
    visit(page, "/segments?segment=Journey+stage&with=Region&period=All+time&map=Areas%2C+one+within+the+other")


def _derived(page: Page) -> None:
    """Two that are switched on, and a third that is about to be."""
    visit(page, "/settings")
    give_name(page, "Ada Osei")
    for rule in ("The weekday of the answer", "First or repeat answer of the customer"):
        choose(page, "One more", rule)
        page.get_by_role("button", name="Switch on").click()
        settled(page)
    choose(page, "One more", "Bands of a number, such as the revenue")
    choose(page, "The number", "Account revenue")


def _beside(page: Page) -> None:
    visit(page, "/beside?period=All+time&one_of=Region&one_value=EMEA&other_of=Region&other_value=North+America")


def _followups(page: Page) -> None:
    visit(page, "/followups?seg_region=EMEA")
    give_name(page, "Ada Osei")
    for row in range(2):
        tick_row(page, row)
        expect(cell(page, row, 0)).to_have_text("true")
    expect(sentence(page)).to_contain_text("25 follow-ups")


def _case(page: Page) -> None:
    """An urgent case with a comment, taken, with a note."""
    visit(page, "/followups?seg_region=EMEA")
    give_name(page, "Ada Osei")
    for key in ("j", "j", "t", "n"):
        page.keyboard.press(key)
        settled(page)
    page.get_by_role("dialog").get_by_label("Note", exact=True).fill("Asks for a call before the renewal.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Note saved.")).to_be_visible()


def _imports(page: Page) -> None:
    visit(page, "/imports")
    file = FilePayload(name="shop-and-app.csv", mimeType="text/csv", buffer=UPLOAD.encode())
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.get_by_text("One question first")).to_be_visible()
    choose(page, "Score", "How likely are you to recommend our app?")


@dataclass(frozen=True)
class Picture:
    """One picture: its name, what is to be seen, in which window, and from where on."""

    name: str
    show: Callable[[Page], None]
    scheme: Literal["light", "dark"] = "light"
    window: tuple[int, int] = WIDE
    top: str = ""  # what stands at the upper edge


PICTURE_LIST = (
    Picture("overview-light", _overview),
    Picture("overview-phone-dark", _overview, "dark", PHONE),
    Picture("trends-light", _trends),
    Picture("trends-dark", _trends, "dark"),
    Picture("compare-light", _compare),
    Picture("compare-dark", _compare, "dark"),
    Picture("measures-light", _measures, top=".st-key-measures_over_time"),
    Picture("measures-dark", _measures, "dark", top=".st-key-measures_over_time"),
    Picture("hotspots-light", _hotspots),
    Picture("hotspots-dark", _hotspots, "dark"),
    Picture("hotspots-open-light", _hotspots_open, top=".st-key-hotspots_chart"),
    Picture("hotspots-watched-light", _hotspots_watched, top=".st-key-watch_1"),
    Picture("hotspots-changed-light", _hotspots_changed),
    Picture("reasons-light", _reasons),
    Picture("reasons-dark", _reasons, "dark"),
    Picture("reading-light", _reading),
    Picture("codebook-light", _codebook),
    Picture("segments-light", _segments),
    Picture("map-light", _map),
    Picture("map-dark", _map, "dark"),
    Picture("derived-light", _derived, top=".st-key-derived_segments"),
    Picture("beside-light", _beside),
    Picture("beside-dark", _beside, "dark"),
    Picture("followups-light", _followups),
    Picture("case-light", _case),
    Picture("case-dark", _case, "dark"),
    Picture("case-phone-light", _case, "light", PHONE, ".st-key-case_view"),
    Picture("imports-light", _imports),
)


def _take(browser: Browser, url: str, picture: Picture) -> int:
    """Take one picture and return its size in bytes."""
    width, height = picture.window
    context = browser.new_context(
        base_url=url,
        color_scheme=picture.scheme,
        viewport={"width": width, "height": height},
        device_scale_factor=1 if picture.window == WIDE else 2,
        reduced_motion="reduce",
    )
    page = context.new_page()
    picture.show(page)
    settled(page)
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    for chart in page.get_by_test_id("stPlotlyChart").all():
        expect(chart.locator(".main-svg").first).to_be_attached()
    page.mouse.move(0, 0)
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    if picture.top:
        page.locator(picture.top).evaluate("element => element.scrollIntoView()")
        page.get_by_test_id("stMain").evaluate("main => main.scrollBy(0, -100)")  # below the bar
    page.get_by_test_id("stSidebarContent").evaluate("sidebar => sidebar.scrollTo(0, 0)")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    context.close()
    path = PICTURES / f"{picture.name}.png"
    shot.convert("RGB").save(path, optimize=True)
    return path.stat().st_size


def main(starts: Sequence[str] = ("",)) -> int:
    """Make all pictures, or those whose names start so; 1 where one is too large."""
    expect.set_options(timeout=20_000)
    PICTURES.mkdir(parents=True, exist_ok=True)
    large = False
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        store = suggested(filled(Path(name) / "nps.duckdb"))
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox", "--disable-background-networking"]
        )
        for picture in (each for each in PICTURE_LIST if each.name.startswith(tuple(starts))):
            with served(Path(name), store=store) as server:
                size = _take(browser, server.url, picture)
            large = large or size > LARGEST
            print(f"{picture.name}.png: {size:,} bytes")
        browser.close()
    return int(large)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ("",)))
