"""An order of features in which like stands next to like."""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from pipeline.correlation.scores import Scores

MOST = 15_000
"""Above this many features the tree would take more than 2 GB; they keep the order of the table."""


def tree(scores: Scores) -> NDArray[np.float64]:
    """Return scipy's linkage matrix of average-linkage clustering on the distance 1 - r; at least two features."""
    distance = 1.0 - scores.r(slice(None), slice(None))
    return linkage(squareform(distance, checks=False), "average")


def leaf_order(scores: Scores) -> NDArray[np.intp]:
    """Return the features in the order of the leaves of their tree.

    ``leaves_list`` walks the tree in a loop; ``dendrogram`` would recurse and fail at a thousand leaves.
    """
    features = scores.squares.size
    if not 1 < features <= MOST:
        return np.arange(features)
    return leaves_list(tree(scores)).astype(np.intp)
