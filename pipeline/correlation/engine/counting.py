"""The first pass: how many pairs there are at each strength."""

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.screen import Screen
from pipeline.correlation.engine.tiles import Tile

BINS = 2**17
"""Bins of |r| between 0 and 1."""
ROOM = 2**19
ROUNDING = 2.0**-20


class Counter:
    """Counts the pairs of its tiles into bins of |r|, weak ones left out. Errors of float32 move a pair by ``rows.slack`` at most."""

    def __init__(self, rows: Rows, side: int, least: float) -> None:
        self._screen, self._least = Screen(rows, side), least
        self._scale = np.float32(BINS * self._screen.unit)
        self._waiting, self._filled = np.empty(ROOM + side * side, dtype=np.float32), 0
        self.counts: NDArray[np.int64] = np.zeros(BINS, dtype=np.int64)
        """Pairs in each bin; bin b holds |r| from b / BINS on."""
        self.strongest: list[tuple[Tile, float]] = []
        """Its tiles that have a counted pair, and a bound above the |r| of their strongest one."""

    def __call__(self, tile: Tile, /) -> None:
        """Count one tile."""
        places = self._screen.strong(tile, self._least)
        if not places.size:
            return
        sizes = self._screen.sizes(places)
        self.strongest.append((tile, float(sizes.max()) * self._screen.unit * (1 + ROUNDING)))
        stop = self._filled + places.size
        self._waiting[self._filled : stop] = sizes
        self._filled = stop
        if stop >= ROOM:
            self.close()

    def tiles(self, least: float) -> list[Tile]:
        """Return those of its tiles that have a pair of which |r| in float32 is at least this, which is at least what was counted."""
        return [tile for tile, strongest in self.strongest if strongest >= least]

    def close(self) -> None:
        """Count what is waiting."""
        bins = np.minimum((self._waiting[: self._filled] * self._scale).astype(np.intp), BINS - 1)
        self.counts += np.bincount(bins, minlength=BINS)
        self._filled = 0
