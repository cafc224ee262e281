"""Giving follow-ups to people, many at once: from one owner to another, or by rules; one click takes it back."""

from collections import Counter
from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from nps import casework, queries, ui
from nps.casework import Done
from nps.clock import ago, counted, now
from nps.errors import NpsError
from nps.queues import NOBODY
from nps.rows import Band
from nps.store import the_store
from nps.team import assigning, questions
from nps.team.counts import Load
from nps.team.rules import Rules, as_text, pairs

_TOLD, _ACT = "giving_told", "giving_act"


def said(who: str | None) -> None:
    """What was given last, with its undo."""
    told, act_id = st.session_state.get(_TOLD), st.session_state.get(_ACT)
    if told:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="given"):
            st.text(told)
            if act_id and who:
                st.button("Undo", icon=":material/undo:", key="undo_given", on_click=_undo, args=[act_id, who])


def arrive(frame: ui.Frame) -> None:
    """Nothing is left to be said to who comes from another page."""
    if frame.arrived:
        st.session_state.pop(_TOLD, None)
        st.session_state.pop(_ACT, None)


def hand_over(frame: ui.Frame, load: Load, of: Band, who: str) -> None:
    """Give some or all cases of one owner to somebody else."""
    name = load.owner or NOBODY
    with st.popover("Hand over", icon=":material/swap_horiz:"):
        others = [each for each in ui.ask(queries.owners) if each != load.owner]
        to = st.selectbox(
            "To", others, index=None, accept_new_options=True, placeholder="Choose or write a name", key=f"to_{name}"
        )
        most = min(load.unfinished, assigning.MOST_AT_ONCE)
        count = st.number_input("How many, due first", 1, most, most, key=f"count_{name}_{most}")
        st.button(
            "Hand over now",
            type="primary",
            key="hand_over",
            disabled=not to,
            on_click=_hand_over,
            args=[frame, load.owner, of],
            kwargs={"to": to, "count": int(count), "who": who},
        )


def _hand_over(frame: ui.Frame, owner: str | None, of: Band, *, to: str, count: int, who: str) -> None:
    if owner is None:
        cases = ui.fetch(questions.unassigned, frame.selection, of, limit=count)
        keys = [case.key for case in cases]
    else:
        keys = list(ui.fetch(questions.owned, frame.selection, of, owner, limit=count))
    todo = dict.fromkeys(keys, to)
    _give(todo, lambda: assigning.assign(the_store(), todo, who=who, now=now()))


def rules(frame: ui.Frame, who: str) -> None:
    """The rules of assignment, to be changed."""
    decided = ui.ask(questions.rules)
    kept = decided.rules
    if decided.at and decided.who:
        st.text(f"Decided by {decided.who}, {ago(decided.at, at=now())}.")
    columns = ["", *frame.choices]
    with st.form("rules", border=False):
        account = st.toggle("First, the owner of the account", kept.account_owner)
        column = st.selectbox(
            "Then by segment",
            columns,
            index=columns.index(kept.column) if kept.column in columns else 0,
            format_func=lambda name: frame.choices[name] if name else "none",
        )
        given = st.text_area(
            "whose values belong to",
            as_text(kept.owners),
            height=120,
            placeholder="Enterprise = Ada Osei\nStarter = Ben Birch",
            help="One a line. Left empty, the value of the segment is the owner's name.",
        )
        turn = st.text_area("Then in turn, one name a line", "\n".join(kept.in_turn), height=120)
        if st.form_submit_button("Save the rules"):
            _save(account, column or None, given, turn, who)


def _save(account: bool, column: str | None, given: str, turn: str, who: str) -> None:
    try:
        wanted = Rules(
            account,
            column,
            pairs(given) if column else (),
            tuple(name.strip() for name in turn.splitlines() if name.strip()),
        )
        changed = assigning.decide(the_store(), wanted, who=who, now=now())
    except NpsError as error:
        ui.trouble(str(error))
        return
    st.session_state[_TOLD], st.session_state[_ACT] = "Rules saved." if changed else "The rules stay as they are.", None
    st.rerun()


def by_rules(frame: ui.Frame, of: Band, who: str) -> None:
    """Who would get how many of the cases that nobody owns, and the button that gives them."""
    if ui.ask(questions.rules).rules.none:
        st.text("There are no rules yet. Save one to see who would get what.")
        return
    planned = assigning.plan(the_store(), frame.selection, of, now=ui.minute())
    if not planned:
        st.text("No rule fits a case that nobody owns.")
        return
    each = Counter(planned.values()).most_common()
    st.dataframe(pd.DataFrame(each, columns=["Owner", "Would get"]), hide_index=True, key="planned", alt="The plan")
    st.button(
        f"Assign {counted(len(planned), 'follow-up')} by the rules",
        type="primary",
        key="assign_by_rules",
        on_click=_by_rules,
        args=[planned, who],
    )


def _by_rules(planned: Mapping[str, str], who: str) -> None:
    _give(planned, lambda: assigning.by_rules(the_store(), planned, who=who, now=now()))


def _give(todo: Mapping[str, str], act: Callable[[], Done]) -> None:
    """Do it, and keep what is to be said about it."""
    try:
        done = act()
    except NpsError as error:
        st.session_state[_TOLD], st.session_state[_ACT] = str(error), None
        return
    each = ", ".join(f"{name} {n:,}" for name, n in Counter(todo[key] for key in done.done).most_common(8))
    told = f"Assigned {counted(len(done.done), 'follow-up')}: {each}."
    if done.conflicts:
        told += f" {counted(len(done.conflicts), 'follow-up')} changed in the meantime and stayed."
    st.session_state[_TOLD], st.session_state[_ACT] = told, done.act_id


def _undo(act_id: str, who: str) -> None:
    try:
        back = casework.undo_act(the_store(), act_id, who=who, now=now())
    except NpsError as error:
        st.session_state[_TOLD], st.session_state[_ACT] = str(error), None
        return
    told = f"Took back {counted(len(back.done), 'assignment')}."
    if back.conflicts:
        told += (
            f" {counted(len(back.conflicts), 'case')} changed since and stay{'s' if len(back.conflicts) == 1 else ''}."
        )
    st.session_state[_TOLD], st.session_state[_ACT] = told, None
