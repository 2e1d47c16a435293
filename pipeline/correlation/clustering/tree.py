"""From merges in any order to SciPy's linkage matrix."""

import numpy as np
from numpy.typing import NDArray


class Merges:
    """Merges written down as they happen: a feature of each of the two clusters, their distance, and their size together."""

    def __init__(self) -> None:
        """Begin with none."""
        self._parts: list[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]] = []

    def add(self, first: NDArray[np.intp], second: NDArray[np.intp], distances: NDArray[np.float64], sizes: NDArray[np.float64]) -> None:
        """Write some down."""
        self._parts.append((first, second, distances, sizes))

    def sorted(self) -> tuple[list[int], list[int], NDArray[np.float64], NDArray[np.float64]]:
        """Return all of them from near to far, a part before what it is part of."""
        first, second, distances, sizes = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        order = np.lexsort((np.arange(sizes.size), sizes, distances))
        return first[order].tolist(), second[order].tolist(), distances[order], sizes[order]


def linkage_matrix(merges: Merges, features: int) -> NDArray[np.float64]:
    """Return SciPy's linkage matrix, shape (features - 1, 4), the nearest merges first, of two clusters the lower number first."""
    first, second, distances, sizes = merges.sorted()
    above = list(range(2 * features - 1))
    found = np.empty((features - 1, 4))
    for step in range(features - 1):
        one, two = _top(above, first[step]), _top(above, second[step])
        above[one] = above[two] = features + step
        found[step, :2] = min(one, two), max(one, two)
    found[:, 2], found[:, 3] = np.maximum.accumulate(distances), sizes
    return found


def _top(above: list[int], number: int) -> int:
    """Return the cluster in which a feature is by now, and shorten the way there."""
    top = number
    while above[top] != top:
        top = above[top]
    while above[number] != top:
        above[number], number = top, above[number]
    return top
