"""Spearman's rank correlation: Pearson's coefficient of mid-ranks (Spearman 1904)."""

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.ranks import whole_ranks
from pipeline.correlation.engine.rows import Rows, whole_rows
from pipeline.correlation.measures.testable import varying as testable

__all__ = ["rows", "testable"]


def rows(values: NDArray[np.float64], threads: int = 1) -> Rows:
    """Return the rows of Spearman's coefficient; p-values by Student's t with n - 2 degrees of freedom, as scipy's.

    Args:
        values: Shape (samples, features), finite; no column constant.
        threads: How many share the ranking.
    """
    return whole_rows(whole_ranks(values, threads), values.shape[0] - 2, "student")
