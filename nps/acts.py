"""What one can do to a case: each act checked when it is made, in words, and again against the case it is done to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from nps.cases import HOWS, OUTCOMES, RESOLUTIONS, STATES, WAITING_ON, Case, Kind, may_follow, possible
from nps.errors import Refused

LONGEST_NOTE = 4000
LONGEST_WORDS = 300  # of a reason, a promise, a root cause


@dataclass(frozen=True)
class Act:
    """One act: its kind, the word or text of it, and what else belongs to it as JSON. They become one event."""

    kind: Kind
    value: str | None = None
    details: str | None = None


def contact() -> Act:
    """The first contact, as a tick in the list makes it."""
    return Act("contacted")


def attempt(how: str, text: str = "") -> Act:
    """A call, an e-mail or a meeting, or a call that nobody answered; `text` is what was said."""
    if how not in HOWS:
        raise Refused(f"“{how}” is no way to reach somebody. Choose one of: {', '.join(HOWS)}.")
    return Act("attempt", how, _told(text=_text(text) if text.strip() else ""))


def note(text: str) -> Act:
    """A note for whoever works on the case next."""
    if not text.strip():
        raise Refused("The note is empty. Write what the next person should know.")
    return Act("note", _text(text))


def assign(owner: str | None) -> Act:
    """Give the case to somebody, or to nobody."""
    return Act("assigned", _words("The owner's name", owner) if owner else None)


def move(state: str) -> Act:
    """Another state that needs no more words."""
    if state == "resolved":
        raise Refused("Say how it ended first: the outcome, the root cause and the resolution.")
    return Act("moved", state)


def wait(on: str) -> Act:
    """Wait for the customer or for ourselves."""
    if on not in WAITING_ON:
        raise Refused(f"A case waits on the customer or on us, not on “{on}”.")
    return Act("moved", "waiting", _told(on=on))


def resolve(outcome: str, root_cause: str, resolution: str) -> Act:
    """The end of the work: what became of the customer, what was behind it, and what was done."""
    if outcome not in OUTCOMES:
        raise Refused(f"Choose an outcome: {', '.join(OUTCOMES)}.")
    if resolution not in RESOLUTIONS:
        raise Refused(f"Choose a resolution: {', '.join(RESOLUTIONS)}.")
    cause = _words("The root cause", root_cause)
    return Act("moved", "resolved", _told(outcome=outcome, root_cause=cause, resolution=resolution))


def duplicate(of: str) -> Act:
    """The same complaint as another case, which is worked on instead."""
    if not of:
        raise Refused("Choose the case that this one repeats.")
    return Act("moved", "duplicate", _told(of=of))


def snooze(until: date, reason: str, *, today: date) -> Act:
    """Out of the queue until the morning of a day. The clock goes on, and the list says so."""
    if until <= today:
        raise Refused(f"A case sleeps until a later day than today, {today:%-d %b %Y}.")
    return Act("snoozed", _words("The reason", reason), _told(until=until.isoformat()))


def wake() -> Act:
    """Back into the queue."""
    return Act("woken")


def promise(text: str, due: date, *, today: date) -> Act:
    """What a customer was told would be done by the end of a day."""
    if due < today:
        raise Refused(f"A promise is due today, {today:%-d %b %Y}, or later.")
    return Act("promised", _words("The promise", text), _told(due=due.isoformat()))


def settle(promise_id: str, *, kept: bool) -> Act:
    """Say whether a promise was kept."""
    return Act("kept" if kept else "broken", promise_id)


def step(name: str) -> Act:
    """A step of the playbook that was done."""
    return Act("step", _words("The step", name))


def sent(subject: str, **details: str) -> Act:
    """A mail that went out; `details` say to whom, from which template and in which version."""
    return Act("sent", subject, _told(**details))


def refusal(case: Case, act: Act, *, key: str, attempts_needed: int) -> str | None:
    """Why an act cannot be done to a case as it stands, in words; None where it can."""
    if act.kind == "moved" and act.value not in may_follow(case.state):
        return f"A case that is {case.state} cannot become {act.value}. It may become {_offer(case.state)}."
    if act.kind == "moved" and act.value == "no reply" and case.attempts < attempts_needed:
        return (
            f"“No reply” takes {attempts_needed} attempts, and {case.attempts or 'none'} "
            f"{'is' if case.attempts < 2 else 'are'} noted. Note each call and e-mail, answered or not."
        )
    if act.kind == "moved" and act.value == "duplicate" and data(act).get("of") == key:
        return "A case cannot be a duplicate of itself. Choose the other one."
    if possible(case, act.kind, act.value):
        return None
    if act.kind in ("kept", "broken"):
        return "This promise was settled or taken back before. Look at the case again."
    if act.kind == "woken":
        return "The case is awake already."
    return f"The case is {case.state}. Open it again first."


def offered(case: Case, *, attempts_needed: int) -> tuple[str, ...]:
    """The states that a person may choose for a case now, without contacted, which has ways of its own."""
    return tuple(
        state
        for state in STATES
        if state in may_follow(case.state)
        and state != "contacted"
        and not (state == "no reply" and case.attempts < attempts_needed)
    )


def data(act: Act) -> dict[str, Any]:
    """What belongs to an act."""
    return json.loads(act.details) if act.details else {}


def _offer(state: str) -> str:
    return ", ".join(may_follow(state))


def _told(**details: str) -> str | None:
    said: Mapping[str, str] = {name: value for name, value in details.items() if value}
    return json.dumps(said, ensure_ascii=False) if said else None


def _text(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_NOTE:
        raise Refused(f"The note has {len(text):,} characters; {LONGEST_NOTE:,} fit. Shorten it.")
    return text


def _words(what: str, text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Refused(f"{what} is missing. Write a few words.")
    if len(text) > LONGEST_WORDS:
        raise Refused(f"{what} has {len(text):,} characters; {LONGEST_WORDS} fit. Shorten it.")
    return text
