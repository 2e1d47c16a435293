"""Pearson's product-moment correlation (Pearson 1895)."""

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.rows import Rows, real_rows
from pipeline.correlation.measures.testable import varying as testable

__all__ = ["rows", "testable"]


def centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return columns as rows, each scaled to its largest magnitude and centred; scaling keeps squares within floating point."""
    scaled = values / np.abs(values).max(axis=0)
    scaled -= scaled.mean(axis=0)
    return np.ascontiguousarray(scaled.T)


def rows(values: NDArray[np.float64]) -> Rows:
    """Return the rows of Pearson's coefficient; p-values by the beta distribution, as scipy's.

    Args:
        values: Shape (samples, features), finite; no column constant.
    """
    return real_rows(centred(values), values.shape[0] - 2, "beta")
