"""The page Reasons: its rows add up, follow the selection, and lead to people."""

from urllib.parse import parse_qs

import pytest

from nps.codebook import changing
from nps.reasons.contribution import NONE
from nps.reasons.questions import having, reasons
from nps.selection import Selection
from nps.store import Store
from tests.pages.opening import nodes, opened, texts


def test_the_page_says_what_costs_most_and_that_all_rows_add_up(filled: Store) -> None:
    app = opened("reasons", query={"period": "All time"})
    found = reasons(filled, Selection())
    [header] = [each.value for each in app.header]
    assert header.startswith("Onboarding and set\\-up costs most")
    told = next(text for text in texts(app) if text.startswith("All rows add up to the NPS"))
    none = found.of(NONE)
    assert none is not None
    assert f"{found.total.nps:.1f}" in told
    assert f"{none.n:,} of {found.total.n:,} answers have no reason" in told
    [table] = [frame.value for frame in app.dataframe if "Only this" in frame.value.columns]
    assert sum(table["Points"]) == pytest.approx(found.total.nps, abs=1e-9)
    assert list(table["Reason"])[-1] == "No reason given"
    assert min(table["Answers"]) >= 5


def test_a_reason_that_is_chosen_lists_its_people(filled: Store) -> None:
    app = opened("reasons", query={"period": "All time"})
    app.selectbox(key="reason").select("commercial.price").run()
    row = reasons(filled, Selection()).of("commercial.price")
    assert row is not None
    assert any(text.startswith(f"{row.n} answers") for text in texts(app))
    [people] = [frame.value for frame in app.dataframe if "Follow-up" in frame.value.columns]
    assert list(people["Score"]) == sorted(people["Score"])


def test_groups_have_rows_of_their_own(filled: Store) -> None:
    app = opened("reasons", query={"period": "All time", "reason_level": "Groups of reasons"})
    groups = changing.book(filled).groups
    [table] = [frame.value for frame in app.dataframe if "Only this" in frame.value.columns]
    assert set(table["Reason"]) <= {*groups.values(), "No reason given", "Other reasons"}
    assert len([node for node in nodes(app) if node.type == "plotly_chart"]) == 3


def test_without_reasons_it_says_so(empty: Store) -> None:
    app = opened("reasons")
    assert not app.dataframe
    assert reasons(empty, Selection()).rows == ()


def test_a_theme_becomes_a_reason_of_the_codebook(filled: Store) -> None:
    app = opened("reasons", who="Ada", query={"period": "All time"})
    app.toggle(key="themes").set_value(True).run()
    assert any(text.endswith("comments have no reason of the codebook.") for text in texts(app))
    app.text_input(key="theme_label_0").set_value("Planner’s limits")
    app.selectbox(key="theme_group_0").set_value("product")
    app.button(key="FormSubmitter:add_theme_0-Add").click().run()
    assert "“Planner’s limits” is in the codebook now, with these words as phrases." in texts(app)
    added = changing.book(filled).codes["product.planner-s-limits"]
    assert (added.label, added.group, added.offered) == ("Planner’s limits", "product", True)
    assert added.words["en"]
    app.button(key="FormSubmitter:add_theme_0-Add").click().run()
    assert any("There is a reason called “Planner’s limits” already" in text for text in texts(app))


def test_a_reason_leads_to_its_comments(filled: Store) -> None:
    app = opened("reasons", query={"period": "All time"})
    app.selectbox(key="reason").select("commercial.price").run()
    [link] = [
        node.proto for node in nodes(app) if node.type == "link_button" and node.proto.label == "Read their comments"
    ]
    page, _, query = link.url.partition("?")
    assert page == "comments"
    comments = opened("comments", query=parse_qs(query))
    sql, bound = having(filled, "commercial.price")
    [[n]] = filled.rows(f"SELECT count(comment) FROM responses WHERE metric = 'nps' AND {sql}", bound)
    assert any(text.startswith(f"{n} comments") for text in texts(comments))
