"""On which scale a column of scores lies, for which metric, and which end of it is the good one."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from nps.errors import Ambiguous
from nps.importing.scores import METRICS, SCALES, Spread
from nps.importing.words import BAD_END, GOOD_END, OTHERS, RECOMMEND, ZERO_TO_TEN, plain

NO_ZERO = "No zero among the scores: this looks like a 1-10 scale; the bands are the same."
BEST = {"csat": "very satisfied", "ces": "very easy"}
_END = re.compile(r"(?<![\d.,])(\d{1,2})\s*(?:[-–—:=.()]|\bis\b|\bmeans\b)*\s*((?:[^\W\d]+[\s'’-]*){1,4})")
_MOST_LABELS = 100


def metric_of(scale: str) -> str | None:
    """The metric other than NPS that is counted on a scale."""
    return next((metric for metric, own in METRICS.items() if own == scale and metric != "nps"), None)


def scale_question(name: str, column: str, held: Spread, *, metric: str = "nps") -> Ambiguous | None:
    """What to ask when the scores do not lie on the scale that the metric is counted on; None when they do."""
    found = held.smaller_scale()
    if metric == "nps":
        found = found or _other_metrics_scale(column, held)
        return None if found is None or ZERO_TO_TEN.search(plain(column)) else _smaller(name, column, held, found)
    needed = METRICS[metric]
    if not held.whole or (held.within(*SCALES[needed]) >= 0.9 and found in (None, needed)):
        return None
    anyway = f", or say that its scale is {needed} all the same (--scale {needed})" if found == "1-5" else ""
    return Ambiguous(
        f'{metric.upper()} is counted on {needed}, but "{column}" in {name} has scores from {held.lowest} to '
        f"{held.highest}: choose another column (--score) or metric (--metric){anyway}.",
        question="scale",
        candidates=(needed,),
    )


def _other_metrics_scale(column: str, held: Spread) -> str | None:
    """The scale of the metric that a question asks for, when all scores lie on it, however few they are."""
    for metric, asks in OTHERS.items():
        if (
            asks.search(plain(column))
            and not RECOMMEND.search(plain(column))
            and held.within(*SCALES[METRICS[metric]]) == 1
        ):
            return METRICS[metric]
    return None


def _smaller(name: str, column: str, held: Spread, found: str) -> Ambiguous:
    other = metric_of(found)
    instead = f"bring it in as {other.upper()} (--metric {other}), " if other else ""
    return Ambiguous(
        f'"{column}" in {name} looks like a {found} scale (all {held.whole:,} scores from {held.lowest} to '
        f"{held.highest}), and NPS needs 0-10: choose another score column (--score), {instead}"
        "or say that it is 0-10 all the same (--scale 0-10).",
        question="scale",
        candidates=("0-10", "1-10", *([other] if other else [])),
    )


def reversed_by_words(column: str, cells: pa.ChunkedArray, *, metric: str) -> bool | None:
    """Whether 1 is the good end, as header and labelled answers say ("1 = very easy", "5 (satisfied)").

    None when they say nothing, or one thing and its opposite.
    """
    low, high = SCALES[METRICS[metric]]
    said = set()
    for text in (column, *pc.unique(cells).to_pylist()[:_MOST_LABELS]):
        for number, phrase in _END.findall(text.casefold()):
            bad = BAD_END.search(phrase)
            if int(number) in (low, high) and (bad or GOOD_END.search(phrase)):
                said.add((int(number) == low) is not bool(bad))
    return said.pop() if len(said) == 1 else None


def direction_question(name: str, column: str, *, metric: str) -> Ambiguous:
    """What to ask when nothing says which end of a satisfaction or effort scale is the good one."""
    low, high = SCALES[METRICS[metric]]
    return Ambiguous(
        f'Which end of "{column}" in {name} is the good one: is {high} {BEST[metric]} (--no-reverse), or is {low} '
        f"(--reverse)?",
        question="direction",
        candidates=("no-reverse", "reverse"),
    )


def turned_round(column: str, *, metric: str) -> str:
    """What to say of scores whose good end was 1."""
    low, high = SCALES[METRICS[metric]]
    return f'In "{column}" {low} is {BEST[metric]}: the scores were turned round, so that {high} is.'
