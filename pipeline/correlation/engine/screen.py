"""Products of a tile in float32, and which of them are strong enough to look at."""

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.tiles import Tile


class Screen:
    """The buffers of one thread. ``strong`` fills them; the other methods speak of the tile it was given last."""

    def __init__(self, rows: Rows, side: int) -> None:
        self._rows = rows
        self._products, self._sizes = np.empty((2, side * side), dtype=np.float32)
        self._mask = np.ones(side * side + side * side // 8, dtype=bool)
        self._above = np.triu(np.ones((side, side), dtype=bool), 1)
        self._weights = rows.weights.astype(np.float32)
        self.unit = float(rows.weights[0]) ** 2 if rows.even else 1.0
        """What turns a size into |r|."""

    def strong(self, tile: Tile, least: float) -> NDArray[np.intp]:
        """Return the places (row by row) of the tile's pairs whose |r| in float32 is at least ``least``."""
        cells, shape = tile.height * tile.width, (tile.height, tile.width)
        products, sizes = self._products[:cells].reshape(shape), self._sizes[:cells].reshape(shape)
        rows, columns = slice(tile.row, tile.row + tile.height), slice(tile.column, tile.column + tile.width)
        np.matmul(self._rows.screen[rows], self._rows.screen[columns].T, out=products)
        if self._rows.even:
            np.abs(products, out=sizes)
        else:
            np.multiply(products, self._weights[rows, None], out=sizes)
            np.multiply(sizes, self._weights[None, columns], out=sizes)
            np.abs(sizes, out=sizes)
        self._compare(tile, least)
        return self._places(tile.height * tile.width)

    def count(self, tile: Tile, least: float) -> int:
        """Return how many of the tile's pairs have at least this |r| in float32; the tile is the one that was given last."""
        self._compare(tile, least)
        return int(np.count_nonzero(self._mask[: tile.height * tile.width]))

    def _compare(self, tile: Tile, least: float) -> None:
        """Set the mask where |r| is at least this."""
        cells, shape = tile.height * tile.width, (tile.height, tile.width)
        mask = self._mask[:cells].reshape(shape)
        np.greater_equal(self._sizes[:cells].reshape(shape), least / self.unit, out=mask)
        if tile.diagonal:
            mask &= self._above[: tile.height, : tile.width]

    def _places(self, cells: int) -> NDArray[np.intp]:
        """Return where the mask is set.

        numpy walks a mask of which less than a tenth is set from hit to hit, at a mispredicted branch each; beyond a few
        hits the other walk is faster. More of them at the end, taken off again, make numpy take it.
        """
        if not cells // 45 < np.count_nonzero(self._mask[:cells]) <= cells // 10:
            return np.flatnonzero(self._mask[:cells])
        padded = self._mask[: cells + cells // 8]
        padded[cells:] = True
        return np.flatnonzero(padded)[: -(cells // 8)]

    def sizes(self, places: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return |r| / unit at the places, in float32."""
        return self._sizes.take(places)

    def products(self, places: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the products at the places, in float32."""
        return self._products.take(places)
