"""An uploader's journey: a question where a file is ambiguous, a correction, every rejected row, and a way back."""

import csv
import io
import re
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Locator, Page, expect

from nps.importing.repaired import NOTES
from tests.browser.hands import bring_in, choose, go_to, said, sentence, upload
from tests.browser.visitor import settled, visit

# Two recommend questions: which of them is the score?
TWO = "When,How likely are you to recommend our shop?,How likely are you to recommend our app?,Why\n" + "".join(
    f"2026-09-{day:02d},{day % 11},{(day * 7) % 11},wrote {day}\n" for day in range(1, 29)
)
# A day that does not exist, a score of 11, a fractional one; a blank; two rows that are the same and stay two.
FLAWED = """nps,answered at,remarks,team
9,2026-09-01,fine,blue
0,2026-09-02,"slow, then gone",red
11,2026-09-03,too high,red
7.5,2026-09-04,between,red
3,2026-02-30,no such day,blue
,2026-09-05,,blue
10,2026-09-06,good,blue
10,2026-09-06,good,blue
"""


@pytest.fixture
def page(page: Page) -> Page:
    """The imports page."""
    visit(page, "/imports")
    return page


def _name_survey(box: Locator, name: str) -> None:
    """Say which survey the file belongs to."""
    box.get_by_label("Survey", exact=True).fill(name)
    box.get_by_label("Survey", exact=True).press("Enter")
    settled(box.page)


def _line(box: Locator, words: str | re.Pattern[str]) -> Locator:
    return box.get_by_test_id("stText").filter(has_text=words)


def test_an_ambiguous_file_waits_for_an_answer(page: Page) -> None:
    box = upload(page, "two.csv", TWO)
    expect(box.get_by_text("One question first")).to_be_visible()
    expect(_line(box, "How likely are you to recommend our shop?").first).to_be_visible()
    expect(page.get_by_role("button", name="Import 1 file")).to_have_count(0)
    choose(page, "Score", "How likely are you to recommend our app?")
    expect(box.get_by_text("One question first")).to_have_count(0)
    landed = bring_in(page)
    expect(_line(landed, "28 rows = 28 accepted + 0 blank + 0 duplicate + 0 changed + 0 rejected")).to_be_visible()
    scores = [(day * 7) % 11 for day in range(1, 29)]
    nps = 100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores)
    expect(_line(landed, "NPS of what went in")).to_contain_text(f"{nps:.0f}".replace("-", "−"))


def test_a_wrong_guess_is_corrected_before_anything_goes_in(page: Page) -> None:
    text = "id,score,comment,note from sales\n" + "".join(
        f"c{number},{number % 11},short words {number},they said in a long sentence that {number} was not right\n"
        for number in range(30)
    )
    box = upload(page, "notes.csv", text)
    guessed = page.get_by_label("Comment", exact=True)
    expect(guessed).to_have_value("comment")
    choose(page, "Comment", "note from sales")
    expect(guessed).to_have_value("note from sales")
    _name_survey(box, "Corrected")
    landed = bring_in(page)
    expect(_line(landed, "30 rows = 30 accepted")).to_be_visible()
    go_to(page, "Follow-ups")
    visit(page, "/followups?period=All+time&survey=Corrected&text=that+22+was")
    expect(sentence(page)).to_contain_text("1 follow-up ")


def test_every_rejected_row_is_shown_and_can_be_downloaded(page: Page) -> None:
    upload(page, "flawed.csv", FLAWED)
    landed = bring_in(page)
    expect(_line(landed, "8 rows = 4 accepted + 1 blank + 0 duplicate + 0 changed + 3 rejected")).to_be_visible()
    with page.expect_download() as download:
        landed.get_by_role("button", name="Rejected rows as CSV").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert rows[0] == [*NOTES, "nps", "answered at", "remarks", "team"]
    assert [(line, column, value) for line, column, value, *_ in rows[1:]] == [
        ("4", "nps", "11"),
        ("5", "nps", "7.5"),
        ("6", "answered at", "2026-02-30"),
    ]
    assert [row[4] for row in rows[1:]] == ["10?", "7 or 8", "2026-02-28?"]
    assert rows[1][6:] == ["11", "2026-09-03", "too high", "red"]
    assert all(row[3] for row in rows[1:])

    for row, (place, mended) in zip(rows[1:], ((6, "10"), (6, "8"), (7, "2026-02-28")), strict=True):
        row[place] = mended
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    box = upload(page, "mended.csv", text.getvalue())
    expect(_line(box, "Read as the import of flawed.csv on ")).to_be_visible()
    expect(_line(bring_in(page), "3 rows = 3 accepted + 0 blank")).to_be_visible()


def test_the_same_file_again_changes_nothing_and_one_click_takes_it_back(page: Page) -> None:
    text = FLAWED.replace("nps,", "score,").replace("team", "crew")
    upload(page, "again.csv", text)
    first = bring_in(page)
    expect(_line(first, "4 accepted + 1 blank + 0 duplicate + 0 changed + 3 rejected")).to_be_visible()
    visit(page, "/?period=All+time")
    before = sentence(page).inner_text().split(" · ")[0]
    visit(page, "/imports")
    upload(page, "again.csv", text)
    second = bring_in(page)
    expect(_line(second, "8 rows = 0 accepted + 0 blank + 5 duplicate + 0 changed + 3 rejected")).to_be_visible()
    expect(second.get_by_text("Nothing new")).to_be_visible()
    visit(page, "/?period=All+time")
    expect(sentence(page)).to_contain_text(f"{before} · ")
    visit(page, "/imports")
    with_four = page.locator("[class*=st-key-import_]").filter(has_text="again.csv").filter(has_text="4 accepted")
    with_four.get_by_role("button", name="Take back").click()
    expect(said(page, "Took back again.csv: 5 responses removed. Nobody had worked on any of them.")).to_be_visible()
    expect(with_four.get_by_text("Taken back")).to_be_visible()
    visit(page, "/?period=All+time")
    expect(sentence(page)).to_contain_text(f"{int(before.split()[0].replace(',', '')) - 4:,} answers · ")


def test_a_reexport_with_changes_shows_before_and_after_and_waits_for_the_word(page: Page) -> None:
    rows = ["q1,2,2026-09-01,slow", "q2,9,2026-09-02,fine", "q3,,2026-09-03,", "q4,10,2026-09-04,good"]
    _name_survey(upload(page, "week-1.csv", "\n".join(["response id,nps,answered at,comment", *rows])), "Weekly")
    expect(_line(bring_in(page), "4 rows = 3 accepted + 1 blank")).to_be_visible()
    later = ["q1,7,2026-09-01,mended since", rows[1], "q3,4,2026-09-03,late", "q5,8,2026-09-09,new"]
    box = upload(page, "week-2.csv", "\n".join(["response id,nps,answered at,comment", *later]))
    _name_survey(box, "Weekly")
    expect(_line(box, "Would go in: 1 score and 0 blank. Already there: 1. Would be rejected: 0.")).to_be_visible()
    expect(_line(box, "2 known responses read otherwise in this file.")).to_be_visible()
    expect(box.get_by_label("Keep what is stored")).to_be_checked()
    landed = bring_in(page)
    expect(_line(landed, "4 rows = 1 accepted + 0 blank + 1 duplicate + 2 changed + 0 rejected")).to_be_visible()
    expect(_line(landed, "is not in this file, which has most of them: q4.")).to_be_visible()
    with page.expect_download() as download:
        landed.get_by_role("button", name="Changes as CSV").click()
    told = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert told[0] == ["Line", "ID", "Column", "Before", "After", "Replaced"]
    assert [row[1:] for row in told[1:]] == [
        ["q1", "comment", "slow", "mended since", "no"],
        ["q1", "nps", "2", "7", "no"],
        ["q3", "comment", "", "late", "no"],
        ["q3", "nps", "", "4", "no"],
    ]
    overview = "/?period=All+time&survey=Weekly"
    visit(page, overview)
    expect(sentence(page)).to_contain_text("4 answers · ")
    visit(page, "/imports")
    history = page.locator("[class*=st-key-import_]").filter(has_text="week-2.csv")
    history.get_by_role("button", name="Replace 2 old answers").click()
    expect(said(page, "Replaced the answers of 2 responses by those of week-2.csv.")).to_be_visible()
    expect(history.get_by_role("button", name="Replace")).to_have_count(0)
    visit(page, overview)
    expect(sentence(page)).to_contain_text("5 answers · ")
    visit(page, "/imports")
    history.get_by_role("button", name="Take back").click()
    expect(said(page, "Took back week-2.csv: 1 response removed, 2 responses reverted")).to_be_visible()
    visit(page, overview)
    expect(sentence(page)).to_contain_text("3 answers · ")


def test_days_that_can_be_read_two_ways_are_asked_about(page: Page) -> None:
    text = "score,date\n" + "".join(f"{number % 11},0{1 + number % 9}/0{1 + number % 7}/2026\n" for number in range(40))
    box = upload(page, "days.csv", text)
    expect(box.get_by_text("One question first")).to_be_visible()
    expect(page.get_by_role("button", name="Import 1 file")).to_have_count(0)
    box.get_by_text("Month first", exact=True).click()
    expect(box.get_by_text("One question first")).to_have_count(0)
    landed = bring_in(page)
    expect(_line(landed, "40 rows = 40 accepted")).to_be_visible()
    expect(_line(landed, "answered 1 Jan 2026 to")).to_be_visible()


def test_what_is_no_export_is_refused_in_a_sentence(page: Page) -> None:
    files = {
        "empty.csv": b"",
        "header.csv": b"nps,comment\n",
        "photo.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        "words.csv": b"name,city\nAda,London\nBen,Paris\n",
        "broken.xlsx": b"PK\x03\x04 and then nothing of a workbook",
    }
    page.locator("input[type=file]").first.set_input_files(
        [FilePayload(name=name, mimeType="text/csv", buffer=data) for name, data in files.items()]
    )
    for name in files:
        box = page.locator("[class*=st-key-file_]").filter(has_text=name)
        expect(box.get_by_text("Not done").first).to_be_visible()
        expect(_line(box, re.compile(rf"{re.escape(name)}.{{20,}}\.$")).first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Import "))).to_have_count(0)


def test_after_a_photo_and_a_pdf_that_are_called_csv_the_right_file_goes_in(page: Page) -> None:
    photo = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 400
    report = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + b"score,9\n" * 50 + b"trailer\n%%EOF\n"
    for name, data, looks in (("holiday.csv", photo, "a JPEG image"), ("report.csv", report, "a PDF document")):
        box = upload(page, name, data)
        expect(box.get_by_text("Not done")).to_be_visible()
        expect(_line(box, f"{name} looks like {looks}, not like a table")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^Import "))).to_have_count(0)
        page.get_by_role("button", name=f"Remove {name}").click()
        expect(box).to_have_count(0)
    upload(page, "right.csv", "nps,why\n9,right one\n2,right two\n")
    expect(_line(bring_in(page), "right.csv: 2 rows = 2 accepted")).to_be_visible()


def test_a_workbook_lets_one_choose_the_sheet(page: Page, tmp_path: Path) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Read me"
    first.append(["This file holds answers."])
    for title, scores in (("Spring", [0, 0, 9]), ("Autumn", [10, 10, 10, 9, 8])):
        sheet = book.create_sheet(title)
        sheet.append(["nps", "comment"])
        for score in scores:
            sheet.append([score, f"{title} {score}"])
    path = tmp_path / "answers.xlsx"
    book.save(path)
    upload(page, "answers.xlsx", path.read_bytes())
    choose(page, "Sheet", "Autumn")
    landed = bring_in(page)
    expect(_line(landed, "5 rows = 5 accepted")).to_be_visible()


def test_several_files_go_in_at_once(page: Page) -> None:
    files = [
        FilePayload(
            name=f"channel-{name}.csv", mimeType="text/csv", buffer=f"nps,why\n9,{name} one\n2,{name} two\n".encode()
        )
        for name in ("mail", "web")
    ]
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="Import 2 files").click()
    landed = page.locator("[class*=st-key-landed_]")
    expect(landed).to_have_count(2)
    for box, name in zip(landed.all(), ("mail", "web"), strict=True):
        expect(_line(box, f"channel-{name}.csv: 2 rows = 2 accepted")).to_be_visible()


def test_the_first_upload_offers_to_remove_the_sample(page: Page) -> None:
    upload(page, "own.csv", "nps,when,why\n" + "10,2026-10-01,good\n" * 3)
    bring_in(page)
    page.get_by_role("button", name="Remove the sample now").click()
    expect(said(page, "An invented company.")).to_have_count(0)
    go_to(page, "Overview")
    expect(sentence(page)).to_contain_text(re.compile(r"^\d{1,3} answers "))
