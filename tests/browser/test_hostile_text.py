"""Hostile text in a real browser: every character is shown, nothing is fetched, nothing runs.

The fixture `open_page` fails a test whose pages ask another host for anything or report an error in the console.
"""

import csv
import io
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from nps import acts, casework, queries
from nps.clock import now
from nps.rows import Wanted
from nps.selection import Selection
from nps.store import Store
from tests.browser.hands import cell, give_name, open_case, said, told, unfold
from tests.browser.visitor import settled, visit
from tests.pages.opening import bring_in
from tests.pages.test_hostile_text import HEADER, HOSTILE
from tests.served import Server, served

GROUP = f"A {HOSTILE}"


def _file() -> str:
    """An export of 60 answers in which every text is hostile, headers too."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["score", "date", "comment", "name", "account", f"Plan {HOSTILE}", f"Region {HOSTILE}"])
    for number, (answer, plan, region) in enumerate(product(range(15), "AB", "XY")):
        segments = (f"{plan} {HOSTILE}", f"{region} {HOSTILE}")
        day = f"2026-{1 + answer % 9:02d}-07"
        writer.writerow([answer % 11, day, HOSTILE, f"N{number} {HOSTILE}", HOSTILE, *segments])
    return text.getvalue()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard whose store holds hostile text only."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    store = Store.open(folder / "nps.duckdb")
    segments = (f"Plan {HEADER}", f"Region {HEADER}")
    said_so = {"score": "score", "date": "date", "comment": "comment", "survey": f"NPS {HOSTILE}"}
    bring_in(store, f"{HOSTILE}.csv", _file(), segments=segments, **said_so)
    at = now()
    listed = queries.followups(store, Selection(), Wanted(("open",), today=at.date()), now=at, limit=1)
    [key] = listed.keys
    casework.do(store, key, acts.assign(HOSTILE), who=f"Eve {HOSTILE}", now=now(), seen=0)
    casework.do(store, key, acts.note(HOSTILE), who=f"Eve {HOSTILE}", now=now())
    store.close()
    with served(folder) as running:
        yield running


def _plain(page: Page) -> None:
    """Nothing from the data became an element: no picture, no link, no formula, no picture of a word."""
    settled(page)
    for tag in ("img", "a", "script", "iframe"):
        assert not page.locator(f'{tag}[src*="tracker.example"], {tag}[href*="tracker.example"]').count(), tag
    main = page.get_by_test_id("stApp")
    for made in (".katex", "[href^='mailto:']:not(.st-key-open_mail a)"):  # the button is ours
        assert not main.locator(made).count(), made
    for sign in ("\N{SMILING FACE WITH OPEN MOUTH AND SMILING EYES}", "\N{GRINNING FACE WITH SMILING EYES}"):
        assert not main.get_by_text(sign).count()


def _shows(where: Locator, text: str = HOSTILE) -> None:
    """The element shows every mark as it was written; what only keeps marks apart cannot be seen."""
    assert text in where.inner_text().replace("\N{WORD JOINER}", "")


@pytest.mark.parametrize("path", ["/", "/trends", "/segments", "/followups", "/imports"])
def test_a_page_shows_every_character_and_fetches_nothing(page: Page, path: str) -> None:
    visit(page, f"{path}?period=All+time")
    _plain(page)
    labels = page.get_by_test_id("stSidebar").get_by_test_id("stWidgetLabel").filter(has_text="Plan")
    _shows(labels.first, HEADER)


def test_the_newest_detractors_show_their_words(page: Page) -> None:
    visit(page, "/?period=All+time")
    _shows(said(page, "alert(1)").first)
    _shows(page.get_by_test_id("stMain").get_by_test_id("stCaptionContainer").filter(has_text="2026").first)


def test_charts_show_tags_as_text(page: Page) -> None:
    visit(page, "/segments?period=All+time")
    axis = page.locator(".st-key-bars .ytick text").first
    expect(axis).to_contain_text("<script>")
    assert not page.locator(".js-plotly-plot a").count()
    bar = page.locator(".st-key-bars .barlayer .point path").first
    bar.hover(force=True)
    hover = page.locator(".st-key-bars .hoverlayer text").first
    expect(hover).to_contain_text("<script>alert(1)</script>")
    _plain(page)


def test_choices_and_the_sentence_show_what_was_chosen(page: Page) -> None:
    visit(page, "/segments?period=All+time")
    unfold(page, "People in")
    option = page.get_by_role("option").filter(has_text="script").first
    _shows(option)
    option.click()
    settled(page)
    _shows(said(page, f"Plan {HEADER}: A").first)
    unfold(page, page.get_by_test_id("stSidebar").get_by_test_id("stMultiSelect").first.get_by_role("combobox"))
    _shows(page.get_by_role("option").filter(has_text="script").first)
    _plain(page)


def test_a_case_and_a_hostile_name_show_everything(page: Page) -> None:
    visit(page, "/followups?period=All+time")
    give_name(page, HOSTILE[:60])
    expect(cell(page, 0, 2)).to_have_text(HOSTILE)
    case = open_case(page)
    _shows(said(page, "note:").first)
    _shows(said(page, "Account: ").first)
    _shows(case.get_by_role("heading", level=2))
    case.get_by_role("button", name="Mark as contacted").click()
    expect(told(page)).to_have_text("Marked 1 customer as contacted.")
    expect(said(page, "contacted").filter(has_text=HOSTILE[:60]).first).to_be_visible()
    _plain(page)


def test_an_upload_with_hostile_headers_is_shown_as_text(page: Page) -> None:
    visit(page, "/imports")
    name = HOSTILE.replace("/", "_")[:80] + ".csv"
    upload = FilePayload(name=name, mimeType="text/csv", buffer=_file().encode())
    page.locator("input[type=file]").first.set_input_files(upload)
    expect(page.get_by_role("button", name="Import 1 file")).to_be_visible()
    _plain(page)
    page.get_by_role("button", name="Import 1 file").click()
    expect(page.locator("[class*=st-key-landed_]")).to_be_visible()
    _plain(page)
