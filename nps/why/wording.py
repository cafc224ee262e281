"""What changed, and why, in sentences: none of them claims what its interval does not."""

from collections.abc import Mapping, Sequence
from math import ceil, fsum, sqrt
from statistics import NormalDist

from nps.charts import told
from nps.clock import counted
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN, Interval, Tally
from nps.why.contrast import SURE, Scan
from nps.why.sides import Sides
from nps.why.split import FEW, Part, Split

MOST_SENTENCES = 5


def points(value: float) -> str:
    """A part of a difference for people, to a tenth: +0.4, −6.1, 0.0."""
    text = f"{value:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", "−")


def certainty(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def comparable(before: Tally, after: Tally, sides: Sides) -> bool:
    """Whether a difference of the two may be judged at all."""
    return min(before.n, after.n) >= FEWEST_COMPARED and not sides.overlapping


def verdict(before: Tally, after: Tally, sides: Sides) -> str:
    """Whether the two sides differ, by how much, and how sure that is."""
    if min(before.n, after.n) < FEWEST_SHOWN:
        return _too_few(before, after, sides)
    change = after.change_from(before)
    assert change.points is not None
    if sides.over_time:
        real = comparable(before, after, sides) and change.direction in ("up", "down")
        went = ("fell" if change.points < 0 else "rose") if real else "went"
        scores = f"NPS {went} from {told(before)} to {told(after)}"
    else:
        scores = f"NPS is {told(after)} for {sides.name_after}, {told(before)} for {sides.name_before}"
    if sides.overlapping:
        return f"{scores}. The two periods share days, so how sure that is cannot be said."
    if not comparable(before, after, sides):
        return f"{scores}: {points(change.points)}, but fewer than {FEWEST_COMPARED} answers are too few to compare."
    return f"{scores}: {points(change.points)} {_judged(before, after, sides)}"


def against(now: Tally, value: float, name: str, published: Interval | None = None) -> str:
    """How a score stands to a number from elsewhere: a target, or a benchmark with its interval where it has one."""
    interval = now.interval()
    if now.nps is None or interval is None or now.n < FEWEST_SHOWN:
        return f"Fewer than {FEWEST_SHOWN} gave a score in this selection: too few to show."
    score, distance = f"NPS is {told(now)}", f"{abs(now.nps - value):.0f}"
    low, high = (published.low, published.high) if published else (value, value)
    if now.n < FEWEST_COMPARED:
        return f"{score}: fewer than {FEWEST_COMPARED} answers are too few to compare with {name}."
    if interval.high < low:
        return f"{score}: {distance} below {name}, more than chance explains."
    if interval.low > high:
        return f"{score}: {distance} above {name}, more than chance explains."
    return f"{score}: it cannot be told from {name}."


def reasons(split: Split, sides: Sides) -> list[str]:
    """The parts that stand out from chance, the largest first, and the rest; nothing where the sides are too few.

    A part is named where its own difference holds at 95 % for all that could be named together (Bonferroni).
    """
    if not comparable(split.before, split.after, sides):
        return []
    level = 1 - SURE / (2 * len(split.parts))
    named = [(part.nps.rate, _scored(part, sides)) for part in split.parts if _rate_holds(part, level)]
    named += [(part.nps.mix, _answered(part, split, sides)) for part in split.parts if _mix_holds(part, split, level)]
    named = sorted(named, key=lambda pair: -abs(pair[0]))[:MOST_SENTENCES]
    left = split.nps.points - fsum(amount for amount, _ in named)
    if not named:
        return [f"{points(left)} in all: no part of it stands out from chance by itself."]
    return [f"{points(amount)} {text}" for amount, text in named] + [f"{points(left)} the rest."]


def mix_and_rate(split: Split, sides: Sides) -> str:
    """Both sums of the parts, and the part that stands out most where one does."""
    sums = f"mix {points(split.nps.mix)}, rate {points(split.nps.rate)}."
    named = reasons(split, sides)
    return f"{sums} {named[0]}" if len(named) > 1 else sums


def explains(scan: Scan, labels: Mapping[str, str], sides: Sides) -> str:
    """Which segment, or two, explain most, and how many groups were looked at to find it."""
    if not scan.found:
        return f"No segment has two groups of at least {FEWEST_COMPARED} answers on both sides."
    first, looked = scan.found[0], f"{counted(scan.groups, 'group')} looked at"
    if not first.sure:
        verb = "moved" if sides.over_time else "stands"
        return f"No group {verb} apart from the others more than chance explains: {looked}."
    names = " and ".join(labels[column] for column in first.columns)
    explain = "explains" if len(first.columns) == 1 else "explain"
    moved = "moved otherwise than" if sides.over_time else "stands apart from"
    sure = f"({certainty(first.p_value)}, corrected for {looked})"
    return (
        f"{names} {explain} most: {first.value} {moved} the others, which makes {points(first.points)} of the "
        f"difference {sure}."
    )


def _too_few(before: Tally, after: Tally, sides: Sides) -> str:
    for tally, name in ((after, sides.name_after), (before, sides.name_before)):
        if not tally.n:
            return f"Nobody gave a score: {name}. There is nothing to compare with."
    return f"One side has fewer than {FEWEST_SHOWN} answers: too few to show."


def _judged(before: Tally, after: Tally, sides: Sides) -> str:
    change = after.change_from(before)
    assert change.interval is not None
    assert change.p_value is not None
    range_ = f"({points(change.interval.low)} to {points(change.interval.high)})"
    if change.direction == "none":
        kind = "change" if sides.over_time else "difference"
        seen = ceil(after.shown_from(before))
        return f"{range_}, no detectable {kind}; with these counts one of {seen} would be found four times in five."
    if sides.over_time:
        return f"{range_}, a real {'fall' if change.direction == 'down' else 'rise'} ({certainty(change.p_value)})."
    return f"{range_}, a real difference ({certainty(change.p_value)})."


def _rate_holds(part: Part, level: float) -> bool:
    """Whether a value's own score differs, with enough answers on both sides."""
    if part.value == FEW or min(part.before.n, part.after.n) < FEWEST_COMPARED:
        return False
    change = part.after.change_from(part.before, level)
    return change.direction == ("up" if part.nps.rate > 0 else "down")


def _mix_holds(part: Part, split: Split, level: float) -> bool:
    """Whether a value's share of the answers differs, and its score from that of the others, enough to be seen."""
    own, others = part.before + part.after, split.before + split.after - part.before - part.after
    if part.value == FEW or min(own.n, others.n) < FEWEST_COMPARED:
        return False
    score = own.change_from(others, level)
    fits = (part.nps.mix > 0) == ((score.direction == "up") == (_share_difference(part, split, level) > 0))
    return score.direction in ("up", "down") and _share_difference(part, split, level) != 0 and fits


def _share_difference(part: Part, split: Split, level: float) -> float:
    """By how much a value's share differs, or 0 where chance explains it (Agresti and Caffo 2000: one more of each)."""
    shares, variance = [], 0.0
    for own, all_answers in ((part.before, split.before), (part.after, split.after)):
        share = (own.n + 1) / (all_answers.n + 2)
        shares.append(share)
        variance += share * (1 - share) / (all_answers.n + 2)
    difference = shares[1] - shares[0]
    return difference if abs(difference) > NormalDist().inv_cdf(0.5 + level / 2) * sqrt(variance) else 0.0


def _scored(part: Part, sides: Sides) -> str:
    if sides.over_time:
        mood = "happier" if part.nps.rate > 0 else "less happy"
        return f"because {part.value} got {mood}: NPS {_score(part.before)} to {_score(part.after)}."
    mood = "happier" if part.nps.rate > 0 else "less happy"
    where = f"{_score(part.after)} for {sides.name_after}, {_score(part.before)} for {sides.name_before}"
    return f"because {part.value} is {mood}: NPS {where}."


def _answered(part: Part, split: Split, sides: Sides) -> str:
    shares = 100 * part.before.n / split.before.n, 100 * part.after.n / split.after.n
    level = "above" if (part.nps.mix > 0) == (shares[1] > shares[0]) else "below"
    if sides.over_time:
        went = "rose" if shares[1] > shares[0] else "fell"
        moved = f"{went} from {shares[0]:.0f} % to {shares[1]:.0f} % of the answers"
        counts = f"{part.before.n:,} to {part.after.n:,}"
    else:
        own, other = (f"{share:.0f} % of the answers of" for share in shares[::-1])
        moved = f"gives {own} {sides.name_after}, {other} {sides.name_before}"
        counts = f"{part.after.n:,} and {part.before.n:,}"
    return f"because {part.value}, which scores {level} the others, {moved} ({counts})."


def _score(tally: Tally) -> str:
    return told(tally).partition(" (")[0]


def values_of(parts: Sequence[Part]) -> list[str]:
    """The values whose people can be listed."""
    return [part.value for part in parts if part.value != FEW]
