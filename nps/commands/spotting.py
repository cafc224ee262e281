"""Which groups stand out: hotspots."""

import argparse
import json
from typing import Any

from nps import queries
from nps.commands.opening import open_store
from nps.commands.telling import selected
from nps.hotspots import wording
from nps.hotspots.finding import Finding
from nps.hotspots.questions import hotspots


def find(options: argparse.Namespace) -> int:
    """Print the combinations of segment values that score reliably below (or above) the rest."""
    store = open_store(options)
    try:
        segments = queries.segments(store)
        looked = hotspots(store, selected(store, options), segments, direction=options.direction)
    finally:
        store.close()
    labels = {segment.column: segment.label for segment in segments}
    findings = looked.search.findings[: options.max]
    if options.json:
        told = {"tested": looked.search.tested, "findings": [_told(finding, labels) for finding in findings]}
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for finding in findings:
        print(
            f"{wording.name(finding.segments, labels)}: NPS {wording.score(finding)}, "
            f"{wording.apart(finding, options.direction)}. {wording.worth(finding, options.direction)}"
        )
    print(f"{wording.heading(looked.search, options.direction)} {wording.tested(looked.search)}")
    return 0


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
