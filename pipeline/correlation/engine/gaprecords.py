"""Pairs that each have a number of samples of their own as records that a sort puts in order: least p first."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.records import Indices, Records, Values


class Pairs(NamedTuple):
    """Some pairs; one entry per pair in every array.

    Attributes:
        first: Feature with the smaller number.
        second: The other one.
        r: Coefficient.
        n: Samples that both have.
        p: Two-sided p-value.
    """

    first: Indices
    second: Indices
    r: Values
    n: NDArray[np.integer]
    p: Values


class OwnN:
    """Twenty-eight bytes a pair. Equal p-values are put in order by |r|, stronger ones first, and equal |r| by the features."""

    dtype = np.dtype([("p", np.float64), ("r", np.float64), ("pair", np.int64), ("n", np.uint32)])

    def __init__(self, features: int) -> None:
        self._features = features

    def write(self, pairs: Pairs) -> Records:
        """Return records in order."""
        records = np.empty(pairs.p.size, dtype=self.dtype)
        records["p"], records["r"], records["n"] = pairs.p, pairs.r, pairs.n
        records["pair"] = pairs.first * self._features + pairs.second
        return records[self._order(records)]

    def cut(self, records: Records, edges: Values) -> Indices:
        """Return how many of sorted records have a p of at most each edge; at the last edge that is all."""
        ends = np.searchsorted(records["p"], edges, side="right")
        ends[-1] = records.size
        return ends

    def sort(self, records: Records) -> None:
        """Put records in order."""
        records[:] = records[self._order(records)]

    def split(self, records: Records, marks: Records) -> Indices:
        """Put records in order and return how many come before each mark."""
        order = self._order(np.concatenate([marks, records]))  # a mark comes before the record that it is
        records[:] = records[order[order >= marks.size] - marks.size]
        return np.flatnonzero(order < marks.size) - np.arange(marks.size)

    def read(self, records: Records) -> Pairs:
        """Return the pairs of records in any order, least p first."""
        records = records[self._order(records)]
        first, second = np.divmod(records["pair"], self._features)
        return Pairs(first, second, *(np.ascontiguousarray(records[name]) for name in ("r", "n", "p")))

    @staticmethod
    def _order(records: Records) -> Indices:
        return np.lexsort((records["pair"], -np.abs(records["r"]), records["p"]))
