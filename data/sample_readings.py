"""Who read which comment of the sample, and the reasons that they found in it; for make_sample.py."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from data.sample_people import LAST, Dice

READINGS = ("Response ID", "Read at", "Read by", "Reasons")
# What people read in a comment about a subject: the code of a reason of the codebook.
REASONS = (
    {"support": "service.answer", "price": "commercial.price", "speed": "product.speed", "usability": "product.ease"}
    | {
        "docs": "start.learning",
        "Onboarding": "start.onboarding",
        "Adoption": "value.fit",
        "Renewal": "commercial.contract",
    }
    | {"Value realised": "value.results", "Expansion": "value.change", "Planner": "product.features"}
    | {"Insights": "product.reports", "Connect": "product.integrations", "Flow": "product.features"}
    | {"dim": "service.response", "bright": "service.people"}
    | dict.fromkeys(("broken", "mending", "milder", "recovered", "despite"), "start.onboarding")
)
READ = {"first": 0.82, "second": 0.09, "agrees": 0.88}  # how many are read, read twice, and found the same in
UNREAD_DAYS = 12  # before the last one: nobody came to these yet


def readings(
    answers: Sequence[Sequence[str]], about: Mapping[str, Sequence[str]], dice: Dice, *, owner: int
) -> Iterator[tuple[str, ...]]:
    """Who read which comment, when, and the reasons that they found in it, the main one first.

    `about` names the subjects of each answer's comment, `owner` is the place of who looks after the account.
    """
    staff = sorted({line[owner] for line in answers})
    for line in answers:
        codes = list(dict.fromkeys(REASONS[subject] for subject in about[line[0]]))
        at = datetime.fromisoformat(line[1]).replace(tzinfo=UTC)
        if not codes or (LAST - at.date()).days < UNREAD_DAYS or not dice.chance(READ["first"]):
            continue
        done = at + timedelta(hours=20 + 60 * dice.random())
        yield (line[0], done.strftime("%Y-%m-%d %H:%M:%S"), line[owner], " ".join(codes))
        if dice.chance(READ["second"]):
            done += timedelta(hours=30 + 60 * dice.random())
            reader = dice.pick([name for name in staff if name != line[owner]])
            seen = codes if dice.chance(READ["agrees"]) else codes[1:] or ["other.other"]
            yield (line[0], done.strftime("%Y-%m-%d %H:%M:%S"), reader, " ".join(seen))
