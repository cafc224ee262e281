"""NPS when votes weigh differently, and intervals that respect accounts: counts in, scores out.

A score here is a weighted mean of ratios, sum over strata of share x (sum of x) / (sum of y): x is what the clusters
add to promoters less detractors, y what they add to the votes. One stratum is the plain score. Accounts are drawn,
never answers, since answers of one account resemble each other (docs/method.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from nps.measures import questions
from nps.measures.questions import Alike, Spread
from nps.score import FEWEST_COMPARED, Interval
from nps.selection import Selection
from nps.store import Store
from nps.topics import reads

Numbers = npt.NDArray[np.float64]
DRAWS, SEED = 2_000, 20_260
MOST_DRAWN = 5_000  # kinds of accounts; beyond them the interval is reckoned from the spread of the accounts
CHUNK = 4_000_000  # numbers drawn at once


@dataclass(frozen=True)
class Weighed:
    """A score in points with its 95 % interval: of `n` votes of `accounts` accounts, out of `of_n` of `of_accounts`.

    `interval` is None where fewer than 30 accounts have a say.
    """

    nps: float | None
    interval: Interval | None
    n: int
    accounts: int
    of_n: int
    of_accounts: int


@reads("responses", "context")
def plainly(store: Store, selection: Selection) -> Weighed:
    """The selection's plain score by accounts."""
    return by_account(questions.accounts(store, selection))


@reads("responses", "context")
def by_revenue(store: Store, selection: Selection) -> Weighed:
    """The selection's score weighed by the revenue of customers' context."""
    return by_weight(questions.accounts(store, selection))


@reads("responses")
def by_number(store: Store, selection: Selection, column: str) -> Weighed:
    """The selection's score weighed by a number that the answers carry."""
    return by_weight(questions.accounts_by_number(store, selection, column))


@reads("responses")
def as_given(store: Store, selection: Selection, column: str, shares: tuple[tuple[str, float], ...]) -> Weighed:
    """The selection's score with given shares of the values of a segment."""
    return to_shares(questions.accounts_by_value(store, selection, column), dict(shares))


def by_account(rows: Sequence[Alike]) -> Weighed:
    """The plain score of all votes, its interval one of drawn accounts."""
    x = [row.tally.promoters - row.tally.detractors for row in rows]
    return _weighed(x, [row.tally.n for row in rows], [row.accounts for row in rows], rows, rows)


def by_weight(rows: Sequence[Alike]) -> Weighed:
    """Each account weighs what it pays, however many of it answered: sum(weight x its mean vote) / sum(weight).

    Accounts without a weight above zero are left out.
    """
    known = [row for row in rows if row.weight is not None and row.weight > 0]
    weights = [row.weight or 0.0 for row in known]
    x = [w * (row.tally.promoters - row.tally.detractors) / row.tally.n for w, row in zip(weights, known, strict=True)]
    return _weighed(x, weights, [row.accounts for row in known], known, rows)


def to_shares(rows: Sequence[Spread], shares: Mapping[str, float]) -> Weighed:
    """Each value of a segment weighs what it is said to, however many of it answered (post-stratification).

    `shares` are relative: they need not add up to 1. Values without one, or without an answer, are left out.
    """
    everything = [cell for row in rows for _, cell in row.cells for _ in range(row.accounts)]
    answered = {label for row in rows for label, cell in row.cells if cell.n}
    given = {label: share for label, share in shares.items() if share > 0 and label in answered}
    known = [row for row in rows if any(label in given and cell.n for label, cell in row.cells)]
    places = {label: place for place, label in enumerate(given)}
    x, y = np.zeros((2, len(known), max(len(given), 1)))
    for number, row in enumerate(known):
        for label, cell in row.cells:
            if label in given:
                x[number, places[label]] = cell.promoters - cell.detractors
                y[number, places[label]] = cell.n
    alike = np.array([row.accounts for row in known], dtype=np.int64)
    score, interval = _score_and_interval(x, y, np.array(list(given.values()) or [1.0]), alike)
    n = int((y.sum(axis=1) * alike).sum())
    return Weighed(
        score, interval, n, int(alike.sum()), sum(cell.n for cell in everything), sum(row.accounts for row in rows)
    )


def _weighed(
    x: Sequence[float], y: Sequence[float], alike: Sequence[int], known: Sequence[Alike], rows: Sequence[Alike]
) -> Weighed:
    up, down = (np.array(each, dtype=np.float64).reshape(-1, 1) for each in (x, y))
    score, interval = _score_and_interval(up, down, np.ones(1), np.array(alike, dtype=np.int64))
    n, of_n = (sum(row.tally.n * row.accounts for row in some) for some in (known, rows))
    return Weighed(score, interval, n, sum(alike), of_n, sum(row.accounts for row in rows))


def _score_and_interval(
    x: Numbers, y: Numbers, shares: Numbers, alike: npt.NDArray[np.int64]
) -> tuple[float | None, Interval | None]:
    if not alike.sum() or not y.sum():
        return None, None
    [score] = scores(x, y, shares, alike[np.newaxis, :])
    if alike.sum() < FEWEST_COMPARED:
        return float(score), None
    if len(alike) > MOST_DRAWN:
        half = NormalDist().inv_cdf(0.975) * spread(x, y, shares, alike)
        low, high = score - half, score + half
    else:
        low, high = np.nanpercentile(drawn(x, y, shares, alike), (2.5, 97.5))
    return float(score), Interval(max(-100.0, float(low)), min(100.0, float(high)))


def scores(x: Numbers, y: Numbers, shares: Numbers, times: npt.NDArray[np.int64]) -> Numbers:
    """The score in points when each kind of account is there so many `times`, one row of `times` for each score.

    A stratum that has no vote then is left out, and the others' shares grow.
    """
    often = times.astype(np.float64)
    sums, votes = often @ x, often @ y
    there = np.where(votes > 0, shares, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = np.where(votes > 0, sums / votes, 0.0)
        return np.asarray(100 * (there * ratios).sum(axis=1) / there.sum(axis=1))


def drawn(x: Numbers, y: Numbers, shares: Numbers, alike: npt.NDArray[np.int64], draws: int = DRAWS) -> Numbers:
    """Scores of `draws` samples of as many accounts, with replacement: how often each kind comes is multinomial."""
    dice, found = np.random.default_rng(SEED), list[Numbers]()
    step = max(1, CHUNK // len(alike))
    for start in range(0, draws, step):
        times = dice.multinomial(int(alike.sum()), alike / alike.sum(), size=min(step, draws - start))
        found.append(scores(x, y, shares, times))
    return np.concatenate(found)


def spread(x: Numbers, y: Numbers, shares: Numbers, alike: npt.NDArray[np.int64]) -> float:
    """The standard error in points by linearization: the residuals of whole accounts around the ratios."""
    votes = alike @ y
    parts = shares / shares.sum() / votes
    residuals = ((x - y * ((alike @ x) / votes)) * parts).sum(axis=1)
    accounts = alike.sum()
    return float(100 * np.sqrt(accounts / (accounts - 1) * (alike * residuals**2).sum()))
