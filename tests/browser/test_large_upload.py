"""A file of 200 MB: progress that moves, a cancel that leaves nothing, other pages meanwhile, and then all of it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks import invented
from tests.browser.hands import go_to
from tests.browser.visitor import settled, visit

ROWS = 1_400_000
MINUTES_MS = 240_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of about 200 MB."""
    file = tmp_path_factory.mktemp("large") / "survey.csv"
    invented.write_csv(file, ROWS)
    assert file.stat().st_size > 190_000_000
    return file


def _begin(page: Page, file: Path) -> None:
    """Upload the file and begin its import."""
    page.locator("input[type=file]").first.set_input_files(file, timeout=MINUTES_MS)
    button = page.get_by_role("button", name="Import 1 file")
    expect(button).to_be_visible(timeout=MINUTES_MS)
    settled(page)
    button.click()


@pytest.mark.soak
def test_reading_a_large_file_is_stopped_and_begun_again(page: Page, large: Path) -> None:
    visit(page, "/imports")
    page.locator("input[type=file]").first.set_input_files(large, timeout=MINUTES_MS)
    reading = page.locator("[class*=st-key-reading_]")
    expect(reading.get_by_role("progressbar")).to_be_visible(timeout=MINUTES_MS)
    reading.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("You stopped the reading of this file. Nothing of it went in.")).to_be_visible()
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_role("button", name="Import 1 file")).to_be_visible(timeout=MINUTES_MS)
    expect(page.get_by_text(f"{ROWS:,} rows · the first")).to_be_visible()


@pytest.mark.soak
def test_a_large_file_is_cancelled_without_a_trace_and_then_imported(page: Page, large: Path) -> None:
    visit(page, "/imports")
    history = page.locator("[class*=st-key-import_]")
    before = history.count()
    _begin(page, large)
    under_way = page.locator(".st-key-under_way")
    expect(under_way.get_by_role("progressbar")).to_be_visible()
    go_to(page, "Overview")
    expect(page.get_by_text("Net Promoter Score", exact=True).first).to_be_visible()
    go_to(page, "Imports")
    under_way.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("survey.csv: cancelled. Nothing of it went in.")).to_be_visible(timeout=MINUTES_MS)
    expect(history).to_have_count(before)

    _begin(page, large)
    landed = page.locator("[class*=st-key-landed_]")
    expect(landed).to_contain_text(f"{ROWS:,} rows = ", timeout=MINUTES_MS)
    expect(landed).to_contain_text("0 duplicate + 0 changed + 0 rejected")
    expect(history).to_have_count(before + 1)
