"""The page Comments: found, marked, taken along without names, and read with what is written of it in the store."""

import csv
import io

import pytest
from streamlit.testing.v1 import AppTest

from nps.clock import now
from nps.commenting import listing, showing
from nps.comments.questions import Asked
from nps.comments.search import terms
from nps.imports import key_of
from nps.reasons.readings import Reading, read, readings_of
from nps.selection import Selection
from nps.store import Store, Transaction
from tests.pages.opening import assert_well, bring_in, opened, says, texts

COMMENTS = (
    "Pages are slow. Call Ada Osei, +49 30 1234567, ada@osei.example",
    "Slowly we like it",
    "Too expensive for what it is",
    "Support answered within the hour, thanks Ben",
    "\N{PARTY POPPER}",
)
ALL = {"period": "All time"}
READ = {**ALL, "comments_as": "Read"}


@pytest.fixture
def store(empty: Store) -> Store:
    """Five comments, the first the newest; speed and price are suggested for it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "score", "date", "comment", "name", "Plan"])
    for number, comment in enumerate(COMMENTS):
        writer.writerow([number, 2 * number, f"2026-02-{20 - number}", comment, "Ada Osei", "Team"])
    bring_in(
        empty, "a.csv", text.getvalue(), segments=["Plan"], score="score", id="id", comment="comment", survey="NPS"
    )

    def suggest(tx: Transaction) -> None:
        for code, words in (("product.speed", ["slow", "pages"]), ("commercial.price", ["expensive"])):
            values = {"key": key(0), "code": code, "words": words}
            tx.execute("INSERT INTO suggestions VALUES ($key, $code, 'rule', NULL, $words)", values)

    empty.transact(suggest, touches=("suggestions",))
    return empty


def key(number: int) -> str:
    return key_of(str(number), survey="NPS")


def last(store: Store, number: int) -> Reading | None:
    return next(reversed(readings_of(store, key(number))), None)


def press(app: AppTest, name: str) -> AppTest:
    """Press the button of that key or label."""
    [button] = [each for each in app.button if (each.key or "").startswith(f"reading_{name}") or each.label == name]
    button.click().run()
    assert_well(app)
    return app


def markdown(app: AppTest) -> list[str]:
    return [each.value for each in (*app.markdown, *app.header)]


def test_the_list_marks_what_was_found_and_the_address_asks_for_it(store: Store) -> None:
    app = opened("comments", query={**ALL, "words": "slow", "why": "Not read yet", "bands": "Detractors"})
    assert says(app, "2 comments · all time")
    assert says(app, "0 of 5 comments in this selection are read.")
    assert ":orange-background[Slowly] we like it" in markdown(app)
    assert any(text.startswith("Pages are :orange-background[slow]\\.") for text in markdown(app))
    assert "Nobody read it yet\\." in [each.value for each in app.caption]


def test_too_much_to_search_for_is_a_sentence(store: Store) -> None:
    assert says(opened("comments", query={"words": "a b c d e f g h i"}), "Search for at most 8 words")


def test_files_have_no_names_unless_one_asks_for_them(store: Store) -> None:
    masked = listing.rows(Selection(), Asked(), unmasked=False)
    assert masked[0][1] == "Pages are slow. Call [name], [phone], [e-mail]"
    assert not any("Ada" in str(cell) or "osei" in str(cell) for row in masked for cell in row)
    unmasked = listing.rows(Selection(), Asked(), unmasked=True)
    assert [row[1] for row in unmasked] == list(COMMENTS)
    assert {row[-3] for row in unmasked} == {"Ada Osei"}
    assert len(masked[0]) == len(listing.HEADER) + 1 == len(unmasked[0]) - len(listing.WHOSE)


def test_suggestions_are_kept_changed_and_declined_and_all_of_it_is_measured(store: Store) -> None:
    app = opened("comments", who="Ada", query=READ)
    assert says(app, "Comment 1 of 5 here. 0 of 5 comments in this selection are read.")
    assert says(app, "Primary: Speed. Also: Price and value for money.")
    press(app, "Price and value for money")
    press(app, "keep")
    one = last(store, 0)
    assert one is not None
    assert (one.codes, one.by) == (("product.speed",), "Ada")
    assert set(one.offered) == {("product.speed", "rule"), ("commercial.price", "rule")}
    assert says(app, "Comment 2 of 5 here. 1 of 5 comments in this selection are read.")
    press(app, "none")
    two = last(store, 1)
    assert two is not None
    assert (two.codes, two.offered) == ((), ())
    press(app, "undo")
    assert last(store, 1) is None
    assert says(app, "Comment 2 of 5 here. 1 of 5")
    for number in range(1, 5):
        press(app, "Features")
        press(app, "keep")
        assert last(store, number).codes == ("product.features",)  # type: ignore[union-attr]
    assert says(app, "Each comment that is found here is read.")
    press(app, "undo")
    assert says(app, "4 of 5 comments")


def test_any_reason_is_found_by_typing(store: Store) -> None:
    app = press(opened("comments", who="Ada", query={**READ, "words": "support"}), "another")
    [chosen] = [each for each in app.selectbox if each.label == "Reason" and each.key != "why"]
    chosen.set_value("service.people").run()
    press(app, "keep")
    assert last(store, 3).codes == ("service.people",)  # type: ignore[union-attr]


def test_who_comes_second_is_told_what_the_first_found(store: Store) -> None:
    app = opened("comments", who="Ben", query=READ)
    read(store, key(0), ["commercial.price"], seen=None, who="Ada", now=now())
    press(app, "keep")
    assert says(app, "Ada read this comment meanwhile and found: Price and value for money.")
    assert last(store, 0).by == "Ada"  # type: ignore[union-attr]
    assert says(app, "Ada found Price and value for money")


def test_a_second_reading_shows_neither_what_was_found_nor_what_is_suggested(store: Store) -> None:
    read(store, key(0), ["commercial.price"], seen=None, who="Ada", now=now())
    app = opened("comments", who="Ben", query=READ)
    app.radio(key="reading_which").set_value("again").run()
    assert says(app, "Comment 1 of 1 here.")
    assert not any("Ada found" in text or "Suggested" in text for text in texts(app))
    assert says(app, "No reason is chosen.")
    press(app, "Speed")
    press(app, "keep")
    assert [(each.by, each.codes, each.offered) for each in readings_of(store, key(0))] == [
        ("Ada", ("commercial.price",), ()),
        ("Ben", ("product.speed",), ()),
    ]
    assert says(app, "There is no comment here that others have read and you have not.")


def test_a_comment_of_the_list_is_read_by_itself_and_its_quote_hides_names(store: Store) -> None:
    app = opened("comments", who="Ada", query=ALL)
    next(each for each in app.button if each.key == "open_2_1").click().run()
    assert says(app, "Comment 3 of 5 here.")
    press(app, "previous")
    press(app, "previous")
    hidden, written = (each.value for each in app.code)
    assert hidden == "“Pages are slow. Call [name], [phone], [e-mail]”\na customer (Plan: Team), score 0, 20 Feb 2026"
    assert written == f"“{COMMENTS[0]}”\nAda Osei, score 0, 20 Feb 2026"


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("a *slow*\n\n# page", "slow page", "a \\*:orange-background[slow]\\*  \n\\# :orange-background[page]"),
        ("too\nslow", '"too slow"', ":orange-background[too]  \n:orange-background[slow]"),
        ("\ue000![x](http://e.example)\ue001", "http", None),
    ],
)
def test_marks_stand_around_text_that_stays_text(text: str, typed: str, expected: str | None) -> None:
    shown = showing.marked(text, terms(typed))
    assert shown == expected or (expected is None and shown.startswith("\\!\\[x\\]\\(:orange-background[http]\\:"))
