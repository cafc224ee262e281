"""Vendors that write more than one header row: recognise the further ones and take better names from them.

Each recogniser gets the first row and the rows below it and returns None or what it found; the first that knows the
file wins. A vendor more is a function more, and a line in `VENDORS`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nps.importing.words import plain

Row = Sequence[str]


@dataclass(frozen=True)
class Part:
    """A column that may hold one choice of a question; those of one question in one place share a `span`."""

    span: int
    question: str
    choice: str


@dataclass(frozen=True)
class HeaderRows:
    """`skip` rows below the first belong to the header too; `names` are the columns' names from all of them.

    `parts` say of each column whether it may hold a choice.
    """

    skip: int
    names: tuple[str, ...]
    remark: str
    parts: tuple[Part | None, ...] = ()


IMPORT_ID = re.compile(r"^\{\s*[\"']ImportId[\"']\s*:\s*[\"'](?P<id>[^\"']*)")
SPELT_OUT = {"start date", "end date", "recorded date", "response id", "user language", "distribution channel"}
QUESTION = re.compile(r"^Q(?:ID)?\d(?!\w*_NPS_GROUP)")
# What SurveyMonkey and Survicate write below a question, when the column holds the answer itself.
ANSWER = {"response", "open-ended response", "score", "answer"}
# SurveyMonkey's first column in other languages: a row without a respondent is no response.
RESPONDENT = re.compile(r"befragten|répondant|encuestado|respondente|rispondente|respondent", re.IGNORECASE)
BELOW = {*ANSWER, "label", "comment", "insight", "action", "other (please specify)", "why?"}


def qualtrics(header: Row, rows: Sequence[Row]) -> HeaderRows | None:
    """Codes, then labels in the user's language, then `{"ImportId": ...}`; the labels may be missing."""
    for skip, row in enumerate(rows[:2], start=1):
        found = [IMPORT_ID.match(cell.strip()) for cell in row]
        if sum(match is not None for match in found) * 2 > len(row):
            labels = rows[0] if skip == 2 else [""] * len(header)
            names = [_labelled(name, label) for name, label in zip(header, labels, strict=True)]
            return HeaderRows(skip, tuple(names), "Qualtrics export: the further header rows are not responses.")
    # Somebody deleted the third row, and left the labels: "Start Date" below StartDate.
    named = [(plain(name), plain(label)) for name, label in zip(header, rows[0], strict=True)] if rows else []
    if sum(name == label and name in SPELT_OUT for name, label in named) >= 2:
        names = [_labelled(name, label) for name, label in zip(header, rows[0], strict=True)]
        return HeaderRows(1, tuple(names), "Qualtrics export: the second header row is not a response.")
    return None


def qualtrics_legacy(header: Row, rows: Sequence[Row]) -> HeaderRows | None:
    """V1, V2 ... above ResponseID, ResponseSet ...: the second row has the names."""
    if not rows or header[0].strip() != "V1" or rows[0][0].strip().lower() != "responseid":
        return None
    names = [
        label.strip() if re.fullmatch(r"V\d+", name.strip()) and label.strip() else _labelled(name, label)
        for name, label in zip(header, rows[0], strict=True)
    ]
    return HeaderRows(1, tuple(names), "Qualtrics export (legacy): the second header row is not a response.")


def questions_above_parts(header: Row, rows: Sequence[Row]) -> HeaderRows | None:
    """SurveyMonkey, Survicate: a question spans columns, the row below says which part each of them is."""
    if not rows:
        return None
    below = [cell.strip() for cell in rows[0]]
    named = [cell.lower() for name, cell in zip(header, below, strict=True) if name.strip() and cell]
    parts = [cell for name, cell in zip(header, below, strict=True) if not name.strip()]
    if any(cell[0].isdigit() for cell in named):
        return None
    nobody = bool(RESPONDENT.search(header[0]) and not any(below[:2]) and any(below))
    if not nobody and not BELOW.intersection(cell.lower() for cell in below):
        return None
    # Either every column without a name gets one here, or nothing stands here but the vendor's own words.
    if not nobody and not (parts and all(parts)) and not (len(named) > 1 and BELOW.issuperset(named)):
        return None
    names: list[str] = []
    choices: list[Part | None] = []
    question, span = "", 0
    for place, (name, part) in enumerate(zip(header, below, strict=True)):
        question, span = (name.strip(), place) if name.strip() else (question, span)
        alone = bool(name.strip()) and (place + 1 == len(header) or bool(header[place + 1].strip()))
        whole = not part or (name.strip() and part.lower() in ANSWER) or (nobody and alone)
        names.append(question if whole and name.strip() else f"{question} - {part}" if part else "")
        choice = question and part and part.lower() not in BELOW and not (nobody and alone)
        choices.append(Part(span, question, part) if choice else None)
    remark = "Two header rows (as SurveyMonkey writes them): the second is not a response."
    return HeaderRows(1, tuple(names), remark, tuple(choices))


def _labelled(name: str, label: str) -> str:
    """`Q1: How likely ...` for a column whose code says nothing; other names stay."""
    name, label = name.strip(), label.strip()
    return f"{name}: {label}" if QUESTION.match(name) and label and label != name else name


VENDORS: tuple[Callable[[Row, Sequence[Row]], HeaderRows | None], ...] = (
    qualtrics,
    qualtrics_legacy,
    questions_above_parts,
)


def header_rows(header: Row, rows: Sequence[Row]) -> HeaderRows | None:
    """What the first vendor that knows this header found, or None when one row is the whole header."""
    return next((found for vendor in VENDORS if (found := vendor(header, rows)) is not None), None)
