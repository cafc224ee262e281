"""What becomes of every real export, as a table in docs/importing.md: `python -m tests.importing.outcomes` writes it.

Each file goes through the command line into a new store: first with nothing said, then with each
answer in `SAID`, where it asks. The folder is the one of the `exports` fixture.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nps.__main__ import main as command_line

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "importing.md"
BEGIN = "<!-- outcomes: written by python -m tests.importing.outcomes -->"
END = "<!-- end of outcomes -->"
NO_EXPORT = {".md", ""}  # the folder's own notes and licences
LONGEST = 330
LONGEST_NAME = 60

ENGLISH = "r-community-survey/2019 English R Community Survey Responses"
SPANISH = "r-community-survey/2019 Spanish R Community Survey Responses.csv"
SPANISH_2020 = "r-community-survey/2020-spanish-survey-final.tsv"
SUDZILLA = "On a scale of 0-10, how would you rate Sudzilla?"
R_OR_PYTHON = (("--score", "How likely are you to recommend R "), ("--score", "How likely are you to recommend Python"))
# What a person answers where the file alone does not tell.
SAID: dict[str, tuple[tuple[str, ...], ...]] = {
    f"{ENGLISH}.csv": R_OR_PYTHON,
    f"{ENGLISH}.xlsx": R_OR_PYTHON,
    SPANISH: (
        ("--score", "¿Qué tan probable es que recomiendes R"),
        ("--score", "¿Qué tan probable es que recomiendes Python"),
    ),
    SPANISH_2020: (("--score", "Qrecommend"), ("--score", "Qpython_recommend")),
    "preppin-data/case040-input_01.csv": (("--score", SUDZILLA, "--monthfirst"),),
    "preppin-data/case040-input_02.csv": (("--score", SUDZILLA),),
    "preppin-data/case050-input_01.csv": (("--dayfirst",),),
}


@dataclass(frozen=True)
class Outcome:
    """One file under one answer: what the command line printed as JSON, or the sentence with which it refused."""

    file: str
    said: tuple[str, ...]
    told: dict[str, Any] | None
    sentence: str


def files(exports: Path) -> list[str]:
    """Every export below the folder, by its path in it."""
    return sorted(
        path.relative_to(exports).as_posix()
        for path in exports.rglob("*")
        if path.is_file() and path.suffix not in NO_EXPORT
    )


def outcomes(exports: Path) -> Iterator[Outcome]:
    """What becomes of each file with nothing said, and of those that ask with each answer."""
    for file in files(exports):
        for said in ((), *SAID.get(file, ())):
            # A store of its own: what was said of one file is remembered for the next with its header.
            with tempfile.TemporaryDirectory() as folder:
                yield _outcome(exports, file, said, Path(folder) / "nps.duckdb")


def _outcome(exports: Path, file: str, said: tuple[str, ...], store: Path) -> Outcome:
    path = str(exports / file)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = command_line(["import", path, "--store", str(store), "--json", *said])
    if code == 0:
        return Outcome(file, said, json.loads(out.getvalue()), "")
    return Outcome(file, said, None, err.getvalue().strip().removeprefix(f"{path}: "))


def written(found: list[Outcome]) -> str:
    """The part of the page between its markers."""
    header = ("file", "said", "rows", "accepted", "blank", "rejected", "NPS", "score", "date", "comment")
    lines = [_line(header), _line(["---", "---", *["--:"] * 5, "---", "---", "---"])]
    lines += [_line(_cells(one.file, one.said, one.told)) for one in found if one.told is not None]
    refused = [f"- **{one.file}**: {_shortened(one.sentence, LONGEST)}" for one in found if one.told is None]
    return "\n".join([*lines, "", "Asked about or refused, as long as nothing is said:", "", *refused])


def _cells(file: str, said: tuple[str, ...], told: dict[str, Any]) -> list[str]:
    """One line of the table."""
    counts = [f"{told[name]:,}" for name in ("rows", "accepted", "blank", "rejected")]
    nps = "none" if told["nps"] is None else f"{told['nps']:.2f}"
    columns = [told[f"{role}_column"] or "none" for role in ("score", "date", "comment")]
    return [file, " ".join(said).removeprefix("--score "), *counts, nps, *columns]


def _line(cells: list[str] | tuple[str, ...]) -> str:
    shown = [cells[0], *(_shortened(cell, LONGEST_NAME) for cell in cells[1:])]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in shown) + " |"


def _shortened(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def page(text: str, part: str) -> str:
    """The page with the part between its markers replaced."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{part}\n\n{END}{after}"


def main() -> int:
    """Write the table into the page."""
    exports = Path(os.environ.get("NPS_REAL_EXPORTS") or ROOT.parent / "shared" / "exports")
    if not exports.is_dir():
        print("There are no real exports; NPS_REAL_EXPORTS names their folder.", file=sys.stderr)
        return 1
    found = list(outcomes(exports))
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), written(found)), encoding="utf-8")
    went_in = sum(one.told is not None for one in found)
    print(f"{went_in} imports and {len(found) - went_in} refusals are written into {PAGE.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
