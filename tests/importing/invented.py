"""Invented exports with the truth beside them: what a survey tool could have written, and what must come out of it.

A file is drawn by hypothesis: delimiter, encoding, quotation marks, line ends, header rows as vendors write them, the
spelling of dates and scores, rows that are too long or too short, blanks, and text with everything that hurts.
"""

import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from openpyxl import Workbook

NOTHING = {"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "–", "—", ".", "?"}
MOST_ROWS = 30

# Any letter of any script, and what delimited text is made of; no control characters but the line break.
ANY_TEXT = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters='\n\t",;|'), max_size=25),
    st.sampled_from(
        [
            'say "no"',
            '"',
            '""',
            "one, two; three | four\tfive",
            "first line\nsecond line\n\nfourth",
            "🙂 👍🏽 日本語 שלום",
            "=1+1",
            "'; DROP TABLE responses; --",
            "NA",
            " - ",
            "9",
            "2024-01-05",
            "x" * 3000,
            "C:\\temp\\",
            'ends with "quotes"',
        ]
    ),
)
# Words in which each of the old encodings can be told from the others.
OLD_TEXT = st.lists(
    st.sampled_from(
        ["très", "agréable", "déçue", "élevé", "même", "für", "größer", "schön", "señor", "ça", "plain", '"no"', "a, b"]
    ),
    max_size=6,
).map(" ".join)
WESTERN_TEXT = st.one_of(OLD_TEXT, st.sampled_from(["two\nlines", "a; b | c\td", ""]))

ENCODINGS = {
    "utf-8": (b"", ANY_TEXT),
    "utf-8-sig": (b"", ANY_TEXT),
    "utf-16": (b"", ANY_TEXT),
    "utf-16-be": (b"\xfe\xff", ANY_TEXT),
    "utf-16-le": (b"", WESTERN_TEXT),
    "cp1252": (b"", OLD_TEXT),
    "latin-1": (b"", OLD_TEXT),
    "cp850": (b"", OLD_TEXT),
    "mac_roman": (b"", OLD_TEXT),
}
OLD = ("cp1252", "latin-1", "cp850", "mac_roman")


@dataclass(frozen=True)
class Spelling:
    """One way of writing dates: what is written of a moment, how much of it that keeps, and which number is the day."""

    write: Callable[[dt.datetime], str]
    keep: Callable[[dt.datetime], dt.datetime]
    dayfirst: bool | None = None


def _seconds(at: dt.datetime) -> dt.datetime:
    return at


def _minutes(at: dt.datetime) -> dt.datetime:
    return at.replace(second=0)


def _days(at: dt.datetime) -> dt.datetime:
    return at.replace(hour=0, minute=0, second=0)


def _form(form: str) -> Callable[[dt.datetime], str]:
    return lambda at: at.strftime(form)


def _unix(at: dt.datetime) -> int:
    return int(at.replace(tzinfo=dt.UTC).timestamp())


EAST = dt.timedelta(hours=4)
DATES = {
    "iso": Spelling(_form("%Y-%m-%d %H:%M:%S"), _seconds),
    "iso day": Spelling(_form("%Y-%m-%d"), _days),
    "iso zone": Spelling(_form("%Y-%m-%dT%H:%M:%SZ"), _seconds),
    "offset": Spelling(lambda at: (at + EAST).strftime("%Y-%m-%dT%H:%M:%S+04:00"), _seconds),
    "google": Spelling(lambda at: (at + EAST).strftime("%Y/%m/%d %I:%M:%S %p GMT+4"), _seconds),
    "american": Spelling(_form("%m/%d/%Y %I:%M:%S %p"), _seconds, dayfirst=False),
    "sheets": Spelling(lambda at: f"{at.month}/{at.day}/{at.year} {at:%H:%M:%S}", _seconds, dayfirst=False),
    "british": Spelling(_form("%d/%m/%Y %H:%M"), _minutes, dayfirst=True),
    "german": Spelling(_form("%d.%m.%Y %H:%M"), _minutes, dayfirst=True),
    "short": Spelling(lambda at: f"{at.day}/{at.month}/{at:%y}", _days, dayfirst=True),
    "words": Spelling(_form("%d %b %Y %H:%M"), _minutes),
    "american words": Spelling(_form("%B %d, %Y"), _days),
    "javascript": Spelling(_form("%a %b %d %Y"), _days),
    "unix": Spelling(lambda at: str(_unix(at)), _seconds),
    "unix ms": Spelling(lambda at: str(_unix(at) * 1000), _seconds),
    "excel": Spelling(lambda at: str((at - dt.datetime(1899, 12, 30)).days), _days),
}
SCORES: dict[str, Callable[[int], str]] = {
    "plain": str,
    "float": lambda score: f"{score}.0",
    "of ten": lambda score: f"{score}/10",
    "labelled": lambda score: f"{score} ({'very' if score > 6 else 'not'} likely)",
}
BLANKS = ("", "NA", "n/a", "-", " ")
SEGMENTS = {"Plan": ("Free", "Team", ""), "Region": ("EU", "South, East", 'the "rest"'), "Größe": ("klein", "groß")}
QUESTIONS = (
    "NPS",
    "How likely are you to recommend us?",
    "How likely are you,\nall in all, to *recommend* us; really?",
    'Would you "recommend" us to a friend | colleague',
)


@dataclass(frozen=True)
class Answer:
    """One true response as the importer must give it back, `segments` in the order of SEGMENTS.

    `sure` unless its row was made too long or too short: then it may be rejected, but never come out as another.
    """

    id: str | None
    score: int | None
    at: dt.datetime | None
    comment: str | None
    segments: tuple[str | None, ...]
    sure: bool = True


@dataclass(frozen=True)
class Form:
    """The header rows of a file, and for each column its role, the segment that it is, or "" for neither."""

    header: tuple[str, ...]
    roles: tuple[str, ...]
    below: tuple[tuple[str, ...], ...] = ()

    def name(self, role: str) -> str | None:
        return self.header[self.roles.index(role)] if role in self.roles else None


@dataclass(frozen=True)
class Export:
    """A file and the truth about it; `dayfirst` is how its dates are meant, where both orders are possible."""

    data: bytes
    encoding: str
    form: Form
    dayfirst: bool | None
    answers: tuple[Answer, ...]

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(role for role in self.form.roles if role in SEGMENTS)


def plain(question: str, roles: Sequence[str]) -> Form:
    """One header row."""
    names = {"id": "Response ID", "score": question, "date": "Responded at", "comment": "Comment", "": "Internal"}
    return Form(tuple(names.get(role, role) for role in roles), tuple(roles))


def surveymonkey(question: str, segments: Sequence[str]) -> Form:
    """Two header rows: the second tells the columns of a question apart."""
    header = ("Respondent ID", "Collector ID", "Start Date", "End Date", *segments, question, "Why is that?")
    below = ("",) * (4 + len(segments)) + ("Response", "Open-Ended Response")
    return Form(header, ("id", "", "", "date", *segments, "score", "comment"), (below,))


def qualtrics(question: str, segments: Sequence[str]) -> Form:
    """Three header rows: codes, labels in the user's language, and ImportId."""
    header = ("StartDate", "RecordedDate", "ResponseId", "Q1", "Q2", *segments)
    labels = ("Anfangsdatum", "Aufgezeichnetes Datum", "Antwort-ID", question, "Warum?", *segments)
    imports = tuple(f'{{"ImportId":"QID{place}"}}' for place in range(len(header)))
    return Form(header, ("", "date", "id", "score", "comment", *segments), (labels, imports))


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A header of one, two or three rows."""
    question = draw(st.sampled_from(QUESTIONS))
    segments = draw(st.lists(st.sampled_from(list(SEGMENTS)), unique=True))
    kind = draw(st.sampled_from(["plain", "plain", "surveymonkey", "qualtrics"]))
    if kind == "plain":
        roles = draw(st.permutations(["score", "date", "comment", *segments]))
        return plain(question, [*draw(st.sampled_from([("id",), ()])), *roles])
    return (surveymonkey if kind == "surveymonkey" else qualtrics)(question, segments)


IDS: tuple[Callable[[int], str], ...] = (
    str,
    lambda number: f"{9_007_199_254_740_993 + number:019}",
    lambda number: f"R_{number:x}aB",
    lambda number: f"{number:032x}",
)


@st.composite
def answers(draw: st.DrawFn, text: st.SearchStrategy[str], spelling: Spelling, *, name: Callable[[int], str]) -> Answer:
    """A response; its date is one that the spelling can say."""
    moment = draw(st.none() | st.datetimes(dt.datetime(2015, 1, 1), dt.datetime(2026, 12, 31)))
    comment = draw(text)
    return Answer(
        name(draw(st.integers(1, 10**6))),
        draw(st.none() | st.integers(0, 10)),
        moment and spelling.keep(moment.replace(microsecond=0)),
        comment,
        tuple(draw(st.sampled_from(values)) for values in SEGMENTS.values()),
    )


def cells(form: Form, answer: Answer, spelling: Spelling, score: Callable[[int], str], blank: str) -> list[str]:
    """One response as the cells of its row."""
    found = {
        "id": answer.id or "",
        "score": blank if answer.score is None else score(answer.score),
        "date": "" if answer.at is None else spelling.write(answer.at),
        "comment": answer.comment or "",
        **{name: value or "" for name, value in zip(SEGMENTS, answer.segments, strict=True)},
    }
    return [found.get(role, "") for role in form.roles]


def truth(form: Form, answer: Answer) -> Answer:
    """What must come out of a row: without outer spaces, and nothing where a cell says nothing."""

    def said(text: str | None) -> str | None:
        return None if text is None or text.strip().lower() in NOTHING else text.strip()

    return replace(
        answer,
        id=answer.id if "id" in form.roles else None,
        comment=said(answer.comment),
        segments=tuple(
            said(value) if name in form.roles else None for name, value in zip(SEGMENTS, answer.segments, strict=True)
        ),
    )


def workbook(form: Form, rows: Sequence[Sequence[object]]) -> bytes:
    """The same as XLSX, behind a sheet that only sums up."""
    book = Workbook()
    book.worksheets[0].title = "Summary"
    book.worksheets[0].append(["Question", "Answers"])
    book.worksheets[0].append(["All in all", len(rows)])
    sheet = book.create_sheet("Answers")
    for row in (form.header, *form.below, *rows):
        sheet.append([None if cell == "" else cell for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def written(rows: Sequence[Sequence[str]], *, delimiter: str, quoting: str) -> list[str]:
    """Rows as lines of delimited text; quotation marks only where needed, around all text, or around everything."""

    def cell(text: str) -> str:
        needed = any(mark in text for mark in (delimiter, '"', "\n", "\r")) or text != text.strip()
        if needed or quoting == "all" or (quoting == "text" and not text.isdigit()):
            return '"' + text.replace('"', '""') + '"'
        return text

    return [delimiter.join(map(cell, row)) for row in rows]


@st.composite
def exports(draw: st.DrawFn) -> Export:
    """A file of delimited text as some tool could have written it, with the truth."""
    form, encoding = draw(forms()), draw(st.sampled_from(list(ENCODINGS)))
    mark, text = ENCODINGS[encoding]
    spelling = draw(st.sampled_from(list(DATES.values())))
    score, blank = draw(st.sampled_from(list(SCORES.values()))), draw(st.sampled_from(BLANKS))
    name = draw(st.sampled_from(IDS))
    found = draw(
        st.lists(answers(text, spelling, name=name), min_size=1, max_size=MOST_ROWS, unique_by=lambda answer: answer.id)
    )
    found[0] = replace(found[0], score=found[0].score or 0)  # a column without any value has no meaning to be found
    rows = [cells(form, answer, spelling, score, blank) for answer in found]
    true = [truth(form, answer) for answer in found]
    if "id" in form.roles and len(rows) >= 5:
        for place in draw(st.lists(st.integers(1, len(rows) - 1), max_size=len(rows) // 5, unique=True)):
            # The id stays, so that the row is known again.
            change = draw(st.integers(form.roles.index("id") + 1 - len(form.roles), 3))
            rows[place] = [*rows[place], *["more"] * change] if change > 0 else rows[place][: len(rows[place]) + change]
            true[place] = replace(true[place], sure=change == 0)

    delimiter, end = draw(st.sampled_from([",", ";", "\t", "|"])), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoting = draw(st.sampled_from(["needed", "text", "all"]))
    lines = written([form.header, *form.below, *rows], delimiter=delimiter, quoting=quoting)
    for place in draw(st.lists(st.integers(1 + len(form.below), len(lines)), max_size=2)):
        lines.insert(place, "")
    if draw(st.booleans()) and not form.below:
        lines.insert(0, f"sep={delimiter}")
    whole = end.join(lines) + draw(st.sampled_from(["", end, end * 3]))
    return Export(mark + whole.encode(encoding), encoding, form, spelling.dayfirst, tuple(true))


@st.composite
def workbooks(draw: st.DrawFn) -> Export:
    """A workbook with true numbers and moments, with the truth."""
    form = draw(forms())
    spelling = DATES["iso"]
    name = draw(st.sampled_from(IDS))
    text = ANY_TEXT.filter(lambda comment: not comment.startswith("=") and comment.isprintable())
    found = draw(st.lists(answers(text, spelling, name=name), min_size=1, max_size=9, unique_by=lambda each: each.id))
    found[0] = replace(found[0], score=found[0].score or 0)
    found = [answer for answer in found if any(cells(form, answer, spelling, str, ""))]  # an empty row is none
    rows: list[list[object]] = []
    for answer in found:
        rows.append([*cells(form, answer, spelling, str, "")])
        for role, value in (("score", answer.score), ("date", answer.at)):
            rows[-1][form.roles.index(role)] = "" if value is None else value
    return Export(workbook(form, rows), "xlsx", form, None, tuple(truth(form, answer) for answer in found))
