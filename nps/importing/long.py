"""Long format, one row per answer, to one row per response: each question becomes a column.

A file is long when one column names questions, another holds their answers, and something tells which answers belong
together: a response's id, or all that its rows have in common.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from nps.clock import counted
from nps.importing.columns import DATE
from nps.importing.known import Known
from nps.importing.packed import unpacked
from nps.importing.reading import Grid, unique
from nps.importing.rejects import rejects
from nps.importing.scores import spread
from nps.importing.sheet import columns
from nps.importing.words import KIND, NOTHING, RECOMMEND, RESPONSE_IDS, plain
from nps.store import Scratch, scratch

QUESTION = re.compile(
    r"(?:(?:survey|poll|nps) )?(?:question|event|item|metric|poll)"
    r"(?: (?:category|id|name|text|number|no|label|key|code))?|(?:poll|event) type"
)
ANSWER = re.compile(
    r"(?:(?:survey|poll|question|event|result) )?(?:answer|response|value|reply)"
    r"(?: (?:content|text|value))?|score|rating"
)
OF_ANSWER = re.compile(r"(?:(?:answer|event|row|line|message) )?(?:id|uuid|uid|number|no)")
OF_RESPONSE = re.compile(r"response(?: number| no)?|submission|survey session(?: id)?|session id|interview(?: id)?")
MOST_QUESTIONS = 100
FEWEST_PER_RESPONSE = 1.2  # answers; fewer would be a file of responses with one answer each
MOST_AGAIN = 0.05  # of the rows may answer a question of a response with an id once more
TIME = r"^(?P<h>[01]?\d|2[0-3])[:.]?(?P<m>[0-5]\d)\s*(?P<half>[aApP][mM])?$"
AGAIN = "the same question was answered again later in this response: the last answer counts"
NO_KEY = "no {}: to which response this answer belongs cannot be told"


@dataclass(frozen=True)
class Question:
    """One question: its value in the question column, all that the file calls it, and its answers."""

    value: str
    names: tuple[str, ...]
    answers: pa.ChunkedArray

    def label(self, header: str) -> str:
        """What the question is called best: its longest text, or its number after the column's own name."""
        texts = [name for name in self.names if re.search(r"[^\W\d_]{2}", name)]
        return max(texts, key=len) if texts else f"{header} {self.value}".strip()

    def is_score(self) -> bool:
        held = spread(self.answers)
        return held.filled > 0 and held.valid >= 0.9

    def asks(self) -> bool:
        return any(RECOMMEND.search(plain(name)) for name in self.names)

    def share(self, pattern: str) -> float:
        """The share of answers that fit a pattern, of those that say something."""
        said = self.answers.filter(pc.not_equal(pc.utf8_trim_whitespace(self.answers), ""))
        return (pc.sum(pc.match_substring_regex(said, pattern)).as_py() or 0) / max(len(said), 1)


@dataclass(frozen=True)
class Long:
    """What is what in a long file, by places in its header; `own` are the columns that describe the question."""

    question: int
    answer: int
    key: tuple[int, ...]
    own: tuple[int, ...]


@dataclass(frozen=True)
class Turned:
    """The new header, the responses (`first`: the first row of each), and the rows that are no part of one."""

    header: tuple[str, ...]
    responses: pa.Table
    others: pa.Table


def turned(grid: Grid) -> Grid:
    """The grid with one row per response, when it is in long format; else the grid."""
    with scratch() as con:
        found = _shape(con, grid)
        if found is None:
            return grid
        questions = _questions(grid, found)
        if not any(question.is_score() for question in questions):
            return grid
        score = _score(questions)
        rows = _rows(con, grid, found, questions, score)
    header, table = rows.header, rows.responses.drop_columns(["first"]).rename_columns(list(rows.header))
    roles, table = _roles(header[-len(questions) :], table, questions, score)
    together = ", ".join(f'"{grid.header[place]}"' for place in found.key)
    remark = (
        f"{counted(len(grid.table), 'row')} in long format (one per answer) turned into "
        f"{counted(len(table), 'response')}: answers with the same {together} belong together."
    )
    told = {role: name for role, name in grid.known.roles.items() if name in header}
    return replace(
        grid,
        header=header,
        table=table,
        lines=grid.lines.take(rows.responses["first"].combine_chunks()),
        ragged=pa.concat_tables([grid.ragged, _left_over(grid, found, rows, len(questions))]),
        remarks=(*grid.remarks, remark),
        known=Known(grid.known.label or "long format", told | roles, grid.known.rules, turned=True),
    )


def _shape(con: Scratch, grid: Grid) -> Long | None:
    """The columns of a long file, or None when the file is not long."""
    names = [plain(name) for name in grid.header]
    asked = [place for place, name in enumerate(names) if QUESTION.fullmatch(name) and not KIND.search(name)]
    replied = [place for place, name in enumerate(names) if ANSWER.fullmatch(name)]
    if not asked or not replied:
        return None
    cells = (
        unpacked(grid.table).rename_columns(columns(len(names))).append_column("row", pa.array(range(len(grid.table))))
    )
    con.register("incoming", cells)
    con.execute("CREATE TABLE cells AS FROM incoming")
    for question in asked:
        for answer in replied:
            if answer != question and (found := _keyed(con, grid, names, question, answer)):
                return found
    return None


def _keyed(con: Scratch, grid: Grid, names: Sequence[str], question: int, answer: int) -> Long | None:
    """The file as a long one with these columns, when something tells which answers belong together."""
    others = [place for place in range(len(names)) if place not in (question, answer)]
    counts = "".join(f", count(DISTINCT c{place}), count(DISTINCT (c{question}, c{place}))" for place in others)
    rows, asked, *found = con.execute(f"SELECT count(*), count(DISTINCT c{question}){counts} FROM cells").fetchall()[0]
    if not 2 <= asked <= MOST_QUESTIONS:
        return None
    own, common, ids = [], [], []
    for place, distinct, beside in zip(others, found[::2], found[1::2], strict=True):
        if any(pattern.search(names[place]) for pattern in RESPONSE_IDS[:3]) or OF_RESPONSE.fullmatch(names[place]):
            ids.append(place)
        if distinct > 1 and beside == asked:
            own.append(place)
        elif distinct < rows and not OF_ANSWER.fullmatch(names[place]):
            common.append(place)
        elif place in ids and distinct == rows:
            return None  # every row is a response of its own
    if grid.known.key:
        return Long(question, answer, (grid.header.index(grid.known.key),), tuple(own))
    for keys, again in (
        ([(place,) for place in ids], MOST_AGAIN),
        ([tuple(common)] if common else [], 0),
        ([(place,) for place in common], 0),
    ):
        fitting = [(groups, key) for key in keys if (groups := _groups(con, key, question, again * rows))]
        if fitting:
            # The finest: a coarser one would join people who happen to have answered different questions.
            groups, key = max(fitting)
            return Long(question, answer, key, tuple(own)) if rows >= FEWEST_PER_RESPONSE * groups else None
    return None


def _groups(con: Scratch, key: Sequence[int], question: int, most_again: float) -> int | None:
    """How many responses a key tells apart; None when it tells too many or joins rows that do not belong together."""
    parts = ", ".join(f"c{place}" for place in key)
    rows, groups, answers = con.execute(
        f"SELECT count(*), count(DISTINCT ({parts})), count(DISTINCT ({parts}, c{question})) FROM cells"
    ).fetchall()[0]
    return groups if rows - answers <= most_again and rows >= FEWEST_PER_RESPONSE * groups else None


def _questions(grid: Grid, found: Long) -> list[Question]:
    """The questions in the order of their first answers."""
    asked, answers = grid.table.column(found.question), grid.table.column(found.answer)
    questions = []
    for value in pc.unique(asked).to_pylist():
        here = pc.equal(asked, value)
        first = pc.index(here, True).as_py()
        names = (value, *(grid.table.column(place)[first].as_py() for place in found.own))
        questions.append(Question(value, names, answers.filter(here)))
    return questions


def _score(questions: Sequence[Question]) -> int | None:
    """The place of the one question whose answers are the score: by its words, else by its answers alone."""
    scores = [place for place, question in enumerate(questions) if question.is_score()]
    asking = [place for place in scores if questions[place].asks()]
    return asking[0] if len(asking) == 1 else scores[0] if len(scores) == 1 else None


def _rows(con: Scratch, grid: Grid, found: Long, questions: Sequence[Question], score: int | None) -> Turned:
    """One row per response, and each row that is no part of one; what differs within a response is its score's."""
    places = pa.table({"value": [question.value for question in questions], "place": range(len(questions))})
    con.register("questions", places)
    key = ", ".join(f"c{place}" for place in found.key)
    missing = f"regexp_full_match(trim(c{found.key[0]}), '{NOTHING}')" if len(found.key) == 1 else "false"
    con.execute(
        f"""
        CREATE TABLE placed AS
        SELECT cells.*, place, min(row) OVER (PARTITION BY {key}) AS first, {missing} AS lost,
            row_number() OVER (PARTITION BY {key}, place ORDER BY row DESC) > 1 AS again
        FROM cells JOIN questions ON c{found.question} = value
        """
    )
    mine = f"place = {score} AND NOT again" if score is not None else "false"
    kept = [place for place in range(len(grid.header)) if place not in (found.question, found.answer, *found.own)]
    context = [f"c{place}" for place in kept]
    values = [f"coalesce(any_value({cell}) FILTER ({mine}), arg_min({cell}, row)) AS {cell}" for cell in context]
    answers, single = [], []
    for place in range(len(questions)):
        answers.append(f"coalesce(any_value(c{found.answer}) FILTER (place = {place} AND NOT again), '') AS q{place}")
        single.append(f"CASE WHEN place = {place} THEN c{found.answer} ELSE '' END AS q{place}")
    responses = (
        f"SELECT {', '.join(['first', *values, *answers])} FROM placed WHERE NOT lost GROUP BY first ORDER BY first"
    )
    others = (
        f"SELECT {', '.join(['row', 'lost', 'place', *context, *single])} FROM placed WHERE lost OR again ORDER BY row"
    )
    header = unique(
        (*(grid.header[place] for place in kept), *(one.label(grid.header[found.question]) for one in questions))
    )
    return Turned(header, con.execute(responses).to_arrow_table(), con.execute(others).to_arrow_table())


def _left_over(grid: Grid, found: Long, turned: Turned, questions: int) -> pa.Table:
    """The rows that are no part of a response as rejects, each with its one answer in the column of its question."""
    rows, key, names = turned.others, grid.header[found.key[0]], turned.header[-questions:]
    cells = rows.drop_columns(["row", "lost", "place"]).rename_columns(list(turned.header))
    nothing = pa.scalar(None, pa.string())
    faults: list[tuple[str | None, pa.Array]] = [
        (key, pc.if_else(rows["lost"], pa.scalar(NO_KEY.format(key)), nothing).combine_chunks())
    ]
    for place, name in enumerate(names):
        faults.append((name, pc.if_else(pc.equal(rows["place"], place), pa.scalar(AGAIN), nothing).combine_chunks()))
    lines = grid.lines.take(rows["row"].combine_chunks())
    return rejects(replace(grid, header=turned.header, table=cells, lines=lines), faults)


def _roles(
    names: Sequence[str], table: pa.Table, questions: Sequence[Question], score: int | None
) -> tuple[dict[str, str], pa.Table]:
    """What the answers themselves tell: the score, and the date where people were asked for it."""
    roles = {} if score is None else {"score": names[score]}
    dates = [place for place, question in enumerate(questions) if question.share(f"^(?:{DATE.pattern})$") >= 0.8]
    times = [place for place, question in enumerate(questions) if question.share(TIME) >= 0.8 and place != score]
    if len(dates) == 1:
        name = roles["date"] = names[dates[0]]
        if len(times) == 1:
            time = pc.extract_regex(pc.utf8_trim_whitespace(table[names[times[0]]]), TIME)
            parts = [pc.struct_field(time, part) for part in ("h", "m", "half")]
            clock = pc.binary_join_element_wise(" ", parts[0], ":", parts[1], " ", parts[2], "")
            whole = pc.binary_join_element_wise(table[name], pc.fill_null(clock, ""), "")
            table = table.set_column(table.column_names.index(name), name, pc.utf8_trim_whitespace(whole))
    return roles, table
