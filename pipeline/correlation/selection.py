"""Which features to look at: those that vary most."""

import numpy as np
from numpy.typing import NDArray


def top_variance(values: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Return the columns with the largest sample variance (divisor n - 1), in the order of the table.

    Of columns with equal variance the first ones are taken. More than there are means all.

    Args:
        values: Shape (samples, features), nothing missing.
        count: How many columns to return.
    """
    if count >= values.shape[1]:
        return np.arange(values.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        variance = np.var(values, axis=0, ddof=1)
    variance = np.nan_to_num(variance, nan=np.inf, posinf=np.inf)  # values near 1e308: the sum overflows, the spread is huge
    return np.sort(np.argsort(-variance, kind="stable")[:count])
