"""What happened, on the page Trends: each mark with NPS before and after it, and how marks come in and go."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from nps import charts, queries, ui
from nps.clock import counted, now
from nps.errors import NpsError
from nps.moves import around, marks, questions, telling
from nps.moves.around import Around, Sides
from nps.moves.marks import KINDS, LONGEST, Happened, Mark
from nps.rows import PeriodTally
from nps.score import FEWEST_COMPARED, Tally
from nps.selection import Period, Selection, in_words
from nps.store import the_store
from nps.why import wording
from nps.why.contrast import Both, Columns, scan
from nps.why.sides import in_time
from nps.why.split import folded, split

MOST_TOLD = 12
PARTED_HELP = (
    "Mix: groups gave another share of the answers. Rate: they scored otherwise. By the segment that explains most."
)


def shown(selection: Selection, days: Sequence[PeriodTally]) -> tuple[Mark, ...]:
    """The marks of the days that the line shows."""
    span = Period(days[0].start, days[-1].start + timedelta(1))
    return around.within(ui.ask(questions.marks), span.within(selection.period))


def happened(seen: Sequence[Mark], selection: Selection, choices: Mapping[str, str]) -> None:
    """What happened, each with NPS on both sides, and the way to add to it or to take it back.

    `choices` are the names of the segments by column, of which one parts each difference.
    """
    ui.header("What happened")
    if seen:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            width = st.selectbox(
                "Days on each side", around.WIDTHS, index=1, key="around", bind="query-params", width=180
            )
            parted = st.toggle("With mix and rate", key="parted", bind="query-params", help=PARTED_HELP)
        told = _told(seen[-MOST_TOLD:], selection, width or around.WIDTHS[1])
        for number, mark in list(enumerate(seen, start=1))[-MOST_TOLD:]:
            found = told.get(mark.number)
            _line(number, mark, found)
            if found is not None and found.before.n and found.after.n:
                if parted:
                    _parts(found, selection, choices)
                # The days after it beside as many before, which come right before them.
                ui.in_a_tab("What changed", "compare", selection.during(found.sides.after).to_query())
        if len(seen) > MOST_TOLD:
            st.caption(f"The newest {MOST_TOLD} of {counted(len(seen), 'mark')} in this period.")
    else:
        ui.tell("No release, price change or outage is written down for this period.")
    with st.expander("Write down what happened", icon=":material/flag:"):
        _writing()


def _line(number: int, mark: Mark, found: Around | None) -> None:
    head = f"{number}. {in_words(mark.day)}, {mark.kind}: {mark.label}"
    if found is None:
        ui.tell(f"{head}. Too few days since then to compare.")
        return
    days = found.sides.after.days
    if min(found.before.n, found.after.n) < FEWEST_COMPARED:
        ui.tell(f"{head}. Too few answers within {days} days of it to compare.")
        return
    ui.tell(
        f"{head}. {days} days before: {charts.told(found.before)}; from that day on: {charts.told(found.after)}. "
        f"Difference {telling.difference(found.change)}."
    )


def _parts(found: Around, selection: Selection, choices: Mapping[str, str]) -> None:
    """The mix and the rate of a difference, by the segment that explains most of it."""
    sides = in_time(selection.during(found.sides.after), found.sides.before)

    def counts(column: str) -> Both:
        before, after = (ui.ask(queries.by_segment, side, column) for side in (sides.before, sides.after))
        return before, after

    by_column: dict[Columns, Both] = {(column,): counts(column) for column in choices}
    columns = scan(by_column).columns()
    parts = split(*folded(*by_column[columns])) if columns else None
    if columns and parts:
        ui.tell(f"By {choices[columns[0]]}: {wording.mix_and_rate(parts, sides)}")
    else:
        ui.tell(f"No segment has two groups of at least {FEWEST_COMPARED} answers on both sides to part it by.")


def _told(seen: Sequence[Mark], selection: Selection, width: int) -> dict[int, Around]:
    """Both sides of each mark by its number; those of which too few days are over are left out."""
    newest = ui.ask(queries.extent).last
    until = newest.date() + timedelta(1) if newest else date.min
    sides = {mark: both for mark in seen if (both := around.sides(mark.day, width, until=until))}
    tallies = _tallies(sides.values(), selection)
    return {mark.number: Around(mark, both, tallies[both.before], tallies[both.after]) for mark, both in sides.items()}


def _tallies(sides: Collection[Sides], selection: Selection) -> dict[Period, Tally]:
    """What periods add up to. Where each vote counts, one question answers for all of them."""
    spans = [span for both in sides for span in (both.before, both.after)]
    if selection.unit != "response":
        return {span: ui.ask(queries.summary, selection.during(span)).tally for span in spans}
    whole = Period(
        min((s.start for s in spans if s.start), default=None), max((s.end for s in spans if s.end), default=None)
    )
    days = ui.ask(questions.days, selection.during(whole)) if spans else ()
    return {span: around.tally(days, span) for span in spans}


def _writing() -> None:
    who = ui.visitor()
    if who is None:
        ui.ask_name("Who are you? Your name stands beside what you write down. It is asked once.")
        return
    _one(who)
    _file(who)
    _take_back(who)


def _one(who: str) -> None:
    with (
        st.form("mark", clear_on_submit=True, border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        day = st.date_input("Day it happened", ui.today(), key="mark_day", width=160)
        kind = st.selectbox("Kind", KINDS, key="mark_kind", width=160)
        label = st.text_input("What happened", key="mark_label", max_chars=LONGEST)
        sent = st.form_submit_button("Write it down")
    if sent:
        _keep(lambda: [Happened(day, kind, label)], who)


def _file(who: str) -> None:
    file = st.file_uploader(
        "Or a file with the columns day and what, and kind if you like", key="mark_file", max_upload_size=1
    )
    if file is not None and st.button("Write down what is in the file", key="mark_file_take"):
        _keep(lambda: marks.from_file(file.name, file.getvalue()), who)


def _take_back(who: str) -> None:
    standing = {mark.number: f"{in_words(mark.day)}: {mark.label}" for mark in reversed(ui.ask(questions.marks))}
    if not standing:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox("Take back", list(standing), format_func=standing.__getitem__, key="mark_gone")
        if st.button("Take it back", key="mark_take_back") and number is not None:
            try:
                marks.take_back(the_store(), number, who=who, now=now())
            except NpsError as error:
                ui.trouble(str(error))
                return
            st.rerun()


def _keep(what: Callable[[], Sequence[Happened]], who: str) -> None:
    """Keep what was written, or say why not."""
    try:
        added = marks.add(the_store(), what(), who=who, now=now())
    except NpsError as error:
        ui.trouble(str(error))
        return
    st.toast(f"{counted(added, 'mark')} written down." if added else "That stands there already.")
    st.rerun()
