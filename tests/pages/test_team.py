"""The team's page: its figures against the sample's files, handing over and assigning by rules with one undo."""

import csv
from collections import Counter

from streamlit.testing.v1 import AppTest

from nps import start
from nps.clock import now
from nps.selection import Selection
from nps.store import Store
from nps.team import assigning, questions
from nps.team.rules import Rules
from tests.pages.opening import assert_well, labelled, opened, says

EVER = {"period": "All time"}


def sample(name: str) -> list[dict[str, str]]:
    with (start.SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_figures_are_those_of_the_files(filled: Store) -> None:
    app = opened("team", who="Lea", query=EVER)
    unhappy = {row["Response ID"]: row for row in sample("nps.csv") if row["Score"] and int(row["Score"]) <= 6}
    by = {row["Response ID"]: row["Contacted by"] for row in sample("followups.csv") if row["Response ID"] in unhappy}
    metric = {each.label: each.value for each in app.metric}
    assert metric["Detractors contacted"] == f"{100 * len(by) / len(unhappy):.0f} %"
    assert says(app, f"n = {len(unhappy):,}")
    [loads, states] = [each.value for each in app.dataframe if "Unfinished" in each.value or "State" in each.value]
    expected = Counter(by.values()) | Counter({"Nobody": len(unhappy) - len(by)})
    assert dict(zip(loads["Owner"], loads["Unfinished"], strict=True)) == expected
    assert dict(zip(states["State"], states["Cases"], strict=True)) == {
        "open": len(unhappy) - len(by),
        "contacted": len(by),
    }


def test_some_of_what_nobody_owns_is_handed_over_and_taken_back(filled: Store) -> None:
    app = opened("team", who="Lea", query=EVER | {"look_at": "Nobody"})
    first = [case.key for case in questions.unassigned(filled, Selection(), "detractor", limit=3)]
    labelled(app.selectbox, "To").select("Priya Raman")
    labelled(app.number_input, "How many, due first").set_value(3).run()
    app.button(key="hand_over").click().run()
    assert_well(app)
    assert says(app, "Assigned 3 follow-ups: Priya Raman 3.")
    owned = filled.rows("SELECT owner FROM cases WHERE response_key IN (SELECT unnest($keys))", {"keys": first})
    assert owned == [("Priya Raman",)] * 3
    app.button(key="undo_given").click().run()
    assert says(app, "Took back 3 assignments.")
    assert [case.key for case in questions.unassigned(filled, Selection(), "detractor", limit=3)] == first


def test_rules_are_saved_previewed_and_applied(filled: Store) -> None:
    app = opened("team", who="Lea", query=EVER)
    labelled(app.text_area, "Then in turn, one name a line").set_value("Ida\n\n Ivo \n")
    labelled(app.selectbox, "Then by segment").select("seg_plan")
    labelled(app.text_area, "whose values belong to").set_value("Enterprise = Eve")
    labelled(app.button, "Save the rules").click().run()
    assert_well(app)
    assert questions.rules(filled).rules == Rules(False, "seg_plan", (("Enterprise", "Eve"),), ("Ida", "Ivo"))
    plan = assigning.plan(filled, Selection(), "detractor", now=now())
    [previewed] = [each.value for each in app.dataframe if "Would get" in each.value]
    assert dict(zip(previewed["Owner"], previewed["Would get"], strict=True)) == Counter(plan.values())
    app.button(key="assign_by_rules").click().run()
    assert says(app, f"Assigned {len(plan)} follow-ups")
    assert says(app, "No rule fits a case that nobody owns.")
    app.button(key="undo_given").click().run()
    assert assigning.plan(filled, Selection(), "detractor", now=now()) == plan


def test_a_rule_that_cannot_be_meant_is_said(filled: Store) -> None:
    app = opened("team", who="Lea")
    labelled(app.text_area, "Then in turn, one name a line").set_value("Ida\nIda")
    labelled(app.button, "Save the rules").click().run()
    assert says(app, "The name in turn “Ida” stands there twice. Leave one out.")
    assert questions.rules(filled).rules == Rules()


def test_numbers_lead_to_the_follow_ups_behind_them(filled: Store) -> None:
    app = opened("team", who="Lea", query=EVER | {"look_at": "Priya Raman"})
    loads = questions.load(filled, Selection(), "detractor", now=now(), today=now().date())
    [load] = [load for load in loads if load.owner == "Priya Raman"]
    found = opened("followups", who="Lea", query=EVER | address(app, f"{load.unfinished} unfinished"))
    assert says(found, f"{load.unfinished:,} follow-up")
    assert load.unresolved
    found = opened("followups", who="Lea", query=EVER | address(app, f"{load.unresolved} past resolution"))
    assert says(found, f"{load.unresolved:,} follow-up")
    nobody = opened("team", who="Lea", query=EVER | {"look_at": "Nobody"})
    late = loads[-1].overdue + loads[-1].born_overdue
    found = opened("followups", who="Lea", query=EVER | address(nobody, f"{late} first contacts overdue"))
    assert says(found, f"{late:,} follow-up")


def address(app: AppTest, label: str) -> dict[str, str | list[str]]:
    """Where the link of that label leads."""
    from urllib.parse import parse_qs

    from tests.pages.opening import nodes

    [link] = [
        node.proto for node in nodes(app) if getattr(node, "type", "") == "page_link" and node.proto.label == label
    ]
    return dict(parse_qs(link.query_string))


def test_the_page_asks_who_sits_there_before_anything_is_given(filled: Store) -> None:
    app = opened("team", query=EVER)
    assert says(app, "Who are you?")
    assert not [button for button in app.button if button.key in ("hand_over", "assign_by_rules")]
