"""A lead merges two reasons and takes it back; the page says how many answers have each, before and after."""

import re

from playwright.sync_api import Page, expect

from tests.browser.hands import choose, give_name, said
from tests.browser.visitor import visit

SPEED, EASE = 2, 3  # rows of the table


def test_two_reasons_are_merged_and_parted_again(page: Page) -> None:
    visit(page, "/codebook")
    give_name(page, "Ada Osei")
    _row(page, SPEED, "Speed")
    speed, ease = _answers(page, SPEED), _answers(page, EASE)
    choose(page, "What to do", "Merge a reason into another one")
    choose(page, "Reason", "Product: Speed")
    choose(page, "Into", "Product: Ease of use")
    page.get_by_role("button", name="Preview").click()
    foretold = said(page, re.compile("answers have “Speed”; they will count for “Ease of use”")).inner_text()
    old, into, then, both = map(int, re.findall(r"\d+", foretold))
    assert (old, into, then) == (speed, ease, speed + ease - both)
    page.get_by_role("button", name="Do it").click()
    expect(said(page, "It can be taken back under History.")).to_be_visible()
    _row(page, SPEED, "Ease of use", then)
    page.get_by_test_id("stMain").get_by_text("History", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    expect(said(page, f"“Speed” has 0, then {speed} answers.")).to_be_visible()
    page.get_by_role("button", name="Do it").click()
    expect(said(page, "2. Taken back: “Speed” merged into “Ease of use”")).to_be_visible()
    page.get_by_test_id("stMain").get_by_text("Reasons", exact=True).click()
    _row(page, SPEED, "Speed", speed)
    _row(page, EASE, "Ease of use", ease)


def _row(page: Page, row: int, reason: str, answers: int | None = None) -> None:
    """Wait until a row of the table is that of a reason, with so many answers."""
    expect(page.locator(f"#glide-cell-1-{row}")).to_have_text(reason)
    if answers is not None:
        expect(page.locator(f"#glide-cell-2-{row}")).to_have_text(str(answers))


def _answers(page: Page, row: int) -> int:
    return int(page.locator(f"#glide-cell-2-{row}").inner_text())
