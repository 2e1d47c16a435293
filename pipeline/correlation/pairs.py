"""The significant pairs of features in memory: the engine finds them."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine import Correction, Rows, find_pairs

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


def significant_pairs(rows: Rows, correction: Correction, alpha: float, report: Report = lambda _: None, *, threads: int = 1) -> Pairs:
    """Return the pairs that stay significant after correction over all pairs, strongest first.

    Args:
        rows: At least two features, made by a measure.
        correction: How to correct over all features * (features - 1) / 2 tests.
        alpha: The level to hold.
        report: Told which part of the work is done.
        threads: How many threads share the work.
    """
    with tempfile.TemporaryDirectory() as folder:
        store = find_pairs(rows, Path(folder), correction=correction, alpha=alpha, threads=threads, report=report)
        page = store.page(0, len(store))
    return Pairs(page.first, page.second, page.r, page.p, page.q)
