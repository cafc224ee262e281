"""Means of small groups drawn towards that of their like, so that a list is not led by luck."""

import numpy as np
from numpy.typing import NDArray

from nps.hotspots.counting import Counts


def shrunken(table: Counts) -> NDArray[np.float64]:
    """Empirical-Bayes mean votes (-1 to 1) of all groups of a table; nan for groups without answers.

    Each mean is drawn towards the mean of the groups by the variance of its own error against that between the groups,
    estimated after DerSimonian and Laird (1986). Errors take the adjusted variance of a vote, which is never zero.
    """
    n = table.sum(axis=-1).astype(np.float64)
    some = n > 0
    count = n[some]
    means = (table[..., 2][some] - table[..., 0][some]) / count
    centre = (table[..., 2][some] - table[..., 0][some]) / (count + 3)
    ends = (table[..., 2][some] + table[..., 0][some] + 1.5) / (count + 3)
    errors = (ends - centre**2) / count
    weights = 1 / errors
    pooled = float((weights * means).sum() / weights.sum())
    spread = float((weights * (means - pooled) ** 2).sum())
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    between = max(0.0, (spread - (len(means) - 1)) / scale) if scale > 0 else 0.0
    centre_of_all = float((means / (errors + between)).sum() / (1 / (errors + between)).sum())
    drawn = np.full(n.shape, np.nan)
    drawn[some] = (between * means + errors * centre_of_all) / (between + errors)
    return drawn
