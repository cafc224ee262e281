"""One case with everything about it: what is known, what happened, and what can be done, by keyboard too."""

import json
from collections.abc import Sequence

import streamlit as st

from nps import caseabout, caseforms, casereasons, cases, desk, queries, ui, when
from nps.clock import ago
from nps.desk import followed
from nps.rows import CaseEvent, Followup
from nps.wording import playbook_panel, saying_panel

_PICK, _LINKED = "open_case", "linked_case"


def case(rows: Sequence[Followup], labels: Sequence[str], *, who: str | None) -> None:
    """One case with real widgets: all that is known, what happened, and what can be done."""
    options = {row.key: row for row in rows}
    linked = ui.in_url("case")
    if linked and linked not in options:
        options |= {row.key: row for row in followed((linked,))}
    # The address chooses first; afterwards the widget does, and keeps the keyboard's focus.
    if st.session_state.get(_LINKED) != linked:
        st.session_state[_LINKED] = linked
        st.session_state[_PICK] = linked if linked in options else ""
    if st.session_state.get(_PICK) not in options:
        st.session_state[_PICK] = ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Open a case",
            ["", *options],
            format_func=lambda key: _title(options[key]) if key else "Open a case: choose one, or press J",
            key=_PICK,
            label_visibility="collapsed",
            on_change=_open,
        )
        _turn([row.key for row in rows], chosen)
    if not chosen:
        return
    row = options[chosen]
    with st.container(border=True, key="case_view"):
        events = ui.ask(queries.case_events, row.key)
        caseabout.head(row)
        if who is None:
            st.text("Write your name above to work on this case.")
        else:
            caseforms.buttons(row, who)
        left, right = st.columns([3, 2], gap="large")
        with left:
            st.text(row.comment or "No comment.")
            casereasons.panel(row, who)
            caseabout.about(row, labels)
        with right:
            if who is not None:
                caseforms.form(row, who)
                caseforms.promises(row, who, cases.fold(events))
            playbook_panel(row, who, events)
            _history(events)
            if who is not None:
                caseforms.take_back(row, who, events, told)
        saying_panel(row, who)


def _turn(keys: Sequence[str], chosen: str) -> None:
    """To the case before and after, in the order of the list."""
    place = keys.index(chosen) if chosen in keys else -1
    for label, key, step, icon in (("Previous", "K", -1, "arrow_upward"), ("Next", "J", 1, "arrow_downward")):
        there = keys[place + step] if 0 <= place + step < len(keys) else None
        st.button(
            label,
            icon=f":material/{icon}:",
            key=f"case_{label.lower()}",
            shortcut=key,
            disabled=there is None,
            on_click=_go,
            args=[there],
        )


def _go(key: str) -> None:
    st.session_state[_PICK] = key
    _open()


def _open() -> None:
    """Put the case that was chosen into the URL, so that a link and a reload show it."""
    chosen = st.session_state[_PICK] or None
    desk.leave()
    st.session_state[_LINKED] = chosen
    ui.to_url("case", chosen)


def _title(row: Followup) -> str:
    who = row.name or row.email or row.account or row.key
    return f"{row.score} · {who} · {ago(row.waiting_since, at=ui.minute())}"


def _history(events: Sequence[CaseEvent]) -> None:
    undone = {event.value for event in events if event.kind == "undone"}
    lines = [
        f"{when.clock(event.happened_at):%-d %b, %H:%M}  {event.who}  {told(event)}"
        + (" (taken back)" if event.event_id in undone else "")
        for event in reversed(events)
    ]
    if lines:
        st.markdown("**What happened**")
        st.text("\n".join(lines))


def told(event: CaseEvent) -> str:
    """What happened, on one line, without who and when."""
    details = json.loads(event.details) if event.details else {}
    promised = f" (by {details['due']})" if event.kind == "promised" else ""
    until = f"until {details['until']}: " if event.kind == "snoozed" else ""
    more = ", ".join(
        str(details[name]) for name in ("on", "outcome", "root_cause", "resolution", "text") if name in details
    )
    value = "" if event.kind in ("undone", "kept", "broken") else event.value
    said = until + (value or "") + promised + (f" ({more})" if more else "")
    return WORDS[event.kind] + (f": {said}" if said else "")


WORDS = {
    "contacted": "contacted",
    "attempt": "attempt",
    "note": "note",
    "assigned": "owner",
    "moved": "moved to",
    "snoozed": "snoozed",
    "woken": "woke it",
    "promised": "promised",
    "kept": "kept a promise",
    "broken": "broke a promise",
    "step": "did",
    "sent": "sent",
    "undone": "undid a step",
}
