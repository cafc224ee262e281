"""How many people, each changing a filter every five seconds, one server carries."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks import machine
from benchmarks.report import Table, ms, percentile
from benchmarks.server import DASHBOARD, ROOT, Server, served

LIMIT = 0.5  # seconds that 95 of 100 changes may take
TARGET = 100  # people
HOPELESS = 10 * LIMIT  # no need to go on beyond
DISTURBED = 0.2  # cores that other programs use


@dataclass(frozen=True)
class Level:
    """What that many people met: seconds of each change, faults, and cores used by whom meanwhile.

    `known` is the share of changes whose answer someone had asked for before; `elsewhere` are cores in use by programs
    that have nothing to do with the measurement.
    """

    name: str
    people: int
    seconds: tuple[float, ...]
    known: float
    faults: Counter[str]
    server: float
    visitors: float
    elsewhere: float

    @property
    def p95(self) -> float:
        return percentile(self.seconds, 0.95)

    @property
    def held(self) -> bool:
        return self.p95 < LIMIT and not self.faults


def measured(store: Path, *, cold: int, levels: Sequence[int], seconds: int) -> Table:
    """Meet a fresh server with `cold` people at once (0: not), then raise the number of people level by level."""
    asked: set[str] = set()
    crowds = [(cold, f"{cold}, empty cache")] if cold else []
    crowds += [(people, str(people)) for people in levels]
    found: list[Level] = []
    with served(DASHBOARD, store=store) as server:
        for seed, (people, name) in enumerate(crowds):
            level = _level(server, asked, people=people, seconds=seconds, seed=seed, name=name)
            if level.elsewhere > DISTURBED and not level.held and name.isdigit():
                level = _level(server, asked, people=people, seconds=seconds, seed=100 + seed, name=name)
            found.append(level)
            if name.isdigit() and level.p95 > HOPELESS:
                break
        memory = server.peak_megabytes()
    held = [level.people for level in found if level.held and level.name.isdigit()]
    lost = sum((level.faults for level in found), Counter[str]())
    told = TOLD.format(
        seconds=seconds, limit=1000 * LIMIT, held=max(held, default=0), target=TARGET, lost=_told(lost), memory=memory
    )
    header = ("people", "changes", "known", "median", "p95", "faults", "server", "visitors", "elsewhere")
    return Table("Load", told, header, tuple(map(_row, found)))


TOLD = (
    "Websocket visitors in a process of their own, a quarter each on overview, trends, segments and follow-ups, for "
    "{seconds} s a level. Each changes one filter every 2.5 to 7.5 s, at random: nine times in ten the period (5), the "
    "plan (any or one of 4) or the region (any or one of 4), else the unit (3): 375 combinations on each of 4 "
    "pages. The time is from the change sent to the end of the script received, the whole page included. Known is the "
    "share of changes that somebody had asked for before. Server, visitors and programs that run elsewhere on the "
    "machine share its cores; a level that others disturbed is measured once more. Carried at p95 under {limit:.0f} ms "
    "without a fault: **{held} people** (target: {target}). Faults (exceptions, errors on the page, scripts that did "
    "not finish): {lost}. Peak memory of the server: {memory:,.0f} MB."
)


def _level(server: Server, asked: set[str], *, people: int, seconds: int, seed: int, name: str) -> Level:
    begin, busy, all_busy = perf_counter(), server.cpu_seconds(), machine.busy_seconds()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crowd", str(server.port), str(people), str(seconds), str(seed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 120,
    )
    lasted = perf_counter() - begin
    busy, all_busy = server.cpu_seconds() - busy, machine.busy_seconds() - all_busy
    met = json.loads(done.stdout)
    fresh = len(set(met["asked"]) - asked)
    asked.update(met["asked"])
    return Level(
        name=name,
        people=people,
        seconds=tuple(met["seconds"]),
        known=1 - fresh / len(met["asked"]),
        faults=Counter(met["faults"]),
        server=busy / lasted,
        visitors=met["cpu"] / lasted,
        elsewhere=max(0.0, all_busy - busy - met["cpu"]) / lasted,
    )


def _row(level: Level) -> tuple[str, ...]:
    return (
        level.name,
        f"{len(level.seconds):,}",
        f"{100 * level.known:.0f} %",
        ms(median(level.seconds)),
        ms(level.p95),
        str(level.faults.total()),
        *(f"{cores:.2f} cores" for cores in (level.server, level.visitors, level.elsewhere)),
    )


def _told(faults: Counter[str]) -> str:
    return ", ".join(f"{count} x {what}" for what, count in faults.most_common(5)) or "none"
