"""All that is known of one customer, from the answers and from the files."""

from datetime import date, datetime

import pytest

from nps import acts, casework
from nps.clock import now
from nps.context import sheet
from nps.context.customer import customer, find, person_of, person_who_answered
from nps.context.rows import Customer
from nps.store import Store
from tests.context.test_linking import bring
from tests.pages.opening import bring_in

ANSWERS = """id,date,score,email,name,account,comment
1,2026-01-01,9,ada@acme.example,Ada,Acme,Fine
2,2026-02-01,,ada@acme.example,Ada,Acme,
3,2026-03-01,3,ada@acme.example,Ada,Acme,Slow
4,2026-03-01,10,bo@acme.example,Bo,Acme,
5,2026-04-01,6,bo@acme.example,Bo,Acme,
6,2026-05-01,8,cy@bolt.example,Cy,Bolt,
"""
USERS = (
    "id,email,name,role,organization_id,phone,plan_note\n"
    "70,ada@acme.example,Ada Byron,end-user,8,+1 555,gold\n71,bo@acme.example,Bo,end-user,8,,\n"
)
TICKETS = (
    "id,requester_id,organization_id,subject,description,status,created_at\n"
    "1,70,8,Slow,It is slow,open,2026-02-02 10:00\n2,71,8,Lost,Where is it,solved,2026-03-02 10:00\n"
)
COMMENTS = (
    "id,ticket_id,body,public,user_id,created\n"
    "5,1,Second,TRUE,71,2026-02-04\n6,1,First,FALSE,70,2026-02-03\n7,404,Alone,TRUE,70,2026-02-05\n"
)


def known(store: Store, email: str = "ada@acme.example") -> Customer:
    [[person_id]] = store.rows("SELECT DISTINCT person_id FROM responses WHERE email = $email", {"email": email})
    found = customer(store, person_id)
    assert found is not None
    return found


@pytest.fixture
def filled(store: Store) -> Store:
    bring_in(store, "answers.csv", ANSWERS, id="id", score="score")
    bring(store, USERS)
    bring(store, "id,name,shared_tickets\n8,Acme,FALSE\n")
    bring(store, TICKETS)
    bring(store, COMMENTS)
    bring(store, "account,arr,renewal date,csm,tier\nACME,1200,2026-12-31,Sue,Old\nacme,1500,,,New\n")
    bring(store, "email,goal,date\nada@acme.example,Halve the time,2026-01-05\n")
    bring(store, "account,weekly logins,api calls\nAcme,7,100\nAcme,8,90\n")
    return store


def test_answers_come_in_order_and_say_where_the_band_changed(filled: Store) -> None:
    said = [(one.score, one.band, one.before, one.moved) for one in known(filled).answers]
    assert said == [(9, "promoter", None, False), (None, None, "promoter", False), (3, "detractor", "promoter", True)]


def test_person_account_revenue_and_renewal_come_from_the_files(filled: Store) -> None:
    found = known(filled)
    assert (found.called, found.email, found.phone, found.role) == (
        "Ada Byron",
        "ada@acme.example",
        "+1 555",
        "end-user",
    )
    assert (found.revenue, found.renewal_on, found.owner) == (1500.0, date(2026, 12, 31), "Sue")
    assert found.account_facts == (("tier", "New"),)
    assert found.facts == (("plan_note", "gold"),)


def test_what_happened_is_the_customers_own_or_the_accounts(filled: Store) -> None:
    found = [(one.kind, one.title or one.text, one.own) for one in known(filled).happened]
    assert found == [
        ("ticket", "Lost", False),
        ("comment", "Alone", True),
        ("ticket", "Slow", True),
        ("goal", "Halve the time", True),
        ("usage", None, False),
    ]
    [slow] = [one for one in known(filled).happened if one.title == "Slow"]
    assert [(one.text, one.who, one.status) for one in slow.replies] == [
        ("First", "Ada Byron", "internal"),
        ("Second", "Bo", None),
    ]
    assert known(filled).happened[-1].figures == (("weekly logins", "8"), ("api calls", "90"))


def test_the_others_of_an_account_stand_with_their_latest_scores(filled: Store) -> None:
    others = [(one.name, one.score, one.band, one.answered_at, one.n) for one in known(filled).colleagues]
    assert others == [("Bo", 6, "detractor", datetime(2026, 4, 1), 2)]
    assert known(filled, "cy@bolt.example").colleagues == ()


def test_without_any_file_the_answers_tell_who_it_is(store: Store) -> None:
    bring_in(store, "answers.csv", ANSWERS, id="id", score="score")
    found = known(store)
    assert (found.name, found.account, found.revenue, found.happened, found.facts) == ("Ada", "Acme", None, (), ())
    assert [one.name for one in found.colleagues] == ["Bo"]


def test_the_follow_ups_of_the_answers_are_there_with_their_notes(filled: Store) -> None:
    [[key]] = filled.rows("SELECT response_key FROM responses WHERE response_id = '3'")
    casework.do(filled, key, acts.note("Called her"), who="Bo", now=now())
    [followed] = known(filled).cases
    assert (followed.key, followed.case.note, [event.kind for event in followed.events]) == (
        key,
        "Called her",
        ["note"],
    )
    assert person_who_answered(filled, key) == known(filled).person_id
    assert person_who_answered(filled, "gone") is None


def test_an_open_promise_stands_on_the_sheet_with_its_day(filled: Store) -> None:
    [[key]] = filled.rows("SELECT response_key FROM responses WHERE response_id = '3'")
    today = date(2026, 4, 1)
    casework.do(filled, key, acts.promise("A refund", today, today=today), who="Bo", now=now())
    [promise] = known(filled).promises
    assert (promise.text, promise.due, promise.by) == ("A refund", today, "Bo")
    assert "By 1 Apr 2026" in sheet.page(known(filled), zone="UTC", now=now())


@pytest.mark.parametrize("text", ["ADA@", "byron", "acme"])
def test_a_customer_is_found_by_name_address_or_account(filled: Store, text: str) -> None:
    assert known(filled).person_id in {one.person_id for one in find(filled, text, limit=9)}
    assert find(filled, "%", limit=9) == ()


@pytest.mark.parametrize(
    "text", [None, "", "-1", "1.5", "x", "٣", "18446744073709551616", "9" * 40, "1; DROP TABLE people"]
)
def test_an_address_that_names_nobody_is_not_a_person(store: Store, text: str | None) -> None:
    assert person_of(text) is None
    assert customer(store, 1) is None
