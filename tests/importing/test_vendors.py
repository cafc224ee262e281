"""Exports with more than one header row: none of them becomes a response."""

import json

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
        "Which plan? - Free",
        "Which plan? - Team",
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
