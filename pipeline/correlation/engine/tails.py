"""Two-sided p-values of correlations: as scipy gives them, and as fast as many millions of them need."""

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

Values = NDArray[np.float64]
Freedom = int | NDArray[np.int64]
Tail = Literal["student", "beta"]
CELLS = 4096
LEAST = 1e-290
"""Below this the fast p-values are 0."""


def student_tail(r: Values, freedom: Freedom) -> Values:
    """Return p-values by Student's t, as ``scipy.stats.spearmanr`` does.

    Args:
        r: Coefficients within -1 and 1.
        freedom: Degrees of freedom, at least 1; without covariates the number of samples less 2.
    """
    with np.errstate(divide="ignore"):
        t = np.abs(r) * np.sqrt(freedom / ((1.0 + r) * (1.0 - r)))
    return 2 * special.stdtr(freedom, -t)


def beta_tail(r: Values, freedom: Freedom) -> Values:
    """Return p-values by the beta distribution, as ``scipy.stats.pearsonr`` does: the same law by another formula."""
    half = freedom / 2
    return np.minimum(2 * special.betainc(half, half, (1 - np.abs(r)) / 2), 1.0)


TAILS: dict[Tail, Callable[[Values, Freedom], Values]] = {"student": student_tail, "beta": beta_tail}
"""The formulas by name, for what is written to disk."""


def least_r(p: float, freedom: int) -> float:
    """Return a bound below every |r| whose two-sided p-value is at most p, a hair lower to be safe against rounding."""
    t = abs(float(special.stdtrit(freedom, p / 2)))
    if not 0 < t < 1e150:  # out of reach of floating point: look at every pair
        return 0.0
    return t / float(np.sqrt(freedom + t * t)) * (1 - 1e-9)


class FastTail:
    """p-values of one number of degrees of freedom by piecewise polynomials, within 2e-12 of scipy's, 0 below 1e-290.

    p = (1 - r**2) ** (freedom / 2) * h(|r|), and h is smooth: it is interpolated by a quartic in each of 4,096 cells.
    """

    def __init__(self, freedom: int) -> None:
        self._half = freedom / 2
        self._last = self._where_p_ends(freedom)
        nodes = np.linspace(0.0, self._last, 4 * CELLS + 1)
        rest = (1 - nodes) * (1 + nodes)
        h = student_tail(nodes, freedom) / rest**self._half
        at = np.stack([h[k : k + 4 * CELLS : 4] for k in range(4)] + [h[4::4]])
        powers = np.linalg.inv(np.vander(np.arange(5) / 4, increasing=True))
        self._coefficients = np.ascontiguousarray(powers @ at)

    @staticmethod
    def _where_p_ends(freedom: int) -> float:
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            if student_tail(np.array([middle]), freedom)[0] > LEAST:
                low = middle
            else:
                high = middle
        return low

    def __call__(self, magnitude: Values) -> Values:
        """Return the p-values of magnitudes of coefficients, each within 0 and 1."""
        place = magnitude * (CELLS / self._last)
        cell = np.minimum(place, CELLS - 1).astype(np.intp)
        place -= cell
        p = self._coefficients[4].take(cell)
        for coefficients in self._coefficients[3::-1]:
            p *= place
            p += coefficients.take(cell)
        rest = (1 - magnitude) * (1 + magnitude)
        far = magnitude > self._last
        rest[far] = 1.0
        p *= np.exp(self._half * np.log(rest))
        p[far] = 0.0
        return np.minimum(p, 1.0, out=p)


@lru_cache(maxsize=8)
def fast_tail(freedom: int) -> FastTail:
    """Return the fast p-values for that many degrees of freedom, made once."""
    return FastTail(freedom)
