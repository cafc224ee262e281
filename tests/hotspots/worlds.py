"""Invented companies in which some groups are unhappy: the search has to find these and nothing else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nps.hotspots.counting import Answers

Group = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class World:
    answers: Answers
    planted: frozenset[Group]


def world(seed: int, *, n: int, planted: int = 6, fewest: int = 500) -> World:
    """Columns of which some follow others, and planted groups of at least so many answers, none part of another.

    One planted value stands beside a column in which most of its answers share a value that is not to blame.
    """
    rng = np.random.default_rng(seed)
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
    answers = Answers(names, values, tuple(codes), np.zeros(n, dtype=np.int8), np.ones(n, dtype=np.int64))

    promoters, detractors = np.full(n, rng.uniform(0.4, 0.6)), np.full(n, rng.uniform(0.1, 0.2))
    groups: list[Group] = []
    for _ in range(2_000):
        if len(groups) == planted:
            break
        together = int(rng.choice([1, 2, 3], p=[0.3, 0.4, 0.3]))
        columns = sorted(rng.choice(len(sizes), size=min(together, len(sizes)), replace=False).tolist())
        cell = [int(rng.integers(sizes[column])) for column in columns]
        group = tuple((names[column], values[column][code]) for column, code in zip(columns, cell, strict=True))
        rows = answers.at(columns, cell)
        related = any(set(group) <= set(other) or set(other) <= set(group) for other in groups)
        wholes = [answers.at(columns[:k] + columns[k + 1 :], cell[:k] + cell[k + 1 :]) for k in range(len(cell))]
        if related or not fewest <= rows.sum() <= n / 4 or any(rows.sum() > 0.8 * whole.sum() for whole in wholes):
            continue
        effect = rng.uniform(0.12, 0.25)
        promoters[rows] = np.maximum(promoters[rows] - effect, 0.02)
        detractors[rows] = np.minimum(detractors[rows] + effect, 0.9)
        groups.append(group)
    drawn = rng.random(n)
    bands = np.where(drawn < detractors, 0, np.where(drawn < 1 - promoters, 1, 2)).astype(np.int8)
    return World(Answers(names, values, tuple(codes), bands, answers.weights), frozenset(groups))
