"""What the store's counts must be, in plain Python: every response, one by one."""

from collections import Counter
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from nps.decided import settings
from nps.rollups import MOST_VALUES
from nps.store import Store


def assert_rolled(store: Store) -> None:
    """The kept counts are those of the responses, by nothing and by every listed segment of few values."""
    zone = settings(store).zone
    assert store.rows("SELECT zone FROM rollups_made") == [(zone,)]
    responses = store.records("SELECT * FROM responses")
    found: dict[str, dict[Any, int]] = {}
    for names, *kind, n in store.rows("SELECT * FROM rollups"):
        of = found.setdefault(names, {})
        of[*kind,] = of.get((*kind,), 0) + n
    kept = {names for (names,) in store.rows("SELECT names FROM rolled WHERE few")}
    choices = [column for (column,) in store.rows("SELECT column_name FROM segments WHERE kind = 'choice'")]
    few = {column for column in choices if len({row[column] for row in responses} - {None}) <= MOST_VALUES}
    assert {names for names in kept if " " not in names} == few
    assert set(found) <= {"", *kept}
    for names in ("", *kept):
        expected = Counter(_kind(row, names.split(), zone) for row in responses)
        assert {kind: n for kind, n in found.get(names, {}).items() if n} == expected, names


def _kind(row: dict[str, Any], columns: list[str], zone: str) -> tuple[Any, ...]:
    values = [row[column] for column in columns]
    return (row["metric"], row["survey"], _day(row["answered_at"], zone), row["score"], *values, *[None] * 4)[:8]


def _day(at: datetime | None, zone: str) -> Any:
    """A day alone is its midnight in UTC, whatever the zone."""
    if at is None or at.time() == time.min:
        return at and at.date()
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
