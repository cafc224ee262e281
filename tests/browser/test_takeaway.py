"""What a page gives to take away: each chart as SVG and PNG by keyboard, each table as a spreadsheet."""

import io
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import press
from tests.browser.visitor import settled, violations, visit


def _taken(page: Page, button: Locator) -> Path:
    with page.expect_download() as download:
        button.click()
    return Path(download.value.path())


def test_a_chart_is_taken_away_as_svg_and_as_png_by_keyboard(page: Page) -> None:
    visit(page, "/trends?seg_region=EMEA")
    expect(page.locator(".st-key-trend_chart .main-svg").first).to_be_visible()
    assert page.locator(".modebar-btn:visible").count() == 0, "no tab stops in the charts"
    press(page, page.get_by_role("button", name="Take away", exact=True))
    svg = page.get_by_role("button", name=re.compile("^NPS is .* as SVG$"))
    expect(page.get_by_role("button", name="as PNG")).to_be_focused()
    with page.expect_download() as download:
        press(page, svg)
    assert re.fullmatch(r"trends-nps-is-[\w-]+\.svg", download.value.suggested_filename)
    drawn = Path(download.value.path()).read_text(encoding="utf-8")
    said = " ".join(ET.fromstring(drawn).itertext())
    assert "NPS is 2" in said
    assert "Region: EMEA" in said, "the picture says what it is about"
    assert "<script" not in drawn
    expect(svg).to_be_visible()  # the list stays open for the next one
    with Image.open(_taken(page, page.get_by_role("button", name="as PNG"))) as image:
        assert image.format == "PNG"
        assert image.width > 1_000
        assert image.convert("RGBA").getpixel((3, 3)) == (255, 255, 255, 255), "not transparent"


def test_a_page_of_two_charts_names_each_by_its_heading(page: Page) -> None:
    visit(page)
    expect(page.get_by_test_id("stPlotlyChart").last.locator(".main-svg").first).to_be_visible()
    page.get_by_role("button", name="Take away", exact=True).click()
    expect(page.locator(".charts-to-take button")).to_have_count(4)
    expect(page.get_by_role("button", name="Distribution of scores as PNG")).to_be_visible()
    expect(page.get_by_role("button", name="Answers per month as SVG")).to_be_visible()


def test_a_table_is_taken_away_as_a_spreadsheet_that_says_what_it_is_about(page: Page) -> None:
    visit(page, "/segments?segment=Region&period=All+time&seg_plan=Team")
    page.locator("summary").filter(has_text="Figures").first.click()
    settled(page)
    file = _taken(page, page.get_by_role("button", name="Download as XLSX").first)
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    assert [cell.value for cell in book["Table"][1]][:4] == ["Region", "Costs the total", "NPS", "Low"]
    rows = {row[0]: row[5] for row in book["Table"].iter_rows(min_row=2, values_only=True)}
    assert set(rows) == {"EMEA", "APAC", "LATAM", "North America"}
    assert all(isinstance(n, int) for n in rows.values())
    told = dict(book["About"].iter_rows(values_only=True))
    assert (told["Plan"], told["Period"], told["Days and times in"]) == ("Team", "all time", "UTC")


def test_a_page_is_printed_as_a_report_of_its_own(page: Page) -> None:
    visit(page, "/measures?seg_region=EMEA&period=All+time")
    expect(page.get_by_test_id("stPlotlyChart").last.locator(".main-svg").first).to_be_visible()
    press(page, page.get_by_role("button", name="Take away", exact=True))
    link = page.get_by_role("link", name="Report to print")
    with page.context.expect_page() as opened:
        press(page, link)
    report = opened.value
    expect(report.get_by_role("heading", level=1)).to_have_text("Measures")
    expect(report.locator("figure svg")).to_have_count(3)
    expect(report.get_by_text("EMEA", exact=True).first).to_be_visible()
    assert report.locator("script").count() == 0
    assert violations(report) == []
    report.emulate_media(color_scheme="dark", media="print")
    assert report.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pdf = report.pdf(format="A4", prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf))
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} == {(595, 842)}
    assert 2 <= len(re.findall(rb"/Type /Page\b", pdf)) <= 5
