"""The table of files and outcomes on the page about importing is what the importer does today."""

from pathlib import Path

import pytest

from tests.importing import outcomes
from tests.importing.outcomes import Outcome

PARTS = ("accepted", "blank", "duplicate", "changed", "rejected")


@pytest.fixture(scope="module")
def found(exports: Path) -> list[Outcome]:
    """What becomes of every real export."""
    return list(outcomes.outcomes(exports))


def test_the_page_says_what_becomes_of_every_real_export(found: list[Outcome]) -> None:
    kept = outcomes.PAGE.read_text(encoding="utf-8")
    assert outcomes.page(kept, outcomes.written(found)) == kept, (
        "docs/importing.md does not say what the importer does now: if the change is meant, refresh the page with "
        "`python -m tests.importing.outcomes`"
    )


def test_every_row_of_every_real_export_is_accounted_for(found: list[Outcome]) -> None:
    told = [one.told for one in found if one.told is not None]
    assert len(told) >= 27
    for one in told:
        assert one["rows"] == sum(one.get(part, 0) for part in PARTS), one["file"]


def test_every_refusal_is_a_sentence_that_names_the_file_and_no_folder(found: list[Outcome], exports: Path) -> None:
    for one in found:
        if one.told is None:
            assert Path(one.file).name in one.sentence
            assert one.sentence.endswith(".")
            assert str(exports) not in one.sentence
            assert "Traceback" not in one.sentence


def test_a_person_is_asked_where_answers_are_kept_and_the_answers_settle_it(found: list[Outcome]) -> None:
    asking = [one for one in found if one.file in outcomes.SAID]
    assert {one.file for one in asking} == set(outcomes.SAID)
    for one in asking:
        assert (one.told is not None) == bool(one.said), f"{one.file} {one.said}: {one.sentence}"
