"""The nearest neighbours of some clusters: candidates by tiles of products in single precision, decided in double precision."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.clustering.clusters import Clusters

COLUMNS = 1_024
"""Width of a tile: with 256 rows in single precision it fills half of a usual second-level cache. With fewer rows it is wider."""
ROWS = 256
MANY = 64
"""Candidates for each cluster from which on single precision does not tell them apart well enough."""
AT_ONCE = 4_096
Index = NDArray[np.intp]
Floats = NDArray[np.floating]


def nearest_of(clusters: Clusters, block: Index) -> tuple[Index, NDArray[np.float64]]:
    """Return the nearest other cluster of each in the block, and the product of their means.

    Candidates are all that come within twice the error of single precision of the best; these few are compared in double precision. Among
    equals one is drawn by lot, always the same, and the same from both sides: so many of them are mutual, and ties cost no extra rounds.
    """
    row, column = _candidates(clusters.rough, block, clusters.gone, rounding(clusters.rough))
    if row.size <= MANY * block.size:
        exact = products(clusters.means, block[row], column)
    else:
        row, column = _candidates(clusters.means, block, clusters.gone, rounding(clusters.means))
        exact = np.zeros(row.size)  # what double precision cannot tell apart is equal
    order = np.lexsort((_lots(clusters.features, block[row], column), -exact, row))
    first = order[np.searchsorted(row[order], np.arange(block.size))]
    nearest = column[first]
    return nearest, products(clusters.means, block, nearest)


def rounding(means: Floats) -> float:
    """Return how far a product of two of these may be off, none of them longer than 1 (Higham 2002, section 3.1)."""
    return float((means.shape[1] + 4) * np.finfo(means.dtype).eps / 2)


def products(means: NDArray[np.float64], first: Index, second: Index) -> NDArray[np.float64]:
    """Return the products of pairs of means, shape (pairs,), the same for either order."""
    parts = [slice(start, start + AT_ONCE) for start in range(0, first.size, AT_ONCE)]
    return np.concatenate([np.einsum("ij,ij->i", means[first[part]], means[second[part]]) for part in parts])


def _candidates(means: Floats, block: Index, gone: Index, error: float) -> tuple[Index, Index]:
    """Return who may be nearest to whom: places in the block, and clusters; at least one for each in the block."""
    best = np.full(block.size, -np.inf, dtype=means.dtype)
    margin = means.dtype.type(2 * error)
    found: list[tuple[Index, Index, Floats]] = []
    for start, tile in _tiles(means, block, gone):
        top = tile.max(axis=1)
        np.maximum(best, top, out=best)
        near = np.flatnonzero(top >= best - margin)
        among = tile[near]
        row, column = np.nonzero(among >= (best[near] - margin)[:, None])
        found.append((near[row], column + start, among[row, column]))
    row, column, value = (np.concatenate(parts) for parts in zip(*found, strict=True))
    still = value >= best[row] - margin
    return row[still], column[still]


def _tiles(means: Floats, block: Index, gone: Index) -> Iterator[tuple[int, Floats]]:
    """Yield the products of the block with all clusters, a tile at a time; minus infinity with itself, and where a cluster is gone."""
    rows, width = means[block], min(len(means), max(COLUMNS, COLUMNS * ROWS // block.size))
    buffer = np.empty((block.size, width), dtype=means.dtype)
    for start in range(0, len(means), width):
        columns = means[start : start + width]
        tile = np.matmul(rows, columns.T, out=buffer) if len(columns) == width else rows @ columns.T
        itself = np.flatnonzero((block >= start) & (block < start + width))
        tile[itself, block[itself] - start] = -np.inf
        tile[:, gone[(gone >= start) & (gone < start + width)] - start] = -np.inf
        yield start, tile


def _lots(features: Index, first: Index, second: Index) -> NDArray[np.uint64]:
    """Return a number for each pair that looks drawn at random, the same for either order (the mixer of SplitMix64: Steele et al. 2014)."""
    low = np.minimum(features[first], features[second]).astype(np.uint64)
    high = np.maximum(features[first], features[second]).astype(np.uint64)
    lot = (low << np.uint64(32)) + high + np.uint64(0x9E3779B97F4A7C15)
    lot = (lot ^ (lot >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    lot = (lot ^ (lot >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return lot ^ (lot >> np.uint64(31))
