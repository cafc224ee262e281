"""The page Measures: each measure on its own scale, the score weighed in several ways, the people behind a point."""

from nps.store import Store
from tests.pages.opening import assert_well, bring_in, figures, labelled, opened, says

ALL = {"period": "All time"}


def test_each_measure_has_a_panel_of_its_own_on_one_time_axis(filled: Store) -> None:
    app = opened("measures", query=ALL)
    assert [each.label for each in app.metric] == ["NPS", "CSAT", "CES"]
    assert [each.value for each in app.metric] == ["31", "82 %", "73 %"]
    chart = figures(app)["measures_over_time"]
    lines = [trace for trace in chart["data"] if trace.get("name")]
    assert [(trace["name"], trace["yaxis"]) for trace in lines] == [("NPS", "y"), ("CSAT", "y2"), ("CES", "y3")]
    titles = [chart["layout"][axis]["title"]["text"] for axis in ("yaxis", "yaxis2", "yaxis3")]
    assert titles == ["NPS, points", "CSAT, %", "CES, %"]
    assert all(len(trace["x"]) == 24 for trace in lines)


def test_effort_against_nps_has_a_point_for_each_value_with_both_counts(filled: Store) -> None:
    app = opened("measures", query=ALL | {"measures_segment": "Region"})
    [points] = figures(app)["measures_against"]["data"]
    assert {row[0] for row in points["customdata"]} == {"EMEA", "APAC", "LATAM", "North America"}
    assert all("n = " in row[2] and "n = " in row[3] for row in points["customdata"])


def test_whether_effort_comes_first_is_said_and_so_is_that_it_cannot_be(filled: Store) -> None:
    assert says(opened("measures", query={"period": "Last 12 months"}), "Too few periods to say whether CES moves")
    app = opened("measures", query=ALL)
    assert says(app, "CES moves before NPS: at no lag") or says(app, "When CES falls, NPS tends to fall")


def test_weighed_figures_stand_beside_the_unweighted_one_with_their_coverage(filled: Store) -> None:
    app = opened("measures", query=ALL | {"measures_segment": "Plan"})
    labelled(app.number_input, "Starter").set_value(60.0)
    labelled(app.number_input, "Enterprise").set_value(40.0).run()
    assert_well(app)
    [table] = [each.value for each in app.dataframe if "One vote" in each.value]
    ways = dict(zip(table["One vote"], table["NPS"], strict=True))
    assert list(ways)[:3] == ["every response", "latest per person", "latest per account"]
    assert abs(ways["every response"] - ways["every response, whole accounts drawn"]) < 1e-9
    assert abs(ways["weighed by Account revenue"] - ways["every response"]) > 0.1
    plans = {
        plan: 100 * (up - down) / n
        for plan, up, down, n in filled.rows(
            "SELECT seg_plan, count(*) FILTER (WHERE promoter), count(*) FILTER (WHERE detractor), count(score) "
            "FROM answers WHERE metric = 'nps' AND NOT blank GROUP BY seg_plan"
        )
    }
    assert abs(ways["to given shares of Plan"] - (0.6 * plans["Starter"] + 0.4 * plans["Enterprise"])) < 1e-9
    said = dict(zip(table["One vote"], table["Of what, and how far away"], strict=True))
    assert "of 4,599 answers" in said["to given shares of Plan"]
    assert "beside the unweighted 31" in said["weighed by Account revenue"]


def test_the_answers_behind_a_point_are_listed_for_each_measure(filled: Store) -> None:
    query = ALL | {"measures_metric": "CES", "measures_point": "Feb 2026", "measures_value": "EMEA"}
    app = opened("measures", query=query | {"measures_segment": "Region"})
    listed = app.dataframe[-1].value
    assert set(listed["Survey"]) == {"Onboarding effort"}
    assert {(day.year, day.month) for day in listed["Answered"]} == {(2026, 2)}
    assert set(listed["Follow-up"]) == {""}, "a low effort score is no detractor"
    assert says(app, "1 Feb 2026 to 28 Feb 2026")


def test_without_another_measure_the_page_says_how_to_bring_one_in(empty: Store) -> None:
    rows = "".join(f"{number % 11},2026-0{1 + number % 9}-03,{'AB'[number % 2]}\n" for number in range(60))
    bring_in(empty, "nps.csv", "score,date,plan\n" + rows, score="score")
    app = opened("measures", query=ALL)
    assert says(app, "There are no CSAT or CES answers in this period.")
    assert [each.label for each in app.metric] == ["NPS"]
    assert "measures_weighed" in figures(app)
    assert "measures_against" not in figures(app)


def test_a_group_too_small_to_show_cannot_be_given_a_share(empty: Store) -> None:
    """Else its score could be read off by giving it all the weight."""
    values = ["large"] * 40 + ["medium"] * 20 + ["tiny"] * 4
    rows = "".join(f"{number % 11},2026-03-03,{value}\n" for number, value in enumerate(values))
    bring_in(empty, "nps.csv", "score,date,plan\n" + rows, score="score")
    app = opened("measures", query=ALL | {"share seg_plan tiny": "100"})
    assert [each.label for each in app.number_input] == ["large"], "nor the next, found by subtraction"
    assert not says(app, "tiny")
