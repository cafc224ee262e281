"""The agent's desk: the list of follow-ups with ticks and undo.

The list stays put while an agent works: which responses stand in it is pinned until the filters or the page change, so
a position always means the same response. A tick is written the moment it is made.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from nps import cases, casework, queries, queues, ui, views, when
from nps.clock import counted, now
from nps.errors import NpsError
from nps.importing.reading import unique
from nps.rows import Followup, Followups, Segment, Wanted, as_they_stand
from nps.selection import Period
from nps.store import the_store
from nps.turns import aside

TICK = "Contacted"
SENTENCES = 5
_DESK = "desk"


@dataclass
class Desk:
    """What this browser's list shows: the filters and page it was drawn for, and its responses by position.

    `left` counts, by page, the rows that left the filter while their page was shown: the next page begins that much
    earlier, so that nobody is skipped. `longest` is the most follow-ups that the list had, `total` and `more` what it
    held, and left out in words, when that was asked last; None: to be asked. `drawn` counts how often the list was
    drawn anew; the editor's key holds it, so no edit outlives its rows. `edits` are those that a list sent last, by its
    number: a grid sends all that its rows do not hold yet, again and again.
    `act_id` is the last act that can be undone here, and `told` what is to be said about it. `busy` is held while a
    step is written: Streamlit may draw the page at the same time, for what the browser sent after it.
    """

    drawn_for: Any = None
    page: int = 0
    keys: tuple[str, ...] = ()
    longest: int = 0
    total: int | None = None
    more: str = ""
    left: dict[int, int] = field(default_factory=dict)
    drawn: int = 0
    edits: dict[int, dict[int, bool]] = field(default_factory=dict)
    act_id: str | None = None
    told: tuple[str, ...] = ()
    busy: threading.RLock = field(default_factory=threading.RLock)


def desk() -> Desk:
    """This session's desk."""
    return st.session_state.setdefault(_DESK, Desk())  # type: ignore[no-any-return]


def arrive(frame: ui.Frame) -> None:
    """Begin anew where somebody comes from another page: the list is asked again, and nothing is left to be said."""
    if frame.arrived:
        st.session_state[_DESK] = Desk(drawn=desk().drawn + 1)


def settle(frame: ui.Frame, asked: Wanted) -> int:
    """Ask for the list where its filters changed, and return how many follow-ups it has.

    What is ticked here leaves the count without asking for it again; any other step has it asked.
    """
    here, drawn_for = desk(), (frame.selection, asked)
    with aside(), here.busy:
        pass
    if here.drawn_for != drawn_for:
        here.drawn_for, here.left, here.longest = drawn_for, {}, 0
        _turn_to(frame, asked, page=1)
    gone = _gone(here, asked)
    if here.total is None:
        found = ask(frame, asked)
        here.total, here.more = found.total + gone, _elsewhere(frame, asked, found)
    return here.total - gone


def listed(frame: ui.Frame, asked: Wanted, page: int) -> tuple[Followup, ...]:
    """A page of the settled list as its follow-ups stand now; which they are changes with the page alone."""
    here = desk()
    if here.page != page:
        here.left[here.page] = _gone(here, asked)
        here.left = {shown: count for shown, count in here.left.items() if shown < page}
        _turn_to(frame, asked, page)
    return followed(here.keys)


def _turn_to(frame: ui.Frame, asked: Wanted, page: int) -> None:
    """Pin the follow-ups of a page."""
    here = desk()
    offset = (page - 1) * views.PAGE_SIZE - sum(here.left.values())
    found = ask(frame, asked, limit=views.PAGE_SIZE, offset=offset)
    draw_anew(here)
    here.page, here.keys, here.total, here.more = page, found.keys, found.total, _elsewhere(frame, asked, found)
    here.longest = max(here.longest, found.total)


def _gone(here: Desk, asked: Wanted) -> int:
    """How many of the pinned rows left the list."""
    return len(here.keys) - sum(_matches(row, asked) for row in followed(here.keys))


def followed(keys: tuple[str, ...]) -> tuple[Followup, ...]:
    """The follow-ups of some responses. What was answered is asked once, how the cases stand after each step."""
    if not keys:
        return ()
    rows = ui.ask(queries.followups_by_key, keys, today=ui.today())
    return as_they_stand(rows, ui.ask(queries.cases_by_key, keys))


def _matches(row: Followup, asked: Wanted) -> bool:
    """Whether a row that was listed still belongs to the list: work on a case changes only its state and its owner."""
    finished = asked.queue != "" and not asked.states and row.state in cases.OVER
    in_queue = {
        "mine": row.owner == asked.me,
        "team": row.owner in asked.team,
        "unassigned": row.owner is None,
        "resolution": row.state != "open",
    }
    return (
        row.state in (asked.states or cases.STATES)
        and not finished
        and asked.owner in (None, row.owner or "")
        and in_queue.get(asked.queue, True)
    )


def ask(frame: ui.Frame, asked: Wanted, *, limit: int = 0, offset: int = 0) -> Followups:
    """A page of the list and how long it is."""
    return ui.ask(queries.followups, frame.selection, asked, now=queues.moment(asked), limit=limit, offset=offset)


def editor(rows: Sequence[Followup], segments: Sequence[Segment], *, who: str | None) -> None:
    """The list; a tick in its first column marks a customer as contacted."""
    here, keys = desk(), tuple(row.key for row in rows)
    if here.keys != keys:  # a response is gone, and the rows below it moved up
        here.keys = keys
        draw_anew(here)
    names = unique((TICK, *HEADER, *(segment.label for segment in segments)))
    now_, today = ui.minute(), ui.today()
    table = pd.DataFrame([cells(row, now_, today) for row in rows], columns=list(names))
    kinds = dict(zip(names[len(names) - len(segments) :], (segment.kind for segment in segments), strict=True))
    for name in (name for name, kind in kinds.items() if kind == "number"):
        table[name] = pd.to_numeric(table[name].str.replace(",", ""), errors="coerce")
    days = [name for name, kind in kinds.items() if kind == "date"]
    for name in days:
        table[name] = pd.to_datetime(table[name], errors="coerce")
    st.data_editor(
        table,
        key=f"ticks_{here.drawn}",
        num_rows="fixed",
        height=min(600, 37 + 35 * max(1, len(rows))),
        hide_index=True,
        disabled=True if who is None else [name for name in table.columns if name != TICK],
        on_change=_ticked,
        args=(here.drawn, here.keys, who),
        alt=f"{counted(len(rows), 'follow-up')}; the first column is the tick. Open a case above to work by keyboard.",
        column_config={
            TICK: st.column_config.CheckboxColumn(width=105, help="Tick it when you have contacted the customer."),
            "Score": st.column_config.NumberColumn(width=60),
            "Urgency": st.column_config.NumberColumn(width=80, help=queues.ORDER_HELP),
            "Comment": st.column_config.TextColumn(width="large"),
            "Due": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
            "Answered": st.column_config.DatetimeColumn(format="D MMM YYYY"),
            **{name: st.column_config.DateColumn(format="D MMM YYYY") for name in days},
        },
    )


HEADER = (
    "Score",
    "Comment",
    "Customer",
    "Clock",
    "Urgency",
    "Days waited",
    "Due",
    "State",
    "Owner",
    "Account",
    "E-mail",
    "Answered",
    "Note",
)


def cells(row: Followup, now_: datetime, today: date) -> list[Any]:
    """A row of the list, as HEADER and the segments name its columns."""
    waited = (row.contacted_at or now_) - row.waiting_since
    return [
        row.contacted_at is not None,
        row.score,
        row.comment or "",
        row.name or row.email or "",
        clock(row, now_, today),
        round(row.urgency, 1),
        max(0, waited.days),
        when.clock(row.due_at),
        row.state,
        row.owner or "",
        row.account or "",
        row.email or "",
        when.answered(row.answered_at),
        row.note or "",
        *(value or "" for value in row.segments),
    ]


def clock(row: Followup, now_: datetime, today: date) -> str:
    """What the clock of a follow-up says, in words; it goes on while the case sleeps."""
    parts = []
    if row.snoozed_until and row.snoozed_until > today:
        parts.append(f"asleep until {row.snoozed_until:%-d %b}")
    if row.promise_due:
        late = "overdue" if row.promise_due < today else "due"
        parts.append(f"promise {late} {row.promise_due:%-d %b}")
    if row.state == "open":
        parts.append(_first_contact(row, now_ - row.due_at))
    return ", ".join(parts)


def _first_contact(row: Followup, late: timedelta) -> str:
    hours = abs(late) // timedelta(hours=1)
    span = f"{hours // 24} d" if hours >= 48 else f"{hours} h"
    if late < timedelta():
        return f"due in {span}"
    return f"{'late at upload' if row.born_overdue else 'overdue'}, {span}"


def _ticked(drawn: int, keys: tuple[str, ...], who: str | None) -> None:
    """Write what was ticked. Only a boolean in the tick's column of a row that was drawn counts; the rest is forged."""
    here = desk()
    edited = _mapping(_mapping(st.session_state.get(f"ticks_{drawn}")).get("edited_rows"))
    made: dict[int, bool] = {}
    for position, cells in edited.items():
        value = _mapping(cells).get(TICK)
        if isinstance(position, int) and 0 <= position < len(keys) and isinstance(value, bool):
            made[position] = value
    changes = {at: value for at, value in made.items() if here.edits.get(drawn, {}).get(at) is not value}
    on = [keys[position] for position, value in changes.items() if value]
    off = [keys[position] for position, value in changes.items() if not value]
    # Whatever touches the session may end for the sake of a newer click: what is seen has to be written before that.
    with here.busy:
        here.edits = {drawn: made}
        if on and who:
            _tick(here, on, who)
        if off and who:
            _untick(here, off, who)


def _mapping(sent: Any) -> Mapping[Any, Any]:
    """What a browser sent where a mapping belongs; an empty one for anything else."""
    return sent if isinstance(sent, Mapping) else {}


def tick(keys: Sequence[str], who: str) -> None:
    """Mark as contacted, and remember what to say and what to undo."""
    _tick(desk(), keys, who)


def _tick(here: Desk, keys: Sequence[str], who: str) -> None:
    try:
        result = casework.tick(the_store(), keys, who=who, now=now())
    except NpsError as error:
        here.told, here.act_id = (str(error),), None
        draw_anew(here)
        return
    if not set(keys) <= set(here.keys):  # a case that was opened by its address
        here.total = None
    done = f"Marked {counted(len(result.done), 'customer')} as contacted."
    here.act_id = result.act_id
    here.told = ((done,) if result.done else ()) + result.conflicts


def undo(who: str) -> None:
    """Take back all that the last act here did."""
    here = desk()
    with here.busy:
        if here.act_id is None:
            return
        try:
            result = casework.undo_act(the_store(), here.act_id, who=who, now=now())
        except NpsError as error:
            here.told = (str(error),)
        else:
            here.act_id = None
            here.told = (f"Took back {counted(len(result.done), 'step')}.", *result.conflicts[:SENTENCES])
        draw_anew(here)


def _untick(here: Desk, keys: Sequence[str], who: str) -> None:
    """Take back one's own contacts; what somebody else did, or was done since, stays as it is."""
    here.act_id = None
    try:
        undone = casework.untick(the_store(), keys, who=who, now=now())
    except NpsError as error:
        here.told = (str(error),)
        draw_anew(here)
        return
    here.told = (f"Took back {counted(undone, 'contact')}.",)
    if undone < len(keys):
        here.told += ("A colleague's contact, or one that more has followed, is taken back in the opened case.",)
    draw_anew(here)


def _elsewhere(frame: ui.Frame, asked: Wanted, found: Followups) -> str:
    """What the filters leave out that an agent may look for: other states of a search, open ones of other days."""
    if asked.text and asked.states:
        return f"{found.others:,} more match in other states." if found.others else ""
    if frame.selection.period == Period():
        return ""
    everywhere = replace(frame, selection=frame.selection.during(Period()))
    others = ask(everywhere, asked).total - found.total
    return f"{others:,} more lie outside this period: choose All time to see them." if others else ""


def draw_anew(here: Desk) -> None:
    """Draw the list anew, and ask how long it is."""
    here.drawn += 1
    here.total = None


def leave() -> None:
    """Somebody turns to another case: what cannot be undone needs no saying there."""
    here = desk()
    if not here.act_id:
        here.told = ()


def said(who: str | None) -> None:
    """What was done last, with its undo: at the lower edge of the window, in sight wherever one has scrolled to."""
    here = desk()
    if not here.told:
        return
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="told"):
        st.text(" ".join(here.told))
        off = not (here.act_id and who)
        st.button("Undo", icon=":material/undo:", key="undo_tick", disabled=off, on_click=undo, args=[who])
