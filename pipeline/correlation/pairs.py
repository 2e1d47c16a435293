"""Every pair of features tested, the significant ones kept. Memory grows with the pairs kept, not with all pairs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.correction import Correction, correct
from pipeline.correlation.scores import Method, Scores
from pipeline.correlation.significance import least_significant_r, p_values

BLOCK = 256
Values = NDArray[np.float64]
Report = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of features (first < second), strongest first; all arrays have one entry per pair."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    r: Values
    p: Values
    p_corrected: Values

    def __len__(self) -> int:
        """Return the number of pairs."""
        return self.r.size

    def where(self, mask: NDArray[np.bool_]) -> "Pairs":
        """Return the pairs that the mask names, in the same order."""
        return Pairs(self.first[mask], self.second[mask], self.r[mask], self.p[mask], self.p_corrected[mask])


def strong_pairs(scores: Scores, threshold: float, report: Report) -> tuple[NDArray[np.intp], NDArray[np.intp], Values]:
    """Return (first, second, r) of all pairs with |r| of at least the threshold, block of rows by block of rows."""
    features = scores.squares.size
    total = features * (features - 1) / 2
    found: list[tuple[NDArray[np.intp], NDArray[np.intp], Values]] = []
    for start in range(0, features - 1, BLOCK):
        stop = min(start + BLOCK, features)
        r = scores.r(slice(start, stop), slice(start, features))
        strong = np.abs(r) >= threshold
        strong &= np.arange(r.shape[1])[None, :] > np.arange(r.shape[0])[:, None]
        row, column = np.nonzero(strong)
        found.append((row + start, column + start, r[row, column]))
        left = features - stop
        report(1 - left * (left - 1) / 2 / total)
    first, second, r = zip(*found, strict=True)
    return np.concatenate(first), np.concatenate(second), np.concatenate(r)


def significant_pairs(scores: Scores, method: Method, correction: Correction, alpha: float, report: Report = lambda _: None) -> Pairs:
    """Return the pairs that stay significant after correction over all pairs, strongest first.

    P-values are calculated only where they can be at most alpha; the result is that of calculating all.

    Args:
        scores: At least two features.
        method: Which correlation the scores stand for.
        correction: How to correct over all features * (features - 1) / 2 tests.
        alpha: The level to hold.
        report: Told which part of the pairs has been looked at.
    """
    samples, features = scores.values.shape
    first, second, r = strong_pairs(scores, least_significant_r(alpha, samples), report)
    p = p_values(r, samples, method)
    p_corrected, rejected = correct(p, features * (features - 1) // 2, alpha, correction)
    kept = Pairs(first, second, r, p, p_corrected).where(rejected)
    order = np.argsort(-np.abs(kept.r), kind="stable")
    return Pairs(kept.first[order], kept.second[order], kept.r[order], kept.p[order], kept.p_corrected[order])
