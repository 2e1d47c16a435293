"""Ranks as whole numbers: twice the mid-rank, centred, so that sums of their products carry no rounding error."""

from concurrent.futures import ThreadPoolExecutor

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


def whole_ranks(values: NDArray[np.float64], threads: int = 1) -> NDArray[np.float32]:
    """Return 2 * mid-rank - (n + 1) of each column, one row per feature.

    The numbers are whole also for ties, lie within 1 - n and n - 1, and sum to zero in each row. float32 holds them
    exactly for any number of samples below 2**24.

    Args:
        values: Shape (samples, features), no value missing; equal values (0.0 and -0.0 too) are ties.
        threads: How many slabs of features to rank at once.

    Returns:
        Shape (features, samples), contiguous.
    """
    samples, features = values.shape
    ranks = np.empty((features, samples), dtype=np.float32)

    def rank(start: int) -> None:
        slab = np.ascontiguousarray(values[:, start : start + SLAB].T, dtype=np.float64)
        ranks[start : start + SLAB] = _ranked(slab)

    if threads == 1:
        for start in range(0, features, SLAB):
            rank(start)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(rank, range(0, features, SLAB)))
    return ranks
