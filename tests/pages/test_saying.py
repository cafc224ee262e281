"""What to say: the draft beside a case, the texts that leads edit, and what goes out by itself."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from nps import cases, queries
from nps.clock import now
from nps.saying import outbox, postman, templates, thanks
from nps.store import Store
from tests.listing import followed
from tests.pages.opening import assert_well, bring_in, labelled, opened, says
from tests.saying.conftest import post  # noqa: F401 # a fixture
from tests.saying.smtp import MailServer

BEN = "Ben Ortiz"
HEADER = "score,date,id,name,email,account,comment\n"


@pytest.fixture
def customers(empty: Store) -> dict[str, str]:
    """Three customers by their name: an unhappy one, one without an address, and a happy one."""
    days = [(now() - timedelta(days=day)).date() for day in (3, 2, 1)]
    text = HEADER + (
        f'0,{days[0]},r1,Ada Osei,ada@example.org,Wytheholm,"Broke {{name}}, ""again"""\n'
        f"2,{days[1]},r2,,,,\n"
        f"10,{days[2]},r3,Zoë Roche,zoe@example.org,Netherfell,All well\n"
    )
    bring_in(empty, "a.csv", text, score="score", date="date", id="id", comment="comment")
    rows = empty.rows("SELECT coalesce(name, ''), response_key FROM responses")
    return dict(rows)


def case(key: str, *, who: str | None = BEN) -> AppTest:
    return opened("followups", who=who, query={"case": key, "period": "All time"})


def fill_in(app: AppTest) -> None:
    labelled(app.text_input, "Next step (needed)").set_value("I call our engineers").run()
    labelled(app.text_input, "By when (needed)").set_value("Friday").run()


def test_the_draft_quotes_the_customer_and_waits_for_what_only_the_agent_knows(customers: dict[str, str]) -> None:
    app = case(customers["Ada Osei"])
    assert labelled(app.selectbox, "Template").value == "detractor-0"
    text = labelled(app.text_area, "Text").value
    assert text.startswith("Hello Ada,\n\nI am sorry. You wrote: “Broke {name}, 'again'”")
    assert "[next_step]" in text
    assert says(app, "Not known yet: what happens next, by when it happens. Fill it in")
    assert app.button(key="send_mail").disabled
    fill_in(app)
    assert (
        "My next step: I call our engineers. You will hear from me by Friday," in labelled(app.text_area, "Text").value
    )
    assert not says(app, "Not known yet")
    assert app.button(key="send_mail").disabled, "no mail server is set"
    assert says(app, "No mail server is set (NPS_SMTP_URL)")


def test_a_mail_that_is_sent_stands_on_the_case_as_edited(
    customers: dict[str, str],
    empty: Store,
    post: MailServer,  # noqa: F811
) -> None:
    app = case(customers["Ada Osei"])
    fill_in(app)
    labelled(app.text_area, "Text").set_value("Dear Ada, by hand.").run()
    app.button(key="send_mail").click().run()
    assert says(app, "It goes out in 10 seconds")
    assert postman.round_of(empty, clock=lambda: now() + timedelta(minutes=1)) == 1
    assert b"Dear Ada, by hand." in post.texts()[0]
    app = case(customers["Ada Osei"])
    assert says(app, "I am sorry, and I am on it · sent")
    [row] = followed(empty, customers["Ada Osei"], today=now().date())
    assert row.state == "contacted"
    fill_in(app)
    assert says(app, "This template went out to this customer before")
    assert app.button(key="send_mail").disabled


def test_a_mail_can_be_taken_back_and_sent_from_the_mail_client(
    customers: dict[str, str],
    empty: Store,
    post: MailServer,  # noqa: F811
) -> None:
    app = case(customers["Ada Osei"])
    fill_in(app)
    app.button(key="send_mail").click().run()
    [mail] = outbox.of_case(empty, customers["Ada Osei"])
    app.button(key=f"back_{mail.mail_key}").click().run()
    assert says(app, f"{BEN} took it back.")
    app.button(key="sent_myself").click().run()
    assert says(app, "Recorded as sent")
    assert postman.round_of(empty, clock=lambda: now() + timedelta(days=1)) == 0
    assert [mail.state for mail in outbox.of_case(empty, customers["Ada Osei"])] == ["sent"]


def test_without_an_address_or_a_name_it_is_said(customers: dict[str, str]) -> None:
    app = case(customers[""])
    assert says(app, "No e-mail address is known. Call, or look for one in the account.")
    assert labelled(app.text_area, "Text").value.startswith("Hello there,")
    app = case(customers["Ada Osei"], who=None)
    assert says(app, "Write your name above to write to this customer.")


def test_the_steps_of_the_playbook_are_ticked_and_taken_back(customers: dict[str, str], empty: Store) -> None:
    key = customers["Ada Osei"]
    app = case(key)
    assert says(app, "Apologise: Yes, twice: at the start and at the end")
    labelled(app.checkbox, "Call, and apologise").check().run()
    assert_well(app)
    assert cases.fold(queries.case_events(empty, key)).steps == ("Call, and apologise",)
    labelled(app.checkbox, "Call, and apologise").uncheck().run()
    assert cases.fold(queries.case_events(empty, key)).steps == ()
    labelled(app.selectbox, "What it is about").select("Price").run()
    assert labelled(app.checkbox, "Compare the plan with what is used").value is False
    assert labelled(app.selectbox, "Template").value == "price"


def test_a_template_is_edited_tried_out_saved_and_set_back(customers: dict[str, str], empty: Store) -> None:
    app = opened("templates", who=BEN, query={"template": "detractor-0"})
    assert says(app, "1 answer · ")
    assert app.button(key="save_saying").disabled
    labelled(app.text_area, "Text").set_value("Hello {frist_name}").run()
    assert says(app, "There is no field {frist_name}. The fields are")
    labelled(app.text_area, "Text").set_value("Hello {name}, {{yes}}").run()
    assert any("Hello Ada Osei, {yes}" in code.value for code in app.code)
    app.button(key="save_saying").click().run()
    assert says(app, "is kept as version 1")
    assert templates.named(empty, "detractor-0").body == "Hello {name}, {{yes}}"
    app.button(key="back_template_0").click().run()
    assert templates.named(empty, "detractor-0") == templates.defaults()["detractor-0"]


def test_a_play_is_edited_and_a_new_one_made(customers: dict[str, str], empty: Store) -> None:
    app = opened("templates", who=BEN, query={"view": "Playbook", "play": "score-0"})
    labelled(app.text_area, "Steps, one a line").set_value("Call\n\n  Write  ").run()
    app.button(key="save_saying").click().run()
    labelled(app.selectbox, "Play").select("new").run()
    assert says(app, "cannot name a play")
    labelled(app.text_input, "Short name").set_value("renewal").run()
    labelled(app.text_input, "Title").set_value("Before a renewal").run()
    app.button(key="save_saying").click().run()
    assert says(app, "“Before a renewal” is kept as version 1.")
    assert labelled(case(customers["Ada Osei"]).checkbox, "Write").value is False


def test_the_thank_you_shows_whom_it_reaches_before_it_is_turned_on(customers: dict[str, str], empty: Store) -> None:
    app = opened("templates", who=BEN, query={"view": "Sending"})
    assert says(app, "1 customer, in 1 hour at 60 an hour.")
    app.button(key="thanks_on").click().run()
    assert says(app, "A thank-you comes from a person. Write the name it is signed with.")
    assert not thanks.standing(empty).on
    labelled(app.text_input, "Signed by").set_value(BEN).run()
    app.button(key="thanks_on").click().run()
    assert thanks.standing(empty).on
    labelled(app.text_area, "E-mail addresses").set_value("Zoe@Example.org\nno@body").run()
    assert says(app, "Not read as addresses: no@body.")
    app.button(key="opt_out_True").click().run()
    assert says(app, "Not thanked: 1 want no mail.")


def test_what_works_shows_figures_from_five_mails_on(customers: dict[str, str], empty: Store) -> None:
    assert says(opened("templates", query={"view": "What works"}), "No mail was sent yet.")
    app = case(customers["Ada Osei"])
    fill_in(app)
    app.button(key="sent_myself").click().run()
    table = opened("templates", query={"view": "What works"}).dataframe[0].value
    assert table.iloc[0].tolist()[:4] == ["Very unhappy: I am on it", 1, "–", "–"]
