"""Files that real people answered or real tools wrote: exactly the right counts, or a sentence that says why not."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from nps.errors import Ambiguous, Refused
from nps.importing import Answers, Grid, answers, guess, read


@dataclass(frozen=True)
class Expected:
    """A file, what a person has to say about it, and its counts: rows, blanks, promoters, passives, detractors."""

    file: str
    counts: tuple[int, int, int, int, int]
    score: str | None = None
    dayfirst: bool | None = None
    dated: bool = True

    def __str__(self) -> str:
        return f"{Path(self.file).name} {self.score or ''}"


ENGLISH = "r-community-survey/2019 English R Community Survey Responses"
SPANISH = "r-community-survey/2019 Spanish R Community Survey Responses.csv"
SPANISH_2020 = "r-community-survey/2020-spanish-survey-final.tsv"
SUDZILLA = "On a scale of 0-10, how would you rate Sudzilla?"
FILES = (
    Expected("carpentries/20180908_post_clean.csv", (967, 78, 501, 317, 71)),
    Expected("carpentries/longterm_October2017.csv", (476, 74, 215, 118, 69), dated=False),
    Expected("carpentries/20200326-longterm-other_questions-no-open.csv", (176, 42, 93, 32, 9), dated=False),
    Expected("carpentries/2020_carpentryconhome_raw.csv", (124, 0, 84, 33, 7), dated=False),
    Expected(f"{ENGLISH}.csv", (1838, 43, 1386, 351, 58), "How likely are you to recommend R "),
    Expected(f"{ENGLISH}.xlsx", (1838, 43, 1386, 351, 58), "How likely are you to recommend R "),
    Expected(f"{ENGLISH}.csv", (1838, 823, 335, 372, 308), "how likely are you to recommend python"),
    Expected(f"{ENGLISH}.xlsx", (1838, 823, 335, 372, 308), "how likely are you to recommend python"),
    Expected(SPANISH, (338, 7, 270, 46, 15), "¿Qué tan probable es que recomiendes R"),
    Expected(SPANISH, (338, 174, 79, 50, 35), "¿Qué tan probable es que recomiendes Python"),
    Expected(SPANISH_2020, (561, 9, 469, 70, 13), "Qrecommend"),
    Expected(SPANISH_2020, (561, 279, 146, 92, 44), "Qpython_recommend"),
    Expected("r-community-survey/Learning R Internet Survey - Form Responses 1.tsv", (3062, 61, 2294, 577, 130)),
    Expected("garden-centre/nps-BenaventC.csv", (13954, 342, 8465, 3953, 1194), dated=False),
    Expected("channels/nps_email.csv", (1952, 0, 819, 677, 456)),
    Expected("channels/nps_mobile.csv", (1801, 0, 377, 782, 642)),
    Expected("channels/nps_web.csv", (2290, 0, 1000, 796, 494)),
    Expected("preppin-data/case040-input_01.csv", (39, 0, 8, 9, 22), SUDZILLA, dayfirst=False),
    Expected("preppin-data/case040-input_02.csv", (39, 0, 8, 9, 22), SUDZILLA),
    Expected("preppin-data/case122-input_01.csv", (5723, 0, 2069, 2096, 1558), dated=False),
    Expected("preppin-data/case122-input_02.csv", (184, 0, 74, 75, 35), dated=False),
    Expected("long-format-course/survey.csv", (265, 0, 185, 59, 21)),
    Expected("surveymonkey/CNCF_Ambassadors_Survey_2021.csv", (44, 0, 35, 5, 4)),
    Expected("surveymonkey/CNCF_Maintainers_Survey_2020_H2.csv", (97, 0, 64, 23, 10), dated=False),
)


def grid(exports: Path, file: str) -> Grid:
    return read(Path(file).name, (exports / file).read_bytes())


def counts(found: Answers) -> tuple[int, int, int, int, int]:
    scores = found.table["score"].to_pylist()
    given = [score for score in scores if score is not None]
    return (
        found.rows,
        len(scores) - len(given),
        sum(score >= 9 for score in given),
        sum(7 <= score <= 8 for score in given),
        sum(score <= 6 for score in given),
    )


@pytest.mark.parametrize("expected", FILES, ids=str)
def test_a_real_export_gives_exactly_its_counts(exports: Path, expected: Expected) -> None:
    found = grid(exports, expected.file)
    guessed = guess(found, score=expected.score, dayfirst=expected.dayfirst)
    assert guessed.open == ()
    landed = answers(found, guessed.mapping)
    assert counts(landed) == expected.counts
    assert len(landed.rejects) == 0
    assert (landed.mapping.date is not None) == expected.dated
    if expected.dated:
        assert landed.table["answered_at"].null_count == 0


def test_answers_in_rows_of_their_own_become_responses_with_what_was_asked_beside_them(exports: Path) -> None:
    found = grid(exports, "preppin-data/case050-input_01.csv")
    assert [question.question for question in guess(found).open] == ["date order"]
    landed = answers(found, guess(found, dayfirst=True).mapping)
    assert counts(landed) == (28, 0, 7, 7, 12)
    first, *_ = landed.table.to_pylist()
    assert (first["answered_at"].isoformat(), first["score"], first["name"]) == ("2020-01-13T08:21:00", 0, "Ross")
    assert landed.rejects["value"].to_pylist() == ["Monday - 13th Jan 15:16", "5/20/2019 23:00"]


def test_the_workbook_and_the_csv_of_one_survey_say_the_same(exports: Path) -> None:
    first, second = (grid(exports, f"{ENGLISH}.{ending}") for ending in ("csv", "xlsx"))
    assert first.header == second.header
    assert second.lines.to_pylist() == list(range(2, 1840))
    mapping = guess(first, score="How likely are you to recommend R ").mapping
    one, other = answers(first, mapping), answers(second, replace(mapping, dayfirst=None))
    for column in ("score", "answered_at", "comment"):
        assert one.table[column].to_pylist() == other.table[column].to_pylist()


@pytest.mark.parametrize(
    ("file", "count"), [(f"{ENGLISH}.csv", 2), (f"{ENGLISH}.xlsx", 2), (SPANISH, 2), (SPANISH_2020, 2)]
)
def test_two_recommend_questions_are_named_and_not_guessed(exports: Path, file: str, count: int) -> None:
    question = guess(grid(exports, file)).open[0]
    assert isinstance(question, Ambiguous)
    assert question.question == "score"
    assert len(question.candidates) == count


def test_questions_on_the_same_scale_are_named_and_not_guessed(exports: Path) -> None:
    found = guess(grid(exports, "preppin-data/case040-input_01.csv"))
    assert [question.question for question in found.open] == ["score", "date order"]
    assert SUDZILLA in found.open[0].candidates
    assert len(found.open[0].candidates) == 3


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("indico/coderefinery-2019-d-2021.csv", '"Yes absolutely"'),
        ("limesurvey/dfuchss-results-survey.csv", "no column looks like a 0-10 recommendation score"),
        ("qualtrics/qualtRics-sample.csv", "no column looks like a 0-10 recommendation score"),
        ("qualtrics/qualtRics-sample_legacy.csv", "no column looks like a 0-10 recommendation score"),
        ("customer-context/ChurnGuard-zendesk_tickets.csv", '"nps_score" comes closest'),
        ("customer-context/ChurnGuard-salesforce_accounts.csv", "no column looks like a 0-10 recommendation score"),
    ],
)
def test_an_export_without_a_score_is_refused_in_words(exports: Path, file: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        guess(grid(exports, file))
    assert words in str(refusal.value)


def test_the_header_rows_of_vendors_are_no_responses(exports: Path) -> None:
    assert grid(exports, "qualtrics/qualtRics-sample.csv").rows == 1
    assert grid(exports, "qualtrics/qualtRics-sample_legacy.csv").rows == 1
    assert grid(exports, "surveymonkey/CNCF_Ambassadors_Survey_2021.csv").rows == 44


def test_two_old_encodings_in_one_file_leave_no_odd_letter(exports: Path) -> None:
    found = grid(exports, "garden-centre/nps-BenaventC.csv")
    assert "CP850" in found.remarks[0]
    comments = [comment for comment in found.table["explication"].to_pylist() if comment]
    text = " ".join(comments)
    assert "échange. C'est la deuxième fois avec le même produit" in text
    assert "bénéficié" in text
    assert "15€" in text
    odd = [word for word in text.split() if any(letter in "‚ƒˆŠŒŽÕÞ¤¦\x81\x8d\x90" for letter in word)]
    assert len(odd) < 5


def test_the_segments_of_a_real_export_are_found(exports: Path) -> None:
    found = guess(grid(exports, "carpentries/20180908_post_clean.csv"))
    assert {"MemberSite", "Pace"} <= set(found.mapping.segments)
    assert found.mapping.score == "LikelyToRecommend"
    assert "month first" in found.reasons["date"]
