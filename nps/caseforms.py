"""What an agent does to the case that is open: buttons with their keys, each of which opens one small form."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import streamlit as st

from nps import acts, cases, casework, queries, ui
from nps.acts import Act
from nps.clock import now
from nps.codebook import changing
from nps.codebook.book import Book
from nps.comments import questions
from nps.desk import desk, draw_anew, tick
from nps.errors import NpsError
from nps.rows import CaseEvent, Followup
from nps.store import the_store

_PANEL, _FAULT = "case_panel", "case_fault"
# Name of the form: (button, key); without icons they stand on one line
PANELS = {
    "note": ("Note", "N"),
    "attempt": ("Attempt", "A"),
    "promise": ("Promise", "P"),
    "snooze": ("Snooze", "S"),
    "move": ("Move on", "M"),
    "assign": ("Give away", "G"),
}


def buttons(row: Followup, who: str) -> None:
    """The acts that this case allows now, each with its key."""
    with st.container(horizontal=True, gap="xsmall"):
        if row.state == "open":
            st.button(
                "Mark as contacted", type="primary", key="case_tick", shortcut="X", on_click=tick, args=[[row.key], who]
            )
        if row.owner != who:
            st.button("Take it", key="case_take", shortcut="T", on_click=_do, args=[row, who, _assigned_to(who)])
        for panel, (label, key) in PANELS.items():
            if panel in ("promise", "snooze", "attempt") and row.state in cases.ENDS:
                continue
            st.button(label, key=f"panel_{panel}", shortcut=key, on_click=_show, args=[row.key, panel])
        if row.version:
            st.button("Undo last step", key="case_undo", shortcut="U", on_click=_undo, args=[row, who])


def form(row: Followup, who: str) -> None:
    """The form that was asked for, above the page, so that the keyboard's focus is in it."""
    key, panel = st.session_state.get(_PANEL, (None, None))
    if key != row.key or panel not in PANELS:
        return
    st.dialog(PANELS[panel][0], on_dismiss=_close)(_form)(row, who, panel)


def _form(row: Followup, who: str, panel: str) -> None:
    """The fields, and what was wrong with them. The page is drawn anew once they are saved."""
    if st.session_state.get(_PANEL) != (row.key, panel):
        st.rerun()
    if fault := st.session_state.pop(_FAULT, None):
        st.text(fault)
    with st.form(f"{panel}_{row.key}_{row.version}", border=False):
        make = _FORMS[panel](row)
        st.form_submit_button("Save", type="primary", key="case_save", on_click=_save, args=[row, who, make])


def promises(row: Followup, who: str, case: cases.Case) -> None:
    """What the customer was told would be done, and whether it was."""
    for promise in case.promises:
        with st.container(horizontal=True, vertical_alignment="center", key=f"promise_{promise.event_id}"):
            late = promise.kept is None and promise.due < ui.today()
            mark = {True: "kept", False: "broken", None: "overdue" if late else "open"}[promise.kept]
            st.text(f"{promise.text} · by {promise.due:%-d %b %Y} · {mark}")
            if promise.kept is None:
                for label, kept in (("Kept", True), ("Broken", False)):
                    st.button(
                        label,
                        key=f"settle_{kept}_{promise.event_id}",
                        on_click=_do,
                        args=[row, who, _settled(promise.event_id, kept=kept)],
                    )


def take_back(row: Followup, who: str, events: tuple[CaseEvent, ...], words: Callable[[CaseEvent], str]) -> None:
    """Any step of the history, not only the last, can be taken back."""
    counting = cases.counting(events)
    if len(counting) < 2:
        return
    by_id = {event.event_id: event for event in reversed(counting)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Take back a step",
            list(by_id),
            index=None,
            placeholder="Choose",
            format_func=lambda event_id: words(by_id[event_id]),
            key=f"back_{row.key}_{row.version}",
        )
        st.button("Take back", key="case_back", disabled=chosen is None, on_click=_undo, args=[row, who, chosen])


def _show(key: str, panel: str) -> None:
    st.session_state[_PANEL] = (key, panel)


def _close() -> None:
    st.session_state[_PANEL] = (None, None)


def _save(row: Followup, who: str, make: Callable[[], Act]) -> None:
    """Do what the form says; one with a fault stays open and says so."""
    _do(row, who, make)
    if st.session_state[_PANEL] != (None, None):
        st.session_state[_FAULT] = " ".join(desk().told)


def _do(row: Followup, who: str, make: Callable[[], Act]) -> None:
    """Do one thing to the case and keep what to say about it."""
    here, store = desk(), the_store()
    here.act_id = None
    try:
        act = make()
        seen = None if act.kind in ("note", "attempt") else row.version
        needed = ui.settings().no_reply_after
        casework.do(store, row.key, act, who=who, now=now(), seen=seen, attempts_needed=needed)
    except NpsError as error:
        here.told = (str(error),)
        return
    _close()
    here.told = (TOLD[act.kind],)
    draw_anew(here)


def _undo(row: Followup, who: str, event_id: str | None = None) -> None:
    here = desk()
    here.act_id = None
    try:
        casework.undo(the_store(), row.key, who=who, now=now(), seen=row.version, event_id=event_id)
    except NpsError as error:
        here.told = (str(error),)
        return
    here.told = ("Took back the last step." if event_id is None else "Took back that step.",)
    draw_anew(here)


TOLD = {
    "note": "Note saved.",
    "attempt": "Attempt noted.",
    "assigned": "It has another owner now.",
    "moved": "Moved.",
    "snoozed": "It sleeps until that day; its clock goes on.",
    "woken": "It is awake.",
    "promised": "Promise noted.",
    "kept": "Kept.",
    "broken": "Broken, and counted so.",
    "step": "Step done.",
}


def _assigned_to(who: str | None) -> Callable[[], Act]:
    return lambda: acts.assign(who)


def _settled(promise_id: str, *, kept: bool) -> Callable[[], Act]:
    return lambda: acts.settle(promise_id, kept=kept)


def _said(row: Followup, name: str) -> Any:
    """What stands in a field of the form now."""
    return st.session_state.get(f"{name}_{row.key}_{row.version}")


def _key(row: Followup, name: str) -> str:
    return f"{name}_{row.key}_{row.version}"


def _note(row: Followup) -> Callable[[], Act]:
    st.text_area("Note", key=_key(row, "text"), max_chars=acts.LONGEST_NOTE, height=90)
    return lambda: acts.note(_said(row, "text") or "")


def _attempt(row: Followup) -> Callable[[], Act]:
    st.segmented_control("How", cases.HOWS, default=cases.HOWS[0], key=_key(row, "how"), required=True)
    st.text_area("What was said", key=_key(row, "said"), max_chars=acts.LONGEST_NOTE, height=90)
    return lambda: acts.attempt(_said(row, "how") or "", _said(row, "said") or "")


def _promise(row: Followup) -> Callable[[], Act]:
    today = ui.today()
    st.text_input("What was promised", key=_key(row, "promise"), max_chars=acts.LONGEST_WORDS)
    st.date_input("By", today + timedelta(7), min_value=today, key=_key(row, "due"))
    return lambda: acts.promise(_said(row, "promise") or "", _said(row, "due") or today, today=today)


def _snooze(row: Followup) -> Callable[[], Act]:
    today = ui.today()
    if row.snoozed_until and row.snoozed_until > today:
        st.text(f"It sleeps until {row.snoozed_until:%-d %b %Y}: {row.snooze_reason}. Save to wake it.")
        return acts.wake
    st.date_input("Until", today + timedelta(1), min_value=today + timedelta(1), key=_key(row, "until"))
    st.text_input("Why", key=_key(row, "why"), max_chars=acts.LONGEST_WORDS, placeholder="On holiday until Monday")
    return lambda: acts.snooze(_said(row, "until") or today, _said(row, "why") or "", today=today)


def _assign(row: Followup) -> Callable[[], Act]:
    st.text_input("New owner (empty: nobody)", row.owner or "", key=_key(row, "owner_is"), max_chars=60)
    return lambda: acts.assign((_said(row, "owner_is") or "").strip() or None)


def _move(row: Followup) -> Callable[[], Act]:
    """Another state; all that some of them need is asked at once, so that one keystroke saves it."""
    needed = ui.settings().no_reply_after
    case = cases.fold(ui.ask(queries.case_events, row.key))
    states = acts.offered(case, attempts_needed=needed)
    options = [option for state in states for option in _WAITS.get(state, (state,))]
    st.selectbox("To", options, key=_key(row, "move"), format_func=str.capitalize)
    if "resolved" in states:
        hint = "If resolved"
        st.selectbox("Outcome", cases.OUTCOMES, index=None, placeholder=hint, key=_key(row, "outcome"))
        causes, own = root_causes(ui.ask(changing.book), ui.ask(questions.reasons, (row.key,)).get(row.key))
        st.selectbox("Root cause", causes, index=own, placeholder=hint, accept_new_options=True, key=_key(row, "cause"))
        st.selectbox("Resolution", cases.RESOLUTIONS, index=None, placeholder=hint, key=_key(row, "resolution"))
    if "duplicate" in states:
        others = {
            other.key: other
            for other in ui.ask(queries.siblings, row.person_id, row.account_id)
            if other.key != row.key
        }
        st.selectbox(
            "Duplicate of",
            list(others),
            index=None,
            placeholder="If duplicate" if others else "No other case of this customer or account",
            format_func=lambda key: f"{others[key].score} · {others[key].name or others[key].email or key}",
            key=_key(row, "of"),
        )
    return lambda: _moved(row)


def root_causes(book: Book, reasons: tuple[tuple[str, ...], str] | None) -> tuple[list[str], int | None]:
    """What the reasons of the codebook are called, and which of them is the primary one of the answer."""
    codes = [code.code for code in book.offered]
    primary = next((book.read(code) for code in reasons[0]), None) if reasons else None
    return [book.label(code) for code in codes], codes.index(primary) if primary in codes else None


def _moved(row: Followup) -> Act:
    state = _said(row, "move") or ""
    if state == "resolved":
        return acts.resolve(*(_said(row, name) or "" for name in ("outcome", "cause", "resolution")))
    if state == "duplicate":
        return acts.duplicate(_said(row, "of") or "")
    waits = {option: on for on, option in zip(cases.WAITING_ON, _WAITS["waiting"], strict=True)}
    return acts.wait(waits[state]) if state in waits else acts.move(state)


_WAITS: dict[str, tuple[str, ...]] = {"waiting": ("waiting on the customer", "waiting on us")}
_FORMS = {
    "note": _note,
    "attempt": _attempt,
    "promise": _promise,
    "snooze": _snooze,
    "assign": _assign,
    "move": _move,
}
