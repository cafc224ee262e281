"""Which groups stand out: hotspots."""

import argparse
import json
from typing import Any

from nps import queries
from nps.commands.opening import opened
from nps.commands.telling import selected
from nps.errors import Refused
from nps.hotspots import wording
from nps.hotspots.between import moved
from nps.hotspots.changed import Moved
from nps.hotspots.finding import Direction, Finding
from nps.hotspots.questions import hotspots


def find(options: argparse.Namespace) -> int:
    """Print the combinations of segment values that score reliably below (or above) the rest, or moved beside it."""
    return _moved(options) if options.changed else _apart(options)


def _apart(options: argparse.Namespace) -> int:
    direction: Direction = options.direction or "low"
    with opened(options) as store:
        segments = queries.segments(store)
        search = hotspots(store, selected(store, options), segments, direction=direction).search
    labels = {segment.column: segment.label for segment in segments}
    findings = search.findings[: options.max]
    if options.json:
        _print_json(search.tested, [_told(finding, labels) for finding in findings])
        return 0
    for finding in findings:
        print(
            f"{wording.name(finding.segments, labels)}: NPS {wording.score(finding)}, "
            f"{wording.apart(finding, direction)}. {wording.worth(finding, direction)}"
        )
    print(f"{wording.heading(search, direction)} {wording.tested(search)}")
    return 0


def _moved(options: argparse.Namespace) -> int:
    """What moved since the period before, or last year's; both ways unless a direction is named."""
    with opened(options) as store:
        segments, selection = queries.segments(store), selected(store, options)
        period = selection.period
        earlier = period.before() if options.changed == "before" else period.a_year_before()
        if earlier is None:
            raise Refused("What changed needs a period: name its first and last day with --from and --to.")
        if earlier.overlaps(period):
            raise Refused("The two periods share days, so what moved between them cannot be told. Name at most a year.")
        moves = moved(store, selection, earlier, segments).moves
    labels = {segment.column: segment.label for segment in segments}
    ways = {"low": (True,), "high": (False,)}.get(options.direction, (True, False))
    findings = [finding for finding in moves.findings if finding.fell in ways][: options.max]
    if options.json:
        _print_json(moves.tested, [_moved_told(finding, labels) for finding in findings])
        return 0
    for finding in findings:
        print(f"{wording.name(finding.segments, labels)}: {wording.moved(finding)}. {wording.moved_worth(finding)}")
    print(f"{wording.moves_heading(moves)} {wording.tested(moves)} Compared with {earlier.sentence()}.")
    return 0


def _print_json(tested: int, findings: list[dict[str, Any]]) -> None:
    print(json.dumps({"tested": tested, "findings": findings}, ensure_ascii=False))


def _told(finding: Finding, labels: dict[str, str]) -> dict[str, Any]:
    """A finding for JSON: `low` and `high` are the 95 % interval of its NPS less that of the rest, in points."""
    interval = finding.tally.change_from(finding.rest).interval
    return {
        "segments": {labels[column]: value for column, value in finding.segments},
        "n": finding.tally.n,
        "nps": finding.tally.nps,
        "rest_nps": finding.rest.nps,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "impact": finding.impact,
        "p_adjusted": finding.p_adjusted,
        "shrunken": finding.shrunken,
    }


def _moved_told(finding: Moved, labels: dict[str, str]) -> dict[str, Any]:
    """Likewise: `further` is how much more it moved than the rest, `low` and `high` its interval."""
    interval = finding.further.interval
    return {
        "segments": {labels[column]: value for column, value in finding.segments},
        "n": finding.now.n,
        "nps": finding.now.nps,
        "rest_nps": finding.rest_now.nps,
        "n_before": finding.before.n,
        "nps_before": finding.before.nps,
        "rest_nps_before": finding.rest_before.nps,
        "further": finding.further.points,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "impact": finding.impact,
        "p_adjusted": finding.p_adjusted,
        "shrunken": finding.shrunken,
    }
