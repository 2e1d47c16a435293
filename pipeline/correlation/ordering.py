"""An order of features in which like stands next to like, or in which names are easy to find."""

import re
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list

from pipeline.correlation.clustering import average_linkage
from pipeline.correlation.engine import Rows

Order = Literal["r", "data", "name"]
Features = NDArray[np.intp]
Report = Callable[[float], None]


def tree(rows: Rows, threads: int = 1, report: Report | None = None) -> NDArray[np.float64]:
    """Return scipy's linkage matrix of average-linkage clustering on the distance 1 - r; at least two features."""
    return average_linkage(rows.exact / np.sqrt(rows.squares)[:, None], threads=threads, overwrite=True, progress=report)


def leaf_order(rows: Rows, threads: int = 1, report: Report | None = None) -> Features:
    """Return the features in the order of the leaves of their tree.

    ``leaves_list`` walks the tree in a loop; ``dendrogram`` would recurse and fail at a thousand leaves.
    """
    if rows.features < 2:
        return np.arange(rows.features)
    return leaves_list(tree(rows, threads, report)).astype(np.intp)


def name_order(names: list[str]) -> Features:
    """Return the places of names in the order of a register: numbers in names count as numbers, so that f2 comes before f10."""
    keys = [(_register(name), name) for name in names]
    return np.array(sorted(range(len(names)), key=keys.__getitem__), dtype=np.intp)


def _register(name: str) -> list[tuple[int, str]]:
    """Return what a name is sorted by: words and numbers in turn, of numbers the longer one last."""
    parts = re.split(r"(\d+)", name)
    numbers = [part.lstrip("0") for part in parts]
    return [(len(numbers[at]), numbers[at]) if at % 2 else (0, part.casefold()) for at, part in enumerate(parts)]


class Ordering:
    """Puts some of the features in order; the order of the same features is found once."""

    def __init__(self, names: list[str], rows: Rows | None, threads: int = 1) -> None:
        """Order by the clustering of rows, one for each name; without rows by name."""
        self._names, self._rows, self._threads = names, rows, threads
        self._known: dict[bytes, Features] = {}

    def __call__(self, features: Features, report: Report | None = None) -> Features:
        """Return some features, given by rising numbers, in order."""
        key = features.tobytes()
        if key not in self._known:
            self._known[key] = features[self._order(features, report)]
        return self._known[key]

    def _order(self, features: Features, report: Report | None) -> Features:
        if self._rows is None:
            return name_order([self._names[feature] for feature in features])
        everything = features.size == self._rows.features
        return leaf_order(self._rows if everything else self._rows.take(features), self._threads, report)
