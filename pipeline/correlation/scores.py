"""From values to scores: columns whose inner products are the correlations of the features."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.ranks import whole_ranks
from pipeline.correlation.measures.bicor import weighted
from pipeline.correlation.measures.pearson import centred

Method = Literal["spearman", "pearson", "bicor"]
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scores:
    """Centred columns and their sums of squares: r of columns i and j is ``values[:, i] @ values[:, j] / sqrt(squares[i] * squares[j])``.

    Attributes:
        values: Shape (samples, features), each column with mean zero.
        squares: Shape (features,), greater than zero.
    """

    values: Values
    squares: Values

    def r(self, rows: slice | NDArray[np.intp], columns: slice | NDArray[np.intp]) -> Values:
        """Return the correlations of the given features with the others, shape (rows, columns), within -1 and 1."""
        product = self.values[:, rows].T @ self.values[:, columns]
        product /= np.sqrt(self.squares[rows, None] * self.squares[None, columns])
        return np.clip(product, -1.0, 1.0, out=product)

    def take(self, columns: NDArray[np.intp]) -> "Scores":
        """Return the scores of some of the features."""
        return Scores(self.values[:, columns], self.squares[columns])


def scores(values: Values, method: Method) -> Scores:
    """Return the scores of varying columns by Spearman (ranks), Pearson (values) or bicor (values weighted by their nearness).

    Args:
        values: Shape (samples, features), finite; no column is constant.
        method: Which correlation the scores stand for.
    """
    made = {"spearman": whole_ranks, "pearson": centred, "bicor": weighted}[method](values)
    columns = np.ascontiguousarray(made.T, dtype=np.float64)
    return Scores(columns, np.einsum("ij,ij->j", columns, columns))
