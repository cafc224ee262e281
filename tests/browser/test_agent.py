"""An agent's journey: say who one is, tick, take it back, note; nothing is lost by a reload or a restart."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.hands import as_agent, cell, choose, give_name, go_to, said, sentence, tick_row, told
from tests.browser.visitor import Faults, settled, visit
from tests.served import start

ADA, BEN = "Ada Osei", "Ben Ortiz"
TICK, CUSTOMER = 0, 3  # columns of the list


@pytest.fixture
def agent(open_page: Callable[[], Page]) -> Page:
    """The list of open follow-ups of a region of its own for each test, so that tests share a server."""
    return as_agent(open_page, ADA)


def _open(page: Page) -> int:
    return int(sentence(page).inner_text().split()[0].replace(",", ""))


def _narrow(page: Page, region: str) -> int:
    choose(page, "Region", region)
    page.keyboard.press("Escape")
    expect(sentence(page)).to_contain_text(f"Region: {region}")
    settled(page)
    expect(cell(page, 0, TICK)).to_have_text("false")
    return _open(page)


def test_a_name_is_asked_once_and_kept(open_page: Callable[[], Page]) -> None:
    page = as_agent(open_page, ADA)
    expect(page.get_by_role("button", name=ADA)).to_be_visible()
    page.reload()
    settled(page)
    expect(page.get_by_role("button", name=ADA)).to_be_visible()
    expect(page.get_by_label("Your name", exact=True)).to_have_count(0)
    go_to(page, "Trends")
    expect(page.get_by_role("button", name=ADA)).to_be_visible()
    other = open_page()
    visit(other, "/followups")
    expect(other.get_by_label("Your name", exact=True)).to_be_visible()
    expect(other.get_by_role("button", name=ADA)).to_have_count(0)


def test_a_tick_a_second_right_after_it_and_an_undo(agent: Page) -> None:
    before = _narrow(agent, "EMEA")
    tick_row(agent, 0)
    tick_row(agent, 1)
    for row in (0, 1):
        expect(cell(agent, row, TICK)).to_have_text("true")
    expect(sentence(agent)).to_contain_text(f"{before - 2} follow-ups")
    tick_row(agent, 2)
    expect(sentence(agent)).to_contain_text(f"{before - 3} follow-ups")
    agent.get_by_role("button", name="Undo", exact=True).click()
    expect(told(agent)).to_have_text("Took back 1 step.")
    expect(cell(agent, 2, TICK)).to_have_text("false")
    expect(sentence(agent)).to_contain_text(f"{before - 2} follow-ups")
    tick_row(agent, 0)
    expect(sentence(agent)).to_contain_text(f"{before - 1} follow-ups")
    for row, ticked in enumerate(("false", "true", "false")):
        expect(cell(agent, row, TICK)).to_have_text(ticked)


def test_ten_ticks_as_fast_as_one_can_click_all_count(agent: Page) -> None:
    before = _narrow(agent, "North America")
    for row in range(10):
        tick_row(agent, row)
    expect(sentence(agent)).to_contain_text(f"{before - 10} follow-ups")
    for row in range(10):
        expect(cell(agent, row, TICK)).to_have_text("true")
    agent.reload()
    settled(agent)
    expect(sentence(agent)).to_contain_text(f"{before - 10} follow-ups")


def test_a_case_is_opened_from_the_overview_contacted_and_noted(agent: Page) -> None:
    go_to(agent, "Overview")
    choose(agent, "Region", "APAC")
    agent.keyboard.press("Escape")
    settled(agent)
    agent.get_by_test_id("stMain").get_by_role("link", name="Open", exact=True).nth(2).click()
    expect(agent.get_by_role("heading", level=1)).to_have_text("Follow-ups")
    expect(agent).to_have_url(re.compile(r"[?&]case="))
    case = agent.locator(".st-key-case_view")
    case.get_by_role("button", name="Mark as contacted").click()
    expect(told(agent)).to_have_text("Marked 1 customer as contacted.")
    expect(case.get_by_role("button", name="Mark as contacted")).to_have_count(0)
    case.get_by_role("button", name="Note").click()
    agent.get_by_role("dialog").get_by_label("Note", exact=True).fill("Called; will send the file on Monday.")
    agent.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(told(agent)).to_have_text("Note saved.")
    history = said(agent, re.compile(rf"{ADA}\s+note: Called; will send the file on Monday\."))
    expect(history).to_contain_text(re.compile(rf"{ADA}\s+contacted"))
    agent.reload()
    settled(agent)
    expect(history).to_be_visible()
    agent.locator(".st-key-case_view").get_by_role("button", name="Undo last step").click()
    expect(told(agent)).to_have_text("Took back the last step.")
    expect(history).to_contain_text("(taken back)")


@pytest.mark.parametrize("viewport", [(1280, 800)])
def test_a_case_and_what_was_done_to_it_are_in_sight_without_scrolling(agent: Page) -> None:
    case = agent.locator(".st-key-case_view")
    name = case.get_by_role("heading").first
    agent.keyboard.press("j")
    expect(name).to_be_visible()
    settled(agent)
    agent.keyboard.press("j")
    expect(name).not_to_have_text(cell(agent, 0, CUSTOMER).inner_text())
    opened = name.inner_text()
    for part in (name, case.get_by_test_id("stText").first, case.get_by_role("button", name="Move on")):
        expect(part).to_be_in_viewport(ratio=1)
    agent.get_by_role("button", name="History as CSV").scroll_into_view_if_needed()
    main = agent.get_by_test_id("stMain")
    place = main.evaluate("main => main.scrollTop")
    assert place > 500
    agent.keyboard.press("t")
    expect(told(agent)).to_be_in_viewport(ratio=1)
    settled(agent)
    assert abs(main.evaluate("main => main.scrollTop") - place) < 100
    expect(name).to_have_text(opened)
    agent.keyboard.press("k")
    expect(name).not_to_have_text(opened)
    expect(told(agent)).to_have_count(0)  # what cannot be undone there is not said there


def test_a_whole_page_is_ticked_at_once_and_taken_back(agent: Page) -> None:
    before = _narrow(agent, "APAC")
    assert 2 <= before <= 50
    agent.get_by_role("button", name="Tick all on this page").click()
    agent.get_by_role("button", name="Mark all as contacted").click()
    expect(told(agent)).to_have_text(f"Marked {before} customers as contacted.")
    expect(sentence(agent)).to_contain_text("0 follow-ups")
    expect(cell(agent, before - 1, TICK)).to_have_text("true")
    agent.keyboard.press("Escape")
    agent.get_by_role("button", name="Undo", exact=True).click()
    expect(told(agent)).to_have_text(f"Took back {before} steps.")
    expect(sentence(agent)).to_contain_text(f"{before} follow-ups")


def test_the_list_is_filtered_by_state_words_and_score(agent: Page) -> None:
    everyone = _open(agent)
    search = agent.get_by_label("Search", exact=True)
    search.fill("import")
    search.press("Enter")
    expect(sentence(agent)).not_to_contain_text(f"{everyone} follow-ups")
    assert 0 < _open(agent) < everyone
    expect(agent).to_have_url(re.compile("text=import"))
    choose(agent, "State", "contacted")
    agent.keyboard.press("Escape")
    expect(agent).to_have_url(re.compile("state=open&state=contacted"))
    search.fill("no customer ever wrote this")
    search.press("Enter")
    expect(said(agent, "No follow-ups match.")).to_be_visible()


def test_of_two_agents_the_second_is_told_who_was_first(open_page: Callable[[], Page]) -> None:
    pages = [as_agent(open_page, name, "/followups?seg_region=LATAM") for name in (ADA, BEN)]
    before = _open(pages[0])
    names = [cell(page, 0, CUSTOMER).inner_text() for page in pages]
    assert names[0] == names[1]
    for page in pages:
        expect(cell(page, 0, TICK)).to_have_text("false")
    tick_row(pages[0], 0)
    expect(told(pages[0])).to_have_text("Marked 1 customer as contacted.")
    tick_row(pages[1], 0)
    expect(told(pages[1])).to_contain_text(f"{ADA} contacted this customer first, on ")
    expect(told(pages[1])).not_to_contain_text("Marked")
    tick_row(pages[1], 1)  # the row that Ben sees there, though Ada's tick made her list of open cases shorter
    expect(told(pages[1])).to_have_text("Marked 1 customer as contacted.")
    second = cell(pages[1], 1, CUSTOMER).inner_text()
    for page in pages:
        visit(page, "/followups?seg_region=LATAM&state=contacted")
        listed = [cell(page, row, CUSTOMER).inner_text() for row in range(2)]
        assert {names[0], second} <= set(page.locator("[id^=glide-cell-3-]").all_inner_texts()), listed
        visit(page, "/followups?seg_region=LATAM")
        expect(sentence(page)).to_contain_text(f"{before - 2} follow-up")


def test_name_tick_and_link_survive_a_power_cut(browser: Browser, tmp_path: Path, sample_file: Path) -> None:
    shutil.copy(sample_file, tmp_path / "nps.duckdb")
    server = start(tmp_path)
    context = browser.new_context(base_url=server.url)
    try:
        page = context.new_page()
        visit(page, "/followups?seg_region=EMEA")
        give_name(page, ADA)
        before, first = _open(page), cell(page, 0, CUSTOMER).inner_text()
        tick_row(page, 0)
        expect(told(page)).to_have_text("Marked 1 customer as contacted.")
        server.kill()
        server = start(tmp_path, port=int(server.url.rsplit(":", 1)[1]))
        faults = Faults(server.url.removeprefix("http://"))
        again = context.new_page()
        faults.watch(again)
        visit(again, "/followups?seg_region=EMEA")
        expect(again.get_by_role("button", name=ADA)).to_be_visible()
        expect(sentence(again)).to_contain_text(f"{before - 1} follow-ups")
        visit(again, "/followups?seg_region=EMEA&state=contacted&text=" + first.split()[0])
        expect(again.locator("[id^=glide-cell-3-]").get_by_text(first, exact=True).first).to_be_attached()
        # The tab that was open all the while comes back by itself, with its filters.
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")
        expect(sentence(page)).to_contain_text("Region: EMEA")
        assert not faults.seen
    finally:
        context.close()
        server.kill()
