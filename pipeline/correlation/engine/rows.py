"""What the engine works on: one row of numbers per feature, whose inner products are the correlations."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.tails import Tail

EPSILON = 2.0**-24
"""Unit roundoff of float32."""
WHOLE = 2**24
"""float32 holds every whole number up to this."""
SLAB = 1024

Single = NDArray[np.float32]
Double = NDArray[np.float64]


def slack_of(steps: int) -> float:
    """Return a bound on the error of a chain of float32 operations on numbers whose products sum to 1 in magnitude.

    Higham, Accuracy and Stability of Numerical Algorithms (2002), section 3.1: gamma = k u / (1 - k u), whatever the
    order of the summation and with or without fused multiplication.
    """
    return steps * EPSILON / (1 - steps * EPSILON)


@dataclass(frozen=True, eq=False)
class Rows:
    """One row per feature: r of features i and j is ``exact[i] @ exact[j] / sqrt(squares[i] * squares[j])``.

    Attributes:
        screen: Shape (features, samples); their products in float32 find the pairs to look at.
        exact: Shape (features, samples), float32 or float64; their products in float64 are the coefficients.
        squares: Shape (features,), sums of squares of ``exact``, greater than zero.
        weights: Shape (features,), what makes a row of ``screen`` one of length 1.
        slack: Largest difference between r and ``screen[i] @ screen[j] * weights[i] * weights[j]`` in float32.
        whole: Whether the float32 products of ``screen`` are the products of ``exact``, without any rounding.
        freedom: Degrees of freedom of Student's t.
        tail: By which formula the p-values are calculated: that of the measure's reference.
    """

    screen: Single
    exact: Single | Double
    squares: Double
    weights: Double
    slack: float
    whole: bool
    freedom: int
    tail: Tail

    @property
    def features(self) -> int:
        """How many there are."""
        return self.squares.size

    @property
    def samples(self) -> int:
        """How many there are."""
        return self.screen.shape[1]

    @property
    def tests(self) -> int:
        """How many pairs of features there are."""
        return self.features * (self.features - 1) // 2

    @cached_property
    def even(self) -> bool:
        """Whether all rows have the same length, so that one factor turns every product into r."""
        return bool((self.weights == self.weights[0]).all())

    def take(self, features: NDArray[np.intp]) -> "Rows":
        """Return the rows of some of the features."""
        squares, weights = self.squares[features], self.weights[features]
        return replace(self, screen=self.screen[features], exact=self.exact[features], squares=squares, weights=weights)


def whole_rows(ranks: Single, freedom: int, tail: Tail) -> Rows:
    """Return rows of whole numbers that sum to zero, such as ranks.

    Every partial sum of a product of two rows is at most the root of the product of their sums of squares (Cauchy and
    Schwarz). Where no sum of squares passes 2**24, float32 therefore adds up such a product exactly, in any order:
    for ranks of any kind up to 369 samples, where n (n**2 - 1) / 3 is 16,747,680.

    Args:
        ranks: Shape (features, samples), whole numbers below 2**24 in magnitude.
        freedom: Degrees of freedom.
        tail: The formula of the p-values.
    """
    squares = np.empty(len(ranks))
    for start in range(0, len(ranks), SLAB):
        slab = ranks[start : start + SLAB].astype(np.float64)
        np.einsum("ij,ij->i", slab, slab, out=squares[start : start + SLAB])
    whole = bool(squares.size == 0 or squares.max() <= WHOLE)
    steps = 8 if whole else ranks.shape[1] + 8
    return Rows(ranks, ranks, squares, 1 / np.sqrt(squares), slack_of(steps), whole, freedom, tail)


def real_rows(values: Double, freedom: int, tail: Tail) -> Rows:
    """Return rows of any finite numbers; a row of zeros is not allowed.

    Args:
        values: Shape (features, samples).
        freedom: Degrees of freedom.
        tail: The formula of the p-values.
    """
    squares = np.einsum("ij,ij->i", values, values)
    screen = np.empty(values.shape, dtype=np.float32)
    for start in range(0, len(values), SLAB):
        slab = slice(start, start + SLAB)
        np.divide(values[slab], np.sqrt(squares[slab, None]), out=screen[slab], casting="same_kind")
    return Rows(screen, values, squares, np.ones(squares.size), slack_of(values.shape[1] + 12), False, freedom, tail)
