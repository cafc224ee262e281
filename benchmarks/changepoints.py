"""How long it takes to find the days on which scores changed, beside the Pelt of ruptures on the same days."""

from time import perf_counter

import numpy as np
import ruptures

from benchmarks.report import Table, ms, percentile
from nps.moves.finding import Counts, breaks, fewest, penalty, spread

DAYS, A_DAY, TARGET = 1_096, 30, 20
GOOD, BAD = (0.5, 0.3, 0.2), (0.3, 0.3, 0.4)
STEADY, BROKEN = ((GOOD, DAYS),), ((GOOD, 400), (BAD, 300), (GOOD, DAYS - 700))


def invented(parts: tuple[tuple[tuple[float, float, float], int], ...]) -> Counts:
    """Days of so many answers each, the same ones in every run."""
    dice = np.random.default_rng(7)
    return np.vstack([dice.multinomial(A_DAY, mix, length) for mix, length in parts])


def measured(*, times: int) -> list[Table]:
    """Both on the same days in turns: without a change, and with two that are clear."""
    rows = []
    for name, parts in (("no change", STEADY), ("two changes", BROKEN)):
        counts = invented(parts)
        votes = (counts[:, :1] - counts[:, 2:]) / counts.sum(axis=1, keepdims=True)
        answers, ours, theirs = int(counts.sum()), [], []
        for _ in range(times):
            start = perf_counter()
            found = breaks(counts, penalty=penalty(answers, dispersion=spread(counts)), least=fewest(answers))
            ours.append(perf_counter() - start)
            start = perf_counter()
            pelt = ruptures.Pelt(model="l2", jump=1).fit(votes)
            *expected, _ = pelt.predict(pen=3 * float(np.log(DAYS)) * float(votes.var()))
            theirs.append(perf_counter() - start)
        assert list(found) == expected, (found, expected)
        one, other = percentile(ours, 0.5), percentile(theirs, 0.5)
        rows.append((name, ms(one), ms(other), f"{other / one:.0f}x"))
    told = (
        f"{DAYS:,} days of {A_DAY} answers, {times} times each in turns (target: at least {TARGET}x faster). Ours is "
        'exact on counts of three bands; ruptures has `Pelt(model="l2", jump=1)` on the mean vote of each day. Both '
        "find the same days."
    )
    return [Table("Change points", told, ("", "ours", "ruptures", "faster"), tuple(rows))]
