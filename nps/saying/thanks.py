"""The thank-you that goes out by itself: off until somebody turns it on, to happy and content customers, a few an hour.

Whom it reaches is asked of the store each time: who answered lately, has an address, wants mail, and was not written to
before. So a restart thanks nobody twice, and what changed meanwhile counts.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from nps.errors import Conflict, Refused
from nps.saying import outbox, templates, versions
from nps.saying.known import LONGEST, Writer, one_line, values
from nps.saying.mail import PLAIN, address
from nps.saying.templates import Template
from nps.store import Store
from nps.topics import reads

NAME = "thank-you"
LOWEST = 7  # an unhappy customer is never thanked by a machine
MOST_AN_HOUR = 1_000
MOST_DAYS = 365
HOUR = timedelta(hours=1)
WHY = {
    "reached": "would be thanked",
    "no address": "no usable e-mail address",
    "no mail": "want no mail",
    "written to": "were written to before, about this or another answer",
    "case work": "somebody works on the case",
    "another answer": "another answer of the same person is thanked for",
}


@dataclass(frozen=True)
class ThankYou:
    """How the thank-you goes out. Raises Refused for what cannot be meant.

    Scores from `lowest` to `highest`, answered within `days`; at most `per_hour`, from `sender` with answers to
    `reply_to` ("": the address that mail is sent from). A person is thanked, or asked for a favour, once in `ask_every`
    days.
    """

    on: bool = False
    template: str = "thanks"
    lowest: int = 9
    highest: int = 10
    days: int = 14
    per_hour: int = 60
    ask_every: int = 180
    sender: str = ""
    reply_to: str = ""
    version: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not LOWEST <= self.lowest <= self.highest <= 10:
            raise Refused(
                f"Scores from {LOWEST} to 10 are thanked by themselves: a person writes to unhappy customers."
            )
        for what, count, most in (
            ("The days since the answer", self.days, MOST_DAYS),
            ("The mails an hour", self.per_hour, MOST_AN_HOUR),
            ("The days between two asks", self.ask_every, 10 * MOST_DAYS),
        ):
            if not 1 <= count <= most:
                raise Refused(f"{what} cannot be {count:,}. Choose 1 to {most:,}.")
        if self.reply_to:
            address(self.reply_to)
        if self.on and not one_line(self.sender, LONGEST):
            raise Refused("A thank-you comes from a person. Write the name it is signed with.")

    @property
    def between(self) -> timedelta:
        """How long one person is left alone."""
        return timedelta(days=self.ask_every)


@dataclass(frozen=True)
class Reached:
    """One answer of those the thank-you looks at, and what becomes of it: a key of WHY."""

    why: str
    response_key: str
    person_id: int | None
    score: int
    email: str | None
    name: str | None
    account: str | None
    comment: str | None
    survey: str
    answered_at: datetime


@dataclass(frozen=True)
class Reach:
    """How many answers the thank-you would reach or leave out, by why, and the first of each."""

    counts: Mapping[str, int]
    first: tuple[Reached, ...]


# Latest answers first, since a person is thanked for the latest one alone.
_REACH = """
WITH bothered AS (
    SELECT person_id, recipient FROM outbox
    WHERE state <> 'failed' AND queued_at > $now::TIMESTAMP - to_days($ask_every)
),
lately AS (
    SELECT response_key, person_id, score, email, name, account, comment, survey, answered_at
    FROM responses
    WHERE metric = 'nps' AND score BETWEEN $lowest AND $highest
        AND answered_at > $now::TIMESTAMP - to_days($days) AND answered_at <= $now
),
judged AS (
    SELECT CASE
        WHEN email IS NULL OR NOT regexp_full_match(email, $plain) OR length(email) > 254 OR strpos(email, '@') > 65
            THEN 'no address'
        WHEN lower(email) IN (SELECT address FROM unwanted)
            OR person_id IN (SELECT person_id FROM known_people WHERE opted_out) THEN 'no mail'
        WHEN person_id IN (SELECT person_id FROM bothered) OR lower(email) IN (SELECT recipient FROM bothered)
            OR response_key IN (SELECT response_key FROM outbox WHERE bulk) THEN 'written to'
        WHEN response_key IN (SELECT response_key FROM cases WHERE contacted_at IS NOT NULL OR state <> 'open')
            THEN 'case work'
        WHEN row_number() OVER (PARTITION BY lower(email) ORDER BY answered_at DESC, response_key) > 1
            THEN 'another answer'
        ELSE 'reached' END AS why, *
    FROM lately
)
"""


@reads("sayings")
def standing(store: Store) -> ThankYou:
    """How the thank-you stands now."""
    saved = versions.newest(store, "thank-you").get(NAME)
    if saved is None or saved.content is None:
        return ThankYou(version=saved.number if saved else 0)
    return ThankYou(**versions.fitted(ThankYou, saved.content), version=saved.number)


def decide(store: Store, wanted: ThankYou, *, who: str, now: datetime) -> int:
    """Keep how the thank-you goes out, on or off. Raises Refused for a template that could not be sent to everybody."""
    template = templates.named(store, wanted.template)
    if wanted.on:
        _for_everybody(template)
    content = {key: value for key, value in asdict(wanted).items() if key != "version"}
    return versions.save(store, "thank-you", NAME, content, seen=wanted.version, who=who, now=now)


@reads("responses", "cases", "sayings", "opt_outs", "outbox")
def reach(store: Store, wanted: ThankYou, *, now: datetime, limit: int) -> Reach:
    """Whom the thank-you would reach now, whom not, and why; `limit` answers of each kind are shown."""
    params = _params(wanted, now)
    counts: dict[str, int] = dict(store.rows(f"{_REACH} SELECT why, count(*) FROM judged GROUP BY why", params))  # noqa: S608
    rows = store.rows(
        f"{_REACH} SELECT * FROM judged "  # noqa: S608
        "QUALIFY row_number() OVER (PARTITION BY why ORDER BY answered_at, response_key) <= $limit "
        "ORDER BY why <> 'reached', why, answered_at, response_key",
        params | {"limit": limit},
    )
    return Reach({why: counts[why] for why in WHY if why in counts}, tuple(Reached(*row) for row in rows))


def room(store: Store, wanted: ThankYou, *, now: datetime) -> int:
    """How many more thank-yous fit into this hour."""
    [[lately]] = store.rows("SELECT count(*) FROM outbox WHERE bulk AND queued_at > $since", {"since": now - HOUR})
    return max(0, wanted.per_hour - int(lately))


def queue(store: Store, *, now: datetime) -> int:
    """Put the next thank-yous into the outbox, no more than fit into the hour, and return how many."""
    wanted = standing(store)
    if not wanted.on or not (fits := room(store, wanted, now=now)):
        return 0
    template = templates.named(store, wanted.template)
    _for_everybody(template)
    queued = 0
    for one in reach(store, wanted, now=now, limit=fits).first:
        if one.why != "reached":
            break
        draft = template.draft(values(one, Writer(wanted.sender, wanted.reply_to)))
        order = outbox.Order(
            response_key=one.response_key,
            person_id=one.person_id,
            template=template,
            to=one.email or "",
            subject=draft.subject,
            body=draft.body,
            sender_name=wanted.sender,
            reply_to=wanted.reply_to,
            bulk=True,
        )
        try:
            outbox.put(store, order, who=wanted.sender, now=now, ask_every=wanted.between)
        except (Refused, Conflict):
            continue  # somebody opted out or was written to since the question was asked
        queued += 1
    return queued


def _for_everybody(template: Template) -> None:
    """Refuse a template with a field that some customers would miss."""
    if needs := [field for field in template.needs() if field not in ("agent", "survey")]:
        raise Refused(
            f"The template “{template.title}” needs {', '.join(needs)}, which is not known of everybody. "
            "Give it a fallback, {field|words}, or choose another template."
        )
    if template.retired:
        raise Refused(f"The template “{template.title}” is retired. Choose another one.")


def _params(wanted: ThankYou, now: datetime) -> dict[str, Any]:
    return {
        "now": now,
        "lowest": wanted.lowest,
        "highest": wanted.highest,
        "days": wanted.days,
        "ask_every": wanted.ask_every,
        "plain": PLAIN,
    }
