"""How long the server works on one change of a filter, page by page, beside a page with nothing on it."""

import asyncio
import itertools
import random
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.report import Table, ms, percentile
from benchmarks.server import DASHBOARD, EMPTY_PAGE, ROOT, Server, served
from benchmarks.visitor import Value, visiting

PAGES = {
    "Overview": "",
    "Trends": "trends",
    "What changed": "compare",
    "Side by side": "beside",
    "Measures": "measures",
    "Hotspots": "hotspots",
    "Segments": "segments",
    "Follow-ups": "followups",
    "Imports": "imports",
}
CONSTANT_TRENDS, TARGET = ROOT / "benchmarks" / "constant_trends.py", 3
PERIODS = 5  # all but custom dates, which come last


@dataclass(frozen=True)
class Walk:
    """Durations of some changes of one visitor, and the processor time of the server for each of them, in seconds."""

    seconds: tuple[float, ...]
    cpu: float


def measured(store: Path, *, changes: int) -> Table:
    """Change filters on every page, each combination first for the first time and then again."""
    rows = []
    with served(EMPTY_PAGE, store=store) as server:
        nothing: list[tuple[str, Value]] = [("period", f"Last {30 + 60 * (n % 2)} days") for n in range(changes)]
        new, again = asyncio.run(_twice(server, "", nothing))
        rows.append(("an empty page", *_figures(new), *_figures(again)))
    with served(DASHBOARD, store=store) as server:
        for seed, (title, page) in enumerate(PAGES.items()):
            new, again = asyncio.run(_twice(server, page, _combinations(changes, seed=seed)))
            rows.append((title, *_figures(new), *_figures(again)))
        people: list[tuple[str, Value]] = [("unit", "latest per person"), *_combinations(changes // 2, seed=len(PAGES))]
        new, again = asyncio.run(_twice(server, "", people))
        rows.append(("Overview, latest per person", *_figures(new), *_figures(again)))
    told = (
        f"{changes} changes of period, plan or region by one visitor, each page in turn; from the change sent to the "
        'end of the script received, over loopback. "First" asks the store for what is new; "again" repeats the same '
        'changes, which the cache answers. "Processor" is the server\'s processor time per change.'
    )
    header = ("", "first: median", "p95", "processor", "again: median", "p95", "processor")
    return Table("Server time per change", told, header, tuple(rows))


def trends(store: Path, *, answers: int, changes: int) -> Table:
    """Change filters on Trends, and on the page with constants."""
    rows, middle = [], []
    for name, script, page in (("Trends", DASHBOARD, "trends"), ("page with constants", CONSTANT_TRENDS, "")):
        with served(script, store=store) as server:
            new, again = asyncio.run(_twice(server, page, _combinations(changes, seed=1)))
        rows.append((name, *_figures(new), *_figures(again)))
        middle.append((median(new.seconds), median(again.seconds)))
    first, later = (ours / constants for ours, constants in zip(*middle, strict=True))
    told = (
        f"{answers:,} answers, {changes} changes as above. The page with constants has as many inputs, as large a "
        f"chart and list (target: {TARGET}x); measured {first:.1f}x at first, {later:.1f}x again."
    )
    header = ("", "first: median", "p95", "processor", "again: median", "p95", "processor")
    return Table("Trends beside constants", told, header, tuple(rows))


def _combinations(count: int, *, seed: int) -> list[tuple[str, Value]]:
    """Changes of one filter at a time, the same ones in every run."""
    dice = random.Random(seed)
    plans, regions = ("Free", "Team", "Business", "Enterprise"), ("EMEA", "NA", "APAC", "LATAM")
    days = ("Last 30 days", "Last 90 days", "Last 6 months", "Last 12 months", "All time")
    choices: list[tuple[str, Value]] = [("period", name) for name in days]
    choices += [("seg_plan", (plan,)) for plan in plans] + [("seg_region", (region,)) for region in regions]
    choices += [("seg_plan", ()), ("seg_region", ())]
    return [dice.choice(choices) for _ in range(count)]


async def _twice(server: Server, page: str, changes: list[tuple[str, Value]]) -> tuple[Walk, Walk]:
    """Two visitors after each other who make the same changes: the server keeps what the first one chose to itself."""
    return await _walk(server, page, changes), await _walk(server, page, changes)


async def _walk(server: Server, page: str, changes: list[tuple[str, Value]]) -> Walk:
    async with visiting(server.port, page) as visitor:
        opened = await visitor.open()
        assert not opened.faults, opened.faults
        before, seconds = server.cpu_seconds(), []
        for (name, value), _ in itertools.groupby(changes):
            drawn = await visitor.choose(name, value)
            assert not drawn.faults, drawn.faults
            seconds.append(drawn.seconds)
        return Walk(tuple(seconds), (server.cpu_seconds() - before) / len(seconds))


def _figures(walk: Walk) -> tuple[str, str, str]:
    return ms(median(walk.seconds)), ms(percentile(walk.seconds, 0.95)), ms(walk.cpu)
