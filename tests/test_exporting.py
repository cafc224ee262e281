"""What leaves the store: nothing acts as a formula, nothing is lost, no half file appears."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps import casework, decided, imports
from nps.clock import now
from nps.errors import Refused
from nps.exporting import export, inert, to_csv
from nps.importing import Mapping, answers, read
from nps.store import Store

FORMULAS = ["=1+1", "+1", "-1+cmd|x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_text_that_starts_like_a_formula_is_made_inert(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-12.5, 3, None, "", "fine", "a=1", datetime(2026, 1, 1)])
def test_everything_else_stays_as_it_is(cell: Any) -> None:
    assert inert(cell) == cell


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r")), min_size=2, max_size=2)
    )
)
def test_a_table_as_csv_reads_back_cell_for_cell(rows: list[list[str]]) -> None:
    text = to_csv(("a", "=b"), rows).decode("utf-8-sig")
    back = list(csv.reader(io.StringIO(text)))
    assert back == [["a", "'=b"], *([inert(cell) for cell in row] for row in rows)]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in back for cell in row)


def landed(store: Store, text: str, segments: tuple[str, ...]) -> None:
    grid = read("a.csv", text.encode())
    mapping = Mapping(score="score", comment="comment", id="response id", segments=segments)
    imports.land(store, answers(grid, mapping), file="a.csv", by="Ana", now=now())


def test_an_export_has_every_response_with_its_case_and_its_segments(store: Store, tmp_path: Path) -> None:
    landed(
        store,
        "response id,score,comment,plan,survey\nr1,0,=bad,Pro,x\nr2,10,good,Free,y\nr3,,,Free,y\n",
        ("plan", "survey"),
    )
    key = imports.key_of("r1", survey="NPS")
    casework.tick(store, [key], who="=Ana", now=datetime(2026, 1, 2, 3, 4))
    assert export(store, tmp_path / "all.csv") == 3
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["response_id"]: row for row in csv.DictReader(file)}
    assert {name: (row["score"], row["comment"], row["plan"]) for name, row in rows.items()} == {
        "r1": ("0", "'=bad", "Pro"),
        "r2": ("10", "good", "Free"),
        "r3": ("", "", "Free"),
    }
    assert (rows["r1"]["case_state"], rows["r1"]["contacted_by"]) == ("contacted", "'=Ana")
    assert (rows["r1"]["survey"], rows["r1"]["survey (2)"]) == ("NPS", "x")
    assert rows["r2"]["case_state"] == ""
    export(store, tmp_path / "all.parquet")
    table = pq.read_table(tmp_path / "all.parquet")
    assert sorted(table["comment"].to_pylist(), key=str) == ["=bad", None, "good"]
    assert table["score"].to_pylist().count(None) == 1


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_an_export_has_its_times_in_the_reporting_zone_and_names_it(store: Store, tmp_path: Path, ending: str) -> None:
    """In two zones on either side of UTC, a contact in the hour that comes twice, and a day alone, which stays."""
    decided.decide(store, {"zone": "America/New_York"}, who="Ana", now=now())
    imported, contacted = datetime(2025, 7, 1), datetime(2025, 11, 2, 6, 30)
    for name, cells in (("a", "r1,0,2025-03-09 02:59\nr2,3,2025-03-09 03:01\n"), ("b", "r3,1,2025-03-09\n")):
        grid = read(f"{name}.csv", f"id,score,date\n{cells}".encode())
        mapping = Mapping(score="score", id="id", date="date")
        parted = answers(grid, mapping, zone="America/New_York")
        imports.land(store, parted, file=f"{name}.csv", by="Ana", now=imported)
    casework.tick(store, [imports.key_of("r1", survey="NPS")], who="Ana", now=contacted)
    day = datetime(2025, 3, 9)
    for zone in ("America/New_York", "Asia/Kolkata"):
        decided.decide(store, {"zone": zone}, who="Ana", now=now())

        def there(moment: datetime, zone: str = zone) -> datetime:
            return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)

        export(store, tmp_path / f"all.{ending}")
        if ending == "csv":
            with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
                rows = {row["response_id"]: row for row in csv.DictReader(file)}
        else:
            rows = {row["response_id"]: row for row in pq.read_table(tmp_path / "all.parquet").to_pylist()}

        def times(key: str, column: str, zone: str = zone, rows: dict[str, Any] = rows) -> datetime | None:
            cell = rows[key][f"{column} ({zone})"]
            return datetime.fromisoformat(cell) if isinstance(cell, str) and cell else cell or None

        # On 9 March 2025 the clocks of New York go from 2:00 to 3:00: 2:59 is 7:59 UTC, 3:01 is 7:01.
        assert times("r1", "answered_at") == there(datetime(2025, 3, 9, 7, 59))
        assert times("r2", "answered_at") == there(datetime(2025, 3, 9, 7, 1))
        assert times("r3", "answered_at") == day
        assert {times(key, "imported_at") for key in rows} == {there(imported)}
        assert (times("r1", "contacted_at"), times("r2", "contacted_at")) == (there(contacted), None)
        assert not {"answered_at", "contacted_at", "imported_at"} & set(rows["r1"])


def test_an_empty_store_exports_a_header(store: Store, tmp_path: Path) -> None:
    assert export(store, tmp_path / "none.csv") == 0
    assert (tmp_path / "none.csv").read_text(encoding="utf-8").startswith('"response_key","response_id"')


def test_a_place_that_cannot_be_written_is_refused_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be written"):
        export(store, tmp_path / "missing" / "all.csv")
    with pytest.raises(Refused, match=r"neither \.csv nor \.parquet"):
        export(store, tmp_path / "all.txt")
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("nps.duckdb")] == []
