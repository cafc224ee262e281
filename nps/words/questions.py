"""What is asked of the store about words: in how many comments each is, of a selection or of all of it but a group."""

from functools import cache
from pathlib import Path
from typing import Any

from nps.selected import composed
from nps.selection import NOT_GIVEN, Selection
from nps.store import Store
from nps.topics import reads
from nps.words.stopping import ignored
from nps.words.telling import Said

SQL = Path(__file__).resolve().parent / "sql"
MOST_READ = 20_000  # comments

Group = tuple[tuple[str, str], ...]  # columns of segments with a value each


@reads("responses")
def said(store: Store, selection: Selection, *, without: Group = (), most: int = MOST_READ) -> Said:
    """The words of the comments that came with a score, but for those of the group `without`."""
    aliases: dict[str, Any] = {f"value_{place}": column for place, (column, _) in enumerate(without)}
    sql, bound = composed(store, selection, **aliases)
    inside = [f"coalesce({name}, $not_given) = $without_{name}" for name in aliases]
    outside = f"NOT ({' AND '.join(inside)})" if inside else "true"
    question = (
        "FROM (WITH told AS NOT MATERIALIZED (FROM selected "
        f"WHERE NOT blank AND trim(comment) <> '' AND {outside})\n{_file('said')})"
    )
    bound |= {f"without_{name}": value for name, (_, value) in zip(aliases, without, strict=True)}
    if inside:
        bound["not_given"] = NOT_GIVEN
    [[n, of_all, words]] = store.rows(sql + question, bound | {"most": most, "ignored": list(ignored())})
    return Said(n, of_all, {word: (comments, people) for word, comments, people in words or ()})


@cache
def _file(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
