"""What was found in words; names of segments and values are data, for `st.text` or `literal`."""

from collections.abc import Mapping

from nps.charts import points, signed, told
from nps.clock import counted
from nps.hotspots.changed import Moved, Moves
from nps.hotspots.finding import Direction, Finding, Search
from nps.hotspots.watching import Standing, State
from nps.score import FEWEST_COMPARED, Change

LEAST_WORTH = 0.05  # points of the total; less is told as 0.0
FEWEST_RAW = 100  # answers below which a score is drawn towards that of its like


def name(segments: tuple[tuple[str, str], ...], labels: Mapping[str, str]) -> str:
    """Region: EMEA × Journey stage: Onboarding."""
    return " × ".join(f"{labels.get(column, column)}: {value}" for column, value in segments)


def score(finding: Finding) -> str:
    """The score of a group with its n: that of its like has a part in that of a small one."""
    if finding.tally.n < FEWEST_RAW:
        return f"about {points(finding.shrunken)} (n = {finding.tally.n:,}, small, so drawn towards its like)"
    return f"{points(finding.tally.nps)} (n = {finding.tally.n:,})"


def apart(finding: Finding, direction: Direction) -> str:
    """How far a group lies from the rest, with the interval: 38 to 71 points lower than the 24 of the rest.

    A pair or triple may lie below all that it is part of, and not below everybody else, if that is high.
    """
    change, word = finding.tally.change_from(finding.rest), "lower" if direction == "low" else "higher"
    if change.direction == ("down" if direction == "low" else "up"):
        return f"{_ends(change)} points {word} than the {points(finding.rest.nps)} of the rest"
    return f"{word} than all it is part of, and {_beside(change)} the {points(finding.rest.nps)} of the rest"


def _ends(change: Change) -> str:
    """The ends of an interval without zero, the smaller size first."""
    assert change.interval is not None, "both sides have answers"
    near, far = sorted((abs(change.interval.low), abs(change.interval.high)))
    return f"{points(near)} to {points(far)}"


def _beside(change: Change) -> str:
    """The ends of any interval."""
    assert change.interval is not None, "both sides have answers"
    return f"{signed(change.interval.low)} to {signed(change.interval.high)} points beside"


def apart_told(finding: Finding, direction: Direction) -> str:
    """The score of a group and how far that is from the rest."""
    return f"NPS {score(finding)}: {apart(finding, direction)}"


def worth(finding: Finding, direction: Direction) -> str:
    """What it means for the total."""
    if finding.impact < LEAST_WORTH:
        return "The total would be about the same if it were like the rest."
    if direction == "low":
        return f"If it were like the rest, the total would be {finding.impact:.1f} points higher."
    return f"Without it the total would be {finding.impact:.1f} points lower."


def alone(finding: Finding | Moved, labels: Mapping[str, str]) -> str:
    """That none of its values does it alone, for a pair or triple."""
    if len(finding.segments) == 1:
        return ""
    parts = [name((pair,), labels) for pair in finding.segments]
    return f"Not explained by {', '.join(parts[:-1])} or {parts[-1]} alone."


def heading(search: Search, direction: Direction) -> str:
    """How many stand out."""
    n = len(search.findings)
    how = "less happy" if direction == "low" else "happier"
    apart_from_all = all(
        each.tally.change_from(each.rest).direction == ("down" if direction == "low" else "up")
        for each in search.findings
    )
    what = "than the rest" if apart_from_all else "than the rest or all they are part of"
    if not n:
        return f"No group is reliably {how} than the rest."
    return f"{'One group is' if n == 1 else f'{n} groups are'} reliably {how} {what}."


def tested(search: Search | Moves) -> str:
    """Among how many, and what could have been seen."""
    each = " in each period" if isinstance(search, Moves) else ""
    if not search.tested:
        return f"No group has {search.support:,} answers and {FEWEST_COMPARED} others beside it{each}: none was tested."
    groups = f"{search.tested:,} groups of at least {search.support:,} answers{each}"
    said = f"{groups} were tested, and p is corrected for that."
    if search.seen < 200:
        said += f" One of just that size is found, half of the time, from {points(search.seen)} points apart on."
    return said


def moved(finding: Moved) -> str:
    """How far a group moved beside the rest, with the interval: 81 to 122 points further down than the rest."""
    way = "down" if finding.fell else "up"
    if finding.further.direction == way:
        further = f"{_ends(finding.further)} points further {way} than the rest"
    else:
        further = f"further {way} than all it is part of, and {_beside(finding.further)} the rest"
    rest = f"which went from {points(finding.rest_before.nps)} to {points(finding.rest_now.nps)}"
    if min(finding.before.n, finding.now.n) < FEWEST_RAW:
        counts = f"n = {finding.before.n:,} and {finding.now.n:,}, small, so drawn towards its like"
        return f"NPS moved by about {signed(finding.shrunken)} ({counts}): {further}, {rest}"
    then = f"{points(finding.before.nps)} (n = {finding.before.n:,})"
    return f"NPS went from {then} to {points(finding.now.nps)} (n = {finding.now.n:,}): {further}, {rest}"


def moved_worth(finding: Moved) -> str:
    """What it means for the total."""
    if abs(finding.impact) < LEAST_WORTH:
        return "The total would be about the same had it moved like the rest."
    way = "higher" if finding.impact > 0 else "lower"
    return f"Had it moved like the rest, the total would be {abs(finding.impact):.1f} points {way}."


def moves_heading(moves: Moves) -> str:
    """How many moved apart, and which way."""
    fell = sum(finding.fell for finding in moves.findings)
    rose = len(moves.findings) - fell
    if not moves.findings:
        return "No group moved reliably more than the rest."
    ways = [f"{count} {way}" for count, way in ((fell, "down"), (rose, "up")) if count]
    return f"{counted(len(moves.findings), 'group')} moved reliably further than the rest: {' and '.join(ways)}."


def p_value(p: float) -> str:
    """A corrected p."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


STATES: dict[Direction, dict[State, str]] = {
    "low": {"there": "Still there", "better": "Better, and still there", "worse": "Worse", "gone": "Gone"},
    "high": {
        "there": "Still there",
        "better": "Less happy than it was, and still there",
        "worse": "Even happier",
        "gone": "Gone",
    },
}


def standing(found: Standing, direction: Direction) -> str:
    """What has become of a group under watch: no more than the intervals say."""
    if found.state == "few":
        least = min(found.own.n, found.rest.n)
        return f"Cannot be told: {counted(least, 'answer')} on one side, and {FEWEST_COMPARED} are needed."
    change, since = found.own.change_from(found.rest), found.since
    assert change.interval is not None
    assert since.points is not None
    assert since.interval is not None
    apart = f"{signed(change.interval.low)} to {signed(change.interval.high)} points from the rest"
    moved = f"{signed(since.points)} ({signed(since.interval.low)} to {signed(since.interval.high)})"
    where = "below" if direction == "low" else "above"
    if found.state == "unclear":
        head = f"Cannot be told: neither reliably {where} the rest any more, nor another difference than it was"
    else:
        head = STATES[direction][found.state]
    score = f"NPS {told(found.own)} against {points(found.rest.nps)}, {apart}"
    return f"{head}. {score}; since it was kept that moved by {moved}."
