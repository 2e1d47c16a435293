"""A round of merges: nearest neighbours are looked for where they are not known, and mutual ones become one cluster."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.clustering.clusters import Clusters
from pipeline.correlation.clustering.nearest import nearest_of

ROWS = 256
"""How many clusters are looked after at once."""
Index = NDArray[np.intp]


def merge_round(
    clusters: Clusters, threads: int = 1, told: Callable[[int], None] = lambda _: None
) -> tuple[Index, Index, NDArray[np.float64], NDArray[np.float64]]:
    """Merge all mutual nearest neighbours; ``told`` hears for how many clusters more the nearest has been found.

    Returns:
        For each merge a feature of one cluster, a feature of the other, their distance, and how many features they hold together;
        shape (merges,) each, at least one.
    """
    find_nearest(clusters, np.flatnonzero(clusters.nearest < 0), threads, told)
    here = np.arange(clusters.count)
    kept = here[(clusters.nearest[clusters.nearest] == here) & (here < clusters.nearest)]
    gone = clusters.nearest[kept]
    if not kept.size:  # rounding among near ties: the closest pair of all is mutual by definition
        kept = np.array([clusters.closeness.argmax()])
        gone = clusters.nearest[kept]
        kept, gone = np.minimum(kept, gone), np.maximum(kept, gone)
    distance = np.maximum(1.0 - clusters.closeness[kept], 0.0)
    done = clusters.features[kept], clusters.features[gone], distance, clusters.sizes[kept] + clusters.sizes[gone]
    clusters.merge(kept, gone)
    return done


def find_nearest(clusters: Clusters, wanted: Index, threads: int = 1, told: Callable[[int], None] = lambda _: None) -> None:
    """Find the nearest other cluster of each of ``wanted``; ``told`` hears of how many more it is known."""
    blocks = [wanted[start : start + ROWS] for start in range(0, wanted.size, ROWS)]
    with ThreadPoolExecutor(threads) as pool:
        for block, (nearest, closeness) in zip(blocks, pool.map(lambda block: nearest_of(clusters, block), blocks), strict=True):
            clusters.nearest[block], clusters.closeness[block] = nearest, closeness
            told(block.size)
