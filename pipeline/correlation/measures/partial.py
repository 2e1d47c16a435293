"""Partial correlation: what is left between two features when covariates have explained what they can.

Kim S. (2015) ppcor: an R package for a fast calculation to semi-partial correlation coefficients. Communications for
Statistical Applications and Methods 22(6), 665-674. doi:10.5351/CSAM.2015.22.6.665.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.ranks import whole_ranks
from pipeline.correlation.engine.rows import Rows, real_rows
from pipeline.correlation.measures.pearson import centred
from pipeline.correlation.measures.testable import varying

EXPLAINED = 1e-12
"""A feature of whose variance no more than this is left is explained by the covariates and has no partial correlation."""

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Partial:
    """The partial correlation given some covariates; it keeps the protocol of measures.

    Attributes:
        covariates: Shape (samples, covariates), finite.
        ranked: Whether features and covariates are ranked first (Spearman's partial correlation).
    """

    covariates: Values
    ranked: bool = False

    def _centred(self, values: Values) -> Values:
        return whole_ranks(values).astype(np.float64) if self.ranked else centred(values)

    def _base(self) -> Values:
        """Return orthonormal columns that span the centred covariates."""
        known = self._centred(self.covariates[:, varying(self.covariates)])
        known /= np.linalg.norm(known, axis=1, keepdims=True)
        left, lengths, _ = np.linalg.svd(known.T, full_matrices=False)
        return left[:, lengths > 1e-10 * lengths.max(initial=1.0)]

    def _residuals(self, values: Values) -> tuple[Values, NDArray[np.bool_], int]:
        """Return what is left of columns (as rows), whether that is more than rounding, and how many covariates there are."""
        base = self._base()
        made = self._centred(values)
        before = np.einsum("ij,ij->i", made, made)
        for _ in range(2):  # once more for what rounding left
            made -= (made @ base) @ base.T
        return made, np.einsum("ij,ij->i", made, made) > EXPLAINED * before, base.shape[1]

    def testable(self, values: Values, /) -> NDArray[np.bool_]:
        """Say for each column of (samples, features) whether it varies beyond what the covariates explain."""
        kept = varying(values)
        kept[kept] = self._residuals(values[:, kept])[1]
        return kept

    def rows(self, values: Values, /) -> Rows:
        """Return the rows of the partial correlation; p-values by Student's t with n - 2 - k degrees of freedom for k covariates.

        Args:
            values: Shape (samples, features), finite; every column testable.

        Raises:
            ValueError: If there are not at least three samples more than covariates.
        """
        made, _, known = self._residuals(values)
        freedom = values.shape[0] - 2 - known
        if freedom < 1:
            message = f"A partial correlation given {known} covariates needs at least {known + 3} samples; there are {values.shape[0]}."
            raise ValueError(message)
        return real_rows(np.ascontiguousarray(made), freedom, "student")
