"""The history of imports shows what waits to be replaced, replaces it on a click, and offers nothing that is gone."""

from streamlit.testing.v1 import AppTest

from nps import casework, imports, queries
from nps.clock import now
from nps.selection import Selection
from nps.store import Store
from tests.pages.opening import assert_well, bring_in, brought_in, labelled, opened, says

FIRST = "response id,score,comment\nr1,9,fine\nr2,0,slow\n"
LATER = "response id,score,comment\nr1,9,fine\nr2,10,mended\n"


def later_file(empty: Store) -> AppTest:
    """The page with a file uploaded that has another answer of a known response, a known one and a new one."""
    bring_in(empty, "first.csv", FIRST)
    app = opened("imports", who="Ada")
    app.file_uploader[0].upload("later.csv", (LATER + "r3,8,new\nr4,11,no\nr5,,\n").encode(), "text/csv").run()
    assert_well(app)
    assert says(app, "Would go in: 1 score and 1 blank. Already there: 1. Would be rejected: 1.")
    assert says(app, "1 known response reads otherwise in this file.")
    [shown] = [each.value for each in app.dataframe if "Before" in each.value]
    assert shown.to_numpy().tolist() == [[3, "r2", "comment", "slow", "mended"], [3, "r2", "score", "0", "10"]]
    return app


def test_changes_are_shown_before_a_file_goes_in_and_what_is_stored_stays_unless_one_says_so(empty: Store) -> None:
    app = later_file(empty)
    assert labelled(app.radio, "What changed").value == "Keep what is stored"
    brought_in(app)
    assert says(app, "5 rows = 1 accepted + 1 blank + 1 duplicate + 1 changed + 1 rejected")
    assert empty.rows("SELECT score FROM responses WHERE response_id = 'r2'") == [(0,)]
    [button] = [each for each in app.button if each.label == "Replace the old answer" and "reexport" in str(each.key)]
    button.click().run()
    assert empty.rows("SELECT score FROM responses WHERE response_id = 'r2'") == [(10,)]


def test_changes_apply_with_the_import_where_one_says_so(empty: Store) -> None:
    app = later_file(empty)
    labelled(app.radio, "What changed").set_value("Apply the changes").run()
    brought_in(app)
    assert says(app, "1 response got the file's answer.")
    assert empty.rows("SELECT score, comment FROM responses WHERE response_id = 'r2'") == [(10, "mended")]
    assert not [each for each in app.button if each.label.startswith("Replace")]


def test_a_click_replaces_the_old_answers(empty: Store) -> None:
    bring_in(empty, "first.csv", FIRST)
    later = bring_in(empty, "later.csv", LATER)
    page = opened("imports")
    assert says(page, "1 known response reads otherwise in this file.")
    page.button(key=f"history_{later.import_id}_replace").click().run()
    assert_well(page)
    assert says(page, "Replaced the answers of 1 response by those of later.csv.")
    assert says(page, "1 response got the file's answer.")
    assert not [button for button in page.button if button.label.startswith("Replace")]
    assert queries.summary(empty, Selection()).tally.promoters == 2


def test_taking_back_says_that_case_work_stays(empty: Store) -> None:
    landed = bring_in(empty, "first.csv", FIRST)
    survey = queries.surveys(empty)[0].name
    casework.tick(empty, [imports.key_of("r2", survey=survey)], who="Ben", now=now())
    page = opened("imports")
    button = page.button(key=f"undo_{landed.import_id}")
    assert "Case work stays." in button.help
    button.click().run()
    assert_well(page)
    assert says(page, "Took back first.csv: 2 responses removed. The case work on 1 of them stays, and is there again")


def test_what_was_taken_back_offers_no_answers(empty: Store) -> None:
    bring_in(empty, "first.csv", FIRST)
    later = bring_in(empty, "later.csv", LATER)
    imports.undo(empty, later.import_id, by="Ada", now=now())
    page = opened("imports")
    assert says(page, "2 rows = 0 accepted + 0 blank + 1 duplicate + 1 changed + 0 rejected")
    assert not [button for button in page.button if button.label.startswith("Replace")]


def test_an_import_that_was_taken_back_meanwhile_is_refused_in_words(empty: Store) -> None:
    bring_in(empty, "first.csv", FIRST)
    later = bring_in(empty, "later.csv", LATER)
    page = opened("imports")
    imports.undo(empty, later.import_id, by="Ada", now=now())
    page.button(key=f"history_{later.import_id}_replace").click().run()
    assert_well(page)
    assert says(page, "was taken back already")
