"""What looks wrong about a file before it goes in, each in a sentence; whether it goes in is for a person to decide."""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

import pyarrow as pa
import pyarrow.compute as pc

from nps import queries
from nps.importing import Answers
from nps.importing.remarks import FUTURE
from nps.importing.words import plain
from nps.remembered import ROLES, mapping_of
from nps.score import FEWEST_COMPARED, Tally
from nps.selection import Selection
from nps.store import Store

CHANCE = 0.001
FAR = 20  # points of NPS; a large file differs from its survey by fewer without anything being wrong
COLLAPSED = 0.5  # of the survey's response rate
SAME_EXPORT = 0.75  # of the columns of last time: the same export, else another one
NAMED = 5


def warnings(store: Store, answers: Answers) -> tuple[str, ...]:
    """Dates in the future, scores or a response rate far from the survey's, columns that were there last time."""
    survey = answers.mapping.survey
    found: list[str | None] = [remark for remark in answers.remarks if remark.startswith(FUTURE)]
    if answers.mapping.metric == "nps":
        history = queries.summary(store, Selection.of(survey=survey)).tally
        tally = _tally(store, answers.responses.table(["score"])["score"])
        found += [_far(tally, history, survey=survey), _collapsed(tally, history, survey=survey)]
    found.append(_gone(store, answers))
    return tuple(sentence for sentence in found if sentence)


def _tally(store: Store, scores: pa.ChunkedArray) -> Tally:
    counts = pc.value_counts(scores)
    per_score = dict(zip(counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True))
    blanks = per_score.pop(None, 0)
    params = {"scores": list(per_score), "counts": list(per_score.values())}
    [[promoters, passives, detractors]] = store.rows(
        """
        SELECT promoters(score, n), passives(score, n), detractors(score, n)
        FROM (SELECT unnest($scores::UTINYINT[]) AS score, unnest($counts::BIGINT[]) AS n)
        """,
        params,
    )
    return Tally(promoters, passives, detractors, blanks)


def _far(tally: Tally, history: Tally, *, survey: str) -> str | None:
    if min(tally.n, history.n) < FEWEST_COMPARED:
        return None
    change = tally.change_from(history)
    if change.points is None or change.p_value is None or change.p_value > CHANCE or abs(change.points) < FAR:
        return None
    return (
        f"The scores are far from those of “{survey}” so far: NPS {tally.nps:.0f} in this file, "
        f"{history.nps:.0f} before. Is it the right score column, scale and survey?"
    )


def _collapsed(tally: Tally, history: Tally, *, survey: str) -> str | None:
    """Compares where both have rows without a score: files of answers alone have no response rate."""
    before, here = history.response_rate, tally.response_rate
    rows, rows_before = tally.n + tally.blanks, history.n + history.blanks
    if before is None or here is None or min(rows, rows_before) < FEWEST_COMPARED or here > COLLAPSED * before:
        return None
    both = (tally.n + history.n) / (rows + rows_before)
    error = sqrt(both * (1 - both) * (1 / rows + 1 / rows_before))
    if not error or NormalDist().cdf((here - before) / error) > CHANCE:
        return None
    return (
        f"Only {here:.0%} of the rows have a score; it was {before:.0%} in “{survey}” so far. "
        "Is the score column the right one, and the export complete?"
    )


def _gone(store: Store, answers: Answers) -> str | None:
    """The columns that the last import of the survey used and this file, an export of the same kind, lacks."""
    rows = store.rows(
        """
        SELECT header, mapping, file FROM imports
        WHERE survey = $survey AND undone_at IS NULL AND NOT sample AND header IS NOT NULL
        ORDER BY imported_at DESC, import_id DESC LIMIT 1
        """,
        {"survey": answers.mapping.survey},
    )
    if not rows:
        return None
    [(header, text, file)] = rows
    there = set(map(plain, answers.header))
    if sum(plain(column) in there for column in header) < SAME_EXPORT * len(header):
        return None
    mapping = mapping_of(text)
    used = [*(getattr(mapping, role) for role in ROLES), *mapping.segments]
    gone = [column for column in header if column in used and plain(column) not in there]
    if not gone:
        return None
    return (
        f"{_listed(gone)} {'was' if len(gone) == 1 else 'were'} there in {file}, the last import of this survey, "
        f"and {'is' if len(gone) == 1 else 'are'} missing now."
    )


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(f"“{column}”" for column in columns[:NAMED])
    more = f" and {len(columns) - NAMED} more" if len(columns) > NAMED else ""
    return f"The column{'' if len(columns) == 1 else 's'} {shown}{more}"
