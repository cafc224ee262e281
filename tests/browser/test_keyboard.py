"""An agent's whole day without a mouse: Tab, Enter, Space and arrows reach everything that follow-up needs."""

import re

from playwright.sync_api import Page, expect

from tests.browser.hands import press, said, sentence, tab_to, told
from tests.browser.visitor import settled, visit


def test_an_agent_works_a_day_by_keyboard_alone(page: Page) -> None:
    visit(page, "/?seg_region=APAC")
    press(page, page.get_by_test_id("stSidebar").get_by_role("link", name="Follow-ups", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Follow-ups")
    settled(page)

    tab_to(page, page.get_by_label("Your name", exact=True))
    page.keyboard.type("Ada Osei")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ada Osei")).to_be_visible()
    settled(page)
    before = int(sentence(page).inner_text().split()[0])

    case = page.locator(".st-key-case_view")
    tab_to(page, page.get_by_role("combobox", name="Open a case", exact=True))
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(case).to_be_visible()
    expect(page).to_have_url(re.compile("case="))

    press(page, case.get_by_role("button", name="Mark as contacted"))
    expect(told(page)).to_have_text("Marked 1 customer as contacted.")
    expect(sentence(page)).to_contain_text(f"{before - 1} follow-ups")

    press(page, page.get_by_role("button", name="Undo", exact=True), "Space")
    expect(told(page)).to_have_text("Took back 1 step.")
    expect(sentence(page)).to_contain_text(f"{before} follow-ups")

    press(page, case.get_by_role("button", name="Mark as contacted"), "Space")
    expect(sentence(page)).to_contain_text(f"{before - 1} follow-ups")
    form = page.get_by_role("dialog")
    press(page, case.get_by_role("button", name="Note"))
    tab_to(page, form.get_by_label("Note", exact=True))
    page.keyboard.type("Left a message with the front desk.")
    press(page, form.get_by_role("button", name="Save", exact=True))
    expect(told(page)).to_have_text("Note saved.")
    expect(said(page, "note: Left a message with the front desk.")).to_be_visible()

    press(page, case.get_by_role("button", name="Move on"))
    tab_to(page, form.get_by_role("combobox", name="To", exact=True))
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    press(page, form.get_by_role("button", name="Save", exact=True))
    expect(told(page)).to_have_text("Moved.")
    press(page, case.get_by_role("button", name="Undo last step"))
    expect(told(page)).to_have_text("Took back the last step.")

    press(page, page.get_by_role("button", name="Tick all on this page"))
    press(page, page.get_by_role("button", name="Mark all as contacted"))
    expect(told(page)).to_contain_text(re.compile(r"Marked \d+ customers as contacted\."))


def test_a_row_of_the_list_is_ticked_with_the_space_bar(page: Page) -> None:
    visit(page, "/followups?seg_region=EMEA")
    tab_to(page, page.get_by_label("Your name", exact=True))
    page.keyboard.type("Ada Osei")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ada Osei")).to_be_visible()
    settled(page)
    before = int(sentence(page).inner_text().split()[0])
    tab_to(page, page.get_by_test_id("data-grid-canvas").first)
    for key in ("ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(told(page)).to_have_text("Marked 1 customer as contacted.")
    expect(sentence(page)).to_contain_text(f"{before - 1} follow-ups")
