"""The page of the codebook: a step is foreseen on real counts, done, listed, and taken back."""

from collections import Counter

import pytest
from streamlit.testing.v1 import AppTest

from nps.clock import now
from nps.codebook import changing
from nps.codebook.shipped import FIRST, shipped
from nps.decided import settings
from nps.intake import bring_in
from nps.reasons import recoding
from nps.reasons.brought import decide, fields, values
from nps.reasons.readings import Suggestion, read, readings_of
from nps.store import Store, Transaction
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
    page = opened("codebook", who="Ben", query={"codebook_part": "History"})
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


def test_other_phrases_are_kept_by_language(tagged: Store) -> None:
    page = opened("codebook", who="Ada")
    labelled(page.selectbox, "What to do").select("edit").run()
    labelled(page.selectbox, "Reason").select("product.speed").run()
    labelled(page.text_area, "German").set_value(" lahm \n\nträge  Seiten\nlahm")
    click(page, "Preview")
    assert says(page, "What is suggested for comments is found anew with its phrases.")
    assert says(page, "No count changes.")
    click(page, "Do it")
    before = shipped()[FIRST].codes["product.speed"].words
    words = changing.book(tagged).codes["product.speed"].words
    assert words == {**before, "de": ("lahm", "träge Seiten")}
    labelled(page.selectbox, "Reason").select("product.speed").run()
    click(page, "Preview")
    assert says(page, "Nothing about “Speed” is different.")


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


def test_values_of_a_column_stand_for_reasons_by_hand_and_are_taken_back(empty: Store) -> None:
    rows = "".join(f"{n % 11},2026-03-{1 + n % 28:02},{('Speed', 'Parking')[n % 2]}\n" for n in range(40))
    bring_in(empty, "a.csv", ("Score,Date,Topic\n" + rows).encode(), by="Ada")
    page = opened("codebook", who="Ben", query={"codebook_part": "From files"})
    assert says(page, "Of 1 column, 1 is called as columns of reasons are; such stand first.")
    assert says(page, "Speed: none → Speed")
    [parking] = [box for box in page.selectbox if box.label.startswith("Parking")]
    parking.select("service.answer")
    click(page, "Save")
    assert recoding.counts(empty)["service.answer"].file == 20
    assert says(page, "Parking: none → Support: how well")
    next(button for button in page.main.button if button.label == "Undo").click().run()
    opening.assert_well(page)
    assert "service.answer" not in recoding.counts(empty)
    assert says(page, "Parking: Support: how well → none")


def test_what_values_stand_for_is_not_overwritten_unseen(empty: Store) -> None:
    rows = "".join(f"{n % 11},2026-03-{1 + n % 28:02},{('Speed', 'Parking')[n % 2]}\n" for n in range(40))
    bring_in(empty, "a.csv", ("Score,Date,Topic\n" + rows).encode(), by="Ada")
    page = opened("codebook", who="Ben", query={"codebook_part": "From files"})
    [topic] = fields(empty)
    places = {each.says: each.place for each in values(empty, topic)}
    decide(empty, topic, {places["Parking"]: "service.answer"}, seen=1, who="Ada", now=now())
    [parking] = [box for box in page.selectbox if box.label.startswith("Parking")]
    parking.select("product.ease")
    click(page, "Save")
    assert says(page, "Ada said meanwhile what values of “Topic” stand for.")
    assert {each.says: each.code for each in values(empty, topic)}["Parking"] == "service.answer"


def test_the_bar_shows_what_it_would_add_and_is_kept_as_a_setting(tagged: Store) -> None:
    rows = "".join(f"{n % 11},2026-04-{1 + n % 28:02},other text {n}\n" for n in range(50))
    opening.bring_in(tagged, "b.csv", "Score,Date,Comment\n" + rows)
    keys = [row[0] for row in tagged.rows("SELECT response_key FROM responses WHERE comment LIKE 'other%' ORDER BY 1")]
    for place, key in enumerate(keys[:40]):  # kept in 36 of 40 decisions
        offered = [Suggestion("product.speed", "rule")]
        read(tagged, key, ["product.speed"] * (place >= 4), offered=offered, seen=None, who="Ada", now=now())
    suggest(tagged, keys[35:], "product.speed")
    page = opened("codebook", who="Ada", query={"codebook_part": "Suggestions"})
    bars, measured = (each.value for each in page.dataframe)
    shown = {row["From"]: (row["Trusted"], row["Answers it adds"]) for row in bars.to_dict("records")}
    assert (shown["95 %"], shown["90 %"], shown["50 %"]) == ((0, 0), (1, 10), (1, 10))
    [row] = measured.to_dict("records")
    assert (row["Decisions"], row["Kept"], row["Would add"], row["Counts"]) == (40, 36, 10, "no")
    # Wilson (1927) by hand: (0.948 ± 1.96 √0.00285) / 1.096.
    assert (round(row["Low"], 2), round(row["High"], 2)) == (76.95, 96.04)
    labelled(page.selectbox, "Suggested reasons count from").select("90 %")
    click(page, "Save")
    assert settings(tagged).suggestions_count_from == 90
    assert page.dataframe[1].value["Counts"].tolist() == ["yes"]
    assert recoding.counts(tagged)["product.speed"].suggestion == 10
    assert says(opened("settings", who="Ada"), "Suggested reasons count from: never → 90 % precision on")


def suggest(store: Store, keys: list[str], code: str) -> None:
    def work(tx: Transaction) -> None:
        for key in keys:
            bound = {"key": key, "code": code}
            tx.execute("INSERT INTO suggestions VALUES ($key, $code, 'rule', NULL, [])", bound)

    store.transact(work, touches=("suggestions",))


def test_two_people_are_compared_on_what_both_read(tagged: Store) -> None:
    assert says(
        opened("codebook", query={"codebook_part": "Agreement"}), "No two people have read the same comment yet."
    )
    keys = [row[0] for row in tagged.rows("SELECT response_key FROM responses ORDER BY comment")]
    for key in keys[5:]:
        read(tagged, key, ["product.speed"], seen=readings_of(tagged, key)[-1].number, who="Ben", now=now())
    page = opened("codebook", query={"codebook_part": "Agreement"})
    assert labelled(page.selectbox, "Two people").value == "Ada and Ben: 7 comments"
    assert says(page, "2 of 7 comments have just the same reasons from both.")
    assert says(page, "Fewer than 30 comments")
    table, differences = (each.value.to_dict("records") for each in page.dataframe)
    speed, reliability = sorted(table, key=lambda row: -row["Ben"])
    assert (speed["Reason"], speed["Ada"], speed["Both"], round(speed["Agreed"])) == ("Speed", 5, 5, 71)
    assert (reliability["Ada"], reliability["Kappa"]) == (5, 0)
    found = Counter((row["Ada"], row["Ben"]) for row in differences)
    assert found == {("Speed, Reliability", "Speed"): 3, ("Reliability", "Speed"): 2}


def test_each_part_says_what_it_is_where_there_is_nothing_yet(empty: Store) -> None:
    for part, words in (
        ("From files", "No file has brought a column of values yet."),
        ("Suggestions", "Nothing was suggested yet."),
        ("Agreement", "No two people have read the same comment yet."),
        ("History", "Nothing was changed yet"),
    ):
        assert says(opened("codebook", query={"codebook_part": part}), words)
