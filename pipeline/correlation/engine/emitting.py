"""The second pass: the pairs that are or may be significant, with their exact coefficients."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.screen import Screen
from pipeline.correlation.engine.spill import Sink
from pipeline.correlation.engine.tails import least_r
from pipeline.correlation.engine.tiles import Tile

ROOM = 2**18
TOGETHER = 256
"""Pairs whose rows are gathered at once."""
CROWDED = 1 / 24
"""Above this share of strong pairs in a tile one product of all is faster than many single ones."""
STRONG = 1e-3
"""Pairs with at most this p-value count as strong there. Two ways round differently: which one is taken must depend on the data alone."""

Values = NDArray[np.float64]
Indices = NDArray[np.intp]


def coefficients(products: Values, squares: Values, first: Indices, second: Indices) -> Values:
    """Return r from inner products, within -1 and 1."""
    r = products / np.sqrt(squares[first] * squares[second])
    return np.clip(r, -1.0, 1.0, out=r)


class Emitter:
    """Finds the pairs of its tiles whose exact |r| is at least ``least``, and spills them.

    Args:
        rows: What the pairs are of.
        side: Features along a tile.
        least: The least |r|.
        spill: Where the pairs go.
        ladder: Values of |r| below it for which only counts are wanted.
    """

    def __init__(self, rows: Rows, side: int, least: float, spill: Sink, ladder: Sequence[float] = ()) -> None:
        self._rows, self._least, self._spill = rows, least, spill
        self._ladder, self._strong = ladder, least_r(STRONG, rows.freedom)
        self.reached = np.zeros(len(ladder), dtype=np.int64)
        """How many pairs are at least as strong as each rung of the ladder; errors of float32 may add some."""
        self._screen = Screen(rows, side)
        self._pairs = np.empty(ROOM + side * side, dtype=np.int64)
        self._products = np.empty(ROOM + side * side)
        self._filled = 0

    def __call__(self, tile: Tile, /) -> None:
        """Collect the pairs of one tile."""
        places = self._screen.strong(tile, self._least - self._rows.slack)
        for rung, least in enumerate(self._ladder):
            self.reached[rung] += self._screen.count(tile, least - self._rows.slack)
        if not places.size:
            return
        stop = self._filled + places.size
        self._products[self._filled : stop] = self._exact(tile, places)
        first = places // tile.width
        first *= self._rows.features - tile.width
        first += places
        first += tile.row * self._rows.features + tile.column
        self._pairs[self._filled : stop] = first
        self._filled = stop
        if stop >= ROOM:
            self.close()

    def close(self) -> None:
        """Spill what is waiting."""
        pairs, products = self._pairs[: self._filled], self._products[: self._filled]
        self._filled = 0
        if self._rows.even and self._rows.whole:
            r = products / self._rows.squares[0]
        else:
            first = pairs // self._rows.features
            r = coefficients(products, self._rows.squares, first, pairs - first * self._rows.features)
        strong = np.abs(r) >= self._least
        if not strong.all():
            pairs, products, r = pairs[strong], products[strong], r[strong]
        if r.size:
            self._spill.add(self._spill.shape.write(products, r, pairs))

    def _exact(self, tile: Tile, places: Indices) -> Values | NDArray[np.float32]:
        if self._rows.whole:
            return self._screen.products(places)
        exact = self._rows.exact
        if self._screen.count(tile, self._strong) > CROWDED * tile.height * tile.width:
            rows = exact[tile.row : tile.row + tile.height].astype(np.float64, copy=False)
            columns = exact[tile.column : tile.column + tile.width].astype(np.float64, copy=False)
            return np.matmul(rows, columns.T).take(places)
        first, second = np.divmod(places, tile.width)
        first += tile.row
        second += tile.column
        products = np.empty(places.size)
        for start in range(0, places.size, TOGETHER):
            some = slice(start, start + TOGETHER)
            rows = exact[first[some]].astype(np.float64, copy=False)
            np.vecdot(rows, exact[second[some]].astype(np.float64, copy=False), out=products[some])
        return products
