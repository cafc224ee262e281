"""A mapping that was corrected once: used for the next file with that header, and for no other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from nps import importing, recall, remembered
from nps.errors import Refused
from nps.importing import Grid, Guess, Mapping
from nps.store import Store

NOW = datetime.fromisoformat("2025-11-03 09:05")
TWO = ("When", "Recommend shop?", "Recommend app?", "Why", "Team")


def grid_of(header: Sequence[str], rows: Sequence[Sequence[object]], name: str = "a.csv") -> Grid:
    lines = [";".join(header), *(";".join(map(str, row)) for row in rows)]
    return importing.read(name, "\n".join(lines).encode())


def two(header: Sequence[str] = TWO, name: str = "a.csv") -> Grid:
    rows = [(f"2025-09-{day:02}", day % 11, day * 7 % 11, f"wrote {day}", "red") for day in range(1, 29)]
    return grid_of(header, rows, name)


def keep(store: Store, grid: Grid, guess: Guess) -> Mapping:
    remembered.keep(store, grid, guess.mapping, by="Ada", now=NOW)
    return guess.mapping


def test_a_header_is_known_again_whatever_its_case_and_punctuation_but_not_in_another_order() -> None:
    known = remembered.fingerprint(("Response ID", "NPSScore", "When?"))
    assert remembered.fingerprint(("response_id", "nps score ", "When")) == known
    assert remembered.fingerprint(("NPSScore", "Response ID", "When?")) != known
    assert remembered.fingerprint(("Response ID", "NPSScore", "When?", "Why")) != known
    assert remembered.fingerprint(("Response ID NPSScore", "When?")) != known


def test_the_next_file_with_that_header_is_read_as_the_last_one_was_corrected(store: Store) -> None:
    first = two()
    assert recall.guess(store, first).open
    corrected = keep(store, first, importing.guess(first, score="Recommend app?", comment="Team", survey="App"))
    again = recall.guess(store, two(name="b.csv"))
    assert (again.mapping, again.open) == (corrected, ())
    assert again.remarks[0] == "Columns as remembered from a.csv on 2025-11-03; survey “App”."
    assert again.reasons["comment"] == "remembered"

    respelt = recall.guess(store, two(("when", "recommend shop", "Recommend APP", "why", "team")))
    assert (respelt.mapping.score, respelt.mapping.comment, respelt.mapping.date) == ("Recommend APP", "team", "when")
    other = recall.guess(store, two(("When", "Recommend shop?", "Recommend app?", "Why", "Crew")))
    assert [question.question for question in other.open] == ["score"]


def test_what_is_said_wins_over_what_is_remembered(store: Store) -> None:
    grid = two()
    corrected = keep(store, grid, importing.guess(grid, score="Recommend app?", comment="Why", survey="App"))
    said = recall.guess(store, grid, score="Recommend shop?", survey="Shop", date=None)
    assert said.mapping == replace(corrected, score="Recommend shop?", survey="Shop", segments=said.mapping.segments)
    assert said.reasons["score"] == "chosen by you"
    taken = recall.guess(store, grid, name="Why").mapping
    assert (taken.name, taken.comment) == ("Why", None)


def test_a_role_that_was_taken_away_stays_away(store: Store) -> None:
    grid = grid_of(("nps", "why", "team"), [(9, f"a long sentence {n}", "red") for n in range(30)])
    guessed = importing.guess(grid)
    assert guessed.mapping.comment == "why"
    remembered.keep(store, grid, replace(guessed.mapping, comment=None, segments=()), by="Ada", now=NOW)
    again = recall.guess(store, grid)
    assert (again.mapping.comment, again.mapping.segments) == (None, ())
    assert "comment" not in again.reasons


def test_the_scale_and_the_order_of_days_are_not_asked_twice(store: Store) -> None:
    def file(top: int) -> Grid:
        return grid_of(("nps", "date"), [(1 + n % top, f"0{1 + n % 9}/0{1 + n % 7}/2025") for n in range(40)])

    asked = recall.guess(store, file(5))
    assert {question.question for question in asked.open} == {"scale", "date order"}
    keep(store, file(5), importing.guess(file(5), scale="0-10", dayfirst=True))
    again = recall.guess(store, file(5))
    assert (again.open, again.mapping.scale, again.mapping.dayfirst) == ((), "0-10", True)
    assert len(importing.answers(file(5), again.mapping).rejects) == 0


def test_a_file_that_shows_the_order_of_its_days_by_itself_is_not_held_to_the_remembered_one(store: Store) -> None:
    unclear = grid_of(("nps", "date"), [(n % 11, f"0{1 + n % 9}/0{1 + n % 7}/2025") for n in range(40)])
    keep(store, unclear, importing.guess(unclear, dayfirst=True))
    clear = grid_of(("nps", "date"), [(n % 11, f"01/{10 + n % 19}/2025") for n in range(40)])
    guess = recall.guess(store, clear)
    assert not guess.open
    assert len(importing.answers(clear, guess.mapping).rejects) == 0


def test_a_metric_and_its_direction_are_remembered_but_not_for_another_question(store: Store) -> None:
    grid = grid_of(
        ("effort", "recommend", "why"), [(1 + n % 7, n % 11, f"a sentence of its own {n}") for n in range(40)]
    )
    said = importing.guess(grid, score="effort", metric="ces", scale="1-7", reverse=True, survey="Effort")
    kept = keep(store, grid, said)
    assert not said.open
    assert (kept.metric, kept.scale, kept.reverse) == ("ces", "1-7", True)
    again = recall.guess(store, grid)
    assert (again.mapping, again.open) == (kept, ())
    other = recall.guess(store, grid, score="recommend").mapping
    assert (other.metric, other.scale, other.reverse, other.survey) == ("nps", None, False, "NPS")
    as_nps = recall.guess(store, grid, metric="nps")
    assert [question.question for question in as_nps.open] == ["scale"]


def test_a_score_column_that_nothing_shows_is_found_again(store: Store) -> None:
    grid = grid_of(("q", "town"), [(n % 11, "Oslo") for n in range(40)])
    with pytest.raises(Refused, match="no column looks like"):
        recall.guess(store, grid)
    keep(store, grid, importing.guess(grid, score="q"))
    assert recall.guess(store, grid).mapping.score == "q"


def test_a_correction_of_a_correction_takes_its_place_and_leaves_the_name(store: Store) -> None:
    grid = two()
    keep(store, grid, importing.guess(grid, score="Recommend app?"))
    [kept] = remembered.every(store)
    remembered.rename(store, kept, "  Our   shop tool ")
    assert (
        recall.guess(store, grid)
        .remarks[0]
        .startswith("Columns as remembered from a.csv on 2025-11-03 (“Our shop tool”); ")
    )
    keep(store, two(name="later.csv"), importing.guess(grid, score="Recommend shop?"))
    [kept] = remembered.every(store)
    assert (kept.name, kept.file, kept.mappings[0].score, kept.kept_by) == (
        "Our shop tool",
        "later.csv",
        "Recommend shop?",
        "Ada",
    )


def test_a_remembered_mapping_can_be_renamed_edited_and_deleted(store: Store) -> None:
    grid = two()
    keep(store, grid, importing.guess(grid, score="Recommend app?"))
    [kept] = remembered.every(store)
    with pytest.raises(Refused, match="needs a name"):
        remembered.rename(store, kept, "  ")
    remembered.rename(store, kept, "'; DROP TABLE mappings; --")
    [mapping] = kept.mappings

    def edit(*mappings: Mapping, **how: str) -> None:
        remembered.edit(store, replace(kept, mappings=mappings, **how))  # type: ignore[arg-type]

    with pytest.raises(Refused, match="“Why” cannot mean two things"):
        edit(replace(mapping, comment="Why", name="Why"))
    with pytest.raises(Refused, match="No score would be left"):
        edit()
    with pytest.raises(Refused, match="“team” is a column of the file already"):
        edit(mapping, file_as="team")
    edit(replace(mapping, comment="Team", survey="Edited", segments=("Team", "Why")))
    [edited] = remembered.every(store)
    assert (edited.name, edited.mappings[0].comment, edited.mappings[0].segments) == (
        "'; DROP TABLE mappings; --",
        "Team",
        ("Why",),
    )
    assert recall.guess(store, grid).mapping == edited.mappings[0]
    remembered.forget(store, edited)
    assert remembered.every(store) == ()
    assert recall.guess(store, grid).open
    with pytest.raises(Refused, match="was deleted meanwhile"):
        remembered.rename(store, edited, "Too late")


def test_a_mapping_kept_by_another_version_is_read_as_far_as_it_is_known() -> None:
    text = '{"score": "q", "segments": ["Plan"], "mood": "of a later version"}'
    assert remembered.mapping_of(text) == Mapping("q", segments=("Plan",))


def test_several_scores_are_taken_again_each_as_the_survey_it_was(store: Store) -> None:
    grid, shop, app = two(), "Recommend shop?", "Recommend app?"
    first = recall.guesses(store, grid, scores=(shop, app), comment="Team")
    mappings = [first[0].mapping, replace(first[1].mapping, comment="Why", survey="Our app")]
    remembered.keep(store, grid, *mappings, by="Ada", now=NOW)
    later = two(("when", "recommend shop", "Recommend APP", "why", "team"), "b.csv")
    again = recall.guesses(store, later)
    assert [(g.mapping.score, g.mapping.survey, g.mapping.comment, g.open) for g in again] == [
        ("recommend shop", "NPS: shop", "team", ()),
        ("Recommend APP", "Our app", "why", ()),
    ]
    [asked] = recall.guess(store, grid).open
    assert (asked.question, asked.candidates) == ("score", (shop, app))
    assert recall.guess(store, grid, score=app).mapping.survey == "Our app"
    assert not recall.guess(store, grid, score=app).open
    named = recall.guesses(store, grid, scores=(app, shop), survey="New")
    assert [guess.mapping.survey for guess in named] == ["New: app", "New: shop"]


LONG = "visitor,question,answer\n" + "".join(f"{n},NPS,{n}\n{n},Why?,text {n}\n" for n in range(9))


def test_a_file_that_was_not_to_be_turned_is_not_turned_again_until_somebody_says_so(store: Store) -> None:
    turned, flat = recall.read(store, "a.csv", LONG.encode()), recall.read(store, "a.csv", LONG.encode(), turn=False)
    assert (len(turned.table), len(flat.table)) == (9, 18)
    assert recall.read_otherwise(store, flat)
    assert not recall.read_otherwise(store, turned)
    remembered.keep(store, flat, Mapping("answer"), by="Ada", now=NOW)
    again = recall.read(store, "b.csv", LONG.encode())
    assert (len(again.table), again.header, recall.read_otherwise(store, again)) == (18, flat.header, False)
    said = recall.read(store, "b.csv", LONG.encode(), turn=True)
    assert (len(said.table), recall.read_otherwise(store, said)) == (9, True)
    remembered.keep(store, said, Mapping("NPS"), by="Ada", now=NOW)
    assert len(recall.read(store, "c.csv", LONG.encode()).table) == 9
    [kept] = remembered.every(store)
    assert (kept.mappings, kept.as_it_stands) == ((Mapping("NPS"),), False)


@pytest.mark.parametrize("text", ["nps,plan\n9,A\n3,B\n", LONG], ids=["one row each", "turned"])
def test_the_segment_of_the_files_name_is_remembered_whatever_the_name(store: Store, text: str) -> None:
    first = recall.read(store, "email.csv", text.encode(), file_as="Channel")
    mapping = recall.guess(store, first).mapping
    remembered.keep(store, first, mapping, by="Ada", now=NOW)
    [kept] = remembered.every(store)
    assert (kept.file_as, kept.header) == ("Channel", first.header[:-1])
    again = recall.read(store, "web.csv", text.encode())
    assert again.table["Channel"].unique().to_pylist() == ["web"]
    assert recall.guess(store, again).mapping == mapping
    assert mapping.segments[0] == "Channel"
    renamed = recall.read(store, "web.csv", text.encode(), file_as="Source")
    assert recall.read_otherwise(store, renamed)
    assert recall.guess(store, renamed).mapping.segments[0] == "Source"
    remembered.edit(store, replace(kept, file_as=""))
    assert "Channel" not in recall.read(store, "web.csv", text.encode()).header
