"""The outbox: each mail at most once on the wire, whatever fails and whenever the process ends."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nps.decided import decide
from nps.errors import Conflict, Refused
from nps.queries import case_events
from nps.saying import optout, outbox, postman
from nps.saying.outbox import GRACE, LATER, Order, of_case
from nps.saying.templates import defaults
from nps.saying.wire import Handed
from nps.store import Store
from tests.saying.conftest import NOW, respond
from tests.saying.smtp import MailServer

YEAR = timedelta(days=365)
SOON = NOW + GRACE
TEMPLATE = defaults()["detractor-1-2"]


def order(key: str = "a", **more: object) -> Order:
    given = {
        "response_key": key,
        "person_id": 1,
        "template": TEMPLATE,
        "to": "ada@example.org",
        "subject": "About what you told us",
        "body": "Hello Ada",
        "sender_name": "Ben Ortiz",
    }
    return Order(**{**given, **more})  # type: ignore[arg-type]


def put(store: Store, one: Order, *, now: datetime = NOW) -> str:
    return outbox.put(store, one, who="Ben Ortiz", now=now, ask_every=YEAR)


def rounds(store: Store, *, now: datetime) -> int:
    return postman.round_of(store, clock=lambda: now)


def state(store: Store, key: str = "a") -> str:
    return of_case(store, key)[0].state


def test_a_mail_is_sent_once_and_recorded_on_its_case_as_a_contact(store: Store, post: MailServer) -> None:
    put(store, order())
    assert rounds(store, now=NOW) == 0, "there are seconds to take it back"
    assert rounds(store, now=SOON) == 1
    assert rounds(store, now=SOON + YEAR) == 0
    [envelope] = post.taken
    assert envelope.rcpt_tos == ["ada@example.org"]
    assert b"From: Ben Ortiz <care@example.com>" in post.texts()[0]
    sent, contacted = case_events(store, "a")
    assert (sent.kind, sent.value, sent.who, sent.happened_at) == ("sent", "About what you told us", "Ben Ortiz", SOON)
    assert sent.details == '{"to": "ada@example.org", "template": "detractor-1-2", "version": "0"}'
    assert (contacted.kind, contacted.who) == ("contacted", "Ben Ortiz")
    assert store.rows("SELECT state, contacted_by, owner FROM cases") == [("contacted", "Ben Ortiz", "Ben Ortiz")]


def test_the_same_mail_is_refused_while_it_waits_and_after_it_was_sent(store: Store, post: MailServer) -> None:
    put(store, order())
    with pytest.raises(Conflict, match="waits to be sent"):
        put(store, order(body="edited by hand"))
    rounds(store, now=SOON)
    with pytest.raises(Conflict, match="was sent"):
        put(store, order())
    put(store, order(template=replace(TEMPLATE, version=1)), now=SOON)
    rounds(store, now=SOON + GRACE)
    assert len(post.taken) == 2


def test_it_can_be_taken_back_until_it_is_on_its_way(store: Store, post: MailServer) -> None:
    key = put(store, order())
    outbox.take_back(store, key, who="Ada", now=NOW)
    assert rounds(store, now=SOON) == 0
    assert state(store) == "failed"
    put(store, order(), now=SOON)
    assert outbox.claim(store, now=SOON + GRACE)
    with pytest.raises(Conflict, match="on its way"):
        outbox.take_back(store, key, who="Ada", now=SOON)


def test_a_temporary_refusal_is_tried_again_later_and_later_until_it_is_given_up(
    store: Store, post: MailServer
) -> None:
    put(store, order())
    post.at_recipient = ["450 busy"] * (len(LATER) + 1)
    now = SOON
    for wait in LATER:
        assert rounds(store, now=now) == 0
        assert state(store) == "queued"
        assert rounds(store, now=now + wait - timedelta(seconds=1)) == 0
        now += wait
    assert len(post.at_recipient) == 1, "tried no sooner than it may be"
    assert rounds(store, now=now) == 0
    assert (state(store), of_case(store, "a")[0].said) == ("failed", "450 busy")
    assert not case_events(store, "a")


def test_a_mail_goes_out_once_the_trouble_is_over(store: Store, post: MailServer) -> None:
    put(store, order())
    post.at_text = ["451 later"]
    assert [rounds(store, now=SOON), rounds(store, now=SOON + LATER[0])] == [0, 1]
    assert len(post.taken) == 1


def test_a_lasting_refusal_is_not_tried_again_until_somebody_does(store: Store, post: MailServer) -> None:
    put(store, order())
    post.at_recipient = ["550 no such user"]
    assert rounds(store, now=SOON) == 0
    assert rounds(store, now=SOON + YEAR) == 0
    assert (state(store), of_case(store, "a")[0].attempts) == ("failed", 1)
    put(store, order(to="ada.osei@example.org"), now=SOON)
    assert rounds(store, now=SOON + GRACE) == 1


def test_a_connection_that_breaks_after_the_text_leaves_it_unknown_and_it_is_never_sent_again(
    store: Store, post: MailServer
) -> None:
    key = put(store, order())
    post.at_text = ["take and drop"]
    assert rounds(store, now=SOON) == 0
    assert state(store) == "unknown"
    assert rounds(store, now=SOON + YEAR) == 0
    with pytest.raises(Conflict, match="look before you send it again"):
        put(store, order())
    assert len(post.taken) == 1
    outbox.say_whether(store, key, arrived=True, who="Ada", now=SOON)
    assert state(store) == "sent"
    assert [event.kind for event in case_events(store, "a")] == ["sent", "contacted"]
    with pytest.raises(Conflict, match="was sent"):
        outbox.say_whether(store, key, arrived=False, who="Ada", now=SOON)


ROUND = """
import sys
from datetime import datetime
from nps.saying import postman
from nps.store import Store
postman.round_of(Store.open(sys.argv[1]), clock=lambda: datetime.fromisoformat(sys.argv[2]))
"""


def test_a_process_that_is_killed_between_wire_and_record_leaves_it_unknown(store: Store, post: MailServer) -> None:
    put(store, order())
    store.close()
    post.silent_after_the_text = True
    with subprocess.Popen([sys.executable, "-c", ROUND, str(store.path), str(SOON)]) as process:
        while not post.taken:
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
    again = Store.open(store.path)
    assert rounds(again, now=SOON + YEAR) == 0, "what is on its way is not taken again"
    assert outbox.recover(again, now=SOON) == 1
    assert rounds(again, now=SOON + YEAR) == 0
    assert state(again) == "unknown"
    assert len(post.taken) == 1
    again.close()


def test_several_postmen_and_agents_at_once_send_each_mail_once(store: Store, post: MailServer) -> None:
    for number in range(12):
        put(store, order(f"case {number}"))
    conflicts = []

    def agent() -> None:
        for number in range(12):
            try:
                put(store, order(f"case {number}"))
            except Conflict:
                conflicts.append(number)

    threads = [threading.Thread(target=rounds, args=(store,), kwargs={"now": SOON}) for _ in range(3)]
    threads += [threading.Thread(target=agent) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(post.taken) == 12
    assert len(conflicts) == 24
    assert outbox.states(store) == {"sent": 12}


def test_whoever_opted_out_is_not_written_to_even_when_the_mail_waits_already(store: Store, post: MailServer) -> None:
    optout.write(store, ["eve@example.org"], opted_out=True, who="Ada", now=NOW)
    with pytest.raises(Refused, match="wants no mail: Ada wrote that down on 20 Nov 2026"):
        put(store, order("b", to="Eve@Example.org"))
    put(store, order())
    optout.write(store, ["ada@example.org"], opted_out=True, who="Ada", now=NOW)
    assert rounds(store, now=SOON) == 0
    assert state(store) == "failed"
    optout.write(store, ["ada@example.org"], opted_out=False, who="Ada", now=NOW)
    put(store, order(), now=SOON)
    assert rounds(store, now=SOON + GRACE) == 1


def test_a_person_whose_context_says_no_is_not_written_to(store: Store) -> None:
    respond(store, ("a", 2, "ada@example.org", 1))
    [[person]] = store.rows("SELECT person_id FROM responses")
    store.transact(lambda tx: tx.execute("INSERT INTO people (person_key, opted_out) VALUES ('p', true)"))
    store.transact(lambda tx: tx.execute("INSERT INTO person_links VALUES ($person, 'p', true)", {"person": person}))
    with pytest.raises(Refused, match="the customer's data says so"):
        put(store, order(person_id=person))


def test_one_person_is_asked_for_a_favour_once_in_a_while(store: Store, post: MailServer) -> None:
    story, reference = defaults()["story"], defaults()["reference"]
    put(store, order(template=story))
    with pytest.raises(Refused, match=r"asked for a story on 20 Nov 2026\. One person is asked once in 365 days"):
        put(store, order("b", template=reference, to="other@example.org"))
    with pytest.raises(Refused, match="ask again from 20 Nov 2027"):
        put(store, order("b", template=reference, person_id=2))
    put(store, order("b", template=TEMPLATE))
    put(store, order("b", template=reference), now=NOW + YEAR + timedelta(days=1))


def test_what_is_refused_says_its_times_on_the_clocks_of_the_reporting_zone(store: Store) -> None:
    decide(store, {"zone": "Pacific/Kiritimati"}, who="Ada", now=NOW)  # always 14 hours ahead
    put(store, order(template=defaults()["story"]))
    with pytest.raises(Conflict, match=r"waits to be sent \(Ben Ortiz, 21 Nov 2026, 00:00 Pacific/Kiritimati\)"):
        put(store, order(template=defaults()["story"]))
    with pytest.raises(Refused, match=r"a story on 21 Nov 2026\. .* ask again from 21 Nov 2027\."):
        put(store, order("b", template=defaults()["reference"]))
    optout.write(store, ["eve@example.org"], opted_out=True, who="Ada", now=NOW)
    with pytest.raises(Refused, match="Ada wrote that down on 21 Nov 2026"):
        put(store, order("c", to="eve@example.org"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"to": "Ada"}, "is not an e-mail address"),
        ({"subject": " "}, "subject is empty"),
        ({"body": "\n"}, "text is empty"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(store: Store, more: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        put(store, order(**more))
    assert outbox.states(store) == {}


def test_without_a_mail_server_mail_waits(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NPS_SMTP_URL", raising=False)
    put(store, order())
    assert rounds(store, now=SOON) == 0
    assert state(store) == "queued"


def test_a_mail_sent_by_hand_is_recorded_and_counts_like_any_other(store: Store) -> None:
    outbox.sent_by_hand(store, order(), who="Ben Ortiz", now=NOW, ask_every=YEAR)
    assert state(store) == "sent"
    assert [event.kind for event in case_events(store, "a")] == ["sent", "contacted"]
    with pytest.raises(Conflict, match="was sent"):
        put(store, order())


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["put", "claim", "sent", "temporary", "permanent", "unknown", "crash", "back", "yes", "no"])
    ).map(lambda each: each[0]),
    max_size=25,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_no_order_of_events_puts_a_mail_on_the_wire_twice(store: Store, acts: list[str]) -> None:
    """On the wire and perhaps taken: sent, unknown, or claimed and crashed; only a person's no frees it again."""
    store.transact(lambda tx: tx.execute("DELETE FROM outbox"))
    now, claimed, taken, key = NOW, None, 0, outbox.key_of("a", TEMPLATE)
    for act in acts:
        now += timedelta(hours=5)
        try:
            if act == "put":
                put(store, order(), now=now)
            elif act == "claim":
                claimed = outbox.claim(store, now=now) or claimed
            elif act in ("sent", "temporary", "permanent", "unknown") and claimed:
                assert not taken, "it was on the wire before"
                taken += act in ("sent", "unknown")
                outbox.settle(
                    store,
                    claimed,
                    Handed(act, "said"),  # type: ignore[arg-type] # one of the four
                    now=now,
                )
                claimed = None
            elif act == "crash":
                assert not (claimed and taken)
                taken += claimed is not None
                claimed = None
                outbox.recover(store, now=now)
            elif act == "back":
                outbox.take_back(store, key, who="Ada", now=now)
            elif act in ("yes", "no"):
                outbox.say_whether(store, key, arrived=act == "yes", who="Ada", now=now)
                taken = act == "yes"
        except (Conflict, Refused):
            continue
