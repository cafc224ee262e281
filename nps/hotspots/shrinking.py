"""Means of small groups drawn towards that of their like, so that a list is not led by luck."""

import numpy as np
from numpy.typing import NDArray

from nps.hotspots.counting import Counts


def shrunken(table: Counts) -> NDArray[np.float64]:
    """Empirical-Bayes mean votes (-1 to 1) of all groups of a table; nan for groups without answers.

    Errors take the adjusted variance of a vote, which is never zero.
    """
    n = table.sum(axis=-1).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = (table[..., 2] - table[..., 0]) / n
        centre = (table[..., 2] - table[..., 0]) / (n + 3)
        ends = (table[..., 2] + table[..., 0] + 1.5) / (n + 3)
        return drawn(means, (ends - centre**2) / n)


def drawn(means: NDArray[np.float64], variances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each mean drawn towards the mean of them all, by the variance of its own error against that between them.

    The latter is estimated after DerSimonian and Laird (1986). A mean that is nan stays so, and has no part in it.
    """
    some = ~np.isnan(means)
    known, errors = means[some], variances[some]
    weights = 1 / errors
    pooled = float((weights * known).sum() / weights.sum())
    spread = float((weights * (known - pooled) ** 2).sum())
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    between = max(0.0, (spread - (len(known) - 1)) / scale) if scale > 0 else 0.0
    centre = float((known / (errors + between)).sum() / (1 / (errors + between)).sum())
    found = np.full(means.shape, np.nan)
    found[some] = (between * known + errors * centre) / (between + errors)
    return found
