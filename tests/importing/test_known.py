"""Known vendors need no mapping: a few invented rows under each one's exact headers, and what must come of them."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from nps.errors import Refused
from nps.importing import Answers, Guess, answers, guess, read
from nps.importing.known import GOOGLE_FORMS, VENDORS

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Export:
    """A file, the roles that are known, and its counts: rows, scored, blank, left out."""

    text: str
    roles: dict[str, str]
    counts: tuple[int, int, int, int]
    reasons: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


LIKELY = "How likely are you to recommend us to a friend?"
EXPORTS = {
    "Qualtrics": Export(
        "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,"
        "RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,LocationLatitude,LocationLongitude,"
        "DistributionChannel,UserLanguage,Q1,Q1_NPS_GROUP,Q2\n"
        "Start,Ende,Antworttyp,IP,Stand,Dauer,Beendet,Erfasst,Antwort-ID,Name,Vorname,Mail,Referenz,Breite,L,K,S,"
        f"{LIKELY},{LIKELY} - Group,Why?\n"
        + ",".join(f'"{{""ImportId"":""{name}""}}"' for name in "abcdefghijklmnopqrst")
        + "\n2024-01-01 10:00:00,2024-01-01 10:01:00,IP Address,,100,60,True,2024-01-02 00:00:00,R_1,,,"
        "a@example.com,C1,,,email,EN,9,Promoter,Quick\n"
        "2024-01-01 10:00:00,2024-01-01 10:01:00,Survey Preview,,100,60,True,2024-01-02 00:00:00,R_2,,,,,,,preview,"
        "EN,0,Detractor,Just a test\n"
        "2024-01-01 10:00:00,2024-01-01 10:01:00,IP Address,,40,60,False,2024-01-02 00:00:00,R_3,,,,C3,,,email,"
        "EN,,,\n"
        "2024-01-01 10:00:00,2024-01-01 10:01:00,Spam,,100,60,True,2024-01-02 00:00:00,R_4,,,,,,,email,EN,10,,\n",
        {
            "score": f"Q1: {LIKELY}",
            "date": "RecordedDate",
            "comment": "Q2: Why?",
            "id": "ResponseId",
            "email": "RecipientEmail",
            "customer": "ExternalReference",
        },
        (4, 1, 1, 2),
        ("a preview, test or spam response, as Status says",) * 2,
    ),
    "Qualtrics (legacy)": Export(
        "V1,V2,V3,V4,V5,V6,V7,V8,V9,V10,Q1,Q2,\n"
        "ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,IPAddress,Status,StartDate,EndDate,Finished,"
        f"{LIKELY},Why?,\n"
        "R_1,Default,Ada,C1,a@example.com,,0,2024-01-01 10:00:00,2024-01-01 10:01:00,1,9,Quick,\n"
        "R_2,Default,Ben,C2,b@example.com,,1,2024-01-01 10:00:00,2024-01-01 10:01:00,1,2,Preview,\n",
        {"score": f"Q1: {LIKELY}", "date": "EndDate", "id": "ResponseID", "email": "EmailAddress"},
        (2, 1, 0, 1),
    ),
    "SurveyMonkey": Export(
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,"
        f"{LIKELY},,Anything else?\n,,,,,,,,,Response,Why?,Open-Ended Response\n"
        "11000000001,4,11/23/2021 07:30:00 PM,11/23/2021 07:40:47 PM,,,,,,10,Fast,No\n"
        "11000000002,4,11/23/2021 07:30:00 PM,11/24/2021 07:40:47 AM,,,,,,,,\n",
        {"score": LIKELY, "date": "End Date", "comment": f"{LIKELY} - Why?", "id": "Respondent ID"},
        (2, 1, 1, 0),
        dates=("2021-11-23T19:40:47", "2021-11-24T07:40:47"),
    ),
    "SurveyMonkey, from its API": Export(
        "respondent_id,collector_id,date_created,date_modified,ip_address,email_address,first_name,last_name,custom_1,"
        f"{LIKELY},¿Por qué?\n,,,,,,,,,Response,Open-Ended Response\n"
        "11,4,2021-11-23 19:00:00,2021-11-23 19:40:47,,,,,,10. Muy probable,Rápido\n"
        "12,4,2021-11-24 19:00:00,2021-11-24 19:40:47,,,,,,7. Probable,\n",
        {"score": LIKELY, "date": "date_created", "comment": "¿Por qué?", "id": "respondent_id"},
        (2, 2, 0, 0),
        dates=("2021-11-23T19:00:00", "2021-11-24T19:00:00"),
    ),
    "Survicate": Export(
        "Date & Time (UTC),Response uuid,Respondent uuid,Device,Platform,Page,email,first_name,last_name,"
        f"Q#1: {LIKELY},,Q#2: Why?,,city\n,,,,,,,,,Score,Label,Answer,Insight,\n"
        "2024-01-05 10:00:00,u1,p1,desktop,web,/,a@example.com,Ada,L,9,Promoter,Quick,,Rome\n"
        "2024-01-06 10:00:00,u2,p1,desktop,web,/,a@example.com,Ada,L,3,Detractor,Slow,,Rome\n",
        {
            "score": f"Q#1: {LIKELY}",
            "date": "Date & Time (UTC)",
            "comment": "Q#2: Why?",
            "id": "Response uuid",
            "email": "email",
            "customer": "Respondent uuid",
        },
        (2, 2, 0, 0),
    ),
    "Typeform": Export(
        f"#,{LIKELY},Why *exactly?*,user_id,Start Date (UTC),Submit Date (UTC),Network ID\n"
        "0a1b,9,Quick,7,2024-01-05 10:00:00,2024-01-05 10:02:00,n1\n"
        "0a1c,4,Slow,7,2024-01-06 10:00:00,2024-01-06 10:02:00,n1\n",
        {"score": LIKELY, "date": "Submit Date (UTC)", "id": "#", "customer": "user_id"},
        (2, 2, 0, 0),
        dates=("2024-01-05T10:02:00", "2024-01-06T10:02:00"),
    ),
    "Google Forms": Export(
        f"Timestamp,{LIKELY} ,What could we improve?\n"
        "2017/11/24 12:39:58 PM GMT+4,9,Speed\n2017/11/25 1:39:58 PM GMT+4,,Nothing\n",
        {"score": LIKELY, "date": "Timestamp", "comment": "What could we improve?"},
        (2, 1, 1, 0),
        dates=("2017-11-24T08:39:58", "2017-11-25T09:39:58"),
    ),
    "Formbricks": Export(
        "No.,Response ID,Timestamp,Finished,Survey ID,Formbricks ID (internal),User ID,Notes,Tags,source,"
        f"1. {LIKELY},2. Why?,person.email\n"
        "1,r1,Sat Jun 15 2024,Yes,s,f,u1,,,,9,Quick,a@example.com\n"
        "2,r2,Sun Jun 16 2024,No,s,f,u1,,,,3,,a@example.com\n",
        {
            "score": f"1. {LIKELY}",
            "date": "Timestamp",
            "id": "Response ID",
            "customer": "User ID",
            "email": "person.email",
        },
        (2, 2, 0, 0),
        dates=("2024-06-15T00:00:00", "2024-06-16T00:00:00"),
    ),
    "LimeSurvey": Export(
        '"id","submitdate","lastpage","startlanguage","seed","startdate","datestamp","nps","nps[comment]"\n'
        '"1","2024-01-05 10:00:00","2","en","77","2024-01-05 09:59:00","2024-01-05 10:00:00","9","Quick"\n'
        '"2","","1","en","78","2024-01-06 09:59:00","2024-01-06 10:00:00","","N/A"\n',
        {"score": "nps", "date": "submitdate", "id": "id", "comment": "nps[comment]"},
        (2, 1, 1, 0),
    ),
    "LimeSurvey, with full texts": Export(
        '"Response ID","Date submitted","Last page","Start language","Date started","Date last action",'
        f'"1 - {LIKELY}","2 - Why?"\n'
        '"1","2024-01-05 10:00:00","2","en","2024-01-05 09:59:00","2024-01-05 10:00:00","9","Quick"\n',
        {"score": f"1 - {LIKELY}", "date": "Date submitted", "id": "Response ID", "comment": "2 - Why?"},
        (1, 1, 0, 0),
    ),
    "Indico": Export(
        f"Submitter,Submitter Email,Submission Date,Impact: {LIKELY},Impact: Why?\n"
        ",,2021-09-09 08:41:53.757790+00:00,9,Quick\n,,2021-09-09 08:41:53.757790+02:00,2,Slow\n",
        {"score": f"Impact: {LIKELY}", "date": "Submission Date", "comment": "Impact: Why?"},
        (2, 2, 0, 0),
        dates=("2021-09-09T08:41:53.757790", "2021-09-09T06:41:53.757790"),
    ),
    "AskNicely": Export(
        "response_id,person_id,contact_id,name,email,answer,answerlabel,data,comment,note,status,dontcontact,sent,"
        "opened,responded,lastemailed,created,segment,question_type,published,publishedname\n"
        "1,7,8,Ada,a@example.com,9,Promoter,,Quick,,,0,1700000000,,1700000060,,1700000000,A,nps,0,\n"
        "2,7,8,Ada,a@example.com,5,,,Good,,,0,1700000000,,1700000060,,1700000000,A,csat,0,\n"
        "3,9,8,Ben,b@example.com,,,,,,,0,1700000000,,,,1700000000,A,nps,0,\n",
        {
            "score": "answer",
            "date": "responded",
            "comment": "comment",
            "id": "response_id",
            "email": "email",
            "name": "name",
            "customer": "person_id",
        },
        (3, 1, 1, 1),
        ("answers another kind of survey, not NPS",),
        dates=("2023-11-14T22:14:20",),
    ),
    "Delighted": Export(
        "id,person,survey_type,score,comment,permalink,created_at,updated_at,person_properties.plan,notes,tags\n"
        "5435,431,nps,9,Quick,https://example.com/1,1700000000,1700000000,Team,,\n"
        "5436,432,csat,4,Fine,https://example.com/2,1700000000,1700000000,Team,,\n"
        "5437,433,ces,7,Easy,https://example.com/3,1700000000,1700000000,Team,,\n",
        {"score": "score", "date": "created_at", "comment": "comment", "id": "id", "customer": "person"},
        (3, 1, 0, 2),
        ("answers another kind of survey, not NPS",) * 2,
    ),
    "Wootric": Export(
        "id,created_at,updated_at,score,text,ip_address,origin_url,end_user_id,survey_id,completed,"
        "excluded_from_calculations,tags\n"
        "1,2024-01-05 10:00:00 -0800,,9,Quick,,,7,s,true,false,\n"
        "2,2024-01-05 10:00:00 -0800,,0,Test,,,8,s,true,true,\n"
        "3,2024-01-05 10:00:00 -0800,,8,,,,8,s,false,false,\n",
        {"score": "score", "date": "created_at", "comment": "text", "id": "id", "customer": "end_user_id"},
        (3, 2, 0, 1),
        ("excluded from calculations, as the export says",),
        dates=("2024-01-05T18:00:00", "2024-01-05T18:00:00"),
    ),
    "Zendesk NPS": Export(
        "id,user_id,user_name,user_email,survey_id,survey_name,delivery_id,recipient_id,delivered_at,rated_at,rating,"
        "comment\n"
        "1,7,Ada,a@example.com,s,Spring,d,r,2013-08-28T00:00:00-07:00,2013-08-29T00:00:00-07:00,9,Quick\n"
        "2,8,Ben,b@example.com,s,Spring,d,r,2013-08-28T00:00:00-07:00,,,\n",
        {"score": "rating", "date": "rated_at", "comment": "comment", "id": "id", "name": "user_name"},
        (2, 1, 1, 0),
        dates=("2013-08-29T07:00:00",),
    ),
    "HubSpot": Export(
        "hs_value,hs_content,hs_response_group,hs_submission_timestamp,hs_survey_name,hs_survey_type,"
        "hs_survey_channel,hs_survey_id,hs_submission_name,hs_ingestion_id,hs_object_id\n"
        "9,Quick,PROMOTER,2024-01-05T10:00:00Z,Spring,NPS,EMAIL,1,x,i1,51\n"
        "2,Good,,2024-01-05T10:00:00Z,Support,CSAT,EMAIL,2,x,i2,52\n"
        "7,Easy,,2024-01-05T10:00:00Z,Support,CES,EMAIL,3,x,i3,53\n",
        {"score": "hs_value", "date": "hs_submission_timestamp", "comment": "hs_content", "id": "hs_object_id"},
        (3, 1, 0, 2),
    ),
    "PostHog": Export(
        "event,timestamp,distinct_id,$survey_id,$survey_name,$survey_response,$survey_response_1,"
        "$survey_submission_id,$survey_completed,$survey_partially_completed\n"
        "survey sent,2024-01-05T10:00:00.123Z,p1,s,NPS,9,,sub1,false,true\n"
        "survey sent,2024-01-05T10:00:09.123Z,p1,s,NPS,8,Quick,sub1,true,false\n"
        "survey shown,2024-01-05T10:00:00.123Z,p2,s,NPS,,,,,\n"
        "survey sent,2024-01-06T10:00:00.123Z,p1,s,NPS,2,Slow,sub2,true,false\n",
        {
            "score": "$survey_response",
            "date": "timestamp",
            "comment": "$survey_response_1",
            "id": "$survey_submission_id",
            "customer": "distinct_id",
        },
        (4, 2, 0, 2),
        ("an earlier event of the same submission: the last one counts", "an event other than an answer"),
        dates=("2024-01-05T10:00:09.123000", "2024-01-06T10:00:00.123000"),
    ),
    "Thanx": Export(
        "nps_feedback_uid,nps_feedback_id,merchant_id,purchase_id,user_id,state,rating,review,response,responded_by,"
        "created_at,rated_at,responded_at\n"
        "u1,1,m,p,7,rated,9,Quick,,,2024-01-01 00:00:00,2024-01-05 00:00:00,\n"
        "u2,2,m,p,8,unviewed,,,,,2024-01-01 00:00:00,,\n"
        "u3,3,m,p,8,viewed,,,,,2024-01-01 00:00:00,,\n",
        {
            "score": "rating",
            "date": "rated_at",
            "comment": "review",
            "id": "nps_feedback_uid",
            "customer": "user_id",
        },
        (3, 1, 2, 0),
        dates=("2024-01-05T00:00:00",),
    ),
    "Medallia": Export(
        "Survey_ID_H,Response_Date_H,Likelihood_Recommend_H,NPS_Type,Overall_Sat_H,Guest_Room_H,Guest_Country_H\n"
        "1,2014-05-01,9,Promoter,9,8,UNITED STATES\n2,2014-05-01,NA,NA,NA,NA,UNITED STATES\n",
        {"score": "Likelihood_Recommend_H", "date": "Response_Date_H", "id": "Survey_ID_H"},
        (2, 1, 1, 0),
    ),
    "Alchemer": Export(
        "Response ID,Time Started,EndDate,Status,Contact ID,Legacy Comments,Comments,Language,Referer,SessionID,"
        f"User Agent,Tags,IP Address,Longitude,Latitude,Country,City,State/Region,Postal,{LIKELY},Tell us why\n"
        "1,2024-01-05 10:00:00,2024-01-05 10:05:00,Complete,,,internal,,,s1,,,,,,,,,,9,Quick\n"
        "2,2024-07-05 10:00:00,2024-07-05 10:05:00,Complete,,,internal,,,s2,,,,,,,,,,2,Slow\n"
        "3,2024-07-05 10:00:00,2024-07-05 10:05:00 EDT,Complete,,,internal,,,s3,,,,,,,,,,2,Slow\n",
        {"score": LIKELY, "date": "EndDate", "comment": "Tell us why", "id": "Response ID"},
        (3, 3, 0, 0),
        dates=("2024-01-05T15:05:00", "2024-07-05T14:05:00", "2024-07-05T14:05:00"),
    ),
}


def taken(export: Export) -> tuple[Guess, Answers]:
    grid = read("export.csv", export.text.encode())
    guessed = guess(grid)
    return guessed, answers(grid, guessed.mapping)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_of_a_known_vendor_needs_no_mapping(name: str) -> None:
    export = EXPORTS[name]
    guessed, found = taken(export)
    assert guessed.open == ()
    assert {role: getattr(guessed.mapping, role) for role in export.roles} == export.roles
    blank = found.table["score"].null_count
    assert (found.rows, len(found.table) - blank, blank, len(found.rejects)) == export.counts
    assert found.rows == len(found.table) + len(found.rejects)
    vendor = name.split(",", maxsplit=1)[0]
    assert guessed.reasons["date"].startswith(f"{vendor} export")
    if export.reasons:
        assert tuple(found.rejects["reason"].to_pylist()) == export.reasons
    if export.dates:
        dated = [moment.isoformat() for moment in found.table["answered_at"].to_pylist() if moment]
        assert tuple(dated) == export.dates


def test_every_vendor_has_an_export_here_and_a_row_with_its_evidence_in_the_documentation() -> None:
    names = {vendor.name for vendor in (*VENDORS, GOOGLE_FORMS)}
    elsewhere = {"Medallia (Agent Connect)", "RateNL"}  # refused below; long, in test_long.py
    assert names == {name.split(",", maxsplit=1)[0] for name in EXPORTS} | elsewhere
    page = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| [FCDA](?:, [FCDA])? \|", page, re.MULTILINE)
    missing = {name for name in names if not any(row.startswith(name.split(" (")[0]) for row in rows)}
    assert not missing


def test_a_row_that_is_left_out_keeps_its_line_its_value_and_all_its_cells() -> None:
    _, found = taken(EXPORTS["Delighted"])
    first, second = found.rejects.to_pylist()
    assert (first["line"], first["column"], first["value"]) == (3, "survey_type", "csat")
    assert (second["line"], second["value"], second["cells"][0]) == (4, "ces", "5437")
    assert "2 rows left out: answers another kind of survey, not NPS." in found.remarks


def test_unfinished_responses_count_and_are_pointed_out() -> None:
    for name in ("Qualtrics", "Formbricks", "LimeSurvey", "Wootric"):
        guessed, found = taken(EXPORTS[name])
        told = "1 row not finished: counted where there is a score, else blank."
        assert told in guessed.remarks
        assert told in found.remarks


def test_stars_are_no_recommendation() -> None:
    text = (
        "request_id,request_sent_at,request_delivery_status,response_received_at,star_rating,comments,reward_name,"
        "customer_name,request_sent_to\n1,2024-01-01,sent,2024-01-02,5,true,,Ada,a@example.com\n"
    )
    with pytest.raises(Refused, match=r"^a.csv is a Medallia .Agent Connect. export, which rates from 1 to 5 stars"):
        guess(read("a.csv", text.encode()))
    mapping = guess(read("a.csv", text.encode()), metric="csat", reverse=False).mapping
    assert (mapping.score, mapping.metric, mapping.comment) == ("star_rating", "csat", None)


def test_the_metric_says_which_kind_of_rows_count() -> None:
    grid = read("a.csv", EXPORTS["Delighted"].text.encode())
    mapping = guess(grid, metric="csat", reverse=False).mapping
    assert answers(grid, mapping).table["score"].to_pylist() == [4]


def test_a_file_in_which_no_row_is_an_answer_is_refused_with_the_reason() -> None:
    header, *_ = EXPORTS["HubSpot"].text.split("\n")
    text = f"{header}\n2,Good,,2024-01-05T10:00:00Z,Support,CSAT,EMAIL,2,x,i2,52\n"
    with pytest.raises(Refused, match=r'^No row of a.csv is an answer. "hs_survey_type" says: answers another kind'):
        guess(read("a.csv", text.encode()))


def test_what_a_person_says_wins_over_a_known_vendor() -> None:
    grid = read("a.csv", EXPORTS["Thanx"].text.encode())
    found = guess(grid, date="created_at", comment="response")
    assert (found.mapping.date, found.mapping.comment) == ("created_at", "response")
    assert found.reasons["date"] == "chosen by you"
    assert (found.mapping.score, found.reasons["score"]) == ("rating", "Thanx export")
