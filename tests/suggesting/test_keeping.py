"""What the store keeps of suggestions, and what pages are told of it."""

from datetime import datetime

from nps.reasons import recoding
from nps.reasons.readings import Suggestion
from nps.store import Store, Transaction
from nps.suggesting.keeping import suggested

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
