"""Parts of the page Trends: how fine the line is, the line with its levels, and whose answers lie behind a point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from nps import charts, downloads, grains, queries, ui, views, when
from nps.clock import counted
from nps.moves import drawing, naming, periods, questions, telling
from nps.moves.drawing import Picture
from nps.moves.levels import Levels
from nps.moves.periods import Point, Spacing, is_rolling
from nps.rows import PeriodTally
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN, Tally
from nps.selection import Period, Selection
from nps.why import wording as why

SPACINGS: dict[Spacing | None, str] = {
    None: "Auto",
    "week": "Week",
    "month": "Month",
    "quarter": "Quarter",
    "28 days": "28 days, rolling",
    "91 days": "91 days, rolling",
}


@dataclass(frozen=True)
class Chosen:
    """Whose responses are listed: those of a point or a level, or all of them."""

    key: str
    name: str
    period: Period | None = None


def before(selection: Selection) -> Tally | None:
    """The tally of the period before, or None where there is no such period."""
    earlier = selection.before()
    return ui.ask(queries.summary, earlier).tally if earlier else None


def verdict(selection: Selection) -> str:
    """Where the selection stands and whether it moved since the period before, in words."""
    now = ui.ask(queries.summary, selection).tally
    return telling.verdict(now, before(selection), compared=telling.period_before(selection.period))


def spacing(days: Sequence[PeriodTally], selection: Selection) -> Spacing:
    """How far the points lie apart, as chosen, or by itself so that they can be told apart."""
    words: Any = SPACINGS.__getitem__
    chosen = st.radio(
        "One point per",
        list(SPACINGS),
        format_func=words,
        horizontal=True,
        key="grain",
        bind="query-params",
        help=f"Auto takes the finest at which a change of {periods.TELLS_APART} points between two of them would show.",
    )
    known = next((each for each in SPACINGS if each == chosen), None)
    if known is not None and is_rolling(known) and selection.unit != "response":
        st.caption("Rolling windows overlap, so one vote each cannot be kept in them: these are months.")
        return "month"
    if known is None:
        known = periods.finest(days)
        st.caption(f"One point per {known}, chosen by itself: {_why(known)}.")
    return known


def _why(grain: Spacing) -> str:
    if grain == periods.GRAINS[-1]:
        return "with shorter periods even a large change between two points would not show"
    return f"the finest at which a change of {periods.TELLS_APART} points between two would show"


def line(selection: Selection, days: Sequence[PeriodTally], per: Spacing) -> tuple[Point, ...]:
    """The points of the line. Where one has one vote in each period, joined ones are counted anew."""
    covered = _covered(selection, days)
    if is_rolling(per):
        return periods.rolling(days, per, covered)
    if selection.unit == "response":
        return periods.joined(periods.points(grains.per(days, per), per, covered))
    found = periods.joined(periods.points(ui.ask(queries.trend, selection, per), per, covered))
    return tuple(_counted_anew(point, selection) if point.joined > 1 else point for point in found)


def _counted_anew(point: Point, selection: Selection) -> Point:
    return replace(point, tally=ui.ask(queries.summary, selection.during(point.period)).tally)


def _covered(selection: Selection, days: Sequence[PeriodTally]) -> Period:
    """The days that the selection and the answers in the store reach over."""
    newest = ui.ask(queries.extent).last
    last = max(newest.date() if newest else date.min, days[-1].start) + timedelta(1)
    return Period(selection.period.start, min(selection.period.end or last, last))


def choose(picture: Picture) -> Chosen:
    """The point or the level whose responses are listed."""
    options = _options(picture)
    chosen = st.selectbox(
        "Responses of",
        list(options),
        format_func=lambda key: options[key].name,
        key="point",
        bind="query-params",
        help="Choose here, or choose a point or a level of the chart.",
    )
    return options.get(chosen or "", options[""])


def _options(picture: Picture) -> Mapping[str, Chosen]:
    options = {"": Chosen("", "all periods")}
    if len(picture.found.levels) > 1:
        for level in reversed(picture.found.levels):
            key = naming.level_key(level)
            options[key] = Chosen(key, f"level of {level.period.sentence()}", level.period)
    for point in reversed(picture.points):
        key = naming.key(point)
        options[key] = Chosen(key, naming.label(point, picture.spacing), point.period)
    return options


def target(selection: Selection) -> float | None:
    """The NPS that one aims for, if any, and how the selection stands to it."""
    aim = st.number_input(
        "Target", -100, 100, None, key="target", bind="query-params", placeholder="NPS you aim for", width=200
    )
    if aim is not None:
        now = ui.ask(queries.summary, selection).tally
        ui.tell(why.against(now, aim, f"the target of {charts.points(aim)}"))
    return aim


def pick() -> None:
    """A click on a point or a level of the line chooses it."""
    picked = views.picked("trend_chart")[:1]
    if picked:
        st.session_state["point"] = picked[0]


def draw(picture: Picture, chosen: str) -> None:
    """The line, what its signs mean, and its figures as a table."""
    if not picture.points:
        st.text("None of these answers is the latest of its voter in any period, so none has a vote.")
        return
    drawn = replace(picture, chosen=chosen)
    alt = (
        f"NPS per {picture.spacing} with its 95 % interval, {counted(len(picture.points), 'point')}, "
        f"{counted(len(picture.found.levels), 'level')}; the table below has the figures"
    )
    views.figure(drawing.line(drawn), alt=alt, key="trend_chart", on_select=pick)
    if said := _signs(drawn):
        st.caption(" ".join(said))
    _table(drawn)


def _signs(picture: Picture) -> list[str]:
    """What the signs of the figure mean, of those that are in it."""
    points, said = picture.points, []
    if few := sum(0 < point.tally.n < FEWEST_COMPARED for point in points):
        said.append(
            f"Hollow: {counted(few, 'point')} under {FEWEST_COMPARED} answers, too few to compare, and none under "
            f"{FEWEST_SHOWN}."
        )
    if joined := sum(point.joined > 1 for point in points):
        said.append(
            f"Squares: {counted(joined, 'point')} of several {picture.spacing}s, which had too few answers apart."
        )
    if any(not point.whole for point in points):
        said.append("Dashed and hollow: parts of periods, at the ends of what is selected or answered.")
    if out := sum(picture.outside):
        said.append(f"Ringed: {counted(out, 'point')} outside the dotted limits of its level.")
    if is_rolling(picture.spacing):
        said.append("Windows overlap, so neighbours have answers in common and are not compared with each other.")
    if len(picture.found.levels) > 1:
        said.append("Green: the levels that daily answers show, whatever the points.")
    if picture.marks:
        said.append("Numbers: what happened, told below.")
    return said


def _table(picture: Picture) -> None:
    header = (
        when.named("Period"),
        "NPS",
        "Low",
        "High",
        "Answers",
        "Promoters",
        "Passives",
        "Detractors",
        "Without a score",
        "Response rate",
        "Remark",
    )
    rows = [
        (
            naming.label(point, picture.spacing),
            *views.figures(point.tally),
            None if point.tally.response_rate is None else 100 * point.tally.response_rate,
            _remark(point, out),
        )
        for point, out in zip(picture.points, picture.outside, strict=True)
    ]
    formats = views.ONE_DECIMAL | {"Response rate": "%.0f %%"}
    downloads.table(
        header,
        rows,
        formats=formats,
        title="Figures",
        file=f"nps-per-{picture.spacing.replace(' ', '-')}.csv",
        key="trend_figures",
    )


def _remark(point: Point, out: bool) -> str:
    said = [f"{point.joined} in one"] if point.joined > 1 else []
    said += [] if point.whole else [f"in part: {point.period.sentence()}"]
    said += ["outside its limits"] if out else []
    return ", ".join(said)


def levels(found: Levels, selection: Selection) -> None:
    """Each step in words, with the way to what changed with it."""
    if not found.steps:
        return
    with st.expander("Since when: every step"):
        for earlier, step, later in zip(found.levels, found.steps, found.levels[1:], strict=False):
            ui.tell(telling.step_told(earlier, step, later))
            ui.in_a_tab("What changed", "compare", selection.during(later.period).to_query() | _beside(earlier.period))
        if found.spread > 1.2:
            st.caption(
                f"Days differ {found.spread:.1f} times more than chance makes them, and the bar is that much higher."
            )


def _beside(earlier: Period) -> dict[str, list[str]]:
    """What the page What changed takes for an earlier period that need not be of the same length."""
    days = Selection(earlier).to_query()
    return {"against": ["Other days"], "earlier_from": days["from"], "earlier_to": days["to"]}


def people(chosen: Chosen, selection: Selection) -> None:
    """The responses behind what was chosen, and the way to them as follow-ups."""
    narrowed = selection.during(chosen.period.within(selection.period)) if chosen.period else selection
    ui.header("Responses" if chosen.period is None else f"Responses of {chosen.name}")
    tally = ui.ask(queries.summary, narrowed).tally
    if tally.n:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"NPS {charts.told(tally)}")
            ui.in_a_tab("Open as follow-ups", "followups", narrowed.to_query())
    views.people(narrowed, tally.n + tally.blanks, key="trend_people")


def picture(selection: Selection, days: Sequence[PeriodTally], per: Spacing, **also: Any) -> Picture:
    """The line and its levels; `also` is what else is drawn."""
    return Picture(line(selection, days, per), per, ui.ask(questions.steps, selection), **also)
