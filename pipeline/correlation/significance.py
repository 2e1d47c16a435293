"""How surprising a correlation is: two-sided p-values, and the other way round."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.correlation.scores import Method

Values = NDArray[np.float64]


def p_values(r: Values, samples: int, method: Method) -> Values:
    """Return two-sided p-values of correlations as ``scipy.stats.spearmanr`` and ``pearsonr`` give them.

    Both are Student's t with n - 2 degrees of freedom, reached by different formulas: scipy takes t for Spearman
    (an approximation, poor below ten samples) and the beta distribution for Pearson (exact for normal data).

    Args:
        r: Correlations within -1 and 1.
        samples: Number of samples behind each, at least 3.
        method: Which correlation it is.
    """
    if method == "pearson":
        half = samples / 2 - 1
        return np.minimum(2 * special.betainc(half, half, (1 - np.abs(r)) / 2), 1.0)
    freedom = samples - 2
    with np.errstate(divide="ignore"):
        t = np.abs(r) * np.sqrt(freedom / ((1.0 + r) * (1.0 - r)))
    return 2 * special.stdtr(freedom, -t)


def least_significant_r(alpha: float, samples: int) -> float:
    """Return a bound below every |r| whose two-sided p-value is at most alpha (a hair lower, to be safe against rounding)."""
    freedom = samples - 2
    t = abs(float(special.stdtrit(freedom, alpha / 2)))
    if not 0 < t < 1e150:  # alpha so small that its t is out of reach of floating point: look at every pair
        return 0.0
    return t / float(np.sqrt(freedom + t * t)) * (1 - 1e-9)
