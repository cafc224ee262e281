"""What no reason covers, and what comes up, of the store."""

from datetime import date, datetime, timedelta

import pytest

from nps.codebook import changing
from nps.intake import bring_in
from nps.reasons.readings import PastReading, record_past
from nps.selection import Selection
from nps.store import Store
from nps.themes import wording
from nps.themes.questions import Found, coming_up, periods, uncovered
from tests.themes.test_finding import planted

NOW = datetime.fromisoformat("2026-03-01 12:00")
FIRST = date(2025, 3, 1)


@pytest.fixture
def filled(store: Store) -> Store:
    """240 comments over a year; tablets break only in its last quarter, and comments about parking were read."""
    comments, topics = planted(3)
    late = [place for place, topic in enumerate(topics) if topic == "tablet"]
    rows, days = ["id,nps,date,comment"], {}
    for place, comment in enumerate(comments):
        day = FIRST + timedelta(300 + place % 60 if place in late else place * 360 // len(comments))
        days[place] = day
        rows.append(f"r{place},{3 if topics[place] else 9},{day},{comment.text}")
    bring_in(store, "a.csv", "\n".join(rows).encode(), by="Ada")
    keys: dict[str, str] = dict(store.rows("SELECT response_id, response_key FROM responses"))
    record_past(
        store,
        [
            PastReading(
                keys[f"r{place}"], ("commercial.price",) if topic == "parking" else ("other.other",), NOW, "Ada"
            )
            for place, topic in enumerate(topics)
            if topic in ("parking", "invoice")
        ],
    )
    return store


def test_themes_are_looked_for_where_no_reason_says_anything(filled: Store) -> None:
    found = uncovered(filled, Selection())
    assert (found.told, found.uncovered, found.read) == (240, 200, 200)
    words = [set(theme.words) for theme in found.themes]
    assert any({"tablet", "frozen", "screen", "crash"} & each for each in words)
    assert any({"invoice", "billing", "address", "wrong"} & each for each in words)  # read, but only “another reason”
    assert not any({"parking", "spaces"} & each for each in words)
    tablet = next(theme for theme in found.themes if "tablet" in theme.words or "crash" in theme.words)
    assert tablet.tally.detractors >= 0.8 * tablet.tally.n
    assert tablet.rise is not None
    assert (tablet.rise.n_late + tablet.rise.n_early, tablet.rise.early) == (200, 0)
    assert wording.comes_up(tablet.rise).startswith(f"Comes up: in {tablet.rise.late} of the {tablet.rise.n_late} of")
    assert all(theme.rise is None for theme in found.themes if "invoice" in theme.words)
    texts = {row[0] for row in filled.rows("SELECT comment FROM responses")}
    assert set(tablet.quotes) <= texts


def test_what_comes_up_is_what_was_not_said_before(filled: Store) -> None:
    parts = periods(filled, Selection())
    assert parts is not None
    assert parts.early.end == parts.late.start
    assert parts.late.days == 90
    rises = coming_up(filled, Selection())
    assert {rise.name[0] for rise in rises} == {"word"}
    assert {"tablet"} < {rise.name[1] for rise in rises} <= {"tablet", "screen", "frozen", "crash"}
    [[late]] = filled.rows(
        "SELECT count(*) FROM responses WHERE contains(comment, 'tablet') AND answered_at >= $day",
        {"day": datetime.combine(parts.late.start or FIRST, datetime.min.time())},
    )
    tablet = next(rise for rise in rises if rise.name[1] == "tablet")
    assert (tablet.late, tablet.early) == (late, 0)
    assert wording.told(tablet, changing.book(filled)).startswith(f"The word “tablet” is in {late} of ")


def test_a_short_selection_has_nothing_to_compare_with(filled: Store) -> None:
    assert (
        periods(filled, Selection().during(parts.late) if (parts := periods(filled, Selection())) else Selection())
        is None
    )
    assert periods(filled, Selection(survey="none of them")) is None
    assert coming_up(filled, Selection(survey="none of them")) == ()
    assert uncovered(filled, Selection(survey="none of them")) == Found((), 0, 0, 0)
