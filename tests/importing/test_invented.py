"""What goes in comes out: invented exports of every spelling, against the truth they were written from."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from nps import imports
from nps.importing import Answers, answers, guess, read
from nps.store import Store
from tests.importing.invented import OLD, SEGMENTS, Answer, Export, exports, workbooks


def landed(export: Export, *, survey: str = "Invented") -> Answers:
    """The answers of an export, every column but the score named by a person."""
    grid = read("invented.csv", export.data)
    date, comment, id_ = (export.form.name(role) for role in ("date", "comment", "id"))
    mapping = guess(
        grid, date=date, comment=comment, id=id_, survey=survey, scale="0-10", dayfirst=export.dayfirst
    ).mapping
    return answers(grid, replace(mapping, segments=export.segments))


def came_out(found: Answers) -> list[Answer]:
    """The rows of the table, in their order, in the form of the truth; midnight is kept a microsecond later."""
    return [
        Answer(
            row["response_id"],
            row["score"],
            row["answered_at"] and row["answered_at"].replace(microsecond=0),
            row["comment"],
            tuple(row.get(f"segment:{name}") for name in SEGMENTS),
        )
        for row in found.table.to_pylist()
    ]


def without_accents(answer: Answer) -> Answer:
    """An answer with one mark for every letter that is not ASCII: in old encodings these are told by likeness."""

    def bare(text: str | None) -> str | None:
        return text and re.sub(r"[^\x00-\x7f]", "*", text)

    return replace(answer, comment=bare(answer.comment), segments=tuple(map(bare, answer.segments)))


def comes_out(export: Export) -> None:
    """Assert that an export gives its truth; rows that were made too long or too short, that or a reject."""
    found = landed(export)
    assert found.rows == len(export.answers) == len(found.table) + len(found.rejects)
    out, true = came_out(found), list(export.answers)
    if export.encoding in OLD and not export.data.isascii():
        assert any("Not valid UTF-8" in remark for remark in found.remarks)
        out, true = list(map(without_accents, out)), list(map(without_accents, true))
    if all(answer.sure for answer in true):
        assert out == true
        return
    known = {answer.id: answer for answer in out}
    unsure = {answer.id: answer for answer in true if not answer.sure}
    assert [answer for answer in out if answer.id not in unsure] == [answer for answer in true if answer.sure]
    for name in unsure.keys() & known.keys():
        assert (known[name].score, known[name].at) == (unsure[name].score, unsure[name].at)


@settings(max_examples=40)
@given(exports())
def test_what_goes_in_comes_out(export: Export) -> None:
    comes_out(export)


@pytest.mark.soak
@settings(max_examples=2_000)
@given(exports())
def test_what_goes_in_comes_out_two_thousand_times(export: Export) -> None:
    comes_out(export)


@settings(max_examples=8)
@given(workbooks())
def test_what_goes_into_a_workbook_comes_out(export: Export) -> None:
    comes_out(export)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exports())
def test_the_same_export_twice_adds_nothing(store: Store, export: Export) -> None:
    survey = f"survey {store.version('responses')}"
    found = landed(export, survey=survey)
    now = dt.datetime(2026, 11, 3, 12)
    first, second = (imports.land(store, found, file="a.csv", by="Ada", now=now) for _ in range(2))
    assert first.accepted + first.blank == len(found.table)
    assert (second.accepted, second.blank, second.duplicate) == (0, 0, len(found.table))
    assert second.rejected == first.rejected == len(found.rejects)
    kept = store.rows(
        "SELECT response_id, score, answered_at, comment FROM responses WHERE survey = $survey ORDER BY ALL",
        {"survey": survey},
    )
    columns = ("response_id", "score", "answered_at", "comment")
    assert sorted(map(repr, kept)) == sorted(repr(tuple(row[c] for c in columns)) for row in found.table.to_pylist())
