"""Real-looking exports of every kind, damaged in ways of all sorts: the same number gives the same file."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from functools import cache

import pyarrow as pa
import pyarrow.parquet
from openpyxl import Workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PIECES = (
    *(b"\x00", b"\xff", b'"', b'""', b"\n", b"\r", b",", b";", b"\t", b"|", b"\x1f", b"\xef\xbb\xbf", b"\xff\xfe"),
    *(b"{", b"[", b"<", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\x1f\x8b\x08", b"PAR1", OLE, b"%PDF", b"sep="),
    *(b"nps", b"score", b"NaN", b"1e309", b"-0", b"99999999999999999999", b"1980-01-01 00:00:00", b"31/02/2024"),
    *(b"9999-12-31 23:59:59", b"0001-01-01", b"GMT+99", b"\xe9", b"\xf0\x9f\x99\x82", b"\xed\xa0\x80", b"\xe2\x80\xae"),
    *(b"V1", b'{"ImportId":"QID1"}', b"Open-Ended Response", b"=1+1", b"survey_type", b"Promoter", b"12" * 400),
)


def _rows() -> list[list[object]]:
    words = ("fast, good", 'the "best"', "two\nlines", "naïve 🙂", "", "NA")
    header: list[object] = ["Response ID", "How likely are you to recommend us?", "Date", "Why?", "Plan", "E-mail"]
    rows: list[list[object]] = [
        [f"R_{n}", n % 11, f"2024-{1 + n % 12:02}-{1 + n % 28:02} 10:00:00", words[n % 6], "AB"[n % 2], f"p{n}@a.org"]
        for n in range(40)
    ]
    return [header, *rows]


def _text(delimiter: str = ",", end: str = "\n", *, above: tuple[str, ...] = ()) -> bytes:
    def cell(value: object) -> str:
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in f'"\n{delimiter}') else text

    return end.join([*above, *(delimiter.join(map(cell, row)) for row in _rows())]).encode()


def _workbook() -> bytes:
    book = Workbook()
    for row in _rows():
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _parquet() -> bytes:
    header, *rows = _rows()
    stream = io.BytesIO()
    columns = {str(name): list(column) for name, column in zip(header, zip(*rows, strict=True), strict=True)}
    pyarrow.parquet.write_table(pa.table(columns), stream)
    return stream.getvalue()


def _records() -> list[dict[str, object]]:
    header, *rows = _rows()
    return [{**dict(zip(map(str, header), row, strict=True)), "person": {"id": row[0], "tags": ["a"]}} for row in rows]


def _zipped(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


TEXTS: tuple[Callable[[], bytes], ...] = (
    _text,
    lambda: _text(";", "\r\n"),
    lambda: _text("\t", "\r"),
    lambda: b"\xff\xfe" + _text().decode().encode("utf-16-le"),
    lambda: _text("|").decode().encode("cp1252", "replace"),
    lambda: _text(above=("Respondent ID,,Start Date,,End Date,", ",Response,,Open-Ended Response,Response,Score")),
    lambda: _text(above=("sep=,",)),
    lambda: "\n".join(map(json.dumps, _records())).encode(),
    lambda: json.dumps({"responses": _records()}).encode(),
    lambda: b"",
)
PACKED: tuple[Callable[[], bytes], ...] = (
    _workbook,
    _parquet,
    lambda: gzip.compress(_text()),
    lambda: _zipped("answers.csv", _text()),
    lambda: _zipped("answers.xlsx", _workbook()),
    lambda: _zipped("answers.json.gz", gzip.compress(json.dumps(_records()).encode())),
    lambda: OLE + _text(),
)


@cache
def _seed_files(packed: bool) -> tuple[bytes, ...]:
    return tuple(make() for make in (PACKED if packed else TEXTS))


def _cut(chance: random.Random, data: bytearray) -> None:
    del data[chance.randrange(len(data) + 1) :]


def _drop(chance: random.Random, data: bytearray) -> None:
    at = chance.randrange(len(data) + 1)
    del data[at : at + chance.choice((1, 2, 10, 300))]


def _flip(chance: random.Random, data: bytearray) -> None:
    for _ in range(chance.choice((1, 3, 30))):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)


def _insert(chance: random.Random, data: bytearray) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice(PIECES) * chance.choice((1, 1, 2, 50))


def _repeat(chance: random.Random, data: bytearray) -> None:
    start, at = chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)
    data[at:at] = data[start : start + chance.choice((1, 20, 500))] * chance.choice((1, 3))


def _splice(chance: random.Random, data: bytearray) -> None:
    other = chance.choice(_seed_files(chance.random() < 0.3))
    data[chance.randrange(len(data) + 1) :] = other[chance.randrange(len(other) + 1) :]


def _random(chance: random.Random, data: bytearray) -> None:
    data[:] = chance.randbytes(chance.choice((1, 8, 100, 3000)))


DAMAGE = (_cut, _drop, _flip, _insert, _insert, _repeat, _splice)


def noisy(number: int) -> bytes:
    """The damaged file of this number: one in eight is packed or binary, one in thirty nothing but chance."""
    chance = random.Random(number)
    data = bytearray(chance.choice(_seed_files(number % 8 == 0)))
    if number % 30 == 1:
        _random(chance, data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        chance.choice(DAMAGE)(chance, data)
    return bytes(data)
