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

from benchmarks.report import Table, ms, percentile
from benchmarks.server import DASHBOARD, ROOT, Server, served

LIMIT = 0.5  # seconds that 95 of 100 changes may take
TARGET = 100  # people
HOPELESS = 10 * LIMIT  # no need to go on beyond


@dataclass(frozen=True)
class Level:
    """What that many people met: seconds of each change, the share of changes whose answer someone had asked for before,
    faults, and cores in use by the server and by the visitors' own process.
    """

    name: str
    people: int
    seconds: tuple[float, ...]
    known: float
    faults: Counter[str]
    server_cores: float
    visitor_cores: float

    @property
    def p95(self) -> float:
        return percentile(self.seconds, 0.95)

    @property
    def held(self) -> bool:
        return self.p95 < LIMIT and not self.faults


def measured(store: Path, *, cold: int, levels: Sequence[int], seconds: int) -> Table:
    """Meet a fresh server with `cold` people at once, then raise the number of people level by level."""
    asked: set[str] = set()
    with served(DASHBOARD, store=store) as server:
        found = [_level(server, asked, people=cold, seconds=seconds, seed=0, name=f"{cold}, empty cache")]
        for seed, people in enumerate(levels, start=1):
            found.append(_level(server, asked, people=people, seconds=seconds, seed=seed, name=str(people)))
            if found[-1].p95 > HOPELESS:
                break
        memory = server.peak_megabytes()
    held = [level.people for level in found[1:] if level.held]
    lost = Counter[str]()
    for level in found:
        lost.update(level.faults)
    told = (
        f"Websocket visitors in a process of their own, a quarter each on overview, trends, segments and follow-ups, for "
        f"{seconds} s a level; each changes one filter every 2.5 to 7.5 s, at random: period (5), plan (any or one of 4), region "
        f"(any or one of 4) or unit (3), so 375 combinations on each of 4 pages. The time is from the change sent to the end "
        f'of the script received, whole page included. "Known" is the share of changes that somebody had asked for before. '
        f"Server and visitors share the machine's cores. Carried at p95 under {LIMIT * 1000:.0f} ms: **{max(held, default=0)} "
        f"people** (target: {TARGET}). Faults: {_told(lost)}. Peak memory of the server: {memory:,.0f} MB."
    )
    header = ("people", "changes", "known", "median", "p95", "faults", "server", "visitors")
    return Table("Load", told, header, tuple(map(_row, found)))


def _level(server: Server, asked: set[str], *, people: int, seconds: int, seed: int, name: str) -> Level:
    begin, busy = perf_counter(), server.cpu_seconds()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crowd", str(server.port), str(people), str(seconds), str(seed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 120,
    )
    lasted, busy = perf_counter() - begin, server.cpu_seconds() - busy
    met = json.loads(done.stdout)
    fresh = len(set(met["asked"]) - asked)
    asked.update(met["asked"])
    known = 1 - fresh / len(met["asked"])
    return Level(name, people, tuple(met["seconds"]), known, Counter(met["faults"]), busy / lasted, met["cpu"] / lasted)


def _row(level: Level) -> tuple[str, ...]:
    return (
        level.name,
        f"{len(level.seconds):,}",
        f"{100 * level.known:.0f} %",
        ms(median(level.seconds)),
        ms(level.p95),
        str(level.faults.total()),
        f"{level.server_cores:.2f} cores",
        f"{level.visitor_cores:.2f} cores",
    )


def _told(faults: Counter[str]) -> str:
    return ", ".join(f"{count} x {what}" for what, count in faults.most_common(5)) or "none"
