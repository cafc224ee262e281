"""One case with everything about it: what is known, what happened, and what can be done, by keyboard too."""

from collections.abc import Sequence

import streamlit as st

from nps import cases, casework, queries, ui
from nps.clock import ago, now
from nps.desk import desk, draw_anew, tick
from nps.errors import NpsError
from nps.rows import CaseEvent, Followup
from nps.store import the_store

_PICK, _LINKED = "open_case", "linked_case"


def case(rows: Sequence[Followup], labels: Sequence[str], *, who: str | None) -> None:
    """One case with real widgets: all that is known, what happened, and what can be done."""
    options = {row.key: row for row in rows}
    linked = ui.in_url("case")
    if linked and linked not in options:
        options |= {row.key: row for row in ui.ask(queries.followups_by_key, (linked,))}
    # The address chooses first; afterwards the widget does, and keeps the keyboard's focus.
    if st.session_state.get(_LINKED) != linked:
        st.session_state[_LINKED] = linked
        st.session_state[_PICK] = linked if linked in options else ""
    if st.session_state.get(_PICK) not in options:
        st.session_state[_PICK] = ""
    chosen = st.selectbox(
        "Open a case",
        ["", *options],
        format_func=lambda key: _title(options[key]) if key else "None",
        key=_PICK,
        on_change=_open,
    )
    if not chosen:
        return
    row = options[chosen]
    with st.container(border=True, key="case_view"):
        left, right = st.columns([3, 2], gap="large")
        with left:
            _about(row, labels)
        with right:
            _act(row, who)
            _history(ui.ask(queries.case_events, row.key))


def _open() -> None:
    """Put the case that was chosen into the URL, so that a link and a reload show it."""
    chosen = st.session_state[_PICK] or None
    st.session_state[_LINKED] = chosen
    ui.to_url("case", chosen)


def _title(row: Followup) -> str:
    who = row.name or row.email or row.account or row.key
    return f"{row.score} · {who} · {ago(row.waiting_since, at=ui.minute())}"


def _about(row: Followup, labels: Sequence[str]) -> None:
    st.header(ui.literal(row.name or row.email or row.account or "Somebody without a name"), anchor=False)
    st.text(f"Score {row.score}")
    st.text(row.comment or "No comment.")
    facts = [("E-mail", row.email), ("Account", row.account), ("Survey", row.survey)]
    facts += list(zip(labels, row.segments, strict=True))
    facts.append(("Answered", f"{row.answered_at:%-d %b %Y, %H:%M} UTC" if row.answered_at else "no date in the file"))
    late = ", which was before the upload" if row.born_overdue else ""
    facts.append(("First contact due", f"{row.due_at:%-d %b %Y, %H:%M} UTC{late}"))
    st.text("\n".join(f"{name}: {value}" for name, value in facts if value))


def _act(row: Followup, who: str | None) -> None:
    st.markdown(
        f"**{(row.state or cases.STATES[0]).capitalize()}**" + (f" · {ui.literal(row.owner)}" if row.owner else "")
    )
    if who is None:
        st.text("Write your name above to work on this case.")
        return
    with st.container(horizontal=True):
        if row.state == "open":
            st.button("Mark as contacted", type="primary", key="case_tick", on_click=tick, args=[[row.key], who])
        if row.owner != who:
            st.button("Take it", key="case_take", on_click=_do, args=["assign", row, who, who])
        if row.version:
            st.button(
                "Undo last step", icon=":material/undo:", key="case_undo", on_click=_do, args=["undo", row, who, None]
            )
    following = [state for state in cases.may_follow(row.state or cases.STATES[0]) if state != "contacted"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state = st.selectbox(
            "Move to", following, index=None, placeholder="Choose", key=f"move_{row.key}_{row.version}"
        )
        st.button("Move", key="case_move", disabled=state is None, on_click=_do, args=["move", row, who, state])
    note = st.text_area("Note", key=f"note_{row.key}_{row.version}", max_chars=casework.LONGEST_NOTE, height=90)
    st.button("Save note", key="case_note", on_click=_do, args=["note", row, who, note])


def _do(act: str, row: Followup, who: str, value: str | None) -> None:
    """Do one thing to a case and keep what to say about it."""
    here, store, at = desk(), the_store(), now()
    here.ticked = ()
    try:
        if act == "note":
            written = st.session_state.get(f"note_{row.key}_{row.version}", value)
            casework.note(store, row.key, written or "", who=who, now=at)
        elif act == "assign":
            casework.assign(store, row.key, value, who=who, now=at, seen=row.version)
        elif act == "move":
            moved = st.session_state.get(f"move_{row.key}_{row.version}", value)
            casework.move(store, row.key, moved or "", who=who, now=at, seen=row.version)
        else:
            casework.undo(store, row.key, who=who, now=at, seen=row.version)
    except NpsError as error:
        here.told = (str(error),)
        return
    here.told = (DONE[act],)
    draw_anew(here)


DONE = {"note": "Note saved.", "assign": "It is yours now.", "move": "Moved.", "undo": "Took back the last step."}


def _history(events: Sequence[CaseEvent]) -> None:
    undone = {event.value for event in events if event.kind == "undone"}
    lines = []
    for event in reversed(events):
        what = WORDS[event.kind] + (f": {event.value}" if event.value and event.kind != "undone" else "")
        taken_back = " (taken back)" if event.event_id in undone else ""
        lines.append(f"{event.happened_at:%-d %b, %H:%M}  {event.who}  {what}{taken_back}")
    if lines:
        st.markdown("**What happened**")
        st.text("\n".join(lines))


WORDS = {"contacted": "contacted", "note": "note", "assigned": "owner", "moved": "moved to", "undone": "undid a step"}
