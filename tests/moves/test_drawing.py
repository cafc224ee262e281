"""The figure of the line holds what its points say: gaps, parts, joined periods, levels, limits, what happened."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from nps import charts
from nps.moves import drawing, periods
from nps.moves.drawing import Picture
from nps.moves.levels import Level, Levels
from nps.moves.marks import Mark
from nps.moves.periods import Point
from nps.rows import PeriodTally
from nps.score import Tally
from nps.selection import Grain, Period

JANUARY, END = date(2026, 1, 1), date(2026, 7, 1)


def months(*tallies: Tally, covered: Period | None = None) -> tuple[Point, ...]:
    rows = [PeriodTally(date(2026, month, 1), tally) for month, tally in enumerate(tallies, start=1)]
    return periods.points(rows, "month", covered or Period())


def drawn(points: tuple[Point, ...], **also: Any) -> Any:
    return drawing.line(Picture(points, "month", **({"found": Levels()} | also)))


def trace(figure: Any, name: str) -> Any:
    [found] = [each for each in figure.data if each.name == name]
    return found


def names(figure: Any) -> set[str]:
    return {each.name for each in figure.data}


def test_under_five_answers_is_a_gap_and_under_thirty_hollow() -> None:
    figure = drawn(months(Tally(20, 10, 10), Tally(2, 1, 1), Tally(5, 5, 5)))
    line = trace(figure, "NPS")
    assert list(line.y) == [25.0, None, 0.0]
    assert list(line.marker.symbol) == ["circle", "circle-open", "circle-open"]
    assert [row[0] for row in line.customdata] == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert list(trace(figure, "Answers").y) == [40, 4, 15]
    assert "solid" not in names(figure)  # no line runs over a gap


def test_the_band_is_parted_at_gaps_and_a_lonely_point_has_whiskers() -> None:
    tallies = [Tally(20, 10, 10), Tally(22, 10, 10), Tally(2, 1, 1), Tally(9, 5, 5)]
    first, second, _, last = [interval for tally in tallies if (interval := tally.interval())]
    figure = drawn(months(*tallies))
    assert list(trace(figure, "interval").y) == [
        *(first.low, second.low, second.high, first.high, None),
        *(last.low, last.high, None),
    ]
    line = trace(figure, "NPS")
    assert list(line.error_y.array[:3]) == [None, None, None]
    assert line.y[3] + line.error_y.array[3] == pytest.approx(last.high)
    assert line.y[3] - line.error_y.arrayminus[3] == pytest.approx(last.low)


@pytest.mark.parametrize(
    ("grain", "days"),
    [
        ("week", [date(2026, 1, 5), date(2026, 1, 26)]),
        ("month", [date(2025, 11, 1), date(2026, 2, 1)]),
        ("quarter", [date(2025, 7, 1), date(2026, 10, 1)]),
    ],
)
def test_no_line_runs_across_periods_that_are_missing(grain: Grain, days: list[date]) -> None:
    points = periods.points([PeriodTally(day, Tally(20, 10, 10)) for day in days], grain, Period())
    figure = drawing.line(Picture(points, grain, Levels()))
    assert not names(figure) & {"solid", "dash"}
    assert list(trace(figure, "NPS").y) == [25.0, 25.0]


def test_the_way_to_an_unfinished_period_is_dashed_and_its_point_open() -> None:
    covered = Period(JANUARY, date(2026, 3, 12))
    figure = drawn(months(*[Tally(60, 20, 20)] * 3, covered=covered))
    assert list(trace(figure, "NPS").marker.symbol) == ["circle", "circle", "circle-open"]
    solid, dashed = trace(figure, "solid"), trace(figure, "dash")
    assert (dashed.line.dash, solid.line.dash) == ("dash", "solid")
    assert [day for day in solid.x if day] == [datetime(2026, 1, 16, 12), datetime(2026, 2, 15)]
    assert [day for day in dashed.x if day] == [datetime(2026, 2, 15), datetime(2026, 3, 6, 12)]
    assert "in part: 1 Mar 2026 to 11 Mar 2026" in trace(figure, "NPS").customdata[2][3]


def test_joined_periods_are_squares_and_named_from_the_first_to_the_last() -> None:
    points = periods.joined(months(Tally(50), Tally(10), Tally(25)))
    figure = drawn(points)
    line = trace(figure, "NPS")
    assert list(line.marker.symbol) == ["circle", "square"]
    assert line.customdata[1][1] == "Feb 2026 to Mar 2026"
    assert trace(figure, "Answers").width[1] == pytest.approx(0.8 * 59 * 86_400_000)


def test_blanks_stand_on_the_answers_and_the_rate_beneath_where_the_file_has_them() -> None:
    figure = drawn(months(Tally(20, 10, 10, blanks=60), Tally(30, 10, 10)))
    assert list(trace(figure, "No answer").y) == [60, 0]
    assert list(trace(figure, "Response rate").y) == [40.0, 100.0]
    assert figure.layout.barmode == "stack"
    assert not names(drawn(months(Tally(20, 10, 10)))) & {"No answer", "Response rate"}


def test_levels_are_steps_with_their_scores_and_can_be_chosen() -> None:
    step = date(2026, 4, 1)
    levels = (Level(Period(JANUARY, step), Tally(60, 20, 20)), Level(Period(step, END), Tally(20, 20, 60)))
    figure = drawn(months(*[Tally(60, 20, 20)] * 6), found=Levels(levels), chosen="level 2026-04-01")
    steps, chosen = trace(figure, "steps"), trace(figure, "levels")
    assert list(steps.x) == [JANUARY, step, step, END]
    assert list(steps.y) == [40, 40, -40, -40]
    assert list(chosen.text) == ["40", "−40"]
    assert [row[0] for row in chosen.customdata] == ["level 2026-01-01", "level 2026-04-01"]
    assert list(chosen.marker.size) == [8, 13]
    assert not names(drawn(months(Tally(60, 20, 20)), found=Levels(levels[:1]))) & {"steps", "levels"}


def test_points_outside_their_limits_have_a_ring_and_windows_that_overlap_have_none() -> None:
    level = Level(Period(JANUARY, END), Tally(300, 150, 150))
    points = months(*[Tally(100, 50, 50)] * 5, Tally(10, 20, 170))
    picture = Picture(points, "month", Levels((level,)))
    assert picture.outside == [False] * 5 + [True]
    line = trace(drawing.line(picture), "NPS")
    assert list(line.marker.line.width) == [0] * 5 + [3]
    assert "outside" in line.customdata[5][3]
    assert Picture(points, "28 days", Levels((level,))).outside == [False] * 6


def test_what_happened_is_a_line_on_its_day_with_its_text_escaped() -> None:
    marks = tuple(
        Mark(number, JANUARY + timedelta(20 * number), "release", '<img src="x"> & more', datetime(2026, 1, 1), "Ada")
        for number in range(3)
    )
    layout = drawn(months(*[Tally(60, 20, 20)] * 3), marks=marks).layout
    assert [shape.x0 for shape in layout.shapes] == [mark.day for mark in marks]
    assert [each.text for each in layout.annotations] == ["1", "2", "3"]
    assert layout.annotations[0].hovertext.startswith("1 Jan 2026, release: &lt;img")
    assert not [each for each in layout.annotations if "<" in each.hovertext]


def test_a_window_is_named_by_its_last_day() -> None:
    days = [PeriodTally(JANUARY + timedelta(number), Tally(3, 1, 1)) for number in range(60)]
    points = periods.rolling(days, "28 days", Period(JANUARY, date(2026, 3, 2)))
    figure = drawing.line(Picture(points, "28 days", Levels()))
    assert trace(figure, "NPS").customdata[-1][1] == "28 days to 1 Mar 2026"
    assert trace(figure, "NPS").name == "NPS"
    assert charts.PROMOTER in trace(figure, "NPS").marker.color
