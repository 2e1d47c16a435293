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
Vectors = NDArray[np.float64]
Report = Callable[[float], None]


def units(exact: NDArray[np.floating], squares: NDArray[np.float64], *, overwrite: bool = False) -> Vectors:
    """Return rows at length 1, so that their products are the coefficients; ``squares`` are their sums of squares."""
    vectors = exact.astype(np.float64, copy=not overwrite)
    vectors /= np.sqrt(squares)[:, None]
    return vectors


def tree(vectors: Vectors, threads: int = 1, report: Report | None = None) -> Vectors:
    """Return scipy's linkage matrix of average-linkage clustering on the distance 1 - r of at least two unit vectors, which are used up."""
    return average_linkage(vectors, threads=threads, overwrite=True, progress=report)


def leaf_order(vectors: Vectors, threads: int = 1, report: Report | None = None) -> Features:
    """Return the places of unit vectors in the order of the leaves of their tree; the vectors are used up.

    ``leaves_list`` walks the tree in a loop; ``dendrogram`` would recurse and fail at a thousand leaves.
    """
    if len(vectors) < 2:
        return np.arange(len(vectors))
    return leaves_list(tree(vectors, threads, report)).astype(np.intp)


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

    def __init__(self, names: list[str], rows: Rows | None = None, threads: int = 1, *, once: bool = False) -> None:
        """Order by the clustering of rows, one for each name; without rows by name. Of the rows only what that needs is kept.

        ``once`` says that features are ordered once and the rows are needed no more: they are let go then.
        """
        self._names, self._threads, self._once = names, threads, once
        self._rows = (rows.exact, rows.squares) if rows else None
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
        exact, squares = self._rows
        if self._once:
            self._rows = None
        some = features.size < squares.size
        if some:  # a copy; whole rows may be a measure's view of somebody's table, which is not written to
            exact, squares = exact[features], squares[features]
        vectors = units(exact, squares, overwrite=some)
        del exact
        return leaf_order(vectors, self._threads, report)
