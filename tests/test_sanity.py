"""What looks wrong before a file goes in: said where it should be, and not where it may be chance."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from nps import imports, sanity
from nps.importing import Answers, Mapping, answers, read
from nps.store import Store

NOW = datetime.fromisoformat("2025-11-03 09:05")
HEADER = ("Score", "Date", "Comment", "Plan", "Link")
MAPPING = Mapping("Score", date="Date", comment="Comment", segments=("Plan",), survey="S")


def file_of(
    scores: Sequence[object], *, date: str = "2025-10-01", without: str = "", mapping: Mapping = MAPPING
) -> Answers:
    rows = [HEADER, *((str(score), date, f"said {n}", "Pro", "x") for n, score in enumerate(scores))]
    kept = [place for place, name in enumerate(HEADER) if name != without]
    text = "\n".join(",".join(row[place] for place in kept) for row in rows)
    return answers(read("a.csv", text.encode()), mapping, at=NOW)


def land(store: Store, given: Answers) -> imports.Landed:
    return imports.land(store, given, file="first.csv", by="Ada", now=NOW)


def warnings(store: Store, given: Answers) -> tuple[str, ...]:
    return sanity.warnings(store, given)


USUAL = (10, 9, 9, 8, 7, 10, 9, 3, 10, 8) * 20


def test_a_file_like_the_others_is_let_in_without_a_word(store: Store) -> None:
    assert warnings(store, file_of(USUAL)) == ()
    land(store, file_of(USUAL))
    assert warnings(store, file_of(USUAL)) == ()
    assert warnings(store, file_of(USUAL[:50])) == ()


def test_answers_from_the_future_are_counted(store: Store) -> None:
    [warning] = warnings(store, file_of([9, 9, 0], date="2025-12-24"))
    assert warning == 'In the future: 3 dates in "Date", the last on 2025-12-24.'
    tonight_in_samoa = (NOW + timedelta(hours=13)).isoformat()
    assert warnings(store, file_of([9], date=tonight_in_samoa)) == ()


def test_scores_far_from_the_history_of_their_survey_are_named(store: Store) -> None:
    land(store, file_of(USUAL))
    [warning] = warnings(store, file_of([0, 1, 2, 3, 9] * 10))
    assert "NPS -60 in this file, 50 before" in warning
    assert warnings(store, file_of([0, 1, 2, 3, 9] * 10, mapping=replace(MAPPING, survey="Another"))) == ()


def test_few_answers_or_a_small_difference_are_no_reason_to_warn(store: Store) -> None:
    land(store, file_of(USUAL))
    assert warnings(store, file_of([0, 1, 2, 3, 9] * 5)) == ()
    lower = (10, 9, 9, 8, 7, 10, 9, 3, 8, 8) * 500  # NPS 40: certain, but near
    assert warnings(store, file_of(lower)) == ()


def test_a_response_rate_that_collapsed_is_named(store: Store) -> None:
    land(store, file_of([*USUAL, *[""] * 200]))
    [warning] = warnings(store, file_of([*USUAL[:20], *[""] * 180]))
    assert warning.startswith("Only 10% of the rows have a score; it was 50% in “S” so far.")
    [nobody] = warnings(store, file_of([""] * 100))
    assert nobody.startswith("Only 0% of the rows have a score")
    assert warnings(store, file_of([*USUAL[:20], *[""] * 40])) == ()
    assert warnings(store, file_of([9, *[""] * 9])) == ()


def test_files_of_answers_alone_have_no_response_rate_to_compare(store: Store) -> None:
    land(store, file_of(USUAL))
    assert warnings(store, file_of([*USUAL[:20], *[""] * 180])) == ()


def test_a_used_column_that_was_there_last_time_is_missed(store: Store) -> None:
    landed = land(store, file_of(USUAL))
    without = replace(MAPPING, segments=())
    [warning] = warnings(store, file_of(USUAL, without="Plan", mapping=without))
    assert warning == "The column “Plan” was there in first.csv, the last import of this survey, and is missing now."
    assert warnings(store, file_of(USUAL, without="Link")) == ()
    imports.undo(store, landed.import_id, by="Ada", now=NOW)
    assert warnings(store, file_of(USUAL, without="Plan", mapping=without)) == ()


def test_an_export_of_another_kind_misses_nothing(store: Store) -> None:
    land(store, file_of(USUAL))
    other = answers(read("b.csv", b"Score,Town\n9,Oslo\n0,Rome\n"), Mapping("Score", survey="S"))
    assert warnings(store, other) == ()


def test_csat_is_not_compared_with_nps(store: Store) -> None:
    land(store, file_of(USUAL))
    csat = replace(MAPPING, metric="csat")
    assert warnings(store, file_of([1, 2, 3] * 20, mapping=csat)) == ()
