"""The history of imports shows what waits to be replaced, replaces it on a click, and offers nothing that is gone."""

from nps import casework, imports, queries
from nps.clock import now
from nps.selection import Selection
from nps.store import Store
from tests.pages.opening import assert_well, bring_in, opened, says

FIRST = "response id,score,comment\nr1,9,fine\nr2,0,slow\n"
LATER = "response id,score,comment\nr1,9,fine\nr2,10,mended\n"


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
