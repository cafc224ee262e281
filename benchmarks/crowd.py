"""Many visitors at once, in a process of their own: `python -m benchmarks.crowd PORT USERS SECONDS SEED`, JSON out.

Each visitor stays on one page and changes one filter about every five seconds: a period, a plan, a region (any or one
of them) or, one time in ten, the unit. The next change does not wait longer because an answer was slow.
"""

import asyncio
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from time import monotonic, process_time

from benchmarks.visitor import Drawn, Value, Visitor, visiting

PAGES = ("", "trends", "segments", "followups")
CHANGED = {"period": 3, "seg_plan": 3, "seg_region": 3, "unit": 1}  # how often, relative to each other
PERIODS = 5  # all but custom dates, which come last
THINKING = (2.5, 7.5)  # seconds between two changes of one visitor
ARRIVING = 25  # visitors a second, before the clock starts


@dataclass
class Seen:
    """What the crowd met: for each change its seconds, and the combination it asked for; what went wrong, counted."""

    seconds: list[float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)


def pick(visitor: Visitor, dice: random.Random) -> tuple[str, Value]:
    """A filter and its new value, at random."""
    name = dice.choices(list(CHANGED), list(CHANGED.values()))[0]
    options = visitor.widgets[name].options
    if name == "period":
        return name, dice.choice(options[:PERIODS])
    if name == "unit":
        return name, dice.choice(options)
    value = dice.choice(("", *options))
    return name, (value,) if value else ()


async def _stay(port: int, page: str, dice: random.Random, seen: Seen, *, start: float, end: float) -> None:
    await asyncio.sleep(dice.uniform(0, start - monotonic() - 0.5))
    try:
        async with visiting(port, page) as visitor:
            seen.faults.update((await visitor.open()).faults)
            due = start + dice.uniform(0, sum(THINKING) / 2)
            while due < end:
                await asyncio.sleep(max(0.0, due - monotonic()))
                _note(await visitor.choose(*pick(visitor, dice)), visitor, seen)
                due = max(due + dice.uniform(*THINKING), monotonic())
    except OSError as error:
        seen.faults[f"no connection: {error.strerror}"] += 1


def _note(drawn: Drawn, visitor: Visitor, seen: Seen) -> None:
    seen.seconds.append(drawn.seconds)
    seen.asked.append(json.dumps([visitor.page, sorted(visitor.chosen.items())]))
    seen.faults.update(drawn.faults)


async def gather(port: int, *, users: int, seconds: float, seed: int) -> Seen:
    """Let that many visitors work for some seconds, a quarter of them on each page."""
    seen, start = Seen(), monotonic() + 1 + users / ARRIVING
    async with asyncio.TaskGroup() as group:
        for number in range(users):
            dice = random.Random(seed * 100_000 + number)
            group.create_task(_stay(port, PAGES[number % len(PAGES)], dice, seen, start=start, end=start + seconds))
    return seen


if __name__ == "__main__":
    port, users, seconds, seed = map(int, sys.argv[1:5])
    met = asyncio.run(gather(port, users=users, seconds=seconds, seed=seed))
    figures = {"seconds": met.seconds, "asked": met.asked, "faults": met.faults, "cpu": process_time()}
    print(json.dumps(figures))
