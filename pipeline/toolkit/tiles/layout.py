"""Where tiles stand: the levels of a matrix, and the numbers of the tiles in each."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE = 256
"""Rows and columns of a tile."""


@dataclass(frozen=True)
class Level:
    """One level: the number of tiles down and across, and the number of its first tile among all.

    Of a symmetric matrix only the tiles on and right of the diagonal are counted.
    """

    down: int
    across: int
    symmetric: bool
    first: int = 0

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return self.down * (self.down + 1) // 2 if self.symmetric else self.down * self.across

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """The number of the tile (row, 0) of each row of tiles, even where that one is not kept."""
        rows = np.arange(self.down, dtype=np.int64)
        return rows * self.across - (rows * (rows + 1) // 2 if self.symmetric else 0)

    def numbers(self, down: NDArray[Any], across: NDArray[Any]) -> NDArray[np.int64]:
        """Return the numbers of tiles within the level, by their rows and columns of tiles; symmetric ones: down <= across."""
        return self._starts[down] + across

    def number(self, down: int, across: int) -> int:
        """Return the number of one tile within the level."""
        return int(self._starts[down]) + across

    def row(self, down: int) -> range:
        """Return the columns of tiles that are kept in a row of tiles."""
        return range(down if self.symmetric else 0, self.across)

    def places(self) -> Iterator[tuple[int, int]]:
        """Return row and column of every tile, in the order of their numbers."""
        return ((down, across) for down in range(self.down) for across in self.row(down))


def levels_of(shape: tuple[int, int], *, symmetric: bool) -> list[Level]:
    """Return the levels of a matrix: the first holds every cell, each further one half as many down and across, the last is one tile."""
    rows, columns = shape
    found: list[Level] = []
    first = 0
    while True:
        level = Level(-(-rows // SIDE), -(-columns // SIDE), symmetric, first)
        found.append(level)
        if level.count == 1:
            return found
        first += level.count
        rows, columns = -(-rows // 2), -(-columns // 2)
