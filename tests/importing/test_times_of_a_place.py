"""Times without an offset, days alone and moments, by plain Python with zoneinfo as the judge."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps.importing import Mapping, answers, read
from nps.importing.dates import moments
from nps.zones import shifts

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Santiago", "UTC")
NOON = datetime(2024, 7, 1, 12)
MICROSECOND = timedelta(microseconds=1)


def column(*cells: str) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells, pa.string())])


def judged(wall: datetime, zone: str) -> datetime:
    """The moment in UTC of what a clock showed, the first of two; never a midnight, which would be a day alone."""
    moment = wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC).replace(tzinfo=None)
    return moment + MICROSECOND if moment.time() == datetime.min.time() else moment


@st.composite
def walls(draw: st.DrawFn) -> tuple[str, list[datetime]]:
    zone = draw(st.sampled_from(ZONES))
    places = [shift.early for shift in shifts(zone) if 2020 < shift.at.year < 2030] + [datetime(2024, 12, 31, 23)]
    near = st.builds(lambda at, m: at + timedelta(minutes=m), st.sampled_from(places), st.integers(-180, 300))
    return zone, draw(st.lists(near | st.datetimes(datetime(1970, 1, 3), datetime(2099, 12, 30)), max_size=30))


@settings(max_examples=25)
@given(walls(), st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d %B %Y %I:%M:%S %p", "%Y%m%d%H%M%S"]))
def test_times_without_an_offset_are_those_of_the_zone(drawn: tuple[str, list[datetime]], spelling: str) -> None:
    zone, times = drawn[0], [NOON, *(time.replace(microsecond=0) for time in drawn[1])]
    found = moments(column(*(f"{time:{spelling}}" for time in times)), dayfirst=True, zone=zone)
    assert found["moment"].to_pylist() == [judged(time, zone) for time in times]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-07-01T12:00:00Z", datetime(2024, 7, 1, 12)),
        ("2024-07-01 12:00:00 UTC", datetime(2024, 7, 1, 12)),
        ("2024-07-01T12:00:00+05:30", datetime(2024, 7, 1, 6, 30)),
        ("2024-07-01T00:00:00Z", datetime(2024, 7, 1) + MICROSECOND),
        ("2024-07-01T02:00:00+02:00", datetime(2024, 7, 1) + MICROSECOND),
        ("1719835200", datetime(2024, 7, 1, 12)),
        ("2024-07-01", datetime(2024, 7, 1)),
        ("01.07.2024", datetime(2024, 7, 1)),
        ("1 July 2024", datetime(2024, 7, 1)),
        ("20240701", datetime(2024, 7, 1)),
        ("45474", datetime(2024, 7, 1)),
        ("", None),
    ],
)
def test_an_offset_counts_and_a_day_stays_that_day_in_every_zone(cell: str, moment: datetime | None, zone: str) -> None:
    found = moments(column(cell, "2024-07-01 09:30"), dayfirst=True, zone=zone).to_pylist()
    assert found[0] == {"moment": moment, "reason": None, "clock": 0}
    assert found[1]["moment"] == judged(datetime(2024, 7, 1, 9, 30), zone)


def test_where_all_times_are_midnight_they_are_days() -> None:
    written = [f"2024-03-{day:02} 00:00:00" for day in range(1, 13)]
    days = [datetime(2024, 3, day) for day in range(1, 13)]
    assert moments(column(*written), dayfirst=True, zone="America/New_York")["moment"].to_pylist() == days
    in_utc = [cell.replace(" ", "T") + "Z" for cell in written]
    assert moments(column(*in_utc), dayfirst=True, zone="America/New_York")["moment"].to_pylist() == days
    with_a_time = moments(column(*written, "2024-03-20 08:15"), dayfirst=True, zone="America/New_York")
    assert with_a_time["moment"].to_pylist()[:12] == [judged(day, "America/New_York") for day in days]


def test_the_hours_of_daylight_saving_are_counted_in_a_remark() -> None:
    rows = ["2025-10-26 02:30", "2025-10-26 02:00", "2025-03-30 02:15", "2025-07-01 12:00", "2025-07-01T12:00:00Z"]
    grid = read("a.csv", "\n".join(["Score,Answered", *(f"9,{cell}" for cell in rows)]).encode())
    mapping, at = Mapping("Score", date="Answered"), datetime(2026, 1, 1)
    found = answers(grid, mapping, at=at, zone="Europe/Berlin")
    assert found.remarks == (
        'Times without an offset: 4 in "Answered", taken as those of Europe/Berlin. 2 came twice when the clocks went '
        "back: the first of the two is meant. 1 never came when the clocks went forward: moved forward.",
    )
    moved = datetime(2025, 3, 30, 1, 15)  # 3:15 in summer
    assert found.table["answered_at"].to_pylist()[:3] == [
        datetime(2025, 10, 26, 0, 30),
        datetime(2025, 10, 26) + MICROSECOND,
        moved,
    ]
    assert answers(grid, mapping, at=at).remarks == ()


def test_a_column_that_says_utc_is_in_utc() -> None:
    for header in ("Submit Date (UTC)", "answered_utc", "Date GMT"):
        grid = read("a.csv", f"Score,{header}\n9,2025-07-01 12:00\n".encode())
        found = answers(grid, Mapping("Score", date=header), at=datetime(2026, 1, 1), zone="Europe/Berlin")
        assert found.table["answered_at"].to_pylist() == [datetime(2025, 7, 1, 12)]
        assert found.remarks == ()


def test_the_same_file_is_read_anew_in_another_zone() -> None:
    grid = read("a.csv", b"Score,Answered\n9,2025-07-01 12:00\n")
    mapping = Mapping("Score", date="Answered")
    berlin, utc = answers(grid, mapping, zone="Europe/Berlin"), answers(grid, mapping)
    assert berlin.table["answered_at"].to_pylist() == [datetime(2025, 7, 1, 10)]
    assert utc.table["answered_at"].to_pylist() == [datetime(2025, 7, 1, 12)]
