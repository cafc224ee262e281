"""Dashboards on one lake behind a load balancer: agents on each of them, one is killed, the catalog is away."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from nps import checking
from nps.places import LakePlace
from nps.store import Store
from tests import lakes
from tests.balanced import NAMES, balanced, dashboards
from tests.browser.conftest import PATIENCE_MS
from tests.browser.hands import cell, give_name, sentence, tick_row
from tests.browser.visitor import settled, visit
from tests.pages.conftest import copy_of_sample
from tests.served import Server

TICK = 0  # a column of the list
LIST = "/followups?period=All+time"
SEEN_ELSEWHERE = 2.0  # seconds
AWAY = 10.0  # seconds without the catalog


@dataclass(frozen=True)
class Team:
    """The dashboards, the lake that they are on, and the page of an agent on each."""

    servers: tuple[Server, ...]
    place: LakePlace
    agents: tuple[Page, ...]


@pytest.fixture(params=[2, pytest.param(4, marks=pytest.mark.soak)])
def team(request: pytest.FixtureRequest, postgres: lakes.Server, tmp_path: Path, browser: Browser) -> Iterator[Team]:
    place, contexts = copy_of_sample(postgres, tmp_path / "lake"), list[BrowserContext]()
    with dashboards(place, tmp_path, request.param) as servers, balanced(servers, tmp_path) as url:

        def agent(name: str) -> Page:
            context = browser.new_context(base_url=url, reduced_motion="reduce")
            context.set_default_timeout(PATIENCE_MS)
            contexts.append(context)
            context.add_cookies([{"name": "nps_at", "value": name, "url": url}])
            page = context.new_page()
            visit(page, LIST)
            give_name(page, f"Agent {name}")
            return page

        yield Team(servers, place, tuple(map(agent, NAMES[: len(servers)])))
        for context in contexts:
            context.close()


def _open(page: Page) -> int:
    return int(sentence(page).inner_text().split()[0].replace(",", ""))


def _again(page: Page) -> int:
    """How many are open, asked anew of the dashboard that the page is on."""
    page.reload()
    settled(page)
    return _open(page)


def _ticked(store: Store) -> int:
    [[count]] = store.rows("SELECT count(*) FROM case_events WHERE kind = 'contacted' AND who LIKE 'Agent %'")
    return int(count)


def test_agents_of_several_dashboards_work_on_one_list(team: Team, postgres: lakes.Server) -> None:
    before = _open(team.agents[0])
    for done, agent in enumerate(team.agents):
        assert _again(agent) == before - done
        tick_row(agent, 0)
        expect(sentence(agent)).to_contain_text(f"{before - done - 1:,} follow-ups")
        time.sleep(SEEN_ELSEWHERE)
        assert {_again(other) for other in team.agents} == {before - done - 1}
    before -= len(team.agents)

    team.servers[0].kill()
    moved = team.agents[0]  # to another dashboard, by itself
    assert _again(moved) == before
    tick_row(moved, 0)
    expect(sentence(moved)).to_contain_text(f"{before - 1:,} follow-ups")
    before -= 1

    postgres.stop()
    try:
        expect(moved.locator(".st-key-out_of_touch")).to_be_visible()
        tick_row(moved, 1)
        expect(moved.get_by_text("cannot be reached").first).to_be_visible()
        time.sleep(AWAY)
        team.agents[-1].reload()  # whoever comes meanwhile is told, by a page
        expect(team.agents[-1].get_by_text("cannot be reached").first).to_be_visible()
    finally:
        postgres.start()
    expect(moved.locator(".st-key-out_of_touch")).to_have_count(0)
    assert {_again(agent) for agent in team.agents} == {before}
    tick_row(moved, 0)
    expect(sentence(moved)).to_contain_text(f"{before - 1:,} follow-ups")
    expect(cell(moved, 0, TICK)).to_have_text("true")
    with closing(Store.open(team.place)) as store:
        assert checking.check(store) == []
        assert _ticked(store) == len(team.agents) + 2
