"""An agent's day by keyboard alone: forty cases with one key each, and what else a day brings."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import as_agent, press, said, sentence, tab_to, told
from tests.browser.visitor import settled, visit
from tests.saying.smtp import MailServer, mail_server
from tests.served import Server, served

ADA, BEN = "Ada Osei", "Ben Ortiz"
DAY = "/followups?period=All+time"
CASES = 40


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sample_file: Path, post: MailServer) -> Iterator[Server]:
    """A dashboard that sends its mail to a server on loopback."""
    folder = tmp_path_factory.mktemp("server")
    store = Path(shutil.copy(sample_file, folder / "nps.duckdb"))
    mail = {"NPS_SMTP_URL": f"smtp://127.0.0.1:{post.port}", "NPS_MAIL_FROM": "care@example.com"}
    with served(folder, store=store, environment=mail) as running:
        yield running


def _left(page: Page) -> int:
    return int(sentence(page).inner_text().split()[0].replace(",", ""))


def _key(page: Page, key: str) -> None:
    page.keyboard.press(key)
    settled(page)


def _form(page: Page, key: str, title: str) -> Locator:
    """The form that a key opens; the focus is in it, so a few tabs lead to its fields."""
    page.keyboard.press(key)
    form = page.get_by_role("dialog")
    expect(form.get_by_text(title, exact=True).first).to_be_visible()
    settled(page)
    return form


def _to(page: Page, field: Locator) -> None:
    """Tab to a field of a form: it is near."""
    expect(field).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        if field.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the field is far away for a keyboard")


def _saved(page: Page, words: str) -> None:
    page.keyboard.press("Control+Enter")
    expect(told(page)).to_have_text(words)
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)


def _name(page: Page) -> str:
    return page.locator(".st-key-case_view").get_by_role("heading", level=2).inner_text()


def test_forty_cases_by_keyboard_with_all_that_a_day_brings(open_page: Callable[[], Page]) -> None:
    page = as_agent(open_page, ADA, DAY)
    before = _left(page)
    assert before > CASES
    case = page.locator(".st-key-case_view")
    names = []
    for number in range(1, CASES + 1):
        _key(page, "j")
        expect(case.get_by_role("button", name="Mark as contacted")).to_be_visible()
        names.append(_name(page))
        _key(page, "x")
        expect(sentence(page)).to_contain_text(f"{before - number} follow-ups")
        if number % 10 == 3:
            _to(page, _form(page, "n", "Note").get_by_label("Note", exact=True))
            page.keyboard.type(f"Spoke to her, number {number}.")
            _saved(page, "Note saved.")
            expect(said(page, f"note: Spoke to her, number {number}.")).to_be_visible()
    assert len(set(names)) > CASES / 2, "another case each time"

    _to(page, _form(page, "p", "Promise").get_by_label("What was promised", exact=True))
    page.keyboard.type("the invoice again")
    page.keyboard.press("Enter")
    expect(told(page)).to_have_text("Promise noted.")
    expect(said(page, re.compile("the invoice again · by .* · open"))).to_be_visible()

    _to(page, _form(page, "s", "Snooze").get_by_label("Why", exact=True))
    page.keyboard.type("back on Monday")
    page.keyboard.press("Enter")
    expect(told(page)).to_have_text("It sleeps until that day; its clock goes on.")
    settled(page)

    _key(page, "u")
    expect(told(page)).to_have_text("Took back the last step.")
    expect(said(page, re.compile(r"snoozed: .*\(taken back\)"))).to_be_visible()
    expect(sentence(page)).to_contain_text(f"{before - CASES} follow-ups")


def test_of_two_browsers_on_one_case_the_second_is_told_and_nothing_is_written_over(
    open_page: Callable[[], Page],
) -> None:
    ada, ben = (as_agent(open_page, name, f"{DAY}&band=Passives") for name in (ADA, BEN))
    for page in (ada, ben):
        _key(page, "j")
    assert _name(ada) == _name(ben)
    _key(ada, "t")
    expect(told(ada)).to_have_text("It has another owner now.")
    _key(ben, "t")
    expect(told(ben)).to_contain_text(f"{ADA} changed this case, on ")
    expect(ben.locator(".st-key-case_view")).to_contain_text(ADA)
    _to(ben, _form(ben, "n", "Note").get_by_label("Note", exact=True))
    ben.keyboard.type("a note never gets lost")
    _saved(ben, "Note saved.")
    visit(ada, f"{DAY}&band=Passives&queue=Mine&state=")
    _key(ada, "j")
    expect(said(ada, re.compile(rf"{BEN}\s+note: a note never gets lost"))).to_be_visible()


def test_a_mail_is_written_and_sent_once_by_keyboard(open_page: Callable[[], Page], post: MailServer) -> None:
    page = as_agent(open_page, ADA, f"{DAY}&seg_region=LATAM")
    _key(page, "j")
    case = page.locator(".st-key-case_view")
    tab_to(page, case.get_by_label("Next step (needed)"))
    page.keyboard.type("look into it with our engineers")
    tab_to(page, case.get_by_label("By when (needed)"))
    page.keyboard.type("Friday")
    page.keyboard.press("Tab")
    # While the page draws itself anew there are two drafts, the one before and this one.
    expect(case.get_by_label("Text", exact=True).first).to_have_value(re.compile("look into it with our engineers"))
    settled(page)
    press(page, case.get_by_role("button", name="Send", exact=True))
    expect(said(page, "It goes out in 10 seconds")).to_be_visible()
    expect(said(page, re.compile(r"sent: "))).to_be_visible(timeout=30_000)
    [mail] = post.taken
    assert mail.rcpt_tos[0] in case.inner_text()
    assert b"look into it with our engineers" in post.texts()[0]
    page.reload()
    settled(page)
    expect(said(page, "This template went out to this customer before")).to_be_visible()
