"""Pairs as records that a sort puts in order: strongest first, equally strong ones by their features."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.rows import Rows

PAIR_BITS = 39
SIGN = np.uint64(1)
PAIR = np.uint64((1 << PAIR_BITS) - 1)
Values = NDArray[np.float64]
Indices = NDArray[np.int64]
Records = NDArray[Any]


class Sortable(Protocol):
    """How records of pairs are put in order while they are collected."""

    dtype: np.dtype

    def cut(self, records: Records, edges: Values) -> Indices:
        """Return how many of sorted records lie before each edge; at the last edge that is all."""
        ...

    def sort(self, records: Records) -> None:
        """Put records in order."""
        ...

    def split(self, records: Records, marks: Records) -> Indices:
        """Put records in order and return how many come before each mark."""
        ...


class Shape(Sortable, Protocol):
    """How a pair is written down while pairs are collected: strongest first, edges are of |r|."""

    def write(self, products: Values, r: Values, pairs: Indices) -> Records:
        """Return records, sorted strongest first; ``pairs`` are first * features + second."""
        ...

    def read(self, records: Records) -> tuple[Values, Indices]:
        """Return r and pair of records in any order, strongest first; the records are used up."""
        ...


class Keys:
    """Eight bytes a pair, for whole products of rows of one length: what is missing to the largest product, pair, sign.

    They sort as numbers. The product takes 24 bits, the pair 39, the sign one.
    """

    dtype = np.dtype(np.uint64)

    def __init__(self, square: float) -> None:
        self._square = square

    @staticmethod
    def fit(rows: Rows) -> bool:
        """Say whether pairs of these rows can be written so."""
        return rows.whole and rows.even and rows.features**2 <= 1 << PAIR_BITS and rows.squares[0] < 1 << 24

    def write(self, products: Values, r: Values, pairs: Indices) -> Records:
        """Return records, sorted strongest first; ``pairs`` are first * features + second."""
        keys = (self._square - np.abs(products)).astype(np.uint64)
        keys <<= np.uint64(PAIR_BITS)
        keys |= pairs.view(np.uint64)
        keys <<= np.uint64(1)
        keys |= np.signbit(products)
        keys.sort()
        return keys

    def cut(self, records: Records, edges: Values) -> Indices:
        """Return how many of sorted records have an |r| of at least each edge; at the last edge that is all."""
        least = np.ceil(self._square * edges)
        least -= (least - 1) / self._square >= edges  # the product may have been rounded to either side
        least += least / self._square < edges
        lacking = (self._square - least + 1).astype(np.uint64)
        ends = np.searchsorted(records, lacking << np.uint64(PAIR_BITS + 1))
        ends[-1] = records.size
        return ends

    def sort(self, records: Records) -> None:
        """Put records in order."""
        records.sort()

    def split(self, records: Records, marks: Records) -> Indices:
        """Put records in order and return how many come before each mark."""
        records.sort()
        return np.searchsorted(records, marks)

    def read(self, records: Records) -> tuple[Values, Indices]:
        """Return r and pair of records in any order, strongest first; the records are used up."""
        records.sort()
        r = self._square - (records >> np.uint64(PAIR_BITS + 1)).astype(np.float64)
        r /= self._square
        np.negative(r, out=r, where=(records & SIGN).astype(bool))
        records >>= SIGN
        records &= PAIR
        return r, records.view(np.int64)


class Numbers:
    """Sixteen bytes a pair, for any rows: r, pair."""

    dtype = np.dtype([("r", np.float64), ("pair", np.int64)])

    def write(self, products: Values, r: Values, pairs: Indices) -> Records:
        """Return records, sorted strongest first; ``pairs`` are first * features + second."""
        order = np.argsort(-np.abs(r))
        records = np.empty(r.size, dtype=self.dtype)
        records["r"], records["pair"] = r[order], pairs[order]
        return records

    def cut(self, records: Records, edges: Values) -> Indices:
        """Return how many of sorted records have an |r| of at least each edge; at the last edge that is all."""
        ends = np.searchsorted(-np.abs(records["r"]), -edges, side="right")
        ends[-1] = records.size
        return ends

    def sort(self, records: Records) -> None:
        """Put records in order."""
        records[:] = records[self._order(records)]

    def split(self, records: Records, marks: Records) -> Indices:
        """Put records in order and return how many come before each mark."""
        self.sort(records)
        sizes, at = -np.abs(records["r"]), -np.abs(marks["r"])
        starts, ends = np.searchsorted(sizes, at), np.searchsorted(sizes, at, side="right")
        within = [np.searchsorted(records["pair"][i:j], pair) for i, j, pair in zip(starts, ends, marks["pair"], strict=True)]
        return starts + np.array(within, dtype=np.int64)

    def read(self, records: Records) -> tuple[Values, Indices]:
        """Return r and pair of records in any order, strongest first; the records are used up."""
        order = self._order(records)
        return records["r"][order], records["pair"][order]

    @staticmethod
    def _order(records: Records) -> Indices:
        """Return the order by size, equal ones by pair: a fast sort that keeps no order, mended where sizes are equal."""
        order = np.argsort(-np.abs(records["r"]))
        size = np.abs(records["r"][order])
        differs = size[1:] != size[:-1]
        if differs.all():
            return order
        group = np.zeros(size.size, dtype=np.int64)
        np.cumsum(differs, out=group[1:])
        return order[np.lexsort((records["pair"][order], group))]


def shape_for(rows: Rows) -> Shape:
    """Return the shortest records that hold pairs of these rows."""
    return Keys(float(rows.squares[0])) if Keys.fit(rows) else Numbers()
