"""Figures as SVG: every mark stands where its value is, text is only text, and all that pages draw can be drawn."""

import re
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps import charts
from nps.crossing import drawing
from nps.crossing.cells import crossed
from nps.ranking import rank
from nps.rows import CellTally, PeriodTally, ScoreCount, ValueTally
from nps.score import Tally
from nps.takeaway.scales import Axis, number, ticks_of
from nps.takeaway.svg import drawn
from tests.pages.test_hostile_text import HOSTILE

SVG = "{*}"
finite = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


def read(figure: go.Figure) -> ET.Element:
    return ET.fromstring(drawn(figure, told="a figure"))


def places(svg: ET.Element, tag: str, *names: str) -> list[tuple[float, ...]]:
    return [tuple(float(each.attrib[name]) for name in names) for each in svg.iter(tag)]


def scatter(x: list[Any], y: list[Any], **more: Any) -> go.Figure:
    trace = {"type": "scatter", "mode": "markers", "x": x, "y": y, **more}
    return charts.made([trace], height=300, xaxis={}, yaxis={})


@given(st.lists(st.tuples(finite, finite), min_size=3, max_size=8, unique=True))
def test_points_stand_in_proportion_to_their_values(points: list[tuple[float, float]]) -> None:
    across, down = zip(*points, strict=True)
    found = places(read(scatter(list(across), list(down))), "circle", "cx", "cy")
    for values, pixels, sign in ((across, [p[0] for p in found], 1), (down, [p[1] for p in found], -1)):
        low, high = min(values), max(values)
        if high - low < 1e-3:
            continue
        first, last = pixels[values.index(low)], pixels[values.index(high)]
        assert (last - first) * sign > 50
        for value, pixel in zip(values, pixels, strict=True):
            assert pixel == pytest.approx(first + (last - first) * (value - low) / (high - low), abs=0.2)


def test_a_bar_is_as_long_as_its_value_and_starts_at_its_base() -> None:
    bars = {"type": "bar", "x": [0, 1, 2], "y": [10, 20, 5], "base": [0, 10, 30]}
    svg = read(charts.made([bars], height=300, xaxis={}, yaxis={}))
    found = places(svg, "rect", "y", "height")
    pixel = found[0][1] / 10
    assert [height / pixel for _, height in found] == pytest.approx([10, 20, 5], abs=0.1)
    assert found[0][0] == pytest.approx(found[1][0] + found[1][1], abs=0.2), "the second stands on the first"
    assert (found[1][0] - (found[2][0] + found[2][1])) == pytest.approx(0, abs=0.2)


def test_bars_are_as_wide_as_they_say_and_hatched_ones_are_outlines() -> None:
    pattern = {"shape": ["", "/"]}
    bars = {
        "type": "bar",
        "x": [0.5, 3],
        "y": [1, 1],
        "width": [1, 4],
        "marker": {"color": "#112233", "pattern": pattern},
    }
    svg = read(charts.made([bars], height=300, xaxis={"range": [0, 5]}, yaxis={}))
    (one, two), fills = places(svg, "rect", "width"), [each.attrib["fill"] for each in svg.iter("rect")]
    assert two[0] / one[0] == pytest.approx(4, abs=0.01)
    assert fills == ["#112233", "#fff"]


def test_bars_that_are_stacked_stand_on_each_other() -> None:
    two = [{"type": "bar", "x": [0], "y": [n]} for n in (10, 5)]
    figure = charts.made(two, height=300, xaxis={}, yaxis={})
    figure.update_layout(barmode="stack")
    below, above = places(read(figure), "rect", "y", "height")
    assert above[0] + above[1] == pytest.approx(below[0], abs=0.2)


def test_a_gap_parts_a_line_and_an_area() -> None:
    line = scatter([1, 2, 3, 4, 5], [1, 2, None, 3, 4], mode="lines")
    paths = [each.attrib["d"] for each in read(line).iter("path") if each.attrib.get("fill") == "none"]
    assert [path.count("L") for path in paths] == [1, 1]


def test_intervals_reach_from_low_to_high() -> None:
    error = {"type": "data", "symmetric": False, "array": [5, None], "arrayminus": [10, None]}
    svg = read(scatter([0, 1], [20, 40], error_y=error))
    first, second = places(svg, "circle", "cx", "cy")
    [path] = [each.attrib["d"] for each in svg.iter("path") if each.attrib.get("stroke-width") == "1.2"]
    _, low, high = map(float, re.findall(r"[-\d.]+", path))
    pixel = (first[1] - second[1]) / 20
    assert ((low - first[1]) / pixel, (first[1] - high) / pixel) == pytest.approx((10, 5), abs=0.05)


def test_days_and_times_are_numbers_in_their_order() -> None:
    assert number(date(1970, 1, 2)) == number("1970-01-02") == number(datetime(1970, 1, 2)) == 1
    assert number(datetime(1970, 1, 1, 12)) == number("1970-01-01T12:00:00+00:00") == 0.5
    assert number(None) != number(None)


@given(finite, st.floats(1e-3, 1e5))
def test_round_ticks_lie_within_the_axis_and_none_says_the_same_as_another(low: float, span: float) -> None:
    ticks = ticks_of({}, low, low + span, days=False)
    assert 2 <= len(ticks) <= 8
    assert all(low - 1e-6 * span <= value <= low + 1.001 * span for value, _ in ticks)
    assert len({told for _, told in ticks}) == len(ticks)
    assert not {("−0",), ("-0",)} & {told for _, told in ticks}


def test_what_lies_outside_a_given_range_does_not_leave_the_figure() -> None:
    assert Axis(0, 10, 100, 200, ()).at(1e9) == 202
    assert Axis(0, 10, 100, 200, ()).at(-1e9) == 98


def test_hostile_text_is_only_text() -> None:
    value = f"A {HOSTILE} \x00\x1b"
    rows = [ValueTally(value, Tally(20, 5, 9)), ValueTally("B", Tally(3, 20, 30))]
    cells = [CellTally(row.value, other, row.tally) for row in rows for other in (value, "C")]
    seen = crossed(cells)
    maps = [drawing.heat_map(seen, across=value, down=value), drawing.areas(seen, nested=True, labels={})]
    for figure in (charts.ranked(rank(rows)), *maps):
        text = drawn(figure, told=value)
        svg = ET.fromstring(text)
        assert {each.tag for each in svg.iter()} <= {"svg", "path", "rect", "circle", "text", "tspan"}
        assert "<script" not in text
        assert not [name for each in svg.iter() for name in each.attrib if name.startswith(("on", "href", "style"))]
        assert "<script>alert" in "".join(svg.itertext())


def test_what_our_charts_say_stands_on_paper() -> None:
    trend = [PeriodTally(date(2026, month, 1), Tally(30 + month, 10, 20)) for month in (1, 2, 4)]
    said = " ".join(read(charts.volume(trend, "month")).itertext())
    assert all(word in said for word in ("Jan 2026", "Apr 2026"))
    counts = [ScoreCount(score, "detractor" if score < 7 else "promoter", 5 + score) for score in range(11)]
    svg = read(charts.distribution(counts))
    assert {"Detractors", "Promoters", "10"} <= set(svg.itertext())
    bars = [height for _, height in places(svg, "rect", "width", "height") if height != 10]
    assert len(bars) == 11
    assert bars[10] / bars[0] == pytest.approx(15 / 5, abs=0.05)


def test_a_kind_of_trace_that_cannot_be_drawn_is_noticed() -> None:
    with pytest.raises(AssertionError, match="type pie"):
        drawn(charts.made([{"type": "pie", "values": [1]}], height=100, xaxis={}, yaxis={}), told="")
