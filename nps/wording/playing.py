"""The playbook beside a case: what to do for this score, and its steps to be ticked off."""

from collections.abc import Sequence

import streamlit as st

from nps import acts, cases, casework, ui, when
from nps.clock import now
from nps.codebook import changing
from nps.comments import questions
from nps.errors import NpsError
from nps.rows import CaseEvent, Followup
from nps.saying import playbook
from nps.saying.playbook import Play
from nps.store import the_store

ANY = "Not said yet"


def reasons_of(row: Followup, plays: Sequence[Play]) -> tuple[str, ...]:
    """What the case is about, by all names: as chosen here, else its root cause, else the reasons of the answer."""
    chosen = st.session_state.get(f"about_{row.key}")
    if said := tuple(reason for play in plays if play.title == chosen for reason in play.reasons):
        return said
    book = ui.ask(changing.book)
    if row.root_cause:
        code = book.named(row.root_cause)
        return (row.root_cause, *(book.names(code) if code else ()))
    codes, _ = ui.ask(questions.reasons, (row.key,)).get(row.key, ((), ""))
    return tuple(dict.fromkeys(name for code in codes for name in book.names(book.read(code))))


def about(row: Followup, plays: Sequence[Play]) -> None:
    """What the case is about: it decides what else is advised, and which template comes first."""
    titles = [play.title for play in plays if play.reasons and not play.retired]
    causes = {reason.casefold(): play.title for play in plays if not play.retired for reason in play.reasons}
    known = next((causes[name.casefold()] for name in reasons_of(row, plays) if name.casefold() in causes), None)
    options = [ANY, *titles]
    st.selectbox(
        "What it is about",
        options,
        index=options.index(known) if known in titles else 0,
        key=f"about_{row.key}",
    )


def playbook_panel(row: Followup, who: str | None, events: Sequence[CaseEvent]) -> None:
    """What to do for this score and reason, with the steps that were done; a tick is written at once."""
    plays = ui.ask(playbook.every)
    fitting = playbook.plays_for(plays, row.score or 0, reasons_of(row, plays))
    with st.expander("What to do", expanded=True, key="playbook_panel"):
        about(row, plays)
        for play in fitting:
            st.text("\n".join(f"{heading}: {text}" for heading, text in play.advice()))
        done = {event.value: event for event in cases.counting(events) if event.kind == "step"}
        for number, step in enumerate(playbook.steps(fitting)):
            ticked = done.get(step)
            key = f"step_{row.key}_{row.version}_{number}"
            st.checkbox(
                ui.literal(step),
                value=ticked is not None,
                key=key,
                disabled=who is None,
                help=ui.literal(f"Done by {ticked.who}, {when.told(ticked.happened_at)}") if ticked else None,
                on_change=_tick,
                args=[row.key, step, ticked.event_id if ticked else None, who],
            )


def _tick(response_key: str, step: str, event_id: str | None, who: str | None) -> None:
    """Write that a step was done, or take it back."""
    try:
        if event_id is None:
            casework.do(the_store(), response_key, acts.step(step), who=who or "", now=now())
        else:
            casework.undo(the_store(), response_key, who=who or "", now=now(), event_id=event_id)
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
