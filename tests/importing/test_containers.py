"""Archives to the file inside: gzip and ZIP of every kind, several files, passwords, damage, and bombs."""

import gzip
import io
import zipfile

import pytest

from nps.errors import Refused
from nps.importing import Grid, files, read, sheets
from nps.importing.containers import DEEPEST, MOST_FILES, at_most
from tests.importing.test_workbook import workbook

CSV = b"score,comment\n9,good\n3,slow\n"


def zipped(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def cells(grid: Grid) -> list[list[str]]:
    return [list(row.values()) for row in grid.table.to_pylist()]


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(CSV, mtime=0),
        gzip.compress(CSV[:20], mtime=0) + gzip.compress(CSV[20:], mtime=0),
        zipped({"answers.csv": CSV}),
        zipped({"answers.csv": CSV}, zipfile.ZIP_STORED),
        zipped({"folder/answers.csv": CSV}),
        zipped({"answers.csv.gz": gzip.compress(CSV, mtime=0)}),
        zipped({"answers.xlsx": workbook(Answers=[["score", "comment"], [9, "good"], [3, "slow"]])}),
        gzip.compress(workbook(Answers=[["score", "comment"], [9, "good"], [3, "slow"]]), mtime=0),
    ],
)
def test_the_one_file_of_an_archive_is_read(data: bytes) -> None:
    found = read("export", data)
    assert found.header == ("score", "comment")
    assert cells(found) == [["9", "good"], ["3", "slow"]]


def test_the_file_that_was_read_is_named() -> None:
    assert read("a.zip", zipped({"folder/answers.csv": CSV})).remarks == (
        "Read from the archive's file “answers.csv”.",
    )


def test_what_a_system_or_a_vendor_puts_beside_the_file_is_passed_over() -> None:
    data = zipped({"answers.csv": CSV, "__MACOSX/answers.csv": b"x", "report.pdf": b"%PDF", "folder/.DS_Store": b"x"})
    assert cells(read("a.zip", data)) == [["9", "good"], ["3", "slow"]]


def test_several_files_are_named_and_not_guessed() -> None:
    with pytest.raises(Refused) as refusal:
        read("channels.zip", zipped({"email.csv": CSV, "web.csv": CSV}))
    assert str(refusal.value) == (
        "channels.zip holds 2 files: “email.csv”, “web.csv”. Unpack it and import the files themselves; several at "
        "once are fine."
    )


def test_several_files_are_each_a_file_of_its_own() -> None:
    data = zipped({"email.csv": CSV, "web.csv": b"nps\n9\n", "notes.pdf": b"%PDF", "README.txt": b"Hello"})
    assert files("channels.zip", data) == (("email.csv", CSV), ("web.csv", b"nps\n9\n"))
    assert files("answers.csv", CSV) == (("answers.csv", CSV),)
    alone = zipped({"answers.csv": CSV, "README.txt": b"Hello"})
    assert files("a.zip", alone) == (("a.zip", alone),)
    assert read("a.zip", alone).header == ("score", "comment")


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    data = zipped({"2024/nps.csv": CSV, "2025/nps.csv": CSV, "2025/csat.csv": CSV})
    assert [name for name, _ in files("a.zip", data)] == ["2024/nps.csv", "2025/nps.csv", "csat.csv"]


def test_several_files_may_hold_no_more_than_one() -> None:
    fine, bomb = (zipped({f"{n}.csv": b"\0" * 40 * 1024**2 for n in range(count)}) for count in (1, 2))
    assert len(files("a.zip", fine)) == 1
    with pytest.raises(Refused, match=r"a\.zip unpacks to more than 64 MB"):
        files("a.zip", bomb)
    many = zipped({f"{n}.csv": CSV for n in range(MOST_FILES + 1)})
    with pytest.raises(Refused, match=r"^a\.zip holds 101 files: “0\.csv”, .* and 93 more\. Import at most 100"):
        files("a.zip", many)


def test_the_sheets_of_a_packed_workbook_can_be_chosen() -> None:
    data = gzip.compress(workbook(Notes=[["a"], ["b"]], Data=[["x"], [1], [2]]))
    assert sheets("a.xlsx.gz", data) == ("Notes", "Data")
    assert read("a.xlsx.gz", data, sheet="Notes").header == ("a",)


def locked() -> bytes:
    data = bytearray(zipped({"answers.csv": CSV}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + flags] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped({}), "an empty ZIP archive"),
        (zipped({"__MACOSX/answers.csv": b"x"}), "an empty ZIP archive"),
        (zipped({"answers.csv": b""}), "holds an empty file"),
        (gzip.compress(b"", mtime=0), "holds an empty file"),
        (zipped({"word/document.xml": b"<w/>"}), "a Word document"),
        (zipped({"photo.png": b"\x89PNG\r\n\x1a\n\0"}), "a PNG image"),
        (zipped({"answers.csv": CSV}, zipfile.ZIP_LZMA), "an unusual way"),
        (locked(), "with a password"),
        (zipped({"answers.csv": CSV})[:-30], "damaged or incomplete"),
        (gzip.compress(CSV, mtime=0)[:-9], "damaged or incomplete"),
        (gzip.compress(CSV, mtime=0) + b"rest", "damaged or incomplete"),
    ],
)
def test_an_archive_without_a_table_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        read("upload", data)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped({"answers.csv": data})])
def test_a_bomb_is_refused_before_it_is_unpacked(pack: object) -> None:
    assert callable(pack)
    bomb = pack(b"\0" * 200 * 1024**2)
    with pytest.raises(Refused, match="unpacks to more than 64 MB"):
        read("bomb", bomb)


def test_archives_within_archives_come_to_an_end() -> None:
    data = CSV
    for _ in range(DEEPEST):
        data = gzip.compress(data)
    assert len(read("a.gz", data).table) == 2
    with pytest.raises(Refused, match="archive within an archive"):
        read("a.gz", gzip.compress(data))


def test_a_list_of_a_million_files_is_refused_unread() -> None:
    entry = b"PK\x01\x02" + b"\0" * 42
    with pytest.raises(Refused, match="damaged or incomplete"):
        read("a.zip", b"PK\x03\x04" + entry * 20_000)


def test_only_so_much_of_a_source_is_held() -> None:
    assert at_most(io.BytesIO(b"x" * 3_000_000), 3_000_000) == b"x" * 3_000_000
    source = io.BytesIO(b"x" * 30_000_000)
    assert at_most(source, 3_000_000) is None
    assert source.tell() < 6_000_000


@pytest.mark.parametrize("at", range(0, 150, 3))
def test_a_damaged_archive_ends_in_rows_or_a_sentence(at: int) -> None:
    for whole in (zipped({"answers.csv": CSV}), gzip.compress(CSV, mtime=0)):
        data = bytearray(whole)
        data[at % len(data)] ^= 0xFF
        try:
            assert read("upload", bytes(data)).rows >= 1
        except Refused as refusal:
            assert str(refusal).endswith(".")
