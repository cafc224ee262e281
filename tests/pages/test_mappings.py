"""The remembered mappings on the page Imports: renamed, edited and deleted."""

from dataclasses import replace

from streamlit.testing.v1 import AppTest

from nps import importing, imports, recall, remembered
from nps.clock import now
from nps.store import Store
from tests.pages.opening import assert_well, opened, says

GRID = importing.read("tool.csv", b"a,b,c\n" + b"9,2026-01-05,fine words\n1,2026-01-06,bad words\n" * 10)
NAME = "<b>*tool*</b>.csv"


def with_one(store: Store) -> AppTest:
    remembered.keep(store, replace(GRID, name=NAME), importing.Mapping("a", date="b"), by="Ada", now=now())
    return opened("imports")


def field(kind: str) -> str:
    return f"{kind}_{remembered.fingerprint(GRID.header)}"


def test_nothing_is_listed_while_nothing_is_remembered(empty: Store) -> None:
    assert not says(opened("imports"), "Remembered columns")


def test_a_remembered_mapping_is_listed_renamed_and_edited(empty: Store) -> None:
    app = with_one(empty)
    assert says(app, "Remembered columns")
    assert says(app, f"Corrected for {NAME}, just now by Ada.")
    app.button(key=field("edit")).click().run()
    app.text_input(key=field("called")).set_value("Our tool")
    app.selectbox(key=field("comment")).set_value("c")
    app.selectbox(key=field("date")).set_value("")
    app.selectbox(key=field("scale")).set_value("0-10")
    app.text_input(key=field("survey")).set_value("Autumn")
    app.button(key=field("save")).click().run()
    assert_well(app)
    [kept] = remembered.every(empty)
    assert kept.name == "Our tool"
    assert kept.mappings[0] == importing.Mapping("a", comment="c", survey="Autumn", scale="0-10")
    assert recall.guess(empty, GRID).mapping == replace(kept.mappings[0], scale=None)  # nothing about it is open


def test_one_column_for_two_roles_is_refused_in_words(empty: Store) -> None:
    app = with_one(empty)
    app.button(key=field("edit")).click().run()
    app.selectbox(key=field("comment")).set_value("b")
    app.button(key=field("save")).click().run()
    assert_well(app)
    assert says(app, "The column “b” cannot mean two things.")
    [kept] = remembered.every(empty)
    assert kept.mappings[0].comment is None


def test_each_of_several_questions_is_edited_or_left_out(empty: Store) -> None:
    both = (importing.Mapping("a", survey="One"), importing.Mapping("b", survey="Two"))
    grid = replace(GRID, as_it_stands=True)
    remembered.keep(empty, importing.told_apart(grid, "Channel"), *both, by="Ada", now=now())
    app = opened("imports")
    assert says(app, "tool.csv · One · score from “a” and Two · score from “b”")
    assert says(app, "Its files are taken as they stand, not turned. The name of the file is the segment “Channel”.")
    app.button(key=field("edit")).click().run()
    app.checkbox(key=field("take")).uncheck()
    app.text_input(key=f"{field('survey')}_1").set_value("Other")
    app.text_input(key=field("file_as")).set_value("")
    app.checkbox(key=field("stands")).uncheck()
    app.button(key=field("save")).click().run()
    assert_well(app)
    [kept] = remembered.every(empty)
    assert (kept.mappings, kept.file_as, kept.as_it_stands) == ((importing.Mapping("b", survey="Other"),), "", False)


def test_a_remembered_mapping_is_deleted(empty: Store) -> None:
    app = with_one(empty)
    app.button(key=field("forget")).click().run()
    assert_well(app)
    assert remembered.every(empty) == ()
    assert not says(app, "Remembered columns")


def test_what_was_imported_all_the_same_is_told_in_the_history(empty: Store) -> None:
    imports.land(
        empty,
        importing.answers(GRID, importing.Mapping("a")),
        file="tool.csv",
        by="Ada",
        now=now(),
        warnings=("The scores are far away.",),
    )
    assert says(opened("imports"), "Imported all the same: The scores are far away.")
