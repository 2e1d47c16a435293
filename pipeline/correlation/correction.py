"""Correction for multiple testing, as ``statsmodels.stats.multitest.multipletests`` gives it.

Both functions need only the smallest p-values, as long as every one that is at most alpha is among them: a corrected
p-value is never below the raw one, so the others can neither be rejected nor change those that are.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Correction = Literal["benjamini-hochberg", "bonferroni"]
Values = NDArray[np.float64]


def benjamini_hochberg(p: Values, tests: int, alpha: float) -> tuple[Values, NDArray[np.bool_]]:
    """Return corrected p-values and which tests are rejected by Benjamini and Hochberg (1995).

    Args:
        p: The smallest p-values, in any order, none missing.
        tests: How many tests there were in all.
        alpha: The false discovery rate to hold.
    """
    order = np.argsort(p, kind="stable")
    share = np.arange(1, p.size + 1) / float(tests)
    ordered = p[order]
    below = np.flatnonzero(ordered <= share * alpha)
    corrected, rejected = np.empty_like(p), np.zeros(p.size, dtype=bool)
    corrected[order] = np.minimum(np.minimum.accumulate((ordered / share)[::-1])[::-1], 1.0)
    rejected[order[: below[-1] + 1 if below.size else 0]] = True
    return corrected, rejected


def bonferroni(p: Values, tests: int, alpha: float) -> tuple[Values, NDArray[np.bool_]]:
    """Return corrected p-values and which tests are rejected when alpha is shared among all tests."""
    return np.minimum(p * tests, 1.0), p <= alpha / tests


def correct(p: Values, tests: int, alpha: float, method: Correction) -> tuple[Values, NDArray[np.bool_]]:
    """Return corrected p-values and which tests are rejected, by the method of that name."""
    return (benjamini_hochberg if method == "benjamini-hochberg" else bonferroni)(p, tests, alpha)
