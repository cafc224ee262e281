"""Parquet to a grid: cells as a CSV would have them, fields within fields, damage, and bombs."""

import datetime as dt
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet
import pytest

from nps.errors import Refused
from nps.importing import Grid, read


def parquet(table: pa.Table, **options: object) -> bytes:
    stream = io.BytesIO()
    pyarrow.parquet.write_table(table, stream, **options)
    return stream.getvalue()


def cells(grid: Grid) -> list[list[str]]:
    return [list(row.values()) for row in grid.table.to_pylist()]


def test_cells_become_the_text_that_a_csv_would_have() -> None:
    moment = dt.datetime(2024, 3, 5, 9, 50, 29)
    table = pa.table(
        {
            "score": pa.array([9.0, 7.5, None, float("nan"), 1e14]),
            "narrow": pa.array([0.1, 1, 2, 3, 4], pa.float32()),
            "id": [1234567890123456789, 0, 1, 2, 3],
            "at": pa.array([moment, moment.replace(microsecond=500_000), None, None, None], pa.timestamp("us")),
            "zoned": pa.array([moment, None, None, None, None], pa.timestamp("us", "Europe/Berlin")),
            "day": [dt.date(2024, 3, 5), None, None, None, None],
            "money": [Decimal("9.50"), None, None, None, None],
            "done": [True, False, None, None, None],
            "plan": pa.array(["A", "B", "A", "A", "A"]).dictionary_encode(),
            "tags": [["x", "y, z"], [], None, None, None],
            "nothing": pa.nulls(5),
        }
    )
    grid = read("a.parquet", parquet(table))
    assert grid.header == tuple(table.column_names)
    tags, zoned = "x; y, z", "2024-03-05 10:50:29+0100"
    assert cells(grid) == [
        ["9", "0.1", "1234567890123456789", "2024-03-05 09:50:29", zoned, "2024-03-05", "9.50", "true", "A", tags, ""],
        ["7.5", "1", "0", "2024-03-05 09:50:29.500000", "", "", "", "false", "B", "", ""],
        ["", "2", "1", "", "", "", "", "", "A", "", ""],
        ["", "3", "2", "", "", "", "", "", "A", "", ""],
        ["100000000000000", "4", "3", "", "", "", "", "", "A", "", ""],
    ]
    assert grid.lines.to_pylist() == [1, 2, 3, 4, 5]


def test_fields_within_fields_have_a_dot() -> None:
    table = pa.table({"person": [{"email": "a@b.example", "at": {"city": "Ulm"}}], "answers": [[{"score": 9}]]})
    grid = read("a.parquet", parquet(table))
    assert grid.header == ("person.email", "person.at.city", "answers")
    assert cells(grid) == [["a@b.example", "Ulm", '[{"score": 9}]']]


def test_many_rows_keep_their_order() -> None:
    grid = read("a.parquet", parquet(pa.table({"n": range(50_000)}), row_group_size=7_000))
    assert grid.table["n"].to_pylist() == [str(n) for n in range(50_000)]


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(Refused, match="header but no rows"):
        read("a.parquet", parquet(pa.table({"score": pa.array([], pa.int64())})))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Refused, match="Parquet file, but it is damaged"):
        read("a.parquet", parquet(pa.table({"photo": [b"\xff\xd8\xff"]})))


def test_a_table_that_unpacks_to_too_many_cells_is_refused() -> None:
    data = parquet(pa.table({f"c{n}": pa.repeat("x", 1_100_000) for n in range(500)}))
    assert len(data) < 5_000_000
    with pytest.raises(Refused, match="larger than 2 GB"):
        read("a.parquet", data)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_file_that_broke_off_is_refused(share: float) -> None:
    data = parquet(pa.table({"score": range(1000)}))
    with pytest.raises(Refused, match="damaged, incomplete"):
        read("a.parquet", data[: int(len(data) * share)])


@pytest.mark.parametrize("at", range(4, 400, 40))
def test_a_damaged_file_ends_in_rows_or_a_sentence(at: int) -> None:
    data = bytearray(parquet(pa.table({"score": range(100), "text": ["x"] * 100})))
    data[at] ^= 0xFF
    data[-at - 8] ^= 0xFF
    try:
        assert read("upload", bytes(data)).rows >= 1
    except Refused as refusal:
        assert str(refusal).endswith(".")
