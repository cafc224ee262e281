"""The page Hotspots: what a finding tells when it is opened, and what the search is asked for."""

from dataclasses import replace
from zlib import crc32

import pytest
from streamlit.testing.v1 import AppTest

from nps import context, queries
from nps.clock import now
from nps.hotspots import watching, wording
from nps.hotspots.between import moved
from nps.hotspots.questions import hotspots
from nps.score import Tally
from nps.selection import Period, Selection, day
from nps.store import Store
from tests.pages.opening import assert_well, figures, labelled, opened, says, texts

DAYS: dict[str, str | list[str]] = {"period": "Custom dates", "from": "2026-01-01", "to": "2026-05-31"}
SELECTED = Selection(Period(day("2026-01-01"), day("2026-06-01")))
NAME = "Region: EMEA × Journey stage: Onboarding"


def open_more(app: AppTest, name: str = NAME) -> AppTest:
    app.session_state[f"more_{crc32(name.encode()):08x}"] = True
    app.run()
    assert_well(app)
    return app


def test_a_finding_that_is_opened_tells_since_when_worse_or_better_revenue_and_words(filled: Store) -> None:
    app = opened("hotspots", query=DAYS)
    assert not says(app, "It lies below the rest"), "nothing of it is asked for before"
    open_more(app)
    assert says(app, "It lies below the rest since 28 Jan 2026")
    assert says(app, "Better from 17 Mar 2026 on")
    [words] = [text for text in texts(app) if text.startswith("Words they use more")]
    assert "setup in" in words
    assert "the in" not in words
    assert says(app, "Revenue: not known of any of the 81 accounts")


def test_revenue_is_that_of_the_accounts_of_unhappy_people_once_each(filled: Store) -> None:
    inside = SELECTED.inside((("seg_region", "EMEA"), ("seg_journey_stage", "Onboarding")))
    people = queries.responses(filled, inside, limit=1_000)
    unhappy = sorted({row.account for row in people if row.account and (row.score or 0) <= 6 and row.state == "open"})
    known = {account: 1_000 * number for number, account in enumerate(unhappy[:9], start=1)}
    lines = ["account,arr", *(f'"{account}",{revenue}' for account, revenue in known.items())]
    context.bring_in(filled, context.read("accounts.csv", "\n".join(lines).encode()), by="Ada", now=now())
    app = open_more(opened("hotspots", query=DAYS))
    told = f"Revenue: {sum(known.values()):,} behind its unfinished detractors, known of {len(known)} of 81 accounts."
    assert told in texts(app)


def test_the_search_takes_its_size_and_support_from_the_address(filled: Store) -> None:
    plain, strict = opened("hotspots", query=DAYS), opened("hotspots", query=DAYS | {"size": "60", "support": "100"})
    segments = queries.segments(filled)
    for app, search in (
        (plain, hotspots(filled, SELECTED, segments).search),
        (strict, hotspots(filled, SELECTED, segments, support=100, size=60.0).search),
    ):
        assert says(app, f"{search.tested:,} groups of at least {search.support:,} answers were tested")
        assert len([each for each in app.subheader if " × " in each.value or ": " in each.value]) == len(
            search.findings
        )
    assert hotspots(filled, SELECTED, segments).search.findings
    assert says(strict, "No group is reliably less happy")


@pytest.mark.parametrize("address", [{"size": "much"}, {"support": "3"}, {"support": "-1", "size": "1000"}])
def test_settings_that_cannot_be_are_those_of_the_method(filled: Store, address: dict[str, str]) -> None:
    app = opened("hotspots", query=DAYS | address)
    assert labelled(app.number_input, "At least so many points apart").value == 2.0
    assert labelled(app.number_input, "Of at least so many answers").value is None
    assert says(app, "groups of at least 30 answers were tested")


QUARTER: dict[str, str | list[str]] = {
    "period": "Custom dates",
    "from": "2026-01-15",
    "to": "2026-04-15",
    "direction": "What changed",
}


@pytest.mark.parametrize("against", ["The period before", "The same period last year"])
def test_what_changed_is_told_beside_the_earlier_period(filled: Store, against: str) -> None:
    app = opened("hotspots", query=QUARTER | {"earlier": against})
    selected = Selection(Period(day("2026-01-15"), day("2026-04-16")))
    earlier = selected.period.before() if against == "The period before" else selected.period.a_year_before()
    assert earlier
    compared = moved(filled, selected, earlier, queries.segments(filled))
    first = compared.moves.findings[0]
    assert dict(first.segments) == {"seg_region": "EMEA", "seg_journey_stage": "Onboarding"}
    for tally, days in ((first.before, earlier), (first.now, selected.period)):
        by_hand = queries.summary(filled, selected.inside(first.segments).during(days)).tally
        assert tally == replace(by_hand, blanks=0)
    for rest, own, days in ((first.rest_before, first.before, earlier), (first.rest_now, first.now, selected.period)):
        assert rest + own == replace(queries.summary(filled, selected.during(days)).tally, blanks=0)
    assert says(app, "points further down than the rest, which went from")
    assert says(app, f"Had it moved like the rest, the total would be {first.impact:.1f} points higher.")
    assert says(app, f"{compared.moves.tested:,} groups of at least 30 answers in each period were tested")
    assert len(figures(app)["hotspots_chart"]["data"][0]["x"]) == len(compared.moves.findings)
    app.selectbox(key="group").select(NAME).run()
    assert_well(app)
    assert says(app, f"Responses: {NAME}".replace(":", "\\:"))


def test_all_time_has_nothing_to_compare_with(filled: Store) -> None:
    app = opened("hotspots", query={"period": "All time", "direction": "What changed"})
    assert says(app, "All time has nothing before it")


def test_periods_that_share_days_are_not_compared(filled: Store) -> None:
    long = QUARTER | {"from": "2025-01-15", "earlier": "The same period last year"}
    assert says(opened("hotspots", query=long), "The two periods share days")


def keep(app: AppTest, note: str = "Fixed with release 7") -> AppTest:
    """Keep the first finding of the page under watch."""
    app.session_state["watch_keep"] = True
    app.run()
    app.selectbox(key="watch_group").select(NAME)
    app.text_input(key="watch_note").set_value(note)
    next(button for button in app.button if button.label == "Keep it under watch").click().run()
    assert_well(app)
    return app


def test_a_finding_is_kept_ended_and_taken_up_again(filled: Store) -> None:
    app = keep(opened("hotspots", who="Ada", query=DAYS))
    assert says(app, "Fixed with release 7")
    assert says(app, "Kept by Ada on")
    assert says(app, "Owner: Ada.")
    assert says(app, "regression to the mean")
    [watch] = watching.watches(filled)
    assert watch.found.own == replace(queries.summary(filled, SELECTED.inside(watch.found.segments)).tally, blanks=0)
    assert watch.found.selection == SELECTED
    today = SELECTED.during(Period(day("2026-06-03"), day("2026-11-01")))
    own, everything = (queries.summary(filled, each).tally for each in (today.inside(watch.found.segments), today))
    told = wording.standing(watching.standing(watch, own, everything - own), "low")
    assert told.startswith("Gone.")
    assert told in texts(app)

    app.button(key=f"watch_end_{watch.number}").click().run()
    assert_well(app)
    assert says(app, "No group is under watch")
    app.session_state["watch_ended"] = True
    app.run()
    app.button(key=f"watch_again_{watch.number}").click().run()
    assert told in texts(app)
    keep(app)
    assert says(app, "That group is under watch already")


def test_what_nobody_may_keep_is_asked_for_a_name_first(filled: Store) -> None:
    app = opened("hotspots", query=DAYS)
    app.session_state["watch_keep"] = True
    app.run()
    assert says(app, "Who are you?")
    assert "Keep it under watch" not in [button.label for button in app.button]


def test_a_watch_whose_segment_is_gone_says_so(filled: Store) -> None:
    group = (("seg_gone", "x"),)
    found = watching.Found("low", group, SELECTED, Tally(1, 1, 40), Tally(90, 10, 10))
    watching.keep(filled, found, owner="", note="", who="Ada", now=now())
    assert says(opened("hotspots", query=DAYS), "Its segment is not in the store any more")
