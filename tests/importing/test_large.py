"""A large file is read part by part and held packed, and says the same as if it were read and held whole."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.errors import Refused
from nps.importing import Grid, answers, delimited, guess, large, packed, read
from nps.importing.encodings import utf8
from nps.importing.packed import Packed, Packing, coded, parts, unpacked
from nps.importing.sheet import Sheet
from nps.jobs import Cancelled


@contextmanager
def pieces(*, part: int, rows: int) -> Iterator[None]:
    """Every file is large, and read in parts of so many bytes into pieces of so many rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "FEWEST", 0)
        patch.setattr(large, "PART", part)
        patch.setattr(packed, "ROWS", rows)
        yield


def told(found: Sheet) -> list[object]:
    table = unpacked(found.table)
    return [found.header, table.column_names, table.to_pylist(), found.lines.to_pylist(), found.ragged.to_pylist()]


def read_large(data: bytes, *, part: int = 64, rows: int = 3) -> Sheet | None:
    with pieces(part=part, rows=rows):
        found = large.sheet("answers.csv", io.BytesIO(data))
        if found is None:
            return None
        return Sheet(**{**vars(found.sheet), "table": unpacked(found.sheet.table)})


def read_whole(data: bytes) -> Sheet:
    return delimited.sheet("answers.csv", utf8("answers.csv", data)[0])


REGULAR = {
    "plain": "id,plan\n" + "".join(f"{n},{'AB'[n % 2]}\n" for n in range(40)),
    "a mark": "\ufeffid,plan\n" + "ä,B\n" * 20,
    "Windows": "id;plan\r\n" + "1;A\r\n" * 20 + "\r\n\r\n",
    "line breaks": "id,why\n" + '1,"good,\nall in all"\n2,bad\n' * 9,
    "doubled marks": "id,why\n" + '1,"say ""no"", """""\n' * 9,
    "rows that do not fit": "id,why\n" + "1,a\n2\n3,b,c\n" * 9,
    "cells that may be missing": "id,why,\n" + "1,a\n2,b,\n" * 9,
    "cells beyond the header": "id,why\n" + "1,a,\n2,b,\n" * 9,
}


@pytest.mark.parametrize("text", REGULAR.values(), ids=REGULAR)
def test_a_regular_file_is_read_in_parts(text: str) -> None:
    found = read_large(text.encode())
    assert found is not None
    assert told(found) == told(read_whole(text.encode()))


ODD = {
    "bytes that are no UTF-8": b"id,why\n" + b"1,a\n" * 40 + b"2,\xe9\n",
    "a zero": b"id,why\n" + b"1,a\n" * 40 + b"2,\0\n",
    "a mark of another file": b"id,why\n" + b"1,a\n" * 40 + b"\xef\xbb\xbfid,why\n",
    "lines that end in two ways": b"id,why\r\n" + b"1,a\r\n" * 40 + b"2,b\r",
    "an open quotation": b"id,why\n" + b"1,a\n" * 40 + b'2,"b',
    "an empty line": b"id,why\n" + b"1,a\n" * 40 + b"\n2,b\n",
    "a line longer than two parts": b"id,why\n" + b"1,a\n" * 40 + b"2," + b"b" * 200 + b"\n3,c\n",
    "no row": b"id,why\n",
    "an old Mac": b"id,why\r" + b"1,a\r" * 40,
    "one cell a line": b'"id,why"\n' + b'"1,a"\n' * 40,
    "JSON": b'{"id": 1,\n' + b'"why": "a"}\n' * 40,
    "a binary file": b"PK\x03\x04" + b"\0" * 200,
    "UTF-16": "id,why\n1,a\n".encode("utf-16") * 9,
    "nothing": b"",
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_what_is_odd_is_left_to_those_who_see_all_of_it(data: bytes) -> None:
    assert read_large(data) is None


@given(
    st.lists(
        st.sampled_from(['"', ",", "\n", "\r\n", "\r", "a", "9", "é", '""', ' "x"', '"q, r"', "\ufeff", "\0", "sep=;"]),
        max_size=60,
    ),
    st.integers(40, 90),
    st.integers(1, 5),
)
def test_whatever_is_read_in_parts_reads_the_same_as_a_whole(texts: list[str], part: int, rows: int) -> None:
    data = ("id,plan\n1,A\n" + "".join(texts)).encode()
    try:
        found = read_large(data, part=part, rows=rows)
    except Refused:
        return
    if found is not None:
        assert told(found) == told(read_whole(data))


def sides(file: Path) -> tuple[Grid, Grid]:
    """A file read as a whole, and read in parts."""
    whole = read(file.name, file.read_bytes())
    with pieces(part=1 << 16, rows=100), file.open("rb") as source:
        parted = read(file.name, source)
        assert unpacked(parted.table).equals(whole.table)
    return whole, parted


def test_every_real_export_says_the_same_in_parts(exports: Path) -> None:
    count = 0
    for file in sorted(exports.rglob("*.[ct]sv")):
        try:
            whole, parted = sides(file)
        except Refused:
            continue
        same = ("header", "remarks", "sha256", "known", "delimiter", "ticked", "unturned")
        assert [getattr(whole, name) for name in same] == [getattr(parted, name) for name in same]
        assert whole.lines.equals(parted.lines)
        assert whole.ragged.equals(parted.ragged)
        with pieces(part=1 << 16, rows=100):
            guesses: list[object] = []
            for grid in (whole, parted):
                try:
                    found = guess(grid)
                    rows = [] if found.open else answers(grid, found.mapping).table.to_pylist()
                    guesses.append((replace(found, open=()), [*map(str, found.open)], rows))
                except Refused as error:
                    guesses.append(str(error))
        assert guesses[0] == guesses[1]
        count += isinstance(parted.table, Packed)
    assert count > 5


TEXTS = st.lists(st.tuples(st.sampled_from(["A", "", " B "]), st.text(max_size=3)), min_size=1, max_size=20)


@given(TEXTS, st.data())
def test_a_packed_table_reads_like_a_table(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    plain = pa.table({"few": pa.array([few for few, _ in rows]), "many": pa.array([many for _, many in rows])})
    with pieces(part=64, rows=3):
        with Packing(plain.column_names) as packing:
            for at in range(0, len(rows), 2):
                two = plain.slice(at, 2)
                packing.add(two.set_column(0, "few", two["few"].dictionary_encode()))
        table = packing.packed()
        begin = data.draw(st.integers(0, len(rows)))
        table, plain = table.slice(begin), plain.slice(begin)
        if data.draw(st.booleans()):
            table = table.set_column(1, "many", plain["many"]).append_column("more", plain["few"])
            plain = plain.append_column("more", plain["few"])
        if len(plain):
            places = data.draw(st.lists(st.integers(0, len(plain) - 1), max_size=8))
            assert table.take(pa.array(places, pa.int64())).equals(plain.take(pa.array(places, pa.int64())))
        keep = pa.array(data.draw(st.lists(st.booleans(), min_size=len(plain), max_size=len(plain))), pa.bool_())
        kept = table.filter(keep)
        assert len(kept) == len(plain.filter(keep))
        assert kept.whole().to_pylist() == plain.filter(keep).to_pylist()
        assert table.reader().read_all().to_pylist() == plain.to_pylist()
        first, count = data.draw(st.integers(0, 20)), data.draw(st.integers(0, 20))
        assert table.slice(first, count).whole().to_pylist() == plain.slice(first, count).to_pylist()
        for name in plain.column_names:
            assert coded(table, name).cast(pa.string()).to_pylist() == plain[name].to_pylist()
            assert [cell for part in parts(table, name) for cell in part.to_pylist()] == plain[name].to_pylist()
        assert (
            table.rename_columns(["x", *table.column_names[1:]]).select(["x"])["x"].to_pylist()
            == plain["few"].to_pylist()
        )


def test_a_column_of_too_many_values_is_held_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_CODES", 2)
    cells = pa.array(["a", "b", "a", "c", "b", "b"])
    with pieces(part=64, rows=3):
        with Packing(["x"]) as packing:
            packing.add(pa.table({"x": cells.dictionary_encode()}))
        assert packing.packed()["x"].to_pylist() == cells.to_pylist()
        assert coded(packing.packed(), "x").type == pa.string()


def test_reading_says_how_far_it_is_and_stops_where_it_is_told_to() -> None:
    data, told = b"id,nps\n" + b"1234567,9\n" * 900_000, list[tuple[float, str]]()
    assert read("answers.csv", data, progress=lambda *word: told.append(word)).rows == 900_000
    assert list(dict.fromkeys(text for _, text in told)) == [
        *(f"{n} of 9 MB read" for n in range(10)),
        "Putting its rows together",
        "Looking whose export it is",
    ]
    assert [share for share, _ in told] == sorted(share for share, _ in told)

    for stop_at in range(len(told)):
        words = iter(range(stop_at))

        def stop(_share: float, _text: str, words: Iterator[int] = words) -> None:
            if next(words, None) is None:
                raise Cancelled("Enough.")

        with pytest.raises(Cancelled, match="Enough"):
            read("answers.csv", data, progress=stop)
