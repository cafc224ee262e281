"""Whom the rows of files lead to: never more responses or fewer, in whatever order things come."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps import context, importing, imports, queries
from nps.clock import now
from nps.context.linking import relink
from nps.errors import Refused
from nps.selection import Selection
from nps.store import Store
from tests.pages.opening import bring_in

ANSWERS = """id,date,score,email,customer id,account,comment
1,2026-01-01,2,ada@acme.example,C-1,Acme,Slow
2,2026-01-02,9,Bo@acme.example,,Acme,
3,2026-01-03,4,cy@bolt.example,C-3,,
4,2026-01-04,7,,C-4,,
5,2026-01-05,0,di@gmail.com,,,
"""
PEOPLE = "id,email,name,role,organization_id,external_id\n70,ADA@acme.example,Ada,end-user,8,\n71,,Dee,end-user,9,C-4\n"
ACCOUNTS = "id,name,shared_tickets,domain_names\n8,ACME,FALSE,\n9,Bolt,FALSE,bolt.example\n"
TICKETS = "id,requester_id,organization_id,subject,status\n1,70,8,Slow,open\n2,71,9,Lost,solved\n3,404,,Gone,open\n"
COMMENTS = (
    "id,ticket_id,body,public,user_id,created\n5,1,Checked the logs,FALSE,70,2026-01-02\n6,99,Hm,TRUE,405,2026-01-02\n"
)
TAGS = "tag,ticket_id\nvip,1\nvip,1\nbug,1\n"
FILES = {"people": PEOPLE, "accounts": ACCOUNTS, "tickets": TICKETS, "comments": COMMENTS, "tags": TAGS}


def bring(store: Store, text: str, name: str = "file.csv", **how: Any) -> context.Context:
    return context.bring_in(store, context.read(name, text.encode(), **how), by="Ada", now=now())


def told(store: Store) -> dict[str, Any]:
    """Everything that was made of the files, without what tells when a file came."""
    tables = {
        "people": "SELECT * FROM known_people ORDER BY ALL",
        "accounts": "SELECT * FROM known_accounts ORDER BY ALL",
        "happened": "SELECT * EXCLUDE (context_id) FROM interactions ORDER BY ALL",
    }
    return {name: store.rows(sql) for name, sql in tables.items()}


def test_files_that_refer_to_each_other_are_joined_in_any_order(tmp_path: Path) -> None:
    """Two orders that differ in everything, the responses first, last and in between."""
    outcomes = []
    names = list(FILES)
    orders = [
        [*names, "responses"],
        ["responses", *reversed(names)],
        ["tags", "tickets", "responses", "comments", "accounts", "people"],
    ]
    for number, order in enumerate(orders):
        store = Store.open(tmp_path / f"{number}.duckdb")
        for name in order:
            if name == "responses":
                bring_in(store, "answers.csv", ANSWERS)
            else:
                bring(store, FILES[name], f"{name}.csv")
        counts = {c.file: (c.rows, c.matched, c.unmatched, c.customers) for c in context.contexts(store)}
        assert counts == {
            "people.csv": (2, 2, 0, 2),
            "accounts.csv": (2, 2, 0, 4),  # Acme has two who answered, Bolt one by its domain and one who works there
            "tickets.csv": (3, 2, 1, 2),
            "comments.csv": (2, 1, 1, 1),
            "tags.csv": (3, 3, 0, 1),
        }
        outcomes.append(told(store))
        store.close()
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_what_a_ticket_is_told_by_lies_in_other_files(store: Store) -> None:
    bring_in(store, "answers.csv", ANSWERS)
    for name, text in FILES.items():
        bring(store, text, f"{name}.csv")
    rows = store.rows(
        "SELECT kind, id, person_key, account_key, status, who, tags FROM interactions ORDER BY kind DESC, id"
    )
    assert rows == [
        ("ticket", "1", "mail ada@acme.example", "name acme", "open", None, "bug, vip"),
        ("ticket", "2", "id zendesk 71", "name bolt", "solved", None, None),
        ("ticket", "3", "id zendesk 404", None, "open", None, None),
        ("comment", "5", "mail ada@acme.example", "name acme", "internal", "Ada", None),
        ("comment", "6", "id zendesk 405", None, None, None, None),
    ]


def test_rows_that_lead_to_nobody_say_why(store: Store) -> None:
    bring_in(store, "answers.csv", ANSWERS)
    brought = [bring(store, FILES[name]) for name in ("people", "tickets", "comments")]
    brought.append(
        bring(
            store,
            "email,goal,date\nada@acme.example,Speed,2026-01-01\n,More,2026-01-01\nxy@zed.example,Less,2026-01-01\n",
        )
    )
    brought.append(bring(store, "account,arr\nAcme,1\nZed,2\nBolt,2,3,4\n"))
    brought.append(bring(store, "email,first name\nzed@zed.example,Zed\n"))
    found = [
        [(row.line, row.key, row.reason) for row in context.unmatched(store, one.context_id, limit=9)]
        for one in brought
    ]
    assert found == [
        [],
        [(4, "404", "the id 404 is in no file that was brought in, and no response has it")],
        [(3, "99", "ticket 99 is in no file that was brought in")],
        [
            (3, None, "the row names no customer"),
            (4, "xy@zed.example", "has not answered a survey, nor has anybody of the account"),
        ],
        [(3, "Zed", "nobody of this account has answered a survey"), (4, None, "4 cells where the header has 2")],
        [(2, "zed@zed.example", "has not answered a survey")],
    ]


def account_of(store: Store) -> dict[str, str | None]:
    """The account that each response is known to belong to, by the response's id."""
    rows = store.rows(
        "SELECT response_id, known_accounts.account FROM answers LEFT JOIN known_accounts USING (account_id)"
    )
    return dict(rows)


def test_an_account_is_found_by_name_by_id_by_people_and_by_domain(store: Store) -> None:
    bring_in(
        store, "answers.csv", ANSWERS + "6,2026-01-06,3,ed@acme.example,,A-9,\n7,2026-01-07,3,flo@cog.example,,,\n"
    )
    bring(
        store,
        "id,name,shared_tickets,external_id,domain_names\n1,acme,F,,\n2,Nine,F,A-9,\n3,Bolt,F,,bolt.example\n4,Mail,F,,gmail.com\n",
    )
    bring(store, "email,company,first name\nflo@cog.example,Cog,Flo\n", "people.csv")
    assert account_of(store) == {
        "1": "acme",
        "2": "acme",
        "3": "Bolt",
        "4": None,
        "5": None,  # gmail.com is nobody's own domain
        "6": "Nine",
        "7": "Cog",
    }


def test_accounts_that_two_tools_call_the_same_are_one_and_namesakes_in_one_tool_are_not(store: Store) -> None:
    bring_in(store, "answers.csv", ANSWERS)
    bring(store, "id,name,shared_tickets\n8,Acme,FALSE\n")
    bring(store, "Record ID,Company name,Annual Revenue\n1,ACME,100\n")
    assert store.rows("SELECT account, revenue FROM accounts") == [("ACME", 100.0)]
    bring(store, "Id,Name,OwnerId,Type,AnnualRevenue\n001,Acme,o,x,7\n002,Acme,o,x,8\n")
    assert store.rows("SELECT account, revenue FROM accounts ORDER BY revenue") == [
        ("Acme", 7.0),
        ("Acme", 8.0),
        ("ACME", 100.0),
        ("Acme", None),
    ]


def test_a_later_version_replaces_an_earlier_one_whichever_file_came_last(store: Store) -> None:
    bring_in(store, "answers.csv", ANSWERS)
    header = "id,email,name,role,organization_id,updated_at\n"
    bring(store, header + "70,ada@acme.example,Ada B.,owner,,2026-03-01\n")
    bring(store, header + "70,ada@acme.example,Ada,user,,2026-01-01\n")
    assert store.rows("SELECT name, role FROM known_people") == [("Ada B.", "owner")]


def test_a_person_without_an_account_may_have_a_revenue_and_a_renewal(store: Store) -> None:
    bring_in(store, "answers.csv", ANSWERS)
    bring(store, "email,arr,renewal date\ndi@gmail.com,120,2026-09-30\n")
    found = store.rows("SELECT response_id, revenue, renewal_on FROM answers JOIN known_accounts USING (account_id)")
    assert found == [("5", 120.0, date(2026, 9, 30))]


def test_taking_a_file_back_leaves_nothing_of_it_and_the_responses_alone(store: Store) -> None:
    bring_in(store, "answers.csv", ANSWERS)
    before = told(store), store.rows("SELECT * FROM responses ORDER BY ALL")
    one = bring(store, PEOPLE)
    context.take_back(store, one.context_id, by="Ada", now=now())
    assert (told(store), store.rows("SELECT * FROM responses ORDER BY ALL")) == before
    [left] = context.contexts(store)
    assert (left.matched, left.customers, left.undone_at is not None) == (0, 0, True)
    with pytest.raises(Refused, match="was taken back already"):
        context.take_back(store, one.context_id, by="Ada", now=now())


def test_an_import_that_is_taken_back_takes_its_matches_along(store: Store) -> None:
    landed = bring_in(store, "answers.csv", ANSWERS)
    bring(store, PEOPLE)
    imports.undo(store, landed.import_id, by="Ada", now=now())
    [one] = context.contexts(store)
    assert (one.matched, one.unmatched, one.customers) == (0, 2, 0)


def test_the_same_file_again_changes_nothing_but_the_list_of_files(store: Store) -> None:
    bring_in(store, "answers.csv", ANSWERS)
    for name, text in FILES.items():
        bring(store, text, f"{name}.csv")
    bring(store, "email,note,date\nada@acme.example,Calls back,2026-01-01\n", "notes.csv")
    before = told(store)
    bring(store, TICKETS, "tickets.csv")
    bring(store, "email,note,date\nada@acme.example,Calls back,2026-01-01\n", "notes.csv")
    assert told(store) == before


# Few values, so that keys repeat, conflict and are blank.
MAILS = ("", "ada@acme.example", "ADA@acme.example", "bo@acme.example", "cy@bolt.example", "di@gmail.com", "nobody")
IDS = ("", "C-1", "C-2", "7")
NAMES = ("", "Acme", "acme", "Bolt", "A-1")
DOMAINS = ("", "acme.example", "https://www.bolt.example/x", "gmail.com")
row = st.fixed_dictionaries(
    {
        "email": st.sampled_from(MAILS),
        "customer id": st.sampled_from(IDS),
        "account": st.sampled_from(NAMES),
        "domain": st.sampled_from(DOMAINS),
        "arr": st.sampled_from(("", "1", "20,000", "n/k")),
        "first name": st.sampled_from(("", "Ada", "Bo")),
    }
).filter(lambda row: any(row.values()))  # a row without anything is no row
KEYS = ("email", "customer id", "account", "domain")


def as_csv(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> str:
    cells = [[f'"{row[column]}"' for column in columns] for row in rows]
    return "\n".join(",".join(line) for line in [columns, *cells]) + "\n"


@given(
    answers=st.lists(row, min_size=1, max_size=8),
    files=st.lists(
        st.tuples(st.lists(row, min_size=1, max_size=6), st.sampled_from([*KEYS, None])), min_size=2, max_size=2
    ),
    last=st.booleans(),
)
@settings(max_examples=15)
def test_whatever_the_files_say_every_question_counts_the_same_responses(
    answers: list[dict[str, str]], files: list[tuple[list[dict[str, str]], str | None]], last: bool
) -> None:
    scored = [{**row, "id": str(n), "score": str(n % 11), "date": "2026-01-01"} for n, row in enumerate(answers)]
    text = as_csv(scored, ("id", "date", "score", "email", "customer id", "account"))
    columns = ("email", "customer id", "account", "domain", "arr", "first name")
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "nps.duckdb")
        if not last:
            bring_in(store, "answers.csv", text, id="id", score="score", email="email")
        for rows, key in files:
            bring(store, as_csv(rows, columns), key=key or "email")
        if last:
            bring_in(store, "answers.csv", text, id="id", score="score", email="email")
        _same_responses(store, scored)
        mails = {row["email"].lower() for rows, key in files if key in ("email", None) for row in rows}
        known = store.rows(
            "SELECT response_id FROM answers JOIN known_people k USING (person_id) WHERE answers.email = k.email"
        )
        assert {n for (n,) in known} == {
            row["id"] for row in scored if "@" in row["email"] and row["email"].lower() in mails
        }
        brought = reversed(context.contexts(store))
        for one, (rows, _) in zip(brought, files, strict=True):
            assert one.rows == one.matched + one.unmatched == len(rows)
            assert len(context.unmatched(store, one.context_id, limit=99)) == one.unmatched
            assert (one.customers > 0) == (one.matched > 0)
        store.close()


MADE = ("context_leads", "people", "accounts", "interactions", "person_links", "account_links")
answered = st.lists(row, min_size=1, max_size=6)


def made(store: Store) -> dict[str, list[Any]]:
    return {name: store.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in (*MADE, "person_calls", "account_calls")}


@given(
    files=st.lists(st.tuples(answered, st.sampled_from(KEYS)), min_size=1, max_size=2),
    waves=st.lists(answered, min_size=2, max_size=3),
    undone=st.booleans(),
)
@settings(max_examples=8)
def test_what_an_import_links_is_what_linking_everything_anew_would(
    files: list[tuple[list[dict[str, str]], str]], waves: list[list[dict[str, str]]], undone: bool
) -> None:
    """After each import, one that replaces answers, and one that is taken back: the same rows in every table."""
    columns = ("email", "customer id", "account", "domain", "arr", "first name")
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "nps.duckdb")

        def assert_linked() -> None:
            linked = made(store)
            store.transact(relink, touches=("responses", "context"))
            assert linked == made(store)

        for rows, key in files:
            bring(store, as_csv(rows, columns), key=key)
        landed = []
        for wave, rows in enumerate([*waves, waves[0][::-1]]):
            again = wave == len(waves)  # the ids of the first wave, with other people
            scored = [
                {**one, "id": f"{0 if again else wave}-{n}", "score": str(n % 11), "date": "2026-01-01"}
                for n, one in enumerate(rows)
            ]
            text = as_csv(scored, ("id", "date", "score", "email", "customer id", "account"))
            grid = importing.read(f"{wave}.csv", text.encode())
            mapping = importing.guess(grid, id="id", score="score", email="email").mapping
            told = importing.answers(grid, mapping)
            landed.append(imports.land(store, told, file=grid.name, by="Ada", now=now(), update=again).import_id)
            assert_linked()
        if undone:
            imports.undo(store, landed[0], by="Ada", now=now())
            assert_linked()
        store.close()


def test_an_answer_that_is_replaced_leads_to_its_new_customer(store: Store) -> None:
    bring(store, PEOPLE.replace("71,,", "71,bo@acme.example,"))
    for email in ("ada@acme.example", "bo@acme.example"):
        grid = importing.read("a.csv", f"id,date,score,email\n1,2026-01-01,2,{email}\n".encode())
        told = importing.answers(grid, importing.guess(grid).mapping)
        imports.land(store, told, file="a.csv", by="Ada", now=now(), update=True)
        assert store.rows("SELECT email FROM known_people JOIN person_links USING (person_id) WHERE answered") == [
            (email,)
        ]


def test_a_store_from_before_links_were_kept_apart_is_linked_whole_once(store: Store) -> None:
    for name, text in FILES.items():
        bring(store, text, f"{name}.csv")
    bring_in(store, "answers.csv", ANSWERS)
    whole = made(store)
    store.transact(
        lambda tx: tx.execute("DELETE FROM person_calls; DELETE FROM account_calls; DELETE FROM person_links")
    )
    bring_in(store, "more.csv", "id,date,score,email\n9,2026-02-01,5,ada@acme.example\n", survey="More")
    assert {name: rows for name, rows in made(store).items() if name != "account_links"} == {
        name: rows for name, rows in whole.items() if name != "account_links"
    }


def _same_responses(store: Store, scored: list[dict[str, str]]) -> None:
    """Every question over responses and over their joins has exactly the responses of the file."""
    assert queries.summary(store, Selection()).tally.n == len(scored)
    assert sum(each.n for each in queries.distribution(store, Selection())) == len(scored)
    wanted = sorted(int(row["score"]) for row in scored)
    for view, of in itertools.product(("answers", "followups"), ("known_people", "known_accounts")):
        key = "person_id" if of == "known_people" else "account_id"
        found = store.rows(f"SELECT score FROM {view} LEFT JOIN {of} USING ({key}) WHERE metric = 'nps' ORDER BY 1")
        assert [score for (score,) in found] == wanted
