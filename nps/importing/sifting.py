"""A grid without the rows that a vendor's rules leave out: they join its rejects, and a remark counts them."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps.clock import counted
from nps.errors import Ambiguous, Refused
from nps.importing.reading import Grid
from nps.importing.rejects import rejects
from nps.importing.rules import LocalTime, Partial, left_out, unfinished, with_offsets
from nps.importing.scores import METRICS


def sifted(grid: Grid, *, metric: str) -> Grid:
    """The grid after its rules; raises Refused when they leave no row."""
    if not grid.known.rules:
        return grid
    table, remarks, faults = grid.table, [*grid.remarks], []
    for rule in grid.known.rules:
        if isinstance(rule, LocalTime):
            table = with_offsets(rule, table)
        elif (fault := left_out(rule, table, metric)) is not None:
            faults.append(fault)
    wrong = _any(faults, len(table))
    told = replace(grid, table=table)
    out = rejects(told, faults)
    for reason, count in Counter(out["reason"].to_pylist()).items():
        remarks.append(f"{counted(count, 'row')} left out: {reason}.")
    if len(out) and len(out) == len(table):
        raise _no_answer(grid, out, [other for other in METRICS if other != metric and _has_answers(grid, other)])
    table = table.filter(pc.invert(wrong)) if len(out) else table
    counts = [unfinished(rule, table) for rule in grid.known.rules if isinstance(rule, Partial)]
    remarks += [f"{counted(n, 'row')} not finished: counted where there is a score, else blank." for n in counts if n]
    lines = grid.lines.filter(pc.invert(wrong)) if len(out) else grid.lines
    ragged = pa.concat_tables([grid.ragged, out]) if len(out) else grid.ragged
    return replace(told, table=table, lines=lines, ragged=ragged, remarks=tuple(remarks))


def _any(faults: list[tuple[str, pa.Array]], rows: int) -> pa.Array:
    """Which rows have any fault."""
    wrong = np.zeros(rows, dtype=bool)
    for _, reasons in faults:
        wrong |= reasons.is_valid().to_numpy(zero_copy_only=False)
    return pa.array(wrong)


def _has_answers(grid: Grid, metric: str) -> bool:
    """Whether the rules leave a row that answers that metric."""
    faults = [fault for rule in grid.known.rules if (fault := left_out(rule, grid.table, metric)) is not None]
    return not _any(faults, len(grid.table)).to_numpy(zero_copy_only=False).all()


def _no_answer(grid: Grid, out: pa.Table, others: list[str]) -> Refused:
    """What to say where no row is an answer: to ask for the metric where all answer another one."""
    told = f'No row of {grid.name} is an answer. "{out["column"][0]}" says: {out["reason"][0]}'
    if not others:
        return Refused(f"{told}.")
    named = " or ".join(f"{other.upper()} (--metric {other})" for other in others)
    return Ambiguous(f"{told}: bring it in as {named}.", question="metric", candidates=tuple(others))
