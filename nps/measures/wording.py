"""Measures in words: nothing is said that the interval does not say."""

from collections.abc import Sequence

from nps import charts
from nps.clock import counted
from nps.measures.leading import FEWEST_PAIRS, LAGS, Lagged
from nps.measures.metrics import Metric, Point
from nps.measures.weighing import Weighed
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN, Tally
from nps.selection import Grain


def told(point: Point, unit: str) -> str:
    """A value with its interval and n: 31 (28 to 34; n = 1,240), or 71 % (60 to 80 %; n = 64)."""
    if point.value is None:
        return f"not shown: n = {point.n}, fewer than {FEWEST_SHOWN}, or found from those by subtraction"
    sign = " %" if unit == "%" else ""
    low, high = charts.points(point.low), charts.points(point.high)
    few = ", too few to compare" if point.few else ""
    return f"{charts.points(point.value)}{sign} ({low} to {high}{sign}; n = {point.n:,}{few})"


def before_nps(found: Sequence[Lagged], metric: Metric, grain: Grain) -> str:
    """Whether a measure moves before NPS."""
    if not found:
        return (
            f"Too few periods to say whether {metric.name} moves before NPS: that takes {FEWEST_PAIRS} changes from "
            f"one {grain} to the next at each of the lags up to {LAGS[-1]}. Choose a longer period or a finer grain."
        )
    leads = [each for each in found if each.leads]
    if not leads:
        return (
            f"Nothing shows that {metric.name} moves before NPS: at no lag of 1 to {LAGS[-1]} {grain}s does the "
            "interval of the correlation of their changes lie above zero."
        )
    best = max(leads, key=lambda each: each.correlation)
    return (
        f"When {metric.name} falls, NPS tends to fall {counted(best.lag, grain)} later: correlation of the changes "
        f"{best.correlation:.2f} ({best.interval.low:.2f} to {best.interval.high:.2f}; {best.pairs} pairs). "
        "That the one causes the other is not said."
    ).replace("-", "−")


def weighs(weighed: Weighed, plain: Tally) -> str:
    """How far a weighted score lies from the unweighted one."""
    if weighed.nps is None or plain.nps is None:
        return "Nobody has a weight here."
    accounts = f"{weighed.accounts:,} of {counted(weighed.of_accounts, 'account')}"
    part = f"{weighed.n:,} of {counted(weighed.of_n, 'answer')}, {accounts}"
    if weighed.interval is None:
        return f"{part}: fewer than {FEWEST_COMPARED} accounts, too few for an interval."
    away = charts.signed(weighed.nps - plain.nps)
    return f"{part}; {away} beside the unweighted {charts.points(plain.nps)}."
