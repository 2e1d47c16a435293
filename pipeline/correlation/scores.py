"""From values to scores: columns whose inner products are the correlations of the features."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Method = Literal["spearman", "pearson"]
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


def varying(values: Values) -> NDArray[np.bool_]:
    """Say for each column of (samples, features) whether it takes more than one value; the others have no correlation."""
    return values.max(axis=0) > values.min(axis=0)


def rank_scores(values: Values) -> Values:
    """Return twice the mid-ranks, centred: whole numbers, so that sums of their products carry no rounding error."""
    return 2.0 * rankdata(values, axis=0) - (values.shape[0] + 1)


def centred(values: Values) -> Values:
    """Return each column scaled to its largest magnitude and centred; scaling keeps squares within floating point."""
    scaled = values / np.abs(values).max(axis=0)
    return scaled - scaled.mean(axis=0)


def scores(values: Values, method: Method) -> Scores:
    """Return the scores of varying columns by Spearman (ranks) or Pearson (values).

    Args:
        values: Shape (samples, features), finite; no column is constant.
        method: Which correlation the scores stand for.
    """
    columns = np.ascontiguousarray(rank_scores(values) if method == "spearman" else centred(values))
    return Scores(columns, np.einsum("ij,ij->j", columns, columns))
