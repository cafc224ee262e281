"""What figures mean and what they are about, in words that go with them wherever they are taken."""

from collections.abc import Mapping
from datetime import datetime

from nps import zones
from nps.selection import UNIT_WORDS, Selection, in_words

Told = tuple[tuple[str, str], ...]  # what, and the words about it

DEFINITIONS: Told = (
    ("NPS", "100 × (promoters − detractors) / scored, from −100 to +100; promoters give 9 or 10, detractors 0 to 6."),
    ("Without a score", "Sent and not answered; never counted in a score."),
    ("Low, High", "The 95 % interval of the score: adjusted Wald (Rocks 2016)."),
    ("Change", "Called one only where the 95 % interval of the difference excludes zero."),
    ("Few answers", "Groups under 5 answers are not shown; under 30 they are too few to compare."),
    ("CSAT, CES", "Shares of the satisfied among the answers of their own scales; beside NPS, never mixed with it."),
    (
        "Trademarks",
        "Net Promoter Score and NPS are registered trademarks of Bain & Company, Satmetrix and F. Reichheld.",
    ),
)


def filters(selection: Selection, labels: Mapping[str, str]) -> Told:
    """Period, survey, unit and segments of a selection; `labels` are the segments' names by column."""
    return (
        ("Period", selection.period.sentence()),
        ("Survey", selection.survey or "all surveys"),
        ("One vote is", UNIT_WORDS[selection.unit]),
        *((labels.get(column, column), " or ".join(values)) for column, values in selection.filters),
    )


def about(selection: Selection, labels: Mapping[str, str], *, zone: str, now: datetime) -> Told:
    """All that a reader elsewhere needs: the filters, whose days they are, when it was made (UTC in), definitions."""
    there = zones.on_clock(now, zone)
    made = f"{in_words(there.date())}, {there:%H:%M}"
    return (*filters(selection, labels), ("Days and times in", zone), ("Made on", made), *DEFINITIONS)
