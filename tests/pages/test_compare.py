"""The page that says what changed: its sentences, its parts and its people, of the sample and of small files."""

from datetime import date
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import PageLink

from nps.selection import Period, Selection
from nps.store import Store
from nps.why import benchmarks, questions
from nps.why.split import FEW
from tests.pages.opening import assert_well, bring_in, figures, nodes, opened, says, texts
from tests.test_compare import mean, votes

BROKEN = {"period": "Custom dates", "from": "2026-01-15", "to": "2026-04-15"}
THEN, NOW = "2025-10-16..2026-01-14", "2026-01-15..2026-04-15"


def links(app: AppTest) -> list[dict[str, list[str]]]:
    """What the links to other pages select."""
    return [parse_qs(node.proto.query_string) for node in nodes(app) if isinstance(node, PageLink)]


def test_the_sample_says_what_changed_and_which_group_it_was(filled: Store) -> None:
    app = opened("compare", query=BROKEN)
    then, now = ([vote for each in votes(period, "Region").values() for vote in each] for period in (THEN, NOW))
    [header] = [each.value.replace("\\", "") for each in app.header if "NPS" in each.value]
    assert header.startswith(f"NPS fell from {float(mean(then)):.0f} (")
    assert f"−{float(mean(then) - mean(now)):.1f} (" in header
    assert header.endswith("a real fall (p < 0.001).")
    assert says(app, "Region and Journey stage explain most: EMEA · Onboarding moved otherwise than the others")
    assert says(app, "because EMEA · Onboarding got less happy: NPS 34 to −66.")
    assert says(app, "the rest.")


def test_the_bars_start_at_one_score_and_end_at_the_other(filled: Store) -> None:
    parts = {period: votes(period, "Region") for period in (THEN, NOW)}
    for counted, band in (("NPS", None), ("Promoters", 1), ("Detractors", -1)):
        app = opened("compare", query={**BROKEN, "split": "Region", "counted": counted})
        mix, rate, ends = figures(app)["waterfall"]["data"]
        levels = []
        for period in (THEN, NOW):
            every = [vote for each in parts[period].values() for vote in each]
            levels.append(float(mean(every)) if band is None else 100 * every.count(band) / len(every))
        assert ends["x"] == pytest.approx(levels)
        assert mix["base"][0] == pytest.approx(levels[0])
        assert rate["base"] == pytest.approx([base + x for base, x in zip(mix["base"], mix["x"], strict=True)])
        assert rate["base"][-1] + rate["x"][-1] == pytest.approx(levels[1])
        assert {data[0] for data in mix["customdata"]} == set(parts[NOW])


def test_the_people_behind_a_part_are_listed_on_both_sides_and_open_as_followups(filled: Store) -> None:
    app = opened("compare", query={**BROKEN, "part": "EMEA · Onboarding"})
    for period in (NOW, THEN):
        n = len(votes(period, "Region", **{"Journey stage": "Onboarding"})["EMEA"])
        assert any(text.startswith(f"{n} answers") and "Region: EMEA" in text for text in texts(app)), period
    links = [node.proto.url for node in nodes(app) if node.type == "link_button"]
    addresses = [link for link in links if link.startswith("followups?")]
    for days, address in zip((NOW, THEN), addresses, strict=True):
        listed = opened("followups", query=parse_qs(address.partition("?")[2]))
        assert says(listed, f"{Period.through(*map(date.fromisoformat, days.split('..'))).sentence()} · all surveys")
        assert says(listed, "Journey stage: Onboarding · Region: EMEA")


def test_those_who_changed_band_are_listed_and_each_case_opens(filled: Store) -> None:
    app = opened("compare", query=BROKEN)
    [told] = [text for text in texts(app) if "gave a score in both periods" in text]
    fell = int(told.split(" in a lower band")[0].split()[-1])
    rows = app.dataframe[-1].value
    assert len(rows) == min(fell, 50) > 0
    assert (rows["After"] < rows["Before"]).all()
    periods = [Period.through(*(date.fromisoformat(day) for day in days.split(".."))) for days in (THEN, NOW)]
    [first] = questions.switched(filled, Selection(), periods[0], periods[1], "fell", limit=1)
    app.selectbox(key="switched_case").select(first.key).run()
    assert_well(app)
    assert [link["case"] for link in links(app) if "case" in link] == [[first.key]]
    app = opened("compare", query={**BROKEN, "switch": "Rose"})
    assert (app.dataframe[-1].value["After"] > app.dataframe[-1].value["Before"]).all()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"against": "The same period last year"}, "to 29 (26 to 32; n = 2,482)"),
        (
            {"against": "Other days", "earlier_from": "2025-01-01", "earlier_to": "2025-03-31"},
            "1 Jan 2025 to 31 Mar 2025",
        ),
        ({"against": "Other days", "earlier_from": "2026-01-01", "earlier_to": "2026-03-31"}, "share days"),
        ({"against": "Other days", "earlier_from": "2025-03-01", "earlier_to": "2025-01-31"}, "Swap the two days."),
        ({"against": "Another group", "group_of": "Region", "group": "EMEA", "group_other": "APAC"}, "for APAC"),
        (
            {"against": "Everybody else", "group_of": "Region", "group": "EMEA"},
            "Onboarding stands apart from the others",
        ),
        ({"against": "A target"}, "Write the NPS that you aim for"),
        ({"against": "A target", "target": "40"}, "11 below the target of 40, more than chance explains."),
        ({"against": "A target", "target": "-5"}, "above the target of −5"),
        ({"against": "A benchmark"}, "cannot be told from the benchmark of 30.1"),
        ({"period": "All time"}, "All time has nothing before it."),
        ({"period": "Custom dates", "from": "2020-01-01", "to": "2020-02-01"}, "Nobody gave a score"),
    ],
)
def test_it_is_compared_with_what_the_link_says(filled: Store, query: dict[str, str], words: str) -> None:
    app = opened("compare", query=query)
    said = [text.replace("\\", "").replace("\N{WORD JOINER}", "") for text in texts(app)]
    said += [str(each) for chart in figures(app).values() for each in chart["layout"]["yaxis"]["ticktext"]]
    assert any(words in text for text in said), said


def test_everybody_else_and_a_group_are_all_answers(filled: Store) -> None:
    app = opened("compare", query={"against": "Everybody else", "group_of": "Region", "group": "EMEA", "split": "Plan"})
    table = next(each.value for each in app.dataframe if "Answers before" in each.value)
    assert table["Answers before"].sum() + table["Answers after"].sum() == 2_482
    assert "seg_region" not in app.selectbox(key="split").options
    assert "Region" not in app.selectbox(key="split").options


def test_a_benchmark_that_is_old_or_faulty_says_so(
    filled: Store, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("compare", query={"against": "A benchmark"})
    assert says(app, "Scores of whole industries move")
    assert says(app, "Relationship ratings by consumers · XM Institute, 2023 · https://www.xminstitute.com/")
    path = tmp_path_factory.mktemp("edited") / "benchmarks.csv"
    path.write_text(
        ",".join(benchmarks.COLUMNS)
        + "\nOurs,60,55,65,2999,all,relationship,us,https://e.com\nTheirs,x,,,2999,all,relationship,us,https://e.com\n"
    )
    monkeypatch.setattr(benchmarks, "FILE", path)
    app = opened("compare", query={"against": "A benchmark"})
    assert says(app, "benchmarks.csv, line 3: “nps” is “x”, not a number from -100 to 100. The line is left out.")
    assert any("below the benchmark of 60.0" in each.value.replace("\\", "") for each in app.header)
    assert not says(app, "Scores of whole industries move")


def test_no_group_under_five_answers_is_told(empty: Store) -> None:
    sizes = {"Large": (40, 50), "Middle": (12, 9), "Small": (30, 3), "New": (0, 2)}
    lines = ["response id,date,score,plan"]
    for plan, counts in sizes.items():
        for day, count in zip(("2026-01-10", "2026-02-10"), counts, strict=True):
            lines += [f"{plan}{day}{number},{day},{number % 11},{plan}" for number in range(count)]
    bring_in(empty, "small.csv", "\n".join(lines))
    query = {"period": "Custom dates", "from": "2026-02-01", "to": "2026-02-28", "split": "plan"}
    app = opened("compare", query=query)
    table = next(each.value for each in app.dataframe if "Answers before" in each.value)
    assert dict(zip(table["plan"], table["Answers after"], strict=True)) == {"Large": 50, "Middle": 9, FEW: 5}
    assert dict(zip(table["plan"], table["Answers before"], strict=True)) == {"Large": 40, "Middle": 12, FEW: 30}
    assert app.selectbox(key="part").options == ["nobody yet", *(name for name in table["plan"] if name != FEW)]
    assert says(app, "Groups with fewer than 5 answers are put together")
    app = opened("compare", query={**query, "seg_plan": "New"})
    assert says(app, "Nobody gave a score")
    assert not figures(app)
