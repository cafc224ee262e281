"""What a lead sees: the figures of the loop, who has how much to do, and where work is stuck.

Every number has a way to the follow-ups behind it: the list with these filters in its address.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd
import streamlit as st

from nps import ui, views
from nps.cases import OVER, STATES
from nps.clock import counted
from nps.queues import BAND_WORDS, NOBODY, ORDER_WORDS, QUEUE_WORDS
from nps.rows import Band
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN
from nps.team import questions, wording
from nps.team.counts import Load, Stuck
from nps.team.figures import Share, curve, middle
from nps.team.matched import Again, effect, recovery

LONG_DAYS = 10  # in one state: where a lead looks first
UNFINISHED = [state for state in STATES if state not in OVER]
RATE_HELP = "Of the detractors whom one can contact, those with at least one contact, by the week of their answer."
TIME_HELP = (
    "Working hours from the answer to the first contact (Kaplan-Meier): those who wait on count for as long as they "
    "have waited. Those overdue when uploaded are left out."
)
IN_TIME_HELP = "First contacts by their due time, of all that are due by now. Who still waits has missed it."
RECOVERY_HELP = "Detractors whose next score is 7 or more, of those who answered the same survey again."
REGRESSION = (
    "Without any contact, 31-56 % of detractors score better next time, as chance moves a low score up again "
    "(regression to the mean). Only the difference between the contacted and the others can be the work of the team, "
    "and whom an agent contacts is not left to chance either."
)


def band() -> Band:
    """Whose follow-ups the page is about."""
    chosen = st.radio(
        "Follow-ups of",
        list(BAND_WORDS),
        format_func=BAND_WORDS.__getitem__,
        horizontal=True,
        key="team_band",
        bind="query-params",
    )
    return next((known for known in BAND_WORDS if known == chosen), "detractor")


def people(label: str, of: Band, *, states: Sequence[str], owner: str | None = None, queue: str | None = None) -> None:
    """The way to the follow-ups that a number counts, what is due first in front."""
    query: dict[str, str | list[str]] = {"band": BAND_WORDS[of], "state": list(states), "order": ORDER_WORDS["due"]}
    if owner is not None:
        query["owner"] = owner
    if queue is not None:
        query["queue"] = QUEUE_WORDS[queue]
    st.page_link(ui.page_file("followups"), label=label, icon=":material/arrow_forward:", query_params=query)


def cards(frame: ui.Frame, of: Band) -> None:
    """The figures of the loop, each with what it stands on."""
    selection, at = frame.selection, ui.minute()
    contacted = sum((week.contacted for week in ui.ask(questions.weeks, selection)), Share())
    waits = curve(ui.ask(questions.waited, selection, now=_hour()).in_time)
    met = ui.ask(questions.in_time, selection, of, now=at)
    again = ui.ask(questions.again, selection, None)
    heard, others = (recovery(again, contacted=contacted) for contacted in (True, False))
    cells = st.columns(4, gap="small")
    with cells[0].container(border=True, height="stretch"):
        _share("Detractors contacted", contacted, RATE_HELP)
        people(f"{contacted.n - contacted.count:,} not contacted", "detractor", states=["open"])
    with cells[1].container(border=True, height="stretch"):
        median, late = waits.by(0.5), waits.by(0.9)
        st.metric("Median time to contact", _grey(wording.reached(waits, median), waits.n), help=TIME_HELP)
        st.caption(wording.waited(waits, median))
        st.caption(f"90 % within {wording.reached(waits, late)} ({wording.waited(waits, late)})")
    with cells[2].container(border=True, height="stretch"):
        _share("Contacted in time", met.met, IN_TIME_HELP)
        if met.born_overdue.n:
            st.caption(f"{met.born_overdue.n:,} more were overdue when uploaded.", help=views.BORN_OVERDUE)
        people("Overdue now", of, states=["open"], queue="overdue")
    with cells[3].container(border=True, height="stretch"):
        _share("Recovered after a contact", heard.recovered, RECOVERY_HELP)
        st.caption(f"Not contacted: {wording.percent(others.recovered)} ({wording.basis(others.recovered)})")
        st.caption(f"{wording.percent(heard.answered_again)} of the contacted answered again.")


def _hour() -> datetime:
    """This moment to the hour: what is told in days, or as a median, need not be asked again each minute."""
    return ui.minute().replace(minute=0)


def _share(label: str, share: Share, meaning: str) -> None:
    st.metric(label, _grey(wording.percent(share), share.n), help=meaning)
    st.caption(wording.basis(share))


def _grey(text: str, n: int) -> str:
    return f":gray[{text}]" if FEWEST_SHOWN <= n < FEWEST_COMPARED else text


def by_week(frame: ui.Frame) -> None:
    """The close-the-loop rate over time."""
    weeks = ui.ask(questions.weeks, frame.selection)
    with st.container(border=True):
        ui.subheader("Detractors contacted, by week of their answer")
        if not any(week.contacted.n >= FEWEST_SHOWN for week in weeks):
            st.text(f"No week has {FEWEST_SHOWN} detractors whom one can contact.")
            return
        alt = f"Share of detractors that were contacted in each of {counted(len(weeks), 'week')}, with 95 % intervals"
        views.figure(wording.by_week(weeks), alt=alt, key="loop_by_week")
        apart = ui.ask(questions.beyond_reach, frame.selection)
        hollow = f"Hollow: fewer than {FEWEST_COMPARED}, too few to compare; under {FEWEST_SHOWN} not shown."
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in apart)
        st.caption(f"{hollow} Left out, since they cannot be contacted: {reasons}." if apart else hollow)


HEADER = {
    "Owner": None,
    "Unfinished": None,
    "Overdue": "First contacts past their due time",
    "Late at upload": views.BORN_OVERDUE,
    "Due in 24 h": "First contacts",
    "Unresolved": "Contacted, and past the day of their resolution",
    "Asleep": "Put off until a day; their clocks go on",
    "Promises late": "Past their day, and not said to be kept",
    "Broken": "Promises",
    "Kept": "Promises",
}


def loads(frame: ui.Frame, of: Band) -> tuple[Load, ...]:
    """Who has how much to do."""
    rows = ui.ask(questions.load, frame.selection, of, now=ui.minute(), today=ui.today())
    if rows:
        cells = [[load.owner or NOBODY, *list(load.__dict__.values())[1:]] for load in rows]
        st.dataframe(
            pd.DataFrame(cells, columns=list(HEADER)),
            hide_index=True,
            column_config={
                name: st.column_config.Column(help=meaning, pinned=name == "Owner") for name, meaning in HEADER.items()
            },
            key="loads",
            alt=f"What each of {counted(len(rows), 'owner')} has to do",
        )
    else:
        st.text("There is nothing to do here: every follow-up is finished.")
    return rows


def owner(rows: Sequence[Load], of: Band) -> Load | None:
    """One owner, chosen, with the ways to the follow-ups behind the numbers."""
    names = {load.owner or NOBODY: load for load in rows if load.unfinished}
    if not names:
        return None
    chosen = st.selectbox("Look at", list(names), key="look_at", bind="query-params", width=320)
    load = names.get(chosen) or next(iter(names.values()))
    name = load.owner or NOBODY
    with st.container(horizontal=True):
        people(f"{load.unfinished:,} unfinished", of, states=UNFINISHED, owner=name)
        if late := load.overdue + load.born_overdue:
            people(f"{counted(late, 'first contact')} overdue", of, states=["open"], owner=name, queue="overdue")
        if load.promises_late:
            states = [state for state in STATES if state != "open"]
            people(f"{load.promises_late:,} promises late", of, states=states, owner=name, queue="overdue")
        if load.asleep:
            people(f"{load.asleep:,} asleep", of, states=UNFINISHED, owner=name, queue="asleep")
        if load.unresolved:
            people(f"{load.unresolved:,} past resolution", of, states=UNFINISHED[1:], owner=name, queue="resolution")
    return load


def stuck(frame: ui.Frame, of: Band) -> None:
    """For how long cases have been in their state, the longest first."""
    rows = ui.ask(questions.stuck, frame.selection, of, now=_hour())
    by_state = defaultdict[str, list[Stuck]](list)
    for row in rows:
        by_state[row.state].append(row)
    if not by_state:
        st.text("Nothing is stuck: every follow-up is finished.")
        return
    table = [_stuck(state, by_state[state]) for state in STATES if state in by_state]
    header = ("State", "Cases", "Days in it, median", "Longest", f"Over {LONG_DAYS} days")
    st.dataframe(
        pd.DataFrame(table, columns=list(header)), hide_index=True, key="stuck", alt="Days that cases are in a state"
    )
    with st.container(horizontal=True):
        for state, n, *_ in table:
            people(f"{n:,} {state}", of, states=[str(state)])


def _stuck(state: str, rows: Sequence[Stuck]) -> tuple[str, int, float | None, int, int]:
    n, longest = sum(row.n for row in rows), max(row.days for row in rows)
    median = middle([(row.days, row.n) for row in rows]) if n >= FEWEST_SHOWN else None
    return state, n, median, longest, sum(row.n for row in rows if row.days > LONG_DAYS)


def contact_and_score(frame: ui.Frame) -> None:
    """What the next score was, of the contacted and the others, and what remains when like is compared with like."""
    column = None
    if frame.choices:
        column = st.selectbox(
            "Compare within the same",
            list(frame.choices),
            format_func=frame.choices.__getitem__,
            key="within",
            bind="query-params",
            width=320,
            help="Besides the first score and the time between the two answers.",
        )
    rows = ui.ask(questions.again, frame.selection, column)
    table = []
    for who, contacted in (("Contacted before", True), ("Not contacted", False)):
        arm = recovery(rows, contacted=contacted)
        shares = (arm.answered_again, arm.recovered)
        table.append((who, *(cell for share in shares for cell in (wording.percent(share), wording.basis(share)))))
    header = ("Detractors", "Answered again", "95 % interval", "Recovered", "95 % interval of that")
    st.table(pd.DataFrame(table, columns=list(header)).set_index("Detractors"))
    st.text(_effect(rows))
    st.caption(REGRESSION)


def _effect(rows: Sequence[Again]) -> str:
    found = effect(rows)
    matched = f"{found.contacted:,} contacted and {found.others:,} others of the same first score, segment and gap"
    if found.points is None or found.interval is None:
        return f"Too few to compare: {matched} ({FEWEST_COMPARED} of each are needed)."
    low, high = found.interval.low, found.interval.high
    told = f"{found.points:+.1f} points on the 0-10 scale ({low:+.1f} to {high:+.1f}; {matched})".replace("-", "−")
    told = told.replace("0−10", "0-10")
    if low <= 0 <= high:
        return f"No detectable difference: the next score of the contacted differs by {told}."
    return f"The next score of the contacted differs from that of the others by {told}."


def revenue(frame: ui.Frame, today: date) -> None:
    """What unhappy customers pay, and how much of all revenue was heard."""
    risk = ui.ask(questions.revenue_at_risk, frame.selection, today=today)
    heard = ui.ask(questions.revenue_heard, now=_hour())
    if not heard.accounts:
        st.text("No revenue is known: upload your accounts on the page Customer context to see what is at risk.")
        return
    cells = st.columns(4, gap="small")
    cells[0].metric("Revenue at risk", wording.money(risk.revenue), border=True, height="stretch")
    cells[0].caption(f"Of {risk.known:,} of {counted(risk.accounts, 'account')} with an unfinished detractor")
    cells[1].metric("Renewal within 90 days", wording.money(risk.soon), border=True, height="stretch")
    cells[2].metric("In 91 to 180 days", wording.money(risk.later), border=True, height="stretch")
    share = f"{100 * heard.revenue_heard / heard.revenue:.0f} %" if heard.revenue else "–"
    cells[3].metric("Revenue heard in 90 days", share, border=True, height="stretch")
    cells[3].caption(f"{heard.heard:,} of {heard.accounts:,} accounts of known revenue answered")
