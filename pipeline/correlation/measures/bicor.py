"""Biweight midcorrelation: a correlation that shrugs off outliers, as WGCNA defines it.

Langfelder P., Horvath S. (2012) Fast R functions for robust correlations and hierarchical clustering. Journal of
Statistical Software 46(11), 1-17. doi:10.18637/jss.v046.i11, equations 1 to 5.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.rows import Rows, real_rows
from pipeline.correlation.measures.pearson import centred
from pipeline.correlation.measures.testable import varying as testable

__all__ = ["rows", "testable", "weighted"]

REACH = 9.0
"""Values further than this many median absolute deviations from the median count for nothing."""


def weighted(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return columns as rows: distances from the median, times (1 - u**2)**2 with u the distance in 9 median absolute deviations.

    A column of which more than half is one value has no median absolute deviation; it is centred on its mean instead,
    as by ``pearsonFallback = "individual"`` in WGCNA.
    """
    with np.errstate(over="ignore"):
        far = values / np.abs(values).max(axis=0)
    far -= np.median(far, axis=0)
    deviation = np.median(np.abs(far), axis=0)
    plain = deviation == 0
    u = far / np.where(plain, 1.0, REACH * deviation)
    near = np.abs(u) < 1
    far *= np.where(near, np.square(1 - np.square(u)), 0.0)
    made = np.ascontiguousarray(far.T)
    if plain.any():
        made[plain] = centred(values[:, plain])
    return made


def rows(values: NDArray[np.float64]) -> Rows:
    """Return the rows of the biweight midcorrelation; p-values by Student's t with n - 2 degrees of freedom, as ``bicorAndPvalue``.

    Args:
        values: Shape (samples, features), finite; no column constant.
    """
    return real_rows(weighted(values), values.shape[0] - 2, "student")
