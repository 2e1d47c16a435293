"""What to do with missing values, column by column. Arrays in, arrays out; the input is never changed."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Missing = Literal["median", "drop", "pairwise"]
"""Fill with the median of the feature; leave the feature out; compare each pair of features on the samples that both have."""


def complete_columns(values: Values) -> NDArray[np.bool_]:
    """Say for each column of (samples, features) whether no value is missing."""
    return np.asarray(np.logical_not(np.isnan(values).any(axis=0)))


def present_columns(values: Values) -> NDArray[np.bool_]:
    """Say for each column of (samples, features) whether any value is present at all."""
    return np.asarray(np.logical_not(np.isnan(values).all(axis=0)))


def moving_columns(values: Values) -> NDArray[np.bool_]:
    """Say for each column of (samples, features) whether the values that are present differ."""
    return np.fmax.reduce(values, axis=0) > np.fmin.reduce(values, axis=0)


def fill_with_median(values: Values) -> Values:
    """Return a copy in which each missing value is the median of the present values of its column.

    Args:
        values: Shape (samples, features); every column has at least one value.
    """
    filled = values.copy()
    for column in np.flatnonzero(~complete_columns(values)):
        absent = np.isnan(values[:, column])
        filled[absent, column] = np.median(values[~absent, column])
    return filled
