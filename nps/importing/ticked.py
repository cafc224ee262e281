"""Questions with a column for each of their choices: joined into one column, whose cells list what was chosen.

A column holds a choice where nothing but the choice's own words stands in it, or one short mark, the same in every row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.sheet import RAGGED, Sheet, columns, shortened
from nps.importing.vendors import Part
from nps.importing.words import plain

JOINT = "; "
FEWEST_MARKS = 20  # ticks of one question; fewer marks that are no words prove nothing
LONGEST_MARK = 8  # "selected"


def joined(found: Sheet, parts: Sequence[Part | None]) -> Sheet:
    """The sheet with each question's columns of choices joined where the first of them stands."""
    groups = {places[0]: places for places in _groups(found, parts)}
    if not groups:
        return found
    later = {place for places in groups.values() for place in places[1:]}
    order = [groups.get(place, [place]) for place in range(len(found.header)) if place not in later]
    names = {place: _name(part.choice) for place, part in enumerate(parts) if part is not None}
    ticked = {
        at: tuple(dict.fromkeys(names[place] for place in places))
        for at, places in enumerate(order)
        if places[0] in groups
    }
    cells = [
        _chosen(found.table, places, names) if at in ticked else found.table.column(places[0])
        for at, places in enumerate(order)
    ]
    header = [
        _question(parts[places[0]]) if at in ticked else found.header[places[0]] for at, places in enumerate(order)
    ]
    ragged = [
        {**row, "cells": _narrowed(row["cells"], order, names, width=len(found.header), ticked=ticked)}
        for row in found.ragged.to_pylist()
    ]
    told = (f"“{shortened(header[at])}” has a column for each of {len(ticked[at])} choices" for at in ticked)
    return replace(
        found,
        header=tuple(header),
        table=pa.table(cells, names=columns(len(cells))),
        ragged=pa.Table.from_pylist(ragged, schema=RAGGED),
        remarks=(*found.remarks, *(f"{each}: they are read as one." for each in told)),
        ticked=ticked,
    )


def _groups(found: Sheet, parts: Sequence[Part | None]) -> Iterator[list[int]]:
    """The places of the columns that hold the choices of one question, for each such question."""
    named = [(place, part) for place, part in enumerate(parts) if part is not None]
    for _, members in groupby(named, key=lambda pair: pair[1].span):
        values = {place: (part, _values(found.table.column(place))) for place, part in members}
        own = [
            place for place, (part, held) in values.items() if {plain(each) for each in held} <= {plain(part.choice)}
        ]
        if len(own) > 1 and any(values[place][1] for place in own):
            yield own
        elif _marked(found.table, {place: held for place, (_, held) in values.items()}):
            yield [*values]


def _marked(table: pa.Table, values: dict[int, set[str]]) -> bool:
    """Whether columns hold one short mark each, enough of them, and not in every row: a rating would stand in all."""
    if any(len(held) > 1 or any(len(each) > LONGEST_MARK for each in held) for held in values.values()):
        return False
    ticks = [pc.sum(_filled(table.column(place))).as_py() or 0 for place, held in values.items() if held]
    return len(ticks) > 1 and sum(ticks) >= FEWEST_MARKS and min(ticks) < max(len(table), 1) and len(set(ticks)) > 1


def _values(cells: pa.ChunkedArray) -> set[str]:
    return {text for cell in pc.unique(cells).to_pylist() if (text := cell.strip())}


def _filled(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.not_equal(pc.utf8_trim_whitespace(cells), "")


def _chosen(table: pa.Table, places: Sequence[int], names: dict[int, str]) -> pa.ChunkedArray:
    """Row by row the names of the columns that are filled; empty where none is."""
    chosen = pa.chunked_array([pa.repeat("", len(table))])
    for place in places:
        more = pc.if_else(pc.equal(chosen, ""), names[place], pc.binary_join_element_wise(chosen, names[place], JOINT))
        chosen = pc.if_else(_filled(table.column(place)), more, chosen)
    return chosen


def _narrowed(
    cells: list[str],
    order: Sequence[list[int]],
    names: dict[int, str],
    *,
    width: int,
    ticked: dict[int, tuple[str, ...]],
) -> list[str]:
    """The cells of a row that does not fit, under the narrower header, as far as they go."""
    there = [(at, places) for at, places in enumerate(order) if places[0] < len(cells)]
    kept = [
        JOINT.join(names[place] for place in places if place < len(cells) and cells[place].strip())
        if at in ticked
        else cells[places[0]]
        for at, places in there
    ]
    return [*kept, *cells[width:]]


def _name(choice: str) -> str:
    """A choice as it stands in a cell: what parts choices is no part of one."""
    return " ".join(choice.replace(JOINT.strip(), ",").split())


def _question(part: Part | None) -> str:
    return part.question if part else ""
