"""The pages about customers: bringing files in, and one customer with everything that is known."""

from streamlit.testing.v1 import AppTest

from nps import context
from nps.clock import now
from nps.store import Store
from tests.pages.opening import assert_well, bring_in, labelled, nodes, opened, says, texts
from tests.pages.sinks import acting_in_figures, read_as_markdown
from tests.pages.test_hostile_text import HOSTILE, MARKS

ANSWERS = """id,date,score,email,account,comment
1,2026-01-01,9,ada@acme.example,Acme,
2,2026-02-01,2,ada@acme.example,Acme,Slow
"""


def uploaded(name: str, text: str) -> AppTest:
    app = opened("context", who="Ada")
    app.file_uploader[0].upload(name, text.encode(), "text/csv").run()
    assert_well(app)
    return app


def brought(app: AppTest) -> AppTest:
    app.button(key="bring_in").click().run()
    assert_well(app)
    return app


def person(store: Store) -> str:
    return str(store.rows("SELECT DISTINCT person_id FROM responses WHERE email IS NOT NULL")[0][0])


def test_a_file_is_understood_brought_in_and_taken_back(empty: Store) -> None:
    bring_in(empty, "answers.csv", ANSWERS)
    app = uploaded("goals.csv", "email,goal\nada@acme.example,Speed\nzed@zed.example,Size\n")
    assert says(app, "2 rows, taken for goals, told by “goal”; the customer by an e-mail address in “email”.")
    assert empty.rows("SELECT count(*) FROM contexts") == [(0,)]
    brought(app)
    assert says(app, "2 rows = 1 matched + 1 unmatched; they tell of 1 customer who answered")
    [unmatched] = [table.value for table in app.dataframe if "Reason" in table.value]
    assert unmatched.to_dict("list") == {
        "Line": [3],
        "Key": ["zed@zed.example"],
        "Reason": ["has not answered a survey, nor has anybody of the account"],
    }
    labelled(app.main.button, "Take back").click().run()
    assert_well(app)
    assert not says(app, "1 matched")
    assert [one.undone_at is None for one in context.contexts(empty)] == [False]


def test_what_else_a_file_tells_is_shown_in_words(empty: Store) -> None:
    app = uploaded("accounts.csv", "account,revenue,region,size\nAcme,100,EMEA,Small\nBolt,200,,\n")
    [preview] = [table.value for table in app.dataframe if "Line" in table.value]
    assert preview["Facts"].tolist() == ["region: EMEA, size: Small", ""]


def test_a_person_names_the_key_and_the_order_of_dates(empty: Store) -> None:
    app = uploaded("odd.csv", "wer,renewal date\nAcme,01/02/2026\n")
    assert says(app, "has no column that tells whose each row is")
    assert not [button for button in app.button if button.key == "bring_in"]
    labelled(app.selectbox, "Whose each row is, told by").select("wer").run()
    labelled(app.radio, "Dates are written").set_value("Day first").run()
    brought(app)
    [one] = context.contexts(empty)
    assert (one.rows, one.kind) == (1, "person")


def test_a_customer_stands_on_one_page_and_is_found_without_a_link(empty: Store) -> None:
    bring_in(empty, "answers.csv", ANSWERS)
    context.bring_in(empty, context.read("a.csv", b"account,arr\nAcme,1200\n"), by="Ada", now=now())
    app = opened("customer", query={"person": person(empty)})
    for words in ("2 · 1 Feb 2026 · NPS · from promoter to detractor", "Slow", "1,200", "2, detractor"):
        assert says(app, words), words
    app = opened("customer", query={"person": "17"})
    assert says(app, "Nobody of this number has answered.")
    app.text_input(key="find").set_value("ADA@").run()
    links = [node for node in nodes(app) if node.type == "page_link"]
    assert [node.proto.query_string for node in links if "ada" in node.proto.label] == [f"person={person(empty)}"]


def test_what_files_say_is_text_on_both_pages(empty: Store) -> None:
    wild = HOSTILE.replace('"', '""')
    bring_in(empty, "answers.csv", ANSWERS)
    for header in ("goal,status,author", "article,status,author", "note,status,author"):
        text = f'email,{header}\n"ada@acme.example","{wild}","{wild}","{wild}"\n"x@x.example","{wild}",,\n'
        context.bring_in(empty, context.read(f"{HOSTILE}.csv", text.encode()), by=HOSTILE, now=now())
    cells = ",".join([f'"{wild}"'] * 5)
    people = f'email,Full name,Phone,Company,csm,"{wild}"\nada@acme.example,{cells}\n'
    context.bring_in(empty, context.read("people.csv", people.encode()), by="Ada", now=now())
    for page, query in (("customer", {"person": person(empty)}), ("context", {})):
        app = opened(page, query=query)
        assert sum(HOSTILE in text for text in texts(app)) >= 3
        assert not read_as_markdown(app, MARKS)
        assert not acting_in_figures(app)
    app = uploaded("people.csv", people)
    assert not read_as_markdown(app, MARKS)
