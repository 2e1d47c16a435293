"""The clusters that are left: sums of their members' vectors, means, and what is known of each one's nearest neighbour."""

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

SLAB = 1_024
"""Clusters that are merged or moved at once."""


LOOSE = 16
"""Clusters are numbered anew once one of so many is gone."""
LOST, GONE = -1, -2


class Clusters:
    """Clusters in rows; some rows are of clusters that are gone. Merging may number the others anew, in the same order.

    Attributes:
        sums: Sum of the members' vectors, shape (clusters, dimensions).
        means: The same divided by the sizes.
        rough: The means in single precision, for the search.
        sizes: How many features each holds, shape (clusters,).
        features: The first feature of each, by which merges are written down.
        numbers: The first cluster of each feature, before any merge.
        nearest: The nearest other cluster of each; ``LOST`` where it has to be looked for, ``GONE`` where there is no cluster any more.
        closeness: Scalar product of the means of each and its nearest; where that is lost, no other one is closer.
        gone: The rows of clusters that are gone.
    """

    def __init__(self, vectors: NDArray[np.float64], *, overwrite: bool = False) -> None:
        """Begin with a cluster for each different vector; ``numbers`` says which one each feature is in.

        ``overwrite`` says that the vectors are not needed any more, which saves a copy of them.
        """
        self.features, self.numbers = _different(vectors)
        self.sizes = np.bincount(self.numbers).astype(np.float64)
        self.means = vectors if overwrite and self.features.size == len(vectors) else vectors[self.features]
        self.sums = self.means * self.sizes[:, None]
        self.rough = self.means.astype(np.float32)
        self.nearest = np.full(self.sizes.size, LOST, dtype=np.intp)
        self.closeness = np.full(self.sizes.size, np.inf)
        self.gone = np.empty(0, dtype=np.intp)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.sizes.size - self.gone.size

    def merge(self, kept: NDArray[np.intp], gone: NDArray[np.intp]) -> None:
        """Put each of ``gone`` into the one of ``kept`` beside it; forget the neighbours that change."""
        self.sizes[kept] += self.sizes[gone]
        for start in range(0, kept.size, SLAB):
            here, there = kept[start : start + SLAB], gone[start : start + SLAB]
            self.sums[here] += self.sums[there]
            self.means[here] = self.sums[here] / self.sizes[here, None]
            self.rough[here] = self.means[here]
        changed = np.zeros(self.sizes.size, dtype=bool)
        changed[kept] = changed[gone] = True
        self.nearest[changed[self.nearest] & (self.nearest >= 0)] = LOST
        self.nearest[kept], self.nearest[gone], self.closeness[gone] = LOST, GONE, -np.inf
        self.gone = np.concatenate([self.gone, gone])
        if LOOSE * self.gone.size > self.sizes.size:
            self.compress()

    def compress(self) -> None:
        """Number the clusters anew, without those that are gone."""
        left = self.nearest != GONE
        number = np.cumsum(left) - 1
        self.nearest = np.where(self.nearest >= 0, number[self.nearest], self.nearest)[left]
        self.gone = np.empty(0, dtype=np.intp)
        for name in ("sums", "means", "rough", "sizes", "features", "closeness"):
            setattr(self, name, _compressed(getattr(self, name), left))


def _compressed(array: NDArray[Any], left: NDArray[np.bool_]) -> NDArray[Any]:
    """Return what is left of an array, moved to its beginning: no second one is needed."""
    end = 0
    for start in range(0, left.size, SLAB):
        part = array[start : start + SLAB][left[start : start + SLAB]]
        array[end : end + len(part)] = part
        end += len(part)
    return array[:end]


def _different(vectors: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first feature of each different vector, and for each feature which of these it equals; little is held for that."""
    known: dict[bytes, int] = {}
    first, numbers = [], np.empty(len(vectors), dtype=np.intp)
    for feature, vector in enumerate(vectors):
        digest = blake2b((vector + 0.0).tobytes(), digest_size=16).digest()  # -0 and 0 are the same
        numbers[feature] = known.setdefault(digest, len(known))
        if numbers[feature] == len(first):
            first.append(feature)
    return np.array(first, dtype=np.intp), numbers
