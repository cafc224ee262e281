"""The agent's desk: the list with ticks, undo, and one case with everything about it.

The list stays put while an agent works: which responses stand in it is pinned until the filters or the page change, so
a position always means the same response. A tick is written the moment it is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from nps import cases, casework, queries, ui, views
from nps.clock import ago, counted, now
from nps.errors import NpsError
from nps.importing.reading import unique
from nps.rows import CaseEvent, Followup, Wanted
from nps.store import the_store

TICK = "Contacted"
NOBODY = "Nobody"
_DESK = "desk"


@dataclass
class Desk:
    """What this browser's list shows: the filters and page it was drawn for, and its responses by position.

    `drawn` counts how often the list was drawn anew; the editor's key holds it, so no edit outlives its rows. `edits`
    are those that a list sent last, by its number: a grid sends all that its rows do not hold yet, again and again.
    `ticked` are the responses of the last tick, for undo; `told` is what is to be said about it.
    """

    drawn_for: Any = None
    keys: tuple[str, ...] = ()
    total: int = 0
    drawn: int = 0
    edits: dict[int, dict[int, bool]] = field(default_factory=dict)
    ticked: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def desk() -> Desk:
    """This session's desk."""
    return st.session_state.setdefault(_DESK, Desk())  # type: ignore[no-any-return]


def arrive(frame: ui.Frame) -> None:
    """Begin anew where somebody comes from another page: the list is asked again, and nothing is left to be said."""
    if frame.arrived:
        st.session_state[_DESK] = Desk(drawn=desk().drawn + 1)


def wanted() -> Wanted:
    """Which follow-ups to list: state, owner, scores, text; all of it in the URL."""
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
        low, high = st.slider("Score", 0, 6, (0, 6), key="score", bind="query-params", width=180)
        text = st.text_input(
            "Search", key="text", bind="query-params", placeholder="Words, customer, account", width=260
        )
    return Wanted(tuple(states), {"": None, NOBODY: ""}.get(owner, owner), low, high, text.strip())


def listed(frame: ui.Frame, asked: Wanted, page: int) -> tuple[Followup, ...]:
    """The pinned page of the list as it stands now; asked anew when filters or page change."""
    here, drawn_for = desk(), (frame.selection, asked, page)
    if here.drawn_for != drawn_for:
        offset = (page - 1) * views.PAGE_SIZE
        found = ui.ask(queries.followups, frame.selection, asked, limit=views.PAGE_SIZE, offset=offset)
        here.drawn_for, here.keys, here.total = drawn_for, tuple(row.key for row in found.page), found.total
        _draw_anew(here)
        return found.page
    return ui.ask(queries.followups_by_key, here.keys)


def count(frame: ui.Frame, asked: Wanted) -> int:
    """How many follow-ups the filters find."""
    return ui.ask(queries.followups, frame.selection, asked, limit=1).total


def editor(rows: Sequence[Followup], labels: Sequence[str], *, who: str | None) -> None:
    """The list; a tick in its first column marks a customer as contacted."""
    here, keys = desk(), tuple(row.key for row in rows)
    if here.keys != keys:  # a response is gone, and the rows below it moved up
        here.keys = keys
        _draw_anew(here)
    table = pd.DataFrame([_cells(row) for row in rows], columns=list(unique((TICK, *HEADER, *labels))))
    st.data_editor(
        table,
        key=f"ticks_{here.drawn}",
        num_rows="fixed",
        height=min(600, 37 + 35 * max(1, len(rows))),
        hide_index=True,
        disabled=True if who is None else [name for name in table.columns if name != TICK],
        on_change=_ticked,
        args=(here.drawn, here.keys, who),
        alt=f"{counted(len(rows), 'follow-up')}; the first column is the tick. Open a case below to work by keyboard.",
        column_config={
            TICK: st.column_config.CheckboxColumn(width=105),
            "Score": st.column_config.NumberColumn(width=60),
            "Comment": st.column_config.TextColumn(width="large"),
            "Due": st.column_config.DatetimeColumn(format="D MMM, HH:mm"),
        },
    )


HEADER = ("Score", "Comment", "Customer", "Account", "Waiting", "Due", "State", "Owner", "Note")


def _cells(row: Followup) -> list[Any]:
    waiting = ago(row.waiting_since, at=ui.minute()).removesuffix(" ago")
    return [
        row.contacted_at is not None,
        row.score,
        row.comment or "",
        row.name or row.email or "",
        row.account or "",
        waiting,
        row.due_at,
        row.state,
        row.owner or "",
        row.note or "",
        *(value or "" for value in row.segments),
    ]


def _ticked(drawn: int, keys: tuple[str, ...], who: str | None) -> None:
    """Write what was ticked. Only a boolean in the tick's column of a row that was drawn counts; the rest is forged."""
    here = desk()
    edited = _mapping(_mapping(st.session_state.get(f"ticks_{drawn}")).get("edited_rows"))
    made: dict[int, bool] = {}
    for position, cells in edited.items():
        value = _mapping(cells).get(TICK)
        if isinstance(position, int) and 0 <= position < len(keys) and isinstance(value, bool):
            made[position] = value
    before, here.edits = here.edits.get(drawn, {}), {drawn: made}
    changes = {position: value for position, value in made.items() if before.get(position) is not value}
    on = [keys[position] for position, value in changes.items() if value]
    off = [keys[position] for position, value in changes.items() if not value]
    if on and who:
        tick(on, who)
    if off and who:
        untick(off, who)


def _mapping(sent: Any) -> Mapping[Any, Any]:
    """What a browser sent where a mapping belongs; an empty one for anything else."""
    return sent if isinstance(sent, Mapping) else {}


def tick(keys: Sequence[str], who: str) -> None:
    """Mark as contacted, and remember what to say and what to undo."""
    here = desk()
    try:
        result = casework.tick(the_store(), keys, who=who, now=now())
    except NpsError as error:
        here.told, here.ticked = (str(error),), ()
        _draw_anew(here)
        return
    done = f"Marked {counted(len(result.done), 'customer')} as contacted."
    here.ticked = result.done
    here.told = ((done,) if result.done else ()) + result.conflicts


def untick(keys: Sequence[str], who: str) -> None:
    """Take contacts back; a case in which more has happened since stays as it is."""
    here = desk()
    here.ticked = ()
    try:
        undone = casework.untick(the_store(), keys, who=who, now=now())
    except NpsError as error:
        here.told = (str(error),)
        _draw_anew(here)
        return
    here.told = (f"Took back {counted(undone, 'contact')}.",)
    if undone < len(keys):
        here.told += ("Others have moved on since: open them to take back their last step.",)
    _draw_anew(here)


def _draw_anew(here: Desk) -> None:
    here.drawn += 1


def said(who: str | None) -> None:
    """What the last tick did, with its undo. It is always there, so that the list never moves under the mouse."""
    here = desk()
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="told"):
        st.text(" ".join(here.told) or "Tick the first column when you have contacted a customer.")
        undoable = bool(here.ticked and who)
        st.button(
            "Undo",
            icon=":material/undo:",
            key="undo_tick",
            disabled=not undoable,
            on_click=untick,
            args=[here.ticked, who],
        )


def bulk(rows: Sequence[Followup], who: str | None) -> None:
    """One tick for all that are listed on this page and still open."""
    still_open = [row.key for row in rows if row.state == "open"]
    if len(still_open) < 2 or not who:
        return
    with st.popover("Tick all on this page", icon=":material/done_all:"):
        st.text(f"Mark all {len(still_open)} open follow-ups of this page as contacted by {who}?")
        st.button("Mark all as contacted", type="primary", key="bulk", on_click=tick, args=[still_open, who])


def case(rows: Sequence[Followup], labels: Sequence[str], *, who: str | None) -> None:
    """One case with real widgets: all that is known, what happened, and what can be done."""
    options = {row.key: row for row in rows}
    linked = ui.in_url("case")
    if linked and linked not in options:
        options |= {row.key: row for row in ui.ask(queries.followups_by_key, (linked,))}
    keys = ["", *options]
    chosen = st.selectbox(
        "Open a case",
        keys,
        index=keys.index(linked) if linked in options else 0,
        format_func=lambda key: _title(options[key]) if key else "None",
        key=f"case_{linked}",
        on_change=_open,
        args=(linked,),
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


def _open(linked: str | None) -> None:
    """Put the case that was chosen into the URL, so that a link and a reload show it."""
    ui.to_url("case", st.session_state[f"case_{linked}"] or None)


def _title(row: Followup) -> str:
    who = row.name or row.email or row.account or row.key
    return f"{row.score} · {who} · {ago(row.waiting_since, at=ui.minute())}"


def _about(row: Followup, labels: Sequence[str]) -> None:
    st.markdown(f"**Score {row.score}**")
    st.text(row.comment or "No comment.")
    facts = [("Customer", row.name), ("E-mail", row.email), ("Account", row.account), ("Survey", row.survey)]
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
        state = st.selectbox("Move to", following, key=f"move_{row.key}_{row.version}")
        st.button("Move", key="case_move", on_click=_do, args=["move", row, who, state])
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
    _draw_anew(here)


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


def download(frame: ui.Frame, asked: Wanted) -> None:
    """All follow-ups that the filters find, as CSV."""
    header = ("Contacted", *HEADER, *(segment.label for segment in frame.segments))

    def rows() -> list[list[Any]]:
        found = ui.ask(queries.followups, frame.selection, asked, limit=views.MOST_DOWNLOADED)
        return [_cells(row) for row in found.page]

    views.download("Download as CSV", header, rows, file="followups.csv", key="followups_csv")
