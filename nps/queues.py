"""Which follow-ups an agent looks at: the queue, the band, and filters; all of it in the URL."""

from dataclasses import replace
from datetime import datetime, time

import streamlit as st

from nps import cases, queries, ui
from nps.rows import ORDERS, QUEUES, Band, Queues, Wanted

NOBODY = "Nobody"
QUEUE_WORDS = {
    "mine": "Mine",
    "team": "My team's",
    "unassigned": "Nobody's",
    "overdue": "Overdue",
    "promises": "Promises",
    "asleep": "Asleep",
    "silent": "No comment",
    "unreachable": "Cannot be reached",
}
QUEUE_HELP = (
    "Mine and my team's, those that nobody took, those past their due time or with a broken promise, those to whom "
    "something was promised, those that sleep until a day, those who wrote nothing, and those without an e-mail or "
    "phone, or who asked not to be contacted. Finished follow-ups are in none of them."
)
BAND_WORDS: dict[Band, str] = {"detractor": "Detractors", "passive": "Passives", "promoter": "Promoters"}
ORDER_WORDS = {"urgency": "Most urgent", "due": "Due first", "account": "By account", "newest": "Newest"}
ORDER_HELP = (
    "Urgency = severity × revenue × renewal × recency. Severity is 7 − score (passives 9 − score, promoters "
    "score − 8). Revenue weighs 1 to 2, 1½ where it is as high as the settings say, or typical; a near renewal up to "
    "2; recency is 1 ÷ (1 + days waited ÷ 30). What is not known weighs 1."
)


def wanted(frame: ui.Frame, who: str | None) -> Wanted:
    """Draw the choices and return which follow-ups to list."""
    plain = _queue(frame, Wanted(me=who, team=_team(who), today=ui.today()))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        states = st.multiselect(
            "State", cases.STATES, default=["open"], key="state", bind="query-params", placeholder="Any", width=260
        )
        owner = st.selectbox(
            "Owner",
            ["", NOBODY, *ui.ask(queries.owners)],
            format_func=lambda name: name or "Anybody",
            key="owner",
            bind="query-params",
            width=180,
        )
        low, high = plain.lowest, plain.highest
        if plain.band == "detractor":
            low, high = st.slider("Score", 0, 6, (0, 6), key="score", bind="query-params", width=180)
        words = ORDER_WORDS.__getitem__
        order = st.selectbox(
            "Order", ORDERS, format_func=words, key="order", bind="query-params", help=ORDER_HELP, width=160
        )
        text = st.text_input(
            "Search", key="text", bind="query-params", placeholder="Words, customer, account", width=240
        )
    return replace(
        plain,
        states=tuple(states),
        owner={"": None, NOBODY: ""}.get(owner, owner),
        lowest=low,
        highest=high,
        order=order,
        text=text.strip(),
    )


def _queue(frame: ui.Frame, plain: Wanted) -> Wanted:
    """The band and the queue, each queue with how many are in it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = BAND_WORDS.__getitem__
        band = st.selectbox("Desk for", list(BAND_WORDS), format_func=words, key="band", bind="query-params", width=150)
        plain = replace(plain, band=band)
        queue = st.pills(
            "Queue",
            QUEUES,
            format_func=QUEUE_WORDS.__getitem__,
            key="queue",
            bind="query-params",
            on_change=_any_state,
            help=QUEUE_HELP,
        )
    count = counts(frame, plain)
    filled = [f"{word} {getattr(count, name):,}" for name, word in QUEUE_WORDS.items() if getattr(count, name)]
    late = f" ({count.asleep_overdue:,} of those asleep are past their due time)" if count.asleep_overdue else ""
    st.caption(" · ".join(filled) + late)
    return replace(plain, queue=queue or "")


def counts(frame: ui.Frame, asked: Wanted) -> Queues:
    """How many unfinished follow-ups are in each queue of the band."""
    plain = Wanted(band=asked.band, me=asked.me, team=asked.team, today=asked.today)
    return ui.ask(queries.queues, frame.selection, plain, now=ui.minute())


def moment(asked: Wanted) -> datetime:
    """When the list is asked for: what is overdue changes by the minute, all else by the day."""
    return ui.minute() if asked.queue == "overdue" else datetime.combine(asked.today or ui.today(), time.min)


def _team(who: str | None) -> tuple[str, ...]:
    """Who works with somebody: all members of the teams that they are in."""
    return tuple(sorted({name for _, names in ui.settings().teams if who in names for name in names}))


def _any_state() -> None:
    """A queue holds what is not finished, in whatever state; without one the list is of those not contacted yet."""
    st.session_state["state"] = [] if st.session_state["queue"] else ["open"]
