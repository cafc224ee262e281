"""The thank-you by itself: off at first, to those it may reach, a few an hour, nobody twice."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nps import casework
from nps.errors import Conflict, Refused
from nps.saying import optout, outbox, postman, templates, thanks
from nps.saying.thanks import HOUR, ThankYou
from nps.store import Store, Transaction
from tests.saying.conftest import NOW, respond
from tests.saying.smtp import MailServer

ON = ThankYou(on=True, sender="Ben Ortiz", per_hour=3)


def rounds(store: Store, *, now: datetime = NOW) -> int:
    return postman.round_of(store, clock=lambda: now)


def turned_on(store: Store, wanted: ThankYou = ON) -> None:
    thanks.decide(store, replace(wanted, version=thanks.standing(store).version), who="Ben", now=NOW)


def whom(store: Store, wanted: ThankYou = ON) -> dict[str, str]:
    return {one.response_key: one.why for one in thanks.reach(store, wanted, now=NOW, limit=100).first}


def test_it_is_off_until_somebody_turns_it_on(store: Store, post: MailServer) -> None:
    respond(store, ("a", 10, "a@example.org", 1))
    assert rounds(store) == 0
    assert not thanks.standing(store).on
    turned_on(store)
    assert rounds(store) == 1
    assert b"List-Unsubscribe: <mailto:care@example.com?subject=unsubscribe>" in post.texts()[0]
    turned_on(store, replace(ON, on=False))
    respond(store, ("b", 10, "b@example.org", 1))
    assert rounds(store) == 0


def test_the_preview_says_whom_it_reaches_and_whom_not_and_why(store: Store) -> None:
    respond(
        store,
        ("fine", 9, "fine@example.org", 1),
        ("unhappy", 6, "unhappy@example.org", 1),
        ("content", 8, "content@example.org", 1),
        ("old", 10, "old@example.org", 15),
        ("to come", 10, "future@example.org", -1),
        ("nameless", 10, None, 1),
        ("broken", 10, "no address", 1),
        ("out", 10, "out@example.org", 1),
        ("twice, first", 10, "twice@example.org", 3),
        ("twice, last", 9, "TWICE@example.org", 2),
        ("worked on", 9, "worked@example.org", 1),
        ("asked", 9, "asked@example.org", 1),
    )
    optout.write(store, ["out@example.org"], opted_out=True, who="Ada", now=NOW)
    casework.tick(store, ["worked on"], who="Ada", now=NOW)
    order = outbox.Order("earlier", None, templates.defaults()["story"], "asked@example.org", "s", "b", "Ben")
    outbox.put(store, order, who="Ben", now=NOW - timedelta(days=30), ask_every=HOUR)
    assert whom(store) == {
        "fine": "reached",
        "twice, last": "reached",
        "nameless": "no address",
        "broken": "no address",
        "out": "no mail",
        "asked": "written to",
        "worked on": "case work",
        "twice, first": "another answer",
    }
    assert thanks.reach(store, ON, now=NOW, limit=1).counts == Counter(whom(store).values())
    assert "content" in whom(store, replace(ON, lowest=7))
    assert whom(store, replace(ON, ask_every=29))["asked"] == "reached"


def test_no_more_than_the_limit_go_out_in_an_hour_and_the_oldest_answers_first(store: Store, post: MailServer) -> None:
    respond(store, *((f"case {number}", 10, f"c{number}@example.org", 1 + number) for number in range(8)))
    turned_on(store)
    assert [rounds(store), rounds(store), rounds(store, now=NOW + HOUR - timedelta(seconds=1))] == [3, 0, 0]
    assert [rounds(store, now=NOW + HOUR), rounds(store, now=NOW + 2 * HOUR), rounds(store, now=NOW + 3 * HOUR)] == [
        3,
        2,
        0,
    ]
    to = [envelope.rcpt_tos[0] for envelope in post.taken]
    assert [sorted(to[:3]), sorted(to[3:6]), sorted(to[6:])] == [
        [f"c{number}@example.org" for number in numbers] for numbers in ((5, 6, 7), (2, 3, 4), (0, 1))
    ]


def test_a_restart_thanks_nobody_twice(store: Store, post: MailServer) -> None:
    respond(store, *((f"case {number}", 10, f"c{number}@example.org", 1 + number) for number in range(5)))
    turned_on(store)
    thanks.queue(store, now=NOW)
    assert outbox.claim(store, now=NOW)
    path = store.path
    store.close()
    again = Store.open(path)
    outbox.recover(again, now=NOW)
    for hour in range(4):
        rounds(again, now=NOW + hour * HOUR)
    assert Counter(envelope.rcpt_tos[0] for envelope in post.taken).most_common(1)[0][1] == 1
    assert outbox.states(again) == {"unknown": 1, "sent": 4}
    again.close()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(7, 10), st.sampled_from("abc")), max_size=5),
    st.integers(1, 4),
    st.integers(1, 20),
)
def test_nobody_is_thanked_twice_and_the_limit_holds_whatever_answers_come(
    store: Store, answers: list[tuple[int, int, str]], per_hour: int, ask_every: int
) -> None:
    def emptied(tx: Transaction) -> None:
        for table in ("responses", "outbox", "sayings"):
            tx.execute(f"DELETE FROM {table}")

    store.transact(emptied)
    turned_on(store, replace(ON, lowest=7, per_hour=per_hour, ask_every=ask_every))
    for number, (days, score, who) in enumerate(answers):
        respond(store, (f"r{number}", score, f"{who}@example.org", days))
        thanks.queue(store, now=NOW + number * timedelta(minutes=20))
    rows = store.rows("SELECT recipient, queued_at FROM outbox ORDER BY queued_at")
    assert max(Counter(to for to, _ in rows).values(), default=0) <= 1
    for _, at in rows:
        assert sum(at - HOUR < other <= at for _, other in rows) <= per_hour


def test_what_cannot_be_meant_is_refused(store: Store) -> None:
    for wrong, said in (
        ({"lowest": 6}, "a person writes to unhappy customers"),
        ({"per_hour": 0}, "The mails an hour cannot be 0"),
        ({"days": 400}, "Choose 1 to 365"),
        ({"sender": " "}, "comes from a person"),
        ({"reply_to": "nowhere"}, "is not an e-mail address"),
    ):
        with pytest.raises(Refused, match=said):
            replace(ON, **wrong)
    with pytest.raises(Refused, match="needs next_step, by_when"):
        turned_on(store, replace(ON, template="detractor-1-2"))
    turned_on(store)
    with pytest.raises(Conflict, match="saved another version"):
        thanks.decide(store, replace(ON, version=0), who="Ada", now=NOW)
