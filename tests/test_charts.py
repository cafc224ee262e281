"""Figures hold what the rows say, hide what is too small, and read no tags in text from data."""

from datetime import date
from typing import Any

import pytest

from nps import charts
from nps.crossing import drawing
from nps.crossing.cells import crossed
from nps.ranking import rank
from nps.rows import CellTally, ScoreCount, ValueTally
from nps.score import Tally
from nps.selection import Grain

HOSTILE = '<a href="javascript:alert(1)">Team</a> <img src=x> & more'


def traces(figure: Any, kind: str) -> list[Any]:
    return [trace for trace in figure.data if trace.type == kind]


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (31.4, "31"), (-0.2, "0"), (0.0, "0"), (-100.0, "−100"), (12.5, "12")]
)
def test_a_score_is_a_whole_number_with_a_true_minus(value: float | None, text: str) -> None:
    assert charts.points(value) == text


def test_a_difference_has_its_sign_and_zero_has_none() -> None:
    assert [charts.signed(value) for value in (3.4, -12.0, 0.3, -0.4)] == ["+3", "−12", "0", "0"]


@pytest.mark.parametrize(
    ("grain", "label"), [("week", "week of 5 Jan 2026"), ("month", "Jan 2026"), ("quarter", "Q1 2026")]
)
def test_a_period_is_named_as_people_name_it(grain: Grain, label: str) -> None:
    assert charts.period_label(date(2026, 1, 5), grain) == label


def test_the_distribution_colours_the_bands_and_counts_every_score() -> None:
    counts = [ScoreCount(3, "detractor", 2), ScoreCount(8, "passive", 5), ScoreCount(10, "promoter", 7)]
    figure = charts.distribution(counts)
    held = {trace.name: (list(trace.x), list(trace.y), trace.marker.color) for trace in figure.data}
    assert held == {
        "Detractors": ([3], [2], charts.DETRACTOR),
        "Passives": ([8], [5], charts.PASSIVE),
        "Promoters": ([10], [7], charts.PROMOTER),
    }


def test_a_ranking_puts_the_costliest_on_top_and_greys_the_small() -> None:
    rows = [ValueTally("large", Tally(40, 10, 10)), ValueTally("small", Tally(1, 2, 7))]
    [bars] = traces(charts.ranked(rank(rows)), "bar")
    assert [row[0] for row in bars.customdata] == ["large", "small"]  # drawn from below
    assert list(bars.x) == [50.0, -60.0]
    assert bars.marker.color[1] == "rgba(154, 165, 177, 0.55)"
    assert bars.marker.color[0] == charts.PROMOTER


def test_text_from_data_is_escaped_wherever_a_figure_shows_it() -> None:
    tally = Tally(20, 10, 10)
    ranked = charts.ranked(rank([ValueTally(HOSTILE, tally), ValueTally("b", tally)]))
    both = (HOSTILE, "b", "c")
    pairs = crossed([CellTally(one, other, tally) for one in both for other in both])
    mapped = drawing.heat_map(pairs, across=HOSTILE, down=HOSTILE)
    for figure in (ranked, mapped, *(drawing.areas(pairs, nested=nested, labels={}) for nested in (False, True))):
        texts = [*(figure.layout.yaxis.ticktext or ()), *(figure.layout.xaxis.ticktext or ())]
        texts += [figure.layout.xaxis.title.text or "", figure.layout.yaxis.title.text or ""]
        assert not any("<a" in text or "<img" in text for text in texts)
        for trace in figure.data:
            written = trace.text if isinstance(trace.text, list | tuple) else ()
            assert not any("<a" in text or "<img" in text for text in written)
            template = trace.hovertemplate or ""
            used = [n for n in range(6) if f"customdata[{n}]" in template]
            for row in trace.customdata if trace.customdata is not None else ():
                assert not any("<" in str(row[n]) for n in used)


def test_a_shade_is_the_colour_of_its_place_between_two() -> None:
    scale = [[0.0, "#000000"], [0.5, "#808080"], [1.0, "#ff0000"]]
    found = [charts.shade(nps, scale) for nps in (-100, -50, 0, 100, 150)]
    assert found == ["#000000", "#404040", "#808080", "#ff0000", "#ff0000"]
