"""What time it is, and how long ago something was."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment in UTC, without a zone, as the store keeps times."""
    return datetime.now(UTC).replace(tzinfo=None)


def ago(moment: datetime, *, at: datetime) -> str:
    """How long before `at` a moment was, in words."""
    seconds = max(0.0, (at - moment).total_seconds())
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(int(seconds // size), word) + " ago"
    return "just now"


def counted(count: int, word: str) -> str:
    """A count with its noun: 1 answer, 2,000 answers."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
