"""One act for all follow-ups that are listed on a page: tick, give away, snooze; one click takes all of it back."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import streamlit as st

from nps import acts, cases, casework, desk, ui
from nps.clock import counted, now
from nps.errors import NpsError
from nps.rows import Followup
from nps.store import the_store


def page_at_once(rows: Sequence[Followup], who: str | None) -> None:
    """One act for all that are listed on this page; one click takes all of it back."""
    still_open = [row.key for row in rows if row.state == "open"]
    unfinished = [row.key for row in rows if row.state not in cases.OVER]
    if not who or len(unfinished) < 2:
        return
    if len(still_open) > 1:
        with st.popover("Tick all on this page", icon=":material/done_all:"):
            st.text(f"Mark all {len(still_open)} open follow-ups of this page as contacted by {who}?")
            st.button("Mark all as contacted", type="primary", key="bulk", on_click=desk.tick, args=[still_open, who])
    with st.popover("Give all on this page to", icon=":material/group_add:"):
        st.text_input("New owner of all", key="bulk_owner", max_chars=60)
        label = f"Give away {counted(len(unfinished), 'follow-up')}"
        st.button(label, type="primary", key="bulk_assign", on_click=_assign_all, args=[unfinished, who])
    with st.popover("Snooze all on this page", icon=":material/snooze:"):
        tomorrow = ui.today() + timedelta(days=1)
        st.date_input("All until", tomorrow, min_value=tomorrow, key="bulk_until")
        st.text_input("Why all of them", key="bulk_why", max_chars=acts.LONGEST_WORDS)
        label = f"Snooze {counted(len(unfinished), 'follow-up')}"
        st.button(label, type="primary", key="bulk_snooze", on_click=_snooze_all, args=[unfinished, who])


def _assign_all(keys: Sequence[str], who: str) -> None:
    owner = " ".join(st.session_state["bulk_owner"].split())
    _all(keys, lambda: acts.assign(owner or None), who, f"now belong to {owner or 'nobody'}.")


def _snooze_all(keys: Sequence[str], who: str) -> None:
    until, why = st.session_state["bulk_until"], st.session_state["bulk_why"]
    _all(keys, lambda: acts.snooze(until, why, today=ui.today()), who, f"sleep until {until:%-d %b}.")


def _all(keys: Sequence[str], make: Callable[[], acts.Act], who: str, told: str) -> None:
    """Do one thing to several cases, and remember what to say and what to undo."""
    here = desk.desk()
    try:
        result = casework.do_all(the_store(), dict.fromkeys(keys, make()), who=who, now=now())
    except NpsError as error:
        here.told, here.act_id = (str(error),), None
        return
    here.act_id = result.act_id
    here.told = (f"{counted(len(result.done), 'follow-up')} {told}", *result.conflicts[: desk.SENTENCES])
    desk.draw_anew(here)
