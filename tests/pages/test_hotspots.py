"""The page Hotspots: what a finding tells when it is opened, and what the search is asked for."""

from zlib import crc32

import pytest
from streamlit.testing.v1 import AppTest

from nps import context, queries
from nps.clock import now
from nps.hotspots.questions import hotspots
from nps.selection import Period, Selection, day
from nps.store import Store
from tests.pages.opening import assert_well, labelled, opened, says, texts

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
