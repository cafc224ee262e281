"""What a file's columns mean and how it is read, given what is remembered for its header."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, BinaryIO

from nps import importing, remembered
from nps.errors import Ambiguous
from nps.importing import Grid, Guess, Mapping
from nps.importing.mapping import find_column
from nps.remembered import ROLES, Remembered, header_of
from nps.store import Store

GUESSED = ROLES[:-1]  # the roles that a guess can be told


def read(
    store: Store,
    name: str,
    data: bytes | BinaryIO,
    *,
    sheet: str | None = None,
    turn: bool | None = None,
    file_as: str | None = None,
) -> Grid:
    """Read a file as `importing.read` does; what is not said (None) is as remembered for its header."""
    grid = importing.read(name, data, sheet=sheet, turn=turn is not False, file_as=file_as)
    if turn is None and stands(store, grid):
        grid = importing.read(name, data, sheet=sheet, turn=False, file_as=file_as)
    segment = named_by(store, grid) if file_as is None else ""
    return importing.told_apart(grid, segment) if segment else grid


def stands(store: Store, grid: Grid) -> bool:
    """Whether a file that was turned is one of those that somebody wanted to have as they stand."""
    kept = remembered.of(store, grid.unturned) if grid.known.turned else None
    return kept is not None and kept.as_it_stands


def named_by(store: Store, grid: Grid) -> str:
    """The segment that is to hold the name of files with this header; empty for none."""
    kept = remembered.of(store, header_of(grid))
    return kept.file_as if kept else ""


def read_otherwise(store: Store, grid: Grid) -> bool:
    """Whether a file was read in another way than is remembered for its header."""
    kept = remembered.of(store, header_of(grid))
    usual = (kept.as_it_stands, kept.file_as) if kept else (False, "")
    return (grid.as_it_stands, grid.file_as) != usual or stands(store, grid)


def taken(store: Store, grid: Grid) -> tuple[str, ...]:
    """The scores that are remembered for a header; several where each is a survey of its own."""
    kept = _known(store, grid)
    return tuple(mapping.score for mapping in kept.renamed(grid.header)) if kept else ()


def _known(store: Store, grid: Grid) -> Remembered | None:
    return _repaired(store, grid) or remembered.of(store, header_of(grid))


def guesses(store: Store, grid: Grid, *, scores: Sequence[str] = (), **said: Any) -> tuple[Guess, ...]:
    """A guess for each question of a file: for these scores, else for those that are remembered, else for the one."""
    known = taken(store, grid)
    wanted = [find_column(grid, score, option="score") for score in scores] or known
    columns = [*dict.fromkeys(wanted)]
    if len(columns) < 2:
        return (guess(store, grid, score=columns[0] if scores else None, **said),)
    found = importing.guesses(grid, scores=columns, **said)
    return tuple(
        guess(store, grid, **{**said, "score": one.mapping.score, "survey": said.get("survey") and one.mapping.survey})
        if len(known) > 1 and one.mapping.score in known
        else one
        for one in found
    )


def guess(store: Store, grid: Grid, **said: Any) -> Guess:
    """What the columns of a grid mean: as said, else as remembered for this header, else as guessed.

    `said` is what `importing.guess` takes; None counts as not said. Questions that were answered for the remembered
    file are not asked again; where several of its scores were taken, which one is meant is left to be asked. Raises
    what `importing.guess` raises.
    """
    said = {name: value for name, value in said.items() if value is not None}
    landed, kept = _repaired(store, grid), _known(store, grid)
    if kept is None:
        return importing.guess(grid, **said)
    mappings = kept.renamed(grid.header)
    score = find_column(grid, said["score"], option="score") if "score" in said else mappings[0].score
    mapping = next((each for each in mappings if each.score == score), mappings[0])
    if (score, said.get("metric", mapping.metric)) != (mapping.score, mapping.metric):
        # Another question: nothing that was said about the remembered one holds for it.
        mapping = replace(mapping, survey="", metric="nps", scale=None, reverse=False)
    told = {role: column for role in GUESSED if (column := getattr(mapping, role))}
    if mapping.metric != "nps":
        told |= {"metric": mapping.metric, "scale": mapping.scale, "reverse": mapping.reverse}
    guessed = importing.guess(grid, **{**told, "survey": mapping.survey, **said})
    settled = _settled(guessed, mapping, said, always=len(grid.known.segments))
    if landed:
        # Few rows show nothing by themselves: they are read just as those that went in, which may show a 1-10 scale.
        scale = "0-10" if mapping.metric == "nps" else mapping.scale
        settled = replace(
            settled,
            **{
                "scale": scale,
                "dayfirst": mapping.dayfirst,
                **{name: said[name] for name in ("scale", "dayfirst") if name in said},
            },
        )
        return Guess(settled, guessed.reasons, (_told(kept, settled, landed=True), *guessed.remarks))
    questions = tuple(question for question in guessed.open if not _answered(question.question, mapping, said))
    if len(mappings) > 1 and "score" not in said:
        questions = (_which(grid, mappings), *questions)
    return Guess(
        settled,
        {
            role: "remembered" if why == "chosen by you" and role not in said else why
            for role, why in guessed.reasons.items()
            if getattr(settled, role, None)
        },
        (_told(kept, settled), *guessed.remarks),
        questions,
    )


def _which(grid: Grid, mappings: Sequence[Mapping]) -> Ambiguous:
    """What to ask where several scores of a file were taken."""
    scores = tuple(mapping.score for mapping in mappings)
    return Ambiguous(
        f"Several scores of {grid.name} were taken before; choose one (--score): {', '.join(scores)}.",
        question="score",
        candidates=scores,
    )


def _told(kept: Remembered, settled: Mapping, *, landed: bool = False) -> str:
    if landed:
        of = f"Read as the import of {kept.file} on {kept.kept_at:%Y-%m-%d}, whose rejected rows these are"
    else:
        called = f" (“{kept.name}”)" if kept.name != kept.file else ""
        of = f"Columns as remembered from {kept.file} on {kept.kept_at:%Y-%m-%d}{called}"
    if len(kept.mappings) > 1:
        return f"{of}; surveys {', '.join(f'“{each.survey}”' for each in kept.mappings)}."
    return f"{of}; survey “{settled.survey}”."


def _repaired(store: Store, grid: Grid) -> Remembered | None:
    """How the import was read whose rejected rows come back; None for other files, and where it is not known here."""
    found = remembered.of_import(store, grid.repairs) if grid.repairs else None
    return found if found and found.header == grid.header[: len(found.header)] else None


def _settled(guessed: Guess, kept: Mapping, said: dict[str, Any], *, always: int) -> Mapping:
    """The remembered mapping with what was said, and with answers only to what this file makes one ask.

    A file that shows its scale or its order of dates by itself is not held to what another one needed. The first
    segments are `always` the file's: its period, or its name.
    """
    own = {
        "survey",
        "metric",
        "reverse",
        "scale",
        "dayfirst",
        "segments",
        *said,
        *(("customer",) if "id" in said else ()),
    }
    values = {each.name: getattr(kept, each.name) for each in fields(Mapping) if each.name not in own}
    now_else = {getattr(guessed.mapping, role) for role in said if role in ROLES}
    values |= {role: None for role in ROLES if values.get(role) in now_else}
    asked = {question.question for question in guessed.open}
    if "scale" in asked and _answered("scale", kept, said):
        values["scale"] = kept.scale
    if "date order" in asked and _answered("date order", kept, said):
        values["dayfirst"] = kept.dayfirst
    settled = replace(guessed.mapping, **values)
    taken = {getattr(settled, role) for role in ROLES}
    segments = dict.fromkeys((*guessed.mapping.segments[:always], *kept.segments))
    return replace(settled, segments=tuple(column for column in segments if column not in taken))


def _answered(question: str, kept: Mapping, said: dict[str, Any]) -> bool:
    """Whether the remembered mapping answers a question about this file, for the column that it was answered for."""
    if question == "scale":
        return kept.scale is not None
    return question == "date order" and "date" not in said and (kept.date is None or kept.dayfirst is not None)
