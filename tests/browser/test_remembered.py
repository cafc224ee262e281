"""An uploader who corrects a file once, and is warned of what looks wrong."""

import re

from playwright.sync_api import Page, expect

from tests.browser.hands import bring_in, choose, said, upload
from tests.browser.visitor import settled, visit

HEADER = "When,Recommend shop?,Recommend app?,Why,Team\n"


def file(day: int) -> str:
    return HEADER + "".join(f"0{1 + n % 9}.0{day}.2026,{n % 11},{n * 7 % 11},wrote {n} {day},red\n" for n in range(28))


def test_two_corrections_are_asked_for_once_and_listed(page: Page) -> None:
    visit(page, "/imports")
    box = upload(page, "may.csv", file(5))
    expect(box.get_by_text("One question first").first).to_be_visible()
    choose(page, "Score", "Recommend app?")
    box.get_by_text("Day first", exact=True).click()
    settled(page)
    choose(page, "Comment", "Team")
    expect(bring_in(page)).to_contain_text("28 rows = 28 accepted")

    box = upload(page, "june.csv", file(6))
    expect(box.get_by_text("Columns as remembered from may.csv on")).to_be_visible()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Team")
    expect(box.get_by_text("One question first")).to_have_count(0)
    landed = bring_in(page)
    expect(landed).to_contain_text("28 rows = 28 accepted")
    expect(landed).to_contain_text("answered 1 Jun 2026 to 9 Jun 2026")

    listed = page.locator("[class*=st-key-mapping_]")
    expect(listed).to_have_count(1)
    listed.get_by_role("button", name="Edit").click()
    listed.get_by_label("Called", exact=True).fill("Our survey tool")
    listed.get_by_role("button", name="Save").click()
    expect(listed.get_by_role("button", name="Save")).to_have_count(0)
    expect(listed).to_contain_text("Our survey tool · NPS · score from “Recommend app?”")
    settled(page)
    box = upload(page, "july.csv", file(7))
    expect(box.get_by_text("(“Our survey tool”)")).to_be_visible()
    listed.get_by_role("button", name="Delete").click()
    expect(listed).to_have_count(0)


def test_a_file_that_looks_wrong_waits_for_a_decision_which_is_kept(page: Page) -> None:
    visit(page, "/imports")
    usual = "score,why,Survey plan\n" + "".join(f"{9 + n % 2},fine {n},Pro\n" for n in range(60))
    box = upload(page, "usual.csv", usual)
    box.get_by_label("Survey", exact=True).fill("Compared")
    box.get_by_label("Survey", exact=True).press("Enter")
    settled(page)
    bring_in(page)
    box = upload(page, "odd.csv", usual.replace("\n9,", "\n0,").replace("\n10,", "\n1,"))
    expect(box.get_by_text("Looks wrong")).to_be_visible()
    expect(box.get_by_text("The scores are far from those of “Compared” so far: NPS -100 in this file")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Import "))).to_have_count(0)
    box.get_by_text("Import all the same", exact=True).click()
    settled(page)
    expect(bring_in(page)).to_contain_text("60 rows = 60 accepted")
    expect(said(page, "Imported all the same: The scores are far from those of “Compared”")).to_be_visible()
