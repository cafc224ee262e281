"""The page of the codebook: a step is foreseen on real counts, done, listed, and taken back."""

import pytest
from streamlit.testing.v1 import AppTest

from nps.clock import now
from nps.codebook import changing
from nps.reasons import recoding
from nps.reasons.readings import read
from nps.store import Store
from tests.pages import opening
from tests.pages.opening import labelled, opened, says

ROWS = "".join(f"{n % 11},2026-03-{1 + n % 28:02},slow search {n}\n" for n in range(12))


@pytest.fixture
def tagged(empty: Store) -> Store:
    """Twelve answers: ten have Speed, five Reliability, three of them both."""
    opening.bring_in(empty, "a.csv", "Score,Date,Comment\n" + ROWS)
    keys = [row[0] for row in empty.rows("SELECT response_key FROM responses ORDER BY comment")]
    for place, key in enumerate(keys):
        codes = ["product.speed"] * (place < 10) + ["product.reliability"] * (place >= 7)
        read(empty, key, codes, seen=None, who="Ada", now=now())
    return empty


def count_of(page: AppTest, reason: str) -> int:
    table = page.dataframe[0].value
    return int(table.loc[table["Reason"] == reason, "Answers"].iloc[0])


def click(page: AppTest, label: str) -> None:
    labelled(page.main.button, label).click().run()
    opening.assert_well(page)


def test_a_merge_is_foreseen_done_and_undone_with_the_counts_on_the_page(tagged: Store) -> None:
    page = opened("codebook", who="Ada")
    assert (count_of(page, "Speed"), count_of(page, "Reliability")) == (10, 5)
    labelled(page.selectbox, "What to do").select("merge").run()
    labelled(page.selectbox, "Reason").select("product.speed").run()
    labelled(page.selectbox, "Into").select("product.reliability")
    click(page, "Preview")
    assert says(
        page,
        "10 answers have “Speed”; they will count for “Reliability”, which has 5, then 12 (3 have both).",
    )
    assert changing.steps(tagged) == ()
    click(page, "Do it")
    assert says(page, "It can be taken back under History.")
    assert count_of(page, "Reliability") == 12
    assert "Speed" not in set(page.dataframe[0].value["Reason"])
    page = opened("codebook", who="Ben", query={"part": "History"})
    assert says(page, "1. “Speed” merged into “Reliability”")
    click(page, "Undo")
    assert says(page, "“Speed” has 0, then 10 answers.")
    assert says(page, "“Reliability” has 12, then 5 answers.")
    click(page, "Do it")
    assert says(page, "2. Taken back: “Speed” merged into “Reliability”")
    assert says(page, "Taken back by Ben, ")
    again = opened("codebook", who="Ada")
    assert (count_of(again, "Speed"), count_of(again, "Reliability")) == (10, 5)


def test_a_split_says_how_many_go_where(tagged: Store) -> None:
    page = opened("codebook", who="Ada")
    labelled(page.selectbox, "What to do").select("split").run()
    labelled(page.selectbox, "Reason").select("product.speed").run()
    labelled(page.text_input, "Name of new reason 1").set_value("Search")
    labelled(page.text_area, "English of new reason 1").set_value("search 1\nsearch 2")
    labelled(page.text_input, "Name of new reason 2").set_value("Slowness")
    labelled(page.text_area, "French of new reason 2").set_value("slow search 1\nlent")
    click(page, "Preview")
    have = sum(each.n for code, each in recoding.counts(tagged).items() if code == "product.speed")
    assert have == 10
    assert says(
        page,
        "10 answers have “Speed”: 2 go to “Search”, 1 go to “Slowness”, and 8 stay (1 time one goes to several).",
    )
    click(page, "Do it")
    assert [count_of(page, name) for name in ("Speed", "Search", "Slowness")] == [8, 2, 1]


def test_who_comes_second_is_told_and_nothing_is_done(tagged: Store) -> None:
    page = opened("codebook", who="Ada")
    labelled(page.selectbox, "What to do").select("retire").run()
    click(page, "Preview")
    recoding.do(tagged, "retire", {"code": "product.ease"}, seen=0, who="Ben", now=now())
    click(page, "Do it")
    assert says(page, "Ben changed the codebook meanwhile. Nothing was changed; look at it again.")
    assert len(changing.steps(tagged)) == 1


@pytest.mark.parametrize(
    ("action", "fill", "told", "then"),
    [
        ("add", {"Name": "Slow pages"}, "“Slow pages” can be given from now on.", "Slow pages"),
        ("group", {"Name": "Law"}, "0 reasons with 0 answers in it.", "no reason yet"),
        ("edit", {"Name": "Quickness"}, "“Features” and will be under “Quickness”.", "Quickness"),
        ("use", {}, "Offered from now on: ", "Staff"),
    ],
)
def test_each_step_says_what_it_does(tagged: Store, action: str, fill: dict[str, str], told: str, then: str) -> None:
    page = opened("codebook", who="Ada")
    labelled(page.selectbox, "What to do").select(action).run()
    for label, value in fill.items():
        labelled(page.text_input, label).set_value(value)
    click(page, "Preview")
    assert says(page, told)
    click(page, "Do it")
    reasons = " ".join(page.dataframe[0].value["Reason"])
    assert then in reasons


def test_a_retired_reason_is_brought_back_and_what_cannot_be_is_refused(tagged: Store) -> None:
    page = opened("codebook", who="Ada")
    labelled(page.selectbox, "What to do").select("back").run()
    assert says(page, "There is none.")
    recoding.do(tagged, "retire", {"code": "product.speed"}, seen=0, who="Ada", now=now())
    page.run()
    click(page, "Preview")
    assert says(page, "Offered from now on: Speed. 10 answers with them.")
    labelled(page.selectbox, "What to do").select("add").run()
    labelled(page.text_input, "Name").set_value("ease of use")
    click(page, "Preview")
    assert says(page, "There is a reason called “Ease of use” already.")
    assert not [button for button in page.button if button.label == "Do it"]


def test_nobody_changes_the_codebook_without_a_name(tagged: Store) -> None:
    page = opened("codebook")
    assert labelled(page.button, "Preview").disabled
    assert labelled(page.text_input, "Your name")
