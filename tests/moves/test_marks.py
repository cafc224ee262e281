"""What happened: written down with who and when, taken back by a later row, read from files or refused by line."""

from datetime import date, datetime

import pytest

from nps.errors import Refused
from nps.moves import around, marks, questions
from nps.moves.marks import Happened
from nps.selection import Period
from nps.store import Store

NOW, LATER = datetime(2026, 11, 1, 12), datetime(2026, 11, 2, 12)
RELEASE = Happened(date(2026, 1, 13), "release", "Release 7.0")
OUTAGE = Happened(date(2026, 3, 2), "outage", "Two hours down")


def test_a_mark_stands_with_who_and_when_until_somebody_takes_it_back(store: Store) -> None:
    assert marks.add(store, [OUTAGE, RELEASE], who=" Ada ", now=NOW) == 2
    first, second = questions.marks(store)
    assert (first.day, first.kind, first.label, first.said_by, first.said_at) == (
        RELEASE.day,
        "release",
        "Release 7.0",
        "Ada",
        NOW,
    )
    marks.take_back(store, first.number, who="Ben", now=LATER)
    assert questions.marks(store) == (second,)
    kept = store.rows("SELECT takes_back, said_by, said_at FROM marks ORDER BY number")
    assert kept == [(None, "Ada", NOW), (None, "Ada", NOW), (first.number, "Ben", LATER)]
    with pytest.raises(Refused, match="already"):
        marks.take_back(store, first.number, who="Ada", now=LATER)
    assert marks.add(store, [RELEASE], who="Ada", now=LATER) == 1


def test_the_same_mark_again_changes_nothing(store: Store) -> None:
    assert marks.add(store, [RELEASE, RELEASE], who="Ada", now=NOW) == 1
    assert marks.add(store, [Happened(RELEASE.day, "other", " Release 7.0 "), OUTAGE], who="Ben", now=LATER) == 1
    assert [mark.said_by for mark in questions.marks(store)] == ["Ada", "Ben"]


def test_a_change_of_marks_is_seen_by_caches(store: Store) -> None:
    before = store.version("marks")
    marks.add(store, [RELEASE], who="Ada", now=NOW)
    assert store.version("marks") > before


def test_nobody_writes_without_a_name(store: Store) -> None:
    for write in (
        lambda: marks.add(store, [RELEASE], who=" ", now=NOW),
        lambda: marks.take_back(store, 1, who="", now=NOW),
    ):
        with pytest.raises(Refused, match="Say who you are"):
            write()


@pytest.mark.parametrize(
    ("label", "kind", "told"),
    [(" ", "release", "Say what happened"), ("x" * 81, "release", "too long"), ("x", "party", "no kind of event")],
)
def test_what_is_no_mark_is_refused(label: str, kind: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        Happened(date(2026, 1, 1), kind, label)


def test_a_file_brings_marks_whatever_its_columns_are_called() -> None:
    text = "Date;Event;Type\n2026-01-13;Release 7.0;Release\n2026-03-02;Two hours down;outage\n2026-05-01;Fair;\n"
    found = marks.from_file("marks.csv", text.encode())
    assert found == (RELEASE, OUTAGE, Happened(date(2026, 5, 1), "other", "Fair"))
    assert marks.from_file("marks.csv", b"day,what\n2026-05-01,Fair\n") == (
        Happened(date(2026, 5, 1), "other", "Fair"),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("day,what\n2026-01-13,Fine\n13.1.2026,Release\n", "line 3: “13.1.2026” is not a day"),
        ("day,what\n2026-01-13,Fine\n2026-01-14,\n", "line 3: Say what happened"),
        ("day,what,kind\n2026-01-13,Fine,party\n", "line 2: “party” is no kind"),
        ("when,who\n2026-01-13,Ada\n", "needs the columns day and what; it has: when, who"),
        ("day,what\n2026-01-13,a,b\n2026-01-14,b\n", "line 2: it has more or fewer cells"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(Refused) as refused:
        marks.from_file("marks.csv", text.encode())
    assert told in str(refused.value)


def test_both_sides_of_a_mark_are_of_one_length_and_share_no_day() -> None:
    day = date(2026, 3, 29)  # clocks go forward in Europe on that day: days are counted, not hours
    sides = around.sides(day, 28, until=date(2026, 12, 1))
    assert sides
    assert (sides.before, sides.after) == (Period(date(2026, 3, 1), day), Period(day, date(2026, 4, 26)))
    short = around.sides(date(2025, 12, 31), 28, until=date(2026, 1, 10))
    assert short
    assert (short.before.days, short.after.days) == (10, 10)
    assert around.sides(day, 28, until=date(2026, 4, 3)) is None


def test_marks_of_a_period_lie_from_its_first_day_up_to_its_end(store: Store) -> None:
    marks.add(store, [RELEASE, OUTAGE], who="Ada", now=NOW)
    every = questions.marks(store)
    assert around.within(every, Period()) == every
    assert around.within(every, Period(RELEASE.day, OUTAGE.day)) == every[:1]
    assert around.within(every, Period(date(2026, 1, 14), date(2026, 3, 3))) == every[1:]
