"""An order of features in which like stands next to like."""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list

from pipeline.correlation.clustering import average_linkage
from pipeline.correlation.engine import Rows


def tree(rows: Rows) -> NDArray[np.float64]:
    """Return scipy's linkage matrix of average-linkage clustering on the distance 1 - r; at least two features."""
    return average_linkage(rows.exact / np.sqrt(rows.squares)[:, None])


def leaf_order(rows: Rows) -> NDArray[np.intp]:
    """Return the features in the order of the leaves of their tree.

    ``leaves_list`` walks the tree in a loop; ``dendrogram`` would recurse and fail at a thousand leaves.
    """
    if rows.features < 2:
        return np.arange(rows.features)
    return leaves_list(tree(rows)).astype(np.intp)
