"""On which scale a column of scores lies, for which metric, and which end of it is the good one."""

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from nps.errors import Ambiguous
from nps.importing.scores import METRICS, SCALES, TYPICAL, Spread
from nps.importing.words import BAD_END, GOOD_END, OTHERS, RECOMMEND, ZERO_TO_TEN, plain

NO_ZERO = "No zero among the scores: this looks like a 1-10 scale; the bands are the same."
BEST = {"csat": "very satisfied", "ces": "very easy"}
_END = re.compile(r"(?<![\d.,])(\d{1,2})\s*(?:[-–—:=.()]|\bis\b|\bmeans\b)*\s*((?:[^\W\d]+[\s'’-]*){1,4})")
_MOST_LABELS = 100
MOSTLY = 0.9


def scale_of(held: Spread, metric: str) -> str | None:
    """The scale of satisfaction or effort scores as the values show it; None where they leave it open.

    Many scores beyond the metric's own scale show a longer one; that all lie within a shorter one may be chance.
    """
    own = METRICS[metric][0]
    inside = held.within(*SCALES[own])
    longer = [scale for scale in METRICS[metric] if SCALES[scale] > SCALES[own] and held.within(*SCALES[scale]) == 1]
    if not held.whole or inside == 1 or (inside >= MOSTLY and not longer):
        return own if held.smaller_scale() in (None, own) else None
    return longer[0] if longer and inside < MOSTLY and held.whole >= TYPICAL else None


def scale_question(name: str, column: str, held: Spread, *, metric: str = "nps") -> Ambiguous | None:
    """What to ask when the scores do not lie on the scale that the metric is counted on; None when they do."""
    if metric == "nps":
        found = held.smaller_scale() or _other_metrics_scale(column, held)
        return None if found is None or ZERO_TO_TEN.search(plain(column)) else _smaller(name, column, held, found)
    if scale_of(held, metric) is not None:
        return None
    fitting = tuple(scale for scale in METRICS[metric] if held.within(*SCALES[scale]) >= MOSTLY)
    anyway = f", or say which scale it is (--scale {' or --scale '.join(fitting)})" if fitting else ""
    return Ambiguous(
        f'{metric.upper()} is counted on {" or ".join(METRICS[metric])}, but "{column}" in {name} has scores from '
        f"{held.lowest} to {held.highest}: choose another column (--score) or metric (--metric){anyway}.",
        question="scale",
        candidates=fitting or METRICS[metric],
    )


def _other_metrics_scale(column: str, held: Spread) -> str | None:
    """The scale of the metric that a question asks for, when all scores lie on it, however few they are."""
    for metric, asks in OTHERS.items():
        own = METRICS[metric][0]
        if asks.search(plain(column)) and not RECOMMEND.search(plain(column)) and held.within(*SCALES[own]) == 1:
            return own
    return None


def _smaller(name: str, column: str, held: Spread, found: str) -> Ambiguous:
    others = list(_other_metrics(column, held, found))
    said = " or ".join(f"{metric.upper()} (--metric {metric} --scale {scale})" for metric, scale in others)
    instead = f"bring it in as {said}, " if others else ""
    return Ambiguous(
        f'"{column}" in {name} looks like a {found} scale (all {held.whole:,} scores from {held.lowest} to '
        f"{held.highest}), and NPS needs 0-10: choose another score column (--score), {instead}"
        "or say that it is 0-10 all the same (--scale 0-10).",
        question="scale",
        candidates=("0-10", "1-10", *(f"{metric} {scale}" for metric, scale in others)),
    )


def _other_metrics(column: str, held: Spread, found: str) -> Iterator[tuple[str, str]]:
    """The metrics, each with its scale, that scores on this scale may be of: those that the header asks for, or all."""
    asked = [metric for metric, asks in OTHERS.items() if asks.search(plain(column))]
    for metric in asked or OTHERS:
        for scale in METRICS[metric]:
            if scale == found or (asked and scale == METRICS[metric][0] and held.within(*SCALES[scale]) == 1):
                yield metric, scale


def reversed_by_words(column: str, cells: pa.ChunkedArray, *, scale: str) -> bool | None:
    """Whether 1 is the good end, as header and labelled answers say ("1 = very easy", "5 (satisfied)").

    None when they say nothing, or one thing and its opposite.
    """
    low, high = SCALES[scale]
    said = set()
    for text in (column, *pc.unique(cells).to_pylist()[:_MOST_LABELS]):
        for number, phrase in _END.findall(text.casefold()):
            bad = BAD_END.search(phrase)
            if int(number) in (low, high) and (bad or GOOD_END.search(phrase)):
                said.add((int(number) == low) is not bool(bad))
    return said.pop() if len(said) == 1 else None


def direction_question(name: str, column: str, *, metric: str, scale: str) -> Ambiguous:
    """What to ask when nothing says which end of a satisfaction or effort scale is the good one."""
    low, high = SCALES[scale]
    return Ambiguous(
        f'Which end of "{column}" in {name} is the good one: is {high} {BEST[metric]} (--no-reverse), or is {low} '
        f"(--reverse)?",
        question="direction",
        candidates=("no-reverse", "reverse"),
    )


def turned_round(column: str, *, metric: str, scale: str) -> str:
    """What to say of scores whose good end was 1."""
    low, high = SCALES[scale]
    return f'In "{column}" {low} is {BEST[metric]}: the scores were turned round, so that {high} is.'
