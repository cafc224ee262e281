"""What the store keeps of suggestions, and what pages are told of it."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pyarrow as pa
import pytest

from nps.codebook.shipped import FIRST, shipped
from nps.errors import StoreBusy, StoreError
from nps.intake import bring_in
from nps.reasons import recoding
from nps.reasons.readings import Suggestion, read
from nps.store import Store, Transaction
from nps.suggesting import keeping
from nps.suggesting.keeping import kept_ready, refresh, suggested
from nps.suggesting.making import COMMENTS, made

NOW = datetime.fromisoformat("2026-03-01 12:00")


def keep(store: Store, *rows: tuple[str, str, str, float | None, list[str]]) -> None:
    def work(tx: Transaction) -> None:
        for key, code, source, certainty, words in rows:
            bound = {"key": key, "code": code, "source": source, "certainty": certainty, "words": words}
            tx.execute("INSERT INTO suggestions VALUES ($key, $code, $source, $certainty, $words)", bound)

    store.transact(work, touches=("suggestions",))


def test_pages_get_the_best_suggestions_as_the_codebook_is_read_today(store: Store) -> None:
    keep(
        store,
        ("a", "product.speed", "model", 0.5, ["slow"]),
        ("a", "product.ease", "model", 0.75, ["easy"]),
        ("a", "commercial.price", "rule", None, ["cheap", "price"]),
        ("a", "value.fit", "rule", None, ["suits"]),
        ("a", "service.answer", "model", 1.0, ["support"]),
        ("b", "product.speed", "rule", None, ["fast"]),
        ("c", "value.fit", "rule", None, ["fits"]),
    )
    assert [each.code for each in suggested(store, ["a"])["a"]] == ["service.answer", "product.ease", "product.speed"]
    for seen, (action, details) in enumerate(
        (
            ("merge", {"code": "product.speed", "into": "product.ease"}),
            ("retire", {"code": "service.answer"}),
        )
    ):
        recoding.do(store, action, details, seen=seen, who="Ada", now=NOW)  # type: ignore[arg-type]
    assert suggested(store, ["a", "b", "no such"]) == {
        "a": (
            Suggestion("product.ease", "model", 0.75, ("easy",)),
            Suggestion("commercial.price", "rule", None, ("cheap", "price")),
            Suggestion("value.fit", "rule", None, ("suits",)),
        ),
        "b": (Suggestion("product.ease", "rule", None, ("fast",)),),
    }
    assert suggested(store, []) == {}


ROWS = "".join(
    f"r{n},{n % 11},2026-02-{1 + n % 28:02},{('Too expensive', 'So slow', 'Nichts', '', '👍')[n % 5]} zorg{n % 5}\n"
    for n in range(200)
)
WORLD = ("id,nps,date,comment\n" + ROWS).encode()


def rows(store: Store) -> list[tuple[str, str, str, list[str]]]:
    return store.rows(
        "SELECT response_id, code, source, words FROM suggestions JOIN responses USING (response_key) ORDER BY ALL"
    )


def test_suggestions_follow_comments_codebook_and_readings(store: Store) -> None:
    bring_in(store, "a.csv", WORLD, by="Ada")
    version = store.version("suggestions")
    assert refresh(store, now=NOW)
    assert not refresh(store, now=NOW)
    assert store.version("suggestions") == version + 1
    expensive = [f"r{n}" for n in range(0, 200, 5)]
    assert [row for row in rows(store) if row[1] == "commercial.price"] == sorted(
        (each, "commercial.price", "rule", ["expensive"]) for each in expensive
    )
    keys: dict[str, str] = dict(store.rows("SELECT response_id, response_key FROM responses"))
    for n in range(9):
        read(store, keys[f"r{n}"], [], seen=None, who="Ada", now=NOW)
    assert not refresh(store, now=NOW)
    # People find integrations in each comment with zorg3, which no phrase speaks of.
    for n in range(9, 130):
        codes = ["product.integrations"] if n % 5 == 3 else []
        read(store, keys[f"r{n}"], codes, seen=None, who="Ada", now=NOW)
    words = {"en": ["zorg4"]}
    recoding.do(store, "edit", {"code": "value.fit", "words": words}, seen=0, who="Ada", now=NOW)
    assert refresh(store, now=NOW)
    assert ("r4", "value.fit", "rule", ["zorg4"]) in rows(store)
    learnt = [row for row in rows(store) if row[1] == "product.integrations"]
    assert {row[0] for row in learnt} == {f"r{n}" for n in range(3, 200, 5)}
    assert {row[2] for row in learnt} == {"model"}
    assert all("zorg3" in row[3] for row in learnt)
    assert suggested(store, [keys["r198"]])[keys["r198"]][0].certainty is not None
    recoding.do(store, "retire", {"code": "product.integrations"}, seen=1, who="Ada", now=NOW)
    assert keys["r198"] not in suggested(store, [keys["r198"]])


def test_suggestions_are_kept_ready_in_the_background(store: Store) -> None:
    bring_in(store, "a.csv", WORLD, by="Ada")
    with kept_ready(lambda: store, after=0):
        for _ in range(600):
            if rows(store):
                break
            time.sleep(0.05)
    assert rows(store)


def test_the_work_ends_when_it_shall_even_while_it_says_nothing(store: Store) -> None:
    bring_in(store, "a.csv", WORLD, by="Ada")
    more = threading.Event()

    def endless() -> Iterator[pa.RecordBatch]:
        yield pa.RecordBatch.from_pylist([{"response_key": "a", "comment": "slow"}], COMMENTS)
        more.wait()

    stopping = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(made, shipped()[FIRST], [], endless(), stopping)
        assert not found.done()
        stopping.set()
        threading.Timer(1, more.set).start()
        assert found.result(30) is None
    assert not refresh(store, now=NOW, stopping=stopping)
    assert rows(store) == []
    with pytest.raises(StoreError, match="the process that does it ended early"):
        made(
            shipped()[FIRST], [], iter([pa.RecordBatch.from_pylist([{"response_key": "a", "comment": None}], COMMENTS)])
        )


def test_of_comments_that_cannot_all_be_read_nothing_is_kept() -> None:
    def cut() -> Iterator[pa.RecordBatch]:
        yield pa.RecordBatch.from_pylist([{"response_key": "a", "comment": "slow"}], COMMENTS)
        raise StoreBusy("The store is busy.")

    with pytest.raises(StoreBusy, match="is busy"):
        made(shipped()[FIRST], [], cut())


def test_what_failed_is_not_tried_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "EVERY", 0.01)
    asked, tries = threading.Event(), list[int]()

    def broken() -> Store:
        tries.append(1)
        asked.set()
        raise StoreError("The store cannot be read.")

    with kept_ready(broken, after=0.0):
        assert asked.wait(10)
        asked.clear()
        assert not asked.wait(0.5)
    assert len(tries) == 1
