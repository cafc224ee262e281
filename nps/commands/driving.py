"""Why people gave their scores: reasons."""

import argparse
import json
from typing import Any

from nps.codebook import changing
from nps.commands.opening import opened
from nps.commands.telling import figures, line, selected
from nps.reasons.contribution import NONE, Contribution
from nps.reasons.questions import reasons


def drive(options: argparse.Namespace) -> int:
    """Print how many points of the NPS each reason costs or brings; they add up to it."""
    with opened(options) as store:
        found = reasons(store, selected(store, options), "group" if options.groups else "reason")
        book = changing.book(store)
    total = figures(found.total)
    if options.json:
        told = [_told(row, book.label(row.code)) for row in found.rows]
        print(json.dumps({"nps": total["nps"], "n": total["n"], "reasons": told}, ensure_ascii=False))
        return 0
    for row in found.rows:
        label = "no reason given" if row.code == NONE else book.label(row.code)
        points, interval = row.points, row.interval
        print(f"{label}: {points:+.2f} points ({interval.low:+.2f} to {interval.high:+.2f}), n = {row.n}")
    print(f"In all: {line(total)}")
    return 0


def _told(row: Contribution, label: str) -> dict[str, Any]:
    """A reason for JSON: `contribution` and its interval in points of NPS, `n` answers that have it.

    The contribution is what its promoters brought less what its detractors cost.
    """
    return {
        "code": row.code,
        "label": "no reason given" if row.code == NONE else label,
        "n": row.n,
        "contribution": row.points,
        "brought": row.brought,
        "cost": row.cost,
        "low": row.interval.low,
        "high": row.interval.high,
    }
