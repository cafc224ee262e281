"""What a score is compared with: another period, another group, a target or a benchmark; all of it in the URL."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from nps import queries, ui, views
from nps.score import FEWEST_SHOWN, Interval
from nps.selection import Period, Selection
from nps.why import benchmarks, figures, wording
from nps.why.sides import Sides, in_groups, in_time

AGAINST = {
    "before": "The period before",
    "year": "The same period last year",
    "days": "Other days",
    "group": "Another group",
    "rest": "Everybody else",
    "target": "A target",
    "benchmark": "A benchmark",
}
NUMBERS = ("target", "benchmark")
OPEN = "All time has nothing before it. Choose a shorter period in the sidebar, or compare with something else."


def how() -> str:
    """What the selection is compared with."""
    words: Callable[[Any], str] = AGAINST.__getitem__
    return str(st.selectbox("Compared with", list(AGAINST), format_func=words, key="against", bind="query-params"))


def sides(frame: ui.Frame, against: str) -> Sides | None:
    """The two sides that were chosen; None, and a sentence, where there are none."""
    selection = frame.selection
    place = st.container(horizontal=True, vertical_alignment="bottom")
    if against in ("group", "rest"):
        return _groups(frame, against, place)
    if against == "days":
        with place:
            earlier = _days(selection)
    else:
        earlier = selection.period.before() if against == "before" else selection.period.a_year_before()
    if earlier is None:
        st.text(OPEN if against != "days" else "Choose the first and the last day to compare with.")
        return None
    return in_time(selection, earlier)


def verdict(both: Sides) -> bool:
    """Say whether the two sides differ; False where there are too few answers to say more."""
    before, after = (ui.ask(queries.summary, side).tally for side in (both.before, both.after))
    ui.header(ui.literal(wording.verdict(before, after, both)))
    return min(before.n, after.n) >= FEWEST_SHOWN


def with_a_number(frame: ui.Frame, against: str) -> None:
    """The score beside a target or a benchmark, with those of the period before and of last year."""
    place = st.container()
    with place:
        line = _target() if against == "target" else _benchmark()
    if line is None:
        return
    value, name, published = line
    now = ui.ask(queries.summary, frame.selection).tally
    ui.header(ui.literal(wording.against(now, value, name, published)))
    period = frame.selection.period
    rows = [("now", now)]
    for told, earlier in (("period before", period.before()), ("a year before", period.a_year_before())):
        if earlier:
            rows.append((told, ui.ask(queries.summary, frame.selection.during(earlier)).tally))
    known = [(told, tally.nps, tally.interval()) for told, tally in rows if tally.n >= FEWEST_SHOWN]
    shown = [(told, nps, interval) for told, nps, interval in known if nps is not None]
    if shown:
        with st.container(border=True):
            alt = f"NPS now and before with 95 % intervals, and a line at {value:.1f}"
            views.figure(figures.beside(shown, value), alt=alt, key="beside")
            st.caption(f"The dashed line is {ui.literal(name)}. Lines through points are 95 % intervals.")


def _days(selection: Selection) -> Period | None:
    """Other days, at first those of the period before."""
    default = selection.period.before() or Period()
    last = default.end - timedelta(days=1) if default.end else None
    first_day = st.date_input("First day", default.start, key="earlier_from", bind="query-params")
    last_day = st.date_input("Last day", last, key="earlier_to", bind="query-params")
    return Period.through(first_day, last_day) if first_day and last_day else None


def _groups(frame: ui.Frame, against: str, place: Any) -> Sides | None:
    """One value of a segment, and another one or all others."""
    if not frame.choices:
        st.text("There are no segments yet, so there are no groups to compare.")
        return None
    with place:
        column = st.selectbox(
            "Groups of", list(frame.choices), format_func=frame.choices.__getitem__, key="group_of", bind="query-params"
        )
        rows = ui.ask(queries.by_segment, frame.selection, column)
        values = [row.value for row in sorted(rows, key=lambda row: (-row.tally.n, row.value)) if row.tally.n]
        if len(values) < 2:
            st.text("Fewer than two groups gave a score in this selection. Choose another segment.")
            return None
        value = st.selectbox("Group", values, key="group", bind="query-params")
        others = [other for other in values if other != value]
        if against == "group":
            other = st.selectbox("Against", others, key="group_other", bind="query-params")
            return in_groups(frame.selection, column, value, [other], other)
    return in_groups(frame.selection, column, value, others, "the others")


Line = tuple[float, str, Interval | None]


def _target() -> Line | None:
    value = st.number_input("Target", -100, 100, None, key="target", bind="query-params", placeholder="NPS", width=200)
    if value is None:
        st.text("Write the NPS that you aim for, from −100 to 100. It stays in the address.")
        return None
    return float(value), f"the target of {wording.points(value).removeprefix('+').removesuffix('.0')}", None


def _benchmark() -> Line | None:
    table = benchmarks.read(benchmarks.FILE)
    _faults(table.faults)
    if not table.rows:
        st.text(f"There is no benchmark in {benchmarks.FILE.name}. Write one there, with its source.")
        return None
    label = st.selectbox("Benchmark", list(table.rows), key="benchmark", bind="query-params")
    chosen = table.rows[label]
    st.text(f"{chosen.population} · {chosen.survey_type} · {chosen.source}, {chosen.year} · {chosen.url}")
    if chosen.stale(ui.today()):
        st.badge("Older than 24 months", icon=":material/history:", color="orange")
        st.caption("Scores of whole industries move by several points within that time. Your own last year says more.")
    if chosen.low is None or chosen.high is None:
        st.caption("No interval was published with it: how far it may be off is not known.")
        return chosen.nps, f"the benchmark of {chosen.nps:.1f}", None
    return chosen.nps, f"the benchmark of {chosen.nps:.1f}", Interval(chosen.low, chosen.high)


def _faults(faults: Sequence[str]) -> None:
    for fault in faults:
        ui.trouble(fault)
