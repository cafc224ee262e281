"""Uploaded files: what was understood of each, and a widget for everything that a person may correct."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import streamlit as st

from nps import importing, preview, recall, ui
from nps.clock import counted
from nps.errors import Ambiguous, Refused
from nps.importing import Grid, Guess, Mapping
from nps.jobs import Cancelled, Progress
from nps.landing import Ready
from nps.preview import ROLES
from nps.store import the_store
from nps.uploads import UnderWay, forget, forget_but, once, progress_of, uploads

_NOT_YET = (UnderWay, Refused, Cancelled)
QUESTIONS = {
    "score": "Several columns could be the score. Choose one above:",
    "scale": "The scores lie on another scale. Choose another column, or say above what they are.",
    "direction": "Which end of the scale is the good one? Say so above.",
    "date order": "Days and months cannot be told apart in this file. Say above how its dates are written.",
}
METRICS = {  # the values of each, joined, are what the question offers
    f"{metric.upper()}, {scale}": ({} if metric == "nps" else {"metric": metric}) | {"scale": scale}
    for metric, scales in importing.METRICS.items()
    for scale in scales
}


def choose() -> tuple[Ready, ...]:
    """Take files, show what was understood of each, let a person correct it; return those that are ready."""
    here = uploads()
    files = st.file_uploader(
        "Exports of your survey tool",
        type=[
            "csv",
            "tsv",
            "tab",
            "txt",
            "xlsx",
            "xlsm",
            "xls",
            "ods",
            "json",
            "jsonl",
            "ndjson",
            "parquet",
            "gz",
            "zip",
        ],
        accept_multiple_files=True,
        key=f"files_{here.round}",
        help="CSV, TSV, Excel, JSON or Parquet, also in a ZIP. You see what was understood before anything goes in.",
    )
    forget_but([file.file_id for file in files])
    exports = [export for file in files for export in _exports(file)]
    file_as = _file_as(exports)
    return tuple(one for export in exports for one in _understood(export, file_as.get(export.file_id)))


@dataclass(frozen=True)
class Export:
    """A file that was uploaded, or one of the several in an archive."""

    file_id: str
    name: str
    getvalue: Callable[[], bytes]


def _exports(file: Any) -> tuple[Export, ...]:
    """The file itself, or the exports that it holds; none where that cannot be said, and then why not."""
    try:
        inside = once(file.file_id, "files", lambda _: _inside(file))
    except _NOT_YET as error:
        with st.container(border=True, key=f"file_{file.file_id}"):
            st.text(file.name)
            _why_not(file.file_id, error)
        return ()
    return inside or (Export(file.file_id, file.name, file.getvalue),)


def _inside(file: Any) -> tuple[Export, ...]:
    """The several exports of an archive; empty for any other file."""
    found = importing.files(file.name, file.getvalue())
    if len(found) == 1:
        return ()
    return tuple(
        Export(f"{file.file_id}_{place}", name, partial(bytes, data)) for place, (name, data) in enumerate(found)
    )


def _file_as(files: Sequence[Export]) -> dict[str, str]:
    """The segment that is to hold the name of a file, by the file: as remembered, or as a person says it.

    It is asked about files with the same columns, and about those for whose header it is remembered.
    """
    grids = {}
    for file in files:
        with suppress(*_NOT_YET):  # which is told where the file itself is shown
            grids[file.file_id] = _read(file)
    headers = [grid.header for grid in grids.values()]
    usual = {file_id: recall.named_by(the_store(), grid) for file_id, grid in grids.items()}
    asked = [file_id for file_id, grid in grids.items() if usual[file_id] or headers.count(grid.header) > 1]
    if not asked:
        return {}
    segment = st.text_input(
        "Segment that holds the name of each file",
        next(filter(None, usual.values()), ""),
        placeholder="For example Channel",
        key=f"file_as_{uploads().round}",
        help="Several files have the same columns, now or before. Leave this empty if their names tell nothing.",
    ).strip()
    return dict.fromkeys(asked, segment) if segment else {}


def _understood(file: Export, file_as: str | None) -> tuple[Ready, ...]:
    """The file as it can go in; several times where several of its questions become surveys; empty where it cannot."""
    file_id = file.file_id
    with st.container(border=True, key=f"file_{file_id}"):
        st.text(file.name)
        try:
            grid = _grid(file, file_as)
            guess, mappings, to_keep = _mapping(file_id, grid)
            for question in guess.open:
                st.badge("One question first", color="orange", icon=":material/help:")
                names = f" {' · '.join(question.candidates)}" if question.question == "score" else ""
                st.text(f"{QUESTIONS[question.question]}{names}")
            preview.first_rows(grid, guess, mappings[0])
            if guess.open:
                return ()
            outlooks = [preview.outlook(file_id, grid, mapping, of_several=len(mappings) > 1) for mapping in mappings]
        except _NOT_YET as error:
            _why_not(file_id, error)
            return ()
        if any(each.warnings for each in outlooks) and not st.checkbox(
            "Import all the same", key=f"{file_id}_all_the_same"
        ):
            return ()
    return tuple(
        Ready(grid, mapping, guess.remarks, each.warnings, to_keep, each.update)
        for mapping, each in zip(mappings, outlooks, strict=True)
    )


def _why_not(file_id: str, error: UnderWay | Refused | Cancelled) -> None:
    """What is drawn of a file that cannot go in, or not yet."""
    if isinstance(error, UnderWay):
        progress_of(error.job, key=f"reading_{file_id}", border=False)
    elif isinstance(error, Cancelled):
        st.text(str(error))
        st.button("Read it again", icon=":material/refresh:", key=f"again_{file_id}", on_click=forget, args=(file_id,))
    else:
        ui.trouble(str(error))


def _read(file: Export, **how: Any) -> Grid:
    return once(
        file.file_id,
        f"{sorted(how.items())}",
        lambda progress: importing.read(file.name, file.getvalue(), **how, progress=progress),
    )


def _grid(file: Export, file_as: str | None) -> Grid:
    """The table of the file, of the sheet that a person chose where there are several."""
    file_id = file.file_id
    names = once(file_id, "sheets", lambda _: importing.sheets(file.name, file.getvalue()))
    sheet = None
    if len(names) > 1:
        sheet = st.selectbox(
            "Sheet", ["", *names], format_func=lambda s: s or "The one with answers", key=f"{file_id}_sheet"
        )
    how = ({"sheet": sheet} if sheet else {}) | ({"file_as": file_as} if file_as else {})
    grid = _read(file, **how)
    turn = not recall.stands(the_store(), grid)
    if grid.known.turned and not st.checkbox("One row per response", value=turn, key=f"{file_id}_turned"):
        return _read(file, **how, turn=False)
    return grid


def _guess(file_id: str, grid: Grid, **said: Any) -> Guess:
    """What the columns mean, given what a person said and what is remembered."""
    store = the_store()
    told = sorted((name, value) for name, value in said.items() if value is not None)
    what = f"{grid.header} {told} {store.version('mappings')}"

    def work(progress: Progress) -> Guess:
        progress(0.0, f"Finding out what the columns of {counted(grid.rows, 'row')} mean")
        return recall.guess(store, grid, **said)

    return once(file_id, what, work)


def _mapping(file_id: str, grid: Grid) -> tuple[Guess, tuple[Mapping, ...], tuple[Mapping, ...]]:
    """What each column means, once for each survey: the guess, and a widget per role to correct it.

    Last, the mappings once more where anything was said that is worth remembering.
    """
    base = _named_score(file_id, grid)
    first = _guess(file_id, grid, **base)
    taken = recall.taken(the_store(), grid)
    asked = {question.question: question for question in first.open}
    chosen: dict[str, str | None] = {}
    cells = st.columns(4) + st.columns(4)
    for cell, (role, label) in zip(cells, ROLES.items(), strict=False):
        guessed = None if role in asked else getattr(first.mapping, role)
        with cell:
            picked = st.selectbox(
                label,
                columns := ["", *_likely_first(grid.header, asked[role].candidates if role in asked else ())],
                index=columns.index(guessed or ""),
                format_func=_choice_of(role),
                key=f"{file_id}_{role}",
                help=ui.literal(first.reasons.get(role, "")) or None,
            )
        chosen[role] = picked or None
    corrected = {role: column for role, column in chosen.items() if column and column != getattr(first.mapping, role)}
    said = base | corrected | ({"score": chosen["score"]} if "score" in asked and chosen["score"] else {})
    settled = _settled(file_id, grid, said, asked)
    with cells[7]:
        survey = _survey(file_id, settled, "" if len(taken) > 1 else first.mapping.survey)
    guess = _guess(file_id, grid, **said, **settled, survey=survey)
    kept = {role: column for role, column in chosen.items() if role != "score" or column}
    found: tuple[Guess, ...] = (guess,)
    apart = "score" in asked and not chosen["score"] and _as_surveys(file_id, asked["score"], len(taken) > 1)
    if apart:
        found = _guesses(file_id, grid, asked["score"].candidates, **said, **settled, survey=survey)
        guess = replace(found[0], open=tuple({str(told): told for one in found for told in one.open}.values()))
        # What was guessed for the first question is not said of the others.
        kept = {role: column for role, column in kept.items() if column != getattr(first.mapping, role)}
    segments = _segments(file_id, grid, guess, chosen)
    own = apart and {*segments} == {*guess.mapping.segments}
    mappings = tuple(
        replace(one.mapping, **cast(Any, kept), segments=one.mapping.segments if own else segments) for one in found
    )
    if apart and len(taken) > 1:
        said_anew = mappings != tuple(one.mapping for one in _guesses(file_id, grid, taken))
    else:
        said_anew = bool(base or asked) or mappings != (first.mapping,)
    return guess, mappings, mappings if said_anew or recall.read_otherwise(the_store(), grid) else ()


def _survey(file_id: str, settled: dict[str, Any], usual: str) -> str | None:
    """The survey as a person names it; None for the name that is remembered or guessed."""
    metric = settled.get("metric")
    name = importing.counted_as(metric, settled["scale"]).upper() if metric else usual
    placeholder = None if name else "As remembered"
    return (
        st.text_input("Survey", name, placeholder=placeholder, key=f"{file_id}_survey_{metric or 'nps'}").strip()
        or None
    )


def _as_surveys(file_id: str, question: Ambiguous, usual: bool) -> bool:
    """Whether each of several questions goes in as a survey of its own."""
    label = f"Take all {len(question.candidates)} questions, each as a survey of its own"
    return st.checkbox(label, value=usual, key=f"{file_id}_each")


def _guesses(file_id: str, grid: Grid, scores: Sequence[str], **said: Any) -> tuple[Guess, ...]:
    """What the columns mean for each of several questions."""
    store = the_store()
    what = f"{grid.header} {scores} {sorted(said.items())} {store.version('mappings')}"
    return once(file_id, what, lambda _: recall.guesses(store, grid, scores=scores, **said))


def _likely_first(header: Sequence[str], candidates: Sequence[str]) -> list[str]:
    """The columns of a file, the likely ones first."""
    return [*candidates, *(column for column in header if column not in candidates)]


def _choice_of(role: str) -> Callable[[str], str]:
    return lambda header: header or ("Choose" if role == "score" else "None")


def _named_score(file_id: str, grid: Grid) -> dict[str, str]:
    """The score column as a person names it where none looks like one, or what the scores are; else nothing."""
    try:
        _guess(file_id, grid)
    except Refused as error:
        ui.trouble(str(error))
        if isinstance(error, Ambiguous) and error.question == "metric":
            offered = [label for label, said in METRICS.items() if said.get("metric") in error.candidates]
            picked = st.radio("The scores are", offered, index=None, horizontal=True, key=f"{file_id}_metric")
            if not picked:
                raise Refused("Nothing of this file goes in until it is said what its scores are.") from error
            return METRICS[picked]
        named = st.selectbox("Which column is the score?", ["", *grid.header], key=f"{file_id}_named")
        if not named:
            raise Refused("Nothing of this file goes in until a score column is chosen.") from error
        return {"score": named}
    return {}


def _settled(file_id: str, grid: Grid, said: dict[str, str], asked: dict[str, Ambiguous]) -> dict[str, Any]:
    """What a person answers to the questions that no choice of a column settles: the scale, the order of dates."""
    questions = {q.question: q for q in _guess(file_id, grid, **said).open} if said else asked
    settled: dict[str, Any] = {}
    if "scale" in questions:
        offered = [label for label, said in METRICS.items() if " ".join(said.values()) in questions["scale"].candidates]
        picked = st.radio("The scores are", offered, index=None, horizontal=True, key=f"{file_id}_scale")
        settled |= METRICS.get(picked or "", {})
    counted = said | settled
    if "metric" in counted and "direction" in {q.question for q in _guess(file_id, grid, **counted).open}:
        low, high = counted["scale"].split("-")
        good = st.radio("The good end is", [high, low], index=None, horizontal=True, key=f"{file_id}_good")
        settled["reverse"] = None if good is None else good == low
    if "date order" in questions:
        order = st.radio(
            "Dates are written", ["Day first", "Month first"], index=None, horizontal=True, key=f"{file_id}_order"
        )
        settled["dayfirst"] = None if order is None else order == "Day first"
    return settled


def _segments(file_id: str, grid: Grid, guess: Guess, chosen: dict[str, str | None]) -> tuple[str, ...]:
    always = grid.known.segments
    taken = {*always, *(column for column in chosen.values() if column)}
    free = [column for column in grid.header if column not in taken]
    default = [column for column in guess.mapping.segments if column in free]
    return always + tuple(st.multiselect("Segments", free, default=default, key=f"{file_id}_segments"))
