"""CorMap: does a fit stray from the data for longer than chance explains? It needs no errors, only signs.

Franke D., Jeffries C. M., Svergun D. I. (2015) Nature Methods 12, 419-422; Schilling M. F. (1990) College Mathematics Journal 21, 196-207.
"""

import numpy as np
from numpy.typing import NDArray


def longest_run(residuals: NDArray[np.float64]) -> int:
    """Return the length of the longest run of residuals (points,) with the same sign; 0 counts as positive."""
    signs = np.asarray(residuals) >= 0
    edges = np.flatnonzero(np.diff(signs)) + 1
    return int(np.diff(np.concatenate(([0], edges, [signs.size]))).max())


def p_longer(points: int, run: int) -> float:
    """Return the probability that the longest run of equal sides in ``points`` tosses of a fair coin is ``run`` or longer.

    Tosses 2 ... n either repeat the one before or not: a run of r equal sides is one of r - 1 repeats among n - 1 fair tosses.
    The probability of no such run follows from the toss at which the last one could have begun; exact but for rounding.
    """
    if run <= 1:
        return 1.0
    repeats, tosses = run - 1, points - 1
    if tosses < repeats:
        return 0.0
    none = np.ones(tosses + 1)  # none[n]: no run of that many repeats in n tosses
    none[repeats] = 1 - 0.5**repeats
    for n in range(repeats + 1, tosses + 1):
        none[n] = none[n - 1] - 0.5 ** (repeats + 1) * none[n - repeats - 1]
    return float(np.clip(1 - none[tosses], 0.0, 1.0))


def p_value(residuals: NDArray[np.float64]) -> float:
    """Return the p-value of the longest run of equal signs among residuals (points,) in the order of q."""
    return p_longer(len(residuals), longest_run(residuals))
