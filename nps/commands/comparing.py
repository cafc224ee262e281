"""What two periods tell of each other: compare."""

import argparse
import json
import sys
from typing import Any

from nps import queries
from nps.commands.opening import opened
from nps.commands.telling import column, figures, filters, line
from nps.errors import Refused
from nps.selection import Period, Selection, day
from nps.store import Store
from nps.why.split import Split, split

USAGE = 2


def compare(options: argparse.Namespace) -> int:
    """Print how NPS changed between two periods, and which values of a segment it came from.

    A day, a filter or a segment that cannot be read is wrong usage: it ends with 2, after a sentence.
    """
    with opened(options) as store:
        try:
            before, after, by = _asked(store, options)
        except Refused as error:
            print(error, file=sys.stderr)
            return USAGE
        counts = [queries.by_segment(store, selection, by) for selection in (before, after)]
        tallies = [queries.summary(store, selection).tally for selection in (before, after)]
    for sentence in _warnings(before, after, empty=[not tally.n for tally in tallies]):
        print(sentence, file=sys.stderr)
    found = split(*counts)
    told = {"before": figures(tallies[0]), "after": figures(tallies[1]), **_change(found)}
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        _print(told, found)
    return 0


def _asked(store: Store, options: argparse.Namespace) -> tuple[Selection, Selection, str]:
    """The two selections, and the column of the segment."""
    kept = filters(store, options.where)
    before, after = (
        Selection.of(period=_period(text, option), filters=kept)
        for text, option in ((options.before, "--before"), (options.after, "--after"))
    )
    return before, after, column(store, options.by)


def _period(text: str, option: str) -> Period:
    first, dots, last = text.partition("..")
    if not dots:
        raise Refused(
            f"“{text}” is not a period. Write its first and last day, for example {option} 2026-01-01..2026-03-31."
        )
    return Period.through(day(first.strip()), day(last.strip()))


def _warnings(before: Selection, after: Selection, *, empty: list[bool]) -> list[str]:
    told = []
    if before.period.overlaps(after.period):
        told.append(
            "The two periods share days, so their answers are not independent: do not read the interval and p as if "
            "they were."
        )
    for name, selection, nobody in zip(("before", "after"), (before, after), empty, strict=True):
        if nobody:
            told.append(f"Nobody gave a score in the period {name}, {selection.period.sentence()}: there is no change.")
    return told


def _change(found: Split | None) -> dict[str, Any]:
    """The change, its parts and how sure it is; null, and no parts, where one side has no scores."""
    if found is None:
        return dict.fromkeys(("change", "low", "high", "p", "mix", "rate")) | {"parts": []}
    change = found.after.change_from(found.before)
    assert change.interval is not None
    parts = [{"value": part.value, "mix": part.nps.mix, "rate": part.nps.rate} for part in found.parts]
    return {
        "change": change.points,
        "low": change.interval.low,
        "high": change.interval.high,
        "p": change.p_value,
        "mix": found.nps.mix,
        "rate": found.nps.rate,
        "parts": parts,
    }


def _print(told: dict[str, Any], found: Split | None) -> None:
    print(f"before: {line(told['before'])}")
    print(f"after: {line(told['after'])}")
    if found is None:
        print("change: none, since one side has no scores")
        return
    print(f"change: {_points(told['change'])} ({_points(told['low'])} to {_points(told['high'])}), p = {told['p']:.3g}")
    print(f"  {_points(told['mix'])} by who answered (mix), {_points(told['rate'])} by what they said (rate)")
    for part in sorted(found.parts, key=lambda part: -abs(part.nps.points)):
        counts = f"n = {part.before.n} before, {part.after.n} after"
        print(f"{part.value}: mix {_points(part.nps.mix)}, rate {_points(part.nps.rate)}, {counts}")


def _points(value: float) -> str:
    return f"{value:+.1f}".replace("-0.0", "0.0").replace("+0.0", "0.0")
