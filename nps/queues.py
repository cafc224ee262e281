"""Which follow-ups an agent looks at: the queue, the band, and filters; all of it in the URL."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import streamlit as st

from nps import cases, queries, ui
from nps.rows import ORDERS, QUEUES, Band, Queues, Wanted

NOBODY = "Nobody"
QUEUE_WORDS = {
    "mine": "Mine",
    "team": "My team's",
    "unassigned": "Nobody's",
    "overdue": "Overdue",
    "resolution": "Past resolution",
    "promises": "Promises",
    "asleep": "Asleep",
    "silent": "No comment",
    "unreachable": "Cannot be reached",
}
QUEUE_HELP = (
    "Mine and my team's, those that nobody took, those past their due time or with a promise past its day, those who "
    "were contacted and are past the day of their resolution, those to whom something was promised, those that sleep "
    "until a day, those who wrote nothing, and those without an e-mail or phone, or who asked not to be contacted. "
    "Finished follow-ups are in none of them."
)
ALL = ((0, 6), (0, 10))  # no score is left out
NOTHING = {
    "mine": "Nothing here is yours. Open one of Nobody's and take it with the key T.",
    "team": "Nothing here belongs to your team.",
    "unassigned": "Each unfinished follow-up here has an owner.",
    "overdue": "Nobody waits longer than the settings allow, and no promise is late.",
    "resolution": "No contacted customer waits longer for a resolution than the settings allow.",
    "promises": "No promise is open.",
    "asleep": "Nothing sleeps.",
    "silent": "Everybody who still waits here wrote a comment.",
    "unreachable": "Everybody who still waits here can be reached.",
}
BAND_WORDS: dict[Band, str] = {"detractor": "Detractors", "passive": "Passives", "promoter": "Promoters"}
ORDER_WORDS = {"urgency": "Most urgent", "due": "Due first", "account": "By account", "newest": "Newest"}
ORDER_HELP = (
    "Urgency = severity × revenue × renewal × recency. Severity is 7 − score (passives 9 − score, promoters "
    "score − 8). Revenue weighs 1 to 2, 1½ where it is as high as the settings say, or typical; a near renewal up to "
    "2; recency is 1 ÷ (1 + days waited ÷ 30). What is not known weighs 1."
)


def wanted(frame: ui.Frame, who: str | None) -> Wanted:
    """Draw the choices and return which follow-ups to list."""
    plain = Wanted(me=who, team=_team(who), today=ui.today())
    queue, told = _queue(), st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        words: Callable[[Any], str] = BAND_WORDS.__getitem__
        band = st.selectbox("Desk for", list(BAND_WORDS), format_func=words, key="band", bind="query-params", width=126)
        states = st.multiselect(
            "State", cases.STATES, default=["open"], key="state", bind="query-params", placeholder="Any", width=170
        )
        owner = st.selectbox(
            "Owner",
            ["", NOBODY, *ui.ask(queries.owners)],
            format_func=lambda name: name or "Anybody",
            key="owner",
            bind="query-params",
            width=126,
        )
        low, high = plain.lowest, plain.highest
        if band == "detractor":
            low, high = st.slider("Score", 0, 6, (0, 6), key="score", bind="query-params", width=96)
        words = ORDER_WORDS.__getitem__
        order = st.selectbox(
            "Order", ORDERS, format_func=words, key="order", bind="query-params", help=ORDER_HELP, width=140
        )
        text = st.text_input("Search", key="text", bind="query-params", placeholder="Words, customer", width=146)
    plain = replace(plain, band=band, queue=queue)
    with told:
        _counts(frame, plain)
    return replace(
        plain,
        states=tuple(states),
        owner={"": None, NOBODY: ""}.get(owner, owner),
        lowest=low,
        highest=high,
        order=order,
        text=text.strip(),
    )


def empty(asked: Wanted) -> None:
    """Say why nothing is listed, and the way on."""
    if asked.queue in ("mine", "team") and asked.me is None:
        st.text("Write your name above: then your own follow-ups are listed here, and those of your team.")
    elif asked.queue == "team" and not asked.team:
        ui.empty(
            "You are in no team yet. Teams and their members are named on the page Settings.",
            button="Open the settings",
            to="settings",
        )
    else:
        narrowed = asked.states or asked.owner is not None or asked.text or (asked.lowest, asked.highest) not in ALL
        text = "No follow-ups match. Everyone here was heard, or the filters are too narrow."
        ui.empty(text if narrowed else NOTHING.get(asked.queue, text), button="See all responses", to="segments")


def _queue() -> str:
    """The queue that was chosen, or none."""
    chosen = st.pills(
        "Queue",
        QUEUES,
        format_func=QUEUE_WORDS.__getitem__,
        key="queue",
        bind="query-params",
        on_change=_any_state,
        label_visibility="collapsed",
    )
    return chosen or ""


def _counts(frame: ui.Frame, plain: Wanted) -> None:
    """How many are in each queue."""
    count = counts(frame, plain)
    filled = [f"{word} {getattr(count, name):,}" for name, word in QUEUE_WORDS.items() if getattr(count, name)]
    late = f" ({count.asleep_overdue:,} of those asleep are past their due time)" if count.asleep_overdue else ""
    st.caption("Unfinished: " + (" · ".join(filled) or "none") + late, help=QUEUE_HELP)


def counts(frame: ui.Frame, asked: Wanted) -> Queues:
    """How many unfinished follow-ups are in each queue of the band."""
    plain = Wanted(band=asked.band, me=asked.me, team=asked.team, today=asked.today)
    return ui.ask(queries.queues, frame.selection, plain, now=ui.minute())


def moment(asked: Wanted) -> datetime:
    """When the list is asked for: what is overdue changes by the minute, all else by the day."""
    return (
        ui.minute()
        if asked.queue in ("overdue", "resolution")
        else datetime.combine(asked.today or ui.today(), time.min)
    )


def _team(who: str | None) -> tuple[str, ...]:
    """Who works with somebody: all members of the teams that they are in."""
    return tuple(sorted({name for _, names in ui.settings().teams if who in names for name in names}))


def _any_state() -> None:
    """A queue holds what is not finished, in whatever state; without one the list is of those not contacted yet."""
    st.session_state["state"] = [] if st.session_state["queue"] else ["open"]
