"""What a step of the codebook does to what was found: foreseen exactly, done, and taken back exactly."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from nps.codebook import changing
from nps.codebook.book import Action
from nps.errors import Refused
from nps.intake import bring_in
from nps.reasons import recoding
from nps.reasons.readings import read, readings_of
from nps.reasons.recoding import Counts, counts, has, stays, tried, undo, waiting
from nps.store import Store

NOW = datetime.fromisoformat("2026-03-01 12:00")
CODES = ("product.speed", "product.reliability", "product.ease")
SLOW = {"label": "Slow pages", "code": "product.slow-pages", "words": {"en": ["page", "pages"]}}
SEARCH = {"label": "Slow search", "code": "product.slow-search", "words": {"en": ["search"], "fr": ["recherche"]}}


@pytest.fixture
def found(store: Store) -> dict[str, list[str]]:
    """What people found in the comments of r0 to r39, by key; some have several reasons, and some none."""
    rows = "".join(
        f"r{n},{n % 11},2026-02-{1 + n % 28:02},"
        f"{('The pages are slow', 'Search and PAGES', 'pageant', 'la récherche', '')[n % 5]} {n}\n"
        for n in range(60)
    )
    bring_in(store, "a.csv", ("id,nps,date,comment\n" + rows).encode(), by="Ada")
    keys = [row[0] for row in store.rows("SELECT response_key FROM responses ORDER BY response_key")][:40]
    dice = random.Random(4)
    kept = {key: dice.sample(CODES, dice.randrange(4)) for key in keys}
    for key, codes in kept.items():
        if dice.random() < 0.3:
            first = read(store, key, ["service.answer"], seen=None, who="Ben", now=NOW)
            read(store, key, codes, seen=first, who="Ada", now=NOW)
        else:
            read(store, key, codes, seen=None, who="Ada", now=NOW)
    return kept


def do(store: Store, action: Action, **details: Any) -> int:
    """Do a step after it was foreseen; what was foreseen is what happens."""
    foreseen = tried(store, action, details, who="Ada", now=NOW)
    assert foreseen.before == counts(store)
    number = recoding.do(store, action, details, seen=changing.book(store).version, who="Ada", now=NOW)
    assert foreseen.after == counts(store)
    return number


def by_hand(found: dict[str, list[str]], instead: dict[str, str]) -> dict[str, Counts]:
    tally = Counter(code for codes in found.values() for code in {instead.get(each, each) for each in codes})
    return {code: Counts(person=n) for code, n in tally.items()}


def test_a_merge_joins_the_counts_and_its_undo_parts_them_again(store: Store, found: dict[str, list[str]]) -> None:
    before = counts(store)
    assert before == by_hand(found, {})
    details = {"code": "product.speed", "into": "product.reliability"}
    both = tried(store, "merge", details, who="Ada", now=NOW).both
    assert both == sum(set(details.values()) <= set(codes) for codes in found.values()) > 0
    number = do(store, "merge", **details)
    assert counts(store) == by_hand(found, {"product.speed": "product.reliability"})
    assert sum(each.n for each in counts(store).values()) == sum(each.n for each in before.values()) - both
    second = do(store, "merge", code="product.reliability", into="product.ease")
    assert counts(store) == by_hand(found, dict.fromkeys(CODES, "product.ease"))
    undo(store, number, seen=2, who="Ada", now=NOW)
    assert counts(store) == by_hand(found, {"product.reliability": "product.ease"})
    undo(store, second, seen=3, who="Ada", now=NOW)
    assert counts(store) == before
    with pytest.raises(Refused, match="taken back already"):
        undo(store, number, seen=4, who="Ada", now=NOW)


def test_a_split_moves_the_comments_with_a_phrase_and_its_undo_brings_them_back(
    store: Store, found: dict[str, list[str]]
) -> None:
    before = counts(store)
    comments: dict[str, str] = dict(store.rows("SELECT response_key, comment FROM responses"))
    new = {key: _parts(comments[key].casefold()) for key in found}
    after = {
        key: [part for code in codes for part in (new[key] or [code] if code == "product.speed" else [code])]
        for key, codes in found.items()
    }
    number = do(store, "split", code="product.speed", into=[SLOW, SEARCH])
    assert counts(store) == by_hand(after, {})
    assert {"product.slow-pages", "product.slow-search", "product.speed"} <= counts(store).keys()
    key = next(key for key, codes in found.items() if "product.speed" in codes and len(new[key]) == 2)
    last = readings_of(store, key)[-1]
    assert (last.codes, last.step, last.by) == (tuple(after[key]), number, "Ada")
    undo(store, number, seen=number, who="Ada", now=NOW)
    assert counts(store) == before


def _parts(comment: str) -> list[str]:
    pages = "pages" in comment.split()
    search = "search" in comment.split() or "récherche" in comment.split()
    return ["product.slow-pages"] * pages + ["product.slow-search"] * search


def test_a_reason_that_was_given_since_keeps_its_step(store: Store, found: dict[str, list[str]]) -> None:
    split = do(store, "split", code="product.speed", into=[SLOW])
    key = next(iter(found))
    seen = readings_of(store, key)[-1].number
    assert stays(store, split) is None
    read(store, key, ["product.slow-pages"], seen=seen, who="Ben", now=NOW)
    assert stays(store, split) == "“Slow pages” was given 1 time since: merge it into another reason, or retire it."
    with pytest.raises(Refused, match="was given 1 time since"):
        tried(store, "undone", {"step": split}, who="Ada", now=NOW)
    with pytest.raises(Refused, match="was given 1 time since"):
        undo(store, split, seen=1, who="Ada", now=NOW)


def test_a_step_that_others_build_on_stays_until_these_are_taken_back(store: Store) -> None:
    do(store, "add", group="product", code="product.x", label="X")
    do(store, "merge", code="product.x", into="product.ease")
    with pytest.raises(Refused, match="Step 2 builds on it: take that back first"):
        undo(store, 1, seen=2, who="Ada", now=NOW)
    undo(store, 2, seen=2, who="Ada", now=NOW)
    undo(store, 1, seen=3, who="Ada", now=NOW)
    assert "product.x" not in changing.book(store).codes


def test_who_comes_second_is_told_and_nobody_acts_without_a_name(store: Store) -> None:
    recoding.do(store, "retire", {"code": "product.speed"}, seen=0, who="Ben", now=NOW)
    with pytest.raises(Refused, match="Ben changed the codebook meanwhile"):
        recoding.do(store, "retire", {"code": "product.ease"}, seen=0, who="Ada", now=NOW)
    with pytest.raises(Refused, match="Ben changed the codebook meanwhile"):
        undo(store, 1, seen=0, who="Ada", now=NOW)
    with pytest.raises(Refused, match="Say who you are first"):
        recoding.do(store, "retire", {"code": "product.ease"}, seen=1, who=" ", now=NOW)
    assert [step.number for step in changing.steps(store)] == [1]


def test_of_several_who_act_at_once_one_is_first_and_the_others_are_told(store: Store) -> None:
    def retire(who: str) -> bool:
        try:
            recoding.do(store, "retire", {"code": "product.ease"}, seen=0, who=who, now=NOW)
        except Refused as refused:
            assert "changed the codebook meanwhile" in str(refused)
            return False
        return True

    with ThreadPoolExecutor(4) as people:
        assert sum(people.map(retire, ["Ada", "Ben", "Cid", "Dee"])) == 1
    assert len(changing.steps(store)) == 1


def test_another_codebook_and_a_retired_reason_change_no_count(store: Store, found: dict[str, list[str]]) -> None:
    before = counts(store)
    do(store, "retire", code="product.speed")
    do(store, "use", book="Retail")
    assert counts(store) == before
    assert "product.speed" not in {code.code for code in changing.book(store).offered}


def test_an_import_that_is_taken_back_takes_its_counts_along(store: Store, found: dict[str, list[str]]) -> None:
    store.transact(lambda tx: tx.execute("DELETE FROM responses"), touches=("responses",))
    assert counts(store) == {}


def test_suggestions_wait_for_comments_that_nobody_read(store: Store, found: dict[str, list[str]]) -> None:
    keys = [row[0] for row in store.rows("SELECT response_key FROM responses ORDER BY response_key")]
    for key in (*keys[30:50], "gone"):
        for code, source in (("product.speed", "rule"), ("product.speed", "model"), ("product.ease", "rule")):
            bound = {"key": key, "code": code, "source": source}
            store.transact(
                lambda tx, bound=bound: tx.execute(  # type: ignore[misc]
                    "INSERT INTO suggestions VALUES ($key, $code, $source, NULL, [])", bound
                ),
                touches=("suggestions",),
            )
    assert waiting(store) == {"product.speed": 10, "product.ease": 10}
    do(store, "merge", code="product.speed", into="product.ease")
    assert waiting(store) == {"product.ease": 10}


@pytest.mark.parametrize(
    ("phrases", "text", "there"),
    [
        (["slow page"], "A SLOW  page", True),
        (["slow"], "slowly", False),
        (["slow* page*"], "slowly paged", True),
        (["c++"], "We use C++.", True),
        (["lent"], "très LENT!", True),
        (["pagina lenta"], "Página lenta", True),
        ([], "anything", False),
    ],
)
def test_a_phrase_is_found_as_whole_words(phrases: list[str], text: str, there: bool) -> None:
    assert has(phrases)(text) is there
