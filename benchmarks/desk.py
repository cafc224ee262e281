"""The agent's desk with 10,000 open cases: how long the server takes for a tick, and for another list."""

import asyncio
import json
import os
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks import invented
from benchmarks.pages import Walk
from benchmarks.report import Table, ms, percentile
from benchmarks.server import DASHBOARD, ROOT, Server, served
from benchmarks.visitor import visiting
from nps import casework, visitors
from nps.store import Store, Transaction

CONSTANTS = ROOT / "benchmarks" / "constant_desk.py"
OPEN_CASES = 10_000
TICK_TARGET, LIST_TARGET = 0.100, 3.0  # seconds at p95; times the page with constants
DURABLE_TARGET, TICKS, BLOCK = 20.0, 500, 4096  # times a bare fsync; bytes that it has to write
AT = datetime(2026, 11, 1, 12, 0)
TOKEN = "agent-of-the-benchmark"
ORDERS = ("Due first", "By account", "Newest", "Most urgent")
WORDS = ("outages", "exports", "prices", "training")  # each of them in hundreds of comments


def fill(path: Path, *, cases: int) -> None:
    """A store in which so many detractors wait, and whose agent has a name."""
    invented.fill(path, 6 * cases)
    store = Store.open(path)

    def leave(tx: Transaction) -> None:
        tx.execute(
            """
            DELETE FROM responses WHERE response_key NOT IN (
                SELECT response_key FROM followups WHERE detractor ORDER BY response_key LIMIT $cases
            ) AND score <= 6
            """,
            {"cases": cases},
        )

    store.transact(leave, touches=("responses",))
    visitors.keep(store, visitors.identity(TOKEN), "Agent")
    [[waiting]] = store.rows("SELECT count(*) FROM followups WHERE detractor")
    store.close()
    assert waiting == cases, waiting


def measured(path: Path, *, cases: int = OPEN_CASES, changes: int, ticks: int = TICKS) -> list[Table]:
    """The desk in a browser's place, so many changes; and so many ticks as they are written."""
    fill(path, cases=cases)
    return [_drawn(path, cases=cases, changes=changes), _durable(path, ticks=ticks)]


def _drawn(path: Path, *, cases: int, changes: int) -> Table:
    """Tick so many cases, and ask for as many other lists, beside the page with constants."""
    with served(DASHBOARD, store=path) as server:
        ticks = asyncio.run(_ticks(server, changes))
        lists = asyncio.run(_lists(server, "followups", changes))
    with served(CONSTANTS, store=path) as server:
        constants = asyncio.run(_lists(server, "", changes))
    ratio = median(lists.seconds) / median(constants.seconds)
    told = (
        f"{cases:,} open cases, one agent, {changes} changes each, from the change sent to the end of the script "
        f"received. A tick is on disk when it is answered: target {ms(TICK_TARGET)} at p95. Another list (order, "
        "search) is asked of the store for the first time; the page with constants has as many inputs and rows: target "
        f"{LIST_TARGET:g}x, measured {ratio:.1f}x."
    )
    header = ("", "median", "p95", "processor")
    rows = [
        (name, ms(median(walk.seconds)), ms(percentile(walk.seconds, 0.95)), ms(walk.cpu))
        for name, walk in (("a tick", ticks), ("another list", lists), ("page with constants", constants))
    ]
    return Table("The desk", told, header, tuple(rows))


def _durable(path: Path, *, ticks: int) -> Table:
    """Ticks as they are written, in turns with a block that is appended to a file beside the store and synced."""
    store = Store.open(path)
    keys = [
        key
        for (key,) in store.rows(
            "SELECT response_key FROM followups WHERE detractor AND state = 'open' ORDER BY 1 LIMIT $ticks",
            {"ticks": ticks},
        )
    ]
    ours, bare = list[float](), list[float]()
    with path.with_suffix(".synced").open("ab", buffering=0) as file:
        for key in keys:
            begin = perf_counter()
            done = casework.tick(store, [key], who="Agent", now=AT).done
            between = perf_counter()
            file.write(os.urandom(BLOCK))
            os.fsync(file.fileno())
            bare.append(perf_counter() - between)
            ours.append(between - begin)
            assert done == (key,), key
    store.close()
    rows = tuple(
        (name, ms(median(spent)), ms(percentile(spent, 0.95)), ms(max(spent)), f"{_at_p95(spent, bare):.1f}x")
        for name, spent in (("a synced write", bare), ("a tick", ours))
    )
    told = (
        f"{len(keys)} ticks, one after the other, each in turns with {BLOCK} bytes appended to a file beside the store "
        "and synced. A tick reads its case, writes its event and what the events add up to, and is on the disk when it "
        f"is answered (target at p95: {DURABLE_TARGET:g}x)."
    )
    return Table("A tick on the disk", told, ("", "median", "p95", "longest", "ratio at p95"), rows)


def _at_p95(some: list[float], others: list[float]) -> float:
    return percentile(some, 0.95) / percentile(others, 0.95)


async def _ticks(server: Server, count: int) -> Walk:
    """Tick row after row of the list, as fast as they are answered; the next page when one is done."""
    async with visiting(server.port, "followups", token=TOKEN) as visitor:
        assert not (await visitor.open()).faults
        assert not (await visitor.choose("period", "All time")).faults
        before, seconds, edits = server.cpu_seconds(), [], dict[str, dict[str, bool]]()
        for row in range(min(count, 50)):
            edits[str(row)] = {"Contacted": True}
            drawn = await visitor.choose(
                "grid", json.dumps({"edited_rows": edits, "added_rows": [], "deleted_rows": []})
            )
            assert not drawn.faults, drawn.faults
            seconds.append(drawn.seconds)
        return Walk(tuple(seconds), (server.cpu_seconds() - before) / len(seconds))


async def _lists(server: Server, page: str, count: int) -> Walk:
    """Other orders and words in turns; no list is asked for twice."""
    async with visiting(server.port, page, token=TOKEN) as visitor:
        assert not (await visitor.open()).faults
        before, seconds = server.cpu_seconds(), []
        for number in range(count):
            if number % 2:
                drawn = await visitor.choose("text", _spelled(WORDS[number // 2 % len(WORDS)], number))
            else:
                drawn = await visitor.choose("order", ORDERS[number // 2 % len(ORDERS)])
            assert not drawn.faults, drawn.faults
            seconds.append(drawn.seconds)
        return Walk(tuple(seconds), (server.cpu_seconds() - before) / len(seconds))


def _spelled(word: str, number: int) -> str:
    """A word with some letters large, others for each number: the same search, and not the same question."""
    return "".join(letter.upper() if number >> place & 1 else letter for place, letter in enumerate(word))
