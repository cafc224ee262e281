"""What pysubgroup and SliceLine find in the invented companies of the tests, beside ours, and how long they take."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.report import Table, percentile
from nps.hotspots.counting import Answers
from nps.hotspots.finding import search, support_of
from tests.hotspots.worlds import World, world

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parent / ".venv-peers"
TOP = 20
SEEDS = range(1000, 1040)
SIZES = (10_000, 30_000, 100_000, 1_000_000)
LONGEST = 1_800  # seconds, for all worlds of one peer

Group = frozenset[tuple[int, int]]


def measured(folder: Path, *, worlds: int) -> Table:
    """How many of the planted groups are in the top list of each."""
    small = [world(seed, n=SIZES[0]) for seed in SEEDS[:worlds]]
    mixed = [(seed, SIZES[seed % len(SIZES)]) for seed in SEEDS[:worlds]]
    rows = [_row("ours", *_ours(small), _planted(small), [world(seed, n=n) for seed, n in mixed])]
    for peer in ("pysubgroup", "SliceLine"):
        files = [_written(folder / f"world{number}.npz", each.answers) for number, each in enumerate(small)]
        rows.append(_row(peer, *_told(peer, files), _planted(small), None))
    larger = ", ".join(f"{size:,}" for size in SIZES)
    told = (
        f"{worlds} invented companies of {SIZES[0]:,} answers that the code was not made on "
        "(`tests/hotspots/worlds.py`), each with six planted unhappy groups of 500 answers or more: how many are "
        f"in the first {TOP} that each tells, and how much of what it tells is planted. Each has the same smallest "
        "group and combines up to three values. pysubgroup searches depth first over bit sets by weighted "
        "relative accuracy, SliceLine with alpha 0.95: of the settings that were tried those that found most. "
        f"Ours also in the same companies of {larger} answers, in turn."
    )
    header = ("", "planted in the first 20", "of them planted", "time for one", "planted, all sizes")
    return Table("Hotspots beside its peers", told, header, tuple(rows))


def depth_first(folder: Path, answers: Answers) -> float:
    """The seconds that pysubgroup takes for some answers."""
    [(_, spent)] = _run("pysubgroup", [_written(folder / "answers.npz", answers)])
    return spent


def _row(
    name: str, found: list[list[Group]], spent: list[float], planted: list[set[Group]], larger: list[World] | None
) -> tuple[str, ...]:
    hits = sum(len(set(groups[:TOP]) & true) for groups, true in zip(found, planted, strict=True))
    told = sum(len(groups[:TOP]) for groups in found)
    all_planted = sum(map(len, planted))
    beside = ""
    if larger is not None:
        again, _ = _ours(larger)
        true = _planted(larger)
        more = sum(len(set(groups[:TOP]) & each) for groups, each in zip(again, true, strict=True))
        beside = f"{more} of {sum(map(len, true))}"
    share = f"{hits / told:.0%}" if told else ""
    return (
        name,
        f"{hits} of {all_planted} ({hits / all_planted:.0%})",
        share,
        f"{percentile(spent, 0.5):.2f} s",
        beside,
    )


def _ours(worlds: Sequence[World]) -> tuple[list[list[Group]], list[float]]:
    found, spent = list[list[Group]](), list[float]()
    for each in worlds:
        start = perf_counter()
        findings = search(each.answers).findings
        spent.append(perf_counter() - start)
        found.append([_group(each.answers, finding.segments) for finding in findings])
    return found, spent


def _planted(worlds: Sequence[World]) -> list[set[Group]]:
    return [{_group(each.answers, group) for group in each.planted} for each in worlds]


def _group(answers: Answers, segments: Sequence[tuple[str, str]]) -> Group:
    places = [(answers.columns.index(column), value) for column, value in segments]
    return frozenset((column, answers.values[column].index(value)) for column, value in places)


def python() -> Path:
    """The Python of the peers' own environment, which is made once for each list of them."""
    found, wanted, ready = ENVIRONMENT / "bin" / "python", HERE / "peers.txt", ENVIRONMENT / "installed.txt"
    if not ready.exists() or ready.read_bytes() != wanted.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        install = [str(found), "-m", "pip", "install", "--quiet", "-r", str(wanted)]
        subprocess.run(install, check=True, timeout=LONGEST)
        ready.write_bytes(wanted.read_bytes())
    return found


def _written(file: Path, answers: Answers) -> Path:
    """A file with the answers as a peer reads them."""
    votes = answers.bands.astype(np.int64) - 1
    np.savez(file, codes=np.stack(answers.codes, axis=1), votes=votes, fewest=support_of(len(votes)))
    return file


def _told(peer: str, files: Sequence[Path]) -> tuple[list[list[Group]], list[float]]:
    found = _run(peer, files)
    return [groups for groups, _ in found], [spent for _, spent in found]


def _run(peer: str, files: Sequence[Path]) -> list[tuple[list[Group], float]]:
    """Search files with a peer."""
    command = [str(python()), str(HERE / "one_peer.py"), peer, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LONGEST)
    told = json.loads(done.stdout.splitlines()[-1])
    return [
        ([frozenset((column, code) for column, code in group) for group in each["groups"]], each["seconds"])
        for each in told
    ]
