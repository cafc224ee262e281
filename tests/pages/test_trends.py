"""The page Trends: what it says and draws of the sample, whose answers lie behind a point, and what happened."""

import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from nps import importing, imports
from nps.clock import now
from nps.moves import questions
from nps.store import Store
from tests.pages.opening import assert_well, figures, labelled, nodes, opened, says, texts

EMEA: dict[str, str | list[str]] = {"seg_region": "EMEA", "period": "All time"}


def links(app: AppTest, label: str) -> list[str]:
    """Where the links of that label lead."""
    found = [node.proto for node in nodes(app) if node.type == "link_button"]
    return [proto.url.partition("?")[2] for proto in found if proto.label == label]


def line(app: AppTest) -> Any:
    return next(trace for trace in figures(app)["trend_chart"]["data"] if trace["name"] == "NPS")


def test_the_page_says_since_when_and_draws_the_levels_of_the_release(filled: Store) -> None:
    app = opened("trends", query=EMEA)
    assert says(app, "Since 10 Apr 2026 (between 3 Apr 2026 and 14 Apr 2026): 32 (26 to 37; n = 674), up 51 from −19")
    levels = next(trace for trace in figures(app)["trend_chart"]["data"] if trace["name"] == "levels")
    assert levels["text"] == ["32", "−19", "32"]
    assert says(app, "16 Jan 2026 (between 14 Jan 2026 and 29 Jan 2026)")


def test_a_level_lists_its_responses_and_opens_them_as_follow_ups(filled: Store) -> None:
    app = opened("trends", query=EMEA)
    app.selectbox(key="point").select("level 2026-01-16").run()
    assert_well(app)
    assert says(app, "Responses of level of 16 Jan 2026 to 9 Apr 2026")
    days = [moment.date() for moment in app.dataframe[-1].value["Answered"]]
    assert date(2026, 1, 16) <= min(days) <= max(days) <= date(2026, 4, 9)
    [query] = links(app, "Open as follow-ups")
    assert "from=2026-01-16" in query
    assert "to=2026-04-09" in query
    assert "seg_region=EMEA" in query


def test_a_step_and_a_mark_lead_to_what_changed_on_both_sides(filled: Store) -> None:
    ways = [parse_qs(way) for way in links(opened("trends", query=EMEA), "What changed")]
    said = opened("compare", query=ways[0])
    assert says(said, "16 Jan 2026 to 9 Apr 2026 · all surveys · Region: EMEA")
    assert any(all(part in text for part in ("32", "1,146", "−19", "253")) for text in texts(said))
    release = next(way for way in ways if way["from"] == ["2026-01-13"])
    assert (release["to"], release["seg_region"]) == (["2026-02-09"], ["EMEA"])
    assert any(
        all(part in text for part in ("29", "63", "−9", "78")) for text in texts(opened("compare", query=release))
    )


def test_the_grain_is_chosen_so_that_points_can_be_told_apart_and_can_be_chosen_otherwise(filled: Store) -> None:
    app = opened("trends")
    assert says(app, "One point per month, chosen by itself")
    assert len(line(app)["y"]) == 12
    app.radio(key="grain").set_value("28 days").run()
    assert_well(app)
    assert [label for _, label, *_ in line(app)["customdata"]][-1] == "28 days to 31 Oct 2026"
    assert says(app, "Windows overlap")
    labelled(app.sidebar.selectbox, "One vote is").select("person").run()
    assert_well(app)
    assert says(app, "these are months")


@pytest.mark.parametrize("unit", ["latest per person", "latest per account"])
def test_joined_points_count_each_voter_once(filled: Store, unit: str) -> None:
    app = opened("trends", query={"grain": "Week", "unit": unit, "seg_region": "LATAM"})
    bars = next(trace for trace in figures(app)["trend_chart"]["data"] if trace["name"] == "Answers")
    start = next(
        row[0]
        for row, symbol in zip(line(app)["customdata"], line(app)["marker"]["symbol"], strict=True)
        if "square" in symbol
    )
    n = dict(zip((row[0] for row in bars["customdata"]), bars["y"], strict=True))[start]
    app.selectbox(key="point").select(start).run()
    assert_well(app)
    assert says(app, f"; n = {n:,})")


def test_what_happened_is_written_down_shown_and_taken_back(filled: Store) -> None:
    app = opened("trends", who="Ada")
    assert says(app, "13 Jan 2026, release: Release 8: new setup. 28 days before: 33")
    app.date_input(key="mark_day").set_value(date(2026, 5, 4))
    app.text_input(key="mark_label").set_value("Prices *rise*")
    labelled(app.button, "Write it down").click().run()
    assert_well(app)
    assert says(app, "4 May 2026, release: Prices *rise*. 28 days before:")
    [mark] = [each for each in questions.marks(filled) if each.said_by == "Ada"]
    app.selectbox(key="mark_gone").select(mark.number).run()
    app.button(key="mark_take_back").click().run()
    assert_well(app)
    assert not says(app, "Prices")


def test_marks_come_in_a_file_and_a_bad_one_is_refused_with_its_line(filled: Store) -> None:
    app = opened("trends", who="Ada")
    for text, words in (
        (b"day,what\nsoon,x\n", "marks.csv, line 2: “soon” is not a day"),
        (b"day,what\n2026-05-04,Fair\n", "4 May 2026, other: Fair"),
    ):
        app.file_uploader(key="mark_file").set_value(("marks.csv", text, "text/csv")).run()
        app.button(key="mark_file_take").click().run()
        assert_well(app)
        assert says(app, words)


def test_whoever_gave_no_name_is_asked_for_it_before_writing(filled: Store) -> None:
    assert says(opened("trends"), "Your name stands beside what you write down")


def test_a_mark_is_compared_over_the_chosen_days_and_near_the_end_over_those_there_are(filled: Store) -> None:
    app = opened("trends", query={"around": "56"})
    assert says(app, "Release 8: new setup. 56 days before:")
    assert says(app, "Sign-in down for 3 hours. 56 days before:")
    app = opened("trends", query={"around": "91"})
    assert says(app, "Sign-in down for 3 hours. 74 days before:")


def test_removing_the_sample_removes_its_marks(filled: Store) -> None:
    app = opened("trends", who="Ada")
    app.button(key="remove_sample").click().run()
    assert_well(app)
    assert questions.marks(filled) == ()


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("carpentries/20180908_post_clean.csv", (889, 78, "48")),
        ("r-community-survey/Learning R Internet Survey - Form Responses 1.tsv", (3001, 61, "72")),
    ],
)
@pytest.mark.parametrize("grain", ["Auto", "Week", "Quarter"])
def test_real_surveys_are_shown_with_their_true_counts(
    empty: Store, exports: Path, file: str, counts: tuple[int, int, str], grain: str
) -> None:
    path = exports / file
    grid = importing.read(path.name, path.read_bytes())
    imports.land(empty, importing.answers(grid, importing.guess(grid).mapping), file=path.name, by="Ada", now=now())
    app = opened("trends", query={"period": "All time", "grain": grain})
    scored, blank, nps = counts
    assert says(app, f"NPS is {nps} (")
    assert says(app, f"n = {scored:,})")
    drawn = {trace["name"]: trace for trace in figures(app)["trend_chart"]["data"]}
    assert (sum(drawn["Answers"]["y"]), sum(drawn["No answer"]["y"])) == (scored, blank)
    shown = [(y, n) for y, n in zip(drawn["NPS"]["y"], drawn["Answers"]["y"], strict=True) if n]
    assert not [n for y, n in shown if (y is None) != (n < 5)]


def test_a_target_is_drawn_and_judged(filled: Store) -> None:
    app = opened("trends", query={**EMEA, "target": "40"})
    assert says(app, "NPS is 26 (22 to 29; n = 2,073): 14 below the target of 40, more than chance explains.")
    layout = figures(app)["trend_chart"]["layout"]
    assert [shape["y0"] for shape in layout["shapes"] if shape.get("xref") == "paper"] == [40]
    assert "target 40" in [text["text"] for text in layout["annotations"]]
    assert not any(
        shape.get("xref") == "paper" for shape in figures(opened("trends"))["trend_chart"]["layout"]["shapes"]
    )


def test_the_difference_around_a_mark_is_parted_when_asked(filled: Store) -> None:
    app = opened("trends", query=EMEA)
    assert not says(app, "By Channel: mix")
    app.toggle(key="parted").set_value(True).run()
    assert_well(app)
    told = next(text for text in texts(app) if "By Channel: mix" in text)
    mix, rate = re.findall(r"[+−]?\d+\.\d", told)[:2]
    assert float(mix.replace("−", "-")) + float(rate.replace("−", "-")) == pytest.approx(22, abs=0.6)
