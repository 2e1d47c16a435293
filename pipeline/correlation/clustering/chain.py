"""The rest of the tree on a matrix of distances: the nearest-neighbour chain (Benzécri 1982; Murtagh 1983)."""

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.clustering.clusters import Clusters

Index = NDArray[np.intp]


def chain_merges(clusters: Clusters) -> tuple[Index, Index, NDArray[np.float64], NDArray[np.float64]]:
    """Merge everything that is left; see ``Rounds.merge`` for what is returned.

    Distances follow the recurrence of Lance and Williams (1967) for average linkage, in a square matrix of double precision.
    """
    clusters.compress()
    distances = clusters.means @ clusters.means.T
    np.maximum(np.subtract(1.0, distances, out=distances), 0.0, out=distances)
    np.fill_diagonal(distances, np.inf)
    sizes = clusters.sizes.copy()
    steps = sizes.size - 1
    first, second, heights, totals = np.empty(steps, int), np.empty(steps, int), np.empty(steps), np.empty(steps)
    alive = np.ones(sizes.size, dtype=bool)
    chain: list[int] = []
    for step in range(steps):
        one, two = _mutual(distances, chain or [int(alive.argmax())], chain)
        first[step], second[step] = clusters.features[one], clusters.features[two]
        heights[step] = distances[one, two]
        merged = (sizes[one] * distances[one] + sizes[two] * distances[two]) / (sizes[one] + sizes[two])
        totals[step] = sizes[two] = sizes[one] + sizes[two]
        alive[one] = False
        merged[one] = merged[two] = np.inf
        distances[two] = distances[:, two] = merged
        distances[:, one] = np.inf
    return first, second, heights, totals


def _mutual(distances: NDArray[np.float64], start: list[int], chain: list[int]) -> tuple[int, int]:
    """Walk from neighbour to nearer neighbour until two are each other's nearest; take both off the chain and return them."""
    if not chain:
        chain += start
    while True:
        here = chain[-1]
        row = distances[here]
        nearest = int(row.argmin())
        if len(chain) > 1 and row[chain[-2]] <= row[nearest]:
            nearest = chain[-2]
            del chain[-2:]
            return min(here, nearest), max(here, nearest)
        chain.append(nearest)
