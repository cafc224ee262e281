"""Scores on other scales: what goes in as CSAT or CES, which end is the good one, and what is refused in words."""

import csv
import io
from collections.abc import Sequence

import pyarrow as pa
import pytest

from nps import imports, queries
from nps.clock import now
from nps.errors import Refused
from nps.importing import Answers, Grid, answers, guess, read
from nps.importing.scales import reversed_by_words
from nps.importing.scores import METRICS
from nps.measures import metrics
from nps.selection import Selection
from nps.store import Store

EASY = "How easy was it to solve your problem?"
HAPPY = "How satisfied are you?"


def grid(header: str, cells: Sequence[object], **beside: Sequence[object]) -> Grid:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[header, *beside], *zip(cells, *beside.values(), strict=True)])
    return read("answers.csv", text.getvalue().encode())


def landed(table: Grid, **said: object) -> Answers:
    found = guess(table, **said)  # type: ignore[arg-type]
    assert found.open == ()
    return answers(table, found.mapping)


@pytest.mark.parametrize(("metric", "header", "high"), [("csat", HAPPY, 5), ("ces", EASY, 7)])
def test_another_metric_goes_in_when_the_person_says_so(metric: str, header: str, high: int) -> None:
    table = grid(header, [*range(1, high + 1)] * 5 + ["NA"])
    found = landed(table, metric=metric, reverse=False)
    assert (found.mapping.score, found.mapping.metric, found.mapping.survey) == (header, metric, metric.upper())
    assert found.table["score"].to_pylist() == [*range(1, high + 1)] * 5 + [None]
    turned = landed(table, metric=metric, reverse=True)
    assert turned.table["score"].to_pylist() == [*range(high, 0, -1)] * 5 + [None]
    assert turned.remarks == (f'In "{header}" 1 is very {"satisfied" if metric == "csat" else "easy"}: '
                              f"the scores were turned round, so that {high} is.",)  # fmt: skip


def test_the_direction_is_asked_unless_the_file_or_the_person_tells_it() -> None:
    [question] = guess(grid(EASY, [1, 4, 7, 6]), metric="ces").open
    assert question.question == "direction"
    assert "is 7 very easy (--no-reverse), or is 1 (--reverse)?" in str(question)
    assert guess(grid(f"{EASY} (1 = very easy, 7 = very difficult)", [1, 4]), metric="ces").mapping.reverse is True
    assert guess(grid(EASY, ["7 - very easy", "1 - very difficult"]), metric="ces").mapping.reverse is False
    assert guess(grid(EASY, ["7 - very easy", "4"]), metric="ces", reverse=True).mapping.reverse is True


@pytest.mark.parametrize(
    ("header", "cells", "metric", "reverse"),
    [
        ("q", ["5 (Very satisfied)", "1 (Not at all satisfied)"], "csat", False),
        ("q", ["1: completely satisfied", "3"], "csat", True),
        ("q", ["5 = strongly disagree"], "csat", True),
        ("q", ["1 - Very low effort", "5"], "ces", True),
        ("How easy was it? 1 is very difficult", ["3"], "ces", False),
        ("Wie zufrieden sind Sie? (1 = sehr zufrieden, 5 = sehr unzufrieden)", ["3"], "csat", True),
        ("q", ["5 easy", "1 easy"], "csat", None),
        ("q", ["4 satisfied"], "csat", None),
        ("How satisfied are you on a scale from 1 to 5?", ["1", "5"], "csat", None),
    ],
)
def test_words_at_the_ends_tell_the_direction(header: str, cells: list[str], metric: str, reverse: bool | None) -> None:
    assert reversed_by_words(header, pa.chunked_array([pa.array(cells)]), scale=METRICS[metric][0]) is reverse


def test_a_smaller_scale_is_offered_as_the_metric_that_is_counted_on_it() -> None:
    for header, high, others in (
        ("recommend", 5, ("csat 1-5", "ces 1-5")),
        ("recommend", 7, ("csat 1-7", "ces 1-7")),
        (f"{EASY} (score)", 5, ("ces 1-7", "ces 1-5")),
        (f"{HAPPY} (score)", 7, ("csat 1-7",)),
    ):
        [question] = guess(grid(header, [*range(1, high + 1)] * 5), score=header).open
        assert question.candidates == ("0-10", "1-10", *others)
        assert all("--metric {} --scale {}".format(*other.split()) in str(question) for other in others)
    [question] = guess(grid("recommend", [*range(6)] * 5)).open
    assert question.candidates == ("0-10", "1-10")


def test_a_question_of_another_metric_is_not_taken_for_nps_however_few_answers_it_has() -> None:
    assert [question.question for question in guess(grid(EASY, [6, 7]), score=EASY).open] == ["scale"]
    assert guess(grid(EASY, [6, 7, 10]), score=EASY).open == ()


def test_scores_beyond_the_scale_of_the_metric_are_asked_about() -> None:
    [question] = guess(grid("q", [*range(11)] * 5), score="q", metric="csat").open
    assert 'CSAT is counted on 1-5 or 1-7 or 1-10, but "q" in answers.csv has scores from 0 to 10' in str(question)
    [question] = guess(grid("q", [*range(1, 6)] * 5), score="q", metric="ces").open
    assert "CES is counted on 1-7 or 1-5" in str(question)
    assert question.candidates == ("1-7", "1-5")
    [question] = guess(grid("q", [*range(1, 6)] * 5 + [7]), score="q", metric="csat").open
    assert question.candidates == ("1-5", "1-7", "1-10")
    found = guess(grid("q", [*range(1, 6)] * 5), score="q", metric="ces", scale="1-7", reverse=False)
    assert found.open == ()


@pytest.mark.parametrize(
    ("metric", "scale", "said", "satisfied"),
    [
        ("csat", "1-5", {}, 4),
        ("csat", "1-7", {}, 6),
        ("csat", "1-10", {}, 9),
        ("ces", "1-7", {}, 5),
        ("ces", "1-5", {"scale": "1-5"}, 4),
    ],
)
def test_the_satisfied_are_counted_on_each_scale(
    store: Store, metric: str, scale: str, said: dict[str, str], satisfied: int
) -> None:
    high = int(scale.split("-")[1])
    found = landed(grid("q", [*range(1, high + 1)] * 9), score="q", metric=metric, reverse=False, **said)
    assert found.mapping.scale == scale
    imports.land(store, found, file="a.csv", by="Ada", now=now())
    [survey] = queries.surveys(store)
    assert survey.name == survey.metric.upper()
    assert survey.metric == (metric if scale == METRICS[metric][0] else f"{metric} {scale}")
    counted = queries.satisfaction(store, Selection(), survey.metric)
    assert (counted.satisfied, counted.n) == (9 * (high - satisfied + 1), 9 * high)
    assert survey.metric in {each.key for each in metrics.METRICS}


def test_one_scale_turned_round_on_its_own_length() -> None:
    found = landed(grid("q", [1, 7] * 12), score="q", metric="csat", reverse=True)
    assert found.table["score"].to_pylist() == [7, 1] * 12
    assert 'In "q" 1 is very satisfied: the scores were turned round, so that 7 is.' in found.remarks


def test_the_column_of_another_metric_is_found_or_asked_about() -> None:
    values = [1, 2, 3, 4, 5] * 5
    table = grid(HAPPY, values, plan=["A"] * 25, nps=[*range(5, 10)] * 5)
    assert guess(table, metric="csat").mapping.score == HAPPY
    assert guess(table).mapping.score == "nps"
    [question] = guess(grid(HAPPY, values, satisfaction_with_price=values), metric="csat").open
    assert question.candidates == (HAPPY, "satisfaction_with_price")
    with pytest.raises(Refused, match="no column looks like a 1-7 CES score"):
        guess(table, metric="ces")
    with pytest.raises(Refused, match="no metric 'enps'"):
        guess(table, metric="enps")


def test_an_nps_question_has_one_direction() -> None:
    table = grid("nps", [9, 0])
    with pytest.raises(Refused, match="no other direction"):
        answers(table, guess(table, reverse=True).mapping)


def test_bands_without_scores_are_refused_in_words() -> None:
    table = grid("Category", ["Promoter", "Passive", "Detractor"] * 10)
    with pytest.raises(
        Refused, match=r'"Category" holds bands only \(Promoter, Passive, Detractor\): export the scores'
    ):
        guess(table)


def test_agreement_in_words_is_refused_in_words() -> None:
    table = grid("Recommend", ["Strongly agree", "Agree", "Disagree"] * 10)
    with pytest.raises(Refused, match=r'"Recommend" comes closest, but its values are not whole numbers \("Strongly'):
        guess(table)
    with pytest.raises(Refused, match=r'No value of "Recommend" .* is a whole number .*"Strongly agree"'):
        answers(table, guess(table, score="Recommend").mapping)


def test_bands_that_disagree_with_the_scores_are_counted_with_an_example() -> None:
    scores = [10, 9, 8, 7, 6, 0, "", 3]
    bands = ["Promoter", "Passive", "passives", "Neutral", "PROMOTER", "Detractor", "Promoter", ""]
    found = landed(grid("Q1", scores, Q1_NPS_GROUP=bands))
    assert found.remarks == (
        '"Q1_NPS_GROUP" disagrees with the scores in 2 rows, first in line 3: "Passive" beside 9. The scores count.',
    )
    agreeing = ["Promoter", "Promoter", "passives", "Neutral", "Detractor", "Detractor", "", "Detractor"]
    assert landed(grid("Q1", scores, Q1_NPS_GROUP=agreeing)).remarks == ()


def test_the_bands_of_another_question_are_not_compared() -> None:
    table = grid("Q1", [10] * 20, Q1_NPS_GROUP=["Promoter"] * 20, Q2=[0] * 20, Q2_NPS_GROUP=["Detractor"] * 20)
    for score in ("Q1", "Q2"):
        assert "disagrees" not in str(landed(table, score=score).remarks)
