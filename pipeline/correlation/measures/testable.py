"""Which features can be correlated at all; the others are named and not counted as tests."""

import numpy as np
from numpy.typing import NDArray


def varying(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say for each column of (samples, features) whether it is complete and takes more than one value."""
    with np.errstate(invalid="ignore"):
        return values.max(axis=0) > values.min(axis=0)
