"""Ranks as whole numbers: twice the mid-rank, centred, so that sums of their products carry no rounding error."""

import numpy as np
from numpy.typing import NDArray

SLAB = 256
"""Features ranked together: few enough for their order to stay in the processor's cache."""


def _doubled(ordered: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return twice the mid-rank less (n + 1) of each place of sorted rows; equal neighbours share theirs."""
    places = np.arange(ordered.shape[1], dtype=np.int32)
    differs = ordered[:, 1:] != ordered[:, :-1]
    starts = np.zeros(ordered.shape, dtype=np.int32)
    starts[:, 1:] = np.where(differs, places[1:], 0)
    np.maximum.accumulate(starts, axis=1, out=starts)
    ends = np.full(ordered.shape, places[-1], dtype=np.int32)
    ends[:, :-1] = np.where(differs, places[:-1], places[-1])
    ends = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    return starts + ends + 1 - ordered.shape[1]


def _ranked(slab: NDArray[np.float64]) -> NDArray[np.float32]:
    features, samples = slab.shape
    places = np.argsort(slab, axis=1)
    places += np.arange(0, slab.size, samples)[:, None]
    ordered = slab.ravel().take(places)
    ranks = np.empty(slab.size, dtype=np.float32)
    ranks[places] = np.arange(1 - samples, samples, 2, dtype=np.float32)[None, :]
    tied = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
    if tied.size:
        ranks[places[tied]] = _doubled(ordered[tied])
    return ranks.reshape(features, samples)


def whole_ranks(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return 2 * mid-rank - (n + 1) of each column, one row per feature.

    The numbers are whole also for ties, lie within 1 - n and n - 1, and sum to zero in each row. float32 holds them
    exactly for any number of samples below 2**24.

    Args:
        values: Shape (samples, features), no value missing; equal values (0.0 and -0.0 too) are ties.

    Returns:
        Shape (features, samples), contiguous.
    """
    samples, features = values.shape
    ranks = np.empty((features, samples), dtype=np.float32)
    for start in range(0, features, SLAB):
        slab = np.ascontiguousarray(values[:, start : start + SLAB].T, dtype=np.float64)
        ranks[start : start + SLAB] = _ranked(slab)
    return ranks
