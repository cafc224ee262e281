"""Invented companies in which some groups are unhappy: the search has to find these and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nps.hotspots.counting import Answers

Group = tuple[tuple[str, str], ...]

PARADOX = "paradox"  # a column whose value v1 is not to blame


Shares = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    answers: Answers
    planted: frozenset[Group]


@dataclass(frozen=True)
class Moving:
    """The same company in two periods, and the groups that fell or rose in the second."""

    before: Answers
    now: Answers
    fell: frozenset[Group]
    rose: frozenset[Group]


def world(seed: int, *, n: int, planted: int = 6, fewest: int = 500) -> World:
    """Columns of which some follow others, and planted groups of at least so many answers, none part of another.

    Beside them Simpson's paradox: most of the largest planted group, and few others, have a value of a last column that
    makes everybody who has it happier, so that those with it are unhappier than those without all the same.
    """
    rng = np.random.default_rng(seed)
    answers = _company(rng, n)
    promoters, detractors = np.full(n, rng.uniform(0.4, 0.6)), np.full(n, rng.uniform(0.1, 0.2))
    groups: dict[Group, NDArray[np.bool_]] = {}
    for group, rows in _groups(rng, answers, planted, fewest, most=0.8):
        _turn(rows, rng.uniform(0.12, 0.25), promoters, detractors)
        groups[group] = rows
    largest = max(groups.values(), key=lambda rows: int(rows.sum()))
    paradox = np.random.default_rng([seed, 1]).random(n) < np.where(largest, 0.75, 0.5 * largest.mean())
    _turn(paradox, -0.02, promoters, detractors)
    beside = replace(
        answers,
        columns=(*answers.columns, PARADOX),
        values=(*answers.values, ("v0", "v1")),
        codes=(*answers.codes, paradox.astype(np.int16)),
    )
    return World(_drawn(rng, beside, promoters, detractors), frozenset(groups))


def moving(seed: int, *, n: int, planted: int = 5, fewest: int = 500) -> Moving:
    """A company whose total moved, in which some groups were unhappy all along, and others fell or rose.

    `n` answers in each period; a planted group has at least so many in each.
    """
    rng = np.random.default_rng(seed)
    both = _company(rng, 2 * n)
    now = np.arange(2 * n) >= n
    promoters, detractors = np.full(2 * n, rng.uniform(0.45, 0.5)), np.full(2 * n, rng.uniform(0.28, 0.33))
    promoters[now] += rng.uniform(-0.06, 0.06)
    fell, rose = list[Group](), list[Group]()
    for number, (group, rows) in enumerate(_groups(rng, both, planted + 3, 2 * fewest, most=0.6)):
        enough = min((rows & now).sum(), (rows & ~now).sum()) >= fewest
        if number < 3 or not enough:  # unhappy all along
            _turn(rows, rng.uniform(0.1, 0.15), promoters, detractors)
        elif number % 3:
            _turn(rows & now, rng.uniform(0.14, 0.25), promoters, detractors)
            fell.append(group)
        else:
            _turn(rows & now, -rng.uniform(0.14, 0.25), promoters, detractors)
            rose.append(group)
    drawn = _drawn(rng, both, promoters, detractors)
    return Moving(drawn.only(~now), drawn.only(now), frozenset(fell), frozenset(rose))


def _company(rng: np.random.Generator, n: int) -> Answers:
    """Columns without scores."""
    sizes = rng.integers(2, 13, size=int(rng.integers(5, 9)))
    codes: list[NDArray[np.int16]] = []
    for number, size in enumerate(sizes):
        own = rng.choice(size, size=n, p=rng.dirichlet(np.full(size, 3.0)))
        if number and rng.random() < 0.4:  # three in five follow an earlier column
            followed = codes[int(rng.integers(number))]
            own = np.where(rng.random(n) < 0.6, followed % size, own)
        codes.append(own.astype(np.int16))
    names = tuple(f"column {number}" for number in range(len(sizes)))
    values = tuple(tuple(f"v{code}" for code in range(size)) for size in sizes)
    return Answers(names, values, tuple(codes), np.zeros(n, dtype=np.int8), np.ones(n, dtype=np.int64))


def _groups(
    rng: np.random.Generator, answers: Answers, planted: int, fewest: int, *, most: float
) -> Iterator[tuple[Group, NDArray[np.bool_]]]:
    """Groups that are neither too small nor too large, none part of another, none nearly all of its parent (`most`)."""
    n, sizes = len(answers.bands), [len(values) for values in answers.values]
    groups: list[Group] = []
    for _ in range(2_000):
        if len(groups) == planted:
            break
        together = int(rng.choice([1, 2, 3], p=[0.3, 0.4, 0.3]))
        columns = sorted(rng.choice(len(sizes), size=min(together, len(sizes)), replace=False).tolist())
        cell = [int(rng.integers(sizes[column])) for column in columns]
        group = tuple(
            (answers.columns[column], str(answers.values[column][code]))
            for column, code in zip(columns, cell, strict=True)
        )
        rows = answers.at(columns, cell)
        related = any(set(group) <= set(other) or set(other) <= set(group) for other in groups)
        wholes = [answers.at(columns[:k] + columns[k + 1 :], cell[:k] + cell[k + 1 :]) for k in range(len(cell))]
        if related or not fewest <= rows.sum() <= n / 4 or any(rows.sum() > most * whole.sum() for whole in wholes):
            continue
        groups.append(group)
        yield group, rows


def _turn(rows: NDArray[np.bool_], effect: float, promoters: Shares, detractors: Shares) -> None:
    """Make so many of a group's promoters into detractors, or the other way where it is negative."""
    promoters[rows] = np.clip(promoters[rows] - effect, 0.02, 0.9)
    detractors[rows] = np.clip(detractors[rows] + effect, 0.02, 0.9)


def _drawn(rng: np.random.Generator, answers: Answers, promoters: Shares, detractors: Shares) -> Answers:
    drawn = rng.random(len(answers.bands))
    bands = np.where(drawn < detractors, 0, np.where(drawn < 1 - promoters, 1, 2)).astype(np.int8)
    return replace(answers, bands=bands)
