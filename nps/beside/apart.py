"""How far the scores of two groups lie from each other, where some answers may be in both."""

from math import sqrt
from statistics import NormalDist

from nps.score import Change, Interval, Tally
from nps.selection import Selection

LEVEL = 0.95


def apart(one: Tally, other: Tally, shared: Tally) -> Change:
    """How the score of one group differs from that of another one; `shared` are the answers that are in both.

    The difference is a weighted sum over three groups without a common answer: those of one alone, the shared ones and
    those of the other alone. So its variance is the sum of theirs, by the adjusted values, weights squared. Without
    shared answers it is that of two independent groups.
    """
    if not shared.n or one.nps is None or other.nps is None:
        return one.change_from(other)
    parts = [
        (one - shared, (one.n - shared.n) / one.n),
        (shared, shared.n / one.n - shared.n / other.n),
        (other - shared, -(other.n - shared.n) / other.n),
    ]
    weighed = [(weight, *tally.adjusted()) for tally, weight in parts if weight]
    centre = sum(weight * middle for weight, middle, _ in weighed)
    error = sqrt(sum(weight**2 * variance for weight, _, variance in weighed))
    points = one.nps - other.nps
    if not error:
        return Change(points, Interval(0.0, 0.0), 1.0, "none")
    half = NormalDist().inv_cdf(0.5 + LEVEL / 2) * error
    low, high = max(-200.0, 100 * (centre - half)), min(200.0, 100 * (centre + half))
    p_value = 2 * NormalDist().cdf(-abs(centre) / error)
    return Change(points, Interval(low, high), p_value, "up" if low > 0 else "down" if high < 0 else "none")


def both(one: Selection, other: Selection) -> Selection | None:
    """What two selections have in common; None where they have no answer in common.

    Raises ValueError where no selection says it: votes of persons or accounts are chosen within a period and survey.
    """
    if not one.period.overlaps(other.period) or (one.survey and other.survey and one.survey != other.survey):
        return None
    mine, theirs = dict(one.filters), dict(other.filters)
    filters = {column: mine.get(column) or theirs[column] for column in {**mine, **theirs}}
    for column in mine.keys() & theirs.keys():
        filters[column] = tuple(set(mine[column]) & set(theirs[column]))
        if not filters[column]:
            return None
    votes = (one.period, one.survey) == (other.period, other.survey)
    if one.unit != other.unit or (one.unit != "response" and not votes):
        raise ValueError("votes of persons and accounts differ from period to period")
    return Selection.of(
        period=one.period.within(other.period), survey=one.survey or other.survey, unit=one.unit, filters=filters
    )
