"""Groups under watch: kept and ended with who and when, and what has become of them, by the intervals."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.errors import Refused
from nps.hotspots import watching, wording
from nps.hotspots.finding import Direction
from nps.hotspots.watching import Found, Watch
from nps.score import Tally
from nps.selection import Period, Selection
from nps.store import Store

NOW, LATER = datetime(2026, 11, 1, 12), datetime(2026, 11, 2, 12)
SELECTION = Selection.of(
    period=Period(date(2026, 1, 1), date(2026, 6, 1)),
    survey="NPS",
    unit="person",
    filters={"seg_plan": ["Team", "(not given)", 'quote " , [']},
)
FOUND = Found(
    "low", (("seg_region", "EMEA"), ("seg_stage", "Ünïcode × 1")), SELECTION, Tally(20, 20, 60), Tally(600, 200, 200)
)


def kept(store: Store, found: Found = FOUND) -> int:
    return watching.keep(store, found, owner="Ola", note="Release 7", who=" Ada ", now=NOW)


def test_a_group_is_kept_as_it_was_found_with_who_and_when(store: Store) -> None:
    number = kept(store)
    assert watching.watches(store) == (Watch(number, FOUND, "Ola", "Release 7", NOW, "Ada", None, None),)


def test_a_watch_is_ended_and_taken_up_again_by_later_rows(store: Store) -> None:
    number = kept(store)
    watching.end(store, number, who="Ben", now=LATER)
    [ended] = watching.watches(store)
    assert (ended.ended_at, ended.ended_by) == (LATER, "Ben")
    with pytest.raises(Refused, match="already"):
        watching.end(store, number, who="Ada", now=LATER)
    watching.take_up_again(store, number, who="Cleo", now=LATER)
    [again] = watching.watches(store)
    assert again.ended_at is None
    with pytest.raises(Refused, match="already"):
        watching.take_up_again(store, number, who="Cleo", now=LATER)
    rows = store.rows("SELECT action, watch, done_by FROM watched ORDER BY number")
    assert rows == [("keep", number, "Ada"), ("end", number, "Ben"), ("back", number, "Cleo")]


def test_the_same_group_is_watched_once_whatever_the_days(store: Store) -> None:
    first = kept(store)
    other_days = Found("low", FOUND.segments, SELECTION.during(Period(date(2026, 2, 1))), FOUND.own, FOUND.rest)
    with pytest.raises(Refused, match="under watch already"):
        kept(store, other_days)
    kept(store, Found("high", FOUND.segments, SELECTION, FOUND.own, FOUND.rest))
    watching.end(store, first, who="Ada", now=LATER)
    second = kept(store, other_days)
    with pytest.raises(Refused, match="anew"):
        watching.take_up_again(store, first, who="Ada", now=LATER)
    assert second > first
    assert [watch.ended_at is None for watch in watching.watches(store)] == [False, True, True]


def test_nobody_keeps_without_a_name_nor_writes_a_novel(store: Store) -> None:
    for told, words in (
        ({"who": " "}, "Say who you are"),
        ({"note": "x" * 501}, "at most 500"),
        ({"owner": "x" * 81}, "80"),
    ):
        with pytest.raises(Refused, match=words):
            watching.keep(store, FOUND, **{"owner": "", "note": "", "who": "Ada"} | told, now=NOW)
    with pytest.raises(Refused, match="Say who you are"):
        watching.end(store, 1, who="", now=NOW)
    with pytest.raises(Refused, match="Nothing was changed"):
        watching.end(store, 7, who="Ada", now=NOW)
    assert watching.watches(store) == ()


def test_a_change_of_watches_is_seen_by_caches(store: Store) -> None:
    versions = [store.version("watched")]
    number = kept(store)
    versions.append(store.version("watched"))
    watching.end(store, number, who="Ada", now=LATER)
    versions.append(store.version("watched"))
    assert versions == sorted(set(versions))


def test_a_selection_as_it_stands_today_ends_with_the_newest_answer() -> None:
    today = watching.today(SELECTION, newest=date(2026, 10, 31))
    assert today == SELECTION.during(Period(date(2026, 6, 3), date(2026, 11, 1)))
    assert today.period.days == SELECTION.period.days
    since = SELECTION.during(Period(date(2026, 1, 1)))
    assert watching.today(since, newest=date(2026, 10, 31)) == since
    assert watching.today(SELECTION, newest=None) == SELECTION


@pytest.mark.parametrize(
    ("own", "state", "words"),
    [
        (Tally(20, 20, 60), "there", "Still there."),
        (Tally(24, 20, 56), "there", "Still there."),
        (Tally(130, 60, 110), "better", "Better, and still there."),
        (Tally(0, 5, 95), "worse", "Worse."),
        (Tally(120, 40, 40), "gone", "Gone."),
        (Tally(9, 9, 9), "few", "Cannot be told: 27 answers on one side"),
    ],
)
def test_what_has_become_of_an_unhappy_group(own: Tally, state: str, words: str) -> None:
    watch = Watch(1, FOUND, "", "", NOW, "Ada", None, None)
    found = watching.standing(watch, own, Tally(600, 200, 200))
    assert found.state == state
    assert wording.standing(found, "low").startswith(words)


def test_few_answers_leave_open_whether_it_is_gone() -> None:
    small = Found("low", FOUND.segments, SELECTION, Tally(10, 10, 16), Tally(600, 200, 200))
    found = watching.standing(Watch(1, small, "", "", NOW, "Ada", None, None), Tally(16, 10, 10), Tally(600, 200, 200))
    assert found.state == "unclear"
    assert wording.standing(found, "low").startswith("Cannot be told: neither reliably below the rest any more")


counts = st.integers(0, 400)
tallies = st.builds(Tally, counts, counts, counts)


@given(tallies, tallies, tallies, tallies, st.sampled_from(["low", "high"]))
def test_no_state_claims_more_than_its_intervals(
    then: Tally, rest_then: Tally, own: Tally, rest: Tally, direction: Direction
) -> None:
    """By hand: the adjusted difference of today, and how it moved, each with its standard error."""
    if not (then.n and rest_then.n):
        return
    watch = Watch(1, Found(direction, (), Selection(), then, rest_then), "", "", NOW, "Ada", None, None)
    state = watching.standing(watch, own, rest).state
    if min(own.n, rest.n) < 30:
        assert state == "few"
        return
    sign = 1 if direction == "low" else -1
    (m, v), (r, w), (t, x), (q, y) = (tally.adjusted() for tally in (own, rest, then, rest_then))
    below, nearer = sign * (r - m) / (v + w) ** 0.5, sign * ((m - r) - (t - q)) / (v + w + x + y) ** 0.5
    z = 1.959963984540054
    wanted = {
        (True, 0): "there",
        (True, 1): "better",
        (True, -1): "worse",
        (False, 1): "gone",
    }.get((below > z, (nearer > z) - (nearer < -z)), "unclear")
    assert state == wanted
