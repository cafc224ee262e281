"""The wrong file: each ends in one clear sentence that says what it looks like, whatever its name says."""

import io
import sqlite3
import zipfile

import pytest

from nps.errors import Refused
from nps.importing import guess, read

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(range(256)) * 8
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog, /Score 9 >>\nendobj\ntrailer\n%%EOF\n"
PAGE = b"<!DOCTYPE html>\n<html><body><table><tr><td>nps, score</td></tr><tr><td>9, 10</td></tr></table></body></html>"
# What many tools call "Excel": a web page.
PAGE_AS_XLS = b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td>nps</td></tr></table></html>"


def archive(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as written:
        for name, data in files.items():
            written.writestr(name.replace("__", "/").replace("_", "."), data)
    return stream.getvalue()


def sqlite() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE answers (nps)")
        return connection.serialize()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("holiday.csv", JPEG, "looks like a JPEG image"),
        ("phone.csv", HEIC, "looks like a photo or a film"),
        ("scan.csv", b"II*\x00" + bytes(200), "looks like a TIFF image"),
        ("sticker.csv", b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(200), "looks like an image"),
        ("report.csv", PDF, "looks like a PDF document"),
        ("page.csv", PAGE, "looks like a web page"),
        ("saved.csv", b"\xef\xbb\xbf<!-- saved from -->\n<html></html>", "looks like a web page"),
        ("part.csv", b"<div>\n<p>Not, found</p>\n</div>\n", "looks like a web page"),
        ("export.xls", PAGE_AS_XLS, "looks like a web page"),
        ("photos.zip", archive(one_jpg=JPEG, two_jpg=JPEG), "2 files and none of them looks like a table: “one.jpg”"),
        ("photo.zip", archive(one_jpg=JPEG), "looks like a JPEG image"),
        ("letter.docx", archive(word__document_xml=b"<w:document/>"), "looks like a Word document"),
        ("answers.csv", sqlite(), "looks like an SQLite database"),
        ("song.csv", b"ID3\x04\x00" + bytes(range(256)), "looks like a sound"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith(("csv", "zip", "docx", "xls")) else "",
)
def test_a_file_of_another_kind_is_refused_by_what_it_is(name: str, data: bytes, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(name, data)
    said = str(refusal.value)
    assert said.startswith(name)
    assert words in said
    assert said.endswith(".")
    assert "CSV" in said


@pytest.mark.parametrize(
    "text",
    [
        "id,first_name,email,created_at\n1,Ada,ada@example.com,2024-01-05\n2,Ben,ben@example.com,2024-01-06\n",
        "account_id,company_name,arr_value,renewal_date\nA1,Acme,12000,2027-01-01\nA2,Bolt,8000,2027-02-01\n",
        "ticket id,subject,status,priority\n1,Broken,open,high\n2,Slow,closed,low\n",
        "Dear team,\nthank you for your help,\nyours\nAda\n",
    ],
)
def test_a_table_of_something_else_is_refused_with_its_columns(text: str) -> None:
    with pytest.raises(Refused, match="no column looks like a 0-10 recommendation score") as refusal:
        guess(read("customers.csv", text.encode()))
    assert text.partition(",")[0] in str(refusal.value)
    assert str(refusal.value).endswith(".")
