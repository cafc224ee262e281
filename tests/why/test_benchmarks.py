"""The table of benchmarks: what ships is right and cited, and each fault of an edited one is a sentence."""

from datetime import date
from pathlib import Path

import pytest

from nps.errors import Refused
from nps.why.benchmarks import FILE, read

HEADER = "name,nps,low,high,year,population,survey type,source,url\n"
GOOD = "Ours,31.5,28,35,2025,all,relationship,us,https://example.com/nps\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "benchmarks.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_table_that_ships_holds_the_published_figures_with_their_source() -> None:
    table = read(FILE)
    assert not table.faults
    assert {(row.name.split(",")[0], row.year): row.nps for row in table.rows.values()} == {
        ("Grocery", 2023): 30.1,
        ("Consumer payments", 2023): -6.1,
        ("Retail", 2022): 28.4,
        ("Consumer payments", 2022): 1.4,
    }
    assert all(row.url.startswith("https://www.xminstitute.com/") for row in table.rows.values())
    assert FILE.name == "benchmarks.csv"


def test_it_is_stale_24_months_after_the_end_of_its_year(tmp_path: Path) -> None:
    [row] = read(write(tmp_path, HEADER + GOOD)).rows.values()
    assert (row.nps, row.low, row.high, row.label) == (31.5, 28, 35, "Ours, 2025")
    assert not row.stale(date(2027, 12, 31))
    assert row.stale(date(2028, 1, 1))


def test_what_a_spreadsheet_makes_of_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.csv"
    path.write_text((HEADER + GOOD.replace("31.5", "31~5")).replace(",", ";").replace("~", ","), encoding="utf-8-sig")
    [row] = read(path).rows.values()
    assert row.nps == 31.5


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Ours,much,,,2025,all,relationship,us,https://e.com\n", "“nps” is “much”, not a number from -100 to 100."),
        ("Ours,101,,,2025,all,relationship,us,https://e.com\n", "“nps” is “101”"),
        ("Ours,nan,,,2025,all,relationship,us,https://e.com\n", "“nps” is “nan”"),
        ("Ours,5,7,9,2025,all,relationship,us,https://e.com\n", "5 does not lie between “low” and “high”."),
        ("Ours,5,,,spring,all,relationship,us,https://e.com\n", "“year” is “spring”, not a year such as 2025."),
        ("Ours,5,,,2025,all,,us,https://e.com\n", "“survey type” is empty"),
        ("Ours,5,,,2025,all,relationship,us,e.com\n", "not an address that begins with https://."),
        ("Ours,5,,,2025\n", "“population” is empty"),
        (GOOD, "“Ours, 2025” is there twice."),
    ],
)
def test_a_line_that_cannot_be_used_is_left_out_with_a_sentence(tmp_path: Path, line: str, fault: str) -> None:
    table = read(write(tmp_path, HEADER + GOOD + line))
    assert list(table.rows) == ["Ours, 2025"]
    [told] = table.faults
    assert told.startswith("benchmarks.csv, line 3: ")
    assert fault in told


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read as a table in UTF-8"):
        read(tmp_path / "benchmarks.csv")
    (tmp_path / "latin.csv").write_bytes("name,nps\nZürich,3\n".encode("latin-1"))
    with pytest.raises(Refused, match="cannot be read as a table in UTF-8"):
        read(tmp_path / "latin.csv")
    with pytest.raises(Refused, match="lacks the column “low”"):
        read(write(tmp_path, "name,nps,high,year,population,survey type,source,url\n"))
