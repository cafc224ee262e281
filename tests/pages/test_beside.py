"""The page Side by side against plain Python over the sample, and selections that are saved, renamed and deleted."""

import csv
from collections import defaultdict
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from nps import kept
from nps.clock import now
from nps.selection import Selection
from nps.store import Store
from tests.pages.opening import ROOT, assert_well, bring_in, figures, labelled, opened, says, texts, turn_to

ALL = {"period": "All time"}
PLANS = {"one_of": "Plan", "one_value": "Starter", "other_of": "Plan", "other_value": "Enterprise"}


def scores(**wanted: str) -> list[int]:
    with (ROOT / "data" / "sample" / "nps.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Score"].isdigit() and int(row["Score"]) <= 10]
    return [int(row["Score"]) for row in rows if all(row[name] == value for name, value in wanted.items())]


def nps(given: list[int]) -> float:
    return 100 * (sum(score >= 9 for score in given) - sum(score <= 6 for score in given)) / len(given)


def test_two_groups_have_their_scores_and_the_share_of_each_answer(filled: Store) -> None:
    app = opened("beside", query=ALL | PLANS)
    starter, enterprise = scores(Plan="Starter"), scores(Plan="Enterprise")
    for given in (starter, enterprise):
        assert says(app, f"NPS {nps(given):.0f} (")
        assert says(app, f"n = {len(given):,})")
    assert says(app, f"Difference −{nps(enterprise) - nps(starter):.0f} points (95 % interval −")
    assert any("points lower than Plan: Enterprise" in each.value.replace("\\", "") for each in app.header)
    bars = figures(app)["beside_scores"]["data"]
    for trace, given in zip(bars, (starter, enterprise), strict=True):
        assert trace["y"] == pytest.approx([100 * given.count(score) / len(given) for score in range(11)])
    lines = figures(app)["beside_trend"]["data"]
    assert [trace["name"] for trace in lines] == ["Plan: Starter", "Plan: Enterprise"]
    assert says(app, "Plan: Starter says more than Plan: Enterprise") or says(app, "No word of at least 5 people")
    loop = next(each.value for each in app.dataframe if "Figure" in each.value)
    assert list(loop["Figure"]) == ["Not contacted yet", "Contacted", "First contact in time", "Median time to contact"]


def test_reasons_of_both_sides_make_up_the_difference_of_their_scores(filled: Store) -> None:
    app = opened("beside", query=ALL | PLANS)
    [table] = [frame.value for frame in app.dataframe if "Reason" in frame.value.columns]
    parts = [float(cell.split(" ")[0].replace("−", "-")) for cell in table["Difference"]]
    apart = nps(scores(Plan="Starter")) - nps(scores(Plan="Enterprise"))
    assert sum(parts) == pytest.approx(apart, abs=0.05 * len(parts))  # each is told to a tenth
    assert "No reason given" in list(table["Reason"])


def test_the_trend_of_each_side_is_that_of_its_months(filled: Store) -> None:
    app = opened("beside", query=ALL | PLANS)
    months: dict[str, list[int]] = defaultdict(list)
    with (ROOT / "data" / "sample" / "nps.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["Plan"] == "Starter" and row["Score"].isdigit():
                months[f"{datetime.fromisoformat(row['Responded at']):%Y-%m}-01"].append(int(row["Score"]))
    [line, _] = figures(app)["beside_trend"]["data"]
    drawn = dict(zip(line["x"], line["y"], strict=True))
    shown = {day: given for day, given in months.items() if drawn.get(day) is not None}
    assert len(shown) > 10
    assert all(drawn[day] == pytest.approx(nps(given)) for day, given in shown.items())
    assert all(len(given) >= 5 for given in shown.values())


def test_a_part_beside_the_whole_says_how_many_are_on_both_sides(filled: Store) -> None:
    app = opened(
        "beside", query=ALL | {"one_of": "Region", "one_value": "EMEA", "other_side": "What the sidebar selects"}
    )
    assert says(app, f"{len(scores(Region='EMEA')):,} answers are on both sides")
    app = opened(
        "beside", query=ALL | {"one_side": "What the sidebar selects", "other_side": "What the sidebar selects"}
    )
    assert says(app, "The selection and The selection \\(2\\) do not differ detectably")


def test_a_side_of_fewer_than_five_is_not_shown(empty: Store) -> None:
    rows = "".join(
        f"{number},{number % 11},2026-03-0{1 + number % 9},{'A' if number < 4 else 'B'}\n" for number in range(40)
    )
    bring_in(empty, "a.csv", "id,score,date,Plan\n" + rows, id="id", score="score", segments=["Plan"])
    kept.save(empty, "Small", {"seg_plan": ["A"]}, who="Ada", now=now())
    app = opened("beside", query=ALL | {"one_side": "Saved: Small", "other_side": "What the sidebar selects"})
    assert says(app, "Small has fewer than 5 answers, so there is nothing to compare")
    assert not figures(app)


def test_a_selection_is_saved_on_any_page_and_put_beside_another(filled: Store) -> None:
    app = opened("trends", who="Ada", query={"seg_region": "EMEA", "period": "Last 90 days"})
    save(app, "EMEA lately")
    [one] = kept.kept(filled)
    assert (one.name, one.by) == ("EMEA lately", "Ada")
    assert one.query == {"period": ["Last 90 days"], "seg_region": ["EMEA"]}
    save(app, " emea LATELY")
    assert says(app, "There is a selection called “emea LATELY” already.")
    page = turn_to(app, "beside")
    labelled(page.selectbox, "One side").select("1").run()
    assert_well(page)
    assert says(page, "3 Aug 2026 to 31 Oct 2026 · all surveys · Region: EMEA")


def save(app: AppTest, name: str) -> None:
    app.session_state["kept_popover"] = True
    app.run()
    labelled(app.text_input, "Name of this selection").set_value(name)
    [button] = [each for each in app.button if each.label == "Save this selection"]
    button.click().run()
    assert_well(app)


def test_a_saved_selection_is_renamed_deleted_and_brought_back(filled: Store) -> None:
    kept.save(filled, "Mine", Selection().to_query(), who="Ada", now=now())
    app = opened("beside", who="Bo")
    labelled(app.text_input, "New name").set_value("Ours")
    [button] = [each for each in app.button if each.label == "Save the name"]
    button.click().run()
    assert_well(app)
    assert [one.name for one in kept.kept(filled)] == ["Ours"]
    app.button(key="kept_gone_1").click().run()
    assert_well(app)
    assert kept.kept(filled) == ()
    assert says(app, "“Ours” is deleted.")
    app.button(key="kept_undo").click().run()
    assert_well(app)
    assert [one.name for one in kept.kept(filled)] == ["Ours"]
    assert not any("is deleted" in text for text in texts(app))
