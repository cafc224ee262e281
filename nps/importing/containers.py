"""Archives to the files inside: gzip and ZIP, with limits against archives that unpack to more than they should."""

import gzip
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from nps.errors import Refused
from nps.importing.sheet import shortened

GZIP, ZIP, EMPTY_ZIP = b"\x1f\x8b\x08", b"PK\x03\x04", b"PK\x05\x06"
MOST_BYTES = 2 * 1024**3
MOST_RATIO, ALWAYS_FINE = 250, 64 * 1024**2  # text of answers packs to a tenth; only bombs reach a thousandth
PIECE = 1024**2
MOST_PARTS = 10_000
DEEPEST = 2  # answers.csv.gz inside a ZIP, and no deeper
LISTED = 8
MOST_FILES = 100  # exports in one archive
TABLES = (
    *(".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"),
    *(".json", ".jsonl", ".ndjson", ".parquet", ".gz", ".zip"),
)
NO_EXPORT = re.compile(r"(?:read.?me|licen[cs]e)\b", re.IGNORECASE)
OFFICE = {"word/": "a Word document", "ppt/": "a presentation", "Index/": "a Numbers document"}
PASSWORD, PLAINLY_PACKED = 0x1, (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, struct.error)


@dataclass(frozen=True)
class Opened:
    """The bytes of a file that is no archive any more, and which file of the archive they are."""

    data: bytes
    remarks: tuple[str, ...] = ()


def opened(name: str, data: bytes) -> Opened:
    """The file itself, or the one file in the archive that it is; a workbook is no archive.

    Raises Refused for an archive with several files, a password or damage, and for one that unpacks to too much.
    """
    remarks: tuple[str, ...] = ()
    for _ in range(DEEPEST + 1):
        if data.startswith(GZIP):
            data = _unpacked(name, "gzip", cast(IO[bytes], gzip.GzipFile(fileobj=io.BytesIO(data))), len(data))
        elif data.startswith((ZIP, EMPTY_ZIP)) and not is_workbook(data):
            data, inside = _only_file(name, data)
            remarks += (f"Read from the archive's file {inside}.",)
        else:
            return Opened(data, remarks)
    raise Refused(f"{name} is an archive within an archive within an archive: unpack it, and import the file inside.")


def bytes_of(data: bytes | BinaryIO) -> bytes:
    """All bytes of a file, which may be open."""
    if isinstance(data, bytes):
        return data
    data.seek(0)
    return data.read()


def files(name: str, data: bytes | BinaryIO) -> tuple[tuple[str, bytes | BinaryIO], ...]:
    """The exports in an archive that holds several, each with its name in it; any other file as it is.

    A name that stands in several folders is told with its folder. Raises Refused for an archive with a password or
    damage, for more than 100 exports, and for those that unpack to too much together.
    """
    if not isinstance(data, bytes):
        data.seek(0)
        if data.read(len(ZIP)) != ZIP:
            return ((name, data),)
        data = bytes_of(data)
    if not data.startswith(ZIP) or is_workbook(data) or len(tables := _tables(name, data)) == 1:
        return ((name, data),)
    if len(tables) > MOST_FILES:
        raise Refused(
            f"{name} holds {len(tables):,} files: {_listed(tables)}. Import at most {MOST_FILES} at once: unpack it, "
            "and import them in parts."
        )
    often = Counter(map(_shown, tables))
    names = [_shown(part, path=often[_shown(part)] > 1) for part in tables]
    return tuple(zip(names, _inside(name, data, tables), strict=True))


def parts(data: bytes) -> Sequence[zipfile.ZipInfo] | None:
    """What a ZIP archive lists; None when it is damaged, or lists more than any export holds."""
    if data.count(b"PK\x01\x02") > MOST_PARTS:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except DAMAGED:
        return None


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a workbook: XLSX, XLSM, XLSB, or OpenDocument."""
    if not data.startswith(ZIP):
        return False
    listed = parts(data)
    if listed is None:
        # An upload that broke off has lost the list of its parts, which stands at the end.
        return b"xl/workbook." in data or b"xl/worksheets/" in data
    names = {part.filename for part in listed}
    if b"opendocument.spreadsheet" in data[:200]:
        return "content.xml" in names
    return not names.isdisjoint({"xl/workbook.xml", "xl/workbook.bin"})


def _tables(name: str, data: bytes) -> list[zipfile.ZipInfo]:
    """The files of a ZIP archive that can be tables; its one file, whatever that is."""
    listed = parts(data)
    if listed is None:
        raise _damaged(name, "ZIP")
    for folder, kind in OFFICE.items():
        if any(part.filename.startswith(folder) for part in listed):
            raise Refused(f"{name} looks like {kind}, not like a table: save the export as CSV or XLSX and try again.")
    files = [part for part in listed if not part.is_dir() and not _is_hidden(part.filename)]
    if not files:
        raise Refused(f"{name} is an empty ZIP archive: there is nothing to import.")
    tables = [part for part in files if part.filename.lower().endswith(TABLES)]
    tables = [part for part in tables if not NO_EXPORT.match(PurePosixPath(part.filename).name)] or tables
    if not tables and len(files) > 1:
        raise Refused(
            f"{name} holds {len(files):,} files and none of them looks like a table: {_listed(files)}. Choose the "
            "export of your survey tool, as CSV or XLSX."
        )
    return tables or files


def _only_file(name: str, data: bytes) -> tuple[bytes, str]:
    """The one file of a ZIP archive that can hold a table, and its name."""
    tables = _tables(name, data)
    if len(tables) > 1:
        raise Refused(
            f"{name} holds {len(tables):,} files: {_listed(tables)}. Unpack it and import the files themselves; "
            "several at once are fine."
        )
    [inside] = _inside(name, data, tables)
    return inside, f"“{_shown(tables[0])}”"


def _inside(name: str, data: bytes, chosen: Sequence[zipfile.ZipInfo]) -> Iterator[bytes]:
    """The chosen files of a ZIP archive; all together they may hold no more than one alone."""
    left = _most(len(data))
    for part in chosen:
        if part.flag_bits & PASSWORD:
            raise Refused(f"{name} is a ZIP archive with a password: unpack it, and import the file inside.")
        if part.compress_type not in PLAINLY_PACKED:
            raise Refused(f"{name} is packed in an unusual way: unpack it, and import the file inside.")
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                inside = _unpacked(name, "ZIP", archive.open(part), len(data), left=left)
        except DAMAGED:
            raise _damaged(name, "ZIP") from None
        left -= len(inside)
        yield inside


def at_most(source: IO[bytes], most: int) -> bytes | None:
    """All bytes of a source; None when there are more than `most`, and then hardly more were held."""
    held = io.BytesIO()
    while chunk := source.read(PIECE):
        if held.tell() + len(chunk) > most:
            return None
        held.write(chunk)
    return held.getvalue()


def _most(packed: int) -> int:
    """How many bytes an archive of that size may unpack to."""
    return min(MOST_BYTES, max(ALWAYS_FINE, MOST_RATIO * packed))


def _unpacked(name: str, kind: str, source: IO[bytes], packed: int, *, left: int | None = None) -> bytes:
    """All that a packed file holds; `left` is what others in the archive leave it. Raises Refused when damaged, or
    too much.
    """
    most = _most(packed)
    try:
        with source:
            data = at_most(source, most if left is None else left)
    except DAMAGED:
        raise _damaged(name, kind) from None
    if data is None:
        raise Refused(
            f"{name} unpacks to more than {most // 1024**2:,} MB, from {packed / 1024**2:,.1f} MB: that is no survey "
            "export. If it is one, unpack it, and import the file inside, in parts where it is larger than 2 GB."
        )
    return data


def _damaged(name: str, kind: str) -> Refused:
    return Refused(
        f"{name} looks like a {kind} archive that is damaged or incomplete: download it again, or unpack it and "
        "import the file inside."
    )


def _is_hidden(name: str) -> bool:
    """Whether an operating system put the file there, not a person."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith((".", "Thumbs.db", "desktop.ini"))


def _shown(part: zipfile.ZipInfo, *, path: bool = False) -> str:
    """A file's name for a message, whatever an archive wrote there; with its folders where the `path` is asked for."""
    name = part.filename if path else PurePosixPath(part.filename).name
    return shortened("".join(letter if letter.isprintable() else "?" for letter in name))


def _listed(files: Sequence[zipfile.ZipInfo]) -> str:
    names = ", ".join(f"“{_shown(part)}”" for part in files[:LISTED])
    return names + (f" and {len(files) - LISTED:,} more" if len(files) > LISTED else "")
