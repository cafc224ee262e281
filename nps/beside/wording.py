"""Two groups beside each other in words; their names are data, for `st.text` or `literal`."""

from collections.abc import Sequence

from nps.charts import points, signed, told
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN, Change, Tally
from nps.words.telling import Said, Telling


def heading(names: tuple[str, str], tallies: tuple[Tally, Tally], change: Change | None) -> str:
    """Which of the two is higher, and by how much."""
    one, other = names
    if small := next((n for n, tally in zip(names, tallies, strict=True) if tally.n < FEWEST_SHOWN), None):
        return f"{small} has fewer than {FEWEST_SHOWN} answers, so there is nothing to compare."
    if change is None or change.interval is None or change.points is None:
        return f"{one} scores {points(tallies[0].nps)}, {other} {points(tallies[1].nps)}."
    if min(tally.n for tally in tallies) < FEWEST_COMPARED:
        return f"There are too few answers to say whether {one} and {other} differ."
    if change.direction == "none":
        return f"{one} and {other} do not differ detectably."
    near, far = sorted((abs(change.interval.low), abs(change.interval.high)))
    word = "higher" if change.direction == "up" else "lower"
    return f"{one} scores {points(near)} to {points(far)} points {word} than {other}."


def difference(change: Change | None, shared: int | None) -> str:
    """The difference with its interval and p, and how answers in both were taken into account."""
    if change is None or change.interval is None or change.points is None or change.p_value is None:
        return (
            "Some people may count on both sides, each with another vote, so the difference has no interval. Compare "
            "the same period and survey, or every response."
        )
    low, high = signed(change.interval.low), signed(change.interval.high)
    p = "p < 0.001" if change.p_value < 0.001 else f"p = {change.p_value:.3f}"
    both = f" {shared:,} answers are on both sides; interval and p take that into account." if shared else ""
    return f"Difference {signed(change.points)} points (95 % interval {low} to {high}, {p}).{both}"


def score(tally: Tally) -> str:
    """A score with interval and n, unless too few answered."""
    if tally.n < FEWEST_SHOWN:
        return f"fewer than {FEWEST_SHOWN} answers"
    return told(tally)


def words(names: tuple[str, str], found: Sequence[Telling], own: Said, others: Said) -> str:
    """What one side says more than the other one."""
    read = f"{own.n:,} and {others.n:,} comments" if own.n and others.n else ""
    if not read:
        return f"Nobody wrote a comment on one of the sides, so {names[0]} has no words of its own."
    if not found:
        return f"No word of at least {FEWEST_SHOWN} people tells {names[0]} from {names[1]} ({read})."
    told_of = "; ".join(
        f"{each.word}, {100 * each.comments / own.n:.0f} % against {100 * each.others / others.n:.0f} %"
        for each in found
    )
    return f"{names[0]} says more than {names[1]} ({read}): {told_of}."
