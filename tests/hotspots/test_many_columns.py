"""Forty segments with thousands of values each: the unhappy pair is found, in bounded memory."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from nps import queries
from nps.hotspots import choosing, months, questions, reading
from nps.selection import Selection
from nps.store import Store, quoted

SEGMENTS, VALUES, ANSWERS = 40, 3_000, 20_000
COLUMNS = [f"seg_{number}" for number in range(SEGMENTS)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Few values are frequent; segment 7 says what segment 3 says, segment 9 names each answer."""
    store = Store.open(Path(tmp_path_factory.mktemp("wide")) / "nps.duckdb")
    store.widen(COLUMNS)
    listed = {column: (column, "choice") for column in COLUMNS}
    store.transact(lambda tx: tx.list_segments(listed), touches=("responses",))
    # The chance of a value falls with its number, so a few hundred are frequent and thousands are rare.
    values = {column: f"floor(pow({VALUES}, hash(i * 64 + {k}) / pow(2, 64)))" for k, column in enumerate(COLUMNS)}
    texts = {column: f"'v' || {value}::INTEGER" for column, value in values.items()}
    texts |= {"seg_7": f"'say ' || {values['seg_3']}::INTEGER", "seg_9": "'T-' || i"}
    drawn = ", ".join(f"{text} AS {quoted(column)}" for column, text in texts.items())
    unhappy = "seg_3 = 'v1' AND seg_5 = 'v2'"
    insert = f"""
    INSERT INTO responses (response_key, import_id, survey, metric, answered_at, score, {", ".join(COLUMNS)})
    SELECT 'key ' || i, 'invented', 'NPS', 'nps', TIMESTAMP '2026-01-01' + to_minutes(i::BIGINT),
        CASE WHEN {unhappy} THEN 2 ELSE 6 + hash(i * 64 + 63) % 5 END, {", ".join(COLUMNS)}
    FROM (SELECT i, {drawn} FROM range({ANSWERS}) AS numbers(i))
    """
    store.transact(lambda tx: tx.execute(insert), touches=("responses",))
    yield store
    store.close()


def test_the_pair_is_found_among_thousands_of_values_in_bounded_memory(store: Store) -> None:
    segments = queries.segments(store)
    tracemalloc.start()
    looked = questions.hotspots(store, Selection(), segments)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    [finding] = looked.search.findings
    assert finding.segments == (("seg_3", "v1"), ("seg_5", "v2"))
    assert queries.summary(store, Selection().inside(finding.segments)).tally == finding.tally
    assert len(looked.columns) == choosing.MOST_COLUMNS
    assert looked.same == (("seg_7", "seg_3"),)
    assert len(looked.left_out) == SEGMENTS - 2 - choosing.MOST_COLUMNS, (
        "all but the twelve, one said twice, and the id"
    )
    assert all(rare > 1_000 for _, rare in looked.folded)
    assert most < 250_000_000


def test_counts_of_so_many_segments_are_not_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(months, "FEWEST_KEPT", 0)
    known = reading.known_of(store, Selection(), COLUMNS, support=None)
    assert len(known) == SEGMENTS - 1
    assert choosing.cells_of(sorted((len(each.values) for each in known), reverse=True)[:12]) <= choosing.MOST_CELLS
    assert months.months_of(store, known) is None
