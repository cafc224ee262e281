"""How long a search in comments takes, beside the plainest scan of the column by hand."""

from functools import partial
from pathlib import Path

from benchmarks.questions import in_turns
from benchmarks.report import Table, ms
from nps.comments import questions
from nps.comments.questions import Asked
from nps.selection import Selection
from nps.store import Store

TARGET = 0.2  # seconds at a million comments
PIECES = (
    "the support team took days to answer",
    "it is easy to use and we like it",
    "exports break whenever a file is large",
    "le prix est trop élevé pour ce que c'est",
    "l’équipe répond vite et bien",
    "die Einführung hat viel zu lange gedauert",
    "größere Berichte laden sehr langsam",
    "la atención al cliente fue rápida",
    "não gostei do preço nem do contrato",
    "a integração com outras ferramentas é fácil",
)
WORDS = ("support", "élevé", "easy", "langsam", '"trop eleve"', "support -easy", "prix support")


def fill(path: Path, count: int) -> None:
    """A store of so many answers, each with a comment of a hundred characters in one or two of five languages."""
    listed = ", ".join("'" + piece.replace("'", "''") + "'" for piece in PIECES)
    piece = f"[{listed}][1 + (hash(i * 8 + {{}}) % {len(PIECES)})::INTEGER]"
    comment = f"concat_ws('. ', {piece.format(1)}, {piece.format(2)}, to_base((hash(i * 8 + 3) >> 1)::BIGINT, 36))"
    store = Store.open(path)
    insert = f"""
    INSERT INTO responses (response_key, import_id, survey, metric, answered_at, score, comment, person_id, account_id)
    SELECT 'key ' || i, 'invented', 'NPS', 'nps', TIMESTAMP '2024-01-01' + to_minutes((i * 1000000 // {count})::BIGINT),
        hash(i * 8) % 11, {comment}, i, i
    FROM (SELECT range AS i FROM range({count}))
    """
    store.transact(lambda tx: tx.execute(insert), touches=("responses",))
    store.close()


def measured(path: Path, *, count: int, times: int) -> Table:
    """A page of the comments with some words, the newest first or the best, against ILIKE with the first of them."""
    fill(path, count)
    store = Store.open(path)
    rows = []
    for words in WORDS:
        like = words.replace('"', "").split(" -")[0]
        like = like if words.startswith('"') else like.split()[0]

        def by_hand(like: str = like) -> object:
            return store.rows(
                "SELECT count(*) FROM responses WHERE comment ILIKE '%' || $words || '%'", {"words": like}
            )

        pages = [
            partial(questions.found, store, Selection(), Asked(words, order=order), limit=50)
            for order in ("newest", "best")
        ]
        plain, newest, best = in_turns([by_hand, *pages], times=times)
        found = pages[0]().total
        rows.append((words, f"{found:,}", ms(plain), ms(newest), f"{newest / plain:.2f}x", ms(best)))
    store.close()
    told = (
        f"A page of 50 of the comments found among {count:,}, with how many there are, against `ILIKE` counting those "
        f"with the first word, accents as typed; {times} times each in turns (target: {TARGET * 1000:.0f} ms for a "
        "word). No index and no copy of the comments is kept."
    )
    return Table("Search in comments", told, ("", "found", "ILIKE", "newest", "ratio", "best match"), tuple(rows))
