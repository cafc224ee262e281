"""How good the suggestions of reasons are on real comments that were read by hand, and what they cost at a million."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.report import Table
from benchmarks.tagged import Tagged, tagged
from nps.codebook.shipped import FIRST, shipped
from nps.places import ROOT
from nps.reasons.readings import Suggestion
from nps.store import Store, Transaction
from nps.suggesting.both import Suggester
from nps.suggesting.keeping import MOST

FOLDS, SEED = 5, 0
WAYS = ("most frequent", "rules", "model", "both", "both, as shown")
NOW = datetime(2026, 11, 1, 12, 0)
WORDS, LONG = 30_000, 16  # of the invented language, and of a comment

Found = list[frozenset[str]]


def exports() -> Path:
    """The folder of real exports, which are not part of the project."""
    return Path(os.environ.get("NPS_REAL_EXPORTS") or ROOT.parent / "shared" / "exports")


def judged(comments: Sequence[Tagged]) -> dict[str, Found]:
    """What each way suggests for each comment; the model never saw it: five folds by a fixed lot."""
    folds = [place % FOLDS for place in range(len(comments))]
    random.Random(SEED).shuffle(folds)
    found: dict[str, Found] = {way: [frozenset()] * len(comments) for way in WAYS}
    for fold in range(FOLDS):
        known = [(each.comment, each.codes) for each, its in zip(comments, folds, strict=True) if its != fold]
        suggester = Suggester(comments[0].book, known)
        [(most, _)] = Counter(code for _, codes in known for code in codes).most_common(1)
        for place, each in enumerate(comments):
            if folds[place] == fold:
                both = suggester.suggest(each.comment)
                found["most frequent"][place] = frozenset([most])
                found["rules"][place] = _codes(suggester.ruled(each.comment))
                found["model"][place] = _codes(one for one in both if one.source == "model")
                found["both"][place] = _codes(both)
                found["both, as shown"][place] = _codes(both[:MOST])
    return found


def measured(folder: Path, *, count: int, read: int) -> list[Table]:
    """How good suggestions are, where the real exports are at hand, and what they cost for so many comments."""
    return [*quality(), cost(folder, count=count, read=read)]


def quality() -> list[Table]:
    """Precision and recall by code of each codebook, where the real exports are at hand."""
    every = tagged(exports())
    return [
        _quality(name, [each for each in every if each.book.name == name])
        for name in shipped()
        if any(each.book.name == name for each in every)
    ]


def _quality(name: str, comments: Sequence[Tagged]) -> Table:
    found, true = judged(comments), [frozenset(each.codes) for each in comments]
    counts = Counter(code for codes in true for code in codes)
    rows = [("all", str(counts.total()), *(_figures(found[way], true) for way in WAYS))]
    for code, n in counts.most_common():
        one = frozenset([code])
        own = [_figures([codes & one for codes in found[way]], [codes & one for codes in true]) for way in WAYS]
        rows.append((shipped()[name].label(code), str(n), *own))
    files = Counter(each.source for each in comments)
    told = (
        f"{len(comments)} real comments, read and tagged by one person with the codebook “{name}” "
        f"({', '.join(f'{source} {n}' for source, n in files.items())}; `tests/suggesting/tags`). Precision / recall "
        "in percent: how many of the suggestions were right, and how much of what the reader found was suggested. The "
        "phrases were written before these comments were read (but for three of all 600, seen while columns were "
        "looked for) and stayed as they were; the model was judged on comments that it had not learnt from "
        f"({FOLDS} folds, so that it had {100 - 100 // FOLDS} % of them), but its settings were chosen on all of them. "
        "Most frequent: the one reason that most comments have, for all. Model: what it suggests for the reasons it "
        f"had enough comments of; both: and rules for the others; as shown: the best {MOST}."
    )
    return Table(f"Suggested reasons: {name}", told, ("reason", "found", *WAYS), tuple(rows))


def _codes(suggestions: Iterable[Suggestion]) -> frozenset[str]:
    return frozenset(each.code for each in suggestions)


def _figures(found: Sequence[frozenset[str]], true: Sequence[frozenset[str]]) -> str:
    right = sum(len(a & b) for a, b in zip(found, true, strict=True))
    told, there = sum(map(len, found)), sum(map(len, true))
    return f"{100 * right / told:.0f} / {100 * right / there:.0f}" if told else "- / 0"


def cost(folder: Path, *, count: int, read: int) -> Table:
    """Seconds and memory of suggesting for so many comments, having learnt from none or from those that were read."""
    rows = []
    for comments, known in ((read, read), (count, 0), (count, read)):
        path = folder / f"suggesting{comments}-{known}.duckdb"
        fill(path, comments, known)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.one_suggesting", str(path)], capture_output=True, text=True, check=True
        )
        path.unlink()
        figures = json.loads(done.stdout)
        rows.append(
            (
                f"{comments:,} comments, {known:,} of them read",
                f"{figures['seconds']:.0f} s",
                f"{figures['busy']:.0f} s",
                f"{figures['suggestions']:,}",
                f"{figures['learnt']}",
                f"{figures['worker']:,.0f} MB",
                f"{figures['megabytes']:,.0f} MB",
            )
        )
    told = (
        f"Invented comments of {LONG} words out of {WORDS:,}, every second one with a phrase of the codebook; one "
        "core, in a process of its own behind the pages. The seconds are from the question whether something changed "
        "to the table in the store. Target: at most 1,000 MB in the process that suggests; beside it stands the one "
        "that asks, with the store's own memory."
    )
    header = ("", "time", "on a core", "suggestions", "reasons learnt", "its memory", "memory of who asks")
    return Table("Suggesting reasons for a million comments", told, header, tuple(rows))


def fill(path: Path, count: int, known: int) -> None:
    """A store of so many comments, the first so many of which somebody read and found what their phrase says."""
    rng = np.random.default_rng(count)
    language = np.array([f"{'bcdfglmnprst'[n % 12]}{'aeiou'[n % 5]}{n:x}" for n in range(WORDS)])
    pairs = [(c.code, p.replace("*", "")) for c in shipped()[FIRST].offered for ps in c.words.values() for p in ps]
    store = Store.open(path)
    for first in range(0, count, 50_000):
        size = min(50_000, count - first)
        words = language[np.minimum(rng.zipf(1.3, (size, LONG)), WORDS) - 1]
        chosen = rng.integers(0, 2 * len(pairs), size)
        phrases = [pairs[n] if n < len(pairs) else None for n in chosen.tolist()]
        rows = pa.table(
            {
                "key": [f"key {first + place}" for place in range(size)],
                "comment": [
                    " ".join([*its[:8], phrase[1], *its[8:]] if phrase else its)
                    for its, phrase in zip(words.tolist(), phrases, strict=True)
                ],
                "codes": pa.array([[phrase[0]] if phrase else [] for phrase in phrases], pa.list_(pa.string())),
                "number": pa.array(range(first + 1, first + size + 1), pa.int64()),
            }
        )

        def work(tx: Transaction, rows: pa.Table = rows) -> None:
            tx.register("fresh", rows)
            tx.execute(
                "INSERT INTO responses (response_key, import_id, survey, metric, score, comment) "
                "SELECT key, 'invented', 'NPS', 'nps', number % 11, comment FROM fresh"
            )
            tx.execute(
                "INSERT INTO readings "
                "SELECT number, key, codes, [], [], NULL, NULL, $now, 'Ada' FROM fresh WHERE number <= $known",
                {"now": NOW, "known": known},
            )

        store.transact(work, touches=("responses", "readings"))
    store.close()
