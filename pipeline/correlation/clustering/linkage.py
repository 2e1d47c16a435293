"""The tree: rounds on the vectors while there are many clusters, a matrix of distances once there are few."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage

from pipeline.correlation.clustering.chain import chain_merges
from pipeline.correlation.clustering.clusters import Clusters
from pipeline.correlation.clustering.rounds import Rounds
from pipeline.correlation.clustering.tree import Merges, linkage_matrix

SMALL = 5_000
"""Up to as many features SciPy does it all, on the distances of all pairs: 200 MB."""
AHEAD = 3.5
"""How often the distances of all pairs of the clusters that are left will be looked at, as measured on sparse and on dense data."""
FEW = 2_000
"""From as many clusters on the rest of the tree is found on a matrix of their distances: 32 MB."""


def average_linkage(
    vectors: NDArray[np.float64],
    *,
    small: int = SMALL,
    few: int = FEW,
    threads: int = 1,
    overwrite: bool = False,
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float64]:
    """Return the tree of average linkage (UPGMA) on the distance ``1 - u·v``.

    The mean distance between the members of two clusters is one minus the scalar product of their mean vectors, so no matrix of distances
    is needed: as long as there are many clusters, every pair of clusters that are nearest to each other is merged at once. Average linkage is
    reducible, so these merges are those of the sequential algorithm (Bruynooghe 1978; Sumengen et al. 2021, arXiv:2105.11653).

    Args:
        vectors: Unit vectors, shape (features, dimensions): centred values or ranks divided by their length give ``u·v = r``. At least two.
        small: Up to how many vectors SciPy does it all.
        few: From how many clusters on the matrix of their distances is held.
        threads: How many threads look for nearest neighbours.
        overwrite: Whether the vectors may be overwritten, which saves a copy of them.
        progress: Told the fraction done, 0 to 1.

    Returns:
        SciPy's linkage matrix, shape (features - 1, 4): two clusters, their distance, and how many features they hold. Merges at exactly the
        same distance may come in another order than SciPy's.
    """
    features = len(vectors)
    if features <= small:
        return linkage(_condensed(vectors), "average")
    clusters, merges = Clusters(vectors, overwrite=overwrite), Merges()
    merges.add(*equal_features(clusters))
    rounds = Rounds(clusters, threads, _told(clusters, progress or (lambda _: None)))
    while clusters.count > few:
        merges.add(*rounds.merge())
    merges.add(*chain_merges(clusters))
    if progress:
        progress(1.0)
    return linkage_matrix(merges, features)


def _told(clusters: Clusters, progress: Callable[[float], None]) -> Callable[[int], None]:
    """Return what to tell for how many clusters the nearest was found; from the distances that took, and will take, follows the progress."""
    done = 0

    def told(found: int) -> None:
        nonlocal done
        done += found * clusters.count
        progress(done / (done + AHEAD * clusters.count**2))

    return told


def equal_features(clusters: Clusters) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Return the merges by which features with the same vector have become one; see ``Rounds.merge``."""
    kept = clusters.features[clusters.numbers]
    order = np.argsort(clusters.numbers, kind="stable")
    again = order[kept[order] != order]
    rank = np.arange(order.size) - np.searchsorted(clusters.numbers[order], clusters.numbers[order])
    return kept[again], again, np.zeros(again.size), (rank[kept[order] != order] + 1).astype(np.float64)


def _condensed(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances of all pairs as SciPy wants them, shape (features (features - 1) / 2,); none below 0."""
    features = len(vectors)
    found = np.empty(features * (features - 1) // 2)
    start = 0
    for i in range(features - 1):
        stop = start + features - 1 - i
        np.matmul(vectors[i + 1 :], vectors[i], out=found[start:stop])
        start = stop
    np.subtract(1.0, found, out=found)
    return np.maximum(found, 0.0, out=found)
