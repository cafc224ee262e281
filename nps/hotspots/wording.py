"""What was found in words; names of segments and values are data, for `st.text` or `literal`."""

from collections.abc import Mapping

from nps.charts import points, signed, told
from nps.clock import counted
from nps.hotspots.changed import Moved, Moves
from nps.hotspots.finding import Direction, Finding, Search
from nps.hotspots.watching import Standing, State
from nps.score import FEWEST_COMPARED

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
    """How far a group lies from the rest, with the interval: 38 to 71 points lower than the 24 of the rest."""
    interval = finding.tally.change_from(finding.rest).interval
    assert interval is not None, "both sides have answers"
    near, far = sorted((abs(interval.low), abs(interval.high)))
    word = "lower" if direction == "low" else "higher"
    return f"{points(near)} to {points(far)} points {word} than the {points(finding.rest.nps)} of the rest"


def apart_told(finding: Finding, direction: Direction) -> str:
    """The score of a group and how far that is from the rest."""
    return f"NPS {score(finding)}: {apart(finding, direction)}"


def worth(finding: Finding, direction: Direction) -> str:
    """What it means for the total."""
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
    if not n:
        return f"No group is reliably {how} than the rest."
    return f"{'One group is' if n == 1 else f'{n} groups are'} reliably {how} than the rest."


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
    interval = finding.further.interval
    assert interval is not None, "all four sides have answers"
    near, far = sorted((abs(interval.low), abs(interval.high)))
    way = "down" if finding.impact > 0 else "up"
    rest = f"which went from {points(finding.rest_before.nps)} to {points(finding.rest_now.nps)}"
    further = f"{points(near)} to {points(far)} points further {way} than the rest, {rest}"
    if min(finding.before.n, finding.now.n) < FEWEST_RAW:
        counts = f"n = {finding.before.n:,} and {finding.now.n:,}, small, so drawn towards its like"
        return f"NPS moved by about {signed(finding.shrunken)} ({counts}): {further}"
    then = f"{points(finding.before.nps)} (n = {finding.before.n:,})"
    return f"NPS went from {then} to {points(finding.now.nps)} (n = {finding.now.n:,}): {further}"


def moved_worth(finding: Moved) -> str:
    """What it means for the total."""
    way = "higher" if finding.impact > 0 else "lower"
    return f"Had it moved like the rest, the total would be {abs(finding.impact):.1f} points {way}."


def moves_heading(moves: Moves) -> str:
    """How many moved apart, and which way."""
    fell = sum(finding.impact > 0 for finding in moves.findings)
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
