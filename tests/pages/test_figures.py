"""The figures that the pages show, against plain Python over the sample's CSV as it stands."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from math import sqrt
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nps.clock import now
from nps.store import Store
from tests.pages.opening import ROOT, figures, opened, says

Row = dict[str, str]
Z = 1.959964


@cache
def _all() -> tuple[Row, ...]:
    with (ROOT / "data" / "sample" / "nps.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _at(row: Row) -> datetime | None:
    """When it was answered; None where the file has no such day."""
    try:
        return datetime.fromisoformat(row["Responded at"])
    except ValueError:
        return None


def _score(row: Row) -> int | None:
    return int(row["Score"]) if row["Score"].isdigit() and int(row["Score"]) <= 10 else None


@cache
def _known() -> tuple[tuple[Row, datetime, int], ...]:
    """The rows with a day and a score, each once."""
    found: dict[str, tuple[Row, datetime, int]] = {}
    for row in _all():
        at, score = _at(row), _score(row)
        if at and score is not None:
            found.setdefault(row["Response ID"], (row, at, score))
    return tuple(found.values())


def _year(**segments: str) -> list[tuple[Row, datetime, int]]:
    """The last 365 days, and only rows with these values; "Journey stage" as journey_stage."""
    newest = max(at for row in _all() if (at := _at(row)))
    start = (newest + timedelta(days=1)).replace(hour=0, minute=0, second=0) - timedelta(days=365)
    named = {name.replace("_", " ").capitalize(): value for name, value in segments.items()}
    return [
        (row, at, score)
        for row, at, score in _known()
        if at >= start and all(row[name] == value for name, value in named.items())
    ]


def _nps(scores: Iterable[int]) -> float:
    scores = list(scores)
    return 100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores)


def _interval(scores: list[int]) -> tuple[float, float]:
    """Adjusted Wald: three answers more, a quarter of them promoters and a quarter detractors."""
    n = len(scores) + 3
    up, down = (sum(s >= 9 for s in scores) + 0.75) / n, (sum(s <= 6 for s in scores) + 0.75) / n
    half = Z * sqrt((up + down - (up - down) ** 2) / n)
    return 100 * (up - down - half), 100 * (up - down + half)


def _cards(app: AppTest) -> dict[str, str]:
    return {card.label: card.value for card in app.metric}


def _shown(points: float) -> str:
    return f"{points:.0f}".replace("-0", "0").replace("-", "−")


@pytest.mark.parametrize("segments", [{}, {"region": "EMEA"}, {"plan": "Starter", "journey_stage": "Onboarding"}])
def test_the_cards_and_the_verdict_show_the_score_with_interval_and_n(filled: Store, segments: dict[str, str]) -> None:
    rows = _year(**segments)
    scores = [score for _, _, score in rows]
    low, high = _interval(scores)
    app = opened("overview", query={f"seg_{name}": value for name, value in segments.items()})
    cards = _cards(app)
    assert cards["Net Promoter Score"] == _shown(_nps(scores))
    assert cards["Answers"] == f"{len(scores):,}"
    assert cards["Promoters"] == f"{100 * sum(s >= 9 for s in scores) / len(scores):.0f} %"
    assert cards["Detractors"] == f"{100 * sum(s <= 6 for s in scores) / len(scores):.0f} %"
    told = f"NPS is {_shown(_nps(scores))} ({_shown(low)} to {_shown(high)}; n = {len(scores):,})"
    assert says(app, told)
    assert says(app, f"{len(scores):,} answers · 1 Nov 2025 to 31 Oct 2026")


def test_the_distribution_counts_each_score(filled: Store) -> None:
    counts = Counter(score for _, _, score in _year())
    shown = {
        score: n
        for trace in figures(opened("overview"))["distribution"]["data"]
        for score, n in zip(trace["x"], trace["y"], strict=True)
    }
    assert shown == counts
    assert set(shown) <= set(range(11))


@pytest.mark.parametrize("grain", ["Week", "Month", "Quarter"])
def test_the_trend_draws_every_period_with_its_score(filled: Store, grain: str) -> None:
    by_start: dict[str, list[int]] = defaultdict(list)
    for _, at, score in _year():
        day = at.date()
        starts = {
            "Week": day - timedelta(days=day.weekday()),
            "Month": day.replace(day=1),
            "Quarter": day.replace(month=day.month - (day.month - 1) % 3, day=1),
        }
        by_start[starts[grain].isoformat()].append(score)
    figure = figures(opened("trends", query={"grain": grain}))["trend_chart"]
    traces = {trace["name"]: trace for trace in figure["data"]}
    drawn = dict(zip((each[0] for each in traces["NPS"]["customdata"]), traces["NPS"]["y"], strict=True))
    # Sparse neighbours are one point, which has the name of the first of them.
    held: dict[str, list[int]] = {start: [] for start in drawn}
    for start, scores in by_start.items():
        held[max(known for known in drawn if known <= start)] += scores
    assert len(drawn) == len(by_start) - {"Week": 1, "Month": 0, "Quarter": 0}[grain]
    for start, points in drawn.items():
        assert (points is None) == (len(held[start]) < 5)
        assert points is None or points == pytest.approx(_nps(held[start]))
    bars = traces["Answers"]
    assert dict(zip((each[0] for each in bars["customdata"]), bars["y"], strict=True)) == {
        start: len(scores) for start, scores in held.items()
    }


def _grouped(*names: str) -> dict[Any, list[int]]:
    groups: dict[Any, list[int]] = defaultdict(list)
    for row, _, score in _year():
        key = tuple(row[name] or "(not given)" for name in names)
        groups[key[0] if len(key) == 1 else key].append(score)
    return groups


def test_segments_are_ranked_by_the_points_they_cost_the_total(filled: Store) -> None:
    groups, everybody = _grouped("Region"), [score for _, _, score in _year()]

    def cost(scores: list[int]) -> float:
        rest = Counter(everybody) - Counter(scores)
        return _nps(rest.elements()) - _nps(everybody)

    expected = sorted(groups, key=lambda name: -cost(groups[name]))
    [bars] = figures(opened("segments", query={"segment": "Region"}))["bars"]["data"]
    drawn = [(each[0], points) for each, points in zip(bars["customdata"], bars["x"], strict=True)][::-1]
    assert [name for name, _ in drawn] == expected
    assert [points for _, points in drawn] == pytest.approx([_nps(groups[name]) for name in expected])


def test_every_cell_of_the_heat_map_is_the_score_of_its_pair(filled: Store) -> None:
    app = opened("segments", query={"segment": "Product", "with": "Region", "seg_plan": "Starter"})
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, _, score in _year(plan="Starter"):
        groups[row["Product"], row["Region"]].append(score)
    grid, *hatched, marks = figures(app)["cells"]["data"]
    shown = {(x, y): points for y, line in enumerate(grid["z"]) for x, points in enumerate(line) if points is not None}
    drawn = {
        tuple(about[:2]): (shown.pop((x, y)), text, about[4:])
        for x, y, about, text in zip(marks["x"], marks["y"], marks["customdata"], marks["text"], strict=True)
    }
    assert not shown
    assert_hidden_well({pair: len(scores) for pair, scores in groups.items()}, drawn.keys())
    pooled = _nps([score for scores in groups.values() for score in scores])
    for pair, (points, text, (about, told)) in drawn.items():
        raw = _nps(groups[pair])
        assert min(raw, pooled) - 3 <= points <= max(raw, pooled) + 3, "drawn towards the others"
        assert text == _shown(points)
        assert about.startswith(f"{_shown(raw)} (")
        assert f"n = {len(groups[pair])}" in about
        assert ("too few answers to be tested" in told) == (len(groups[pair]) < 30)
    assert bool(hatched) == any(len(groups[pair]) < 30 for pair in drawn)


def assert_hidden_well(sizes: Mapping[tuple[str, str], int], shown: Iterable[tuple[str, str]]) -> None:
    """What is small is hidden, and each row and column that hides a group hides another one."""
    missing = sizes.keys() - set(shown)
    assert {pair for pair, n in sizes.items() if n < 5} <= missing
    for side in (0, 1):
        assert all(n > 1 for n in Counter(pair[side] for pair in missing).values())
    assert sum(sizes[pair] for pair in missing) <= 40, "and no more than that needs"


def test_areas_are_as_large_as_their_groups_and_lead_to_the_people(filled: Store) -> None:
    sizes = Counter((row["Product"], row["Region"]) for row, _, _ in _year(plan="Starter"))
    where = {"segment": "Product", "with": "Region", "seg_plan": "Starter"}
    app = opened("segments", query=where | {"map": "Areas, one within the other"})
    boxes, names = figures(app)["areas"]["data"]
    seen = {(about[0], about[1]) for about in boxes["customdata"]}
    assert_hidden_well(sizes, seen)
    assert {about[0] for about in names["customdata"]} == {product for product, _ in sizes}
    hatched = {
        tuple(about[:2])
        for about, shape in zip(boxes["customdata"], boxes["marker"]["pattern"]["shape"], strict=True)
        if shape
    }
    assert hatched == {pair for pair in seen if sizes[pair] < 30}
    for which, of in (("Areas of the segment", {"Product"}), ("Areas of all segments", {"Plan", "Product", "Region"})):
        app = opened("segments", query=where | {"map": which})
        table = next(each.value for each in app.dataframe if "Tested" in each.value)
        assert of <= set(table["Segment"])
        products = table[table["Segment"] == "Product"]
        counts = dict(zip(products["Value"], products["Answers"], strict=True))
        assert counts == Counter(row["Product"] for row, _, _ in _year(plan="Starter"))


def test_one_vote_per_account_counts_the_latest_answer_of_each(filled: Store) -> None:
    latest: dict[str, tuple[datetime, str, int]] = {}
    for row, at, score in _year():
        voter = row["Account"] or row["Email"].lower() or row["Response ID"]
        if voter not in latest or at > latest[voter][0]:
            latest[voter] = at, row["Response ID"], score
    scores = [score for _, _, score in latest.values()]
    cards = _cards(opened("overview", query={"unit": "latest per account"}))
    assert cards["Answers"] == f"{len(scores):,}"
    assert cards["Net Promoter Score"] == _shown(_nps(scores))


def test_open_follow_ups_are_the_detractors_whom_nobody_contacted(filled: Store) -> None:
    with (ROOT / "data" / "sample" / "followups.csv").open(encoding="utf-8", newline="") as file:
        contacted = {row["Response ID"] for row in csv.DictReader(file)}
    waiting = [(score, at) for row, at, score in _year() if score <= 6 and row["Response ID"] not in contacted]
    app = opened("followups")
    assert says(app, f"{len(waiting)} follow-ups · ")
    listed = app.dataframe[0].value
    urgency = {pair: (7 - pair[0]) / (1 + max((now().date() - pair[1].date()).days, 0) / 30) for pair in waiting}
    urgent = sorted(waiting, key=lambda pair: (-urgency[pair], pair[1]))
    assert list(listed["Score"]) == [score for score, _ in urgent][: len(listed)]
    figures_of_urgency = list(_cards(opened("overview")).items())[4:8]
    assert sum(int(value) for _, value in figures_of_urgency) == len(waiting)


def test_the_heading_of_segments_names_the_costliest_group(filled: Store) -> None:
    assert says(opened("segments", query={"segment": "Region"}), "EMEA costs the total ")
    everything_in_one = {"segment": "Region", "period": "Custom dates", "from": "2026-10-30", "to": "2026-10-31"}
    assert says(opened("segments", query=everything_in_one), "There are no groups to compare.")
