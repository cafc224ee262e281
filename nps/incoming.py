"""The rows of one file on their way into the responses: their keys, which of them are there, and those that are new.

They go in piece by piece, so that a large file needs little memory beside itself. Where no response of the survey is
there yet and no two rows of the file share a key, nothing has to be looked up.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps.importing import Answers
from nps.jobs import Progress
from nps.segments import plainly_named
from nps.store import PIECE, Transaction, quoted, scratch

ROWS = PIECE  # of one piece
AT_ONCE = 4  # pieces that go in with one statement: fewer keep one core busy only

_BASE = """
CASE WHEN response_id IS NOT NULL THEN concat_ws(' ', 'id', url_encode($survey), url_encode(response_id))
     ELSE concat_ws(' ', 'row', md5(concat_ws(chr(31), $survey, $question, content)))
        || CASE WHEN score IS NULL THEN ' blank' ELSE '' END END
"""
# What tells one key from another, without writing the keys.
_TOLD_APART = """
SELECT CASE WHEN response_id IS NOT NULL THEN hash(response_id) ELSE hash(content, score IS NULL) END AS hash
FROM listed
"""
_KEYED = f"""
CREATE TEMP TABLE keyed AS
WITH based AS (SELECT line, {_BASE} AS base FROM listed),
repeated AS (SELECT base FROM based GROUP BY base HAVING count(*) > 1)
SELECT line, base AS response_key, false AS twin FROM based ANTI JOIN repeated USING (base)
UNION ALL
SELECT line, CASE copy WHEN 1 THEN base ELSE base || ' copy ' || copy END, true
FROM (
    SELECT line, base, row_number() OVER (PARTITION BY base ORDER BY line) AS copy
    FROM based SEMI JOIN repeated USING (base)
)
"""  # noqa: S608
_THERE = "CREATE TEMP TABLE there AS SELECT line, response_key FROM keyed SEMI JOIN responses USING (response_key)"
_ALL = f"(SELECT *, {_BASE} AS response_key FROM piece)"  # noqa: S608
_LOOKED_UP = """
(FROM piece JOIN (FROM keyed WHERE line BETWEEN $first AND $last) AS keyed USING (line) ANTI JOIN there USING (line)
ORDER BY line)
"""
_MET = "INSERT INTO met SELECT piece.*, response_key FROM piece JOIN there USING (line)"


def put_in(
    tx: Transaction, answers: Answers, columns: Sequence[str], *, whose: Mapping[str, str], progress: Progress
) -> int:
    """Append the rows that are new to the responses, and return how many rows are identical to another of the file.

    `columns` are those of the file's segments in the responses, in their order; `whose` has import_id, survey and
    metric. Leaves the tables that `meet` makes. A `progress` that raises stops it.
    """
    twins = _find_keys(tx, answers)
    source = _ALL if twins is None else _LOOKED_UP
    done, rows = 0, len(answers.responses)
    for piece in tx.in_turn("piece", made_ahead(_pieces(answers, AT_ONCE * ROWS))):
        progress(0.5 + 0.4 * done / rows, f"{done:,} of {rows:,} rows written")
        _append(tx, columns, source, {**whose, **(_asked(answers) if twins is None else _ends(piece))})
        if twins is not None:
            tx.execute(_MET)
        done += len(piece)
    return twins or 0


def meet(tx: Transaction, answers: Answers) -> None:
    """Find the rows whose response is there; nothing is written.

    Leaves `listed` (line, id and score of every row), `refused` (the rejects), and `met`: the rows whose response is
    there, with its key.
    """
    if _find_keys(tx, answers) is not None:
        for _ in tx.in_turn("piece", made_ahead(_pieces(answers, AT_ONCE * ROWS))):
            tx.execute(_MET)


def _find_keys(tx: Transaction, answers: Answers) -> int | None:
    """Make the keys where one has to be looked up, and return how many rows share theirs; None where none has to."""
    tx.register("refused", answers.rejects)
    tx.register("piece", plainly_named(next(answers.responses.pieces(1)).slice(0, 0)))
    # LIMIT 0: in a table that DuckDB 1.5 makes of an Arrow table without rows, later rows may be lost without a word.
    tx.execute("CREATE TEMP TABLE met AS SELECT *, NULL::VARCHAR AS response_key FROM piece LIMIT 0")
    asked = _asked(answers)
    there = tx.rows("SELECT 1 FROM responses WHERE survey = $survey LIMIT 1", {"survey": asked["survey"]})
    if not there and (answers.responses.told_apart or not _repeated(answers)):
        tx.register("listed", answers.responses.table(["line", "score"]))
        return None
    tx.register("listed", answers.responses.table(["line", "response_id", "score", "content"]))
    tx.execute(_KEYED, asked)
    tx.execute(_THERE)
    return int(tx.rows("SELECT count(*) FILTER (twin) FROM keyed")[0][0])


def _repeated(answers: Answers) -> bool:
    """Whether two rows may share a key; sorted hashes take a tenth of the memory of a count of different ones."""
    pieces = answers.responses.pieces(ROWS, names=["response_id", "score", "content"])
    with scratch() as con:
        con.register("listed", _reader(pieces))
        found = np.sort(con.execute(_TOLD_APART).fetchnumpy()["hash"])
    return bool((found[1:] == found[:-1]).any())


def _asked(answers: Answers) -> dict[str, str]:
    return {"survey": answers.mapping.survey, "question": answers.mapping.score}


def _pieces(answers: Answers, rows: int) -> Iterator[pa.Table]:
    """The file's rows, without pieces that have none."""
    return (plainly_named(piece) for piece in answers.responses.pieces(rows) if len(piece))


def made_ahead(pieces: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The pieces, each made while the one before it is written.

    DuckDB could ask for them itself, but would ask for a gigabyte of them before it writes the first.
    """
    with ThreadPoolExecutor(1, "pieces") as pool:
        coming = pool.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = pool.submit(next, pieces, None)
            # In pieces, without a copy: DuckDB reads one piece with one thread.
            yield pa.Table.from_batches(piece.to_batches(ROWS), piece.schema)


def _reader(pieces: Iterator[pa.Table]) -> pa.RecordBatchReader:
    """At least one table, as what reads them one after the other."""
    first = next(pieces)
    batches = (batch for piece in chain([first], pieces) for batch in piece.combine_chunks().to_batches())
    return pa.RecordBatchReader.from_batches(first.schema, batches)


def _ends(piece: pa.Table) -> dict[str, int]:
    lines = pc.min_max(piece["line"])
    return {"first": lines["min"].as_py(), "last": lines["max"].as_py()}


def _append(tx: Transaction, columns: Sequence[str], source: str, params: Mapping[str, object]) -> None:
    """Append the rows of a source; `columns` are those of the file's segments, in their order."""
    targets = "".join(f", {quoted(column)}" for column in columns)
    sources = "".join(f", segment_{number}" for number in range(len(columns)))
    into = f"""
    INSERT INTO responses (response_key, response_id, import_id, survey, metric, answered_at, score, comment,
        customer, name, email, account, person_id, account_id{targets})
    """
    rows = f"""
    SELECT response_key, response_id, $import_id, $survey, $metric, answered_at, score, comment,
        customer, name, email, account, person_id(email, customer, response_key),
        account_id(account, email, customer, response_key){sources}
    FROM {source}
    """  # noqa: S608
    tx.append(into, rows, params)
