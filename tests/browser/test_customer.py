"""The customer's page and the sheet in a real browser: printed, it is one page of A4."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nps import context
from nps.clock import now
from nps.store import Store
from tests.browser.visitor import visit
from tests.served import Server, served

LONG = "It has been like this since the update, and nobody could tell us why. " * 6
KINDS = {"ticket subject": "status", "note": "author", "goal": "status", "article": "author"}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, sample_file: Path) -> tuple[Path, str]:
    """A store in which more is known of one customer than a sheet can hold, and who that is."""
    path = Path(shutil.copy(sample_file, tmp_path_factory.mktemp("known") / "nps.duckdb"))
    store = Store.open(path)
    [[person, email, account]] = store.rows(
        """SELECT person_id, email, any_value(account) FROM responses WHERE email IS NOT NULL
        GROUP BY ALL ORDER BY count(*) DESC, person_id LIMIT 1"""
    )
    facts = ",".join(f"fact {n}" for n in range(30))
    files = [f"account,arr,renewal date,csm,{facts}\n{account},1,2027-01-31,Sue{',x' * 30}\n"]
    for what, more in KINDS.items():
        rows = "".join(f'{email},"{n} {LONG[:200]}",Bo,"{LONG}",2026-01-31\n' for n in range(12))
        files.append(f"email,{what},{more},description,date\n{rows}")
    for text in files:
        context.bring_in(store, context.read("file.csv", text.encode()), by="Ada", now=now())
    store.close()
    return path, str(person)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, known: tuple[Path, str]) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("server"), store=known[0]) as running:
        yield running


def test_a_customer_of_whom_much_is_known_prints_on_one_sheet(
    page: Page, server: Server, known: tuple[Path, str]
) -> None:
    visit(page, f"/customer?person={known[1]}")
    link = page.get_by_role("link", name="Sheet to print")
    with page.context.expect_page() as opening:
        link.click()
    sheet = opening.value
    expect(sheet.get_by_role("heading", name="Scores over time")).to_be_visible()
    expect(sheet.get_by_text("and 9 more").first).to_be_visible()
    printed = sheet.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
    sheet.set_viewport_size({"width": 390, "height": 844})
    assert sheet.evaluate("document.documentElement.scrollWidth") <= 390
    answer = page.request.get(f"{server.url}/customer-sheet?person=17")
    assert (answer.status, "no customer of this number" in answer.text()) == (404, True)
