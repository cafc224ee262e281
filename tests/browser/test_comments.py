"""Comments in a real browser: read by keyboard alone, and hostile ones that stay text."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nps.clock import now
from nps.imports import key_of
from nps.reasons.readings import STANDING, read, standing_steps
from nps.store import Store
from nps.suggesting import keeping
from tests.browser.hands import give_name, said
from tests.browser.visitor import settled, violations, visit
from tests.pages.opening import bring_in
from tests.pages.test_hostile_text import HOSTILE
from tests.served import Server, served

READ = "/comments?period=All+time&comments_as=Read"
MANY = 60
SAID = ("It is so slow", "Hello", "It is too expensive", "Hello again")
# What is pressed for each of them, and the codes that are kept then; the first and third of them are suggested.
PRESSED: tuple[tuple[tuple[str, ...], list[str]], ...] = (
    (("y",), ["product.speed"]),
    (("d",), []),
    (("y",), ["commercial.price"]),
    (("2", "y"), ["product.features"]),
)
ODD = (
    HOSTILE,
    "<script>alert('word')</script> word <img src=x onerror=alert(1)>",
    "![word](https://tracker.example/pixel.png) [word](javascript:alert(1))",
    "word " * 800,  # 4,000 characters
    "\N{PILE OF POO}\N{ZERO WIDTH JOINER}\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-5}\N{PARTY POPPER}",
    "\N{RIGHT-TO-LEFT OVERRIDE}word\N{POP DIRECTIONAL FORMATTING} شكرا جزيلا word",
    "wo\N{ZERO WIDTH SPACE}rd \N{ZERO WIDTH NO-BREAK SPACE}word\ue000]\ue001[",
    "    # word\n- word\n1. word\n| a | word |\n> :red[word] `word` $word$ \\word",
)


def _table(comments: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "score", "date", "comment"])
    for number, comment in enumerate(comments):
        writer.writerow(
            [f"{number:03}", number % 11, f"2026-01-01 {23 - number // 60:02}:{59 - number % 60:02}", comment]
        )
    return text.getvalue()


def _bring(store: Store, survey: str, comments: Sequence[str]) -> None:
    roles = {"score": "score", "id": "id", "comment": "comment", "date": "date", "survey": survey}
    bring_in(store, f"{survey}.csv", _table(comments), segments=[], **roles)


def _key(number: int, survey: str) -> str:
    return key_of(f"{number:03}", survey=survey)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty plain comments, of which every second one has a suggestion, and the odd ones in a survey of their own."""
    path = tmp_path_factory.mktemp("comments") / "nps.duckdb"
    store = Store.open(path)
    _bring(store, "Plain", [f"{SAID[number % 4]} (number {number})" for number in range(MANY)])
    _bring(store, "Odd", ODD)
    read(store, _key(59, "Plain"), ["commercial.price"], seen=None, who="Ben", now=now())
    keeping.refresh(store, now=now())
    store.close()
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, store: Path) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("server"), store=store) as running:
        yield running


def test_fifty_comments_are_read_by_keyboard_alone(page: Page, server: Server) -> None:
    visit(page, f"{READ}&survey=Plain")
    give_name(page, "Ada Osei")
    far = said(page, "comments in this selection are read")

    def pressed(key: str, comments: int) -> None:
        page.keyboard.press(key)
        expect(far).to_contain_text(f"{comments + 1} of {MANY} comments")
        settled(page)

    for number in range(50):
        *before, last = PRESSED[number % 4][0]
        for key in before:
            page.keyboard.press(key)
            expect(said(page, "Primary: Features.")).to_be_visible()
            settled(page)
        pressed(last, number + 1)
    expect(far).to_contain_text("Comment 51 of 59 here.")
    page.keyboard.press("u")
    expect(far).to_contain_text(f"50 of {MANY} comments")
    expect(page.locator(".st-key-reading_view")).to_contain_text("number 49")
    settled(page)
    page.keyboard.press("a")
    field = page.get_by_role("dialog").get_by_label("Reason", exact=True)
    expect(field).to_be_focused()
    page.keyboard.type("billing")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(said(page, "Primary: Contract and billing.")).to_be_visible()
    settled(page)
    pressed("y", 50)
    page.keyboard.press("k")
    expect(page.locator(".st-key-reading_view")).to_contain_text("Ada Osei found Contract and billing")
    found = _found(server)
    for number in range(49):
        _, codes = PRESSED[number % 4]
        assert found[_key(number, "Plain")] == (codes, codes if number % 2 == 0 else []), number
    assert found[_key(49, "Plain")] == (["commercial.contract"], [])
    assert len(found) == 51


def _found(server: Server) -> dict[str, tuple[list[str], list[str]]]:
    """Codes and what was offered, by response, from a copy of the store."""
    copy = server.store.with_name("copy.duckdb")
    copy.write_bytes(server.store.read_bytes())
    log = server.store.with_name(f"{server.store.name}.wal")
    if log.exists():
        copy.with_name("copy.duckdb.wal").write_bytes(log.read_bytes())
    store = Store.open(copy)
    rows = store.rows(f"SELECT response_key, codes, offered FROM ({STANDING})", standing_steps(store))
    store.close()
    return {key: (codes, offered) for key, codes, offered in rows}


def test_odd_comments_are_shown_as_they_were_written_and_nothing_runs(page: Page) -> None:
    visit(page, "/comments?period=All+time&survey=Odd&words=word")
    expect(said(page, re.compile(r"^6 comments · "))).to_be_visible()
    _plain(page)
    expect(page.locator(".st-key-comment_1 .stMarkdownColoredBackground").first).to_be_visible()
    visit(page, f"{READ}&survey=Odd")
    give_name(page, "Ada Osei")
    view = page.locator(".st-key-reading_view")
    for number, comment in enumerate(ODD):
        expect(said(page, f"Comment {number + 1} of {len(ODD)} here.")).to_be_visible()
        settled(page)
        shown = "".join(view.inner_text().replace("\N{WORD JOINER}", "").split())
        assert "".join(comment.replace("\ue000", "").replace("\ue001", "").split()) in shown
        _plain(page)
        if number + 1 < len(ODD):
            page.keyboard.press("j")


def _plain(page: Page) -> None:
    settled(page)
    main = page.get_by_test_id("stMain")
    for made in (
        "img",
        "script[src*=tracker]",
        "iframe",
        ".katex",
        "a[href*=tracker]",
        "a[href^=javascript]",
        "main table",
    ):
        assert not main.locator(made).count(), made


@pytest.mark.parametrize("viewport", [(390, 844)])
def test_reading_can_be_done_by_everybody(page: Page) -> None:
    visit(page, f"{READ}&survey=Odd&words=word")
    give_name(page, "Cem")
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
