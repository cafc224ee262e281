"""Exports with more than one header row: none of them becomes a response."""

import json

import pytest

from nps.errors import Ambiguous, Refused
from nps.importing import Grid, answers, guess, read
from nps.importing.vendors import header_rows


def grid(rows: list[list[str]]) -> Grid:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    return read("export.csv", "\n".join(",".join(map(quoted, row)) for row in rows).encode())


def import_ids(*ids: str) -> list[str]:
    return [json.dumps({"ImportId": name}, separators=(",", ":")) for name in ids]


QUALTRICS = [
    ["StartDate", "ResponseId", "RecipientEmail", "Q1", "Q1_NPS_GROUP", "Q2"],
    ["Start Date", "Response ID", "Recipient Email", "How happy are you?", "How happy are you? - Group", "Why?"],
    import_ids("startDate", "_recordId", "recipientEmail", "QID1", "QID1_NPS_GROUP", "QID2_TEXT"),
    ["2024-03-01 10:00:00", "R_1", "a@example.com", "9", "Promoter", "Because"],
    ["2024-03-02 10:00:00", "R_2", "b@example.com", "2", "Detractor", "Too slow"],
]


def test_the_labels_and_import_ids_of_qualtrics_are_no_responses() -> None:
    found = grid(QUALTRICS)
    assert found.rows == 2
    assert found.lines.to_pylist() == [4, 5]
    assert found.header[3] == "Q1: How happy are you?"
    assert any("Qualtrics" in remark for remark in found.remarks)


def test_a_qualtrics_band_column_tells_which_question_is_the_score() -> None:
    found = guess(grid(QUALTRICS))
    assert found.open == ()
    assert found.mapping.score == "Q1: How happy are you?"
    assert (found.mapping.id, found.mapping.email) == ("ResponseId", "RecipientEmail")
    assert found.mapping.comment == "Q2: Why?"
    assert "Q1_NPS_GROUP: How happy are you? - Group" not in found.mapping.segments


def test_a_code_names_its_question() -> None:
    assert guess(grid(QUALTRICS), score="q1").mapping.score == "Q1: How happy are you?"


def test_qualtrics_without_labels_loses_no_row() -> None:
    found = grid([QUALTRICS[0], *QUALTRICS[2:]])
    assert found.rows == 2
    assert found.header[3] == "Q1"


def test_the_legacy_form_of_qualtrics_takes_its_names_from_the_second_row() -> None:
    found = grid(
        [
            ["V1", "V2", "Q1", ""],
            ["ResponseID", "EndDate", "How likely are you to recommend us?", ""],
            ["R_1", "2024-03-01 10:00:00", "9", ""],
        ]
    )
    assert found.header == ("ResponseID", "EndDate", "Q1: How likely are you to recommend us?")
    assert found.rows == 1


SURVEYMONKEY = [
    ["Respondent ID", "End Date", "How likely are you to recommend us?", "", "Which plan?", "", "Anything else?"],
    ["", "", "Response", "Why?", "Free", "Team", "Open-Ended Response"],
    ["11", "11/23/2021 07:40:47 PM", "10", "Fast", "Free", "", "No"],
    ["12", "11/24/2021 07:40:47 AM", "3", "Slow", "", "Team", ""],
]


def test_the_second_row_of_surveymonkey_names_the_parts_of_a_question() -> None:
    found = grid(SURVEYMONKEY)
    assert found.header == (
        "Respondent ID",
        "End Date",
        "How likely are you to recommend us?",
        "How likely are you to recommend us? - Why?",
        "Which plan?",
        "Anything else?",
    )
    assert found.rows == 2
    mapping = guess(found).mapping
    assert mapping.score == "How likely are you to recommend us?"
    assert mapping.comment == "How likely are you to recommend us? - Why?"
    assert mapping.id == "Respondent ID"
    assert answers(found, mapping).table["answered_at"].to_pylist()[0].isoformat() == "2021-11-23T19:40:47"


def test_the_second_row_of_survicate_is_no_response() -> None:
    found = grid(
        [
            [
                "Date & Time (UTC)",
                "Response uuid",
                "email",
                "Q#1: Would you recommend us?",
                "",
                "Q#2: Why?",
                "",
                "plan",
            ],
            ["", "", "", "Score", "Label", "Answer", "Insight", ""],
            ["2024-03-01 10:00:00", "u-1", "a@example.com", "9", "Promoter", "Fast", "", "Pro"],
        ]
    )
    assert found.rows == 1
    mapping = guess(found).mapping
    assert mapping.score == "Q#1: Would you recommend us?"
    assert mapping.date == "Date & Time (UTC)"
    assert mapping.comment == "Q#2: Why?"


def test_an_ordinary_first_response_is_no_header() -> None:
    header = ["score", "comment", "status"]
    assert header_rows(header, [["9", "", "Response"], ["8", "x", "y"]]) is None
    assert header_rows(header, [["", "Response", "new"], ["8", "x", "y"]]) is None
    assert header_rows(header, [["9", "score", "answer"]]) is None
    assert header_rows(header, []) is None
    assert grid([header, ["9", "Why?", "Answer"], ["8", "x", "y"]]).rows == 2


def export(columns: dict[str, str], count: int = 40) -> Grid:
    """Rows made of patterns: {n} counts up, {p} counts people (who answer again), {s} is a score."""
    scores = [0, 3, 6, 7, 8, 9, 10, 10]
    rows = [
        [cell.format(n=n, p=n % 30, s=scores[n % 8], u=1_700_000_000 + 997 * n) for cell in columns.values()]
        for n in range(count)
    ]
    return grid([list(columns), *rows])


LIKELY = "How likely are you to recommend us?"
TEXT = "some words of their own {n}"
# Headers as in real exports, by vendor; then score, date, comment, id and customer as they must be guessed.
HEADERS = {
    "AskNicely": (
        {"response_id": "9{n}", "person_id": "{p}", "email": "a{p}@example.com", "answer": "{s}", "comment": TEXT}
        | {"note": "", "sent": "{u}", "responded": "{u}", "created": "{u}", "segment": "A", "question_type": "nps"},
        ("answer", "responded", "comment", "response_id", "person_id"),
    ),
    "Delighted": (
        {"id": "10000000000000000{n}", "survey_type": "nps", "score": "{s}", "comment": TEXT, "created_at": "{u}"}
        | {"permalink": "https://example.com/{n}", "updated_at": "{u}"},
        ("score", "created_at", "comment", "id", None),
    ),
    "Wootric": (
        {"id": "{n}", "created_at": "2024-01-05 10:00:00 -0800", "score": "{s}", "text": TEXT, "end_user_id": "{p}"},
        ("score", "created_at", "text", "id", "end_user_id"),
    ),
    "Zendesk": (
        {"id": "{n}", "user_id": "{p}", "delivered_at": "2013-08-29T00:00:00-07:00"}
        | {"rated_at": "2013-08-30T00:00:00-07:00", "rating": "{s}", "comment": TEXT},
        ("rating", "rated_at", "comment", "id", "user_id"),
    ),
    "HubSpot": (
        {"hs_value": "{s}", "hs_content": TEXT, "hs_response_group": "PROMOTER", "hs_object_id": "5{n}"}
        | {"hs_submission_timestamp": "2024-01-05 10:00"},
        ("hs_value", "hs_submission_timestamp", "hs_content", "hs_object_id", None),
    ),
    "PostHog": (
        {"timestamp": "2024-01-05T10:00:00.123Z", "distinct_id": "{p}", "$survey_response": "{s}"}
        | {"$survey_response_1": TEXT, "$survey_submission_id": "{n}"},
        ("$survey_response", "timestamp", "$survey_response_1", "$survey_submission_id", "distinct_id"),
    ),
    "Thanx": (
        {"nps_feedback_uid": "u{n}", "nps_feedback_id": "{n}", "user_id": "{p}", "rating": "{s}", "review": TEXT}
        | {"created_at": "2024-01-01", "rated_at": "2024-01-05", "responded_at": ""},
        ("rating", "rated_at", "review", "nps_feedback_uid", "user_id"),
    ),
    "Typeform": (
        {"#": "{n:032x}x", LIKELY: "{s}", "Why?": TEXT, "user_id": "{p}", "Start Date (UTC)": "2024-01-05 10:00:00"}
        | {"Submit Date (UTC)": "2024-01-05 10:02:00", "Network ID": "n{p}"},
        (LIKELY, "Submit Date (UTC)", "Why?", "#", "user_id"),
    ),
    "Formbricks": (
        {"No.": "{n}", "Response ID": "r{n}", "Timestamp": "Sat Jun 15 2024", "Finished": "Yes", "User ID": "u{p}"}
        | {f"1. {LIKELY}": "{s}", "2. Why?": TEXT},
        (f"1. {LIKELY}", "Timestamp", "2. Why?", "Response ID", "User ID"),
    ),
    "Google Forms": (
        {"Timestamp": "2017/11/24 12:39:58 PM GMT+4", f"{LIKELY} ": "{s}", "What could we improve?": TEXT},
        (LIKELY, "Timestamp", "What could we improve?", None, None),
    ),
    "Alchemer": (
        {"Response ID": "{n}", "Time Started": "2024-01-05 10:00:00", "Date Submitted": "2024-01-05 10:05:00"}
        | {"Comments": "", "IP Address": "10.0.0.1", LIKELY: "{s}", "Please tell us why": TEXT},
        (LIKELY, "Date Submitted", "Please tell us why", "Response ID", None),
    ),
    "Pendo": (
        {"account_id": "a", "visitor_id": "v{p}", "timestamp": "1700000000123", "poll_response": "{s}"},
        ("poll_response", "timestamp", None, None, "visitor_id"),
    ),
}


@pytest.mark.parametrize("vendor", HEADERS)
def test_the_columns_of_a_vendor_are_known(vendor: str) -> None:
    columns, expected = HEADERS[vendor]
    found = export(columns)
    guessed = guess(found)
    mapping = guessed.mapping
    assert guessed.open == ()
    assert (mapping.score, mapping.date, mapping.comment, mapping.id, mapping.customer) == expected
    landed = answers(found, mapping)
    assert len(landed.rejects) == 0
    assert landed.table["answered_at"].null_count == 0


def test_a_file_of_another_metric_alone_is_asked_about_and_one_of_none_is_refused() -> None:
    header = ["id", "person", "survey_type", "score", "comment", "created_at"]

    def file(*kinds: str) -> Grid:
        day = "2026-01-05"
        return grid([header, *[[f"{n}", f"p{n}", kinds[n % len(kinds)], f"{1 + n % 5}", "", day] for n in range(40)]])

    found = file("ces", "csat")
    with pytest.raises(
        Ambiguous, match=r"not NPS: bring it in as CSAT \(--metric csat\) or CES \(--metric ces\)\."
    ) as told:
        guess(found)
    assert (told.value.question, told.value.candidates) == ("metric", ("csat", "ces"))
    assert len(answers(found, guess(found, metric="csat", reverse=False).mapping).table) == 20
    with pytest.raises(Refused, match=r"not NPS\.$") as refused:
        guess(file("quiz"))
    assert not isinstance(refused.value, Ambiguous)


def test_scores_of_other_questions_in_one_column_are_left_out() -> None:
    found = grid([["score", "question_type"], *[[str(n % 11), ["nps", "csat"][n % 2]] for n in range(40)]])
    guessed = guess(found)
    assert guessed.remarks == ("20 rows left out: answers another kind of survey, not NPS.",)
    landed = answers(found, guessed.mapping)
    assert (landed.rows, len(landed.table), len(landed.rejects)) == (40, 20, 20)
    found = grid([["score", "question_type"], *[[str(n % 11), "nps"] for n in range(40)]])
    assert not guess(found).remarks


def test_labels_that_stayed_when_somebody_deleted_the_third_row_of_qualtrics_are_no_response() -> None:
    text = (
        "StartDate,RecordedDate,ResponseId,Q1,Q2\n"
        "Start Date,Recorded Date,Response ID,How likely are you to recommend us?,Why?\n"
        "2024-01-05 10:00:00,2024-01-05 10:01:00,R_1,9,Quick\n"
    )
    found = read("a.csv", text.encode())
    assert found.header[3:] == ("Q1: How likely are you to recommend us?", "Q2: Why?")
    assert found.rows == 1
