"""The reasons of an answer in its case: shown, given, taken back, and what they say of causes and plays."""

import pytest
from streamlit.testing.v1 import AppTest

from nps.clock import now
from nps.codebook import changing
from nps.codebook.shipped import FIRST, shipped
from nps.reasons.readings import read, readings_of
from nps.saying import playbook
from nps.store import Store, Transaction
from tests.pages.opening import assert_well, bring_in, labelled, opened, says, texts

SURVEY = {"survey": "NPS", "score": "score", "comment": "comment", "id": "id"}


@pytest.fixture
def key(empty: Store) -> str:
    """The case of an unhappy answer, for which a reason is suggested."""
    bring_in(empty, "a.csv", "id,score,date,comment\n1,2,2026-02-01,All is down again\n", **SURVEY)
    [[found]] = empty.rows("SELECT response_key FROM responses")

    def suggest(tx: Transaction) -> None:
        values = {"key": found}
        tx.execute("INSERT INTO suggestions VALUES ($key, 'product.reliability', 'model', 0.8, ['down'])", values)

    empty.transact(suggest, touches=("suggestions",))
    return str(found)


def case(key: str, who: str | None = "Ada") -> AppTest:
    return opened("followups", who=who, query={"case": key, "period": "All time"})


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert_well(app)
    return app


def test_what_is_suggested_is_shown_with_its_words_and_kept_in_one_form(empty: Store, key: str) -> None:
    app = case(key)
    assert says(app, "Reasons: Nobody read it yet.")
    shown = [text.replace("\\", "") for text in texts(app)]
    assert "Suggested: Reliability (“down”; learned, 80 % sure)." in shown
    press(app, "panel_reasons")
    labelled(app.multiselect, "Reasons, the primary one first").select("service.response")
    app.button(key="reasons_save").click().run()
    [one] = readings_of(empty, key)
    assert (one.codes, one.by) == (("product.reliability", "service.response"), "Ada")
    assert one.offered == (("product.reliability", "model"),)
    assert says(app, "Reasons: Reliability, Support: how soon (Ada)")
    press(app, "reasons_back")
    assert readings_of(empty, key) == ()
    assert says(app, "Took your reasons back.")


def test_who_comes_second_is_told_in_the_case_too(empty: Store, key: str) -> None:
    app = press(case(key, who="Ben"), "panel_reasons")
    read(empty, key, ["commercial.price"], seen=None, who="Ada", now=now())
    app.button(key="reasons_save").click().run()
    assert says(app, "Ada read this comment meanwhile and found: Price and value for money.")
    assert [one.by for one in readings_of(empty, key)] == ["Ada"]


def test_reasons_offer_the_root_cause_and_the_plays_that_fit(empty: Store, key: str) -> None:
    assert labelled(case(key).selectbox, "What it is about").value == "Not said yet"
    read(empty, key, ["product.reliability"], seen=None, who="Ada", now=now())
    app = case(key)
    assert labelled(app.selectbox, "What it is about").value == "Something broke"
    press(press(app, "case_tick"), "panel_move")
    causes = labelled(app.selectbox, "Root cause")
    assert causes.value == "Reliability"
    assert list(causes.options) == [code.label for code in changing.book(empty).offered]


def test_each_play_for_a_reason_fits_one_of_the_first_codebook() -> None:
    book = shipped()[FIRST]
    called = {each.casefold() for code in book.offered for each in book.names(code.code)}
    plays = [play for play in playbook.defaults().values() if play.reasons]
    assert len(plays) >= 5
    assert not {play.title for play in plays if not called & {reason.casefold() for reason in play.reasons}}
