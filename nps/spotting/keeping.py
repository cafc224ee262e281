"""Groups under watch: what has become of each, and how they come in and go."""

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from nps import queries, ui, when
from nps.charts import points, told
from nps.clock import counted, now
from nps.errors import NpsError
from nps.hotspots import watching, wording
from nps.hotspots.finding import Direction, Finding
from nps.hotspots.watching import LONGEST_NOTE, LONGEST_OWNER, Found, Watch
from nps.selection import Selection, in_words
from nps.store import the_store

MOST_TOLD = 20


def under_watch(frame: ui.Frame, findings: Sequence[Finding], direction: Direction | None) -> None:
    """All groups under watch, and the way to keep one of the findings, or to take up again what was ended."""
    ui.header("Under watch")
    known = ui.ask(watching.watches)
    standing = [watch for watch in reversed(known) if not watch.ended_at]
    if not standing:
        st.text("No group is under watch. Keep a finding, and this page says later whether it is still there.")
    else:
        st.caption("What was found because it is extreme comes back a little by chance alone (regression to the mean).")
    for watch in standing[:MOST_TOLD]:
        with st.container(border=True, key=f"watch_{watch.number}"):
            _one(frame, watch)
    if len(standing) > MOST_TOLD:
        st.caption(f"The newest {MOST_TOLD} of {counted(len(standing), 'group')}.")
    keeping = st.expander(
        "Keep a finding under watch", icon=":material/visibility:", key="watch_keep", on_change="rerun"
    )
    if keeping.open:
        with keeping:
            _keeping(frame, findings, direction)
    ended = [watch for watch in reversed(known) if watch.ended_at]
    if ended:
        with st.expander(f"Ended: {len(ended)}", key="watch_ended", on_change="rerun") as place:
            if place.open:
                _ended(frame, ended[:MOST_TOLD])


def _one(frame: ui.Frame, watch: Watch) -> None:
    found = watch.found
    ui.subheader(ui.literal(_name(watch, frame)))
    if {column for column, _ in found.segments} | set(found.selection.columns) <= set(frame.labels):
        selection = watching.today(found.selection, newest=_newest())
        ui.tell(_standing(watch, selection))
        ui.tell(f"Now: {selection.sentence(frame.labels)}. Kept: {found.selection.sentence(frame.labels)}.")
        _ways(selection.inside(found.segments))
    else:
        st.text("Its segment is not in the store any more, so nothing can be said of it.")
    st.text(_kept(watch))
    if watch.note:
        st.text(watch.note)
    st.button("End this watch", key=f"watch_end_{watch.number}", on_click=_end, args=[watch.number])


def _standing(watch: Watch, selection: Selection) -> str:
    everything = ui.ask(queries.summary, selection).tally
    own = ui.ask(queries.summary, selection.inside(watch.found.segments)).tally
    return wording.standing(watching.standing(watch, own, everything - own), watch.found.direction)


def _ways(inside: Selection) -> None:
    with st.container(horizontal=True):
        ui.in_a_tab("Follow up all", "followups", inside.to_query())
        ui.in_a_tab("Since when", "trends", inside.to_query())


def _kept(watch: Watch) -> str:
    owner = f" Owner: {watch.owner}." if watch.owner else ""
    day = in_words(when.clock(watch.kept_at).date())
    then = f"{told(watch.found.own)} against {points(watch.found.rest.nps)} of the rest"
    return f"Kept by {watch.kept_by} on {day}, at NPS {then}.{owner}"


def _name(watch: Watch, frame: ui.Frame) -> str:
    return wording.name(watch.found.segments, frame.labels)


def _newest() -> date | None:
    """The day of the newest answer, as the sidebar takes it: none that is yet to come."""
    newest = ui.ask(queries.extent).last
    return min(newest, when.clock(ui.minute())).date() if newest else None


def _keeping(frame: ui.Frame, findings: Sequence[Finding], direction: Direction | None) -> None:
    if direction is None or not findings:
        st.text("There is no unhappy or happy group above to be kept.")
        return
    who = ui.visitor()
    if who is None:
        ui.ask_name("Who are you? Your name stands beside what you keep. It is asked once.")
        return
    by_name = {wording.name(finding.segments, frame.labels): finding for finding in findings}
    with st.form("watch", clear_on_submit=True, border=False):
        name = st.selectbox("Group", list(by_name), key="watch_group")
        with st.container(horizontal=True):
            owner = st.text_input("Owner", who, max_chars=LONGEST_OWNER, key="watch_owner", width=240)
            note = st.text_input("Note", key="watch_note", max_chars=LONGEST_NOTE)
        sent = st.form_submit_button("Keep it under watch")
    if sent and name:
        finding = by_name[name]
        found = Found(direction, finding.segments, frame.selection, finding.tally, finding.rest)
        if _done(lambda: watching.keep(the_store(), found, owner=owner, note=note, who=who, now=now())):
            st.rerun()


def _ended(frame: ui.Frame, ended: Sequence[Watch]) -> None:
    for watch in ended:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{_name(watch, frame)}. {_kept(watch)} Ended by {watch.ended_by}.")
            st.button("Take it up again", key=f"watch_again_{watch.number}", on_click=_again, args=[watch.number])


def _end(number: int) -> None:
    _turn(lambda who: watching.end(the_store(), number, who=who, now=now()))


def _again(number: int) -> None:
    _turn(lambda who: watching.take_up_again(the_store(), number, who=who, now=now()))


def _turn(work: Callable[[str], None]) -> None:
    who = ui.visitor() or "somebody"
    try:
        work(who)
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)


def _done(work: Callable[[], object]) -> bool:
    try:
        work()
    except NpsError as error:
        ui.trouble(str(error))
        return False
    return True
