"""A working day in ten minutes: people look and tick, files come in, and nothing goes wrong, grows or becomes slow."""

import asyncio
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter

from benchmarks import invented, machine
from benchmarks.crowd import THINKING, Seen, gather
from benchmarks.report import Table, ms, percentile
from benchmarks.server import DASHBOARD, ROOT, Server, served
from benchmarks.visitor import Value, visiting
from nps import visitors
from nps.checking import check
from nps.selection import NOT_GIVEN
from nps.store import Store

LOOKING, TICKING, BRINGING = 10, 10, 4  # people who change filters, who tick, and who bring files in
ROWS = 2_000  # of a file
BREAK = 20.0  # seconds between two files of one person
PAGE = 40  # ticks until an agent opens the list anew
NOTHING = json.dumps({"edited_rows": {}, "added_rows": [], "deleted_rows": []})
GLANCE = 5.0  # seconds between two looks at the server's memory


@dataclass
class Day:
    """What was met: seconds of each answered tick and import, megabytes of the server over time, what went wrong."""

    ticks: list[float] = field(default_factory=list)
    imports: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0  # ticks, which may be in the store or not


def measured(path: Path, *, seconds: int) -> Table:
    """Let them all work on a fresh dashboard for so long; then every tick that was answered is in the store."""
    invented.fill(path, 100_000)
    store = Store.open(path)
    for number in range(TICKING):
        visitors.keep(store, visitors.identity(_token(number)), f"Agent {number}")
    store.close()
    with served(DASHBOARD, store=path) as server:
        day, seen = asyncio.run(_day(server, path, seconds))
        peak = server.peak_megabytes()
    day.faults.update(seen.faults)
    store = Store.open(path)
    [[kept]] = store.rows("SELECT count(*) FROM case_events WHERE kind = 'contacted'")
    [[arrived]] = store.rows("SELECT count(*) FROM imports WHERE file LIKE 'soak-%'")
    faults = [fault.what for fault in check(store)]
    store.close()
    lost = not 0 <= kept - len(day.ticks) <= day.unanswered or arrived != len(day.imports)
    if faults or lost:
        told = f"{kept} of {len(day.ticks)} ticks, {arrived} of {len(day.imports)} imports, {day.faults}, {faults}"
        raise RuntimeError(told)
    early, late = _megabytes(day.memory)
    told = (
        f"{LOOKING} people who change filters, {TICKING} agents who tick, every 2.5 to 7.5 s each, and {BRINGING} who "
        f"bring a file of {ROWS:,} rows in every {BREAK:g} s, by the command line, for {seconds} s on 100,000 answers. "
        f"Every tick and import that was answered is in the store afterwards, and it is sound. Faults: "
        f"{day.faults.total()}{_named(day.faults)}. Memory of the server: {early:,.0f} MB in the second fifth of the "
        f"time, {late:,.0f} MB in the last, {peak:,.0f} MB at most."
    )
    rows = [("a filter", seen.seconds), ("a tick", day.ticks), ("a file", day.imports)]
    header = ("", "how many", "median", "p95")
    return Table("Soak", told, header, tuple((name, f"{len(took):,}", *_took(took)) for name, took in rows))


def _took(seconds: Sequence[float]) -> tuple[str, str]:
    return ms(median(seconds)), ms(percentile(seconds, 0.95))


def _named(faults: Counter[str]) -> str:
    return f" ({', '.join(f'{count} x {what}' for what, count in faults.most_common(5))})" if faults else ""


def _megabytes(memory: Sequence[float]) -> tuple[float, float]:
    """The median of the second fifth of the time, and of the last."""
    fifth = max(1, len(memory) // 5)
    return median(memory[fifth : 2 * fifth] or memory), median(memory[-fifth:])


def _token(number: int) -> str:
    return f"agent-{number}-of-the-soak"


async def _day(server: Server, path: Path, seconds: int) -> tuple[Day, Seen]:
    day, end = Day(), monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        looked = group.create_task(gather(server.port, users=LOOKING, seconds=seconds, seed=1))
        group.create_task(_watch(server, day, end))
        for number in range(TICKING):
            group.create_task(_tick(server, number, day, end))
        for number in range(BRINGING):
            group.create_task(_bring(path, number, day, end))
    return day, looked.result()


async def _watch(server: Server, day: Day, end: float) -> None:
    while monotonic() < end:
        day.memory.append(machine.megabytes(server.pid))
        await asyncio.sleep(GLANCE)


async def _tick(server: Server, number: int, day: Day, end: float) -> None:
    """Tick row after row; no two agents have the same plan and region, so none is too late."""
    dice = random.Random(number)
    while monotonic() < end:
        async with visiting(server.port, "followups", token=_token(number)) as agent:
            day.faults.update((await agent.open()).faults)
            plans, regions = (_given(agent.widgets[f"seg_{name}"].options) for name in ("plan", "region"))
            chosen: dict[str, Value] = {"period": "All time", "seg_plan": (plans[number % len(plans)],)}
            for name, value in {**chosen, "seg_region": (regions[number // len(plans)],)}.items():
                day.faults.update((await agent.choose(name, value)).faults)
            edits = dict[str, dict[str, bool]]()
            for row in range(PAGE):
                await asyncio.sleep(dice.uniform(*THINKING))
                if monotonic() >= end:
                    # Once more, without a change, so that nothing is under way when the connection closes.
                    await agent.choose("grid", agent.chosen.get("grid", NOTHING))
                    return
                edits[str(row)] = {"Contacted": True}
                told = json.dumps({"edited_rows": edits, "added_rows": [], "deleted_rows": []})
                drawn = await agent.choose("grid", told)
                if drawn.faults:  # an answer that came too late would be taken for that to the next tick
                    day.faults.update(drawn.faults)
                    day.unanswered += 1
                    break
                day.ticks.append(drawn.seconds)


def _given(options: Sequence[str]) -> list[str]:
    """What can be chosen but for what is not given, which the files that come in bring."""
    return [option for option in options if option != NOT_GIVEN]


async def _bring(path: Path, number: int, day: Day, end: float) -> None:
    """Bring in file after file, which the running dashboard does."""
    dice, count = random.Random(number), 0
    await asyncio.sleep(BREAK * number / BRINGING)
    while monotonic() < end:
        file = path.with_name(f"soak-{number}-{count}.csv")
        lines = (f"{number}-{count}-{row},2026-03-{1 + row % 28:02},{dice.randrange(11)},fine" for row in range(ROWS))
        file.write_text("Response ID,Date,Score,Comment\n" + "\n".join(lines), encoding="utf-8")
        begin = perf_counter()
        command = [sys.executable, "-m", "nps", "import", str(file), "--store", str(path)]
        done = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        _, said = await done.communicate()
        day.imports.append(perf_counter() - begin)
        if done.returncode:
            day.faults[f"an import said: {said.decode().strip()[:200]}"] += 1
        file.unlink()
        count += 1
        await asyncio.sleep(BREAK)
