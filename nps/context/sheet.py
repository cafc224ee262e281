"""One sheet of paper about a customer: HTML that needs no script, and prints on one side of A4.

What people and tools wrote enters through a template that escapes everything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from nps.clock import counted
from nps.context.rows import Answer, Customer, Happening
from nps.zones import answered, day_of

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 96, 24, 18, 18
MOST_ANSWERS, MOST_POINTS, MOST_ROWS = 4, 24, 3
Days = Callable[[datetime | None], str]
LONGEST = 110  # characters of a text in a list
SECTIONS = {
    "Tickets": ("ticket", "comment"),
    "Notes and conversations": ("note", "conversation"),
    "Goals": ("goal",),
    "Articles read": ("article",),
}


@dataclass(frozen=True)
class Point:
    """A score in the drawing."""

    x: float
    y: float
    score: int
    band: str


@dataclass(frozen=True)
class Tick:
    y: float
    label: int


@dataclass(frozen=True)
class Day:
    x: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Plot:
    """The scores over time, laid out: time runs to the right, 0 to 10 upwards. `told` says it in words."""

    points: tuple[Point, ...]
    days: tuple[Day, ...]
    told: str
    ticks: tuple[Tick, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


@dataclass(frozen=True)
class Row:
    """A row of a list on the sheet."""

    head: str = ""
    soft: str = ""
    text: str = ""
    band: str = ""


def page(customer: Customer, *, zone: str, now: datetime) -> str:
    """The sheet as HTML, its days those of `zone`."""

    def day(moment: datetime | None) -> str:
        return f"{day_of(moment, zone):%-d %b %Y}" if moment else "no date"

    shown = tuple(reversed(customer.answers))[:MOST_ANSWERS]
    return _template().render(
        customer=customer,
        figures=figures(customer, now=answered(now, zone)),
        plot=plotted(customer.answers, zone=zone),
        answers=shown,
        lists=[(title, list(map(_fitted, rows)), more) for title, rows, more in _lists(customer, day) if rows],
        day=day,
        clipped=clipped,
        zone=zone,
        now=now,
    )


@cache
def _template() -> Template:
    folder = FileSystemLoader(Path(__file__).resolve().parent)
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined).get_template("sheet.html")


def clipped(text: str, longest: int = LONGEST) -> str:
    """A text in one paragraph, its end left out where it is long."""
    lines = " ".join(text.split())
    return lines if len(lines) <= longest else lines[: longest - 1].rstrip() + "…"


def figures(customer: Customer, *, now: datetime) -> list[tuple[str, str]]:
    """What stands out: the latest score, revenue, renewal and who owns the account."""
    scored = [answer for answer in customer.answers if answer.band]
    latest = scored[-1] if scored else None
    renewal = "not known"
    if customer.renewal_on:
        days = (customer.renewal_on - now.date()).days
        renewal = f"{customer.renewal_on:%-d %b %Y}, " + (f"in {days:,} days" if days >= 0 else f"{-days:,} days ago")
    return [
        ("Latest score", f"{latest.score}, {latest.band}" if latest else "none"),
        ("Revenue", f"{customer.revenue:,.0f}" if customer.revenue is not None else "not known"),
        ("Renewal", renewal),
        ("Account owner", clipped(customer.owner or "not known", 40)),
    ]


def plotted(answers: Sequence[Answer], *, zone: str) -> Plot:
    """The dated NPS scores, the newest two dozen, between the first day and the last."""
    scored = [one for one in answers if one.band and one.answered_at and one.score is not None][-MOST_POINTS:]
    if not scored:
        return Plot((), (), "")
    moments = [one.answered_at for one in scored if one.answered_at]
    first, last = moments[0], moments[-1]
    span = (last - first).total_seconds()
    room = WIDTH - LEFT - 24
    points = tuple(
        Point(
            round(LEFT + 12 + (room * (at - first).total_seconds() / span if span else room / 2), 1),
            _height(one.score or 0),
            one.score or 0,
            one.band or "",
        )
        for one, at in zip(scored, moments, strict=True)
    )
    ends = [(first, "start", points[0].x), (last, "end", points[-1].x)] if span else [(first, "middle", points[0].x)]
    days = tuple(Day(x, f"{day_of(at, zone):%-d %b %Y}", anchor) for at, anchor, x in ends)
    told = ", ".join(f"{one.score} on {day_of(at, zone):%-d %b %Y}" for one, at in zip(scored, moments, strict=True))
    return Plot(points, days, f"Scores: {told}", tuple(Tick(_height(n), n) for n in (0, 5, 10)))


def _height(score: int) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (10 - score) / 10, 1)


def _lists(customer: Customer, day: Days) -> list[tuple[str, list[Row], int]]:
    """The lists of the sheet: title, rows, and how many are left out."""
    promises = [Row(f"By {one.due:%-d %b %Y}", one.by, clipped(one.text)) for one in customer.promises]
    found = [("Open promises", promises[:MOST_ROWS], len(promises) - MOST_ROWS)]
    for title, kinds in SECTIONS.items():
        rows = [_row(one, day) for one in customer.happened if one.kind in kinds]
        found.append((title, rows[:MOST_ROWS], len(rows) - MOST_ROWS))
    others = [
        Row(
            str(one.score),
            f"{one.name or one.email or 'somebody without a name'} · {day(one.answered_at)}",
            band=one.band,
        )
        for one in customer.colleagues
    ]
    found.append(("Others of the account", others[: 2 * MOST_ROWS], len(others) - 2 * MOST_ROWS))
    notes = [
        Row(event.who, day(event.happened_at), clipped(event.value or ""))
        for followed in customer.cases
        for event in reversed(followed.events)
        if event.kind == "note"
    ]
    found.append(("Notes on the follow-up", notes[:MOST_ROWS], len(notes) - MOST_ROWS))
    figured = [Row(name, value) for one in customer.happened for name, value in one.figures]
    facts = [Row(name, clipped(value, 40)) for name, value in (*customer.account_facts, *customer.facts)]
    for title, rows in (("Usage and support", figured), ("More that is known", facts)):
        found.append((title, rows[: 2 * MOST_ROWS], len(rows) - 2 * MOST_ROWS))
    return found


def _row(one: Happening, day: Days) -> Row:
    told = (day(one.happened_at), one.status, one.who, one.tags, "" if one.own else "of the account")
    replies = f"\n{counted(len(one.replies), 'comment')}, the last: {one.replies[-1].text or ''}" if one.replies else ""
    said = "\n".join(
        clipped(part, LONGEST // 2 if replies else LONGEST) for part in (one.text or "", replies) if part.strip()
    )
    return Row(one.title or "", " · ".join(part for part in told if part), said)


def _fitted(row: Row) -> Row:
    """The row on a few lines."""
    return replace(row, head=clipped(row.head, 50), soft=clipped(row.soft, 70))
