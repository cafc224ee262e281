"""What the page says of NPS in words: where it stands, whether it moved, since when. No more than the intervals say."""

from collections.abc import Sequence
from math import ceil

from nps import charts
from nps.clock import counted
from nps.moves.apart import Halves, Side, Since
from nps.moves.levels import Level, Levels, Step
from nps.score import FEWEST_COMPARED, Change, Tally
from nps.selection import Period, in_words

NAMED_DAYS = {365: "12 months", 366: "12 months", 182: "6 months"}


def verdict(now: Tally, before: Tally | None, *, compared: str = "the period before") -> str:
    """What the score is, and whether it moved; `before` is None where there is no period before."""
    if now.nps is None:
        return "Nobody gave a score in this selection."
    score = f"NPS is {charts.told(now)}"
    if before is None:
        return f"{score}. There is no period before to compare with."
    if not before.n:
        return f"{score}. Nobody gave a score in {compared}."
    if min(now.n, before.n) < FEWEST_COMPARED:
        return f"{score}. Too few answers to compare with {compared} (n = {before.n:,})."
    change = now.change_from(before)
    if change.direction in ("up", "down"):
        kind = "rise" if change.direction == "up" else "fall"
        return f"{score}, {moved(change)} on {compared}: a real {kind} ({likely_by_chance(change.p_value)})."
    return (
        f"{score}: no detectable change on {compared} ({charts.signed(change.points or 0.0)}); with these counts only "
        f"a change of {ceil(now.shown_from(before))} or more would show."
    )


def moved(change: Change) -> str:
    """Which way and how far, of a change that is one: down 9, up 0.4."""
    size = abs(change.points or 0.0)
    return f"{change.direction} {size:.0f}" if size >= 1 else f"{change.direction} {size:.1f}"


def difference(change: Change) -> str:
    """A difference with its interval: −9 (−14 to −4), or that none can be seen."""
    if change.points is None or change.interval is None:
        return "nothing to compare"
    low, high = charts.signed(change.interval.low), charts.signed(change.interval.high)
    told = f"{charts.signed(change.points)} ({low} to {high})"
    return told if change.direction in ("up", "down") else f"{told}, no detectable change"


def likely_by_chance(p_value: float | None) -> str:
    """A p-value as people read it."""
    return "p < 0.001" if p_value is None or p_value < 0.001 else f"p = {p_value:.3f}"


def period_before(period: Period) -> str:
    """What the period before is called: the 12 months before, the 92 days before."""
    days = period.days
    return f"the {NAMED_DAYS.get(days) or counted(days, 'day')} before" if days else "the period before"


def since_when(found: Levels) -> str:
    """The newest level: since when, how high, and how sure that is."""
    if not found.levels:
        return "No day has a score."
    if not found.steps:
        n = sum(level.tally.n for level in found.levels)
        if n < 2 * FEWEST_COMPARED:
            return f"Too few answers to look for a day on which it changed (n = {n:,})."
        return (
            "Since when: no day is found from which on answers differ. Chance alone would show one in fewer than 1 of "
            "20 such periods."
        )
    level, step = found.levels[-1], found.steps[-1]
    return f"Since {_from(step)}: {charts.told(level.tally)}, {_compared(found.levels[-2], step)} ({sureness(step)})."


def step_told(before: Level, step: Step, level: Level) -> str:
    """One step in words, for the list of levels."""
    return f"{_from(step)}: {charts.told(level.tally)}, {_compared(before, step)} ({sureness(step)})"


def sureness(step: Step) -> str:
    """How sure a step is, all days that could have been found instead counted in."""
    if step.chance < 0.001:
        return "by chance in fewer than 1 of 1,000 such periods"
    return f"by chance in {ceil(1000 * step.chance)} of 1,000 such periods"


def _from(step: Step) -> str:
    if step.earliest == step.latest:
        return in_words(step.day)
    return f"{in_words(step.day)} (between {in_words(step.earliest)} and {in_words(step.latest)})"


def _compared(before: Level, step: Step) -> str:
    """How a level lies to the one before it; other answers need not be another score."""
    then = charts.points(before.tally.nps)
    if step.change.direction in ("up", "down"):
        return f"{moved(step.change)} from {then}"
    return f"answers differ from before, but no change of NPS ({then} then) is detectable"


def joined_told(line: Sequence[int], *, what: str) -> str:
    """How many points join several periods."""
    count = sum(joined > 1 for joined in line)
    return f"{counted(count, 'point')} of several {what}s (squares), too few answers in each." if count else ""


SIDES: dict[Side, str] = {"low": "below", "high": "above"}


def lying_since(found: Since, side: Side) -> str:
    """Since when a group lies below or above the rest, by the levels of its own days."""
    if not found.levels:
        return "Since when cannot be said: none of its answers has a day."
    where, newest = SIDES[side], found.levels[-1]
    first = found.levels[0].level.period.start
    assert first
    if not found.lying:
        since = "" if len(found.levels) == 1 else f" since {_from(found.steps[-1])}"
        if newest.others.n < FEWEST_COMPARED:
            few = counted(newest.others.n, "answer")
            return f"Since when cannot be said: the rest has {few} in its days{since}."
        against = f"NPS {charts.told(newest.level.tally)} against {charts.points(newest.others.nps)} of the rest"
        if not any(each.lies(side) for each in found.levels):
            return f"By days it never lies reliably {where} the rest; now: {against}."
        return f"It does not lie reliably {where} the rest{since} any more: {against}."
    if found.lying == len(found.levels):
        steps = (
            "it got there in steps, see Trends" if found.steps else "no day is found from which on its answers differ"
        )
        return f"It lies {where} the rest as long as there are answers, since {in_words(first)}: {steps}."
    step, before = found.steps[-found.lying], found.levels[-found.lying - 1]
    lying = found.levels[-found.lying :]
    own, others = (
        sum(tallies, Tally()) for tallies in zip(*((one.level.tally, one.others) for one in lying), strict=True)
    )
    told = (
        f"It lies {where} the rest since {_from(step)}: NPS {charts.told(own)} against "
        f"{charts.points(others.nps)} since then"
    )
    if before.others.n < FEWEST_COMPARED:
        return f"{told}; before, the rest has {counted(before.others.n, 'answer')}, too few to compare with."
    return f"{told}, and {charts.told(before.level.tally)} against {charts.points(before.others.nps)} before."


def further_apart(found: Halves | None, side: Side) -> str:
    """Whether a group lies further from the rest in the later half of the days than in the earlier."""
    if found is None:
        return "Whether that gets worse cannot be said: no answer has a day."
    if not found.enough:
        fewest = min(tally.n for tally in (*found.earlier, *found.later))
        return (
            f"Whether that gets worse cannot be said: one half has {counted(fewest, 'answer')}, and "
            f"{FEWEST_COMPARED} are needed."
        )
    change = found.change
    assert change.points is not None
    assert change.interval is not None
    ends = f"{charts.signed(change.interval.low)} to {charts.signed(change.interval.high)}"
    moved = f"its difference to the rest moved by {charts.signed(change.points)} points ({ends})"
    since = f"from {in_words(found.middle)} on, the later half of the days,"
    if change.direction == "none":
        return f"Neither worse nor better {since} as far as can be seen: {moved}."
    worse = (change.direction == "down") == (side == "low")
    words = ("Worse", "Better") if side == "low" else ("Standing out more", "Standing out less")
    return f"{words[0] if worse else words[1]} {since} than before: {moved}."
