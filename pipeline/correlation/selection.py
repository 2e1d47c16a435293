"""Which features to look at: those that vary most."""

import numpy as np
from numpy.typing import NDArray

SLAB = 2_048
"""Columns looked at together: what is needed for them is small beside a table."""


def _variance(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sample variance (divisor n - 1) of what is present in each column; minus infinity where that is less than two values."""
    there = ~np.isnan(values)
    if there.all():
        return np.var(values, axis=0, ddof=1)
    n = there.sum(axis=0)
    held = np.where(there, values, 0.0)
    held -= held.sum(axis=0) / np.maximum(n, 1)
    held[~there] = 0.0
    return np.where(n > 1, np.einsum("ij,ij->j", held, held) / np.maximum(n - 1, 1), -np.inf)


def top_variance(values: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Return the columns with the largest sample variance (divisor n - 1), in the order of the table.

    Of columns with equal variance the first ones are taken. More than there are means all. Missing values are left out of their column's.

    Args:
        values: Shape (samples, features).
        count: How many columns to return.
    """
    if count >= values.shape[1]:
        return np.arange(values.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        slabs = np.array_split(np.arange(values.shape[1]), -(-values.shape[1] // SLAB))
        variance = np.concatenate([_variance(values[:, slab[0] : slab[-1] + 1]) for slab in slabs])
    variance = np.nan_to_num(
        variance, nan=np.inf, posinf=np.inf, neginf=-np.inf
    )  # values near 1e308: the sum overflows, the spread is huge
    return np.sort(np.argsort(-variance, kind="stable")[:count])
