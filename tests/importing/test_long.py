"""Long format: one row per answer becomes one row per response."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from nps.importing import Answers, answers, guess, read

SCORE, PLAN = "How likely are you to recommend us?", "Which plan?"
TEXT = """visitor_id,event,value,timestamp
v1,nps_score,9,2024-01-05 10:00:00
v1,nps_feedback,Quick and easy,2024-01-05 10:00:07
v2,nps_score,3,2024-01-06 10:00:00
v2,nps_feedback,Slow to load,2024-01-06 10:00:09
v3,nps_score,8,2024-01-07 10:00:00
"""
RATENL = """ResultID,ResultDate,ConfirmStatus,ConfirmStatusDescription,ResultIgnoredWhen,Respondent,QuestionID,\
Question,Answer
1,2024-01-05 10:00:00,1,Confirmed,,7,q1,How likely are you to recommend us?,9
1,2024-01-05 10:00:00,1,Confirmed,,7,q2,Why?,Quick
2,2024-01-06 10:00:00,2,Not confirmed,,8,q1,How likely are you to recommend us?,0
2,2024-01-06 10:00:00,2,Not confirmed,,8,q2,Why?,Spam
3,2024-01-07 10:00:00,1,Confirmed,2024-01-08,8,q1,How likely are you to recommend us?,1
4,2024-01-08 10:00:00,1,Confirmed,,9,q1,How likely are you to recommend us?,6
4,2024-01-08 10:00:00,1,Confirmed,,9,q2,Why?,Slow
4,2024-01-08 10:00:00,1,Confirmed,,9,q1,How likely are you to recommend us?,7
,2024-01-08 10:00:00,1,Confirmed,,9,q1,How likely are you to recommend us?,10
"""


def landed(text: str) -> Answers:
    grid = read("export.csv", text.encode())
    return answers(grid, guess(grid).mapping)


def test_events_of_one_visitor_become_one_response() -> None:
    grid = read("export.csv", TEXT.encode())
    assert grid.header == ("visitor_id", "timestamp", "nps_score", "nps_feedback")
    assert grid.remarks == (
        "5 rows in long format (one per answer) turned into 3 responses: "
        'answers with the same "visitor_id" belong together.',
    )
    guessed = guess(grid)
    assert guessed.reasons["score"] == "long format"
    found = answers(grid, guessed.mapping)
    rows = found.table.select(["line", "score", "comment", "customer"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (2, 9, "Quick and easy", "v1"),
        (4, 3, "Slow to load", "v2"),
        (6, 8, None, "v3"),
    ]
    assert found.table["answered_at"].to_pylist()[0].isoformat() == "2024-01-05T10:00:00"


def test_a_file_in_long_format_can_be_taken_as_it_stands() -> None:
    grid = read("export.csv", TEXT.encode(), turn=False)
    assert grid.rows == 5
    assert grid.remarks == ()


def test_an_export_of_ratenl_is_turned_and_every_row_is_accounted_for() -> None:
    grid = read("export.csv", RATENL.encode())
    guessed = guess(grid)
    assert guessed.open == ()
    mapping = guessed.mapping
    assert (mapping.score, mapping.date, mapping.comment, mapping.id) == (
        "How likely are you to recommend us?",
        "ResultDate",
        "Why?",
        "ResultID",
    )
    assert guessed.reasons["date"] == "RateNL export"
    found = answers(grid, mapping)
    assert found.table.select(["response_id", "score", "comment"]).to_pylist() == [
        {"response_id": "1", "score": 9, "comment": "Quick"},
        {"response_id": "4", "score": 7, "comment": "Slow"},
    ]
    assert [(reject["line"], reject["column"], reject["reason"]) for reject in found.rejects.to_pylist()] == [
        (4, "ConfirmStatus", "not valid: ConfirmStatus is 2"),
        (6, "ResultIgnoredWhen", "ignored: ResultIgnoredWhen is set"),
        (7, mapping.score, "the same question was answered again later in this response: the last answer counts"),
        (10, "ResultID", "no ResultID: to which response this answer belongs cannot be told"),
    ]
    assert found.rows == 6


def test_an_answer_that_is_left_out_stands_under_its_question_in_the_new_columns() -> None:
    grid = read("export.csv", RATENL.encode())
    again = next(reject for reject in grid.ragged.to_pylist() if reject["line"] == 7)
    assert dict(zip(grid.header, again["cells"], strict=True)) == {
        "ResultID": "4",
        "ResultDate": "2024-01-08 10:00:00",
        "ConfirmStatus": "1",
        "ConfirmStatusDescription": "Confirmed",
        "ResultIgnoredWhen": "",
        "Respondent": "9",
        "How likely are you to recommend us?": "6",
        "Why?": "",
    }


def test_a_response_whose_score_is_missing_is_blank_and_keeps_its_comment() -> None:
    found = landed(TEXT + "v4,nps_feedback,No score from me,2024-01-08 10:00:00\n")
    assert found.table.to_pylist()[-1]["score"] is None
    assert found.table.to_pylist()[-1]["comment"] == "No score from me"


def test_people_who_answer_again_are_told_apart_by_all_that_their_rows_have_in_common() -> None:
    rows = ["answer_id,student,day,question,answer"]
    for day in (1, 2):
        for student in range(10):
            number = 100 * day + 2 * student
            rows += [
                f"{number},{student},{day},NPS,{student}",
                f"{number + 1},{student},{day},Comment,text of {number}",
            ]
    grid = read("export.csv", "\n".join(rows).encode())
    assert grid.rows == 20
    assert sorted(int(score) for score in grid.table["NPS"].to_pylist()) == sorted([*range(10)] * 2)
    assert [text.startswith("text of") for text in grid.table["Comment"].to_pylist()] == [True] * 20


def test_numbered_questions_are_named_after_their_column() -> None:
    text = "Response,Question Number,Answer\n1,1,9\n1,2,because of words\n2,1,3\n2,2,for other reasons\n"
    grid = read("export.csv", text.encode())
    assert grid.header == ("Response", "Question Number 1", "Question Number 2")
    assert guess(grid).mapping.score == "Question Number 1"


def test_several_recommend_questions_in_long_format_are_asked_about() -> None:
    rows = ["response,question,answer"]
    for number in range(30):
        rows += [
            f"{number},Would you recommend A?,{number % 11}",
            f"{number},Would you recommend B?,{(number + 3) % 11}",
        ]
    [question] = guess(read("export.csv", "\n".join(rows).encode())).open
    assert question.candidates == ("Would you recommend A?", "Would you recommend B?")


def test_a_file_of_responses_with_ids_of_their_own_is_not_long() -> None:
    rows = ["response_id,email,question,answer"]
    for number in range(30):
        rows += [
            f"{2 * number},p{number}@example.com,NPS,{number % 11}",
            f"{2 * number + 1},p{number}@example.com,CSAT,4",
        ]
    assert read("export.csv", "\n".join(rows).encode()).rows == 60


def test_a_file_with_one_answer_per_response_is_not_long() -> None:
    rows = ["date,question,answer", *(f"2024-01-{n + 1:02d} 10:00:{n:02d},Q{n % 2},{n % 11}" for n in range(28))]
    assert read("export.csv", "\n".join(rows).encode()).rows == 28


@settings(max_examples=25)
@given(
    responses=st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=5, max_size=40),
    seed=st.integers(0, 1000),
)
def test_every_response_comes_out_once_with_its_comment(responses: list[tuple[int, bool]], seed: int) -> None:
    rows = []
    for number, (score, commented) in enumerate(responses):
        rows.append(f"r{number},{SCORE},{score}")
        rows.append(f"r{number},{PLAN},{'Team' if commented else 'Free'}")
        if commented:
            rows.append(f"r{number},Why?,words of {number}")
    random.Random(seed).shuffle(rows)
    found = read("export.csv", "\n".join(["response_id,question,answer", *rows]).encode())
    assert sorted(
        tuple(row.values()) for row in found.table.select(["response_id", SCORE, PLAN]).to_pylist()
    ) == sorted((f"r{n}", str(score), "Team" if said else "Free") for n, (score, said) in enumerate(responses))
    comments = found.table["Why?"].to_pylist() if "Why?" in found.header else []
    assert sorted(filter(None, comments)) == sorted(f"words of {n}" for n, (_, said) in enumerate(responses) if said)


def test_a_broken_row_is_not_taken_for_a_response_under_the_new_columns() -> None:
    rows = [f"v{n},{question},{answer}" for n in range(9) for question, answer in (("NPS", n), ("Why?", f"text {n}"))]
    found = landed("\n".join(["visitor,question,answer", *rows[:4], "v9,9", *rows[4:]]))
    assert (len(found.table), [reject["line"] for reject in found.rejects.to_pylist()]) == (9, [6])


def test_a_poll_of_a_score_and_one_of_a_comment_are_one_response() -> None:
    rows = [
        f"v{n},{kind},{answer}" for n in range(9) for kind, answer in (("NPS Rating", n), ("NPS Comment", f"x {n}"))
    ]
    found = landed("\n".join(["Visitor ID,Poll Type,Response", *rows]))
    assert found.table["score"].to_pylist() == [*range(9)]
    assert found.table["comment"].to_pylist()[:2] == ["x 0", "x 1"]
