"""How far the draws lie from their mean: the Jensen-Shannon divergence."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy


def jensen_shannon(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the divergence between weights, shapes (..., models), in bits: 0 for equal weights, 1 for those that share no model.

    Lin J. (1991) IEEE Transactions on Information Theory 37, 145-151.
    """
    middle = (first + second) / 2
    safe = np.where(middle > 0, middle, 1.0)
    parts = [np.where(middle > 0, xlogy(one, one / safe), 0.0).sum(axis=-1) for one in (first, second)]
    return np.maximum(sum(parts) / 2 / np.log(2), 0.0)
