"""What a correlation can be, a module each: values in, rows out whose inner products are the coefficients.

A new measure is one more module that keeps the protocol. Measures that need more than the values (``partial``) make an
object that keeps it.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.rows import Rows

Values = NDArray[np.float64]


class Measure(Protocol):
    """A module of this package, or an object made by one."""

    def testable(self, values: Values, /) -> NDArray[np.bool_]:
        """Say for each column of (samples, features) whether it has a correlation with anything."""
        ...

    def rows(self, values: Values, /) -> Rows:
        """Return the rows of testable columns of (samples, features)."""
        ...
